package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"api-auth-jwt-auth0/infra/artifact/goprogress"
)

const command = "./local/command"

// compile compiles the command to binary. If that is current, the go command
// links nothing. As in go run, version control information is omitted: otherwise each
// commit would cause a link, and git may refuse a folder that another user owns.
func compile(root, binary string, p *progress) error {
	if _, err := exec.LookPath("go"); err != nil {
		return errors.New("go is not on PATH: install Go from https://go.dev/dl/")
	}
	if _, err := os.Stat(binary); err != nil { // the first time, many packages must be compiled
		// Errors in a package are reported when it is compiled.
		_ = run(root, func(line string) { p.list(line) }, "list", "-e", "-deps", "-f", goprogress.StaleFormat, command)
	}
	var errs strings.Builder
	err := run(root, func(line string) {
		if !p.build(line) {
			fmt.Fprintln(&errs, line)
		}
	}, "build", "-v", "-buildvcs=false", "-o", binary, command)
	p.end(err)
	if errors.As(err, new(*exec.ExitError)) {
		return fmt.Errorf("the local cloud does not compile:\n%s", errs.String())
	}
	return err
}

// run runs the go command in dir and calls each for each line that it prints.
func run(dir string, each func(line string), args ...string) error {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	out, in := io.Pipe()
	cmd.Stdout, cmd.Stderr = in, in
	done := make(chan struct{})
	go func() {
		defer close(done)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			each(lines.Text())
		}
		io.Copy(io.Discard, out) // after a line that is too long
	}()
	err := cmd.Run()
	in.Close()
	<-done
	return err
}
