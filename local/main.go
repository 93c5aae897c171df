// Command local runs the whole stack on this machine: it builds the handlers
// and the site, runs the Pulumi program, and serves what the program
// describes. No account, no container and no network is needed.
//
//	go run ./local
//
// It prints where the site, the API and the tenant are, then a line for each
// request, and serves until Ctrl-C. With -json it prints lines of JSON, with
// -debug it runs a handler under a debugger. It keeps nothing between runs but the
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
	"path/filepath"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is main without the process: it returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	cfg, err := parseFlags(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		fmt.Fprintln(stderr, err)
		return 2
	}
	cfg.Terminal = newTerminal(stdout)
	cfg.Terminal.asJSON = cfg.JSON
	if err := serve(ctx, cfg); err != nil && !errors.Is(err, context.Canceled) {
		cfg.Terminal.fail(stderr, err)
		return 1
	}
	return 0
}

// findRoot is the folder of Pulumi.yaml: the working folder or one above it.
func findRoot() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "Pulumi.yaml")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("there is no Pulumi.yaml in %s or above it: run this in the project's folder", start)
		}
	}
}

// serve runs the local cloud until ctx ends.
func serve(ctx context.Context, cfg Config) error {
	cloud, err := Listen(cfg)
	if err != nil {
		return err
	}
	defer cloud.Close()
	watcher, watching := cloud.watch() // before the first build reads the files
	if watching == nil {
		defer watcher.Close()
	}
	if err := cloud.Deploy(ctx); err != nil {
		return err
	}
	cfg.Terminal.ready(cloud)
	if watching != nil {
		cfg.Terminal.problem(fmt.Errorf("changes will not be served until the next start: %w", watching))
	} else {
		go cloud.Watch(ctx, watcher)
	}
	return cloud.Serve(ctx)
}
