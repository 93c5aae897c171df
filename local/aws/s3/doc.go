// Package s3 simulates Amazon S3: objects with their metadata, tags and checksums, ranges,
// conditional reads and writes, copies, lists in both versions, multipart uploads, presigned
// URLs, uploads of browser forms, and CORS rules. What S3 refuses is refused here, with the
// same code.
//
// A [Service] has the buckets that a program declares and [Service.Prepare] receives:
// requests neither create nor delete buckets. Objects are in memory or, with a folder, in one
// file each, whose name is a hash of the key: a key is only a name, wherever it is used.
//
// The package verifies no signature, decodes no chunks and evaluates no policy. That is the
// task of the endpoint in front, which must
//
//   - refuse a request with an X-Amz- header, or a trailer, that its signature does not
//     cover: it would change the meaning of a presigned upload;
//   - put the trailers of a body in signed chunks into the request's headers, or its Trailer
//     (TestTrailer);
//   - verify the signature of a form, which [Service.FormSignature] returns (TestSignedForm);
//   - call [Service.Preflight] and [Service.AllowOrigin] for pages of other origins.
//
// It does not depend on the use of objects, the callers, or the source of a configuration.
//
// # Differences
//
// From the real service:
//
//   - Versioning is off, and no version but null exists. Subresources of buckets and objects
//     other than location, uploads, delete and tagging are refused, including ACLs and
//     attributes (TestRefusals).
//   - Buckets cannot be created or deleted (TestRefusals). They are as old as the process
//     (TestListDetails).
//   - Encryption is reported as AES256, and no other is accepted; object lock, customers'
//     keys and website redirects are refused, as is every header with an unknown meaning
//     (TestRefusals).
//   - Storage classes have no effect, and those that need a restore are refused
//     (TestRefusals).
//   - The checksums are CRC32, CRC32C, CRC64NVME, SHA1 and SHA256; others are refused
//     (TestIntegrity).
//   - A DeleteObjects with a key that IAM does not allow needs all permissions, and fails as
//     a whole; S3 deletes the others (TestRequests).
//   - Incomplete multipart uploads end with the process, even if objects are stored
//     (TestUploadsEndWithTheProcess). Completing one twice is NoSuchUpload (TestMultipart),
//     and they are listed without a delimiter (TestListUploads).
//   - An object expires exactly at its midnight, and the rule's ID is lifecycle
//     (TestLifecycle).
//   - A virtual host is BUCKET.localhost (TestVirtualHost), and URLs in responses begin with
//     http (TestFormAnswers).
//   - Whole bodies are in memory (TestBodyIsNotKept).
//
// Assumed, without evidence:
//
//   - A caller that may not read a key is refused even if the key is missing and the bucket
//     may be listed: both actions are needed (TestRequests).
//   - A conditional deletion of a missing key is NoSuchKey
//     (TestAssumedConditionalDeletionOfMissing).
//   - A part may have a checksum of any algorithm if the upload chose none
//     (TestAssumedChecksumOfPart).
//   - A plus sign in a path is a space (TestKeys), as local/cdn assumes.
//   - The words after "Invalid Policy:" (TestFormPolicy).
package s3
