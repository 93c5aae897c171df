// Command install builds the Pulumi CLI for the tests, once for a machine.
package main

import (
	"fmt"
	"os"

	"api-auth-jwt-auth0/local/enginetest/cli"
)

func main() {
	path, err := cli.Build(".", os.Stderr)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(path)
}
