package stack

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"api-auth-jwt-auth0/infra/artifact"
)

// ErrProgram is what a program that does not compile fails with; the error's
// text has the compiler's own words.
var ErrProgram = errors.New("the program does not compile")

// DeployAnew is Deploy with the program as its sources are now, and not as they
// were compiled into this process. It compiles them and runs the program in a
// process of its own.
//
// Its error is as that of Deploy: *artifact.HandlerErrors are among it, and
// other errors keep their text.
func DeployAnew(ctx context.Context, builder artifact.Builder, settings Settings, origins Origins) (*Graph, error) {
	binary, err := compile(ctx, builder, settings.Root)
	if err != nil {
		return nil, err
	}
	input, err := json.Marshal(order{settings, origins, builder.Target, builder.CacheDir, builder.Store, builder.Debug, builder.SiteDir})
	if err != nil {
		return nil, err
	}
	answers, out, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer answers.Close()
	cmd := exec.CommandContext(ctx, binary)
	cmd.Dir, cmd.Stdin, cmd.ExtraFiles = settings.Root, bytes.NewReader(input), []*os.File{out}
	var said strings.Builder // by the program, which may print what it likes
	cmd.Stdout, cmd.Stderr = &said, &said
	// It has builds of its own to end.
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 5 * time.Second
	err = cmd.Start()
	out.Close()
	if err != nil {
		return nil, err
	}
	graph, reported := receive(answers, builder.Report, settings.Log)
	answers.Close() // what is not read must not keep the process
	switch err := cmd.Wait(); {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, fmt.Errorf("the program ended: %w\n%s", err, said.String())
	}
	printed(said.String(), settings.Log)
	return graph, reported
}

// answersFD is the file descriptor on which the other process answers: its
// standard output is the program's.
const answersFD = 3

// keptPrograms are those of so many clones, of about 90 MB each.
const keptPrograms = 4

// compile builds the command in program, which has the sources' program in it.
// Where it is up to date, the go command finds so and links nothing.
func compile(ctx context.Context, builder artifact.Builder, root string) (string, error) {
	key := sha256.Sum256([]byte(root)) // another clone has another program
	binary, err := builder.Place("programs", hex.EncodeToString(key[:16]), "program")
	if err != nil {
		return "", err
	}
	err = builder.Do("program", func() error {
		return artifact.Run(ctx, root, nil, "go", "build", "-o", binary, "./local/stack/program")
	})
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrProgram, err)
	}
	// What cannot be removed does no harm to what was built.
	_ = builder.Prune("programs", keptPrograms)
	return binary, nil
}

// order is what the other process is told.
type order struct {
	Settings Settings
	Origins  Origins
	Target   artifact.Target
	CacheDir string
	Store    bool
	Debug    string
	SiteDir  string
}

// message is one of what it answers: steps of its builds, what the program logs,
// and at last a graph or an error.
type message struct {
	Step     *artifact.Step    `json:",omitempty"`
	StepErr  string            `json:",omitempty"`
	Line     *Line             `json:",omitempty"`
	Graph    *Graph            `json:",omitempty"`
	Err      string            `json:",omitempty"`
	Handlers map[string]string `json:",omitempty"` // handlers that do not build, with the reason
}

// Answer runs the program as the order on in says, and answers on a descriptor
// that it was started with. It is the whole of the other process.
func Answer(ctx context.Context, in io.Reader) error {
	var o order
	if err := json.NewDecoder(in).Decode(&o); err != nil {
		return fmt.Errorf("reading what to deploy: %w", err)
	}
	out := os.NewFile(answersFD, "answers")
	defer out.Close()
	answers := json.NewEncoder(out)
	steps := make(chan message)
	go func() {
		defer close(steps)
		builder := artifact.Builder{Target: o.Target, CacheDir: o.CacheDir, Store: o.Store, Debug: o.Debug, SiteDir: o.SiteDir}
		builder.Report = func(s artifact.Step) {
			m := message{Step: &artifact.Step{Name: s.Name, Done: s.Done, Took: s.Took}}
			if s.Err != nil {
				m.StepErr = s.Err.Error()
			}
			steps <- m
		}
		o.Settings.Log = func(l Line) { steps <- message{Line: &l} }
		graph, err := Deploy(ctx, builder, o.Settings, o.Origins)
		steps <- outcome(graph, err)
	}()
	var err error
	for m := range steps {
		err = errors.Join(err, answers.Encode(m))
	}
	return err
}

func outcome(graph *Graph, err error) message {
	if err == nil {
		return message{Graph: graph}
	}
	failed, all := artifact.HandlerErrors(err)
	if !all {
		return message{Err: err.Error()}
	}
	m := message{Handlers: map[string]string{}}
	for _, e := range failed {
		m.Handlers[e.Handler] = e.Err.Error()
	}
	return m
}

// receive reads the answers until the last.
func receive(in io.Reader, report func(artifact.Step), hear func(Line)) (*Graph, error) {
	answers := json.NewDecoder(in)
	for {
		var m message
		if err := answers.Decode(&m); err != nil {
			return nil, fmt.Errorf("reading what the program describes: %w", err)
		}
		switch {
		case m.Step != nil:
			if m.StepErr != "" {
				m.Step.Err = errors.New(m.StepErr)
			}
			if report != nil {
				report(*m.Step)
			}
		case m.Line != nil:
			if hear != nil {
				hear(*m.Line)
			}
		case m.Graph != nil:
			return m.Graph, nil
		case len(m.Handlers) > 0:
			var errs []error
			for name, text := range m.Handlers {
				errs = append(errs, &artifact.HandlerError{Handler: name, Err: errors.New(text)})
			}
			return nil, errors.Join(errs...)
		default:
			return nil, errors.New(m.Err)
		}
	}
}
