package lambda

import (
	"runtime"
	"slices"
	"sync"
	"time"
)

// limits are the times and numbers of this service that Lambda's users cannot set.
type limits struct {
	init      time.Duration // from a process's start to its first /next
	wait      time.Duration // of the queue's head; below it, its process is about to ask
	still     time.Duration // how long the queue may go without moving
	patience  time.Duration // how long its head may wait in a queue that moves
	narrow    time.Duration // after which half as many invocations run at once, unless they block again
	idle      time.Duration // how long an unused process is kept
	processes int           // of one function
}

// The init phase has 10 seconds on Lambda:
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib
// The others are this service's own and listed under Differences.
var defaultLimits = limits{
	init:      10 * time.Second,
	wait:      time.Millisecond,
	still:     5 * time.Millisecond,
	patience:  100 * time.Millisecond,
	narrow:    time.Second,
	idle:      time.Minute,
	processes: 100,
}

// pool holds one function's processes and the invocations that wait for one.
type pool struct {
	service  *Service
	function Function
	region   string
	root     string

	mu       sync.Mutex
	alive    map[*process]struct{} // started, or about to be, and not given up
	idle     []*process            // wait for an event; the last one was used last
	queue    []*invocation         // wait for a process
	width    int                   // how many processes may be busy at once
	adjusted time.Time             // when width last changed
	starting int                   // alive, but still in the init phase
	moved    time.Time             // when an invocation last left the queue
	growth   *time.Timer           // nil while there is no queue
	reaper   *time.Timer           // nil while no process is idle
	retired  bool                  // gets no further invocations; ends with those that it has

	delegated *Credentials // of the latest invocation that had some
	closed    bool
}

func newPool(s *Service, f Function, region, root string) *pool {
	return &pool{service: s, function: f, region: region, root: root, alive: map[*process]struct{}{}, width: minWidth()}
}

// minWidth is how many processes may be busy at once while they do not block: two
// for each core, one of which waits for the Runtime API while the other one works.
// Measured with 16 callers on 2 cores (BenchmarkInvoke): 2 processes do 6,400
// invocations/s, 4 do 7,400 and 6 do 7,600, which is not worth their memory. With 16
// an invocation costs a quarter more processor time than with 4.
func minWidth() int { return 2 * runtime.GOMAXPROCS(0) }

func (p *pool) submit(inv *invocation) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return ErrClosed
	}
	p.dispatch(inv)
	return nil
}

// dispatch hands the invocation to the process used last, or leaves it queued. p.mu must be
// held, as for all functions below that do not lock it.
func (p *pool) dispatch(inv *invocation) {
	if inv.credentials != nil {
		p.delegated = inv.credentials
	}
	if p.width > minWidth() && inv.queued.Sub(p.adjusted) >= p.service.limits.narrow {
		p.setWidth(max(p.width/2, minWidth()))
	}
	p.queue = append(p.queue, inv)
	p.ensureProcess()
}

// dropOver fails the invocations at the head of the queue whose time has passed.
func (p *pool) dropOver() {
	for now := time.Now(); len(p.queue) > 0 && p.queue[0].isOver(now); p.queue = slices.Delete(p.queue, 0, 1) {
		inv := p.queue[0]
		inv.result <- result{err: timeoutError(inv.id, p.function.Timeout)}
	}
}

// handOver hands the queue to idle processes, as far as more may be busy.
func (p *pool) handOver() {
	p.dropOver()
	for len(p.queue) > 0 && len(p.idle) > 0 && p.busy() < p.width {
		n := len(p.idle) - 1
		proc := p.idle[n]
		p.idle = p.idle[:n]
		proc.handed <- p.take(proc) // has room: an idle process has no invocation
	}
}

// busy returns how many processes have an invocation, or are about to ask for the next.
func (p *pool) busy() int { return len(p.alive) - p.starting - len(p.idle) }

func (p *pool) setWidth(n int) { p.width, p.adjusted = n, time.Now() }

// take gives proc, which is busy, the invocation that has waited longest; nil if
// there is none, or too many are busy.
func (p *pool) take(proc *process) *invocation {
	p.dropOver()
	if len(p.queue) == 0 || p.busy() > p.width {
		return nil
	}
	inv := p.queue[0]
	p.queue = slices.Delete(p.queue, 0, 1)
	proc.begin(inv)
	p.moved = inv.started
	return inv
}

// ensureProcess hands the queue over, immediately starts its first process, and starts the
// timer that decides whether more are needed.
func (p *pool) ensureProcess() {
	p.handOver()
	if len(p.queue) == 0 || p.closed {
		return
	}
	if len(p.alive) == 0 {
		p.start()
	}
	if p.growth == nil {
		p.growth = time.AfterFunc(p.service.limits.still, p.grow)
	}
}

// grow runs every limits.still while there is a queue. As long as the queue moves,
// requests wait for the cores, and more processes would not help. A queue that does
// not move, or whose head has waited for long, waits for handlers that block: twice
// as many processes may be busy then, and one more starts if there are too few.
func (p *pool) grow() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.growth = nil
	if len(p.queue) == 0 || p.closed {
		return
	}
	limits, now := p.service.limits, time.Now()
	ready := len(p.alive) - p.starting
	waited := now.Sub(p.queue[0].queued)
	isBlocked := waited >= limits.wait && now.Sub(p.moved) >= limits.still || waited >= limits.patience
	if isBlocked && ready >= p.width {
		p.setWidth(2 * p.width)
		p.handOver()
	}
	useful := waited >= limits.wait && (ready < p.width || isBlocked) && p.starting < ready
	room := p.starting < len(p.queue) && len(p.idle) == 0 && len(p.alive) < p.function.processes(limits)
	if room && (useful || waited >= limits.patience) {
		p.start()
	}
	p.growth = time.AfterFunc(limits.still, p.grow)
}

func (p *pool) start() {
	proc := newProcess(p)
	p.alive[proc] = struct{}{}
	p.starting++
	p.service.running.Add(1)
	go proc.run()
}

// addIdle puts proc, which waits for an event, on top of the idle ones.
func (p *pool) addIdle(proc *process) {
	if p.retired {
		p.drop(proc)
		proc.kill()
		return
	}
	proc.state = idle
	proc.rested = time.Now()
	p.idle = append(p.idle, proc)
	if p.reaper == nil && p.function.Debugger == nil {
		p.reaper = time.AfterFunc(p.service.limits.idle, p.reap)
	}
}

// removeIdle removes proc from the idle ones, if it is there.
func (p *pool) removeIdle(proc *process) {
	if i := slices.Index(p.idle, proc); i >= 0 {
		p.idle = slices.Delete(p.idle, i, i+1)
	}
}

// reap ends the processes that have been idle for long.
func (p *pool) reap() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reaper = nil
	for len(p.idle) > 0 {
		proc := p.idle[0]
		if left := p.service.limits.idle - time.Since(proc.rested); left > 0 {
			p.reaper = time.AfterFunc(left, p.reap)
			return
		}
		p.drop(proc)
		proc.kill()
	}
}

// drop removes proc from the pool: it gets no more invocations.
func (p *pool) drop(proc *process) {
	delete(p.alive, proc)
	p.removeIdle(proc)
	if proc.state == starting {
		p.starting--
	}
	proc.state = ended
}

// failOldest fails the invocation that has waited longest, for a process that never became
// ready. describe words the failure for that invocation.
func (p *pool) failOldest(describe func(id string) *FunctionError) {
	p.mu.Lock()
	var inv *invocation
	if len(p.queue) > 0 {
		inv = p.queue[0]
		p.queue = slices.Delete(p.queue, 0, 1)
	}
	p.ensureProcess()
	p.mu.Unlock()
	if inv != nil {
		inv.result <- result{err: describe(inv.id)}
	}
}

// close fails waiting invocations and ends all processes.
func (p *pool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, inv := range p.queue {
		inv.result <- result{err: ErrClosed}
	}
	p.queue = nil
	for _, timer := range []*time.Timer{p.growth, p.reaper} {
		if timer != nil {
			timer.Stop()
		}
	}
	for proc := range p.alive {
		p.drop(proc)
		proc.kill()
	}
}
