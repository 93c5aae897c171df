// Package sigv4 verifies AWS Signature Version 4 as AWS does: in an Authorization header, in
// the query of a presigned URL, or in the fields of a browser's form, with S3's rules for S3
// and the general ones for every other service.
//
// [Parse] and [ParseForm] parse a request's signature without verifying it. [Verifier.Verify]
// verifies it, and returns the signed body: what S3's clients send in chunks is decoded, with
// each chunk's signature and the trailing checksum verified. A refusal is an [Error] in AWS's
// own words. [Sign] signs a request that is forwarded, [Presign] the URL of one without a
// body.
//
// It has no special cases except for S3, whose rules differ, and IoT Core's device endpoint,
// whose presigned URLs have a session token that is not signed. It depends on no policy, and
// on no caller beyond the key of an access key ID.
//
// A signature covers the path, the query, the headers that it names, and the body. Services
// read exactly what it covers: a path that is normalized before it is signed is left
// normalized (TestNormalizedPathIsWhatIsLeft), and a query that net/http would read in part
// is refused (TestRefusals).
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
//
// # Differences
//
//   - A signature may be reused within its time, as on AWS: nothing in it is a nonce
//     (TestReplayWithinTheTimeIsAllowed).
//   - Signature Version 2 and Signature Version 4A are refused (TestRefusals).
//   - The error of a signature that does not match lacks the canonical request that AWS
//     calculated (TestRefusals).
//   - Trailing checksums of the algorithms XXHASH64, XXHASH3 and XXHASH128 are refused by
//     name (TestTrailingChecksums).
//
// Assumed, because no evidence was found; the stricter or simpler choice:
//
//   - A header x-amz-* that is not signed is refused for every service; the words for
//     services other than S3 are those for a missing host (TestRefusals).
//   - A Content-Type that is not signed is refused by S3 in a request with an Authorization
//     header (TestRefusals).
//   - A signature in both places is refused for every service (TestRefusals).
//   - The time of a form is only in its policy: X-Amz-Date may be any of the scope's day
//     (TestForms). A credential that cannot be read is an InvalidArgument.
//   - A presigned URL without X-Amz-Expires is valid for the clock skew that the service
//     tolerates, outside S3 (TestPresignedTimes).
package sigv4
