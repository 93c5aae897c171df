// Package grow tests the chapter that grows the starter to an order service.
package grow

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"api-auth-jwt-auth0/local/recipes"
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
	api     string
	console string
	token   string // of the console's page
}

type event struct {
	Event, API, Console string
	Server, Path        string
	Function, Text      string
	Status              int
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
	l.api, l.console = ready.API, ready.Console
	l.token = l.pageToken(t)
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

// pageToken is the token that the console's page gets with its first event.
func (l *local) pageToken(t *testing.T) string {
	t.Helper()
	response, err := http.Get(l.console + "/api/events")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 8<<20)
	for lines.Scan() {
		if m := regexp.MustCompile(`"token":"([^"]+)"`).FindStringSubmatch(lines.Text()); m != nil {
			return m[1]
		}
	}
	t.Fatal("the console gave its page no token")
	return ""
}

// ask sends a request of the console's page, and reads its answer. Without a body it is
// a GET.
func (l *local) ask(t *testing.T, path, body string, answer any) {
	t.Helper()
	method := http.MethodPost
	if body == "" {
		method = http.MethodGet
	}
	request, err := http.NewRequestWithContext(t.Context(), method, l.console+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header = http.Header{"Content-Type": {"application/json"}, "Origin": {l.console}, "X-Console-Token": {l.token}}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body) // a broken answer does not decode
	if err := json.Unmarshal(text, answer); err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s answered %d: %s", path, response.StatusCode, text)
	}
}

// place places an order as a user, and returns the answer.
func (l *local) place(t *testing.T, email string) (status int, answer string) {
	t.Helper()
	var explorer struct{ Users []struct{ ID, Email string } }
	l.ask(t, "/api/explorer", "", &explorer)
	for _, user := range explorer.Users {
		if user.Email != email {
			continue
		}
		var token struct{ Token string }
		l.ask(t, "/api/token", `{"user":"`+user.ID+`"}`, &token)
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, l.api+"/orders", strings.NewReader(`{"item":"book"}`))
		if err != nil {
			t.Fatal(err)
		}
		request.Header = http.Header{"Authorization": {"Bearer " + token.Token}, "Content-Type": {"application/json"}}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		text, _ := io.ReadAll(response.Body) // an incomplete answer fails the comparison
		return response.StatusCode, string(text)
	}
	t.Fatalf("there is no user %s among %v", email, explorer.Users)
	return 0, ""
}

// TestOrderService types the chapter, word for word, and has it serve on one machine:
// an order goes through the queue, a user without the role is refused, and a use that is
// taken away makes exactly its call fail. Then the same lines are deployed with the real
// engine.
func TestOrderService(t *testing.T) {
	t.Parallel()
	dir := recipes.Copy(t)
	grow(t, dir)
	recipes.Run(t, dir, "gofmt -l infra lambdas | tee /dev/stderr | wc -l | grep -qx 0 && go vet ./infra ./lambdas/...")
	l := startLocal(t, dir)
	if status, answer := l.place(t, "guest@example.com"); status != http.StatusForbidden {
		t.Errorf("expected a guest to be refused, got %d %s", status, answer)
	}
	if status, answer := l.place(t, "dev@example.com"); status != http.StatusCreated || !strings.Contains(answer, `"book"`) {
		t.Fatalf("expected the order, got %d %s", status, answer)
	}
	confirmed := l.await(t, "the confirmation", func(e event) bool { return e.Function == "confirm" && e.Event == "request" })
	if confirmed.Status != http.StatusOK || confirmed.Path != "confirmations" {
		t.Errorf("expected the message of the queue to be handled, got %+v", confirmed)
	}
	resources := filepath.Join(dir, "infra", "resources.go")
	text, err := os.ReadFile(resources)
	if err != nil {
		t.Fatal(err)
	}
	recipes.Write(t, resources, strings.Replace(string(text), `"orders":  {Uses: []Use{orders.Write(),`, `"orders":  {Uses: []Use{orders.Read(),`, 1))
	l.await(t, "the reload", func(e event) bool { return e.Event == "reloaded" })
	if status, _ := l.place(t, "dev@example.com"); status != http.StatusInternalServerError {
		t.Errorf("expected the order to fail, got %d", status)
	}
	refused := l.await(t, "the refusal", func(e event) bool {
		return strings.Contains(e.Text, "not authorized to perform: dynamodb:PutItem")
	})
	if refused.Function != "orders" {
		t.Errorf("expected the handler's own error, got %+v", refused)
	}
	recipes.Write(t, resources, string(text))
	recipes.Run(t, dir, "go test ./infra -update && go test ./local/enginetest -run '^TestUpSucceedsAndASecondChangesNothing$'")
}
