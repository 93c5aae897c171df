// Command command is the local cloud, which `go run ./local` compiles and executes.
// It only composes: flags and signals, the terminal, and the cloud.
//
// It prints where the site, the API and the tenant are, then a line for each
// request, and serves until Ctrl-C. With -json it prints lines of JSON, with -debug
// it runs a handler under a debugger. It keeps nothing between runs except the
// users of -users.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"api-auth-jwt-auth0/infra/artifact"
	"api-auth-jwt-auth0/local/cloud"
	"api-auth-jwt-auth0/local/terminal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is main without the process: it returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	cfg, asJSON, err := parseFlags(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		fmt.Fprintln(stderr, err)
		return 2
	}
	cfg.Terminal = terminal.New(stdout)
	cfg.Terminal.JSON = asJSON
	if err := serve(ctx, cfg); err != nil && !errors.Is(err, context.Canceled) {
		cfg.Terminal.Fail(stderr, err)
		return 1
	}
	return 0
}

// The launcher keeps this program for each clone, including deleted ones.
var keptCommands = artifact.Retention{Number: 5, InUse: 24 * time.Hour}

// serve runs the local cloud until ctx is done.
func serve(ctx context.Context, cfg cloud.Config) error {
	c, err := cloud.Listen(cfg)
	if err != nil {
		return err
	}
	defer c.Close()
	watcher, watching := c.NewWatcher() // before the first build reads the files
	if watching == nil {
		defer watcher.Close()
	}
	if err := c.Deploy(ctx); err != nil {
		return err
	}
	cfg.Terminal.Ready(c.Ready())
	// Programs that cannot be removed do no harm.
	_ = artifact.Builder{}.Prune("local", keptCommands)
	if watching != nil {
		cfg.Terminal.Problem(fmt.Errorf("changes will not be served until the next start: %w", watching))
	} else {
		go c.Watch(ctx, watcher)
	}
	return c.Serve(ctx)
}
