package action

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// post is the code of an Action with this body.
func post(body string) string {
	return "exports.onExecutePostLogin = async (event, api) => {\n" + body + "\n};"
}

func testEvent() Event {
	return Event{
		User:           User{ID: "auth0|1", Email: "a@example.com", EmailVerified: true, Name: "A Person", Nickname: "a"},
		Client:         Client{ID: "spa", Name: "The site"},
		Connection:     Connection{Name: "Username-Password-Authentication", Strategy: "auth0"},
		Authorization:  Authorization{Roles: []string{"manager"}},
		ResourceServer: &ResourceServer{Identifier: "https://api.example.com"},
		Transaction:    Transaction{Protocol: ProtocolSignIn, RequestedScopes: []string{"openid", "read"}},
		Request:        Request{Method: "GET", Query: map[string]string{"scope": "openid read"}, Body: map[string]string{}},
	}
}

// mustRun runs an Action from an outcome with the scopes openid and read, and returns
// the outcome and what was logged.
func mustRun(t *testing.T, code string) (Outcome, []string) {
	t.Helper()
	a, err := Compile("test", code)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	outcome := Outcome{Scopes: []string{"openid", "read"}}
	if err := a.Run(testEvent(), &outcome, func(line string) { lines = append(lines, line) }); err != nil {
		t.Fatal(err)
	}
	return outcome, lines
}

func TestScopes(t *testing.T) {
	t.Parallel()
	outcome, _ := mustRun(t, post(`api.accessToken.addScope("write").accessToken.addScope("write").accessToken.removeScope("read");`))
	if diff := cmp.Diff([]string{"openid", "write"}, outcome.Scopes); diff != "" {
		t.Error(diff)
	}
}

func TestClaims(t *testing.T) {
	t.Parallel()
	outcome, _ := mustRun(t, post(`
		api.accessToken.setCustomClaim("https://example.com/email", event.user.email);
		api.accessToken.setCustomClaim("https://example.com/gone", undefined);
		api.idToken.setCustomClaim("https://example.com/roles", event.authorization.roles);`))
	if diff := cmp.Diff(map[string]json.RawMessage{"https://example.com/email": json.RawMessage(`"a@example.com"`)}, outcome.AccessClaims); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]json.RawMessage{"https://example.com/roles": json.RawMessage(`["manager"]`)}, outcome.IDClaims); diff != "" {
		t.Error(diff)
	}
}

func TestReservedClaims(t *testing.T) {
	t.Parallel()
	for _, name := range reserved {
		outcome, lines := mustRun(t, post(fmt.Sprintf(`api.accessToken.setCustomClaim(%q, "x"); api.idToken.setCustomClaim(%q, "x");`, name, name)))
		if len(outcome.AccessClaims)+len(outcome.IDClaims) > 0 || len(lines) != 2 || !strings.Contains(lines[0], name) {
			t.Errorf("%s: expected it to be left out with a line each, got %v, %v and %q", name, outcome.AccessClaims, outcome.IDClaims, lines)
		}
	}
}

func TestDeny(t *testing.T) {
	t.Parallel()
	outcome, _ := mustRun(t, post(`if (event.user.email_verified) { api.access.deny("Not today"); }`))
	if !outcome.Denied || outcome.Reason != "Not today" {
		t.Errorf("expected a denial, got %+v", outcome)
	}
}

func TestConsole(t *testing.T) {
	t.Parallel()
	_, lines := mustRun(t, post(`console.log("signed in", event.user.user_id, {a: 1});`))
	if diff := cmp.Diff([]string{`signed in auth0|1 {"a":1}`}, lines); diff != "" {
		t.Error(diff)
	}
}

// TestEventIsPlain: common operations on an event work.
func TestEventIsPlain(t *testing.T) {
	t.Parallel()
	_, lines := mustRun(t, post(`
		const { user, organization } = event;
		console.log(JSON.stringify(event.client), Object.keys(event.authorization).join(), "email" in user);
		console.log(organization?.id, event.user.given_name, event.user.app_metadata.plan, event.request.query.nothing, user.hasOwnProperty("x"));
		console.log(event.transaction?.requested_scopes.includes("read"), await Promise.resolve(event.user.name));`))
	want := []string{
		`{"client_id":"spa","name":"The site","metadata":{}} roles true`,
		"undefined undefined undefined undefined false",
		"true A Person",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
}

func TestUnsupported(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, body, want string }{
		{"of the event", "if (event.stats.logins_count > 1) {}", "event.stats"},
		{"of an object in the event", "console.log(event.user.identities)", "event.user.identities"},
		{"of the request", "console.log(event.request.geoip)", "event.request.geoip"},
		{"of the api", `api.multifactor.enable("any")`, "api.multifactor"},
		{"of an object in the api", `api.user.setAppMetadata("a", 1)`, "api.user"},
		{"a method", "api.idToken.addScope('x')", "api.idToken.addScope"},
		{"the transaction's scopes", `api.transaction.addTargetScope("x")`, "api.transaction"},
		{"although it is caught", "try { event.session.id } catch (e) {}", "event.session"},
		{"the first of several", "try { event.session.id } catch (e) {} event.stats", "event.session"},
		{"with optional chaining", "event.refresh_token?.id", "event.refresh_token"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mustFail(t, post(tt.body), `Action "test" uses `+tt.want+", which the local tenant does not have")
		})
	}
}

// mustFail asserts that an Action compiles, and that its run fails with these words and
// changes nothing.
func mustFail(t *testing.T, code, want string) {
	t.Helper()
	a, err := Compile("test", code)
	if err != nil {
		t.Fatal(err)
	}
	a.limit = time.Second
	outcome := Outcome{Scopes: []string{"read"}}
	err = a.Run(testEvent(), &outcome, func(string) {})
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("expected %q, got %v", want, err)
	}
	if diff := cmp.Diff(Outcome{Scopes: []string{"read"}}, outcome); diff != "" {
		t.Errorf("expected the outcome to be unchanged: %s", diff)
	}
}

func TestFailedRuns(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, code, want string }{
		{"throws", post(`api.accessToken.addScope("x"); throw new Error("no luck");`), "Error: no luck"},
		{"throws at once", `exports.onExecutePostLogin = function () { throw new RangeError("at once"); };`, "RangeError: at once"},
		{"a global of Node.js", post("fetch('https://example.com')"), "fetch is not defined"},
		{"a module", post("require('axios')"), "the local tenant has no modules"},
		{"never settles", post("await new Promise(() => {});"), "its promise never settles"},
		{"endless", post("for (;;) {}"), "ran longer than 1s"},
		{"endless recursion", post("(function f() { f(); })();"), "calls deeper than 512"},
		{"a scope that is none", post("api.accessToken.addScope(undefined)"), "addScope: expected a string, got undefined"},
		{"a claim without a name", post("api.idToken.setCustomClaim('', 1)"), "setCustomClaim: expected a string"},
		{"a large claim", post(`api.idToken.setCustomClaim("https://example.com/x", "x".repeat(100000))`), "Auth0 allows 100000"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mustFail(t, tt.code, tt.want)
		})
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, code, want string }{
		{"no code", "", "it has no handler"},
		{"another handler", "exports.onExecutePreUserRegistration = async () => {};", "assign exports.onExecutePostLogin"},
		{"no function", "exports.onExecutePostLogin = 1;", "it has no handler"},
		{"wrong syntax", "exports.onExecutePostLogin = async (event, api => {};", "test: Line 1:"},
		{"throws while it loads", "throw new Error('early');" + post(""), "Error: early"},
		{"a module while it loads", "const x = require('lodash');" + post(""), `require("lodash"): the local tenant has no modules`},
		{"too long", post("") + strings.Repeat(" ", maxCodeBytes), "Auth0 allows 100000"},
		{"leaves its function", "}); (function () {" + post(""), "exports is not defined"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if _, err := Compile("test", tt.code); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("expected %q, got %v", tt.want, err)
			}
		})
	}
}

// TestRunsShareNothing: an Action's state does not outlast its run, and it cannot
// replace what the tenant uses.
func TestRunsShareNothing(t *testing.T) {
	t.Parallel()
	a, err := Compile("test", `var runs = 0; JSON.stringify = () => '"forged"';
		module.exports = {onExecutePostLogin: async (event, api) => {
			runs++; globalThis.seen = (globalThis.seen || 0) + 1;
			api.idToken.setCustomClaim("https://example.com/runs", [runs, globalThis.seen]);
		}};`)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		var outcome Outcome
		if err := a.Run(testEvent(), &outcome, func(string) {}); err != nil {
			t.Fatal(err)
		}
		if got := string(outcome.IDClaims["https://example.com/runs"]); got != "[1,1]" {
			t.Errorf("expected each run to be the first, got %s", got)
		}
	}
}

// FuzzCompile: whatever the code is, compiling and running it ends with an error or an
// outcome.
func FuzzCompile(f *testing.F) {
	f.Add(post(`api.accessToken.addScope(event.user.name)`))
	f.Add("exports.onExecutePostLogin = (e, a) => a.access.deny('x')")
	f.Add("}, function () {")
	f.Fuzz(func(t *testing.T, code string) {
		a, err := Compile("fuzz", code)
		if err != nil {
			return
		}
		a.limit = time.Second
		outcome := Outcome{Scopes: []string{"read"}}
		if err := a.Run(testEvent(), &outcome, func(string) {}); err != nil && (len(outcome.Scopes) != 1 || outcome.Denied) {
			t.Errorf("expected a failed run to change nothing, got %+v", outcome)
		}
	})
}
