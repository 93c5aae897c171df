package mqtt

import (
	"testing"
	"time"
)

// TestSilenceTakesTheGreaterClock: a paused machine's monotonic clock may have stood still.
func TestSilenceTakesTheGreaterClock(t *testing.T) {
	t.Parallel()
	now := time.Now()
	c := &Conn{config: Config{Now: func() time.Time { return now }}}
	c.markHeard()
	heard := now
	now = heard.Add(time.Second)
	if got := c.Silence(); got != time.Second {
		t.Errorf("got %v", got)
	}
	now = heard.Round(0).Add(time.Hour) // only the wall clock has advanced
	if got := c.Silence(); got != time.Hour {
		t.Errorf("got %v", got)
	}
}
