package cdn

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

// CloudFront's defaults.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html
const (
	connectTimeout     = 10 * time.Second
	defaultReadTimeout = 30 * time.Second
	// The keep-alive timeout.
	idleTimeout = 5 * time.Second
)

// origin is an Origin made ready to serve. url is nil for a bucket.
type origin struct {
	url       *url.URL
	transport http.RoundTripper
}

// newOrigin gives the objects of a bucket the time of their creation.
func newOrigin(o Origin, created time.Time) *origin {
	if o.Bucket != nil {
		return &origin{transport: newBucket(o.Bucket, created)}
	}
	dialer := net.Dialer{Timeout: connectTimeout}
	return &origin{url: o.URL, transport: withoutTrailer{&http.Transport{
		DialContext:           dialer.DialContext,
		ResponseHeaderTimeout: cmp.Or(o.ReadTimeout, defaultReadTimeout),
		IdleConnTimeout:       idleTimeout,
		MaxIdleConnsPerHost:   64,
		DisableCompression:    true,
	}}}
}

// withoutTrailer removes trailers, which CloudFront drops: the transport would add
// them to the proxy's response.
type withoutTrailer struct{ next http.RoundTripper }

func (t withoutTrailer) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	hidden := *resp
	hidden.Trailer = nil
	return &hidden, nil
}

// dropped headers never reach an origin.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html#request-custom-headers-behavior
var dropped = []string{
	"Connection", "Expect", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection",
	"Te", "Trailer", "Transfer-Encoding", "Upgrade", "X-Forwarded-Proto", "X-Real-Ip",
}

// droppedPrefixes are those of headers that only CloudFront itself may set.
var droppedPrefixes = []string{"X-Edge-", "X-Amz-Cf-", "Cloudfront-"}

// always are the viewer's headers that reach an origin without a policy. Except for
// the body's, they are assumed.
var always = []string{"Content-Type", "Content-Length", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range", "Range"}

// viewerBody distinguishes errors of a viewer's body, which it turns into failures,
// from those of an origin.
type viewerBody struct {
	io.ReadCloser
	ended *atomic.Bool // the body was read to its end
}

func (b viewerBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	switch {
	case err == io.EOF:
		b.ended.Store(true)
	case err != nil:
		err = brokenBody(err)
	}
	return n, err
}

func brokenBody(err error) *failure {
	return &failure{status: http.StatusBadRequest, text: textBadRequest, cache: cacheError, cause: fmt.Errorf("reading the viewer's body: %w", err)}
}

// failed answers if the proxy has no answer of the origin. A connection that ends
// within a body cancels the request, and the proxy may see that before the error of
// the body.
func (x *exchange) failed(w http.ResponseWriter, r *http.Request, err error) {
	if r.ContentLength != 0 && !x.bodyEnded.Load() && errors.Is(err, context.Canceled) {
		err = brokenBody(err)
	}
	x.fail(w, err)
}

// rewrite makes the request for the origin. Its headers are the viewer's without
// the dropped ones: the proxy removes more, such as Forwarded and those listed in
// Connection, which CloudFront's documentation does not mention.
func (x *exchange) rewrite(p *httputil.ProxyRequest) {
	out, h := p.Out, p.In.Header.Clone()
	x.dropHeaders(h)
	out.Header = h
	if out.Body != nil {
		out.Body = viewerBody{out.Body, &x.bodyEnded}
	}
	out.URL.RawQuery = p.In.URL.RawQuery
	if x.behavior.forward == ForwardNone {
		out.Header = keepHeaders(h, always)
		out.URL.RawQuery = ""
		out.Header.Set("User-Agent", "Amazon CloudFront")
	}
	x.addHeaders(p)
	x.address(out)
}

// address sets the origin as the destination of out; a bucket needs no address.
func (x *exchange) address(out *http.Request) {
	out.URL.Scheme, out.URL.Host = "https", "bucket.invalid"
	if u := x.behavior.origin.url; u != nil {
		out.URL.Scheme, out.URL.Host = u.Scheme, u.Host
	}
	if x.behavior.forward != ForwardAllViewer {
		out.Host = out.URL.Host
	}
}

func (x *exchange) dropHeaders(h http.Header) {
	for _, name := range dropped {
		delete(h, name)
	}
	for name := range h {
		for _, prefix := range droppedPrefixes {
			if strings.HasPrefix(name, prefix) {
				delete(h, name)
			}
		}
	}
}

func keepHeaders(h http.Header, names []string) http.Header {
	kept := http.Header{}
	for _, name := range names {
		if values := h[name]; values != nil {
			kept[name] = values
		}
	}
	return kept
}

// addHeaders adds the headers that CloudFront sends to every origin.
func (x *exchange) addHeaders(p *httputil.ProxyRequest) {
	h := p.Out.Header
	h["X-Forwarded-For"] = []string{strings.Join(append(p.In.Header.Values("X-Forwarded-For"), viewerIP(x.viewer)), ", ")}
	h.Add("Via", fmt.Sprintf("%s %s (CloudFront)", httpVersion(x.viewer), x.edge))
	h.Set("X-Amz-Cf-Id", x.id)
}

// fromOrigin turns the origin's answer into the viewer's.
func (x *exchange) fromOrigin(resp *http.Response) error {
	for _, name := range []string{"Trailer", "Upgrade", "Via"} {
		resp.Header.Del(name)
	}
	if x.behavior.forward == ForwardNone {
		resp.Header.Del("Set-Cookie")
	}
	if x.behavior.compress {
		if err := compress(x.viewer, resp); err != nil {
			return err
		}
	}
	x.behavior.headers.apply(resp.Header)
	if err := x.viewerResponse(resp); err != nil {
		return err
	}
	if x.viewer.Method == http.MethodHead {
		// There is no body, but its length is still sent.
		removeBody(resp)
	}
	x.seal(resp.Header, cacheState(resp.StatusCode))
	return nil
}

func removeBody(resp *http.Response) {
	resp.Body.Close()
	resp.Body = http.NoBody
}

// hasBody reports whether an answer with this status may have a body.
func hasBody(status int) bool {
	return status != http.StatusNoContent && status != http.StatusNotModified
}

func cacheState(status int) string {
	if status >= http.StatusBadRequest {
		return cacheError
	}
	return cacheMiss
}

// originFailure is the answer if an origin does not answer: 504 if it is slow, 502
// otherwise.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/troubleshooting-response-errors.html
func originFailure(err error) *failure {
	if f, ok := errors.AsType[*failure](err); ok {
		return f
	}
	f := &failure{status: http.StatusBadGateway, text: textUnreachable, cache: cacheError, cause: err}
	netErr, isNet := errors.AsType[net.Error](err)
	switch {
	case isNet && netErr.Timeout(), errors.Is(err, context.DeadlineExceeded):
		f.status, f.text = http.StatusGatewayTimeout, textOriginClosed
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		f.text = textOriginClosed
	}
	return f
}
