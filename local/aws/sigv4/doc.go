// Package sigv4 verifies AWS Signature Version 4 as AWS does: in an Authorization
// header or in the query of a presigned URL, with S3's rules for S3 and the general
// ones for every other service.
//
// [Parse] reads what a request's signature says, of which nothing is proved.
// [Verifier.Verify] proves it, and returns the body that was signed: what S3's clients
// send in chunks is decoded, with each chunk's signature and the trailing checksum
// verified. A refusal is an [Error] in AWS's own words. [Sign] signs a request that is
// forwarded, [Presign] the URL of one without a body.
//
// It knows no services but S3, whose rules differ, and IoT Core's device endpoint, whose
// presigned URLs have a session token that is not signed; no policy, and no caller beyond the
// key that belongs to an access key ID.
//
// A signature covers the path, the query, the headers that it names, and the body.
// What it covers is what a service reads afterwards: a path that is normalized before
// it is signed is left normalized (TestNormalizedPathIsWhatIsLeft), and a query that
// net/http would read in part is refused (TestRefusals).
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
//
// # Differences
//
//   - A signature may be used again within its time, as on AWS: nothing in it is used
//     once (TestReplayWithinTheTimeIsAllowed).
//   - Signature Version 2, Signature Version 4A and the signed fields of an HTML form
//     are refused (TestRefusals).
//   - The error of a signature that does not match does not have the canonical request
//     that AWS calculated (TestRefusals).
//   - Trailing checksums of the algorithms XXHASH64, XXHASH3 and XXHASH128 are refused
//     by name (TestTrailingChecksums).
//
// Assumed, because no evidence was found; the stricter or simpler choice:
//
//   - A header x-amz-* that is not signed is refused for every service; the words for
//     others than S3 are those for a missing host (TestRefusals).
//   - A Content-Type that is not signed is refused by S3 in a request with an
//     Authorization header (TestRefusals).
//   - A signature in both places is refused for every service (TestRefusals).
//   - A presigned URL without X-Amz-Expires lives for the time that the service allows
//     to clocks, outside S3 (TestPresignedTimes).
package sigv4
