package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// withoutBroker returns live's environment with a broker that does not exist.
func withoutBroker() map[string]string {
	return map[string]string{"LIVE_ENDPOINT": "ws://127.0.0.1:9", "LIVE_TOPICS": "live/project/dev", "LIVE_CLIENT": "project--dev--fn-items-"}
}

// TestDeployedCodeIsTheSame runs a handler behind the bridge and alone. Lambda gets the same
// requests, byte for byte, and the process ends in the same way.
func TestDeployedCodeIsTheSame(t *testing.T) {
	t.Parallel()
	for _, event := range []string{
		`{"do":"echo","value":{"statusCode":200,"body":"Hello"}}`,
		`{"do":"echo","value":"` + strings.Repeat("x", 6<<20) + `"}`,
		`{"do":"error"}`,
		`{"do":"text"}`,
		`{"do":"big","size":7000000}`,
		`{"do":"broken"}`,
		`{"do":"panic"}`,
		`not JSON`,
		`{"do":"log"}`,
	} {
		t.Run(fmt.Sprintf("%.30s", event), func(t *testing.T) {
			t.Parallel()
			alone := startProcess(t, handlerBinary(t), nil)
			behind := startProcess(t, bridgeBinary(t), withoutBroker())
			if diff := cmp.Diff(alone.trace(t, event), behind.trace(t, event)); diff != "" {
				t.Errorf("behind the bridge (+):\n%s", diff)
			}
		})
	}
}

// trace invokes twice, and a third time with another event, and returns what Lambda gets.
func (p *process) trace(t *testing.T, event string) (seen []answer) {
	t.Helper()
	for _, event := range []string{event, event, `{"do":"echo","value":1}`} {
		e := newExchange(event, time.Hour)
		select {
		case p.events <- e:
		case <-p.ended:
			return append(seen, answer{Action: p.end(t)})
		}
		select {
		case got := <-e.answered:
			got.Took = 0
			seen = append(seen, got)
		case <-p.ended:
			return append(seen, answer{Action: p.end(t)})
		}
	}
	return append(seen, p.stray()...)
}

func TestDeployedCodeEndsTheSame(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"crash", "exit0", "exit1", "kill", "segfault", "abort", "stray panic", "half-and-crash", "half-and-kill"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			alone := startProcess(t, handlerBinary(t), nil)
			behind := startProcess(t, bridgeBinary(t), withoutBroker())
			event := `{"do":"` + kind + `"}`
			alone.give(t, event, time.Hour)
			behind.give(t, event, time.Hour)
			if a, b := signalOf(alone.end(t)), signalOf(behind.end(t)); a != b {
				t.Errorf("alone: %s, behind the bridge: %s", a, b)
			}
		})
	}
}

// signalOf removes whether a core was dumped, which depends on the machine.
func signalOf(state string) string { return strings.TrimSuffix(state, " (core dumped)") }

func TestInitEndsTheSame(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"crash", "exit0", "panic", "kill"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			alone := startProcess(t, handlerBinary(t), map[string]string{"INIT": kind})
			environment := withoutBroker()
			environment["INIT"] = kind
			behind := startProcess(t, bridgeBinary(t), environment)
			if a, b := alone.end(t), behind.end(t); a != b {
				t.Errorf("alone: %s, behind the bridge: %s", a, b)
			}
			if diff := cmp.Diff(alone.stray(), behind.stray()); diff != "" {
				t.Errorf("behind the bridge (+):\n%s", diff)
			}
		})
	}
}

// TestEnvironmentOfTheHandler: the handler's environment is Lambda's, except the variables of
// live and the address of the Runtime API.
func TestEnvironmentOfTheHandler(t *testing.T) {
	t.Parallel()
	seen := func(p *process) []string {
		list := decode[[]string](t, p.invoke(t, `{"do":"env"}`).Body)
		list = slices.DeleteFunc(list, func(v string) bool {
			return strings.HasPrefix(v, "AWS_LAMBDA_RUNTIME_API=") || strings.HasPrefix(v, "_X_AMZN_TRACE_ID=")
		})
		slices.Sort(list)
		return list
	}
	alone := startProcess(t, handlerBinary(t), nil)
	behind := startProcess(t, bridgeBinary(t), withoutBroker())
	if diff := cmp.Diff(seen(alone), seen(behind)); diff != "" {
		t.Errorf("behind the bridge (+):\n%s", diff)
	}
}

func TestHandlerGetsSignals(t *testing.T) {
	t.Parallel()
	p := startProcess(t, bridgeBinary(t), withoutBroker())
	p.invoke(t, `{"do":"pid"}`)
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if got := p.end(t); got != "signal: terminated" {
		t.Errorf("got %s", got)
	}
}

// TestHandlerEndsWithTheBridge: the handler ends even if the bridge is killed.
func TestHandlerEndsWithTheBridge(t *testing.T) {
	t.Parallel()
	p := startProcess(t, bridgeBinary(t), withoutBroker())
	pid := decode[int](t, p.invoke(t, `{"do":"pid"}`).Body)
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	// The handler holds the output open, so the output ends only with it. WaitDelay would
	// force it closed and report that.
	p.end(t)
	if err := syscall.Kill(pid, 0); err == nil && !zombie(pid) {
		t.Error("the handler lives on")
	}
}

// TestOtherPathsPass: Lambda answers all other requests of a runtime.
func TestOtherPathsPass(t *testing.T) {
	t.Parallel()
	p := startProxy(t)
	answer, err := http.Post("http://"+p.address+"/2020-01-01/extension/register?x=%2f", "text/plain", strings.NewReader("body"))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	got := p.stray()
	if answer.StatusCode != http.StatusForbidden || len(got) != 1 || got[0].Action != "/2020-01-01/extension/register" || got[0].Body != "body" {
		t.Errorf("%s, %+v", answer.Status, got)
	}
}

// startProxy runs the bridge's Runtime API without a handler.
func startProxy(t *testing.T) (p struct {
	*runtimeAPI
	address string
}) {
	t.Helper()
	p.runtimeAPI = newRuntimeAPI(t)
	proxy, err := serve(config{runtimeAPI: strings.TrimPrefix(p.server.URL, "http://")})
	if err != nil {
		t.Fatal(err)
	}
	p.address = proxy.address
	return p
}
