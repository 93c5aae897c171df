package redact

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// A planting puts a secret where people put it. The secret is the part that
// must be masked; what precedes it may be shown.
var plantings = map[string]func(secret string) string{
	"a token in a text":            func(s string) string { return "got " + jwtHead + s + ", sorry" },
	"a header":                     func(s string) string { return "GET / HTTP/1.1\r\nX-Amz-Security-Token: " + s + "\r\nHost: x" },
	"a cookie header":              func(s string) string { return "cOOkie: a=b; session=" + s + "\nAccept: */*" },
	"a printed http.Header":        func(s string) string { return fmt.Sprint(http.Header{"Authorization": {s}, "Accept": {"*/*"}}) },
	"a scheme in a text":           func(s string) string { return "sent dpop " + s + "1x and failed" },
	"basic credentials":            func(s string) string { return "sent Basic " + base64.StdEncoding.EncodeToString([]byte("u:"+s)) },
	"a query":                      func(s string) string { return "/callback?state=1&code=" + s + "&x=1" },
	"a fragment":                   func(s string) string { return "https://site/callback#access_token=" + s },
	"a name with escapes":          func(s string) string { return "/callback?%63od%65=" + s },
	"a form":                       func(s string) string { return "grant_type=refresh_token&refresh_token=" + url.QueryEscape(s) },
	"an attribute":                 func(s string) string { return `level=INFO msg="a b" client_secret="` + s + ` x"` },
	"JSON":                         func(s string) string { return `{"refresh_token":` + text(s) + `,"n":1.0}` },
	"deep JSON":                    func(s string) string { return `{"cookies":{"a":[{"b":` + text(s) + `}]}}` },
	"JSON that is cut off":         func(s string) string { return `event {"headers":{"cookie":` + strings.TrimSuffix(text(s), `"`) },
	"a list that is cut off":       func(s string) string { return `event {"cookies":["a=b", ` + text(s) + `, "c` },
	"escaped JSON that is cut off": func(s string) string { return strings.Trim(text(`{"cookie":`+text(s)+`,"b":1`), `"`) },
	"escaped lists": func(s string) string {
		return "error: " + strings.Trim(text(`{"cookies":["a",`+text(s)+`],"b":1`), `"`)
	},
	"a multipart body": func(s string) string {
		return "--b\r\nContent-Disposition: form-data; name=\"password\"\r\nContent-Type: text/plain\r\n\r\n" + s + "\r\n--b--\r\n"
	},
	"a multipart body without quotes": func(s string) string {
		return "--b\r\ncontent-disposition: form-data; name=api_key\r\n\r\n" + s + "\r\n--b--\r\n"
	},
	"a header of a proxy's own":   func(s string) string { return `{"headers":{"x-amzn-remapped-authorization":` + text(s) + `}}` },
	"a nested parameter":          func(s string) string { return "a=b&user[password]=" + s + "&c[]=d" },
	"a list of parameters":        func(s string) string { return "/?password%5B%5D=" + s },
	"a password in a URL":         func(s string) string { return "dialing postgres://app:" + s + "@db:5432/app" },
	"YAML":                        func(s string) string { return "user: a\npassword: " + s + "\nport: 1" },
	"YAML in quotes":              func(s string) string { return "client_secret: '" + s + "'" },
	"an INI file":                 func(s string) string { return "aws_secret_access_key = " + s + "\n" },
	"a printed map":               func(s string) string { return fmt.Sprint(map[string]string{"accept": "*/*", "api-key": s}) },
	"a printed map of parameters": func(s string) string { return fmt.Sprint(map[string]string{"user[password]": s}) },
	"a printed struct": func(s string) string {
		return fmt.Sprintf("%+v", struct{ User, Password string }{"a", s})
	},
	"Go syntax":        func(s string) string { return fmt.Sprintf("%#v", struct{ Password string }{s}) },
	"another language": func(s string) string { return "{'refresh_token': '" + s + "', 'a': 1}" },
	"XML": func(s string) string {
		return `<a:Password type="x">` + strings.ReplaceAll(s, "<", "&lt;") + "</a:Password>"
	},
	"a private key":  func(s string) string { return "-----BEGIN PRIVATE KEY-----\n" + s + "\n-----END PRIVATE KEY-----" },
	"an API's token": func(s string) string { return `{"apiToken":` + text(s) + `}` },
	"a token of JSON": func(s string) string {
		return `{"payload":"e30","protected":"eyJhbGciOiJSUzI1NiJ9","signature":` + text(s) + `}`
	},
	"a referer": func(s string) string {
		return `{"headers":{"referer":"https://site/callback?code=` + url.QueryEscape(s) + `"}}`
	},
}

func text(s string) string { return string(quoted(s)) }

// layers are encodings that a planted secret may be inside.
var layers = map[string]func(string) string{
	"plain":            func(s string) string { return s },
	"percent escapes":  url.QueryEscape,
	"all percent":      percentAll,
	"base64":           func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"base64url":        func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
	"base64 in a path": func(s string) string { return "/a/" + base64.RawURLEncoding.EncodeToString([]byte(s)) + "/b" },
	"a JSON string":    func(s string) string { return `{"body":` + text(s) + `}` },
	"a base64 event": func(s string) string {
		return `{"body":"` + base64.StdEncoding.EncodeToString([]byte(s)) + `","isBase64Encoded":true}`
	},
	"binary": func(s string) string {
		return base64.StdEncoding.EncodeToString([]byte("\xff\xfe\x00" + s + "\r\n--\xff"))
	},
	"gzip":    func(s string) string { return base64.StdEncoding.EncodeToString(zipped(s)) },
	"in text": func(s string) string { return "it failed: " + s },
}

func percentAll(s string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, "%%%02x", s[i])
	}
	return b.String()
}

func zipped(s string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(s))
	w.Close()
	return b.Bytes()
}

// shows reports whether a secret can be read in a text, inside any layers.
func shows(text, secret string, depth int) bool {
	if strings.Contains(text, secret) {
		return true
	}
	if depth == 0 {
		return false
	}
	found := func(inner string) bool { return inner != text && shows(inner, secret, depth-1) }
	var value any
	if json.Unmarshal([]byte(text), &value) == nil {
		if list := jsonStrings(value); len(list) > 0 {
			return found(strings.Join(list, "\n"))
		}
	}
	for _, word := range strings.FieldsFunc(text, func(c rune) bool { return c > 0x7f || !isBase64(byte(c)) }) {
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			word = strings.TrimPrefix(strings.TrimSuffix(word, "/b"), "/a/")
			decoded, err := encoding.DecodeString(word)
			if err != nil || len(word) < 8 {
				continue
			}
			if r, err := gzip.NewReader(bytes.NewReader(decoded)); err == nil {
				var b bytes.Buffer
				b.ReadFrom(r)
				decoded = b.Bytes()
			}
			if found(string(decoded)) {
				return true
			}
		}
	}
	return found(unescape(text)) || found(strings.ReplaceAll(text, "+", " ")) || found(strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(text))
}

func jsonStrings(value any) []string {
	switch value := value.(type) {
	case string:
		return []string{value}
	case []any:
		var list []string
		for _, item := range value {
			list = append(list, jsonStrings(item)...)
		}
		return list
	case map[string]any:
		var list []string
		for _, item := range value {
			list = append(list, jsonStrings(item)...)
		}
		return list
	}
	return nil
}

// TestTextsFullOfNames: the cost of masking a text grows with its length, not with
// its square. A search that restarts after each name would not end within the
// test's timeout.
func TestTextsFullOfNames(t *testing.T) {
	t.Parallel()
	size := 256 << 10
	if testing.Short() {
		size = 16 << 10
	}
	for _, piece := range []string{"a=", "code=a", "password[", "a:[", `a:[a="`, "x-a: ", "token: ", "a: ", `a="`, "http://a:", "<a>", "-----BEGIN PRIVATE KEY-----"} {
		whole := strings.Repeat(piece, size/len(piece)) + " code=token"
		if got := Text(whole); got != whole && !strings.Contains(piece, "KEY") {
			t.Errorf("%q became %.40q", piece, got)
		}
	}
}

const planted = "planted-SECRET-0123456789"

// TestPlantedSecrets: wherever a secret is, inside two encodings, it is
// masked, and masking again changes nothing.
func TestPlantedSecrets(t *testing.T) {
	t.Parallel()
	for place, plant := range plantings {
		for outerName, outer := range layers {
			for innerName, inner := range layers {
				whole := outer(inner(plant(planted)))
				if !shows(whole, planted, 5) {
					t.Fatalf("%s below %s and %s: the test finds nothing in %s", place, innerName, outerName, whole)
				}
				got := Text(whole)
				if shows(got, planted, 5) || got == whole {
					t.Errorf("%s below %s and %s:\n%s\nis shown as\n%s", place, innerName, outerName, whole, got)
				}
				if again := Text(got); again != got {
					t.Errorf("%s below %s and %s, again:\n%s\nis shown as\n%s", place, innerName, outerName, got, again)
				}
			}
		}
	}
}
