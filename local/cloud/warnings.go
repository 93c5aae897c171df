package cloud

import (
	"fmt"

	"api-auth-jwt-auth0/local/stack"
	"api-auth-jwt-auth0/local/wiring"
)

// warnings names the resources that are inert on this machine and the secrets without a value
// here. Everything else is served.
func warnings(s wiring.Services) (texts []string) {
	for _, u := range s.Unserved {
		text := fmt.Sprintf("%s %s is deployed, and not served on this machine", u.Type, u.Name)
		if u.Service != "" {
			text += fmt.Sprintf(": handlers' calls to %s fail, unless -aws %s=URL sends them elsewhere", u.Service, u.Service)
		}
		texts = append(texts, text)
	}
	for _, p := range s.Parameters.Parameters {
		if !p.HasValue {
			texts = append(texts, p.Missing)
		}
	}
	return texts
}

// warn shows each warning once in the terminal. The console shows the current ones.
func (c *Cloud) warn(s wiring.Services) {
	for _, text := range warnings(s) {
		if c.warned[text] {
			continue
		}
		if c.warned == nil {
			c.warned = map[string]bool{}
		}
		c.warned[text] = true
		c.cfg.Terminal.ProgramLine(stack.Line{Level: "warning", Text: text})
	}
}
