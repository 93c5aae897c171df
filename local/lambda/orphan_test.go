package lambda

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
)

// orphanEnv makes the test binary the program that is killed in
// TestNothingOutlivesItsParent; it holds the path of the archive to run.
const orphanEnv = "LAMBDA_TEST_ORPHAN"

// family is what such a program leaves to be ended.
type family struct {
	Process int    // of the function, which waits for an event
	Hanging int    // another, which has one and hears nothing of its parent's end
	Child   int    // of such a process, in its group
	Daemon  int    // another child, that has left the group
	Guard   int    // the shell that ends them
	Dir     string // of the unpacked code
}

// orphanMain starts a family, prints it and waits to be killed.
func orphanMain(archive string) int {
	written := make(chan string)
	s, err := New(Options{OnLine: func(line Line) {
		if line.Kind == Output {
			written <- line.Text
		}
	}})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	commit, err := s.Prepare(context.Background(), testConfig(Function{Name: "f", Archive: archive, Runtime: "provided.al2023", Timeout: maxTimeout}))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	commit()
	all := family{Guard: s.guard.PID(), Dir: s.dir}
	go s.Invoke(context.Background(), "f", []byte(`{"do":"hang-as"}`))
	all.Hanging, err = strconv.Atoi(<-written)
	for do, pid := range map[string]*int{"pid": &all.Process, "spawn": &all.Child, "daemon": &all.Daemon} {
		var answer []byte
		if err == nil {
			answer, err = s.Invoke(context.Background(), "f", []byte(`{"do":"`+do+`"}`))
		}
		if err == nil {
			err = json.Unmarshal(answer, pid)
		}
	}
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(all)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	select {}
}
