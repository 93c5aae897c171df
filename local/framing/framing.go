package framing

import (
	"bytes"
	"net/textproto"
	"strconv"
)

// framing tracks where the requests of a connection, their heads and their bodies
// begin and end. net/http checks names and values: a head that it refuses ends the
// connection, whatever follows.
type framing struct {
	state     lineState // of the line that is being read
	line      []byte    // so far, without its CR
	afterCR   bool
	remaining uint64 // bytes of a body or chunk before the next line

	// The head that is being read.
	http11, chunked, sized bool
	length                 uint64
}

// lineState is what a line is for. All but the bytes of bodies are lines.
type lineState int

const (
	startLine lineState = iota
	headerLine
	sizeLine // of a chunk
	afterChunk
	trailerLine
)

// scan consumes the next bytes and returns how many of them are unambiguous. If
// that is not all of them, it must not be called again.
func (f *framing) scan(p []byte) int {
	for i := 0; i < len(p); {
		n, ok := f.take(p[i:])
		i += n
		if !ok {
			return i
		}
	}
	return len(p)
}

// take consumes the available bytes of a body, of a line up to its CR, or that
// line's LF. It returns how many bytes those are, and whether the next one is
// unambiguous.
func (f *framing) take(p []byte) (n int, ok bool) {
	switch {
	case f.remaining > 0:
		skipped := min(f.remaining, uint64(len(p)))
		f.remaining -= skipped
		return int(skipped), true
	case f.afterCR:
		f.afterCR = false
		line := f.line
		f.line = f.line[:0]
		if p[0] != '\n' || !f.endLine(line) {
			return 0, false
		}
		return 1, true
	}
	text, _, ended := bytes.Cut(p, []byte("\r"))
	if bare := bytes.IndexByte(text, '\n'); bare >= 0 {
		return bare, false
	}
	f.line = append(f.line, text...)
	f.afterCR = ended
	if ended {
		return len(text) + 1, true
	}
	return len(text), true
}

func (f *framing) endLine(line []byte) bool {
	switch f.state {
	case startLine:
		*f = framing{state: headerLine, line: f.line, http11: bytes.HasSuffix(line, []byte(" HTTP/1.1"))}
		return len(line) > 0
	case headerLine:
		if len(line) == 0 {
			return f.endHead()
		}
		return !isFolded(line) && f.header(line)
	case sizeLine:
		return f.chunk(line)
	case afterChunk:
		f.state = sizeLine
		return len(line) == 0
	default: // trailerLine
		if len(line) == 0 {
			f.state = startLine
		}
		return !isFolded(line)
	}
}

// isFolded reports whether a line continues the header before it (RFC 9112,
// section 5.2).
func isFolded(line []byte) bool { return len(line) > 0 && (line[0] == ' ' || line[0] == '\t') }

// header records how the body is delimited. net/http refuses codings other than
// chunked, with a 501.
func (f *framing) header(line []byte) bool {
	name, value, _ := bytes.Cut(line, []byte(":"))
	switch textproto.CanonicalMIMEHeaderKey(string(name)) {
	case "Content-Length":
		length, err := strconv.ParseUint(string(bytes.Trim(value, " \t")), 10, 63)
		twice := f.sized
		f.sized, f.length = true, length
		return err == nil && !twice
	case "Transfer-Encoding":
		f.chunked = true
	}
	return true
}

func (f *framing) endHead() bool {
	if !f.chunked {
		f.state, f.remaining = startLine, f.length
		return true
	}
	f.state = sizeLine
	return f.http11 && !f.sized
}

// chunk reads a chunk's size, and leaves its extensions to net/http, which drops
// them.
func (f *framing) chunk(line []byte) bool {
	size, _, _ := bytes.Cut(line, []byte(";"))
	n, err := strconv.ParseUint(string(size), 16, 63)
	f.state, f.remaining = afterChunk, n
	if n == 0 {
		f.state = trailerLine
	}
	return err == nil
}
