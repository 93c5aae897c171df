package gateway

import (
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// accessLog writes one line per request.
type accessLog struct {
	mu sync.Mutex
	w  io.Writer
}

func newAccessLog(w io.Writer) *accessLog {
	if w == nil {
		return nil
	}
	return &accessLog{w: w}
}

// write appends x's line in one call of Write, so that lines stay whole. A nil
// log, and a stage without a format, write nothing.
func (l *accessLog) write(format logFormat, x *exchange) error {
	if l == nil || len(format) == 0 {
		return nil
	}
	line := append(format.appendTo(make([]byte, 0, 512), x), '\n')
	l.mu.Lock()
	defer l.mu.Unlock()
	_, err := l.w.Write(line)
	return err
}

// logFormat is an access log format in pieces.
type logFormat []logPiece

// logPiece is literal text or a variable.
type logPiece struct {
	text   string
	value  func(*exchange) string // nil: text
	quoted bool                   // the value is rendered with quotes around it
}

// missing is what a variable without a value renders as.
const missing = "-"

// claimPrefix is followed by the name of any claim.
const claimPrefix = "authorizer.claims."

// logVariable finds $context.name, where a full stop at the end is text, and
// any other $word, which is a mistake.
var logVariable = regexp.MustCompile(`\$(?:(context)\.([A-Za-z0-9_]+(?:[.:][A-Za-z0-9_]+)*)|[A-Za-z]\w*)`)

// parseLogFormat compiles a format. A variable that HTTP APIs do not have is
// an error.
func parseLogFormat(format string) (logFormat, error) {
	var pieces logFormat
	end := 0
	for _, m := range logVariable.FindAllStringSubmatchIndex(format, -1) {
		if m[2] < 0 {
			return nil, fmt.Errorf("%s is no $context variable", format[m[0]:m[1]])
		}
		name := format[m[4]:m[5]]
		value := logVariables[name]
		if claim, ok := strings.CutPrefix(name, claimPrefix); ok {
			value = claimVariable(claim)
		}
		if value == nil {
			return nil, fmt.Errorf("$context.%s is unknown; known are $context.%s", name,
				strings.Join(slices.Sorted(maps.Keys(logVariables)), ", "))
		}
		if m[0] > end {
			pieces = append(pieces, logPiece{text: format[end:m[0]]})
		}
		pieces = append(pieces, logPiece{value: value, quoted: name == "error.messageString"})
		end = m[1]
	}
	if end < len(format) {
		pieces = append(pieces, logPiece{text: format[end:]})
	}
	return pieces, nil
}

// appendTo renders x. Values are escaped for JSON strings: formats are usually
// JSON, and clients choose some of the values.
func (f logFormat) appendTo(b []byte, x *exchange) []byte {
	for _, piece := range f {
		if piece.value == nil {
			b = append(b, piece.text...)
			continue
		}
		switch value := piece.value(x); {
		case value == "":
			b = append(b, missing...)
		case piece.quoted:
			b = appendQuoted(b, value)
		default:
			b = appendEscaped(b, value)
		}
	}
	return b
}

// claimVariable renders a claim of a verified token, as the event has it.
func claimVariable(name string) func(*exchange) string {
	return func(x *exchange) string {
		if x.identity == nil {
			return ""
		}
		value := x.identity.claims.get(name)
		if isNull(value) {
			return ""
		}
		return claimText(value)
	}
}

// noValue is for variables of features that the gateway does not have.
func noValue(*exchange) string { return "" }

func (x *exchange) routeKey() string {
	if x.route == nil {
		return ""
	}
	return x.route.key
}

// ifIntegrated leaves a variable out when the integration was not called.
func (x *exchange) ifIntegrated(n int) string {
	if !x.integrated || n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func (x *exchange) latency() string {
	if !x.integrated {
		return ""
	}
	return milliseconds(x.integrationLatency)
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

func (x *exchange) failed(text func(*failure) string) string {
	if x.failure == nil {
		return ""
	}
	return text(x.failure)
}

// logVariables are the variables of HTTP APIs, except the claims. Those of features
// that the gateway does not have never have a value.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
var logVariables = map[string]func(*exchange) string{
	"accountId":                              func(x *exchange) string { return x.api.AccountID },
	"apiId":                                  func(x *exchange) string { return x.api.ID },
	"authorizer.error":                       func(x *exchange) string { return x.authorizerError },
	"awsEndpointRequestId":                   noValue,
	"awsEndpointRequestId2":                  noValue,
	"customDomain.basePathMatched":           noValue,
	"dataProcessed":                          func(x *exchange) string { return strconv.Itoa(x.responseLength) },
	"domainName":                             func(x *exchange) string { return x.api.DomainName },
	"domainPrefix":                           func(x *exchange) string { return x.api.domainPrefix },
	"error.message":                          func(x *exchange) string { return x.failed(func(f *failure) string { return f.message }) },
	"error.messageString":                    func(x *exchange) string { return x.failed(func(f *failure) string { return f.message }) },
	"error.responseType":                     func(x *exchange) string { return x.failed(func(f *failure) string { return f.responseType }) },
	"extendedRequestId":                      func(x *exchange) string { return x.requestID },
	"httpMethod":                             func(x *exchange) string { return x.request.Method },
	"identity.accountId":                     noValue,
	"identity.caller":                        noValue,
	"identity.cognitoAuthenticationProvider": noValue,
	"identity.cognitoAuthenticationType":     noValue,
	"identity.cognitoIdentityId":             noValue,
	"identity.cognitoIdentityPoolId":         noValue,
	"identity.principalOrgId":                noValue,
	"identity.clientCert.clientCertPem":      noValue,
	"identity.clientCert.subjectDN":          noValue,
	"identity.clientCert.issuerDN":           noValue,
	"identity.clientCert.serialNumber":       noValue,
	"identity.clientCert.validity.notBefore": noValue,
	"identity.clientCert.validity.notAfter":  noValue,
	"identity.sourceIp":                      (*exchange).sourceIP,
	"identity.user":                          noValue,
	"identity.userAgent":                     func(x *exchange) string { return x.request.UserAgent() },
	"identity.userArn":                       noValue,
	"integration.error":                      func(x *exchange) string { return x.integrationError },
	"integration.integrationStatus":          func(x *exchange) string { return x.ifIntegrated(200) },
	"integration.latency":                    (*exchange).latency,
	"integration.requestId":                  noValue,
	"integration.status":                     func(x *exchange) string { return x.ifIntegrated(x.integrationStatus) },
	"integrationErrorMessage":                func(x *exchange) string { return x.integrationError },
	"integrationLatency":                     (*exchange).latency,
	"integrationStatus":                      func(x *exchange) string { return x.ifIntegrated(200) },
	"path":                                   func(x *exchange) string { return x.path },
	"protocol":                               func(x *exchange) string { return x.request.Proto },
	"requestId":                              func(x *exchange) string { return x.requestID },
	"requestTime":                            func(x *exchange) string { return x.start.UTC().Format(commonLogTime) },
	"requestTimeEpoch":                       func(x *exchange) string { return strconv.FormatInt(x.start.UnixMilli(), 10) },
	"responseLatency":                        func(x *exchange) string { return milliseconds(x.api.options.Now().Sub(x.start)) },
	"responseLength":                         func(x *exchange) string { return strconv.Itoa(x.responseLength) },
	"routeKey":                               (*exchange).routeKey,
	"stage":                                  func(x *exchange) string { return x.stage.name },
	"status":                                 func(x *exchange) string { return strconv.Itoa(x.status) },
}
