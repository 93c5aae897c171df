package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Names of the Runtime API:
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
const (
	pathInvocation  = "/2018-06-01/runtime/invocation/"
	pathNext        = pathInvocation + "next"
	headerRequestID = "Lambda-Runtime-Aws-Request-Id"
	headerDeadline  = "Lambda-Runtime-Deadline-Ms"
	headerErrorType = "Lambda-Runtime-Function-Error-Type"
)

// Sizes in bytes. API Gateway's events have the headers, which have 10 KB at most, before the
// body, so that the beginning of an event shows whether it names a developer.
const (
	maxEvent  = 32 << 20 // above the size of any Lambda event
	headBytes = 64 << 10
)

// proxy is the handler's Runtime API. It forwards everything to Lambda's, except the events
// that a developer answers, which the handler does not see.
type proxy struct {
	address  string // host:port
	upstream string // host:port of Lambda's, optionally with a path
	client   *http.Transport
	live     *liveClient // nil without live
}

// invocation is an event received from Lambda.
type invocation struct {
	id       string
	began    time.Time
	deadline time.Time
	event    []byte // or its beginning
}

// serve starts the proxy for the handler. The client is not connected yet.
func serve(cfg config) (*proxy, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listening for the handler: %w", err)
	}
	p := &proxy{
		address:  listener.Addr().String(),
		upstream: cfg.runtimeAPI,
		client:   &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 4},
	}
	if cfg.live() {
		p.live = newLiveClient(cfg)
	}
	// No timeouts: the handler waits hours for events, and Lambda ends one that hangs.
	server := &http.Server{Handler: p, ErrorLog: log.New(io.Discard, "", 0)}
	go server.Serve(listener) // for the life of the process
	return p, nil
}

func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet && r.URL.Path == pathNext && p.live != nil {
		p.next(w, r)
		return
	}
	p.forward(w, r)
}

// next gives the handler the next event that no developer answers. A long one is passed on
// while it arrives if its beginning shows that.
func (p *proxy) next(w http.ResponseWriter, r *http.Request) {
	for {
		answer := p.roundTrip(r)
		if answer.StatusCode != http.StatusOK {
			copyAnswer(w, answer)
			return
		}
		inv := newInvocation(answer)
		inv.read(answer, headBytes)
		if p.live.mayTake(inv) {
			inv.read(answer, maxEvent)
			if p.live.take(r.Context(), inv, p.post) {
				answer.Body.Close()
				continue
			}
		}
		copyAnswer(w, inv.unread(answer))
		return
	}
}

func newInvocation(answer *http.Response) invocation {
	inv := invocation{id: answer.Header.Get(headerRequestID), began: time.Now()}
	if ms, err := strconv.ParseInt(answer.Header.Get(headerDeadline), 10, 64); err == nil {
		inv.deadline = inv.began.Add(time.UnixMilli(ms).Sub(inv.began))
	}
	return inv
}

// read reads the event up to a number of bytes in all.
func (inv *invocation) read(answer *http.Response, total int64) {
	b := bytes.NewBuffer(inv.event)
	if left := min(answer.ContentLength, total) - int64(b.Len()); left > 0 { // -1: no length
		b.Grow(int(left) + bytes.MinRead)
	}
	if _, err := b.ReadFrom(io.LimitReader(answer.Body, total-int64(b.Len()))); err != nil {
		panic(http.ErrAbortHandler) // as if Lambda's own connection had broken
	}
	inv.event = b.Bytes()
}

// unread returns the answer with the whole event again.
func (inv *invocation) unread(answer *http.Response) *http.Response {
	answer.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(inv.event), answer.Body), answer.Body}
	return answer
}

// forward forwards any other request, and its response.
func (p *proxy) forward(w http.ResponseWriter, r *http.Request) { copyAnswer(w, p.roundTrip(r)) }

// roundTrip sends the handler's request to Lambda, streaming its body and trailers. If Lambda's
// connection breaks, so does the handler's.
func (p *proxy) roundTrip(r *http.Request) *http.Response {
	target, err := url.Parse("http://" + p.upstream + r.RequestURI)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	out := (&http.Request{
		Method: r.Method, URL: target, Header: maps.Clone(r.Header), Trailer: r.Trailer,
		Body: r.Body, ContentLength: r.ContentLength,
	}).WithContext(r.Context())
	if r.ContentLength == 0 {
		out.Body = nil
	}
	if _, ok := out.Header["User-Agent"]; !ok {
		out.Header["User-Agent"] = nil // none, in place of Go's own
	}
	out.Header.Del("Connection")
	answer, err := p.client.RoundTrip(out)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	return answer
}

func copyAnswer(w http.ResponseWriter, answer *http.Response) {
	defer answer.Body.Close()
	header := w.Header()
	header["Date"], header["Content-Type"] = nil, nil // none, unless Lambda sends them
	maps.Copy(header, answer.Header)
	header.Del("Connection")
	w.WriteHeader(answer.StatusCode)
	if answer.ContentLength < 0 {
		w.(http.Flusher).Flush() // no length, as in Lambda's answer
	}
	// With the 32 KB of io.Copy, a long event takes some milliseconds more. The structs hide the
	// methods with which both ends would copy without this buffer.
	buffer := make([]byte, min(max(answer.ContentLength, 4<<10), 256<<10))
	if _, err := io.CopyBuffer(struct{ io.Writer }{w}, struct{ io.Reader }{answer.Body}, buffer); err != nil {
		panic(http.ErrAbortHandler)
	}
}

// post posts the result of an invocation to Lambda: an error if errorType is set.
func (p *proxy) post(ctx context.Context, id, errorType string, body []byte) error {
	action := "/response"
	if errorType != "" {
		action = "/error"
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+p.upstream+pathInvocation+id+action, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	if errorType != "" {
		request.Header.Set(headerErrorType, headerText(errorType))
	}
	answer, err := p.client.RoundTrip(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 1<<10))
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusAccepted {
		return errors.New(answer.Status + ": " + strings.TrimSpace(string(text)))
	}
	return nil
}

// headerText returns an error's type in a form that is valid in a header.
func headerText(errorType string) string {
	const long = 128
	if len(errorType) > long || strings.ContainsFunc(errorType, func(r rune) bool { return r < ' ' || r > '~' }) {
		return "Runtime.Unknown"
	}
	return errorType
}
