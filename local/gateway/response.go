package gateway

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// answer is what a client gets: a failure, a preflight's answer or the
// function's.
type answer struct {
	status      int
	contentType string // empty: none is sent
	challenge   string // www-authenticate; empty: none is sent
	headers     []header
	cookies     []string
	body        []byte
	last        bool // on its connection, where the next request begins is uncertain
}

// header is a name as the function wrote it, and a value.
type header struct{ name, value string }

// add appends a header, and keeps others of the same name.
func (a *answer) add(name, value string) { a.headers = append(a.headers, header{name, value}) }

func (a *answer) addNonEmpty(name, value string) {
	if value != "" {
		a.add(name, value)
	}
}

// ownHeaders are set by the gateway or by HTTP itself; a function's are
// dropped.
var ownHeaders = map[string]bool{
	"apigw-requestid": true, "connection": true, "content-length": true, "date": true,
	"keep-alive": true, "proxy-connection": true, "te": true, "trailer": true,
	"transfer-encoding": true, "upgrade": true,
}

// write sends a and returns the length of its body. Names of the gateway's
// own headers go out in lower case, as the real ones do on HTTP/1.1.
func (a *answer) write(w http.ResponseWriter, requestID string) int {
	h := w.Header()
	for _, extra := range a.headers {
		h.Add(extra.name, extra.value)
	}
	for _, cookie := range a.cookies {
		h.Add("Set-Cookie", cookie)
	}
	h["Content-Type"] = nil // or net/http guesses one
	if a.contentType != "" {
		h["Content-Type"] = []string{a.contentType}
	}
	if a.challenge != "" {
		h["www-authenticate"] = []string{a.challenge}
	}
	// Present in every recorded HTTP/1.1 answer; net/http replaces it with close
	// when it closes.
	h["Connection"] = []string{"keep-alive"}
	if a.last {
		h["Connection"] = []string{"close"}
	}
	h["apigw-requestid"] = []string{requestID}
	if a.hasBody() {
		h["Content-Length"] = []string{strconv.Itoa(len(a.body))}
	}
	w.WriteHeader(a.status)
	if !a.hasBody() {
		return 0
	}
	n, _ := w.Write(a.body) // an error means that the client has disconnected
	return n
}

// hasBody reports whether a's status may have one (RFC 9110, section 6.4.1).
func (a *answer) hasBody() bool {
	return a.status != http.StatusNoContent && a.status != http.StatusNotModified
}

// parseAnswer reads a function's output in payload format 2.0. The error is
// what is wrong with it; the client then gets a 500.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
func parseAnswer(output []byte) (*answer, error) {
	output = bytes.Trim(output, " \t\r\n") // only the white space of JSON
	if len(output) == 0 || output[0] != '{' {
		return inferAnswer(output)
	}
	members, err := parseObject(output)
	if err != nil {
		return nil, fmt.Errorf("the function's output: %w", err)
	}
	if members.get("statusCode") == nil {
		return &answer{status: http.StatusOK, contentType: applicationJSON, body: output}, nil
	}
	a, err := readAnswer(members)
	if err != nil {
		return nil, fmt.Errorf("the function's output: %w", err)
	}
	return a, nil
}

// inferAnswer handles output that is not an object: it becomes the body, a string
// without its quotes.
func inferAnswer(output []byte) (*answer, error) {
	if err := checkJSON(output); err != nil {
		return nil, fmt.Errorf("the function's output: %w", err)
	}
	a := &answer{status: http.StatusOK, contentType: applicationJSON, body: output}
	if text, ok := stringValue(output); ok {
		a.body = []byte(text)
	}
	return a, nil
}

// readAnswer reads an object with a statusCode. Members that the format does
// not name are ignored, multiValueHeaders among them.
func readAnswer(members object) (*answer, error) {
	a := &answer{}
	var err error
	if a.status, err = readStatus(members.get("statusCode")); err != nil {
		return nil, err
	}
	if err := a.readHeaders(members.get("headers")); err != nil {
		return nil, err
	}
	if a.contentType == "" && a.hasBody() {
		a.contentType = "text/plain; charset=utf-8"
	}
	if cookies := members.get("cookies"); !isNull(cookies) {
		var ok bool
		if a.cookies, ok = stringValues(cookies); !ok {
			return nil, errors.New("cookies: expected an array of strings")
		}
	}
	for _, cookie := range a.cookies {
		if err := checkHeader("Set-Cookie", cookie); err != nil {
			return nil, err
		}
	}
	return a, a.readBody(members.get("body"), members.get("isBase64Encoded"))
}

// readStatus accepts an integer that HTTP can send as a final status.
func readStatus(value []byte) (int, error) {
	status, err := strconv.ParseUint(string(value), 10, 16)
	if err != nil || status < 200 || status > 599 {
		return 0, fmt.Errorf("statusCode: expected an integer of 200 to 599, got %s", value)
	}
	return int(status), nil
}

// readHeaders separates the content type, since net/http must not guess one where
// there is none, and drops what only the gateway sets.
func (a *answer) readHeaders(value []byte) error {
	if isNull(value) {
		return nil
	}
	if value[0] != '{' {
		return errors.New("headers: expected an object")
	}
	members, err := parseObject(value)
	if err != nil {
		return err
	}
	for _, m := range members {
		text, ok := stringValue(m.value)
		if !ok {
			return fmt.Errorf("headers: expected a string for %q", m.name)
		}
		if err := checkHeader(m.name, text); err != nil {
			return err
		}
		switch name := strings.ToLower(m.name); {
		case name == "content-type":
			a.contentType = text
		case !ownHeaders[name]:
			a.add(m.name, text)
		}
	}
	return nil
}

// checkHeader refuses what net/http would silently rewrite or drop, and what
// could split the answer in two.
func checkHeader(name, value string) error {
	if !headerName.MatchString(name) {
		return fmt.Errorf("headers: %q is no header name", name)
	}
	for _, c := range []byte(value) {
		if c < ' ' && c != '\t' || c == 0x7f {
			return fmt.Errorf("headers: the value of %q has a control character", name)
		}
	}
	return nil
}

// readBody decodes base64 in the standard alphabet with its padding.
func (a *answer) readBody(body, isBase64Encoded []byte) error {
	var text string
	if !isNull(body) {
		var ok bool
		if text, ok = stringValue(body); !ok {
			return errors.New("body: expected a string")
		}
	}
	switch {
	case isNull(isBase64Encoded), string(isBase64Encoded) == "false":
		a.body = []byte(text)
		return nil
	case string(isBase64Encoded) != "true":
		return errors.New("isBase64Encoded: expected a boolean")
	}
	var err error
	if a.body, err = base64.StdEncoding.DecodeString(text); err != nil {
		return fmt.Errorf("body: %w", err)
	}
	return nil
}

// isNull is true for null and for a member that is not there: aws-lambda-go
// writes null for what it leaves out.
func isNull(value []byte) bool { return value == nil || string(value) == "null" }
