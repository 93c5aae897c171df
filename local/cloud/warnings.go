package cloud

import (
	"fmt"

	"api-auth-jwt-auth0/local/stack"
	"api-auth-jwt-auth0/local/wiring"
)

// warn says, once for each, which resources are inert on this machine and which secrets
// have no value here. Neither keeps the rest from being served.
func (c *Cloud) warn(s wiring.Services) {
	for _, u := range s.Unserved {
		text := fmt.Sprintf("%s %s is deployed, and not served on this machine", u.Type, u.Name)
		if u.Service != "" {
			text += fmt.Sprintf(": handlers' calls to %s fail, unless -aws %s=URL sends them elsewhere", u.Service, u.Service)
		}
		c.warnOnce(text)
	}
	for _, p := range s.Parameters.Parameters {
		if !p.HasValue {
			c.warnOnce(p.Missing)
		}
	}
}

func (c *Cloud) warnOnce(text string) {
	if c.warned[text] {
		return
	}
	if c.warned == nil {
		c.warned = map[string]bool{}
	}
	c.warned[text] = true
	c.cfg.Terminal.ProgramLine(stack.Line{Level: "warning", Text: text})
	c.observer.recorder.Problem(text)
}
