//go:build !unix

package cli

import "os/exec"

// detach does nothing: here a process outlives the one that starts it.
func detach(*exec.Cmd) {}
