package auth0

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"unicode/utf8"
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
	dec := newObjectDecoder(body)
	p := params{}
	for dec.next() {
		if _, ok := p[dec.key]; ok {
			return nil, errInvalidRequest("Duplicate parameter: " + dec.key)
		}
		p[dec.key] = dec.value
	}
	if dec.err != nil {
		return nil, errInvalidRequest("The body is not a JSON object of strings").because(dec.err.Error())
	}
	return p, p.check()
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

// objectDecoder reads a flat JSON object of strings token by token, because
// unmarshalling into a map would hide repeated keys.
type objectDecoder struct {
	dec        *json.Decoder
	key, value string
	err        error
}

func newObjectDecoder(body []byte) *objectDecoder {
	d := &objectDecoder{dec: json.NewDecoder(bytes.NewReader(body))}
	if !utf8.Valid(body) { // the decoder would replace the bytes silently
		d.err = errors.New("invalid UTF-8")
		return d
	}
	if tok, err := d.dec.Token(); err != nil || tok != json.Delim('{') {
		d.err = errors.Join(err, errors.New("expected an object"))
	}
	return d
}

// next moves to the next key and value; false is the end or an error.
func (d *objectDecoder) next() bool {
	if d.err != nil {
		return false
	}
	if !d.dec.More() {
		d.err = d.end()
		return false
	}
	d.key, d.err = d.str()
	if d.err == nil {
		d.value, d.err = d.str()
	}
	return d.err == nil
}

func (d *objectDecoder) str() (string, error) {
	tok, err := d.dec.Token()
	if err != nil {
		return "", err
	}
	s, ok := tok.(string)
	if !ok {
		return "", fmt.Errorf("expected a string, got %v", tok)
	}
	return s, nil
}

// end reads the closing brace, which nothing may follow.
func (d *objectDecoder) end() error {
	if _, err := d.dec.Token(); err != nil {
		return err
	}
	if _, err := d.dec.Token(); err != io.EOF {
		return errors.New("trailing bytes")
	}
	return nil
}
