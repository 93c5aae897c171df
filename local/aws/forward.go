package aws

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"net/url"

	"api-auth-jwt-auth0/local/aws/sigv4"
)

// A Target is another endpoint of a service, with the key that signs calls to it.
type Target struct {
	URL         *url.URL // without a user
	Region      string   // of the signature; empty for the configuration's
	AccessKeyID string
	Key         sigv4.Key
}

// standIn returns the target of a URL from the flag -aws. Stand-ins such as LocalStack
// interpret a key ID of 12 digits as the account, and DynamoDB Local separates the tables of
// each key ID and region, so all functions use the same key ID.
// https://docs.localstack.cloud/aws/capabilities/config/credentials/
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBLocal.UsageNotes.html
func (x *exchange) standIn(u *url.URL) (Target, func(error) *Error) {
	t := Target{URL: u, AccessKeyID: x.config.AccountID, Key: sigv4.Key{Secret: "local"}}
	if u.User != nil {
		t.AccessKeyID = u.User.Username()
		t.Key.Secret, _ = u.User.Password()
	}
	return t, func(err error) *Error {
		return &Error{http.StatusBadGateway, "ServiceUnavailable",
			x.call.Service + " is served at " + u.Redacted() + " by the flag -aws, which does not answer: " + err.Error() + ". Start it, or change the flag."}
	}
}

// forwardDeployed forwards to AWS, which authorizes the call by the function's own role.
func (x *exchange) forwardDeployed() error {
	t, err := x.config.Deployed(x.r.Context(), x.caller.Function, x.call.Service)
	if err != nil {
		x.caller.Refusal = err.Error()
		return x.refusedCaller()
	}
	x.forward(t, func(err error) *Error {
		return &Error{http.StatusBadGateway, "ServiceUnavailable", t.URL.Host + " does not answer: " + err.Error() + ". Check the network."}
	})
	return nil
}

// forward forwards to another endpoint. The function's signature and token are removed, and
// the request is signed again with the target's key.
func (x *exchange) forward(t Target, unreachable func(error) *Error) {
	region := t.Region
	if region == "" {
		region = x.config.Region
	}
	proxy := httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) {
			p.SetURL(&url.URL{Scheme: t.URL.Scheme, Host: t.URL.Host, Path: t.URL.Path})
			p.Out.Host = t.URL.Host
			p.Out.Header.Del("Expect") // this side has the whole body
			p.Out.Body, p.Out.ContentLength = io.NopCloser(bytes.NewReader(x.body)), int64(len(x.body))
			sigv4.Sign(p.Out, x.body, t.AccessKeyID, t.Key, region, x.call.Service, x.options.Now())
		},
		ErrorHandler: func(_ http.ResponseWriter, _ *http.Request, err error) { x.refuse(unreachable(err)) },
		ErrorLog:     slog.NewLogLogger(x.options.Logger.Handler(), slog.LevelDebug),
	}
	x.w.Header().Del(requestIDHeader(x.call.Service)) // the target has its own
	proxy.ServeHTTP(x.w, x.r)
}
