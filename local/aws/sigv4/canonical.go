package sigv4

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// canonical returns the canonical request.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request
func (s *Signature) canonical(r *http.Request, payloadHash string) string {
	var b strings.Builder
	b.WriteString(r.Method + "\n")
	b.WriteString(s.canonicalPath(r.URL) + "\n")
	b.WriteString(s.canonicalQuery() + "\n")
	for _, name := range s.headers {
		b.WriteString(name + ":" + headerValue(r, name) + "\n")
	}
	b.WriteString("\n" + strings.Join(s.headers, ";") + "\n")
	b.WriteString(payloadHash)
	return b.String()
}

// canonicalPath returns for S3 the path encoded once, as sent, and for every other service
// the path of the request line, normalized and encoded once more.
func (s *Signature) canonicalPath(u *url.URL) string {
	if s.Service == s3 {
		return encode(orRoot(u.Path), true)
	}
	return encode(normalize(u.EscapedPath()), true)
}

func orRoot(path string) string {
	if path == "" {
		return "/"
	}
	return path
}

// normalize removes empty segments and, as RFC 3986 does, those of one or two dots. A
// trailing slash stays.
func normalize(path string) string {
	var kept []string
	segments := strings.Split(path, "/")
	for _, segment := range segments {
		switch segment {
		case "", ".":
		case "..":
			kept = kept[:max(0, len(kept)-1)]
		default:
			kept = append(kept, segment)
		}
	}
	last := segments[len(segments)-1]
	if len(kept) > 0 && (last == "" || last == "." || last == "..") {
		kept = append(kept, "")
	}
	return "/" + strings.Join(kept, "/")
}

// canonicalQuery returns all parameters except the signature, and except the session token of
// a service that does not sign it, sorted by encoded name and then encoded value.
func (s *Signature) canonicalQuery() string {
	if len(s.query) == 0 {
		return ""
	}
	type parameter struct{ name, value string }
	var parameters []parameter
	for name, values := range s.query {
		if s.presigned && (name == "X-Amz-Signature" || name == "X-Amz-Security-Token" && !s.signsToken()) {
			continue
		}
		for _, value := range values {
			parameters = append(parameters, parameter{encode(name, false), encode(value, false)})
		}
	}
	slices.SortFunc(parameters, func(a, b parameter) int {
		if a.name != b.name {
			return strings.Compare(a.name, b.name)
		}
		return strings.Compare(a.value, b.value)
	})
	pairs := make([]string, len(parameters))
	for i, p := range parameters {
		pairs[i] = p.name + "=" + p.value
	}
	return strings.Join(pairs, "&")
}

// headerValue joins the values of a header. It trims each and replaces several spaces by one.
// net/http removes Host from the headers.
func headerValue(r *http.Request, name string) string {
	values := r.Header.Values(name)
	switch {
	case name == "host":
		return r.Host
	case name == "content-length" && len(values) == 0:
		return strconv.FormatInt(max(0, r.ContentLength), 10)
	}
	if len(values) == 1 {
		return singleSpaced(values[0])
	}
	joined := make([]string, len(values))
	for i, value := range values {
		joined[i] = singleSpaced(value)
	}
	return strings.Join(joined, ",")
}

func singleSpaced(value string) string {
	value = strings.Trim(value, " \t")
	for strings.Contains(value, "  ") {
		value = strings.ReplaceAll(value, "  ", " ")
	}
	return value
}

// encode percent-encodes all bytes except those that RFC 3986 does not reserve, and slashes
// if slashes is set.
func encode(text string, slashes bool) string {
	plain := func(c byte) bool {
		return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_' || c == '.' || c == '~' || c == '/' && slashes
	}
	i := 0
	for i < len(text) && plain(text[i]) {
		i++
	}
	if i == len(text) {
		return text
	}
	const digits = "0123456789ABCDEF"
	out := append(make([]byte, 0, len(text)+16), text[:i]...)
	for ; i < len(text); i++ {
		if c := text[i]; plain(c) {
			out = append(out, c)
		} else {
			out = append(out, '%', digits[c>>4], digits[c&15])
		}
	}
	return string(out)
}

// scope returns the credential scope.
func (s *Signature) scope() string {
	return s.Date + "/" + s.Region + "/" + s.Service + "/" + terminator
}

// sign returns the signature of a request by a secret key, and the derived signing key.
func (s *Signature) sign(r *http.Request, payloadHash, secret string) (signature string, key []byte) {
	key = s.signingKey(secret)
	toSign := algorithm + "\n" + s.time + "\n" + s.scope() + "\n" + hexHash([]byte(s.canonical(r, payloadHash)))
	return hex.EncodeToString(mac(key, toSign)), key
}

// signingKey derives the key of one day, region and service.
func (s *Signature) signingKey(secret string) []byte {
	key := mac([]byte("AWS4"+secret), s.Date)
	key = mac(key, s.Region)
	key = mac(key, s.Service)
	return mac(key, terminator)
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

func hexHash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
