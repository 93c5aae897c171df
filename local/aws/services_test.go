package aws

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"api-auth-jwt-auth0/local/aws/policy"
)

const (
	account    = "123456789012"
	inRegion   = "eu-west-1"
	tableARN   = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
	roleARN    = "arn:aws:iam::123456789012:role/orders-role"
	sessionARN = "arn:aws:sts::123456789012:assumed-role/orders-role/orders-1a2b3c4"
)

var now = time.Date(2026, 11, 29, 18, 0, 0, 0, time.UTC)

// tables answers as DynamoDB does, with {}.
type tables struct{ served *int }

func (tables) Name() string { return "dynamodb" }

func (tables) Read(r *http.Request, body []byte) (Operation, error) {
	_, action, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	var input struct {
		TableName string
		Key       map[string]map[string]string
	}
	if err := json.Unmarshal(body, &input); err != nil {
		return Operation{}, &Error{http.StatusBadRequest, "SerializationException", "not JSON"}
	}
	keys := []string(nil)
	for _, value := range input.Key {
		keys = append(keys, value["S"])
	}
	return Operation{Action: action, Resource: input.TableName, Requests: []policy.Request{{
		Action: "dynamodb:" + action, Resource: "arn:aws:dynamodb:eu-west-1:123456789012:table/" + input.TableName,
		Context: policy.Context{"dynamodb:LeadingKeys": keys},
	}}}, nil
}

func (s tables) Serve(w http.ResponseWriter, _ *http.Request, _ []byte) {
	if s.served != nil {
		*s.served++
	}
	write(w, http.StatusOK, "application/x-amz-json-1.0", []byte("{}"))
}

func (tables) Refuse(w http.ResponseWriter, r *http.Request, e *Error) {
	body, _ := json.Marshal(map[string]string{"__type": "com.amazon.coral.service#" + e.Code, "message": e.Message})
	write(w, e.Status, "application/x-amz-json-1.0", body)
}

// objects answers as S3 does, with the resource that it read.
type objects struct{}

func (objects) Name() string { return "s3" }

func (objects) Read(r *http.Request, _ []byte) (Operation, error) {
	action := map[string]string{"GET": "GetObject", "PUT": "PutObject"}[r.Method]
	path := strings.TrimPrefix(r.URL.Path, "/")
	return Operation{Action: action, Resource: path, Requests: []policy.Request{{Action: "s3:" + action, Resource: "arn:aws:s3:::" + path}}}, nil
}

func (objects) Serve(w http.ResponseWriter, r *http.Request, body []byte) {
	if r.Method == http.MethodPut {
		sent, _ := io.ReadAll(r.Body)
		if w.Header().Set("Etag", `"of the object"`); string(sent) != string(body) {
			w.WriteHeader(http.StatusInternalServerError)
		}
		return
	}
	write(w, http.StatusOK, "text/plain", []byte(r.URL.Path+"\n"))
}

func (objects) Refuse(w http.ResponseWriter, r *http.Request, e *Error) {
	body, _ := xml.Marshal(restError{Code: e.Code, Message: e.Message, RequestID: w.Header().Get("X-Amz-Request-Id")})
	write(w, e.Status, "application/xml", body)
}

// callers are by access key ID.
var callers = map[string]Caller{
	"ASIAORDERS0000000001": {Function: "orders-1a2b3c4", Invocation: "c0ffee", SecretAccessKey: "of orders", SessionToken: "token of orders"},
	"ASIAMAILER0000000001": {Function: "mailer-5d6e7f8", Invocation: "decade", SecretAccessKey: "of mailer", SessionToken: "token of mailer"},
	"ASIAENDED00000000001": {Function: "orders-1a2b3c4", SecretAccessKey: "of ended", SessionToken: "token of ended", Expiration: now},
	"ASIANOROLE0000000001": {Function: "stray-9a8b7c6", SecretAccessKey: "of stray", SessionToken: "token of stray"},
	"AKIADEVELOPER0000001": {SecretAccessKey: "of the developer"},
	"ASIALIVE000000000001": {Function: "live", Invocation: "feed", SecretAccessKey: "of live", SessionToken: "token of live", Refusal: "start with -live-credentials"},
}

func key(id string) sdk.Credentials {
	return sdk.Credentials{AccessKeyID: id, SecretAccessKey: callers[id].SecretAccessKey, SessionToken: callers[id].SessionToken}
}

var (
	orders    = key("ASIAORDERS0000000001")
	mailer    = key("ASIAMAILER0000000001")
	developer = key("AKIADEVELOPER0000001")
)

func statement(members string) string {
	return `{"Version":"2012-10-17","Statement":{` + members + `}}`
}

// config serves orders' table and bucket.
func config() Config {
	return Config{
		Region: inRegion, AccountID: account, Services: []Service{tables{}, objects{}},
		Roles: map[string]Role{
			"orders-1a2b3c4": {ARN: roleARN, Handler: "orders", Policies: []string{
				statement(`"Effect":"Allow","Action":"dynamodb:PutItem","Resource":"` + tableARN + `"`),
				statement(`"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::bucket/*"`),
			}},
			"mailer-5d6e7f8": {ARN: "arn:aws:iam::123456789012:role/service/mailer-role"},
		},
		Unserved: map[string]string{"kinesis": `aws:kinesis/stream:Stream "clicks"`},
	}
}

// endpoint returns an endpoint that serves a configuration, and the calls that it reports.
func endpoint(t testing.TB, cfg Config) (*Endpoint, *[]Call) {
	t.Helper()
	calls := &[]Call{}
	e, err := New(Options{Now: func() time.Time { return now }, OnCall: func(c Call) { *calls = append(*calls, c) },
		Caller: func(id string) (Caller, bool) { c, known := callers[id]; return c, known }})
	if err != nil {
		t.Fatal(err)
	}
	commit, err := e.Prepare(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	commit()
	return e, calls
}

// signed returns a client's request, signed by the SDK.
func signed(t testing.TB, key sdk.Credentials, service, method, target, body string, header ...string) *http.Request {
	t.Helper()
	r := unsignedRequest(t, method, target, body, header...)
	sign(t, r, key, service, inRegion, body)
	return r
}

func unsignedRequest(t testing.TB, method, target, body string, header ...string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, "http://127.0.0.1:4566/", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	path, query, _ := strings.Cut(target, "?")
	r.URL = &url.URL{Scheme: "http", Host: "127.0.0.1:4566", Path: path, RawQuery: query}
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	return r
}

func sign(t testing.TB, r *http.Request, key sdk.Credentials, service, region, body string) {
	t.Helper()
	hash := sha256Hex(body)
	if service == "s3" {
		r.Header.Set("X-Amz-Content-Sha256", hash)
	}
	signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = service == "s3" })
	if err := signer.SignHTTP(context.Background(), key, r, hash, service, region, now); err != nil {
		t.Fatal(err)
	}
}

// putItem is a request that orders may make.
func putItem(t testing.TB, key sdk.Credentials) *http.Request {
	return signed(t, key, "dynamodb", "POST", "/", `{"TableName":"orders"}`, "X-Amz-Target", "DynamoDB_20120810.PutItem", "Content-Type", "application/x-amz-json-1.0")
}

// send gives a client's request to a handler as a server reads it.
func send(t testing.TB, h http.Handler, r *http.Request) (status int, body string, header http.Header) {
	t.Helper()
	return serve(h, received(t, r))
}

// serve gives a request to a handler as it is.
func serve(h http.Handler, r *http.Request) (status int, body string, header http.Header) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, w.Body.String(), w.Header()
}
