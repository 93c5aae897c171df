//go:build unix

package guard

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"syscall"
)

// A Guard is the shell that stands by. Its methods may be called concurrently.
type Guard struct {
	cmd    *exec.Cmd
	orders *os.File
}

const script = `
trap '' HUP INT TERM
groups=' '
while read -r order id; do
	case $order in
	+) groups="$groups$id " ;;
	-) groups="${groups%% $id *} ${groups#* $id }" ;;
	esac
done
for id in $groups; do kill -s KILL -- "-$id"; done 2>/dev/null
`

// Start starts a guard. The shell script cleanup, if any, runs once the groups are
// gone, with args as $1 and so on.
//
// The shell is in a session of its own: what a terminal sends to this program, such
// as an interrupt, must not reach it.
func Start(cleanup string, args ...string) (*Guard, error) {
	input, orders, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer input.Close()
	cmd := &exec.Cmd{
		Path:        "/bin/sh",
		Args:        append([]string{"sh", "-c", script + cleanup, "process-guard"}, args...),
		Env:         []string{"PATH=/usr/bin:/bin"},
		Dir:         "/", // it holds no folder that somebody may want to remove
		Stdin:       input,
		SysProcAttr: &syscall.SysProcAttr{Setsid: true},
	}
	if err := cmd.Start(); err != nil {
		orders.Close()
		return nil, fmt.Errorf("starting the shell that ends what is left: %w", err)
	}
	return &Guard{cmd, orders}, nil
}

// PID is the shell's process ID.
func (g *Guard) PID() int { return g.cmd.Process.Pid }

// Watch adds a process group, and Release removes one that is gone. An error means
// that the guard itself is gone, and changes nothing for the processes.
func (g *Guard) Watch(group int) error { return g.order('+', group) }

// Release is the opposite of Watch.
func (g *Guard) Release(group int) error { return g.order('-', group) }

func (g *Guard) order(order byte, group int) error {
	_, err := g.orders.Write(append(strconv.AppendInt([]byte{order, ' '}, int64(group), 10), '\n'))
	return err
}

// Close has the guard do its work, and waits for it.
func (g *Guard) Close() error {
	g.orders.Close()
	err := g.cmd.Wait()
	if _, isExit := errors.AsType[*exec.ExitError](err); isExit {
		return nil // somebody ended it, or it could not clean up
	}
	return err
}
