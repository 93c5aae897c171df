package lambda

import (
	"net"
	"os/exec"
	"strconv"
	"time"
)

// Debugger runs a function under Delve, headless: an editor attaches to Address and may
// detach while the function serves. The function then has one process, which starts
// immediately, and no time limit, since it may be stopped at a breakpoint.
type Debugger struct {
	Path    string // of dlv
	Address string // host:port on which it listens
}

// debugLimit is the time limit of a function under a debugger.
const debugLimit = 24 * time.Hour

// checkDebuggeeEvery is how often the debugger is checked: it outlives what it debugs.
const checkDebuggeeEvery = 250 * time.Millisecond

// limit is the function's time limit.
func (f Function) limit() time.Duration {
	if f.Debugger != nil {
		return debugLimit
	}
	return f.Timeout
}

// limitOf is how long an invocation that starts now may take. A debugged one continues after
// its deadline, which the handler sees in its context.
func (f Function) limitOf(inv *invocation) time.Duration {
	if f.Debugger != nil || inv.deadline.IsZero() {
		return f.limit()
	}
	return min(f.limit(), time.Until(inv.deadline))
}

// deadlineOf returns the deadline that the handler of a started invocation sees.
func (f Function) deadlineOf(inv *invocation) time.Time {
	end := inv.started.Add(f.limit())
	if !inv.deadline.IsZero() && inv.deadline.Before(end) {
		return inv.deadline
	}
	return end
}

// processes returns how many processes the function may have.
func (f Function) processes(limits limits) int {
	if f.Debugger != nil {
		return 1
	}
	return limits.processes
}

// startDebugged starts the processes of functions under a debugger, so that an editor
// finds them before the first request.
func (s *Service) startDebugged() {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, p := range s.pools {
		p.startDebugged()
	}
}

func (p *pool) startDebugged() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.function.Debugger != nil && len(p.alive) == 0 && !p.closed {
		p.start()
	}
}

// wrap makes Delve run what cmd would. It waits for a previous debugger that is just ending
// to release the address.
// https://github.com/go-delve/delve/blob/master/Documentation/usage/dlv_exec.md
func (d *Debugger) wrap(cmd *exec.Cmd) {
	for end := time.Now().Add(5 * time.Second); !d.isFree() && time.Now().Before(end); {
		time.Sleep(20 * time.Millisecond)
	}
	cmd.Args = []string{d.Path, "exec", "--headless", "--listen=" + d.Address,
		"--api-version=2", "--accept-multiclient", "--continue", cmd.Path}
	cmd.Path = d.Path
}

func (d *Debugger) isFree() bool {
	listener, err := net.Listen("tcp", d.Address)
	if err != nil {
		return false
	}
	return listener.Close() == nil
}

// watchDebuggee ends the debugger when the function's own process has ended: Delve would
// stay, and the request would not be answered.
func (p *process) watchDebuggee() {
	tick := time.NewTicker(checkDebuggeeEvery)
	defer tick.Stop()
	for range tick.C {
		if p.checkDebuggee(); p.hasEnded() {
			return
		}
	}
}

func (p *process) checkDebuggee() {
	child := childOf(p.cmd.Process.Pid)
	pool := p.pool
	pool.mu.Lock()
	defer pool.mu.Unlock()
	// One that has asked for an event existed, whether it was seen or not.
	gone := child == 0 && (p.debuggee != 0 || p.state != starting)
	if p.debuggee = child; gone {
		killGroup(p.cmd)
	}
}

func (p *process) hasEnded() bool {
	p.pool.mu.Lock()
	defer p.pool.mu.Unlock()
	return p.state == ended
}

// killDebugger ends Delve with the process it debugs, which is in another process group. The
// pool's lock must be held.
func (p *process) killDebugger() {
	if child := childOf(p.cmd.Process.Pid); child != 0 {
		p.debuggee = child
	}
	killGroup(p.cmd)
	killPID(p.debuggee)
}

// parseChild reads the first number of /proc/pid/task/tid/children (proc(5)).
func parseChild(text []byte) int {
	end := 0
	for end < len(text) && text[end] >= '0' && text[end] <= '9' {
		end++
	}
	child, err := strconv.Atoi(string(text[:end]))
	if err != nil {
		return 0 // no child
	}
	return child
}
