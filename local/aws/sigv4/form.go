package sigv4

import (
	"crypto/hmac"
	"encoding/hex"
)

// A Form has the fields that sign a browser's form for S3, as they were sent.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html
type Form struct {
	Algorithm  string // X-Amz-Algorithm
	Credential string // X-Amz-Credential
	Date       string // X-Amz-Date
	Token      string // X-Amz-Security-Token; empty where the key is not temporary
	Policy     string // in base64: what is signed
	Signature  string // X-Amz-Signature, in hexadecimal
}

// ParseForm reads the signature of a form. The error is an *Error.
func ParseForm(f Form) (*Signature, error) {
	if f.Policy == "" || f.Signature == "" || f.Credential == "" {
		return nil, errMissing.of(s3)
	}
	s := &Signature{policy: f.Policy, value: f.Signature, token: f.Token, time: f.Date}
	if f.Algorithm != algorithm {
		return nil, errAlgorithm.of(s3)
	}
	if err := s.readCredential(errForm, f.Credential, s3); err != nil {
		return nil, err
	}
	return s, s.parseTime()
}

// verifyForm verifies the signature of a form's policy. The policy itself states how long it
// is valid, and what the form may contain.
func (s *Signature) verifyForm(secret string) error {
	want := hex.EncodeToString(mac(s.signingKey(secret), s.policy))
	if s.Service != s3 || !hmac.Equal([]byte(want), []byte(s.value)) {
		return errMismatch.of(s3)
	}
	return nil
}
