package lambda

import (
	"context"
	"fmt"
	"os"
)

// orphanEnv makes the test binary the program that is killed in
// TestNoProcessOutlivesItsParent; it holds the path of the archive to run.
const orphanEnv = "LAMBDA_TEST_ORPHAN"

// orphanMain starts a process, prints its number and waits to be killed.
func orphanMain(archive string) int {
	s, err := New(Config{Region: "eu-central-1", Functions: []Function{{Name: "f", Archive: archive, Runtime: "provided.al2023"}}})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	pid, err := s.Invoke(context.Background(), "f", []byte(`{"do":"pid"}`))
	fmt.Println(string(pid), err)
	fmt.Println(s.dir)
	select {}
}
