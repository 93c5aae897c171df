package console

import (
	"container/list"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// Bounds of the log lines that are kept, of all and of one invocation, so that one
// with endless output displaces neither others nor its own first lines.
const (
	maxLines     = 5000
	maxLineBytes = 8 << 20

	firstLines   = 100
	firstBytes   = 256 << 10
	latestLines  = 900
	latestBytes  = 2 << 20
	lineOverhead = 128 // bytes of a line besides its text
)

// logs keeps log lines in their order of arrival. A line of the kind "cut" replaces
// dropped ones.
type logs struct {
	all     list.List // of *keptLine
	used    int       // bytes
	streams map[streamKey]*logStream
}

type streamKey struct{ function, invocation string }

// logStream is the log of one invocation, or of a function between invocations.
type logStream struct {
	key           streamKey
	first, latest []*list.Element
	firstBytes    int
	latestBytes   int
	cut           Cut
	cutAt         *list.Element // of the line of the kind "cut"; nil without a cut
}

type keptLine struct {
	number uint64
	line   Line
	stream *logStream
}

// Cut describes dropped lines of a log: Count lines whose numbers are from First to
// Last.
type Cut struct {
	First uint64 `json:"first"`
	Last  uint64 `json:"last"`
	Count int    `json:"count"`
}

func (l Line) size() int { return lineOverhead + len(l.Text) }

// add keeps a line. next returns a number that is higher than all before.
func (l *logs) add(next func() uint64, line Line) {
	s := l.stream(line)
	at := l.all.PushBack(&keptLine{next(), line, s})
	l.used += line.size()
	if s.cut.Count == 0 && len(s.latest) == 0 && len(s.first) < firstLines && s.firstBytes < firstBytes {
		s.first, s.firstBytes = append(s.first, at), s.firstBytes+line.size()
	} else {
		s.latest, s.latestBytes = append(s.latest, at), s.latestBytes+line.size()
	}
	before := s.cut.Count
	for len(s.latest) > 1 && (len(s.latest) > latestLines || s.latestBytes > latestBytes) {
		l.dropLatest(s)
	}
	if s.cut.Count > before || s.cut.Count > 0 && s.cutAt == nil {
		l.putCut(next, s)
	}
	for l.all.Len() > 1 && (l.all.Len() > maxLines || l.used > maxLineBytes) {
		l.dropOldest(next)
	}
}

func (l *logs) stream(line Line) *logStream {
	key := streamKey{line.Function, line.Invocation}
	s := l.streams[key]
	if s == nil {
		s = &logStream{key: key}
		if l.streams == nil {
			l.streams = map[streamKey]*logStream{}
		}
		l.streams[key] = s
	}
	return s
}

// drop removes a line and counts it as cut.
func (l *logs) drop(s *logStream, at *list.Element) {
	kept := l.all.Remove(at).(*keptLine)
	l.used -= kept.line.size()
	if s.cut.Count == 0 {
		s.cut.First = kept.number
	}
	s.cut.First = min(s.cut.First, kept.number)
	s.cut.Last = max(s.cut.Last, kept.number)
	s.cut.Count++
}

// dropLatest drops the oldest line that is not among the first.
func (l *logs) dropLatest(s *logStream) {
	at := s.latest[0]
	s.latest[0] = nil // so that the array does not keep it alive
	s.latest = s.latest[1:]
	s.latestBytes -= at.Value.(*keptLine).line.size()
	l.drop(s, at)
}

// dropOldest drops the oldest line of all. If it is among the first lines of an
// invocation with a cut, it drops those too, so that there is one cut.
func (l *logs) dropOldest(next func() uint64) {
	s := l.all.Front().Value.(*keptLine).stream
	if s.cut.Count == 0 { // then all its lines are the latest
		s.latest, s.latestBytes = slices.Concat(s.first, s.latest), s.latestBytes+s.firstBytes
		s.first, s.firstBytes = nil, 0
	}
	if len(s.first) == 0 {
		l.dropLatest(s)
	}
	for _, at := range s.first {
		l.drop(s, at)
	}
	s.first, s.firstBytes = nil, 0
	if len(s.latest) > 0 {
		l.putCut(next, s)
		return
	}
	l.removeCut(s)
	l.forget()
}

// forget forgets invocations without lines if there are many. Until then, one that
// continues is known to have a cut.
func (l *logs) forget() {
	if len(l.streams) > 2*maxLines {
		maps.DeleteFunc(l.streams, func(_ streamKey, s *logStream) bool { return len(s.first)+len(s.latest) == 0 })
	}
}

// putCut puts the line that describes the cut at the end, so that readers receive
// it.
func (l *logs) putCut(next func() uint64, s *logStream) {
	l.removeCut(s)
	line := Line{Function: s.key.function, Invocation: s.key.invocation, Kind: "cut", Cut: s.cut, Text: s.cut.text()}
	for _, at := range slices.Concat(s.first, s.latest[:min(1, len(s.latest))]) {
		line.Time = at.Value.(*keptLine).line.Time // of the line before the cut, otherwise after it
	}
	l.used += line.size()
	s.cutAt = l.all.PushBack(&keptLine{next(), line, s})
}

func (l *logs) removeCut(s *logStream) {
	if s.cutAt != nil {
		l.used -= l.all.Remove(s.cutAt).(*keptLine).line.size()
		s.cutAt = nil
	}
}

// text describes the cut, and where to find the lines.
func (c Cut) text() string {
	noun := "lines are"
	if c.Count == 1 {
		noun = "line is"
	}
	return fmt.Sprintf("… %s %s no longer kept here. The terminal shows every line, and go run ./local -json > log.jsonl saves them all.", grouped(c.Count), noun)
}

// grouped writes a number with commas.
func grouped(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// after lists up to limit lines with higher numbers.
func (l *logs) after(number uint64, limit int) []numbered[Line] {
	from := l.all.Back()
	for from != nil && from.Value.(*keptLine).number > number {
		from = from.Prev()
	}
	at := l.all.Front()
	if from != nil {
		at = from.Next()
	}
	var lines []numbered[Line]
	for ; at != nil && len(lines) < limit; at = at.Next() {
		kept := at.Value.(*keptLine)
		lines = append(lines, numbered[Line]{kept.number, kept.line})
	}
	return lines
}
