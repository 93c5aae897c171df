// Package grow tests the chapter that grows the starter to an order service.
package grow

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/chromedp/chromedp"

	"api-auth-jwt-auth0/local/recipes"
	"api-auth-jwt-auth0/local/sitetest"
)

// orderService is the chapter of the README that grows the starter.
const orderService = "### An order service"

// grow types the chapter into a copy of the project.
func grow(t *testing.T, dir string) {
	t.Helper()
	code, commands := recipes.Blocks(t, "README.md", orderService, "go"), recipes.Blocks(t, "README.md", orderService, "sh")
	if len(code) != 7 || len(commands) != 2 {
		t.Fatalf("expected seven blocks of code and two of commands, got %d and %d", len(code), len(commands))
	}
	recipes.Write(t, filepath.Join(dir, "infra", "resources.go"), code[0])
	routes := filepath.Join(dir, "infra", "routes.go")
	recipes.Insert(t, routes, "var Routes = []Route{", code[1])
	recipes.Insert(t, routes, "var Scopes = []Scope{", code[2])
	recipes.Insert(t, routes, "var Roles = []Role{", code[3])
	for i, name := range []string{"orders", "confirm", "report"} {
		recipes.Write(t, filepath.Join(dir, "lambdas", name, "main.go"), code[4+i])
	}
	recipes.Run(t, dir, commands[0])
}

// local is a running `go run ./local`.
type local struct {
	events  *bufio.Scanner
	console string
}

type event struct {
	Event, Console string
	Server, Path   string
	Function, Text string
	Status         int
}

// startLocal runs the local cloud of a copy until the test ends.
func startLocal(t *testing.T, dir string) *local {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "run", "./local", "-port", "0", "-json")
	cmd.Dir = dir
	// As a terminal does, to the whole group: go run ignores it, and waits.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Wait() }) // it ends by the interrupt
	l := &local{events: bufio.NewScanner(output)}
	l.events.Buffer(nil, 1<<20)
	ready := l.await(t, "it is ready", func(e event) bool { return e.Event == "ready" })
	l.console = ready.Console
	return l
}

// await reads events up to one.
func (l *local) await(t *testing.T, what string, is func(event) bool) event {
	t.Helper()
	var seen []string
	for l.events.Scan() {
		var e event
		if err := json.Unmarshal(l.events.Bytes(), &e); err != nil {
			t.Fatalf("expected an event, got %q", l.events.Text())
		}
		seen = append(seen, l.events.Text())
		if is(e) {
			return e
		}
	}
	t.Fatalf("%s did not happen:\n%s", what, strings.Join(seen, "\n"))
	return event{}
}

// page is the console, in a browser.
type page struct {
	*sitetest.Browser
	console string
}

// order places an order in the API explorer as a user, and returns the answer once it has a
// status.
func (p page) order(email, status string) (body string) {
	p.T.Helper()
	p.Open(p.console + "/explorer")
	p.Click(sitetest.TestID("routes") + ` [data-route="POST /orders"]`)
	p.Until(`(() => {
		const users = document.querySelector('[data-testid="as"]');
		const user = Array.from(users.options).find((o) => o.textContent.includes("` + email + `"));
		if (user === undefined) return false;
		users.value = user.value;
		users.dispatchEvent(new Event("change", { bubbles: true }));
		return users.value === user.value;
	})()`)
	p.Set("body", `{"item":"book"}`)
	p.Click(sitetest.TestID("send") + ":enabled")
	p.See(sitetest.TestID("outcome") + chromedp.CSS(`[data-status="`+status+`"]`))
	return p.Text(sitetest.TestID("outcome-body"))
}

// follow shows the order's way through the queue, the table with it, and the report, which
// runs on request.
func (p page) follow() {
	p.T.Helper()
	p.Open(p.console + "/?q=queue+confirmations+200")
	p.Click(sitetest.TestID("requests") + " " + sitetest.TestID("request"))
	for _, call := range []chromedp.CSS{"ssm GetParameter", "dynamodb UpdateItem"} {
		p.See(sitetest.TestID("waterfall") + ` [data-call="` + call + `"][data-tone="good"]`)
	}
	p.Open(p.console + "/data")
	p.Click(sitetest.TestID("data-table") + `[data-name="orders"]`)
	p.Until(`document.querySelector('[data-testid="item"]')?.textContent.includes("book")`)
	p.Click(sitetest.TestID("data-queue") + `[data-name="confirmations"]`)
	p.See(sitetest.TestID("no-messages"))
	p.Click(sitetest.TestID("data-schedule") + `[data-name="report"]`)
	p.Click(sitetest.TestID("run-now") + ":enabled")
	p.Until(`document.querySelector('[data-testid="last-run"]').textContent.includes("succeeded")`)
}

// makeCustomer gives the second user the role.
func (p page) makeCustomer() {
	p.T.Helper()
	p.Open(p.console + "/tenant")
	const box chromedp.CSS = `[data-testid="users"] tbody tr:nth-child(2) [data-testid="role"][value$="--customer"]`
	p.Click(box + ":enabled")
	p.See(box + ":checked")
}

// TestOrderService types the chapter, word for word, and has it serve on one machine, with
// the console in a browser: an order goes through the queue, a user without the role is
// refused until they have it, and a use that is taken away makes exactly its call fail.
// Then the same lines are deployed with the real engine.
func TestOrderService(t *testing.T) {
	t.Parallel()
	dir := recipes.CopyStarter(t)
	grow(t, dir)
	recipes.Run(t, dir, "gofmt -l infra lambdas | tee /dev/stderr | wc -l | grep -qx 0 && go vet ./infra ./lambdas/...")
	l := startLocal(t, dir)
	p := page{sitetest.NewBrowser(t), l.console}
	if answer := p.order("dev@example.com", "201"); !strings.Contains(answer, `"book"`) {
		t.Fatalf("expected the order, got %s", answer)
	}
	confirmed := l.await(t, "the confirmation", func(e event) bool { return e.Function == "confirm" && e.Event == "request" })
	if confirmed.Status != http.StatusOK || confirmed.Path != "confirmations" {
		t.Errorf("expected the message of the queue to be handled, got %+v", confirmed)
	}
	p.follow()
	p.order("guest@example.com", "403")
	p.makeCustomer()
	p.order("guest@example.com", "201")

	resources := filepath.Join(dir, "infra", "resources.go")
	text, err := os.ReadFile(resources)
	if err != nil {
		t.Fatal(err)
	}
	recipes.Write(t, resources, strings.Replace(string(text), `"orders":  {Uses: []Use{orders.Write(),`, `"orders":  {Uses: []Use{orders.Read(),`, 1))
	l.await(t, "the reload", func(e event) bool { return e.Event == "reloaded" })
	p.order("dev@example.com", "500")
	refused := l.await(t, "the refusal", func(e event) bool {
		return strings.Contains(e.Text, "not authorized to perform: dynamodb:PutItem")
	})
	if refused.Function != "orders" {
		t.Errorf("expected the handler's own error, got %+v", refused)
	}
	recipes.Write(t, resources, string(text))
	recipes.Run(t, dir, "go test ./infra -update && go test ./local/enginetest -run '^TestUpSucceedsAndASecondChangesNothing$'")
}
