package terminal

import (
	"strings"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/journal"
)

func TestLiveIsShown(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	terminal := newTestTerminal(&out, 0)
	terminal.Ready(Ready{Site: "http://localhost:3000", Stack: "dev", Live: "https://d1.cloudfront.net/?live=anna", Resources: "dev"})
	terminal.Live(Live{State: "online", Stack: "dev", Name: "anna"})
	terminal.Live(Live{State: "offline", Stack: "dev", Name: "anna", Message: "the network is unreachable"})
	terminal.Debugged(Debugged{Function: "orders", RequestID: "1", Left: 4 * time.Second, Of: 10 * time.Second})
	terminal.Debugged(Debugged{Function: "orders", RequestID: "1", Of: 10 * time.Second})
	terminal.Request(&journal.Entry{Via: "live", Method: "GET", Path: "/api/orders", Status: 200, Function: "orders", Invocation: "1", Ran: true, Took: 12 * time.Millisecond})
	for _, want := range []string{
		"  Live      https://d1.cloudfront.net/?live=anna\n",
		"  Handlers use the resources of stack dev, with the rights of their roles.\n",
		"  What is called from the site at Live is answered by this machine.\n",
		"online   dev, as anna\n",
		"offline  dev, as anna\n         the network is unreachable\n",
		"orders   | the request waits: 4.0s of 10.0s are left\n",
		"orders   | the time of the request is over",
		" GET     /api/orders              200   12ms  orders warm live\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("expected %q in\n%s", want, out.String())
		}
	}
}
