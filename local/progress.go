package main

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"api-auth-jwt-auth0/infra/artifact/goprogress"
)

// progress shows the progress of the go command, as package terminal shows other builds:
// on a terminal as a line that is redrawn, otherwise as a line every few seconds, and with
// -json as events. It shows nothing if nothing is downloaded or compiled.
type progress struct {
	out        *os.File
	isTerminal bool
	isJSON     bool

	mu     sync.Mutex
	start  time.Time
	now    goprogress.Progress
	ticker *time.Ticker // nil before there is something to show
	ended  bool
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

// list and build process the output lines of go list and go build; see goprogress.
func (p *progress) list(line string) bool  { return p.take(p.now.List, line) }
func (p *progress) build(line string) bool { return p.take(p.now.Build, line) }

func (p *progress) take(count func(string) bool, line string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !count(line) {
		return false
	}
	if p.ticker == nil {
		every := 5 * time.Second
		if p.isTerminal || p.isJSON {
			every = time.Second
		}
		p.ticker = time.NewTicker(every)
		go p.tick(p.ticker.C)
		p.show()
	}
	return true
}

func (p *progress) tick(at <-chan time.Time) {
	for range at {
		p.mu.Lock()
		if !p.ended {
			p.show()
		}
		p.mu.Unlock()
	}
}

// show writes the progress; p.mu must be held.
func (p *progress) show() {
	if p.isJSON {
		fmt.Fprintf(p.out, "{\"time\":%q,\"event\":\"building\",\"name\":\"local cloud\",\"count\":%d,\"total\":%d,\"unit\":%q}\n",
			time.Now().Format(time.RFC3339Nano), p.now.Count, p.now.Total, p.now.Unit)
		return
	}
	text := fmt.Sprintf("building local cloud %d %s", p.now.Count, p.now.Unit)
	if p.now.Total > 0 {
		text = fmt.Sprintf("building local cloud %d of %d %s", p.now.Count, p.now.Total, p.now.Unit)
	}
	text += "  " + time.Since(p.start).Truncate(time.Second).String()
	if p.isTerminal {
		fmt.Fprint(p.out, "\r\x1b[K"+text)
	} else {
		fmt.Fprintln(p.out, text)
	}
}

// end clears the line, or prints how long it took.
func (p *progress) end(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = true
	if p.ticker == nil {
		return
	}
	p.ticker.Stop()
	took := time.Since(p.start)
	if p.isJSON {
		fmt.Fprintf(p.out, "{\"time\":%q,\"event\":\"built\",\"name\":\"local cloud\",\"milliseconds\":%.0f,\"failed\":%t}\n",
			time.Now().Format(time.RFC3339Nano), float64(took)/float64(time.Millisecond), err != nil)
		return
	}
	if p.isTerminal {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
	if err == nil {
		fmt.Fprintf(p.out, "built    local cloud %.1fs\n", took.Seconds())
	}
}
