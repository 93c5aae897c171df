// The handler behind the tests of package lambda: a function built and
// packed as deployed ones are, which does what its event asks for.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"strings"
	"syscall"
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
	if kind := os.Getenv("INIT"); kind != "" {
		fail(kind)
	}
	lambda.Start(handle)
}

// fail ends the init phase, or lets it last.
func fail(kind string) {
	switch kind {
	case "crash":
		fmt.Println("about to crash")
		os.Exit(3)
	case "exit0":
		os.Exit(0)
	case "panic":
		panic("no table")
	case "kill":
		kill(syscall.SIGKILL)
	case "hang":
		time.Sleep(time.Hour)
	case "spawn-and-hang":
		fmt.Println(spawn(false))
		time.Sleep(time.Hour)
	case "crash once":
		if os.Mkdir(os.Getenv("MARK"), 0o700) == nil {
			os.Exit(3)
		}
	}
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
	case "endless":
		return endless{}, nil
	case "half-and-hang", "half-and-crash", "half-and-kill":
		half := io.LimitReader(endless{}, 100<<10)
		return io.MultiReader(half, dying(strings.TrimPrefix(e.Do, "half-and-"))), nil
	case "deadline":
		deadline, _ := ctx.Deadline()
		return deadline.UnixMilli(), nil
	}
	return misbehave(ctx, e)
}

func misbehave(ctx context.Context, e event) (any, error) {
	switch e.Do {
	case "hang":
		fmt.Println("hanging")
		select {}
	case "join-and-hang":
		if err := join(os.Getppid()); err != nil {
			return nil, err
		}
		fmt.Println("hanging")
		select {}
	case "hang-as":
		fmt.Println(pid)
		select {}
	case "until-cancelled":
		<-ctx.Done()
		return nil, ctx.Err()
	case "wait":
		return wait(e.Path)
	case "spawn", "spawn-and-hang", "spawn-and-crash", "spawn-and-exit0", "daemon":
		child, err := spawn(e.Do == "daemon")
		if e.Do == "spawn" || e.Do == "daemon" {
			return child, err
		}
		fmt.Println(child, err)
		die(strings.TrimPrefix(e.Do, "spawn-and-"))
	case "log":
		fmt.Println("to standard output")
		log.Print("to standard error")
		fmt.Print("no line end")
	case "take":
		for i := range e.Size {
			taken = append(taken, make([]byte, 1<<20))
			copy(taken[i], bytes.Repeat([]byte{1}, 1<<20)) // a page that is not written takes none
		}
		if e.Path == "hang" {
			select {}
		}
	case "flood":
		line := strings.Repeat("x", e.Size)
		for range 100 {
			fmt.Println(line)
		}
	case "flood on":
		go floodForever(false)
	case "flood without end", "line without end":
		floodForever(e.Do == "line without end")
	default:
		die(e.Do)
	}
	return "done", nil
}

// taken is memory that is never given back.
var taken [][]byte

// die ends the process in the way that it is told.
func die(how string) {
	switch how {
	case "crash":
		os.Exit(2)
	case "exit1":
		os.Exit(1)
	case "exit0":
		os.Exit(0)
	case "hang":
		select {}
	case "panic":
		panic("out of order")
	case "stray panic":
		go panic("in a goroutine of its own")
		select {}
	case "kill":
		kill(syscall.SIGKILL)
	case "segfault":
		kill(syscall.SIGSEGV)
	case "abort":
		kill(syscall.SIGABRT)
	default:
		panic("unknown: " + how)
	}
}

// kill dies of a signal as programs in other languages do: Go's runtime would
// turn most of them into exit status 2, so the process becomes a shell first.
func kill(signal syscall.Signal) {
	script := fmt.Sprintf("kill -%d $$", int(signal))
	panic(syscall.Exec("/bin/sh", []string{"sh", "-c", script}, os.Environ()))
}

// floodForever writes much at a time, in short lines or in one without end.
func floodForever(oneLine bool) {
	end := "\n"
	if oneLine {
		end = "x"
	}
	text := []byte(strings.Repeat(strings.Repeat("x", 127)+end, 512))
	for {
		os.Stdout.Write(text)
	}
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

// spawn leaves a child behind that holds standard output open. It stays in the
// process group and has no environment, or it leaves the group and keeps it.
func spawn(leaves bool) (any, error) {
	cmd := exec.Command("sleep", "1000")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: leaves}
	if !leaves {
		cmd.Env = []string{}
	}
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return cmd.Process.Pid, nil
}

// endless is an answer that never ends.
type endless struct{}

func (endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'x'
	}
	return len(b), nil
}

// dying ends the process in the midst of an answer.
type dying string

func (how dying) Read([]byte) (int, error) {
	fmt.Println("half an answer")
	die(string(how))
	return 0, io.EOF
}

// join leaves the process's own group for that of another process.
func join(other int) error {
	group, err := syscall.Getpgid(other)
	if err != nil {
		return err
	}
	return syscall.Setpgid(0, group)
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("the well is dry") }
