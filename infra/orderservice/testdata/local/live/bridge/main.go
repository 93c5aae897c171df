// Command bridge stands for the project's own, in the functions of a live stack.
package main

import (
	"os"
	"os/exec"
)

func main() {
	handler := exec.Command("./handler")
	handler.Stdout, handler.Stderr = os.Stdout, os.Stderr
	if handler.Run() != nil {
		os.Exit(1)
	}
}
