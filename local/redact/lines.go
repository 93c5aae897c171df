package redact

import (
	"regexp"
	"strings"
	"sync"
)

// Lines masks tokens, private keys and lists of cookies that are broken over several log
// lines, which come one at a time. The zero value is ready to use, and safe for
// concurrent use.
type Lines struct {
	mu   sync.Mutex
	open map[string]unfinished
}

// unfinished is what is incomplete at the end of a stream's last line.
type unfinished struct {
	token string // the start of a token, at the line's end
	list  bool   // inside a secret list
	key   int    // lines of a private key in PEM that may follow
}

const (
	maxStreams = 1000
	maxToken   = 64 << 10
	minRest    = 16  // of a signature, at a line's start
	maxKey     = 200 // lines of a private key: one of 16,384 bits has 198 with its ends
)

var (
	tokenEnd   = regexp.MustCompile(`(?:(?:eyJ|eyA|ew[0ok])(?:[\w-]|` + dot + `)*|ey?|ew)$`)
	tokenStart = regexp.MustCompile(`^(?:[\w-]|` + dot + `)+`)
	twoParts   = regexp.MustCompile(`^` + tokenHead)
	listed     = regexp.MustCompile(`"(?:[^"\\]|\\.)*"?`)
	listOpen   = regexp.MustCompile(`\\*"([\w.-]+)\\*"\s*:\s*\[\s*(?:\\*"[^\]]*)?$`)
)

// Line masks what continues a secret of earlier lines in the next line of a stream, which a
// name identifies. [Text] masks what is secret in one line by itself.
func (l *Lines) Line(stream, line string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	before := l.open[stream]
	delete(l.open, stream)
	masked, length := before.rest(line)
	if after := before.after(line); after != (unfinished{}) {
		if l.open == nil || len(l.open) >= maxStreams {
			l.open = map[string]unfinished{} // of streams that have ended
		}
		l.open[stream] = after
	}
	return masked + line[length:]
}

// rest masks the part of a line that continues the unfinished token or list, and
// returns its length.
func (u unfinished) rest(line string) (masked string, length int) {
	if u.key > 0 && !strings.Contains(line, keyEnd) {
		return Mark, len(line)
	}
	if u.list {
		inner, _, _ := strings.Cut(line, "]")
		return listed.ReplaceAllString(inner, `"`+Mark+`"`), len(inner)
	}
	start := tokenStart.FindString(line)
	head := twoParts.FindString(u.token + start)
	if u.token == "" || head == "" {
		return "", 0
	}
	shown := max(len(head)-len(u.token), 0) // of start, which is not secret
	if len(start)-shown < minRest {
		return "", 0
	}
	return start[:shown] + Mark, len(start)
}

// after is what is incomplete at the end of a line.
func (u unfinished) after(line string) unfinished {
	if start := privateKey.FindStringIndex(line); start != nil && !strings.Contains(line[start[1]:], keyEnd) {
		return unfinished{key: maxKey}
	}
	if u.key > 0 && !strings.Contains(line, keyEnd) {
		return unfinished{key: u.key - 1}
	}
	if u.list && !strings.Contains(line, "]") {
		return unfinished{list: true}
	}
	if strings.Contains(line, "[") {
		if open := listOpen.FindStringSubmatch(line); open != nil && Secret(open[1]) {
			return unfinished{list: true}
		}
	}
	token := ""
	if !strings.HasSuffix(line, "}") && !strings.HasSuffix(line, `"`) { // which end no token
		token = tokenEnd.FindString(line)
	}
	if u.token != "" && tokenStart.FindString(line) == line {
		token = u.token + line
	}
	if len(token) > maxToken {
		token = token[:maxToken]
	}
	return unfinished{token: token}
}
