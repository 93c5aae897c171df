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

// forward lets another endpoint answer. The function's signature and token stay here:
// the request is signed again, with the key in the target's URL. Stand-ins such as
// LocalStack take a key ID of 12 digits for the account, and DynamoDB Local keeps
// the tables of each key ID and region apart, so that all functions have the same.
// https://docs.localstack.cloud/aws/capabilities/config/credentials/
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBLocal.UsageNotes.html
func (x *exchange) forward(target *url.URL) {
	accessKeyID, key := x.config.AccountID, sigv4.Key{Secret: "local"}
	if target.User != nil {
		accessKeyID = target.User.Username()
		key.Secret, _ = target.User.Password()
	}
	proxy := httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) {
			p.SetURL(&url.URL{Scheme: target.Scheme, Host: target.Host, Path: target.Path})
			p.Out.Host = target.Host
			p.Out.Header.Del("Expect") // this side has the whole body
			p.Out.Body, p.Out.ContentLength = io.NopCloser(bytes.NewReader(x.body)), int64(len(x.body))
			sigv4.Sign(p.Out, x.body, accessKeyID, key, x.config.Region, x.call.Service, x.options.Now())
		},
		ErrorHandler: func(_ http.ResponseWriter, _ *http.Request, err error) {
			x.refuse(&Error{http.StatusBadGateway, "ServiceUnavailable",
				x.call.Service + " is served at " + target.Redacted() + " by the flag -aws, which does not answer: " + err.Error() + ". Start it, or change the flag."})
		},
		ErrorLog: slog.NewLogLogger(x.options.Logger.Handler(), slog.LevelDebug),
	}
	x.w.Header().Del(requestIDHeader(x.call.Service)) // the target has its own
	proxy.ServeHTTP(x.w, x.r)
}
