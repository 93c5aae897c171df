package main

import (
	"fmt"
	"slices"
	"testing"

	"api-auth-jwt-auth0/local/live"
	"api-auth-jwt-auth0/local/live/wire"
)

// TestOtherVersion: a session of another version gets no requests, and learns why.
func TestOtherVersion(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	defer s.check(t)
	ada := startRaw(t, s.broker, developerKey, "project--dev--dev-ada-0")
	session := wire.NewSession()
	ada.subscribe(t, "live/project/dev/to/"+session)
	document := fmt.Sprintf(`{"version":%d,"name":"ada","session":%q,"key":{"another":"form"}}`, wire.Version+1, session)
	ada.publish(t, "live/project/dev/dev/ada", document)
	version, bridge, ok := wire.ParseHello((<-ada.messages).Payload)
	if !ok || version != wire.Version || wire.HandlerOf(bridge) != "items" {
		t.Errorf("got %d %q %v", version, bridge, ok)
	}
	if got := by(t, s.invoke(t, request("POST", "ada", "echo", "1"))); got != "" {
		t.Errorf("answered by %q", got)
	}
	s.output.wait(t, "run pulumi up")
}

// TestSessionLearnsOfOtherVersions: a bridge of another version says hello.
func TestSessionLearnsOfOtherVersions(t *testing.T) {
	t.Parallel()
	broker := newBroker(t, nil)
	ada, err := startSession(t, broker.URL(), "ada", nil)
	if err != nil {
		t.Fatal(err)
	}
	bridge := startRaw(t, broker, functionKey, "project--dev--fn-items-0")
	for _, hello := range []string{nextVersion + "\x02items-0123456789abcdef", nextVersion + "\x02items-0123456789abcdef", nextVersion + "\x02\x00", nextVersion} {
		bridge.publish(t, "live/project/dev/to/hello", hello)
	}
	ada.wait(t, "status", func() bool {
		return slices.ContainsFunc(ada.statuses, func(s live.Status) bool { return s.Kind == live.OtherVersion && s.Handler == "items" })
	})
	if len(ada.statuses) != 2 {
		t.Errorf("got %+v", ada.statuses)
	}
}
