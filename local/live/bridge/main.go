// The bootstrap of a live function. It runs the function's handler, and reads invocations
// from the Runtime API in its place. Each is passed to the handler unchanged, unless a
// session claims it. Package live describes the protocol.
//
// The handler is the file `handler` in the same directory. It runs as if it were the
// bootstrap, except that AWS_LAMBDA_RUNTIME_API is the bridge's address, and the LIVE_
// variables are not passed on. The bridge ends as its handler ends.
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
	if proxy.live != nil {
		proxy.live.connect() // while the handler starts
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		for s := range signals {
			_ = child.Process.Signal(s) // an error means that it has ended
		}
	}()
	_ = child.Wait() // ProcessState has the outcome
	endAs(child.ProcessState)
}
