// Command program has the Pulumi program in it and runs it as package stack
// tells it to. The local cloud compiles it anew when the program's sources have
// changed.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"api-auth-jwt-auth0/local/stack"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := stack.Answer(ctx, os.Stdin)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
