package lambda

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
)

// orphanEnv makes the test binary the program that is killed in
// TestNothingOutlivesItsParent; it holds the path of the archive to run.
const orphanEnv = "LAMBDA_TEST_ORPHAN"

// family is what such a program leaves to be ended.
type family struct {
	Process int    // of the function
	Child   int    // of such a process, in its group
	Daemon  int    // another child, that has left the group
	Guard   int    // the shell that ends them
	Dir     string // of the unpacked code
}

// orphanMain starts a family, prints it and waits to be killed.
func orphanMain(archive string) int {
	s, err := New(Config{Region: "eu-central-1", Functions: []Function{{Name: "f", Archive: archive, Runtime: "provided.al2023"}}})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	all := family{Guard: s.guard.cmd.Process.Pid, Dir: s.dir}
	for do, pid := range map[string]*int{"pid": &all.Process, "spawn": &all.Child, "daemon": &all.Daemon} {
		answer, err := s.Invoke(context.Background(), "f", []byte(`{"do":"`+do+`"}`))
		if err == nil {
			err = json.Unmarshal(answer, pid)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(all); err != nil {
		return 1
	}
	select {}
}
