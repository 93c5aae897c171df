package lambda

import (
	"runtime"
	"slices"
	"sync"
	"time"
)

// limits are the times and numbers of this service that Lambda does not let
// its users set.
type limits struct {
	init      time.Duration // from a process's start to its first /next
	wait      time.Duration // of the queue's head; below it, its process is about to ask
	still     time.Duration // how long the queue may go without moving
	patience  time.Duration // how long its head may wait in a queue that moves
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
	queue    []*invocation         // wait for a process; empty while a process is idle
	starting int                   // alive, but still in the init phase
	moved    time.Time             // when an invocation last left the queue
	growth   *time.Timer           // nil while there is no queue
	reaper   *time.Timer           // nil while no process is idle
	retired  bool                  // gets no further invocations; ends with those that it has
	closed   bool
}

func newPool(s *Service, f Function, region, root string) *pool {
	return &pool{service: s, function: f, region: region, root: root, alive: map[*process]struct{}{}}
}

func (p *pool) submit(inv *invocation) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return ErrClosed
	}
	p.dispatch(inv)
	return nil
}

// dispatch hands the invocation to the process used last, or queues it. p.mu must
// be held, as in everything below that does not lock it.
func (p *pool) dispatch(inv *invocation) {
	if n := len(p.idle); n > 0 {
		proc := p.idle[n-1]
		p.idle = p.idle[:n-1]
		proc.begin(inv)
		proc.handed <- inv // has room: an idle process has no invocation
		return
	}
	p.queue = append(p.queue, inv)
	p.ensureProcess()
}

// take gives proc the invocation that has waited longest, nil if the queue is empty.
func (p *pool) take(proc *process) *invocation {
	if len(p.queue) == 0 {
		return nil
	}
	inv := p.queue[0]
	p.queue = slices.Delete(p.queue, 0, 1)
	proc.begin(inv)
	p.moved = inv.started
	return inv
}

// ensureProcess starts the first process of a queue at once, and the timer that
// decides whether more are needed.
func (p *pool) ensureProcess() {
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

// grow runs every limits.still while there is a queue, and starts one more process
// if that helps. Up to two for each core it does. Beyond that, as long as the
// queue moves, requests wait for the cores, and more processes would only cost
// memory; a queue that does not move waits for handlers that block.
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
	useful := len(p.alive) < 2*runtime.GOMAXPROCS(0) || now.Sub(p.moved) >= limits.still
	useful = useful && waited >= limits.wait && p.starting < ready
	room := p.starting < len(p.queue) && len(p.alive) < p.function.processes(limits)
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

// drop takes proc out of the pool: it gets no further invocation.
func (p *pool) drop(proc *process) {
	delete(p.alive, proc)
	p.removeIdle(proc)
	if proc.state == starting {
		p.starting--
	}
	proc.state = ended
}

// failOldest gives the failure of a process that never became ready to the
// invocation that has waited longest. describe words it for that invocation.
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

// close fails what waits and ends every process.
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
