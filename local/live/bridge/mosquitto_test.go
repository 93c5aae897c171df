package main

import (
	"encoding/hex"
	"fmt"
	"math/rand"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/live/mosquitto"
)

// TestIndependentBroker runs Eclipse Mosquitto between a function and developers. It shares
// no code with the stand-in for IoT Core, and parses MQTT on its own.
func TestIndependentBroker(t *testing.T) {
	t.Parallel()
	endpoint := mosquitto.Start(t)
	s := &stage{process: startFunction(t, endpoint), endpoint: endpoint}
	ada := s.startDeveloperProcess(t, s.endpoint)
	grace := s.startDeveloper(t, "grace", nil)
	random := make([]byte, 200<<10)
	rand.New(rand.NewSource(1)).Read(random)
	value := fmt.Sprintf("%q", hex.EncodeToString(random)) // several pieces, even compressed
	for _, developer := range []string{"ada", "grace"} {
		var got answer
		for range 5 { // on a busy machine the deployed code may answer meanwhile
			if got = s.invoke(t, request("POST", developer, "echo", value)); by(t, got) == developer {
				break
			}
		}
		if expected := fmt.Sprintf(`{"by":%q,"value":%s}`, developer, value); got.Body != expected {
			t.Errorf("%s: got %d bytes, expected %d: %.100s", developer, len(got.Body), len(expected), got.Body)
		}
	}
	if got := by(t, s.invoke(t, request("PUT", "", "echo", "1"))); got != "" {
		t.Errorf("a request for nobody is answered by %q", got)
	}
	ada.kill() // the broker publishes her last will
	s.deployedWithin(t, 400*time.Millisecond)
	if err := grace.Close(); err != nil {
		t.Error(err)
	}
	if got := by(t, s.invoke(t, request("POST", "grace", "echo", "1"))); got != "" {
		t.Errorf("answered by %q, who has left", got)
	}
}
