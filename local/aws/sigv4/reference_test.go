package sigv4

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"sort"
	"strings"
)

// slow is a request to sign as the documentation says, step by step, on decoded parts.
// It shares nothing with the package.
type slow struct {
	method, path string      // decoded
	query        [][2]string // decoded
	headers      [][2]string // host among them
	payloadHash  string
	time         string // 20261129T180000Z
	service      string
}

func slowHMAC(key, text string) string {
	h := hmac.New(sha256.New, []byte(key))
	h.Write([]byte(text))
	return string(h.Sum(nil))
}

func slowEncode(text string, slash bool) string {
	out := ""
	for _, c := range []byte(text) {
		if strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~", c) >= 0 || c == '/' && slash {
			out += string(rune(c))
		} else {
			out += fmt.Sprintf("%%%02X", c)
		}
	}
	return out
}

func (s slow) signedHeaders() string {
	seen := map[string]bool{}
	var names []string
	for _, h := range s.headers {
		if name := strings.ToLower(h[0]); !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return strings.Join(names, ";")
}

func (s slow) canonicalRequest() string {
	path := slowEncode(s.path, true)
	if s.service != "s3" {
		path = slowEncode(path, true)
	}
	var query []string
	for _, q := range s.query {
		query = append(query, slowEncode(q[0], false)+"="+slowEncode(q[1], false))
	}
	sort.Slice(query, func(i, j int) bool {
		a, b := strings.SplitN(query[i], "=", 2), strings.SplitN(query[j], "=", 2)
		return a[0] < b[0] || a[0] == b[0] && a[1] < b[1]
	})
	out := s.method + "\n" + path + "\n" + strings.Join(query, "&") + "\n"
	for _, name := range strings.Split(s.signedHeaders(), ";") {
		var values []string
		for _, h := range s.headers {
			if strings.ToLower(h[0]) == name {
				values = append(values, strings.Join(strings.FieldsFunc(h[1], func(c rune) bool { return c == ' ' }), " "))
			}
		}
		out += name + ":" + strings.Join(values, ",") + "\n"
	}
	return out + "\n" + s.signedHeaders() + "\n" + s.payloadHash
}

func (s slow) scope() string { return s.time[:8] + "/" + region + "/" + s.service + "/aws4_request" }

func (s slow) key() string {
	return slowHMAC(slowHMAC(slowHMAC(slowHMAC("AWS4"+secret, s.time[:8]), region), s.service), "aws4_request")
}

func (s slow) signature() string {
	text := "AWS4-HMAC-SHA256\n" + s.time + "\n" + s.scope() + "\n" + fmt.Sprintf("%x", sha256.Sum256([]byte(s.canonicalRequest())))
	return fmt.Sprintf("%x", slowHMAC(s.key(), text))
}

func (s slow) authorization() string {
	return "AWS4-HMAC-SHA256 Credential=" + accessKeyID + "/" + s.scope() + ",SignedHeaders=" + s.signedHeaders() + ",Signature=" + s.signature()
}

// slowChunks encodes data as aws-chunked. The previous signature is that of the request;
// empty: chunks are not signed. The trailer is "" or a name, a colon and a value.
func (s slow) slowChunks(data, previous, trailer string, size int) string {
	out, signed := "", previous != ""
	next := func(kind, hashes string) string {
		previous = fmt.Sprintf("%x", slowHMAC(s.key(), kind+"\n"+s.time+"\n"+s.scope()+"\n"+previous+"\n"+hashes))
		return previous
	}
	for done := false; !done; {
		chunk := data[:min(size, len(data))]
		data, done = data[len(chunk):], chunk == ""
		out += fmt.Sprintf("%x", len(chunk))
		if signed {
			out += ";chunk-signature=" + next("AWS4-HMAC-SHA256-PAYLOAD", fmt.Sprintf("%x\n%x", sha256.Sum256(nil), sha256.Sum256([]byte(chunk))))
		}
		out += "\r\n" + chunk
		if !done {
			out += "\r\n"
		}
	}
	if trailer != "" {
		out += trailer + "\r\n"
		if signed {
			out += "x-amz-trailer-signature:" + next("AWS4-HMAC-SHA256-TRAILER", fmt.Sprintf("%x", sha256.Sum256([]byte(trailer+"\n")))) + "\r\n"
		}
	}
	return out + "\r\n"
}
