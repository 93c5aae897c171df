package infra

import (
	"context"
	"strings"
	"testing"
	"time"

	"api-auth-jwt-auth0/infra/bucket"
	"api-auth-jwt-auth0/infra/kind"
	"api-auth-jwt-auth0/infra/queue"
	"api-auth-jwt-auth0/infra/schedule"
	"api-auth-jwt-auth0/infra/secret"
	"api-auth-jwt-auth0/infra/table"
)

// folders are handlers without code.
type folders []string

func (f folders) CheckTools(context.Context) error  { return nil }
func (f folders) HandlerFolders() ([]string, error) { return f, nil }
func (f folders) Handlers(context.Context, []string) (map[string]string, error) {
	return nil, nil
}
func (f folders) LiveHandlers(context.Context, []string) (map[string]string, error) {
	return nil, nil
}
func (f folders) Site(context.Context) (string, error) { return "", nil }

var testConfig = Config{FunctionTimeout: 10 * time.Second, FunctionMemoryMB: 128}

// deploymentOf returns a deployment with the route GET /orders, for the handler orders,
// and the handlers worker and private.
func deploymentOf(resources []Resource, handlers map[string]Handler) Deployment {
	return Deployment{
		Routes:    []Route{{Method: "GET", Path: "/orders", Handler: "orders", Authorization: Public}},
		Rights:    ProjectRights(),
		Resources: resources, Handlers: handlers,
		Builder: folders{"orders", "worker"},
	}
}

func TestCheckAcceptsEveryKind(t *testing.T) {
	t.Parallel()
	orders, mails := table.New("orders", table.Key("customer", "id:N"), table.Index("byDay", "day")), queue.New("mails")
	receipts, key := bucket.New("receipts"), secret.New("paymentsKey")
	d := deploymentOf([]Resource{orders, mails, receipts, key}, map[string]Handler{
		"orders": {Uses: []Use{orders.ReadWrite(), mails.Send(), key.Read()}, Environment: map[string]string{"CURRENCY": "EUR"}, MemoryMB: 256},
		"worker": {On: mails.Messages(10), Uses: []Use{receipts.Write("mail/")}, Timeout: time.Minute, Concurrency: 5},
	})
	if err := d.check(testConfig); err != nil {
		t.Error(err)
	}
}

func TestCheckProblems(t *testing.T) {
	t.Parallel()
	orders, mails := table.New("orders", table.Key("id")), queue.New("mails")
	short := queue.New("short", queue.Visibility(5*time.Second))
	for _, test := range []struct {
		name      string
		resources []Resource
		handlers  map[string]Handler
		want      string
	}{
		{"a handler without a folder", nil, map[string]Handler{"mailer": {On: schedule.Every(time.Hour)}},
			`infra/resources.go: handler "mailer": there is no lambdas/mailer/main.go: write the handler, or remove it from Handlers`},
		{"a handler that nothing invokes", nil, map[string]Handler{"worker": {}},
			`handler "worker": nothing invokes it: give it a route in infra/routes.go, or set On`},
		{"a use of what is not declared", nil, map[string]Handler{"orders": {Uses: []Use{orders.Read()}}},
			`handler "orders": uses the table "orders", which is not declared: add it to Resources`},
		{"an event of what is not declared", nil, map[string]Handler{"worker": {On: mails.Messages(1)}},
			`handler "worker": is invoked by the queue "mails", which is not declared: add it to Resources`},
		{"two consumers", []Resource{mails}, map[string]Handler{"orders": {On: mails.Messages(1)}, "worker": {On: mails.Messages(1)}},
			`handlers "orders" and "worker" are both invoked by the queue "mails", and would share its events: give each a queue of its own`},
		{"a resource twice", []Resource{orders, table.New("orders", table.Key("id"))}, nil,
			`infra/resources.go: table "orders": is in Resources twice: remove or rename one`},
		{"two resources with one variable", []Resource{secret.New("paymentsKey"), secret.New("payments-key")}, nil,
			`secret "payments-key": gives handlers the environment variable PAYMENTS_KEY_PARAMETER, as secret "paymentsKey" does: rename one`},
		{"a name", []Resource{table.New("Orders!", table.Key("id"))}, nil,
			`table "Orders!": expected a name of 1 to 40 letters, digits and single dashes`},
		{"a variable twice", []Resource{orders}, map[string]Handler{"orders": {Uses: []Use{orders.Read()}, Environment: map[string]string{"ORDERS_TABLE": "x"}}},
			`sets ORDERS_TABLE in Environment, and its use of the table "orders" sets it, too: remove or rename it`},
		{"a variable of the SDK's", nil, map[string]Handler{"orders": {Environment: map[string]string{"AWS_REGION": "x"}}},
			`sets the variable AWS_REGION in Environment, which AWS reserves: rename it`},
		{"a variable's name", nil, map[string]Handler{"orders": {Environment: map[string]string{"1ST": "x"}}},
			`sets the variable "1ST" in Environment: expected a letter`},
		{"a large environment", nil, map[string]Handler{"orders": {Environment: map[string]string{"TEXT": strings.Repeat("x", 5000)}}},
			`has an Environment of 5004 bytes, and Lambda allows 4096`},
		{"a long timeout of a route", nil, map[string]Handler{"orders": {Timeout: time.Minute}},
			`has the timeout 1m0s, and API Gateway answers its route with 503 after 30 s`},
		{"a timeout above the limit", nil, map[string]Handler{"worker": {On: schedule.Every(time.Hour), Timeout: time.Hour}},
			`has the timeout 1h0m0s: expected whole seconds from 1s to 15m`},
		{"memory", nil, map[string]Handler{"orders": {MemoryMB: 64}}, `has 64 MB of memory: expected 128 to 10240`},
		{"concurrency", nil, map[string]Handler{"orders": {Concurrency: -1}}, `has the concurrency -1`},
		{"a timeout above the visibility", []Resource{short}, map[string]Handler{"worker": {On: short.Messages(1)}},
			`has the timeout 10s, longer than the queue "short" hides a message (5s)`},
		{"a batch", []Resource{mails}, map[string]Handler{"worker": {On: mails.Messages(11)}}, `takes batches of 11 messages: expected 1 to 10`},
		{"a cron expression", nil, map[string]Handler{"worker": {On: schedule.Cron("0 6 * * * *", "Europe/Berlin")}}, `is invoked by cron(0 6 * * * *): `},
		{"a time zone", nil, map[string]Handler{"worker": {On: schedule.Cron("0 6 * * ? *", "Europe/Bern")}}, `Europe/Bern`},
		{"an interval", nil, map[string]Handler{"worker": {On: schedule.Every(time.Second)}}, `is invoked by rate(1s): `},
		{"a statement for everything", nil, map[string]Handler{"orders": {Statements: []Statement{{Effect: "Allow", Action: []string{"s3:*"}, Resource: []string{"*"}}}}},
			`statement 1 allows s3:*: name the actions that the handler calls`},
		{"a table without a key", []Resource{table.New("empty")}, nil, `table "empty": has no key: add table.Key("id")`},
		{"a key with two types", []Resource{table.New("orders", table.Key("id"), table.Index("other", "id:N"))}, nil, `has the key id as S and as N`},
		{"an index's name", []Resource{table.New("orders", table.Key("id"), table.Index("a", "b"))}, nil, `expected an index's name of 3 to 255 letters`},
		{"an origin", []Resource{bucket.New("receipts", bucket.UploadsFrom("https://*.example.com"))}, nil, `takes uploads from "https://*.example.com"`},
		{"an expiry", []Resource{bucket.New("receipts", bucket.Expires(time.Hour))}, nil, `expires objects after 1h0m0s: expected whole days`},
		{"a bucket named like the stack's own", []Resource{bucket.New("site-archive")}, nil,
			`bucket "site-archive": has the name of the stack's own bucket "site", or begins like it, which the policies for handlers deny: rename it`},
		{"attempts", []Resource{queue.New("mails", queue.Attempts(0))}, nil, `allows 0 attempts: expected 1 to 1000`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := deploymentOf(test.resources, test.handlers).check(testConfig)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("expected a problem with\n%s\ngot\n%v", test.want, err)
			}
		})
	}
}

// TestCheckReportsAllProblemsAtOnce checks one error for all three tables.
func TestCheckReportsAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	d := deploymentOf([]Resource{table.New("empty"), queue.New("mails", queue.Attempts(0))}, map[string]Handler{"nobody": {}, "worker": {}})
	d.Routes[0].Authorization = ""
	err := d.check(testConfig)
	if err == nil {
		t.Fatal("expected problems")
	}
	for _, want := range []string{"GET /orders", `table "empty"`, `queue "mails"`, `handler "nobody"`, `handler "worker"`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("expected %s in\n%v", want, err)
		}
	}
}

func TestHandlersWithoutARouteAreDeployed(t *testing.T) {
	t.Parallel()
	mails := queue.New("mails")
	d := deploymentOf([]Resource{mails}, map[string]Handler{"orders": {}, "worker": {On: mails.Messages(1)}})
	if got := strings.Join(d.handlerNames(), " "); got != "orders worker" {
		t.Errorf("expected orders and worker, got %s", got)
	}
	if got := d.consumers(testConfig)[mails]; got != (kind.Consumer{Handler: "worker", Timeout: 10 * time.Second}) {
		t.Errorf("expected the worker as the consumer, got %+v", got)
	}
}
