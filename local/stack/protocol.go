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
	// Broker is the address of what stands in for AWS IoT Core, as the functions of a
	// live stack connect to it; empty where the stack is not live.
	Broker string
	// Domain is what a domain of the stack's own resolves to. The local cloud
	// answers no DNS queries, and sets it to Site; empty means the domain itself.
	Domain string
	// ClientID is the Auth0 application's, where a tenant has it already; empty
	// for one derived from its URN.
	ClientID string
}

// Cloud is where resources are created in a region.
func (o Origins) Cloud(region string) provider.Cloud {
	return provider.Cloud{Region: region, Site: o.Site, API: o.API, AWS: o.AWS, Broker: o.Broker, Domain: o.Domain, ClientID: o.ClientID}
}

// A Request says which stack to run the program for.
type Request struct {
	Root    string // the folder of Pulumi.yaml
	Stack   string
	Origins Origins
	// Set and SetSecret are settings of this run only, over those of the stack's
	// files, by their full keys, or for those of the project's own by their names.
	Set, SetSecret map[string]string
	// OnlySettings asks for the stack's settings in place of a run.
	OnlySettings bool
}

// A Line is one that the program has logged or printed.
type Line struct {
	Level string // "info", "warning" or "error"; empty for what was printed
	Text  string
}

// ResultFD is the file descriptor on which the program's process answers. Its
// standard output is the program's.
const ResultFD = 3

// message is one from the program's process: a line of its log, something that it
// asks to be built, or its last one, with the result.
type message struct {
	Line     *Line     `json:",omitempty"`
	Build    *build    `json:",omitempty"`
	Graph    *Graph    `json:",omitempty"`
	Settings *Settings `json:",omitempty"`
	Err      string    `json:",omitempty"`
}

// build is what the program asks for. The local cloud has begun to build it by
// then.
type build struct {
	Tools    bool     // whether the tools that builds need are there
	Folders  bool     // the names of the handlers' folders
	Handlers []string // the handlers of these names
	Live     bool     // with the bridge of a live stack
	Site     bool
}

// built answers a build.
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

// Gone is closed once the parent has ended, or wants nothing more.
func (p *Parent) Gone() <-chan struct{} { return p.gone }

// Log reports a line of the program's log.
func (p *Parent) Log(l Line) { _ = p.send(message{Line: &l}) } // a parent that is gone reads nothing

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

// build asks for a build and waits for its answer. The parent ends this process
// when its own context ends.
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
