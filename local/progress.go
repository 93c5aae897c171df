package main

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"time"
)

// staleMark is printed by go list for each package that is not compiled yet.
const staleMark = "stale"

// progress shows what the go command does: on a terminal as a line that is redrawn,
// otherwise as a line every few seconds, and with -json as events like those of the
// local cloud. It shows nothing where nothing is downloaded or compiled.
type progress struct {
	out        *os.File
	isTerminal bool
	isJSON     bool

	mu     sync.Mutex
	start  time.Time
	doing  string // such as "downloading modules"; empty while nothing is shown
	count  int
	total  int // of packages; 0 where it is not known
	ticker *time.Ticker
}

func newProgress(out *os.File, args []string) *progress {
	p := &progress{out: out, start: time.Now()}
	if info, err := out.Stat(); err == nil {
		p.isTerminal = info.Mode()&os.ModeCharDevice != 0
	}
	for _, arg := range args {
		switch strings.TrimLeft(arg, "-") {
		case "json", "json=true":
			p.isJSON = strings.HasPrefix(arg, "-")
		}
	}
	return p
}

// listed takes a line of go list.
func (p *progress) listed(line string) {
	if line == staleMark {
		p.mu.Lock()
		p.total++ // before anything is compiled
		p.mu.Unlock()
		return
	}
	p.compiled(line)
}

// compiled takes a line of go build -v, which prints the import path of each package
// that it starts to compile. It reports whether the line is one of progress.
func (p *progress) compiled(line string) bool {
	switch {
	case strings.HasPrefix(line, "go: downloading "):
		p.step("downloading modules")
	case line != "" && !strings.ContainsAny(line, " :\t"):
		p.step("compiling the local cloud")
	default:
		return false
	}
	return true
}

func (p *progress) step(doing string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.doing != doing {
		p.doing, p.count = doing, 0
		p.show()
	}
	p.count++
	if p.ticker == nil {
		every := 5 * time.Second
		if p.isTerminal || p.isJSON {
			every = time.Second
		}
		p.ticker = time.NewTicker(every)
		go p.tick(p.ticker.C)
	}
}

func (p *progress) tick(at <-chan time.Time) {
	for range at {
		p.mu.Lock()
		if p.doing != "" {
			p.show()
		}
		p.mu.Unlock()
	}
}

// show writes the progress; p.mu must be held.
func (p *progress) show() {
	counted := ""
	switch {
	case p.doing == "downloading modules" && p.count > 0:
		counted = fmt.Sprintf("  %d", p.count)
	case p.total > 0 && p.doing != "downloading modules":
		counted = fmt.Sprintf("  %d of %d packages", p.count, max(p.count, p.total))
	}
	took := time.Since(p.start).Truncate(time.Second)
	switch {
	case p.isJSON:
		fmt.Fprintf(p.out, "{\"time\":%q,\"event\":\"building\",\"name\":\"local cloud\",\"count\":%d,\"total\":%d,\"unit\":%q}\n",
			time.Now().Format(time.RFC3339Nano), p.count, p.total, p.unit())
	case p.isTerminal:
		fmt.Fprintf(p.out, "\r\x1b[K%s%s  %s", p.doing, counted, took)
	default:
		fmt.Fprintf(p.out, "%s%s  %s\n", p.doing, counted, took)
	}
}

func (p *progress) unit() string {
	if p.doing == "downloading modules" {
		return "modules"
	}
	return "packages"
}

// end clears the line, or prints how long it took.
func (p *progress) end(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ticker == nil {
		return
	}
	p.ticker.Stop()
	p.doing = ""
	took := time.Since(p.start)
	switch {
	case p.isJSON:
		fmt.Fprintf(p.out, "{\"time\":%q,\"event\":\"built\",\"name\":\"local cloud\",\"milliseconds\":%.0f,\"failed\":%t}\n",
			time.Now().Format(time.RFC3339Nano), float64(took)/float64(time.Millisecond), err != nil)
		return
	case p.isTerminal:
		fmt.Fprint(p.out, "\r\x1b[K")
	}
	if err == nil {
		fmt.Fprintf(p.out, "built    local cloud %.1fs\n", took.Seconds())
	}
}
