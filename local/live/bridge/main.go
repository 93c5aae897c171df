// The bootstrap of a live function: it runs the function's handler, and takes the
// invocations of the Runtime API in its place. Each goes on to the handler, unchanged,
// unless a developer is present who wants it; package live describes how one gets it.
//
// The handler is the file `handler` beside this one. What it sees is what it would see
// as the bootstrap, except for AWS_LAMBDA_RUNTIME_API, which is the bridge's own, and
// the LIVE_ variables, which are not passed on. The bridge ends as its handler ends.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"
)

func main() {
	runtime.LockOSThread() // the kernel ends the handler when the thread that started it ends
	cfg, err := readEnvironment(os.Environ())
	if err != nil {
		fmt.Fprintln(os.Stderr, "live:", err)
	}
	proxy, err := serve(cfg)
	if err != nil {
		fmt.Fprintln(os.Stderr, "live:", err)
		os.Exit(1)
	}
	child, err := start(cfg, proxy.address)
	if err != nil {
		fmt.Fprintln(os.Stderr, "live:", err)
		os.Exit(1)
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		for s := range signals {
			_ = child.Process.Signal(s) // an error means that it has ended
		}
	}()
	_ = child.Wait() // how it ended is in ProcessState
	endAs(child.ProcessState)
}
