// Command cmd runs the Pulumi program for the local cloud, as the request on its
// standard input says, and answers on file descriptor 3.
package main

import (
	"context"
	"fmt"
	"os"

	"api-auth-jwt-auth0/local/stack"
	"api-auth-jwt-auth0/local/stack/program"
)

func main() {
	if err := program.Serve(context.Background(), os.Stdin, os.NewFile(stack.ResultFD, "results")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
