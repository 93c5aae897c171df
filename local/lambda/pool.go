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
	wait      time.Duration // a shorter wait of the queue's head is none: its process is about to ask
	still     time.Duration // how long the queue may stand still
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
	queue    []*invocation         // wait for a process; non-empty only while none is idle
	starting int                   // alive, but still in the init phase
	moved    time.Time             // when an invocation last left the queue
	growth   *time.Timer           // nil while the queue is not watched
	reaper   *time.Timer           // nil while no process is idle
	retired  bool                  // gets no further invocations; ends with those that it has
	closed   bool
}

func newPool(s *Service, f Function, region, root string) *pool {
	return &pool{service: s, function: f, region: region, root: root, alive: map[*process]struct{}{}}
}

func (l *pool) submit(inv *invocation) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return ErrClosed
	}
	l.place(inv)
	return nil
}

// place hands the invocation to the process used last, or queues it. The
// pool's lock is held, as in everything below that does not take it.
func (l *pool) place(inv *invocation) {
	if n := len(l.idle); n > 0 {
		p := l.idle[n-1]
		l.idle = l.idle[:n-1]
		p.begin(inv)
		p.handed <- inv // has room: an idle process holds none
		return
	}
	l.queue = append(l.queue, inv)
	l.provide()
}

// take gives p the invocation that has waited longest, or none.
func (l *pool) take(p *process) *invocation {
	if len(l.queue) == 0 {
		return nil
	}
	inv := l.queue[0]
	l.queue = slices.Delete(l.queue, 0, 1)
	p.begin(inv)
	l.moved = inv.started
	return inv
}

// provide sees to it that a queue comes to an end: the first process starts at
// once, and the queue is watched for whether more are needed.
func (l *pool) provide() {
	if len(l.queue) == 0 || l.closed {
		return
	}
	if len(l.alive) == 0 {
		l.start()
	}
	if l.growth == nil {
		l.growth = time.AfterFunc(l.service.limits.still, l.grow)
	}
}

// grow looks at a lasting queue now and then, and starts one more process if
// that helps. Up to two for each core it does. Beyond that, as long as the
// queue moves, the cores are what requests wait for, and more processes would
// only cost memory; a queue that stands still waits for handlers that block.
func (l *pool) grow() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.growth = nil
	if len(l.queue) == 0 || l.closed {
		return
	}
	limits, now := l.service.limits, time.Now()
	ready := len(l.alive) - l.starting
	waited := now.Sub(l.queue[0].queued)
	useful := len(l.alive) < 2*runtime.GOMAXPROCS(0) || now.Sub(l.moved) >= limits.still
	useful = useful && waited >= limits.wait && l.starting < ready
	room := l.starting < len(l.queue) && len(l.alive) < l.function.processes(limits)
	if room && (useful || waited >= limits.patience) {
		l.start()
	}
	l.growth = time.AfterFunc(limits.still, l.grow)
}

func (l *pool) start() {
	p := newProcess(l)
	l.alive[p] = struct{}{}
	l.starting++
	l.service.running.Add(1)
	go p.run()
}

// rest puts p, which waits for an event, on top of the idle ones.
func (l *pool) rest(p *process) {
	if l.retired {
		l.drop(p)
		p.kill()
		return
	}
	p.state = idle
	p.rested = time.Now()
	l.idle = append(l.idle, p)
	if l.reaper == nil && l.function.Debugger == nil {
		l.reaper = time.AfterFunc(l.service.limits.idle, l.reap)
	}
}

// rouse takes p from the idle ones, if it is there.
func (l *pool) rouse(p *process) {
	if i := slices.Index(l.idle, p); i >= 0 {
		l.idle = slices.Delete(l.idle, i, i+1)
	}
}

// reap ends the processes that have been idle for long.
func (l *pool) reap() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.reaper = nil
	for len(l.idle) > 0 {
		p := l.idle[0]
		if left := l.service.limits.idle - time.Since(p.rested); left > 0 {
			l.reaper = time.AfterFunc(left, l.reap)
			return
		}
		l.drop(p)
		p.kill()
	}
}

// drop takes p out of the pool: it gets no further invocation.
func (l *pool) drop(p *process) {
	delete(l.alive, p)
	l.rouse(p)
	if p.state == starting {
		l.starting--
	}
	p.state = ended
}

// failOldest gives the failure of a process that never became ready to the
// invocation that has waited longest. describe words it for that invocation.
func (l *pool) failOldest(describe func(id string) *FunctionError) {
	l.mu.Lock()
	var inv *invocation
	if len(l.queue) > 0 {
		inv = l.queue[0]
		l.queue = slices.Delete(l.queue, 0, 1)
	}
	l.provide()
	l.mu.Unlock()
	if inv != nil {
		inv.result <- result{err: describe(inv.id)}
	}
}

// close fails what waits and ends every process.
func (l *pool) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	for _, inv := range l.queue {
		inv.result <- result{err: ErrClosed}
	}
	l.queue = nil
	for _, timer := range []*time.Timer{l.growth, l.reaper} {
		if timer != nil {
			timer.Stop()
		}
	}
	for p := range l.alive {
		l.drop(p)
		p.kill()
	}
}
