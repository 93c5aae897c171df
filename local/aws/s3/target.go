package s3

import (
	"net"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

// maxKeyBytes: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
const maxKeyBytes = 1024

// target returns the bucket and the key that a request names; either may be empty. The bucket
// is the first label of a host name below localhost, or else the first segment of the path. A
// key is everything after it, decoded once: dots, slashes and backslashes have no meaning in
// it.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
func target(r *http.Request) (bucket, key string, err error) {
	escaped := strings.TrimPrefix(r.URL.EscapedPath(), "/")
	bucket = hostBucket(r.Host)
	if bucket == "" {
		var name string
		name, escaped, _ = strings.Cut(escaped, "/")
		if bucket, err = url.PathUnescape(name); err != nil {
			return "", "", invalidURI()
		}
	}
	key, err = decodeKey(escaped)
	return bucket, key, err
}

// hostBucket returns the bucket that a virtual host names, or "".
func hostBucket(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	bucket, found := strings.CutSuffix(strings.ToLower(host), ".localhost")
	if !found {
		return ""
	}
	return bucket
}

// decodeKey reads a plus sign as a space, as S3 does in a path; SDKs send %2B for
// a plus sign.
func decodeKey(escaped string) (string, error) {
	key, err := url.PathUnescape(strings.ReplaceAll(escaped, "+", "%20"))
	if err != nil || !utf8.ValidString(key) {
		return "", invalidURI()
	}
	return key, checkKey(key)
}

func checkKey(key string) error {
	if len(key) > maxKeyBytes {
		return fail(http.StatusBadRequest, "KeyTooLongError", "Your key is too long")
	}
	return nil
}

func invalidURI() error {
	return fail(http.StatusBadRequest, "InvalidURI", "Couldn't parse the specified URI.")
}

// copySource returns what x-amz-copy-source names: a bucket and a key, encoded as
// in a URL, with or without a leading slash.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
func copySource(header string) (bucket, key string, err error) {
	source, version, _ := strings.Cut(header, "?versionId=")
	if version != "" && version != nullVersion {
		return "", "", invalidVersion()
	}
	decoded, err := url.PathUnescape(strings.TrimPrefix(source, "/"))
	if err != nil || !utf8.ValidString(decoded) {
		return "", "", invalidArgument("Invalid copy source encoding")
	}
	bucket, key, _ = strings.Cut(decoded, "/")
	if bucket == "" || key == "" {
		return "", "", invalidArgument("Invalid copy source object key")
	}
	return bucket, key, checkKey(key)
}

// nullVersion is the version of every object, since versioning is off.
const nullVersion = "null"

func invalidVersion() error {
	return invalidArgument("Invalid version id specified")
}
