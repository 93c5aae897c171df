//go:build !unix

package guard

import "os/exec"

// A Guard does nothing on systems without process groups.
type Guard struct{}

// Start returns a guard that does nothing.
func Start(string, ...string) (*Guard, error) { return &Guard{}, nil }

// Start starts cmd.
func (*Guard) Start(cmd *exec.Cmd) error { return cmd.Start() }

// PID returns 0: there is no process.
func (*Guard) PID() int { return 0 }

// Watch does nothing.
func (*Guard) Watch(int) error { return nil }

// Release does nothing.
func (*Guard) Release(int) error { return nil }

// Close does nothing.
func (*Guard) Close() error { return nil }
