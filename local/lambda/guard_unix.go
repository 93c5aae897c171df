//go:build unix

package lambda

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"syscall"
)

// guard is a shell that stands by, to end what this program could not end
// itself: it waits for the end of its standard input, which comes when Close
// closes the pipe, and just as well when this program dies, however it dies.
// Then it kills the process groups it was told of and, where there is a /proc,
// whatever else still has this service's Runtime API in its environment, such
// as a child that left its group; and it removes the unpacked code.
type guard struct {
	cmd    *exec.Cmd
	orders *os.File
}

// guardScript has the folder of the code as $1 and the Runtime API as $2. A
// process that starts others may do so while it is looked for: hence the rounds.
const guardScript = `
trap '' HUP INT TERM
groups=' '
while read -r order id; do
	case $order in
	+) groups="$groups$id " ;;
	-) groups="${groups%% $id *} ${groups#* $id }" ;;
	esac
done
for id in $groups; do kill -s KILL -- "-$id"; done
for round in 1 2 3; do
	files=$(grep -lsF "AWS_LAMBDA_RUNTIME_API=$2/" /proc/[0-9]*/environ) || [ "$files" ] || break
	for file in $files; do
		id=${file#/proc/}
		kill -s KILL "${id%/environ}"
	done
done
chmod -R u+w -- "$1"
rm -rf -- "$1"
`

// newGuard starts the shell, in a session of its own: what a terminal sends to
// this program, such as an interrupt, must not reach it.
func newGuard(dir, runtimeAPI string) (*guard, error) {
	input, orders, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer input.Close()
	cmd := &exec.Cmd{
		Path:        "/bin/sh",
		Args:        []string{"sh", "-c", guardScript, "lambda-guard", dir, runtimeAPI},
		Env:         []string{"PATH=/usr/bin:/bin"},
		Dir:         "/", // it holds no folder that somebody may want to remove
		Stdin:       input,
		SysProcAttr: &syscall.SysProcAttr{Setsid: true},
	}
	if err := cmd.Start(); err != nil {
		orders.Close()
		return nil, fmt.Errorf("starting the shell that ends what is left: %w", err)
	}
	return &guard{cmd, orders}, nil
}

// watch tells the guard of a process group, and release that it is gone. An
// error means that the guard is, and changes nothing for the processes.
func (g *guard) watch(group int) error   { return g.order('+', group) }
func (g *guard) release(group int) error { return g.order('-', group) }

func (g *guard) order(order byte, group int) error {
	_, err := g.orders.Write(append(strconv.AppendInt([]byte{order, ' '}, int64(group), 10), '\n'))
	return err
}

// close has the guard do its work, and waits for it.
func (g *guard) close() error {
	g.orders.Close()
	err := g.cmd.Wait()
	if _, isExit := errors.AsType[*exec.ExitError](err); isExit {
		return nil // somebody ended it, or it could not remove the code
	}
	return err
}
