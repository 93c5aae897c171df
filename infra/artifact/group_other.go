//go:build !unix

package artifact

import "os/exec"

// ownGroup does nothing on systems without process groups: the tool itself is
// killed, and its children run to completion.
func ownGroup(*exec.Cmd) {}
