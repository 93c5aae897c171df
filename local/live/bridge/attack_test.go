package main

import (
	"slices"
	"strings"
	"testing"
)

// TestAttackers: messages of principals with some right, and recorded messages, cause no run
// and no answer that they should not.
func TestAttackers(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	ada := s.startDeveloper(t, "ada", nil)
	if got := by(t, s.invoke(t, request("POST", "ada", "echo", `"recorded"`))); got != "ada" {
		t.Fatalf("answered by %q", got)
	}
	recorded := s.broker.Published()
	developer := startRaw(t, s.broker, developerKey, "project--dev--dev-eve-0")
	function := startRaw(t, s.broker, functionKey, "project--dev--fn-items-0")
	for _, m := range recorded {
		from := developer
		if strings.Contains(m.Topic, "/to/") {
			from = function
		}
		for _, payload := range tampered(m.Payload) {
			from.publish(t, m.Topic, payload)
		}
	}
	session := strings.Repeat("0", 32)
	for topic, payload := range map[string]string{
		"dev/eve":           `{"version":1,"name":"ada","session":"` + session + `","key":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}`,
		"dev/ada":           `{"version":1,"name":"ada","session":"` + session + `","gone":true}`,
		"dev/mallory":       strings.Repeat("[", 100_000),
		"dev/UPPER":         `{}`,
		"dev/a/b":           `{}`,
		"env/items-0":       version + "\x01",
		"beat/" + session:   strings.Repeat("x", 100_000),
		"beat/not-a-beat":   version,
		"dev/" + session:    "",
		"env/" + s.bridge(): version + "\x03{}",
	} {
		developer.publish(t, "live/project/dev/"+topic, payload)
	}
	if got := by(t, s.invoke(t, request("POST", "eve", "echo", "3"))); got != "" {
		t.Errorf("answered by %q", got)
	}
	s.eventuallyBy(t, "ada") // a flood takes a second of the session's messages
	if runs := ada.count(`"recorded"`); runs != 1 || len(s.stray()) != 0 {
		t.Errorf("%d runs, %+v", runs, s.stray())
	}
}

// bridge returns the name of the bridge that the broker has seen.
func (s *stage) bridge() string {
	return strings.TrimPrefix(string(s.published("/to/hello")[0].Payload), version+"\x02")
}

// tampered returns an attacker's variants of a recorded frame.
func tampered(payload []byte) []string {
	if len(payload) == 0 {
		return nil
	}
	flipped := slices.Clone(payload)
	flipped[len(flipped)/2] ^= 1
	other := slices.Clone(payload)
	other[0]++
	return []string{string(payload), string(payload[:len(payload)/2]), string(flipped), string(other), string(payload) + "x"}
}
