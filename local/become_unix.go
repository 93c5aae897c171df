//go:build unix

package main

import (
	"os"
	"syscall"
)

// become replaces this process with the compiled command, which then receives signals
// directly.
func become(binary string, args []string) error {
	return syscall.Exec(binary, append([]string{"local"}, args...), os.Environ())
}
