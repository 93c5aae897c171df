package aws

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func sha256Hex(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// received is what a server reads of a client's request.
func received(t testing.TB, r *http.Request) *http.Request {
	t.Helper()
	var wire bytes.Buffer
	if err := r.Write(&wire); err != nil {
		t.Fatal(err)
	}
	return readRequest(t, wire.Bytes())
}

func readRequest(t testing.TB, wire []byte) *http.Request {
	t.Helper()
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(wire)))
	if err != nil {
		t.Fatal(err)
	}
	return r.WithContext(t.Context())
}

func TestHandlerBeforeTheFirstCommit(t *testing.T) {
	t.Parallel()
	e, err := New(Options{Caller: func(string) (Caller, bool) { return Caller{}, false }})
	if err != nil {
		t.Fatal(err)
	}
	if status, body, _ := send(t, e.Handler(), putItem(t, orders)); status != 503 || !strings.Contains(body, "not running yet") {
		t.Errorf("got %d %s", status, body)
	}
	if _, err := New(Options{}); err == nil || !strings.Contains(err.Error(), "Caller is nil") {
		t.Errorf("without Caller: %v", err)
	}
}

func TestPrepareReportsEveryProblem(t *testing.T) {
	t.Parallel()
	e, _ := endpoint(t, config())
	for _, test := range []struct {
		name string
		cfg  Config
		want []string
	}{
		{"nothing", Config{}, []string{"the region is empty", `expected 12 digits, got ""`}},
		{"services", Config{Region: inRegion, AccountID: account, Services: []Service{tables{}, tables{}}}, []string{`another "dynamodb"`}},
		{"forwards", Config{Region: inRegion, AccountID: account, Forwards: map[string]*url.URL{
			"sqs": {Path: "localhost:9324"}, "s3": {Scheme: "ftp", Host: "h", User: url.UserPassword("k", "hidden")}, "sns": nil}},
			[]string{`the endpoint of sqs: expected a URL such as http://localhost:8000, got "`, `"ftp://k:xxxxx@h"`, `the endpoint of sns`}},
		{"roles", Config{Region: inRegion, AccountID: account, Roles: map[string]Role{
			"a": {ARN: "orders-role"}, "b": {ARN: roleARN, Policies: []string{"{"}}, "c": {ARN: roleARN, Boundary: statement(`"Effect":"Perhaps"`)}}},
			[]string{`the role of function a: expected an ARN such as`, `the role of function b: reading the policy`, `the role of function c: the permissions boundary: statement 1: expected the Effect`}},
	} {
		commit, err := e.Prepare(t.Context(), test.cfg)
		if commit != nil || err == nil {
			t.Errorf("%s: expected an error and no commit, got %v", test.name, err)
			continue
		}
		for _, want := range test.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: expected %q in %q", test.name, want, err)
			}
		}
		if strings.Contains(err.Error(), "hidden") {
			t.Errorf("%s: the password is in %q", test.name, err)
		}
	}
	if status, body, _ := send(t, e.Handler(), putItem(t, orders)); status != 200 {
		t.Errorf("after failed preparations: %d %s", status, body)
	}
}

func TestCommitReplacesWhatIsServed(t *testing.T) {
	t.Parallel()
	e, _ := endpoint(t, config())
	next := config()
	next.Roles = map[string]Role{"orders-1a2b3c4": {ARN: roleARN}}
	commit, err := e.Prepare(t.Context(), next)
	if err != nil {
		t.Fatal(err)
	}
	if status, body, _ := send(t, e.Handler(), putItem(t, orders)); status != 200 {
		t.Errorf("before the commit: %d %s", status, body)
	}
	commit()
	if status, body, _ := send(t, e.Handler(), putItem(t, orders)); status != 400 || !strings.Contains(body, "AccessDeniedException") {
		t.Errorf("after the commit: %d %s", status, body)
	}
}

func TestOriginIsRefused(t *testing.T) {
	t.Parallel()
	e, calls := endpoint(t, config())
	for _, origin := range []string{"http://localhost:5173", "null"} {
		r := putItem(t, developer)
		r.Header.Set("Origin", origin)
		if status, body, header := send(t, e.Handler(), r); status != 403 || !strings.Contains(body, "browser") || header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: %d %s", origin, status, body)
		}
	}
	if len(*calls) != 2 || (*calls)[0].Function != "" || !strings.Contains((*calls)[0].Refusal, "browser") {
		t.Errorf("reported %+v", *calls)
	}
}

// zeros is a body that ends early.
type zeros struct{ left int }

func (z *zeros) Read(p []byte) (int, error) {
	n := min(len(p), z.left)
	if z.left -= n; n == 0 {
		return 0, io.ErrUnexpectedEOF
	}
	clear(p[:n])
	return n, nil
}

func (*zeros) Close() error { return nil }

func TestBodyLimit(t *testing.T) {
	t.Parallel()
	e, _ := endpoint(t, config())
	for service, want := range map[string]string{"dynamodb": "RequestEntityTooLarge", "s3": "EntityTooLarge"} {
		r := received(t, signed(t, orders, service, "PUT", "/bucket/key", ""))
		r.Body, r.ContentLength = &zeros{left: maxBody + 1}, maxBody+1
		if status, body, _ := serve(e.Handler(), r); status < 400 || !strings.Contains(body, want) {
			t.Errorf("%s: %d %s", service, status, body)
		}
	}
	r := received(t, putItem(t, orders))
	r.Body = &zeros{left: 10}
	if status, body, _ := serve(e.Handler(), r); status != 400 || !strings.Contains(body, "IncompleteBody") {
		t.Errorf("a body that ends early: %d %s", status, body)
	}
}

// TestCallsAreReported: one record of each request, whatever becomes of it.
func TestCallsAreReported(t *testing.T) {
	t.Parallel()
	forged := putItem(t, orders)
	forged.Header.Set("X-Amz-Target", "DynamoDB_20120810.DeleteTable")
	for _, test := range []struct {
		name    string
		request *http.Request
		want    Call // Refusal is the start of one
	}{
		{"answered", putItem(t, orders), Call{Function: "orders-1a2b3c4", Invocation: "c0ffee", Service: "dynamodb", Action: "PutItem", Resource: "orders", Status: 200}},
		{"refused", putItem(t, mailer), Call{Function: "mailer-5d6e7f8", Invocation: "decade", Service: "dynamodb", Action: "PutItem", Resource: "orders", Status: 400,
			Refusal: "User: arn:aws:sts::123456789012:assumed-role/mailer-role/mailer-5d6e7f8 is not authorized to perform: dynamodb:PutItem"}},
		{"by the developer", putItem(t, developer), Call{Service: "dynamodb", Action: "PutItem", Resource: "orders", Status: 200}},
		{"forged", forged, Call{Service: "dynamodb", Status: 400, Refusal: "InvalidSignatureException: The request signature"}},
		{"unreadable", signed(t, orders, "dynamodb", "POST", "/", "no JSON"), Call{Function: "orders-1a2b3c4", Invocation: "c0ffee", Service: "dynamodb", Status: 400, Refusal: "SerializationException: not JSON"}},
		{"not served", signed(t, orders, "kinesis", "POST", "/", "{}"), Call{Function: "orders-1a2b3c4", Invocation: "c0ffee", Service: "kinesis", Status: 501, Refusal: "NotServedLocally"}},
	} {
		e, calls := endpoint(t, config())
		send(t, e.Handler(), test.request)
		if len(*calls) != 1 {
			t.Errorf("%s: %d calls", test.name, len(*calls))
			continue
		}
		got := (*calls)[0]
		test.want.Start, test.want.End = now, now
		got.Refusal = got.Refusal[:min(len(got.Refusal), max(len(test.want.Refusal), map[bool]int{true: 0, false: 1}[test.want.Refusal != ""]))]
		if got != test.want {
			t.Errorf("%s: expected %+v, got %+v", test.name, test.want, got)
		}
	}
}

// TestPanicOfAServiceIsReported as a 500, which net/http makes of it.
func TestPanicOfAServiceIsReported(t *testing.T) {
	t.Parallel()
	cfg := config()
	cfg.Services = []Service{panics{}}
	e, calls := endpoint(t, cfg)
	func() {
		defer func() { _ = recover() }()
		send(t, e.Handler(), putItem(t, developer))
	}()
	if len(*calls) != 1 || (*calls)[0].Status != 500 {
		t.Errorf("reported %+v", *calls)
	}
}

type panics struct{ tables }

func (panics) Serve(http.ResponseWriter, *http.Request, []byte) { panic("a bug") }

// BenchmarkEndpoint is one request of a function from its arrival to the service.
func BenchmarkEndpoint(b *testing.B) {
	e, err := New(Options{Now: func() time.Time { return now }, Caller: func(id string) (Caller, bool) { c, known := callers[id]; return c, known }})
	if err != nil {
		b.Fatal(err)
	}
	commit, err := e.Prepare(b.Context(), config())
	if err != nil {
		b.Fatal(err)
	}
	commit()
	var wire bytes.Buffer
	if err := putItem(b, orders).Write(&wire); err != nil {
		b.Fatal(err)
	}
	h := e.Handler()
	b.ReportAllocs()
	for b.Loop() {
		if status, body, _ := serve(h, readRequest(b, wire.Bytes())); status != 200 {
			b.Fatal(body)
		}
	}
}
