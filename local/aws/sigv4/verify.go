package sigv4

import (
	"bytes"
	"crypto/hmac"
	"crypto/subtle"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// A Key holds what belongs to an access key ID.
type Key struct {
	Secret       string
	SessionToken string    // empty if the key is not temporary
	Expiration   time.Time // zero: never
}

// A Verifier verifies the signatures of one region's endpoint. Its fields must be set. It is
// safe for concurrent use.
type Verifier struct {
	Region string
	Now    func() time.Time
	Key    func(accessKeyID string) (Key, bool)
}

// Verify verifies a request's signature with its whole body, and returns the signed body. If
// that differs from the body sent, r is changed accordingly: its length, its
// Content-Encoding, and a header for the trailing checksum. A path that is signed normalized
// is left normalized. The error is an *Error.
func (v Verifier) Verify(r *http.Request, s *Signature, body []byte) (signed []byte, err error) {
	now := v.Now().UTC()
	key, known := v.Key(s.AccessKeyID)
	if !known || key.Secret == "" {
		return nil, errKey.of(s.Service)
	}
	checks := []func() error{
		func() error { return s.checkToken(key, now) },
		func() error { return s.checkScope(v.Region) },
	}
	if s.policy != "" {
		checks = append(checks, func() error { return s.verifyForm(key.Secret) })
	} else {
		checks = append(checks, func() error { return s.checkTime(now) }, func() error { return s.checkHeaders(r) })
	}
	for _, check := range checks {
		if err := check(); err != nil {
			return nil, err
		}
	}
	if s.policy != "" {
		return body, nil
	}
	payload, err := s.payload(r, body)
	if err != nil {
		return nil, err
	}
	want, signingKey := s.sign(r, payload, key.Secret)
	if !hmac.Equal([]byte(want), []byte(s.value)) {
		return nil, errMismatch.of(s.Service)
	}
	if s.Service != s3 {
		return body, leaveNormalized(r)
	}
	return s.open(r, payload, body, signingKey)
}

func (s *Signature) checkToken(key Key, now time.Time) error {
	if subtle.ConstantTimeCompare([]byte(key.SessionToken), []byte(s.token)) != 1 {
		return errToken.of(s.Service)
	}
	if !key.Expiration.IsZero() && !now.Before(key.Expiration) {
		return errExpiredToken.of(s.Service)
	}
	return nil
}

func (s *Signature) checkScope(region string) error {
	switch {
	case s.terminator != terminator:
		return errTerminator.of(s.Service, s.terminator)
	case s.Region != region:
		return errRegion.of(s.Service, s.Region, region)
	case s.Date != s.time[:len("20060102")]:
		return errScopeDate.of(s.Service, s.Date, s.time[:len("20060102")], s.time)
	}
	return nil
}

// tolerance returns the clock skew that a service tolerates.
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html (RequestTimeTooSkewed)
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
func tolerance(service string) time.Duration {
	if service == s3 {
		return 15 * time.Minute
	}
	return 5 * time.Minute
}

func (s *Signature) checkTime(now time.Time) error {
	off := tolerance(s.Service)
	old, young := errTooOld, errTooNew
	life := off
	if s.presigned {
		old, young = errPresignedTooOld, errPresignedTooNew
		if s.expires > 0 {
			life = s.expires
		}
	}
	details := func(limit time.Time, minutes time.Duration) []any {
		return []any{s.time, limit.Format(timeFormat), now.Format(timeFormat), int(minutes / time.Minute)}
	}
	switch {
	case now.After(s.at.Add(life)):
		return old.of(s.Service, details(now.Add(-life), life)...)
	case s.at.After(now.Add(off)):
		return young.of(s.Service, details(now.Add(off), off)...)
	}
	return nil
}

// checkHeaders requires the headers that affect a request to be signed.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
func (s *Signature) checkHeaders(r *http.Request) error {
	if !slices.Contains(s.headers, "host") {
		return errHeaderNotSigned.of(s.Service, "Host' or ':authority")
	}
	for name := range r.Header {
		lower := strings.ToLower(name)
		binding := strings.HasPrefix(lower, "x-amz-") || lower == "content-type" && s.Service == s3 && !s.presigned
		if binding && !slices.Contains(s.headers, lower) {
			return errHeaderNotSigned.of(s.Service, name)
		}
	}
	return nil
}

// leaveNormalized sets a request's path to the one that was signed.
func leaveNormalized(r *http.Request) error {
	escaped := r.URL.EscapedPath()
	normalized := normalize(escaped)
	if normalized == escaped {
		return nil
	}
	path, err := url.PathUnescape(normalized)
	if err != nil {
		return errUnreadableQuery.of("")
	}
	r.URL.Path, r.URL.RawPath = path, normalized
	return nil
}

// replaceBody replaces the body of a request.
func replaceBody(r *http.Request, body []byte) {
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	r.Header.Del("Content-Length")
}
