package cdn

import (
	"strings"
)

// pathPattern is a behavior's path pattern with its leading slash.
type pathPattern string

func newPathPattern(s string) pathPattern {
	if strings.HasPrefix(s, "/") || strings.HasPrefix(s, "*") {
		return pathPattern(s)
	}
	return pathPattern("/" + s)
}

// matches reports whether the whole path matches. It walks both strings once,
// going back to the last star only, so its cost is bounded by their product.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern
func (p pathPattern) matches(path string) bool {
	i, j := 0, 0
	star, resume := -1, 0
	for j < len(path) {
		switch {
		case i < len(p) && p[i] == '*':
			star, resume = i, j
			i++
		case i < len(p) && (p[i] == '?' || p[i] == path[j]):
			i++
			j++
		case star >= 0:
			resume++
			i, j = star+1, resume
		default:
			return false
		}
	}
	return strings.Trim(string(p[i:]), "*") == ""
}

// normalizedPath is the form of an escaped path that patterns are compared
// with: unreserved characters decoded, dot segments and repeated slashes
// removed (RFC 3986, section 6.2.2). The origin still gets the raw path.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern
func normalizedPath(escaped string) string {
	segments := strings.Split(decodeUnreserved(escaped), "/")
	kept := make([]string, 0, len(segments))
	for _, s := range segments {
		switch s {
		case "", ".":
		case "..":
			kept = kept[:max(0, len(kept)-1)]
		default:
			kept = append(kept, s)
		}
	}
	path := "/" + strings.Join(kept, "/")
	if last := segments[len(segments)-1]; len(kept) > 0 && (last == "" || last == "." || last == "..") {
		path += "/"
	}
	return path
}

// decodeUnreserved decodes the escapes of letters, digits and "-._~", and
// writes the others in upper case.
func decodeUnreserved(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c, ok := unescapeAt(s, i)
		switch {
		case !ok:
			b.WriteByte(s[i])
			continue
		case isUnreserved(c):
			b.WriteByte(c)
		default:
			b.WriteString(strings.ToUpper(s[i : i+3]))
		}
		i += 2
	}
	return b.String()
}

// unescapeAt decodes the escape at s[i].
func unescapeAt(s string, i int) (c byte, ok bool) {
	if s[i] != '%' || i+2 >= len(s) {
		return 0, false
	}
	hi, lo := strings.IndexByte(hexDigits, lower(s[i+1])), strings.IndexByte(hexDigits, lower(s[i+2]))
	return byte(hi<<4 | lo&0xf), hi >= 0 && lo >= 0
}

const hexDigits = "0123456789abcdef"

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// https://datatracker.ietf.org/doc/html/rfc3986#section-2.3
func isUnreserved(c byte) bool {
	return 'a' <= lower(c) && lower(c) <= 'z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0
}
