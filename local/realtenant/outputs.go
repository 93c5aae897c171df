package realtenant

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"api-auth-jwt-auth0/local/stack"
)

// stackOutputs are the outputs of a deployed stack that this package needs.
type stackOutputs struct {
	Domain   string `json:"auth0Domain"`
	ClientID string `json:"auth0ClientId"`
	Audience string `json:"auth0Audience"`
}

// orClientID is what to do without the deployed stack.
const orClientID = "or pass the client ID of the site, which Auth0's dashboard shows under Applications: -client-id ID"

// readOutputs reads the outputs of a stack by the Pulumi CLI, which fails if it would
// have to prompt.
// https://www.pulumi.com/docs/iac/cli/commands/pulumi_stack_output/
func readOutputs(ctx context.Context, settings stack.Settings) (stackOutputs, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, "pulumi", "stack", "output", "--json", "--non-interactive", "--stack", settings.Stack)
	cmd.Dir = settings.Root
	cmd.Env = append(os.Environ(), "PULUMI_SKIP_UPDATE_CHECK=true")
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.WaitDelay = 5 * time.Second
	err := cmd.Run()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return stackOutputs{}, fmt.Errorf("pulumi, which reads the stack's client ID, is not on PATH: install it from https://www.pulumi.com/docs/install/, %s", orClientID)
	case ctx.Err() != nil:
		return stackOutputs{}, fmt.Errorf("reading the outputs of stack %q: %w: try pulumi stack output, %s", settings.Stack, ctx.Err(), orClientID)
	case err != nil:
		return stackOutputs{}, fmt.Errorf("cannot read the outputs of stack %q: log in with pulumi login, and deploy it with pulumi up --stack %[1]s, %s\n%s",
			settings.Stack, orClientID, indent(stderr.String()))
	}
	var outputs stackOutputs
	if err := json.Unmarshal(stdout.Bytes(), &outputs); err != nil {
		return stackOutputs{}, fmt.Errorf("reading the outputs of stack %q: %w: try pulumi stack output --json, %s", settings.Stack, err, orClientID)
	}
	if outputs.ClientID == "" {
		return stackOutputs{}, fmt.Errorf("stack %q is not deployed, since it has no output auth0ClientId: run pulumi up --stack %[1]s, %s", settings.Stack, orClientID)
	}
	return outputs, nil
}

// indent indents the output of another program.
func indent(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n    ")
}
