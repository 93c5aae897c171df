package sigv4

import (
	"net/http"
	"strconv"
	"time"
)

// Presign signs a request without a body in its query, for a life of whole seconds. It
// replaces any signature. Of the headers, only Host is signed: r.Host must be set, and no
// header may start with X-Amz-. The key's Expiration is ignored.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
func Presign(r *http.Request, accessKeyID string, key Key, region, service string, life time.Duration, now time.Time) {
	now = now.UTC()
	s := &Signature{AccessKeyID: accessKeyID, Date: now.Format("20060102"), Region: region, Service: service,
		time: now.Format(timeFormat), headers: []string{"host"}, presigned: true, query: unsignedQuery(r)}
	r.Header.Del("Authorization")
	s.query.Set("X-Amz-Algorithm", algorithm)
	s.query.Set("X-Amz-Credential", accessKeyID+"/"+s.scope())
	s.query.Set("X-Amz-Date", s.time)
	s.query.Set("X-Amz-Expires", strconv.FormatInt(int64(life/time.Second), 10))
	s.query.Set("X-Amz-SignedHeaders", "host")
	if key.SessionToken != "" {
		s.query.Set("X-Amz-Security-Token", key.SessionToken)
	}
	payloadHash := emptyHash
	if service == s3 {
		payloadHash = unsigned
	}
	s.value, _ = s.sign(r, payloadHash, key.Secret)
	s.query.Set("X-Amz-Signature", s.value)
	r.URL.RawQuery = s.query.Encode()
}
