//go:build !unix

package cli

import "os/exec"

// detach does nothing: on these systems a process outlives the one that started it.
func detach(*exec.Cmd) {}
