// Package s3 stands in for Amazon S3: objects with their metadata, tags and
// checksums, ranges, conditional reads and writes, copies, lists in both versions,
// multipart uploads, presigned URLs, uploads of browsers' forms, and the rules for
// pages of other origins. What S3 refuses is refused here, with the same code.
//
// A [Service] has the buckets that a program declares, which is what [Service.Prepare]
// takes: buckets are neither created nor deleted by requests. Objects are in memory or,
// with a folder, in one file each, whose name is a hash of the key: a key is a name and
// nothing else, wherever it is used.
//
// The package verifies no signature, decodes no chunks and evaluates no policy: that is
// the part of the endpoint in front, which must
//
//   - refuse a request with an X-Amz- header, or a trailer, that its signature does not
//     cover: it would give a presigned upload another meaning;
//   - put the trailers of a body in signed chunks into the request's headers, or its
//     Trailer (TestTrailer);
//   - verify the signature of a form, which [Service.FormSignature] returns
//     (TestSignedForm);
//   - ask [Service.Preflight] and [Service.AllowOrigin] about pages of other origins.
//
// It must not know what objects are for, who calls, nor where a configuration comes from.
//
// # Differences
//
// From the real service:
//
//   - Versioning is off, and no version but null is known. Subresources of buckets and
//     objects other than location, uploads, delete and tagging are refused, ACLs and
//     attributes among them (TestRefusals).
//   - Buckets cannot be created or deleted (TestRefusals). They are as old as the
//     process (TestListDetails).
//   - Encryption is said to be AES256, and no other is taken; object lock, customers' keys
//     and website redirects are refused, as every header with an unknown meaning is
//     (TestRefusals).
//   - Storage classes have no effect, and those that need a restore are refused
//     (TestRefusals).
//   - The checksums are CRC32, CRC32C, CRC64NVME, SHA1 and SHA256; others are refused
//     (TestIntegrity).
//   - A DeleteObjects with a key that IAM does not allow needs all permissions, and fails
//     as a whole; S3 deletes the others (TestRequests).
//   - Multipart uploads that are not complete end with the process, even where objects
//     are kept (TestUploadsEndWithTheProcess). Completing one twice is NoSuchUpload
//     (TestMultipart), and they are listed without a delimiter (TestListUploads).
//   - An object expires exactly at its midnight, and the rule's ID is lifecycle
//     (TestLifecycle).
//   - A virtual host is BUCKET.localhost (TestVirtualHost), and URLs in answers begin with
//     http (TestFormAnswers).
//   - Whole bodies are in memory (TestBodyIsNotKept).
//
// Assumed, without evidence:
//
//   - Who may not read a key is refused even where the key is missing and the bucket may
//     be listed: both actions are needed (TestRequests).
//   - A conditional deletion of a missing key is NoSuchKey
//     (TestAssumedConditionalDeletionOfMissing).
//   - A part may have a checksum of any algorithm where the upload chose none
//     (TestAssumedChecksumOfPart).
//   - A plus sign in a path is a space (TestKeys), as local/cdn assumes.
//   - The words after "Invalid Policy:" (TestFormPolicy).
package s3
