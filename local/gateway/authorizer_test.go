package gateway

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tokenCase is a token, and the private route's answer to it: one of the verdicts
// below, or the error_description of a 401.
type tokenCase struct {
	name  string
	token string
	want  string
}

const (
	passed  = ""
	noToken = "401 without an error"
	noScope = "403"
	tooLong = "431"
)

// privateAnswer is the whole answer of the private route, to the byte.
func privateAnswer(want string) string {
	answer := func(status, contentType, challenge, body string) string {
		head := "HTTP/1.1 " + status + "\nContent-Length: " + strconv.Itoa(len(body)) + "\n"
		if contentType != "" {
			head += "Content-Type: " + contentType + "\n"
		}
		head += "apigw-requestid: X\n"
		if challenge != "" {
			head += "www-authenticate: " + challenge + "\n"
		}
		return head + "Date: X\nConnection: close\n\n" + body
	}
	const unauthorized, json = "401 Unauthorized", "application/json"
	switch want {
	case passed:
		return answer("200 OK", "text/plain; charset=utf-8", "", "Hello")
	case noToken:
		return answer(unauthorized, "", "Bearer", `{"message":"Unauthorized"}`)
	case noScope:
		return answer("403 Forbidden", json, `Bearer scope="read:private" error="insufficient_scope" `+
			`error_description="expected scopes: [read:private]"`, `{"message":"Forbidden"}`)
	case tooLong:
		return answer("431 Request Header Fields Too Large", json, "", `{"message":"Request Header Fields Too Large"}`)
	}
	return answer(unauthorized, "", `Bearer scope="read:private" error="invalid_token" error_description="`+want+`"`,
		`{"message":"Unauthorized"}`)
}

// trap is a server that tokens name and that nothing may connect to. It would
// answer as an issuer with the attacker's key, and counts connections.
type trap struct {
	issuer
	connections atomic.Int64
}

func newTrap(t *testing.T) *trap {
	t.Helper()
	it := &trap{issuer: issuer{keys: []map[string]any{jwk(testKeyID, otherKey()), jwk("attacker", otherKey())}}}
	server := httptest.NewUnstartedServer(&it.issuer)
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			it.connections.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	it.url = server.URL + "/"
	return it
}

// TestTokens sends each token to the private route over a real socket and
// compares the whole answer.
func TestTokens(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, publishedKeys()...)
	attacker := newTrap(t)
	address := serve(t, mustNew(t, testConfig(i.authorizer())))
	var good, bad int
	t.Run("private", func(t *testing.T) { // ends when every token was answered
		for _, list := range [][]tokenCase{
			goodTokens(t, i), badForms(t, i), badSizes(t, i), badClaimForms(t, i), noAlgorithms(t, i), otherAlgorithms(t, i), badKeys(t, i, attacker), badExtensions(t, i),
			badIssuers(t, i, attacker), badAudiences(t, i), dateCases(t, i), scopeCases(t, i),
		} {
			for _, test := range list {
				if test.want == passed {
					good++
				} else {
					bad++
				}
				t.Run(test.name, func(t *testing.T) {
					t.Parallel()
					got := roundTrip(t, address, "GET /api/private HTTP/1.1"+closing+"Authorization: Bearer "+test.token+"\n\n")
					if diff := cmp.Diff(privateAnswer(test.want), got); diff != "" {
						t.Errorf("answer (-want +got):\n%s", diff)
					}
				})
			}
		}
	})
	t.Logf("%d tokens passed, %d were refused", good, bad)
	if bad < 80 {
		t.Errorf("expected 80 attacks or more, got %d", bad)
	}
	if n := attacker.connections.Load(); n != 0 {
		t.Errorf("the attacker's server was asked on %d connections", n)
	}
	if _, err := http.Get(attacker.url + "jwks.json"); err != nil || attacker.connections.Load() != 1 {
		t.Errorf("the trap counts nothing: %d, %v", attacker.connections.Load(), err)
	}
}
