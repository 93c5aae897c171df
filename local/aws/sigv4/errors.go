package sigv4

import (
	"fmt"
	"net/http"
	"strings"
)

// An Error is a refusal in the terms of an AWS API. The codes for services other than
// S3 are those of the JSON protocols.
type Error struct {
	Status  int // of HTTP
	Code    string
	Message string
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// error returns a copy that the caller may change.
func (e Error) error() error { return &e }

// words are the wording of a refusal: S3's, and that of every other service. A message may
// have verbs with argument indexes.
type words struct{ s3, others Error }

// of returns the words of a service.
func (w words) of(service string, details ...any) *Error {
	e := w.others
	if service == s3 {
		e = w.s3
	}
	if strings.Contains(e.Message, "%[") {
		e.Message = fmt.Sprintf(e.Message, details...)
	}
	return &e
}

// both returns words that are the same for every service, except for the code.
func both(status int, s3Code, code, message string) words {
	return words{s3: Error{status, s3Code, message}, others: Error{http.StatusBadRequest, code, message}}
}

// The refusals of a signature.
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/CommonErrors.html
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
var (
	errMissing = words{
		s3:     Error{403, "AccessDenied", "Access Denied"},
		others: Error{400, "MissingAuthenticationTokenException", "Request is missing Authentication Token"},
	}
	errTwice = both(400, "InvalidArgument", "IncompleteSignatureException",
		"Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified")
	errAlgorithm = words{
		s3:     Error{400, "InvalidRequest", "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."},
		others: Error{400, "IncompleteSignatureException", "Unsupported algorithm: expected 'AWS4-HMAC-SHA256', got '%[1]s'."},
	}
	errAuthorization = words{
		s3:     Error{400, "AuthorizationHeaderMalformed", "The authorization header is malformed; %[1]s"},
		others: Error{400, "IncompleteSignatureException", "%[1]s"},
	}
	errQuery = words{
		s3:     Error{400, "AuthorizationQueryParametersError", "%[1]s"},
		others: Error{400, "IncompleteSignatureException", "%[1]s"},
	}
	errForm            = both(400, "InvalidArgument", "IncompleteSignatureException", "%[1]s")
	errUnreadableQuery = both(400, "InvalidURI", "IncompleteSignatureException", "Couldn't parse the specified URI.")

	errKey = words{
		s3:     Error{403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."},
		others: Error{400, "UnrecognizedClientException", "The security token included in the request is invalid."},
	}
	errToken = words{
		s3:     Error{400, "InvalidToken", "The provided token is malformed or otherwise invalid."},
		others: Error{400, "UnrecognizedClientException", "The security token included in the request is invalid."},
	}
	errExpiredToken = words{
		s3:     Error{400, "ExpiredToken", "The provided token has expired."},
		others: Error{400, "ExpiredTokenException", "The security token included in the request is expired"},
	}

	errRegion = words{
		s3:     Error{400, "AuthorizationHeaderMalformed", "The authorization header is malformed; the region '%[1]s' is wrong; expecting '%[2]s'"},
		others: Error{400, "InvalidSignatureException", "Credential should be scoped to a valid region, not '%[1]s'. "},
	}
	errTerminator = words{
		s3:     Error{400, "AuthorizationHeaderMalformed", "The authorization header is malformed; incorrect terminal \"%[1]s\". This endpoint belongs to \"aws4_request\"."},
		others: Error{400, "InvalidSignatureException", "Credential should be scoped with a valid terminator: 'aws4_request', not '%[1]s'. "},
	}
	errScopeDate = words{
		s3: Error{400, "AuthorizationHeaderMalformed", "The authorization header is malformed; Invalid credential date. Date is not the same as X-Amz-Date."},
		others: Error{400, "InvalidSignatureException",
			"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '%[1]s' != '%[2]s', from '%[3]s'."},
	}
	errDate = words{
		s3:     Error{403, "AccessDenied", "AWS authentication requires a valid Date or x-amz-date header"},
		others: Error{400, "IncompleteSignatureException", "Date must be in ISO-8601 'basic format'. Got '%[1]s'. See http://en.wikipedia.org/wiki/ISO_8601"},
	}
	errTooOld = words{
		s3:     Error{403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large."},
		others: Error{400, "InvalidSignatureException", "Signature expired: %[1]s is now earlier than %[2]s (%[3]s - %[4]d min.)"},
	}
	errTooNew = words{
		s3:     Error{403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large."},
		others: Error{400, "InvalidSignatureException", "Signature not yet current: %[1]s is still later than %[2]s (%[3]s + %[4]d min.)"},
	}
	errPresignedTooOld = words{
		s3:     Error{403, "AccessDenied", "Request has expired"},
		others: Error{400, "InvalidSignatureException", "Signature expired: %[1]s is now earlier than %[2]s (%[3]s - %[4]d min.)"},
	}
	errPresignedTooNew = words{s3: Error{403, "AccessDenied", "Request is not valid yet"}, others: errTooNew.others}

	errHeaderNotSigned = words{
		s3:     Error{403, "AccessDenied", "There were headers present in the request which were not signed"},
		others: Error{400, "InvalidSignatureException", "'%[1]s' must be a 'SignedHeader' in the AWS Authorization."},
	}
	errMismatch = words{
		s3: Error{403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided. Check your key and signing method."},
		others: Error{400, "InvalidSignatureException", "The request signature we calculated does not match the signature you provided. " +
			"Check your AWS Secret Access Key and signing method. Consult the service documentation for details."},
	}
)

// The refusals of a body, which only S3 has.
var (
	errNoPayloadHash  = Error{400, "InvalidRequest", "Missing required header for this request: x-amz-content-sha256"}
	errBadPayloadHash = Error{400, "InvalidArgument", "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, " +
		"STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value."}
	errPayload        = Error{400, "XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed."}
	errIncompleteBody = Error{400, "IncompleteBody", "The request body terminated unexpectedly"}
	errDecodedLength  = Error{411, "MissingContentLength", "You must provide the Content-Length HTTP header."}
	errChunkSize      = Error{403, "InvalidChunkSizeError", "Only the last chunk is allowed to have a size less than 8192 bytes"}
	errTrailer        = Error{400, "MalformedTrailerError", "The request contained trailing data that was not well-formed or did not conform to our published schema."}
	errChunk          = errMismatch.s3
)
