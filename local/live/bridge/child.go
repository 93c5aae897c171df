package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
)

// start starts the handler, in the bridge's own process group and with its output.
func start(cfg config, address string) (*exec.Cmd, error) {
	path := filepath.Join(cfg.taskRoot, "handler")
	cmd := &exec.Cmd{
		Path: path, Args: []string{path}, Env: cfg.ofHandler(address),
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		SysProcAttr: killWithParent(),
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting the handler: %w", err)
	}
	return cmd, nil
}

// endAs ends this process as another process ended: with its exit status or by its signal.
func endAs(state *os.ProcessState) {
	status, ok := state.Sys().(syscall.WaitStatus)
	if !ok || !status.Signaled() {
		os.Exit(state.ExitCode())
	}
	if status.Signal() == syscall.SIGKILL {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL) // an error leads to the exit status
	}
	// Go's runtime turns most other signals into exit status 2. A shell does not.
	script := "kill -" + strconv.Itoa(int(status.Signal())) + " $$"
	_ = syscall.Exec("/bin/sh", []string{"sh", "-c", script}, nil)
	os.Exit(128 + int(status.Signal())) // there is no shell
}
