package cloud

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"api-auth-jwt-auth0/local/lambda"
	"api-auth-jwt-auth0/local/wiring"
)

const installDelve = "go install github.com/go-delve/delve/cmd/dlv@latest"

// Debugger returns Delve's address, or "".
func (c *Cloud) Debugger() string {
	if c.delve == nil {
		return ""
	}
	return c.delve.Address
}

// prepareDebugger checks, before anything is built, that a handler can be run under Delve.
func (c *Cloud) prepareDebugger(ctx context.Context) error {
	if c.cfg.Debug == "" {
		return nil
	}
	names, err := c.builder().HandlerFolders()
	if err != nil {
		return err
	}
	if !slices.Contains(names, c.cfg.Debug) {
		return fmt.Errorf("-debug %s: there is no such handler: those here are %s", c.cfg.Debug, strings.Join(names, ", "))
	}
	path, err := findDelve(ctx)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(c.cfg.DebugPort)))
	if err != nil {
		return fmt.Errorf("port %d, for Delve, cannot be used: %w: choose another with -debug-port", c.cfg.DebugPort, err)
	}
	c.delve = &lambda.Debugger{Path: path, Address: listener.Addr().String()}
	return listener.Close() // Delve takes it
}

// findDelve looks on PATH, and where `go install` installs programs.
func findDelve(ctx context.Context) (string, error) {
	if path, err := exec.LookPath("dlv"); err == nil {
		return filepath.Abs(path)
	}
	out, err := exec.CommandContext(ctx, "go", "env", "GOBIN", "GOPATH").Output()
	if err != nil {
		return "", fmt.Errorf("asking go where it installs programs: %w", err)
	}
	bin, gopath, _ := strings.Cut(strings.TrimSuffix(string(out), "\n"), "\n")
	if bin == "" {
		first, _, _ := strings.Cut(gopath, string(os.PathListSeparator))
		bin = filepath.Join(first, "bin")
	}
	path := filepath.Join(bin, "dlv")
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("-debug needs Delve, and dlv is neither on PATH nor in %s: install it with\n  %s", bin, installDelve)
	}
	return path, nil
}

// debug runs the handler's function under Delve, and removes the time limits between
// the browser and the function, for requests that are stopped at a breakpoint.
func (c *Cloud) debug(s *wiring.Services) error {
	if c.delve == nil {
		return nil
	}
	found := false
	for i, f := range s.Functions.Functions {
		if s.Labels[f.Name] == c.cfg.Debug {
			s.Functions.Functions[i].Debugger = c.delve
			found = true
		}
	}
	if !found {
		return errors.New("-debug " + c.cfg.Debug + ": no route of infra/routes.go has this handler")
	}
	for i := range s.API.Routes {
		s.API.Routes[i].NoTimeout = true
	}
	return nil
}
