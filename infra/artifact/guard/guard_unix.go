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

// A Guard is the waiting shell. Its methods may be called concurrently.
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
// The shell has its own session, so that signals of the terminal to this program, such
// as an interrupt, do not reach it.
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
		Dir:         "/", // so that no folder stays in use
		Stdin:       input,
		SysProcAttr: &syscall.SysProcAttr{Setsid: true},
	}
	if err := cmd.Start(); err != nil {
		orders.Close()
		return nil, fmt.Errorf("starting the shell that ends processes: %w", err)
	}
	return &Guard{cmd, orders}, nil
}

// PID returns the shell's process ID.
func (g *Guard) PID() int { return g.cmd.Process.Pid }

// gate runs a program once a line arrives on the file descriptor in $1.
const gate = `fd=$1; shift; eval "read -r line <&$fd" && eval "exec $fd<&-" && exec "$@"`

// Start starts cmd, which must lead its own process group and have at most six
// ExtraFiles, and watches that group. The command does not run before it is watched: if
// this program is killed earlier, the started process exits immediately.
func (g *Guard) Start(cmd *exec.Cmd) error {
	if cmd.Err != nil {
		return cmd.Err
	}
	input, output, err := os.Pipe()
	if err != nil {
		return err
	}
	defer input.Close()
	defer output.Close()
	fd := strconv.Itoa(3 + len(cmd.ExtraFiles))
	cmd.ExtraFiles = append(cmd.ExtraFiles, input)
	cmd.Args = append([]string{"sh", "-c", gate, "sh", fd, cmd.Path}, cmd.Args[1:]...)
	cmd.Path = "/bin/sh"
	if err := cmd.Start(); err != nil {
		return err
	}
	if err := g.Watch(cmd.Process.Pid); err != nil {
		output.Close() // the gate stays closed
		return errors.Join(err, cmd.Wait())
	}
	_, err = output.WriteString("\n")
	return err
}

// Watch adds a process group to those that the guard ends. An error means that the
// guard has ended; the processes are not affected.
func (g *Guard) Watch(group int) error { return g.order('+', group) }

// Release removes a process group that has ended.
func (g *Guard) Release(group int) error { return g.order('-', group) }

func (g *Guard) order(order byte, group int) error {
	_, err := g.orders.Write(append(strconv.AppendInt([]byte{order, ' '}, int64(group), 10), '\n'))
	return err
}

// Close makes the guard end the process groups and clean up, and waits for it.
func (g *Guard) Close() error {
	g.orders.Close()
	err := g.cmd.Wait()
	if _, isExit := errors.AsType[*exec.ExitError](err); isExit {
		return nil // it was killed, or could not clean up
	}
	return err
}
