package cdn

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"

	"golang.org/x/net/http/httpguts"
)

// generatedResponse is the answer of a viewer-request function; of its members
// only statusCode is required.
func generatedResponse(result map[string]json.RawMessage) (*http.Response, error) {
	resp := &http.Response{Header: http.Header{"Server": {"CloudFront"}}, Body: http.NoBody}
	before := eventResponse{Headers: fields{"server": {Value: "CloudFront"}}, Cookies: fields{}}
	if _, ok := result["headers"]; !ok {
		result["headers"] = json.RawMessage(`{"server":{"value":"CloudFront"}}`)
	}
	if err := changeResponse(resp, before, result); err != nil {
		return nil, err
	}
	resp.Header.Set("Server", "CloudFront")
	if _, ok := result["body"]; !ok && hasBody(resp.StatusCode) {
		resp.Header.Set("Content-Length", "0")
	}
	return resp, nil
}

// changeResponse applies a function's response object to resp. Without a body
// member the origin's body stays; cookies that are left out stay too.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html#functions-event-structure-response
func changeResponse(resp *http.Response, before eventResponse, result map[string]json.RawMessage) error {
	after := eventResponse{Cookies: before.Cookies}
	if err := decode(result, map[string]any{"statusCode": &after.StatusCode, "headers": &after.Headers}); err != nil {
		return err
	}
	if raw, ok := result["cookies"]; ok {
		after.Cookies = nil
		if err := json.Unmarshal(raw, &after.Cookies); err != nil {
			return fmt.Errorf("cookies: %w", err)
		}
	}
	if after.StatusCode < 200 || after.StatusCode > 599 {
		return fmt.Errorf("statusCode %d is not between 200 and 599", after.StatusCode)
	}
	// The length is that of the body, whatever the function sets.
	length := resp.Header["Content-Length"]
	if err := setHeaders(resp.Header, before.Headers, after.Headers, readOnlyInResponse); err != nil {
		return err
	}
	delete(resp.Header, "Content-Length")
	if length != nil {
		resp.Header["Content-Length"] = length
	}
	if err := setResponseCookies(resp.Header, before.Cookies, after.Cookies); err != nil {
		return err
	}
	resp.StatusCode = after.StatusCode
	if !hasBody(resp.StatusCode) {
		removeBody(resp)
		delete(resp.Header, "Content-Length")
		return nil
	}
	if raw, ok := result["body"]; ok {
		return replaceBody(resp, raw)
	}
	return nil
}

// setResponseCookies rewrites all cookies if one of them changed.
func setResponseCookies(h http.Header, before, after fields) error {
	if after.equal(before) {
		return nil
	}
	h.Del("Set-Cookie")
	for _, name := range slices.Sorted(maps.Keys(after)) {
		for _, v := range after[name].values(before[name]) {
			line := name + "=" + v.Value
			if v.Attributes != "" {
				line += "; " + v.Attributes
			}
			if !httpguts.ValidHeaderFieldValue(line) {
				return fmt.Errorf("cookie %q cannot be written as a header", name)
			}
			h.Add("Set-Cookie", line)
		}
	}
	return nil
}

// replaceBody sends the function's body, which is text or {encoding, data}, with
// its real length. The function must adapt the other headers.
func replaceBody(resp *http.Response, raw json.RawMessage) error {
	var text string
	if json.Unmarshal(raw, &text) != nil {
		var body struct{ Encoding, Data string }
		if err := json.Unmarshal(raw, &body); err != nil {
			return fmt.Errorf("body: %w", err)
		}
		switch body.Encoding {
		case "text":
			text = body.Data
		case "base64":
			decoded, err := base64.StdEncoding.DecodeString(body.Data)
			if err != nil {
				return fmt.Errorf("body: %w", err)
			}
			text = string(decoded)
		default:
			return fmt.Errorf("body.encoding %q is neither text nor base64", body.Encoding)
		}
	}
	resp.Body.Close()
	replaced := textResponse(resp.StatusCode, resp.Header, text)
	resp.Body, resp.ContentLength = io.NopCloser(replaced.Body), replaced.ContentLength
	return nil
}
