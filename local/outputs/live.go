package outputs

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
)

// Live is the output of a live stack, for a developer's machine.
type Live struct {
	Endpoint  string              `json:"endpoint"` // of the broker
	Region    string              `json:"region"`
	Project   string              `json:"project"` // as in the broker's topics, as is Stack
	Stack     string              `json:"stack"`
	Functions map[string]Function `json:"functions"` // by handler
}

// A Function is a deployed function.
type Function struct {
	Name        string            `json:"name"`
	Role        string            `json:"role"`        // its ARN
	Environment map[string]string `json:"environment"` // its own variables
}

// ReadLive returns the output of a live stack and the URL of its site. If the stack is not
// live, the error names the commands that make it live.
func (s Stack) ReadLive(o Outputs) (live Live, siteURL string, err error) {
	if siteURL = o.Text("siteUrl"); siteURL == "" {
		return Live{}, "", s.NotDeployed("siteUrl")
	}
	if len(o["live"]) == 0 || string(o["live"]) == "null" {
		return Live{}, "", s.notLive()
	}
	if err := json.Unmarshal(o["live"], &live); err != nil {
		return Live{}, "", fmt.Errorf("reading the output live of stack %q: %w: deploy the stack again with pulumi up --stack %[1]s", s.Name, err)
	}
	if live.Endpoint == "" || live.Region == "" || live.Project == "" || live.Stack == "" || len(live.Functions) == 0 {
		return Live{}, "", fmt.Errorf("the output live of stack %q is not complete: deploy the stack again with pulumi up --stack %[1]s", s.Name)
	}
	return live, siteURL, nil
}

// isProtected matches the setting in a stack's file. Its key may have the project's name.
var isProtected = regexp.MustCompile(`(?m)^\s+(?:[\w.-]+:)?protect:\s*["']?true\b`)

// notLive returns an error that says how to make the stack live. A protected stack cannot be.
func (s Stack) notLive() error {
	settings := "Pulumi." + s.Name + ".yaml"
	// Without the file, someone else deployed the stack, and its settings are unknown.
	text, _ := os.ReadFile(filepath.Join(s.Root, settings))
	if isProtected.Match(text) {
		return fmt.Errorf("stack %q is protected (protect in %s), and no protected stack can be live: "+
			"use a stack for development, such as -stack dev, with\n  pulumi config set --stack dev live true\n  pulumi up --stack dev", s.Name, settings)
	}
	return fmt.Errorf("stack %q is not live: make it so with\n  pulumi config set --stack %[1]s live true\n  pulumi up --stack %[1]s", s.Name)
}
