package gateway

import (
	"encoding/base64"
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"
)

// newRequestID returns 16 characters like "JCJJxhz4PHcEJgQ=", the base64url of 11
// bytes. It is not secret, so it need not come from crypto/rand.
func newRequestID() string {
	var id [11]byte
	a, b := rand.Uint64(), rand.Uint64()
	for i := range id {
		if i < 8 {
			id[i] = byte(a >> (8 * i))
		} else {
			id[i] = byte(b >> (8 * (i - 8)))
		}
	}
	return base64.URLEncoding.EncodeToString(id[:])
}

// event returns x in payload format 2.0, its members in the order of AWS's
// samples.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
func (x *exchange) event(body []byte) []byte {
	b := make([]byte, 0, 2048+len(body)*4/3)
	b = append(b, `{"version":"2.0","routeKey":`...)
	b = appendQuoted(b, x.route.key)
	b = append(b, `,"rawPath":`...)
	b = appendQuoted(b, x.path)
	b = append(b, `,"rawQueryString":`...)
	b = appendQuoted(b, x.request.URL.RawQuery)
	b = appendCookies(b, x.request.Header["Cookie"])
	b = x.appendHeaders(b, len(body))
	b = appendQuery(b, x.request.URL.RawQuery)
	b = x.appendContext(b)
	b = appendPathParameters(b, x.params)
	b = appendBody(b, body, x.request.Header.Get("Content-Type"))
	return append(b, '}')
}

// appendContext appends requestContext. For a public route it has no authorizer,
// whatever token the client sent.
func (x *exchange) appendContext(b []byte) []byte {
	a, r := x.api, x.request
	b = append(b, `,"requestContext":{"accountId":`...)
	b = appendQuoted(b, a.AccountID)
	b = append(b, `,"apiId":`...)
	b = appendQuoted(b, a.ID)
	if x.identity != nil {
		b = x.identity.appendTo(b)
	}
	b = append(b, `,"domainName":`...)
	b = appendQuoted(b, a.DomainName)
	b = append(b, `,"domainPrefix":`...)
	b = appendQuoted(b, a.domainPrefix)
	b = append(b, `,"http":{"method":`...)
	b = appendQuoted(b, r.Method)
	b = append(b, `,"path":`...)
	b = appendQuoted(b, x.path)
	b = append(b, `,"protocol":`...)
	b = appendQuoted(b, r.Proto)
	b = append(b, `,"sourceIp":`...)
	b = appendQuoted(b, x.sourceIP())
	b = append(b, `,"userAgent":`...)
	b = appendQuoted(b, r.Header.Get("User-Agent"))
	b = append(b, `},"requestId":`...)
	b = appendQuoted(b, x.requestID)
	b = append(b, `,"routeKey":`...)
	b = appendQuoted(b, x.route.key)
	b = append(b, `,"stage":`...)
	b = appendQuoted(b, x.stage.name)
	b = append(b, `,"time":"`...)
	b = x.start.UTC().AppendFormat(b, commonLogTime)
	b = append(b, `","timeEpoch":`...)
	b = strconv.AppendInt(b, x.start.UnixMilli(), 10)
	return append(b, '}')
}

// commonLogTime is the time of requestContext and of access logs.
const commonLogTime = "02/Jan/2006:15:04:05 -0700"

// appendPathParameters writes nothing for a route without variables.
func appendPathParameters(b []byte, params []pathVariable) []byte {
	if len(params) == 0 {
		return b
	}
	b = append(b, `,"pathParameters":{`...)
	for i, p := range params {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendQuoted(b, p.name)
		b = append(b, ':')
		b = appendQuoted(b, p.value)
	}
	return append(b, '}')
}

// appendQuery writes the decoded query, duplicates joined by commas.
func appendQuery(b []byte, raw string) []byte {
	query := parseQuery(raw)
	if len(query) == 0 {
		return b
	}
	b = append(b, `,"queryStringParameters":{`...)
	for i, p := range query {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendQuoted(b, p.name)
		b = append(b, ':')
		b = appendJoined(b, p.values)
	}
	return append(b, '}')
}

type queryParameter struct {
	name   string
	values []string
}

// parseQuery keeps the order of names, splits only at &, and keeps unchanged what
// cannot be decoded, where net/url would drop it.
func parseQuery(raw string) (list []queryParameter) {
	index := map[string]int{}
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name, value = unescape(name), unescape(value)
		i, ok := index[name]
		if !ok {
			i = len(list)
			index[name] = i
			list = append(list, queryParameter{name: name})
		}
		list[i].values = append(list[i].values, value)
	}
	return list
}

func unescape(text string) string {
	if decoded, err := url.QueryUnescape(text); err == nil {
		return decoded
	}
	return text
}

// appendJoined appends values as one JSON string, joined by commas.
func appendJoined(b []byte, values []string) []byte {
	b = append(b, '"')
	for i, value := range values {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendEscaped(b, value)
	}
	return append(b, '"')
}
