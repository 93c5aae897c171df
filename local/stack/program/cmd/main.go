// Command cmd runs the Pulumi program for the local cloud. It reads a request from
// standard input and responds on file descriptor 3.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"

	"api-auth-jwt-auth0/local/stack"
	"api-auth-jwt-auth0/local/stack/program"
)

func main() {
	signal.Ignore(os.Interrupt) // the local cloud also receives Ctrl-C, and ends this process
	if err := program.Serve(context.Background(), os.Stdin, os.NewFile(stack.ResultFD, "results")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
