package sigv4

import (
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"strings"
)

// Values of x-amz-content-sha256 in place of a hash. Only S3 accepts them.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
const (
	unsigned               = "UNSIGNED-PAYLOAD"
	signedChunks           = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
	signedChunksTrailer    = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
	unsignedChunksTrailer  = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
	contentSHA256Parameter = "X-Amz-Content-Sha256"
)

// payload returns the body's part of the canonical request: for S3 what the client declares,
// for every other service the hash of the body.
func (s *Signature) payload(r *http.Request, body []byte) (string, error) {
	if s.Service != s3 {
		return hexHash(body), nil
	}
	said := r.Header.Get(contentSHA256Parameter)
	if said == "" && s.presigned {
		said = s.query.Get(contentSHA256Parameter)
		if said == "" {
			said = unsigned
		}
	}
	switch said {
	case "":
		return "", errNoPayloadHash.error()
	case unsigned, signedChunks, signedChunksTrailer, unsignedChunksTrailer:
		return said, nil
	}
	if decoded, err := hex.DecodeString(said); err != nil || len(decoded) != 32 || strings.ToLower(said) != said {
		return "", errBadPayloadHash.error()
	}
	return said, nil
}

// open checks a body against the verified signature's claims, and decodes it.
func (s *Signature) open(r *http.Request, payload string, body, signingKey []byte) ([]byte, error) {
	switch payload {
	case unsigned:
		return body, nil
	case signedChunks, signedChunksTrailer, unsignedChunksTrailer:
		return s.openChunks(r, payload, body, signingKey)
	}
	if subtle.ConstantTimeCompare([]byte(hexHash(body)), []byte(payload)) != 1 {
		return nil, errPayload.error()
	}
	return body, nil
}
