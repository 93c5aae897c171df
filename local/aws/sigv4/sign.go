package sigv4

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Sign signs a request to a service with an Authorization header. It replaces any signature.
// r.Host must be set. The key's Expiration is ignored.
func Sign(r *http.Request, body []byte, accessKeyID string, key Key, region, service string, now time.Time) {
	query := unsignedQuery(r)
	r.URL.RawQuery = query.Encode()
	for _, name := range []string{"Authorization", "X-Amz-Security-Token", "X-Amz-Trailer", "X-Amz-Decoded-Content-Length"} {
		r.Header.Del(name)
	}
	now = now.UTC()
	r.Header.Set("X-Amz-Date", now.Format(timeFormat))
	r.Header.Set(contentSHA256Parameter, hexHash(body))
	if key.SessionToken != "" {
		r.Header.Set("X-Amz-Security-Token", key.SessionToken)
	}
	s := &Signature{AccessKeyID: accessKeyID, Date: now.Format("20060102"), Region: region, Service: service, time: now.Format(timeFormat), query: query}
	s.headers = []string{"host"}
	for name := range r.Header {
		if lower := strings.ToLower(name); strings.HasPrefix(lower, "x-amz-") || lower == "content-type" {
			s.headers = append(s.headers, lower)
		}
	}
	slices.Sort(s.headers)
	s.value, _ = s.sign(r, hexHash(body), key.Secret)
	r.Header.Set("Authorization", algorithm+" Credential="+accessKeyID+"/"+s.scope()+
		", SignedHeaders="+strings.Join(s.headers, ";")+", Signature="+s.value)
}

// unsignedQuery returns a request's query without a signature's parameters.
func unsignedQuery(r *http.Request) url.Values {
	query := r.URL.Query()
	for _, name := range append(slices.Clone(presignedParameters), "X-Amz-Security-Token", contentSHA256Parameter) {
		query.Del(name)
	}
	return query
}
