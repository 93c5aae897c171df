package cdn

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"reflect"
	"strings"
	"sync/atomic"
	"time"
)

// A Distribution answers viewers as CloudFront would. It is safe for
// concurrent use.
type Distribution struct {
	edge string // the host name in Via, one for each distribution
	now  func() time.Time
	log  *slog.Logger

	current atomic.Pointer[deployment] // nil: nothing is committed yet
}

// New returns a Distribution that answers 503 until a Config is prepared and
// committed.
func New(o Options) *Distribution {
	d := &Distribution{edge: hex.EncodeToString(randomBytes(16)) + ".cloudfront.net", now: o.Now, log: o.Logger}
	if d.now == nil {
		d.now = time.Now
	}
	if d.log == nil {
		d.log = slog.New(slog.DiscardHandler)
	}
	return d
}

// Prepare checks the whole of cfg and compiles its functions, and changes nothing
// that is served. The error joins all problems, each with how to fix it. Commit
// serves cfg from then on; requests that are being answered finish under the
// Config that they began with. A cfg equal to the one that is served stays as it
// was prepared, with the times of its objects.
func (d *Distribution) Prepare(_ context.Context, cfg Config) (commit func(), err error) {
	ready := d.current.Load()
	if ready == nil || !reflect.DeepEqual(ready.config, cfg) {
		if ready, err = d.deploy(cfg); err != nil {
			return nil, fmt.Errorf("distribution: %w", err)
		}
	}
	return func() { d.current.Store(ready) }, nil
}

// Handler serves viewers. It needs the server's raw requests: no handler before it
// may clean paths.
func (d *Distribution) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ready := d.current.Load()
		if ready == nil {
			http.Error(w, "the site is starting: try again in a moment", http.StatusServiceUnavailable)
			return
		}
		ready.serve(w, r)
	})
}

// deployment is a Config made ready to serve. It never changes.
type deployment struct {
	*Distribution
	config    Config
	behaviors []*behavior // the default one last
}

// behavior is a Behavior made ready to serve.
type behavior struct {
	pattern        pathPattern
	methods        []string
	origin         *origin
	forward        Forward
	compress       bool // both the behavior and its cache policy say so
	headers        responseHeaders
	viewerRequest  *function
	viewerResponse *function
}

func (d *Distribution) deploy(cfg Config) (*deployment, error) {
	ready := &deployment{Distribution: d, config: cfg}
	problems := []error{validate(cfg)}
	origins := map[string]*origin{}
	for _, o := range cfg.Origins {
		origins[o.ID] = newOrigin(o, d.now())
	}
	for _, b := range allBehaviors(cfg) {
		behavior, err := d.newBehavior(b, origins)
		problems = append(problems, err)
		ready.behaviors = append(ready.behaviors, behavior)
	}
	return ready, errors.Join(problems...)
}

func (d *Distribution) newBehavior(b Behavior, origins map[string]*origin) (*behavior, error) {
	request, err1 := d.newFunction(b.Functions.ViewerRequest)
	response, err2 := d.newFunction(b.Functions.ViewerResponse)
	methods := b.AllowedMethods
	if len(methods) == 0 {
		methods = methodSets[0]
	}
	return &behavior{
		pattern:        newPathPattern(b.PathPattern),
		methods:        methods,
		origin:         origins[b.OriginID],
		forward:        b.Forward,
		compress:       b.Compress && b.Cache.compresses(),
		headers:        newResponseHeaders(b),
		viewerRequest:  request,
		viewerResponse: response,
	}, errors.Join(err1, err2)
}

// allBehaviors is the order in which behaviors are tried.
func allBehaviors(cfg Config) []Behavior {
	last := cfg.Default
	last.PathPattern = "*"
	return append(cfg.Behaviors[:len(cfg.Behaviors):len(cfg.Behaviors)], last)
}

// behavior finds the first behavior whose pattern matches.
func (d *deployment) behavior(escapedPath string) *behavior {
	path := normalizedPath(escapedPath)
	for _, b := range d.behaviors {
		if b.pattern.matches(path) {
			return b
		}
	}
	return d.behaviors[len(d.behaviors)-1]
}

// An exchange is one request on its way through the distribution: viewer,
// viewer-request function, origin, compression, response-headers policy,
// viewer-response function, viewer.
type exchange struct {
	*deployment
	behavior  *behavior
	id        string        // X-Amz-Cf-Id
	viewer    *http.Request // as the viewer sent it
	bodyEnded atomic.Bool   // the viewer's body was read to its end
}

func (d *deployment) serve(w http.ResponseWriter, r *http.Request) {
	x := &exchange{deployment: d, behavior: d.behavior(r.URL.EscapedPath()), id: newRequestID(), viewer: r}
	// No content type is guessed for an answer without one.
	w.Header()["Content-Type"] = nil
	if f := x.refusal(); f != nil {
		x.fail(w, f)
		return
	}
	request, answer, err := x.viewerRequest()
	switch {
	case err != nil:
		x.fail(w, err)
	case answer != nil:
		x.behavior.headers.apply(answer.Header)
		x.write(w, answer, cacheGenerated)
	default:
		x.forward(w, x.withRootObject(request))
	}
}

// forward sends the request to the behavior's origin. A proxy has no state, so each
// exchange makes its own.
func (x *exchange) forward(w http.ResponseWriter, r *http.Request) {
	proxy := httputil.ReverseProxy{
		Rewrite:        x.rewrite,
		Transport:      x.behavior.origin.transport,
		ModifyResponse: x.fromOrigin,
		ErrorHandler:   x.failed,
		ErrorLog:       slog.NewLogLogger(x.log.Handler(), slog.LevelWarn),
	}
	proxy.ServeHTTP(w, r)
}

// withRootObject requests the default root object instead of "/", but never instead
// of a folder.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DefaultRootObject.html
func (x *exchange) withRootObject(r *http.Request) *http.Request {
	if x.config.DefaultRootObject == "" || r.URL.Path != "/" {
		return r
	}
	r = r.Clone(r.Context())
	r.URL.Path, r.URL.RawPath = "/"+x.config.DefaultRootObject, ""
	return r
}

// fail answers with the page for err, after logging its cause, unless the viewer
// has disconnected.
func (x *exchange) fail(w http.ResponseWriter, err error) {
	f := originFailure(err)
	if f.cause != nil && x.viewer.Context().Err() == nil {
		x.log.WarnContext(x.viewer.Context(), "request failed", "status", f.status, "method", x.viewer.Method, "path", x.viewer.URL.Path, "error", f.cause)
	}
	resp := f.response(x.id)
	x.behavior.headers.apply(resp.Header)
	if f.status == http.StatusRequestEntityTooLarge {
		resp.Header.Set("Connection", "close")
	}
	x.write(w, resp, f.cache)
}

// write sends an answer that does not come from an origin.
func (x *exchange) write(w http.ResponseWriter, resp *http.Response, cache string) {
	x.seal(resp.Header, cache)
	for name, values := range resp.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(resp.StatusCode)
	if x.viewer.Method != http.MethodHead {
		// An error means that the viewer has disconnected.
		_, _ = io.Copy(w, resp.Body)
	}
}

// seal sets the headers that CloudFront sets on every answer, replacing those of
// origins and policies.
func (x *exchange) seal(h http.Header, cache string) {
	if h.Get("Date") == "" {
		h.Set("Date", x.now().UTC().Format(http.TimeFormat))
	}
	if h.Get("Connection") == "" {
		h.Set("Connection", "keep-alive") // net/http sends close if it closes the connection
	}
	h.Set("X-Cache", cache+" from cloudfront")
	h.Set("Via", fmt.Sprintf("%s %s (CloudFront)", httpVersion(x.viewer), x.edge))
	h.Set("X-Amz-Cf-Pop", pop)
	h.Set("X-Amz-Cf-Id", x.id)
}

// pop is where requests are served: CloudFront gives an airport code, a
// number and a suffix here; no airport has this one.
const pop = "LOC50-P1"

// httpVersion is a request's version as Via writes it: 1.0, 1.1 or 2.0.
func httpVersion(r *http.Request) string {
	return strings.TrimPrefix(r.Proto, "HTTP/")
}

// newRequestID has the shape of CloudFront's: 56 characters ending in "==".
func newRequestID() string { return base64.URLEncoding.EncodeToString(randomBytes(40)) }

func randomBytes(n int) []byte {
	b := make([]byte, n)
	// It never fails: https://pkg.go.dev/crypto/rand#Read
	_, _ = rand.Read(b)
	return b
}

// viewerIP is the address that the viewer connected from.
func viewerIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
