package cdn

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// changedRequest is r with the function's changes. All five members are required;
// only method is read-only. What is equal to before stays as the viewer sent it,
// byte for byte.
func changedRequest(r *http.Request, before eventRequest, result map[string]json.RawMessage) (*http.Request, error) {
	var after eventRequest
	err := decode(result, map[string]any{"method": &after.Method, "uri": &after.URI,
		"querystring": &after.Querystring, "headers": &after.Headers, "cookies": &after.Cookies})
	if err != nil {
		return nil, err
	}
	if after.Method != before.Method {
		return nil, errors.New("method is read-only")
	}
	r = r.Clone(r.Context())
	if after.URI != before.URI {
		if err := setURI(r.URL, after.URI); err != nil {
			return nil, err
		}
	}
	if !after.Querystring.equal(before.Querystring) {
		if err := setQuery(r.URL, before.Querystring, after.Querystring); err != nil {
			return nil, err
		}
	}
	if len(r.URL.RequestURI()) >= maxURLBytes {
		return nil, fmt.Errorf("uri and querystring have to be shorter than %d bytes", maxURLBytes)
	}
	if !after.Cookies.equal(before.Cookies) {
		if err := setCookies(r.Header, before.Cookies, after.Cookies); err != nil {
			return nil, err
		}
	}
	return r, setHeaders(r.Header, before.Headers, after.Headers, readOnlyInRequest)
}

// setURI sets an escaped path; the query is a separate member.
func setURI(u *url.URL, uri string) error {
	path, err := url.PathUnescape(uri)
	switch {
	case !strings.HasPrefix(uri, "/"):
		return fmt.Errorf("uri %q does not begin with /", uri)
	case err != nil:
		return fmt.Errorf("uri: %w", err)
	case strings.ContainsAny(uri, "?# ") || strings.ContainsFunc(uri, isControl):
		return fmt.Errorf("uri %q has a character that a path cannot have", uri)
	}
	u.Path, u.RawPath = path, uri
	return nil
}

// setQuery writes the parameters, which are escaped as in the event, in the order
// of their names.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html#function-restrictions-query-strings
func setQuery(u *url.URL, before, after fields) error {
	var parameters []string
	for _, name := range slices.Sorted(maps.Keys(after)) {
		for _, v := range after[name].values(before[name]) {
			parameters = append(parameters, name+"="+v.Value)
		}
	}
	query := strings.Join(parameters, "&")
	if strings.ContainsAny(query, "# ") || strings.ContainsFunc(query, isControl) {
		return fmt.Errorf("querystring %q has a character that a query cannot have", query)
	}
	u.RawQuery = query
	return nil
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// setCookies writes the viewer's cookies in the order of their names.
func setCookies(h http.Header, before, after fields) error {
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(after)) {
		for _, v := range after[name].values(before[name]) {
			pairs = append(pairs, name+"="+v.Value)
		}
	}
	header := strings.Join(pairs, "; ")
	if !httpguts.ValidHeaderFieldValue(header) {
		return errors.New("cookies cannot be written as a header")
	}
	h.Del("Cookie")
	if header != "" {
		h.Set("Cookie", header)
	}
	return nil
}
