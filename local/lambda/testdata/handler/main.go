// The handler behind the tests of package lambda: a function built and
// packed as deployed ones are, which does what its event asks for.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
)

type event struct {
	Do    string          `json:"do"`
	Value json.RawMessage `json:"value"`
	Size  int             `json:"size"`
	Path  string          `json:"path"`
}

func main() {
	switch os.Getenv("INIT") {
	case "crash":
		fmt.Println("about to crash")
		os.Exit(3)
	case "hang":
		time.Sleep(time.Hour)
	}
	lambda.Start(handle)
}

var pid = os.Getpid()

func handle(ctx context.Context, e event) (any, error) {
	switch e.Do {
	case "echo":
		return e.Value, nil
	case "pid":
		return pid, nil
	case "env":
		return os.Environ(), nil
	case "cwd":
		return os.Getwd()
	case "error":
		return nil, errors.New("no luck")
	case "big":
		return strings.NewReader(strings.Repeat("x", e.Size)), nil
	case "text":
		return strings.NewReader("not JSON"), nil
	case "broken":
		return io.MultiReader(strings.NewReader("half an ans"), failing{}), nil
	case "deadline":
		deadline, _ := ctx.Deadline()
		return deadline.UnixMilli(), nil
	}
	return misbehave(ctx, e)
}

func misbehave(ctx context.Context, e event) (any, error) {
	switch e.Do {
	case "crash":
		os.Exit(2)
	case "exit0":
		os.Exit(0)
	case "panic":
		panic("out of order")
	case "hang":
		fmt.Println("hanging")
		select {}
	case "until-cancelled":
		<-ctx.Done()
		return nil, ctx.Err()
	case "wait":
		return wait(e.Path)
	case "spawn":
		return spawn()
	case "spawn-and-hang":
		child, err := spawn()
		fmt.Println(child, err)
		select {}
	case "spawn-and-crash":
		child, err := spawn()
		fmt.Println(child, err)
		os.Exit(2)
	case "log":
		fmt.Println("to standard output")
		log.Print("to standard error")
		fmt.Print("no line end")
	case "flood":
		line := strings.Repeat("x", e.Size)
		for range 100 {
			fmt.Println(line)
		}
	default:
		return nil, fmt.Errorf("unknown %q", e.Do)
	}
	return "done", nil
}

// wait says that it waits, and does so until the test closes the other end of
// the named pipe: so a test knows how many wait, and lets them go.
func wait(path string) (any, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	fmt.Println("waiting")
	_, err = io.Copy(io.Discard, f)
	return pid, err
}

// spawn leaves a child behind that holds standard output open.
func spawn() (any, error) {
	cmd := exec.Command("sleep", "1000")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return cmd.Process.Pid, nil
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("the well is dry") }
