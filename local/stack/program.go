package stack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"api-auth-jwt-auth0/infra/artifact"
)

// A Program is the project's Pulumi program. It is safe for concurrent use.
type Program struct {
	builder artifact.Builder
	log     func(Line)
}

// New returns the program of the project in builder.Root, an absolute path. builder
// builds what it deploys. log, if not nil, is called with each line that the program
// logs or prints; a result from the cache includes its lines.
func New(builder artifact.Builder, log func(Line)) *Program {
	if log == nil {
		log = func(Line) {}
	}
	return &Program{builder: builder, log: log}
}

// Run builds what the program deploys, runs the program with its current sources, and
// returns its graph, from the cache if nothing has changed.
//
// An error of a build is returned unchanged from package artifact, for example a
// *HandlerError; a program that does not compile is ErrProgram; an error of the program
// itself contains its text.
//
// When ctx ends, the builds and the program end, and Run returns ctx's error.
func (p *Program) Run(ctx context.Context, r Request) (*Graph, error) {
	graph, err := p.run(ctx, r)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return graph, err
}

func (p *Program) run(ctx context.Context, r Request) (*Graph, error) {
	if err := p.checkStack(r.Stack); err != nil {
		return nil, err
	}
	if err := p.builder.CheckTools(ctx); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx) // if the program fails, stop the builds
	defer cancel()
	r.Root = p.builder.Root
	builds, err := startBuilds(ctx, p.builder, r.Origins)
	if err != nil {
		return nil, err
	}
	binary, sources, err := p.compiled(ctx)
	if err != nil {
		return nil, err
	}
	key, err := p.resultKey(sources, r, builds)
	if err != nil {
		return nil, err
	}
	if key != "" && p.isCached(key) {
		return p.cached(key)
	}
	run, err := start(ctx, binary, r)
	if err != nil {
		return nil, err
	}
	result, err := run.converse(ctx, builds)
	if ctx.Err() == nil {
		p.replay(result) // the lines of a failed run often contain the reason
	}
	if err != nil {
		return nil, err
	}
	// The program may have read files that were saved after the key was computed.
	if now, err := p.resultKey(sources, r, builds); err != nil || now != key {
		return result.Graph, err
	}
	return result.Graph, p.store(key, result)
}

// checkStack returns an error for a stack without a settings file, before anything is
// compiled.
func (p *Program) checkStack(name string) error {
	file := "Pulumi." + name + ".yaml"
	if _, err := os.Stat(filepath.Join(p.builder.Root, file)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	files, err := filepath.Glob(filepath.Join(p.builder.Root, "Pulumi.*.yaml"))
	if err != nil {
		return err
	}
	var names []string
	for _, file := range files {
		names = append(names, strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "Pulumi."), ".yaml"))
	}
	return fmt.Errorf("there is no stack %q: %s is missing; the stacks here are %s", name, file, strings.Join(names, ", "))
}

// replay passes the lines of a run to the log.
func (p *Program) replay(r result) {
	for _, line := range r.Lines {
		p.log(line)
	}
}

// Settings returns a stack's settings.
func (p *Program) Settings(ctx context.Context, r Request) (Settings, error) {
	if err := p.checkStack(r.Stack); err != nil {
		return Settings{}, err
	}
	r.Root, r.OnlySettings = p.builder.Root, true
	binary, _, err := p.compiled(ctx)
	if err != nil {
		return Settings{}, err
	}
	run, err := start(ctx, binary, r)
	if err != nil {
		return Settings{}, err
	}
	result, err := run.converse(ctx, nil)
	if err != nil {
		return Settings{}, err
	}
	return result.Settings, nil
}

// result is what a run of the program returned.
type result struct {
	Graph    *Graph
	Lines    []Line   // logged and printed
	Settings Settings `json:"-"`
}

// A process runs the program.
type process struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	out     *os.File
	printed bytes.Buffer // the program's standard output and error
}

func start(ctx context.Context, binary string, r Request) (*process, error) {
	out, childOut, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer childOut.Close()
	p := &process{cmd: exec.CommandContext(ctx, binary), out: out}
	p.cmd.Dir, p.cmd.ExtraFiles = r.Root, []*os.File{childOut}
	p.cmd.Stdout, p.cmd.Stderr = &p.printed, &p.printed
	p.cmd.WaitDelay = 5 * time.Second
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, errors.Join(err, out.Close())
	}
	if err := p.cmd.Start(); err != nil {
		return nil, errors.Join(err, out.Close())
	}
	if err := json.NewEncoder(p.in).Encode(r); err != nil {
		err = fmt.Errorf("sending the request to the program: %w", err)
		return nil, errors.Join(err, p.cmd.Process.Kill(), p.wait(ctx))
	}
	return p, nil
}

// converse serves the program's requests until its result. The result of a failed
// program includes its lines.
func (p *process) converse(ctx context.Context, builds *builds) (result, error) {
	r, err := p.receive(ctx, builds)
	if exit := p.wait(ctx); exit != nil {
		return r, exit // with what was printed
	}
	if p.printed.Len() > 0 {
		for line := range strings.SplitSeq(strings.TrimSuffix(p.printed.String(), "\n"), "\n") {
			r.Lines = append(r.Lines, Line{Text: line})
		}
	}
	return r, err
}

// receive reads messages up to the last.
func (p *process) receive(ctx context.Context, builds *builds) (r result, err error) {
	messages, answers := json.NewDecoder(p.out), json.NewEncoder(p.in)
	for {
		var m message
		if err := messages.Decode(&m); err != nil {
			return r, fmt.Errorf("reading the program's result: %w", err)
		}
		switch {
		case m.Line != nil:
			r.Lines = append(r.Lines, *m.Line)
		case m.Build != nil:
			if err := answers.Encode(builds.respond(ctx, *m.Build)); err != nil {
				return r, fmt.Errorf("answering the program: %w", err)
			}
		case m.Graph != nil:
			r.Graph = m.Graph
			return r, nil
		case m.Settings != nil:
			r.Settings = *m.Settings
			return r, nil
		case builds != nil && builds.lastErr != nil:
			return r, builds.lastErr
		default:
			return r, errors.New(m.Err)
		}
	}
}

// wait ends the conversation and waits for the process.
func (p *process) wait(ctx context.Context) error {
	p.in.Close()
	p.out.Close() // the process must not block on unread output
	err := p.cmd.Wait()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return fmt.Errorf("the program ended: %w\n%s", err, p.printed.String())
	}
	return nil
}
