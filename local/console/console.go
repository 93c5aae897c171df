package console

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Config is what a console shows, and what it can do.
type Config struct {
	Page     fs.FS // the built page: index.html, favicon.svg, assets/
	Recorder *Recorder
	// Replay calls a function, by its physical name or its label, with an event. The
	// result is recorded as a request; the error is why there is none.
	Replay   func(ctx context.Context, function string, event []byte) (id string, err error)
	Explorer Explorer
	Stack    func(context.Context) Stack // what is deployed now
	Tenant   Tenant
	Data     Data
	Logger   *slog.Logger // nil discards
}

// Console serves one page and its data. It is safe for concurrent use.
type Console struct {
	page     fs.FS
	recorder *Recorder
	replay   func(ctx context.Context, function string, event []byte) (string, error)
	explorer Explorer
	stack    func(context.Context) Stack
	tenant   Tenant
	data     Data
	sealer   sealer // of keys
	log      *slog.Logger
	token    string // against forged requests; the page reads it
	run      string // identifies this run in the IDs of events

	streams       chan struct{} // one for each that is open
	encoding      sync.Mutex    // one stream at a time encodes entries
	readerTimeout time.Duration
}

// New validates cfg. Its error joins all problems.
func New(cfg Config) (*Console, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	return &Console{
		page: cfg.Page, recorder: cfg.Recorder, replay: cfg.Replay, explorer: cfg.Explorer, stack: cfg.Stack, tenant: cfg.Tenant, data: cfg.Data,
		sealer: newSealer(), log: cfg.Logger,
		token: newToken(), run: newToken()[:8],
		streams: make(chan struct{}, maxStreams), readerTimeout: readerTimeout,
	}, nil
}

func (cfg Config) validate() error {
	var problems []error
	if cfg.Page == nil {
		problems = append(problems, errors.New("no Page: build the console's page"))
	} else if _, err := fs.Stat(cfg.Page, "index.html"); err != nil {
		problems = append(problems, fmt.Errorf("the console's page: %w (build it again)", err))
	}
	if cfg.Recorder == nil {
		problems = append(problems, errors.New("no Recorder: set the one that the servers write to"))
	}
	if cfg.Replay == nil {
		problems = append(problems, errors.New("no Replay: set how a function is called"))
	}
	if e := cfg.Explorer; e.Describe == nil || e.Token == nil || e.Client == nil {
		problems = append(problems, errors.New("an incomplete Explorer: set Describe, Token and Client"))
	}
	if cfg.Stack == nil {
		problems = append(problems, errors.New("no Stack: set what describes the deployed stack"))
	}
	if !cfg.Tenant.complete() {
		problems = append(problems, errors.New("an incomplete Tenant: set all of its functions"))
	}
	if !cfg.Data.complete() {
		problems = append(problems, errors.New("an incomplete Data: set all of its functions"))
	}
	return errors.Join(problems...)
}

// Handler serves the console. The server in front must check the Host header, to
// which origins are compared.
func (c *Console) Handler() http.Handler {
	mux := http.NewServeMux()
	data := http.NewServeMux()
	data.HandleFunc("GET /api/events", c.serveEvents)
	data.HandleFunc("GET /api/requests/{id}", c.serveRequest)
	data.HandleFunc("POST /api/requests/{id}/replay", c.serveReplay)
	data.HandleFunc("POST /api/invocations", c.serveInvocation)
	data.HandleFunc("GET /api/explorer", c.serveAPI)
	data.HandleFunc("POST /api/calls", c.serveCall)
	data.HandleFunc("POST /api/token", c.serveToken)
	data.HandleFunc("GET /api/stack", c.serveStack)
	data.HandleFunc("GET /api/tenant", c.serveTenant)
	data.HandleFunc("POST /api/tenant", c.serveTenantChange)
	data.HandleFunc("GET /api/data", c.serveData)
	data.HandleFunc("POST /api/data", c.serveDataChange)
	// The contents require the token, too.
	data.HandleFunc("POST /api/data/items", c.serveItems)
	data.HandleFunc("POST /api/data/messages", c.serveMessages)
	data.HandleFunc("POST /api/data/objects", c.serveObjects)
	data.HandleFunc("POST /api/data/object", c.serveObject)
	data.HandleFunc("POST /api/data/shell", c.serveShell)
	data.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		problem(w, http.StatusNotFound, "the console has no "+r.Method+" "+r.URL.Path)
	})
	mux.Handle("/api/", c.guard(data))
	mux.HandleFunc("/", c.servePage)
	return harden(mux)
}

// servePage serves the page's files. A path without a file extension is a view
// of the page, as on the site.
func (c *Console) servePage(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		problem(w, http.StatusMethodNotAllowed, "the console's page supports GET and HEAD only")
		return
	}
	name := strings.TrimPrefix(r.URL.Path, "/")
	if !strings.Contains(name, ".") {
		name = "index.html"
	}
	if !fs.ValidPath(name) || strings.ContainsRune(name, 0) { // fs.ValidPath accepts NUL, which no file name has
		http.NotFound(w, r)
		return
	}
	if strings.HasPrefix(name, "assets/") {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable") // their names contain a hash
	}
	http.ServeFileFS(w, r, c.page, name)
}

// hello is the first event of a stream.
func (c *Console) hello() any {
	return struct {
		Token string `json:"token"`
	}{c.token}
}

func reply(w http.ResponseWriter, status int, value any) {
	text, err := json.Marshal(value)
	if err != nil {
		problem(w, http.StatusInternalServerError, err.Error())
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(text) // an error means that the page has disconnected
}

// problem answers with a message that the page shows.
func problem(w http.ResponseWriter, status int, text string) {
	reply(w, status, struct {
		Problem string `json:"problem"`
	}{text})
}

// readAtMost reads to the end, or fails beyond a limit.
func readAtMost(r io.Reader, limit int64) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(body)) > limit {
		err = fmt.Errorf("the answer is longer than %s", size(int(limit)))
	}
	return body, err
}

// size formats a number of bytes.
func size(n int) string {
	if n < 1024 {
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%.1f KiB", float64(n)/1024)
}
