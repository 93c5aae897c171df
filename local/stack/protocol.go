package stack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"

	"api-auth-jwt-auth0/local/provider"
)

// Origins are the URLs, without a trailing slash, at which the local cloud
// serves what the graph describes.
type Origins struct {
	Site string // the distribution
	API  string // the HTTP API
	AWS  string // the services that handlers call
	// Broker is the address of the stand-in for AWS IoT Core, to which the functions
	// of a live stack connect; empty if the stack is not live.
	Broker string
	// Domain replaces the stack's custom domain. The local cloud serves no DNS, and
	// sets it to Site; empty means the domain itself.
	Domain string
	// ClientID is the Auth0 application's client ID if a tenant already has the
	// application; empty for one derived from its URN.
	ClientID string
}

// Cloud returns the provider.Cloud of a region.
func (o Origins) Cloud(region string) provider.Cloud {
	return provider.Cloud{Region: region, Site: o.Site, API: o.API, AWS: o.AWS, Broker: o.Broker, Domain: o.Domain, ClientID: o.ClientID}
}

// A Request is a request to run the program for a stack.
type Request struct {
	Root    string // the folder of Pulumi.yaml
	Stack   string
	Origins Origins
	// Set and SetSecret override the settings in the stack's files for this run, by
	// full key or, for the project's own settings, by name.
	Set, SetSecret map[string]string
	// OnlySettings requests the stack's settings instead of a run.
	OnlySettings bool
}

// A Line is a line that the program has logged or printed.
type Line struct {
	Level string // "info", "warning" or "error"; empty for what was printed
	Text  string
}

// ResultFD is the file descriptor to which the program's process writes messages.
// Standard output belongs to the program.
const ResultFD = 3

// message is a message from the program's process: a line of its log, a request for a
// build, or the last one, with the result.
type message struct {
	Line     *Line     `json:",omitempty"`
	Build    *build    `json:",omitempty"`
	Graph    *Graph    `json:",omitempty"`
	Settings *Settings `json:",omitempty"`
	Err      string    `json:",omitempty"`
}

// build is the program's request for a build, which the local cloud has already started.
type build struct {
	Tools    bool     // whether the tools that builds need are installed
	Folders  bool     // the names of the handlers' folders
	Handlers []string // the handlers of these names
	Live     bool     // with the bridge of a live stack
	Site     bool
}

// built is the response to a build.
type built struct {
	Folders  []string          `json:",omitempty"`
	Handlers map[string]string `json:",omitempty"` // the path of each one's zip, by name
	Site     string            `json:",omitempty"` // the folder of its files
	Err      string            `json:",omitempty"`
}

// A Parent is the local cloud, as the program's process sees it. It has the
// methods of infra.Builder: what the program deploys is built by the local cloud.
type Parent struct {
	answers <-chan built
	gone    <-chan struct{}

	mu  sync.Mutex
	out *json.Encoder
}

var errGone = errors.New("the local cloud has ended")

// Accept reads the request that the program's process was started with.
func Accept(in io.Reader, out io.Writer) (*Parent, Request, error) {
	messages := json.NewDecoder(in)
	var r Request
	if err := messages.Decode(&r); err != nil {
		return nil, Request{}, fmt.Errorf("reading the request: %w", err)
	}
	answers, gone := make(chan built), make(chan struct{})
	go func() {
		defer close(gone)
		for {
			var b built
			if messages.Decode(&b) != nil {
				return
			}
			answers <- b
		}
	}()
	return &Parent{answers: answers, gone: gone, out: json.NewEncoder(out)}, r, nil
}

// Gone returns a channel that is closed when the parent has exited or closed the request.
func (p *Parent) Gone() <-chan struct{} { return p.gone }

// Log reports a line of the program's log.
func (p *Parent) Log(l Line) { _ = p.send(message{Line: &l}) } // an error means that the parent is gone

// ReturnGraph ends the conversation with the result of a run.
func (p *Parent) ReturnGraph(graph *Graph, err error) error {
	if err != nil {
		return p.send(message{Err: err.Error()})
	}
	return p.send(message{Graph: graph})
}

// ReturnSettings ends the conversation with a stack's settings.
func (p *Parent) ReturnSettings(s Settings, err error) error {
	if err != nil {
		return p.send(message{Err: err.Error()})
	}
	return p.send(message{Settings: &s})
}

func (p *Parent) send(m message) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.Encode(m)
}

// CheckTools returns an error if a tool is missing that builds need.
func (p *Parent) CheckTools(ctx context.Context) error {
	_, err := p.build(ctx, build{Tools: true})
	return err
}

// HandlerFolders lists the names of the folders below lambdas/ with a handler.
func (p *Parent) HandlerFolders() ([]string, error) {
	b, err := p.build(context.Background(), build{Folders: true})
	return b.Folders, err
}

// Handlers returns the path of each handler's zip, by name.
func (p *Parent) Handlers(ctx context.Context, names []string) (map[string]string, error) {
	b, err := p.build(ctx, build{Handlers: names})
	return b.Handlers, err
}

// LiveHandlers is Handlers for a live stack, whose zips have the bridge.
func (p *Parent) LiveHandlers(ctx context.Context, names []string) (map[string]string, error) {
	b, err := p.build(ctx, build{Handlers: names, Live: true})
	return b.Handlers, err
}

// Site returns the folder of the built site's files.
func (p *Parent) Site(ctx context.Context) (string, error) {
	b, err := p.build(ctx, build{Site: true})
	return b.Site, err
}

// build requests a build and waits for the response. The parent ends this process when
// its own context ends.
func (p *Parent) build(ctx context.Context, b build) (answer built, err error) {
	if err := ctx.Err(); err != nil {
		return built{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.out.Encode(message{Build: &b}); err != nil {
		return built{}, err
	}
	select {
	case answer = <-p.answers:
	case <-p.gone:
		return built{}, fmt.Errorf("waiting for a build: %w", errGone)
	}
	if answer.Err != "" {
		return built{}, errors.New(answer.Err)
	}
	return answer, nil
}
