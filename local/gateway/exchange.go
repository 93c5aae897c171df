package gateway

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"
)

// maxHeaderBytes bounds the request line and the headers together.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
const maxHeaderBytes = 10_240

// exchange is the state of one request, including what the access log shows of it.
type exchange struct {
	api       *api
	request   *http.Request
	start     time.Time
	requestID string

	stage    *stage // nil: no such stage
	route    *route // nil: no such route
	path     string // decoded, with the stage's prefix, up to a "?"
	params   []pathVariable
	identity *identity // nil: not authorized, or a public route

	failure         *failure // nil: the function answered, or a preflight
	authorizerError string

	integrated         bool // the integration was called
	integrationError   string
	integrationLatency time.Duration
	integrationStatus  int // the function's statusCode

	status, responseLength int

	trace   *Trace   // nil: requests are not traced
	refused *refusal // nil: the authorizer allowed the request, or did not run
}

// handle decides in the order that API Gateway documents or shows: stage, route,
// throttle, authorizer, body, integration. A preflight for which no route requires
// a token is answered before the throttle.
func (x *exchange) handle() *answer {
	if headerBytes(x.request) > maxHeaderBytes {
		return x.fail(headersTooLarge)
	}
	if !utf8.ValidString(x.request.URL.Path) {
		return x.fail(badRequest)
	}
	// An encoded "?" ends the path, as a "?" would: see the package's "Differences".
	x.path, _, _ = strings.Cut(x.request.URL.Path, "?")
	rest, found := x.chooseStage()
	if !found {
		return x.fail(notFound)
	}
	x.route, x.params = x.api.routes.match(x.request.Method, rest)
	preflight := x.api.cors.isPreflight(x.request)
	if x.route == nil {
		if preflight {
			return x.api.cors.preflight(x.request)
		}
		return x.fail(notFound)
	}
	if !x.stage.throttle[x.route.index].AllowN(x.start, 1) {
		return x.fail(throttled)
	}
	if refused := x.authorize(); refused != nil {
		return refused
	}
	if preflight {
		return x.api.cors.preflight(x.request)
	}
	return x.integrate()
}

// chooseStage returns the path within the stage. Stages come before routes: a
// stage of that name wins, then "$default".
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
func (x *exchange) chooseStage() (rest string, found bool) {
	if !strings.HasPrefix(x.path, "/") {
		return "", false
	}
	name, _, more := strings.Cut(x.path[1:], "/")
	if x.stage = x.api.stages[name]; x.stage != nil && name != defaultStage {
		if !more {
			return "/", true
		}
		return x.path[1+len(name):], true
	}
	x.stage = x.api.stages[defaultStage]
	return x.path, x.stage != nil
}

// authorize returns the refusal, or nil if the request is allowed.
func (x *exchange) authorize() *answer {
	if x.route.authorizer == nil {
		return nil
	}
	start := x.mark()
	identity, refused := x.route.authorizer.authorize(x.request, x.route.scopes)
	x.traceAuthorizer(start)
	if refused == nil {
		x.identity = identity
		return nil
	}
	x.authorizerError, x.refused = refused.logged, refused
	if refused.cause != nil {
		x.api.options.Logger.Info("token refused", "requestId", x.requestID,
			"route", x.route.key, "reason", refused.logged, "cause", refused.cause)
	}
	a := x.fail(refused.failure)
	a.challenge = refused.challenge
	return a
}

// integrate calls the function. As in the real service, the function runs to
// completion even if the client disconnects.
func (x *exchange) integrate() *answer {
	body, refused := readBody(x.request)
	if refused != nil {
		a := x.fail(refused)
		a.last = refused == badRequest // the body is incomplete
		return a
	}
	event := x.event(body)
	if len(event) > maxEventBytes {
		return x.fail(tooLarge)
	}
	x.traceEvent(event)
	ctx := context.WithoutCancel(x.request.Context())
	if x.route.notPermitted {
		return x.failIntegration(internal, errors.New("API Gateway may not invoke the function "+x.route.function+": no permission names this route"))
	}
	if wait := x.api.options.Wait; wait != nil {
		if err := wait(ctx, x.route.function, event); err != nil {
			return x.failIntegration(internal, err)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, x.route.timeout)
	defer cancel()
	called := x.api.options.Now()
	output, err := x.api.options.Invoke(ctx, x.route.function, event)
	x.integrated, x.integrationLatency = true, x.api.options.Now().Sub(called)
	x.traceOutput(called, output)
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return x.failIntegration(unavailable, errors.New("the integration timed out"))
	case err != nil:
		return x.failIntegration(internal, err)
	}
	a, err := parseAnswer(output)
	if err != nil {
		return x.failIntegration(internal, err)
	}
	x.integrationStatus = a.status
	x.api.cors.decorate(a, x.request)
	return a
}

func (x *exchange) fail(f *failure) *answer {
	x.failure = f
	return f.answer()
}

// failIntegration sends the cause only to the logs: the client must not see it.
func (x *exchange) failIntegration(f *failure, cause error) *answer {
	x.integrationError = cause.Error()
	x.api.options.Logger.ErrorContext(x.request.Context(), "integration failed", "requestId", x.requestID,
		"route", x.route.key, "status", f.status, "error", cause)
	return x.fail(f)
}

// headerBytes counts the request line and "name: value" of each header.
func headerBytes(r *http.Request) int {
	n := len(r.Method) + len(r.RequestURI) + len(r.Proto) + 2 + len("host: ") + len(r.Host)
	for _, coding := range r.TransferEncoding { // which net/http removes from the headers
		n += len("transfer-encoding: ") + len(coding)
	}
	for name, values := range r.Header {
		for _, value := range values {
			n += len(name) + 2 + len(value)
		}
	}
	return n
}
