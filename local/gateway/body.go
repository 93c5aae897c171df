package gateway

import (
	"encoding/base64"
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"
)

const (
	// maxBodyBytes bounds a request's body.
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
	maxBodyBytes = 10 << 20
	// maxEventBytes bounds what a function can be invoked with.
	// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
	maxEventBytes = 6 << 20
)

// readBody returns the request's body, or why the gateway refuses it.
func readBody(r *http.Request) ([]byte, *failure) {
	if r.ContentLength > maxBodyBytes {
		return nil, tooLarge
	}
	if r.ContentLength == 0 {
		return nil, nil
	}
	if r.ContentLength > 0 {
		body := make([]byte, r.ContentLength)
		if _, err := io.ReadFull(r.Body, body); err != nil {
			return nil, badRequest
		}
		return body, nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBodyBytes+1))
	switch {
	case err != nil:
		return nil, badRequest
	case len(body) > maxBodyBytes:
		return nil, tooLarge
	}
	return body, nil
}

// appendBody writes the body as text for the content types that API Gateway treats
// as text, and otherwise in base64.
func appendBody(b, body []byte, contentType string) []byte {
	switch {
	case len(body) == 0:
		return append(b, `,"isBase64Encoded":false`...)
	case isText(contentType) && utf8.Valid(body):
		b = append(b, `,"body":`...)
		b = appendQuoted(b, body)
		return append(b, `,"isBase64Encoded":false`...)
	}
	b = append(b, `,"body":"`...)
	b = base64.StdEncoding.AppendEncode(b, body)
	return append(b, `","isBase64Encoded":true`...)
}

// isText was measured on the real service, where even a form and a missing
// type are binary: https://github.com/ministackorg/ministack/pull/766
func isText(contentType string) bool {
	mediaType, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return false
	}
	switch mediaType {
	case applicationJSON, "application/xml", "application/javascript":
		return true
	}
	return strings.HasPrefix(mediaType, "text/")
}
