// Package outputs reads the outputs of a deployed stack with the Pulumi CLI, which locates
// the stack's state and checks access to it.
//
// It changes nothing, and reads no secrets: the CLI masks secret outputs. It decodes the
// output of a live stack; all others it returns as JSON.
package outputs

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
)

// Outputs are the outputs of a deployed stack, by name. It is never nil without an error.
type Outputs map[string]json.RawMessage

// A Stack identifies a stack whose outputs are read, and why, for errors.
type Stack struct {
	Root string // the folder of Pulumi.yaml
	Name string
	For  string // what is read, such as "the stack's client ID", for errors
	Or   string // what to do without the deployed stack, such as "or pass …"; empty for nothing
}

// readTimeout limits one run of the CLI, whose state may be remote.
const readTimeout = time.Minute

// Read reads the outputs of a stack with the Pulumi CLI, which fails if it would have to
// prompt. Each error says what to do.
// https://www.pulumi.com/docs/iac/cli/commands/pulumi_stack_output/
func Read(ctx context.Context, s Stack) (Outputs, error) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, "pulumi", "stack", "output", "--json", "--non-interactive", "--stack", s.Name)
	cmd.Dir = s.Root
	cmd.Env = append(os.Environ(), "PULUMI_SKIP_UPDATE_CHECK=true")
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.WaitDelay = 5 * time.Second
	err := cmd.Run()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return nil, fmt.Errorf("pulumi, which reads %s, is not on PATH: install it from https://www.pulumi.com/docs/install/%s", s.For, s.or())
	case ctx.Err() != nil:
		return nil, fmt.Errorf("reading the outputs of stack %q: %w: try pulumi stack output%s", s.Name, ctx.Err(), s.or())
	case err != nil:
		return nil, fmt.Errorf("cannot read the outputs of stack %q: log in with pulumi login, and deploy it with pulumi up --stack %[1]s%s\n%s",
			s.Name, s.or(), indent(stderr.String()))
	}
	outputs := Outputs{}
	if err := json.Unmarshal(stdout.Bytes(), &outputs); err != nil {
		return nil, fmt.Errorf("reading the outputs of stack %q: %w: try pulumi stack output --json%s", s.Name, err, s.or())
	}
	return outputs, nil
}

// Text returns an output that is a string, or "" if there is none.
func (o Outputs) Text(name string) string {
	var text string
	_ = json.Unmarshal(o[name], &text) // other types count as none
	return text
}

// NotDeployed returns the error for a stack without an output that every deployed stack has.
func (s Stack) NotDeployed(output string) error {
	return fmt.Errorf("stack %q is not deployed, since it has no output %s: run pulumi up --stack %[1]s%[3]s", s.Name, output, s.or())
}

func (s Stack) or() string {
	if s.Or == "" {
		return ""
	}
	return ", " + s.Or
}

// indent indents the output of another program.
func indent(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n    ")
}
