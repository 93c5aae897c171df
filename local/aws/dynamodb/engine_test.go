package dynamodb

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"api-auth-jwt-auth0/local/aws"
)

const (
	testRegion  = "eu-central-1"
	testAccount = "123456789012"
)

// noon is the time at which the tests' clocks start.
var noon = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

func arnOf(name string) string {
	return "arn:aws:dynamodb:" + testRegion + ":" + testAccount + ":table/" + name
}

// orders is a table with everything: a sort key, indexes of each projection, a time
// to live and a stream.
func orders() Table {
	return Table{
		Name: "orders", ARN: arnOf("orders"), HashKey: "customer", RangeKey: "id",
		Types: map[string]string{"customer": "S", "id": "S", "amount": "N", "label": "S"},
		Indexes: []Index{
			{Name: "by-amount", HashKey: "customer", RangeKey: "amount", Projection: "ALL"},
			{Name: "by-label", HashKey: "label", Projection: "KEYS_ONLY"},
			{Name: "by-label-amount", HashKey: "label", RangeKey: "amount", Projection: "INCLUDE", NonKey: []string{"note"}},
		},
		TTLAttribute: "expires", StreamARN: arnOf("orders") + "/stream/2026-07-01T12:00:00.000", StreamView: "NEW_AND_OLD_IMAGES",
	}
}

// people is a table with a partition key alone.
func people() Table {
	return Table{Name: "people", ARN: arnOf("people"), HashKey: "name", Types: map[string]string{"name": "S"}}
}

func config(tables ...Table) Config {
	return Config{Region: testRegion, AccountID: testAccount, Tables: tables}
}

// A clock is one that the test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// A fixture is an engine with its tables, behind a server that neither verifies
// signatures nor evaluates policies.
type fixture struct {
	*Engine
	clock   *clock
	log     *bytes.Buffer
	changes *[]Change
	url     string
	client  *sdk.Client
}

func start(t testing.TB, options Options, tables ...Table) *fixture {
	t.Helper()
	f := &fixture{clock: &clock{now: noon}, log: &bytes.Buffer{}, changes: &[]Change{}}
	options.Now = f.clock.Now
	options.Logger = slog.New(slog.NewTextHandler(f.log, nil))
	if options.OnChange == nil {
		options.OnChange = func(c Change) { *f.changes = append(*f.changes, c) }
	}
	var err error
	if f.Engine, err = New(options); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	f.prepare(t, tables...)
	server := httptest.NewServer(serve(f.Engine))
	t.Cleanup(server.Close)
	f.url = server.URL
	f.client = newClient(f.url)
	return f
}

func (f *fixture) prepare(t testing.TB, tables ...Table) {
	t.Helper()
	commit, err := f.Prepare(context.Background(), config(tables...))
	if err != nil {
		t.Fatal(err)
	}
	commit()
}

func serve(service aws.Service) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if _, err := service.Read(r, body); err != nil {
			refusal, ok := errors.AsType[*aws.Error](err)
			if !ok {
				http.Error(w, "an error that is no *aws.Error", http.StatusInternalServerError)
				return
			}
			service.Refuse(w, r, refusal)
			return
		}
		service.Serve(w, r, body)
	})
}

func newClient(url string) *sdk.Client {
	return sdk.New(sdk.Options{
		Region: testRegion, BaseEndpoint: &url, RetryMaxAttempts: 1,
		Credentials: credentials{},
	})
}

// request executes a request in JSON, without HTTP. The answer is JSON, and an
// error's text begins with its code.
func (f *fixture) request(action, body string) (string, error) {
	answer, err := f.execute(targetPrefix+action, []byte(body))
	return string(answer), err
}

func (f *fixture) must(t testing.TB, action, body string) string {
	t.Helper()
	answer, err := f.request(action, body)
	if err != nil {
		t.Fatalf("%s %s: %v", action, body, err)
	}
	return answer
}

// sameJSON reports whether two texts are the same JSON.
func sameJSON(t testing.TB, a, b string) bool {
	t.Helper()
	return canonical(t, a) == canonical(t, b)
}

func canonical(t testing.TB, text string) string {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	out, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// wantError demands an error of the service, by its code and its message.
func wantError(t testing.TB, err error, code, message string) {
	t.Helper()
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		t.Fatalf("expected %s, got %v", code, err)
	}
	if api.ErrorCode() != code || api.ErrorMessage() != message {
		t.Errorf("expected\n%s: %s, got\n%s: %s", code, message, api.ErrorCode(), api.ErrorMessage())
	}
}

func text(s string) types.AttributeValue   { return &types.AttributeValueMemberS{Value: s} }
func number(s string) types.AttributeValue { return &types.AttributeValueMemberN{Value: s} }

type values = map[string]types.AttributeValue

func order(customer, id, total string) values {
	return values{"customer": text(customer), "id": text(id), "amount": number(total), "label": text("new"), "note": text("n" + id)}
}

// ids returns the attribute id of items, joined by spaces.
func ids(items []map[string]types.AttributeValue) string {
	var all []string
	for _, item := range items {
		if id, ok := item["id"].(*types.AttributeValueMemberS); ok {
			all = append(all, id.Value)
		}
	}
	return strings.Join(all, " ")
}
