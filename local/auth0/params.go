package auth0

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// maxParams bounds a query or a body, in bytes, far above any legitimate request.
const maxParams = 32 << 10

// params are a request's parameters, each of which came at most once.
type params map[string]string

// parseParams reads URL-encoded parameters. A repeated one is refused:
// https://www.rfc-editor.org/rfc/rfc6749#section-3.1.
func parseParams(encoded string) (params, *oauthError) {
	if len(encoded) > maxParams {
		return nil, errInvalidRequest("The request is too large")
	}
	values, err := url.ParseQuery(encoded)
	if err != nil {
		return nil, errInvalidRequest("The parameters are malformed")
	}
	p := params{}
	for key, all := range values {
		if len(all) > 1 {
			return nil, errInvalidRequest("Duplicate parameter: " + key)
		}
		p[key] = all[0]
	}
	return p, p.check()
}

// parseJSONParams reads an object of strings, which Auth0 accepts instead of a
// form.
func parseJSONParams(body []byte) (params, *oauthError) {
	// Repeated names are refused below, as those of a form are.
	dec := jsontext.NewDecoder(bytes.NewReader(body), jsontext.AllowDuplicateNames(true))
	p := params{}
	_, err := readToken(dec, '{')
	for err == nil && dec.PeekKind() != '}' {
		var key, value string
		if key, err = readToken(dec, '"'); err != nil {
			break
		}
		if value, err = readToken(dec, '"'); err != nil {
			break
		}
		if _, ok := p[key]; ok {
			return nil, errInvalidRequest("Duplicate parameter: " + key)
		}
		p[key] = value
	}
	if err == nil {
		_, err = readToken(dec, '}')
	}
	if err == nil {
		if _, err = dec.ReadToken(); err == io.EOF {
			return p, nil // jsontext has refused what is not UTF-8
		}
		err = errors.New("expected nothing after the object")
	}
	return nil, errInvalidRequest("The body is not a JSON object of strings").because(err.Error())
}

// readToken returns the text of the next token, which must be of this kind.
func readToken(dec *jsontext.Decoder, want jsontext.Kind) (string, error) {
	token, err := dec.ReadToken()
	if err == nil && token.Kind() != want {
		err = fmt.Errorf("expected %v, got %v", want, token.Kind())
	}
	if err != nil {
		return "", err
	}
	return token.String(), nil
}

// check refuses text that is not UTF-8.
func (p params) check() *oauthError {
	for key, value := range p {
		if !utf8.ValidString(key) || !utf8.ValidString(value) {
			return errInvalidRequest("The parameters are not UTF-8")
		}
	}
	return nil
}

// readParams reads the body of a POST, a form or JSON by its content type.
// The query string is ignored: secrets do not belong there.
func readParams(w http.ResponseWriter, r *http.Request) (params, *oauthError) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxParams))
	if err != nil {
		return nil, errInvalidRequest("The request is too large").because(err.Error())
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		kind = ""
	}
	switch kind {
	case "application/x-www-form-urlencoded":
		return parseParams(string(body))
	case "application/json":
		return parseJSONParams(body)
	}
	return nil, errInvalidRequest("The content type must be application/x-www-form-urlencoded or application/json")
}
