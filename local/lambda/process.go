package lambda

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// process is one execution environment: a bootstrap in its own process group, with at most
// one invocation at a time.
type process struct {
	pool        *pool
	token       string // the unguessable path of its Runtime API
	stream      string // ends the name of its log stream, which is no secret
	credentials Credentials
	log         *logPipe
	handed      chan *invocation // from pool.submit to the waiting next
	launched    chan struct{}    // closed once log and cmd are set

	// Guarded by the pool's lock.
	state     state
	inv       *invocation // until the process asks for the next
	replied   bool        // inv has its result
	cmd       *exec.Cmd   // nil until started
	initial   *time.Timer // of the init phase
	startedAt time.Time
	init      time.Duration // set when ready, 0 again after the first invocation
	rested    time.Time
	limit     time.Duration // the time limit that the process ran into, if any
	reported  bool          // its init error has reached a caller
	usage     memoryGauge

	exhausted bool // it was killed for its memory
	debuggee  int  // the process under the debugger, once it is known
}

func newProcess(p *pool) *process {
	var random [32]byte
	rand.Read(random[:])
	return &process{
		pool:        p,
		token:       hex.EncodeToString(random[:16]),
		stream:      hex.EncodeToString(random[16:]),
		credentials: newCredentials(),
		handed:      make(chan *invocation, 1),
		launched:    make(chan struct{}),
	}
}

// run runs the process, from its start until nothing is left of it.
func (p *process) run() {
	s := p.pool.service
	defer s.running.Done()
	s.register(p)
	err := p.start()
	if err == nil {
		go p.log.follow()
		_ = p.cmd.Wait() // ProcessState has the outcome
		killGroup(p.cmd) // ends what it left behind
		p.warnGuardGone(s.guard.Release(p.cmd.Process.Pid))
		p.log.close()
	}
	s.forget(p)
	p.finish(err)
}

// start runs the bootstrap. Its output goes to a pipe of ours and not through
// os/exec's, so that a stray child that holds the pipe cannot delay Wait.
func (p *process) start() error {
	pool := p.pool
	log, output, err := newLogPipe(func(line Line) { p.emit(line) })
	if err != nil {
		return fmt.Errorf("making a pipe for the log: %w", err)
	}
	defer output.Close()
	p.log = log
	cmd := &exec.Cmd{
		Path:        filepath.Join(pool.root, bootstrap),
		Args:        []string{filepath.Join(pool.root, bootstrap)},
		Env:         p.environment(),
		Dir:         pool.root,
		Stdout:      output,
		Stderr:      output,
		SysProcAttr: isolation(),
	}
	if pool.function.Debugger != nil {
		pool.function.Debugger.wrap(cmd)
	}
	p.startedAt = time.Now()
	if err := pool.service.launcher.start(cmd); err != nil {
		log.file.Close()
		return err
	}
	p.warnGuardGone(pool.service.guard.Watch(cmd.Process.Pid))
	return p.started(cmd)
}

// environment returns the process's whole environment.
func (p *process) environment() []string {
	pool := p.pool
	return pool.function.environment(place{
		region: pool.region, endpoint: pool.service.options.AWSEndpoint, taskRoot: pool.root,
		runtimeAPI: p.runtimeAPI(), logStream: p.logStream(), credentials: p.credentials,
	})
}

// runtimeAPI returns the process's own AWS_LAMBDA_RUNTIME_API.
func (p *process) runtimeAPI() string { return p.pool.service.address + "/" + p.token }

// warnGuardGone logs that the guard is gone: the processes still end with Close.
func (p *process) warnGuardGone(err error) {
	if err != nil {
		p.pool.service.options.Logger.Warn("the guard of the functions' processes is gone", "error", err)
	}
}

// started publishes cmd, so that kill can end the process, and starts the timer of the init
// phase, unless the pool dropped the process before it ran.
func (p *process) started(cmd *exec.Cmd) error {
	pool := p.pool
	pool.mu.Lock()
	defer pool.mu.Unlock()
	p.cmd = cmd
	close(p.launched)
	if p.state == ended {
		p.kill()
		return nil
	}
	if pool.function.Debugger != nil {
		go p.watchDebuggee()
		return nil
	}
	go p.limitMemory()
	p.initial = time.AfterFunc(pool.service.limits.init, func() { p.expire(nil) })
	return nil
}

// endInit stops the timer of the init phase, which would otherwise keep the process and its
// log until it fires. The pool's lock must be held.
func (p *process) endInit() {
	if p.initial != nil {
		p.initial.Stop()
	}
}

// logStream names the process's log stream as Lambda does.
func (p *process) logStream() string {
	day := p.pool.service.options.Now().UTC().Format("2006/01/02")
	return day + "/[" + p.pool.function.Version + "]" + p.stream
}

// kill ends the process group. The pool's lock must be held.
func (p *process) kill() {
	switch {
	case p.cmd == nil:
	case p.pool.function.Debugger != nil:
		p.killDebugger()
	default:
		killGroup(p.cmd)
	}
}

// begin gives the process an invocation and starts its timer. The pool's lock must be held.
func (p *process) begin(inv *invocation) {
	p.state, p.inv, p.replied = running, inv, false
	inv.init, p.init = p.init, 0
	inv.started = time.Now()
	inv.timer = time.AfterFunc(p.pool.function.limitOf(inv), func() { p.expire(inv) })
}

// expire kills a process whose invocation, or init phase for nil, takes too
// long. An invocation lasts until the process asks for the next event, so one
// that has answered can still expire.
func (p *process) expire(inv *invocation) {
	pool := p.pool
	pool.mu.Lock()
	defer pool.mu.Unlock()
	if p.state == ended || p.inv != inv || (inv == nil && p.state != starting) {
		return
	}
	p.limit = pool.service.limits.init
	if inv != nil {
		p.limit = pool.function.Timeout
	}
	pool.drop(p)
	p.kill()
}

// finish reports to the callers and the log how the process ended. It runs once,
// after the process is gone and its output has been read.
func (p *process) finish(startErr error) {
	pool := p.pool
	pool.mu.Lock()
	unready := p.state == starting || (p.limit > 0 && p.inv == nil)
	inv := p.inv
	pool.drop(p)
	p.endInit()
	closed := pool.closed
	pool.mu.Unlock()
	switch {
	case inv != nil:
		p.abort(inv, closed)
	case unready:
		p.abortInit(startErr)
	}
	pool.mu.Lock()
	defer pool.mu.Unlock()
	pool.ensureProcess()
	pool.discard()
}

// abort ends the invocation that the process died with.
func (p *process) abort(inv *invocation, closed bool) {
	inv.timer.Stop()
	fault := p.fault(inv.id, nil)
	text := fault.Message
	if p.limit > 0 {
		text = p.pool.service.options.Now().UTC().Format("2006-01-02T15:04:05.000Z") + " " + inv.id + " " + timeoutText(p.limit)
	}
	var err error = fault
	if closed && p.limit == 0 {
		err = ErrClosed
	} else {
		p.emit(Line{Kind: Fault, RequestID: inv.id, Text: text})
		p.report(inv, fault.Type)
	}
	if !p.replied {
		inv.result <- result{err: err}
	}
}

// abortInit ends a process that never asked for an event.
func (p *process) abortInit(startErr error) {
	fault := p.fault("", startErr)
	p.emit(Line{Kind: Report, Text: initReportText(time.Since(p.startedAt), fault.Type)})
	if !p.reported {
		p.pool.failOldest(func(id string) *FunctionError { return p.fault(id, startErr) })
	}
}

// fault describes the end of the process for the request id.
func (p *process) fault(id string, startErr error) *FunctionError {
	switch {
	case startErr != nil:
		return startError(id, startErr)
	case p.limit > 0:
		return timeoutError(id, p.limit)
	}
	var status *os.ProcessState
	if p.cmd != nil {
		status = p.cmd.ProcessState
	}
	fault := exitError(id, status)
	if p.exhausted {
		fault = platformError(typeMemory, fault.Message, nil)
	}
	return fault
}

// report writes the END and REPORT lines of an invocation.
func (p *process) report(inv *invocation, fault string) {
	p.log.running("")
	if p.pool.service.options.OnLine == nil {
		return
	}
	text := reportText(inv.id, time.Since(inv.started), inv.init, p.pool.function.MemoryMB, p.usage.peakMB(p.cmd), fault)
	p.emit(Line{Kind: End, RequestID: inv.id, Text: "END RequestId: " + inv.id})
	p.emit(Line{Kind: Report, RequestID: inv.id, Text: text})
}

func (p *process) emit(line Line) {
	line.Function = p.pool.function.Name
	p.pool.service.emit(line)
}
