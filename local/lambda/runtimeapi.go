package lambda

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Names on the wire: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
// The trailers report an error in the middle of a response:
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming
const (
	apiVersion = "2018-06-01"

	headerRequestID   = "Lambda-Runtime-Aws-Request-Id"
	headerDeadline    = "Lambda-Runtime-Deadline-Ms"
	headerFunctionARN = "Lambda-Runtime-Invoked-Function-Arn"
	headerTraceID     = "Lambda-Runtime-Trace-Id"
	headerErrorType   = "Lambda-Runtime-Function-Error-Type" // header and trailer
	trailerErrorBody  = "Lambda-Runtime-Function-Error-Body"
)

// newRuntimeAPI serves all processes on one port. Each has its own path in its
// AWS_LAMBDA_RUNTIME_API, host:port/token, to which a runtime appends /2018-06-01/…: the
// token identifies the process and excludes other programs.
func newRuntimeAPI(s *Service) *http.Server {
	return &http.Server{
		Handler:           http.HandlerFunc(s.serveRuntime),
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          slog.NewLogLogger(s.options.Logger.Handler(), slog.LevelDebug),
	}
}

func (s *Service) register(p *process) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.processes[p.token], s.signers[p.credentials.AccessKeyID] = p, p
}

func (s *Service) forget(p *process) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.processes, p.token)
	delete(s.signers, p.credentials.AccessKeyID)
	s.keepCredentials(p)
}

func (s *Service) serveRuntime(w http.ResponseWriter, r *http.Request) {
	token, path, isRuntime := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/"+apiVersion+"/runtime/")
	if !isRuntime {
		token, path, _ = strings.Cut(token, "/")
	}
	s.mu.RLock()
	p := s.processes[token]
	s.mu.RUnlock()
	id, action, _ := strings.Cut(strings.TrimPrefix(path, "invocation/"), "/")
	switch {
	case r.Host != s.address: // a page whose host name resolves to this one
		http.Error(w, "Misdirected Request", http.StatusMisdirectedRequest)
	case p == nil:
		http.NotFound(w, r)
	case !isRuntime && path == credentialsPath && r.Method == http.MethodGet:
		serveCredentials(w, p)
	case !isRuntime:
		http.NotFound(w, r)
	case path == "invocation/next" && r.Method == http.MethodGet:
		serveNext(w, r, p)
	case path == "init/error" && r.Method == http.MethodPost:
		serveInitError(w, r, p)
	case strings.HasPrefix(path, "invocation/") && (action == "response" || action == "error") && r.Method == http.MethodPost:
		serveAnswer(w, r, p, id, action == "error")
	default:
		http.NotFound(w, r)
	}
}

func serveNext(w http.ResponseWriter, r *http.Request, p *process) {
	inv, err := p.next(r.Context())
	if err != nil {
		refuse(w, err)
		return
	}
	deadline := p.pool.function.deadlineOf(inv).UnixMilli()
	header := w.Header()
	header["Content-Type"] = []string{"application/json"}
	header["Content-Length"] = []string{strconv.Itoa(len(inv.payload))}
	header["Date"] = nil
	header[headerRequestID] = []string{inv.id}
	header[headerDeadline] = []string{strconv.FormatInt(deadline, 10)}
	header[headerFunctionARN] = []string{p.pool.function.ARN}
	header[headerTraceID] = []string{inv.trace}
	w.Write(inv.payload) // a process that does not read it ends in time
}

// serveAnswer takes a response or an error. A body over the limit fails the
// invocation, and is reported to the runtime.
func serveAnswer(w http.ResponseWriter, r *http.Request, p *process, id string, isError bool) {
	if err := p.checkAnswer(id); err != nil {
		refuse(w, err)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxResponse))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		if err := p.answer(id, result{err: tooLargeError()}); err != nil {
			refuse(w, err)
			return
		}
		reply(w, http.StatusRequestEntityTooLarge, refusalBody{Type: "RequestEntityTooLarge",
			Message: fmt.Sprintf("Exceeded maximum allowed payload size (%d bytes).", maxResponse)})
		return
	case err != nil:
		reply(w, http.StatusBadRequest, refusalBody{Type: "TruncatedHTTPRequest", Message: "HTTP request detected as truncated"})
		return
	}
	if err := p.answer(id, posted(r, body, isError)); err != nil {
		refuse(w, err)
		return
	}
	accept(w)
}

// posted returns the caller's result for a body that was read to its end.
func posted(r *http.Request, body []byte, isError bool) result {
	if isError {
		return result{err: postedError(r.Header.Get(headerErrorType), body)}
	}
	if kind := r.Trailer.Get(headerErrorType); kind != "" {
		fault, err := base64.StdEncoding.DecodeString(r.Trailer.Get(trailerErrorBody))
		if err != nil {
			fault = nil // the type alone says that the response is incomplete
		}
		return result{err: postedError(kind, fault)}
	}
	return result{payload: body}
}

func serveInitError(w http.ResponseWriter, r *http.Request, p *process) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxResponse))
	if err == nil {
		err = p.failInit(postedError(r.Header.Get(headerErrorType), body))
	}
	if err != nil {
		refuse(w, err)
		return
	}
	accept(w)
}

// refusalBody is the response to a refused runtime. Its members are in Lambda's order, which
// differs from that of errorBody:
// https://github.com/anomalyco/console/issues/63
type refusalBody struct {
	Message string `json:"errorMessage"`
	Type    string `json:"errorType"`
}

func accept(w http.ResponseWriter) {
	reply(w, http.StatusAccepted, struct {
		Status string `json:"status"`
	}{"OK"})
}

// refuse answers 403 for a wrong state and 400 for a wrong id, as AWS's own
// emulator of the Runtime API does.
func refuse(w http.ResponseWriter, err error) {
	var transition transitionError
	switch {
	case errors.As(err, &transition):
		reply(w, http.StatusForbidden, refusalBody{Type: "InvalidStateTransition", Message: err.Error()})
	case errors.Is(err, errRequestID):
		reply(w, http.StatusBadRequest, refusalBody{Type: "InvalidRequestID", Message: "Invalid request ID"})
	default:
		reply(w, http.StatusInternalServerError, refusalBody{Type: "InternalServerError", Message: "Internal Server Error"})
	}
}

func reply(w http.ResponseWriter, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		text = []byte("{}") // cannot happen: the bodies are strings
	}
	header := w.Header()
	header["Content-Type"] = []string{"application/json"}
	header["Content-Length"] = []string{strconv.Itoa(len(text))}
	header["Date"] = nil
	w.WriteHeader(status)
	w.Write(text)
}
