package vite

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"time"
)

// Config is what to serve and where.
type Config struct {
	// Dir is the web app's folder, with its packages installed and the script
	// that starts Vite, hot.mjs.
	Dir string
	// Origin is the site's, such as "http://localhost:3000".
	Origin string
	// Unframed, when set, removes the checks for HTTP from a connection of the
	// site, so that Vite's WebSocket can use it.
	Unframed func(net.Conn) net.Conn
	// OnLine, when set, is called with what Vite logs, concurrently.
	OnLine func(Line)
	// OnExit, when set, is called once if the server ends by itself.
	OnExit func(error)
}

// A Line is a message that Vite logs, in a text of one or more lines.
type Line struct {
	Level string // "info", "warn" or "error"
	Text  string
}

// A Server is Vite's development server. It is safe for concurrent use.
type Server struct {
	cfg    Config
	origin *url.URL
	cmd    *exec.Cmd
	stdin  io.Closer // ends the process
	stderr bytes.Buffer
	target *url.URL // where it listens
	closed sync.Once
	done   chan struct{} // closed once the process is gone and all is read
	ending chan struct{} // closed by Close
}

// noncePlaceholder is replaced in each of Vite's pages by a new nonce.
const noncePlaceholder = "nonce-of-the-answer"

// New starts the server and waits until it listens. Its error contains the
// output of the process.
func New(ctx context.Context, cfg Config) (*Server, error) {
	origin, err := url.Parse(cfg.Origin)
	if err != nil || origin.Scheme != "http" || origin.Port() == "" {
		return nil, fmt.Errorf("vite: origin: expected one such as http://localhost:3000, got %q", cfg.Origin)
	}
	if cfg.OnLine == nil {
		cfg.OnLine = func(Line) {}
	}
	if cfg.OnExit == nil {
		cfg.OnExit = func(error) {}
	}
	s := &Server{cfg: cfg, origin: origin, done: make(chan struct{}), ending: make(chan struct{})}
	listening := make(chan int, 1)
	if err := s.start(listening); err != nil {
		return nil, fmt.Errorf("starting Vite: %w", err)
	}
	select {
	case port := <-listening:
		s.target = &url.URL{Scheme: "http", Host: "127.0.0.1:" + strconv.Itoa(port)}
		go s.watch()
		return s, nil
	case <-s.done:
		return nil, fmt.Errorf("starting Vite: %w", s.end())
	case <-ctx.Done():
		return nil, errors.Join(ctx.Err(), s.Close())
	}
}

// start runs the process. Its standard input is a pipe that only this program
// keeps open, so that it ends with this program.
func (s *Server) start(listening chan<- int) error {
	arguments, err := json.Marshal(map[string]any{"sitePort": port(s.origin), "nonce": noncePlaceholder})
	if err != nil {
		return err
	}
	s.cmd = exec.Command("node", "hot.mjs", string(arguments))
	s.cmd.Dir = s.cfg.Dir
	s.cmd.Env = append(os.Environ(), "NODE_ENV=development")
	s.cmd.Stderr = &s.stderr
	s.cmd.WaitDelay = 5 * time.Second // for a grandchild that keeps the pipe open
	ownGroup(s.cmd)
	if s.stdin, err = s.cmd.StdinPipe(); err != nil {
		return err
	}
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := s.cmd.Start(); err != nil {
		return err
	}
	go func() {
		defer close(s.done)
		s.read(bufio.NewReader(stdout), listening)
		_ = s.cmd.Wait() // the result is in ProcessState
	}()
	return nil
}

func port(u *url.URL) int {
	n, _ := strconv.Atoi(u.Port()) // url.Parse accepts only digits
	return n
}

// read reads the output of the process, one JSON message per line. Other lines,
// such as those that a plugin prints, are passed on unchanged.
func (s *Server) read(stdout *bufio.Reader, listening chan<- int) {
	for {
		text, err := stdout.ReadBytes('\n')
		if text = bytes.TrimSpace(text); len(text) > 0 {
			var message struct {
				Port int `json:"port"`
				Line
			}
			switch {
			case json.Unmarshal(text, &message) != nil:
				s.cfg.OnLine(Line{Level: "info", Text: string(text)})
			case message.Port != 0:
				select {
				case listening <- message.Port:
				default: // reported once
				}
			default:
				s.cfg.OnLine(message.Line)
			}
		}
		if err != nil {
			return
		}
	}
}

// watch reports an exit without Close.
func (s *Server) watch() {
	<-s.done
	select {
	case <-s.ending:
	default:
		s.cfg.OnExit(fmt.Errorf("vite, which serves the web app, %w", s.end()))
	}
}

// end describes how the process ended. It must have ended.
func (s *Server) end() error {
	return fmt.Errorf("ended (%s):\n%s", s.cmd.ProcessState, bytes.TrimSpace(s.stderr.Bytes()))
}

// Close ends the process and waits for it.
func (s *Server) Close() error {
	var err error
	s.closed.Do(func() {
		close(s.ending)
		if err = s.stdin.Close(); errors.Is(err, os.ErrClosed) {
			err = nil // the process had ended
		}
		kill := time.AfterFunc(5*time.Second, func() { killGroup(s.cmd) })
		<-s.done
		kill.Stop()
	})
	return err
}
