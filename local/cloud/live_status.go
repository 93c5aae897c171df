package cloud

import (
	"fmt"

	"api-auth-jwt-auth0/local/console"
	"api-auth-jwt-auth0/local/live"
	"api-auth-jwt-auth0/local/terminal"
)

// liveStatus shows the state of the live session. The initial one is part of Ready.
func (c *Cloud) liveStatus(s live.Status) {
	l := terminal.Live{Stack: c.cfg.Stack, Name: c.cfg.Live.Name}
	switch s.Kind {
	case live.Online:
		l.State = "online"
	case live.OtherVersion:
		l.State = "outdated"
		l.Message = fmt.Sprintf("the deployed function of the handler %q has another version of the bridge, and answers by itself: deploy it again with pulumi up --stack %s", s.Handler, c.cfg.Stack)
	default: // offline, or another session has taken the name
		l.State = "offline"
		l.Message = s.Err.Error()
	}
	c.observer.recorder.Live(console.Live{State: l.State, Name: l.Name, URL: c.LiveURL(), Message: l.Message})
	if c.live.announced.Swap(true) || s.Kind != live.Online {
		c.cfg.Terminal.Live(l)
	}
}
