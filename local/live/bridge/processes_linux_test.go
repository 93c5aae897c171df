package main

import (
	"fmt"
	"os"
	"strings"
)

// zombie reports whether a process has ended and has not been waited for.
func zombie(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || strings.Contains(string(stat), ") Z ")
}
