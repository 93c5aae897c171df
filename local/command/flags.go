package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"strings"

	"api-auth-jwt-auth0/local/cloud"
	"api-auth-jwt-auth0/local/project"
	"api-auth-jwt-auth0/local/stack"
)

const usage = `Usage: go run ./local [flags]

Runs the site, the API and an Auth0 tenant on this machine, from the same
Pulumi program that is deployed. Stop with Ctrl-C.

Flags:
`

// parseFlags reads the command line. Help goes to stderr, with flag.ErrHelp; all
// that is wrong with the values of flags is in one error.
func parseFlags(args []string, stderr io.Writer) (cfg cloud.Config, asJSON bool, err error) {
	flags := flag.NewFlagSet("local", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // which would print an error above 30 lines of usage
	flags.StringVar(&cfg.Stack, "stack", "dev", "the stack whose settings apply, as in Pulumi.`NAME`.yaml")
	flags.IntVar(&cfg.Port, "port", 3000, "the `port` of the site; the API, the tenant, the console and the services of AWS are on the next four")
	flags.StringVar(&cfg.AccessLog, "access-log", "", "a `file` to which the API's access log is added, in the format that is deployed")
	flags.StringVar(&cfg.Debug, "debug", "", "the `handler` to run under Delve, a debugger that editors attach to; nothing times out then")
	flags.IntVar(&cfg.DebugPort, "debug-port", 2345, "the `port` on which Delve listens, or 0 for any free one")
	flags.BoolVar(&asJSON, "json", false, "show each event as a line of JSON, for programs to read")
	flags.StringVar(&cfg.Users, "users", "", "a `file` for the accounts of users who sign up, with hashed passwords; without it they are forgotten")
	flags.StringVar(&cfg.Data, "data", "", "a `folder` in which tables, queues and buckets are kept between runs; without it they are forgotten")
	flags.Func("aws", "`SERVICE=URL`, such as dynamodb=http://localhost:8000: where handlers' calls to a service of AWS go instead; may be repeated", forwardTo(&cfg))
	flags.BoolVar(&cfg.Hot, "hot", false, "serve the web app as it is edited: Vite shows an edit at once, in the open page, and components keep their state")
	tenant, live, resources := tenantFlags(flags), liveFlags(flags), resourceFlags(flags)
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stderr, usage)
		flags.SetOutput(stderr)
		flags.PrintDefaults()
		return cloud.Config{}, false, err
	} else if err != nil {
		return cloud.Config{}, false, explainFlag(flags, err)
	}
	errs := []error{tenant.set(&cfg), live.set(&cfg), resources.set(&cfg)}
	if flags.NArg() > 0 {
		errs = append(errs, fmt.Errorf("unexpected argument %q: flags begin with a dash; go run ./local -h lists them", flags.Arg(0)))
	}
	if cfg.Port < 0 || cfg.Port > 65531 {
		errs = append(errs, fmt.Errorf("-port %d: expected a port from 1 to 65531, or 0 for any free ones", cfg.Port))
	}
	if cfg.DebugPort < 0 || cfg.DebugPort > 65535 {
		errs = append(errs, fmt.Errorf("-debug-port %d: expected a port from 1 to 65535, or 0 for any free one", cfg.DebugPort))
	}
	root, err := project.Root()
	cfg.Root = root
	return cfg, asJSON, errors.Join(append(errs, err)...)
}

// forwardTo returns the parser of a -aws flag, which has one value or several
// separated by commas.
func forwardTo(cfg *cloud.Config) func(string) error {
	return func(value string) error {
		if cfg.Forwards == nil {
			cfg.Forwards = map[string]*url.URL{}
		}
		for _, forward := range strings.Split(value, ",") {
			service, address, found := strings.Cut(forward, "=")
			u, err := url.Parse(address)
			if !found || err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
				return fmt.Errorf("expected a service and a URL, such as dynamodb=http://localhost:8000")
			}
			cfg.Forwards[service] = u
		}
		return nil
	}
}

// explainFlag suggests the flag that was meant by one that does not exist.
func explainFlag(flags *flag.FlagSet, err error) error {
	name, unknown := strings.CutPrefix(err.Error(), "flag provided but not defined: -")
	if !unknown {
		return fmt.Errorf("%w; go run ./local -h lists the flags", err)
	}
	var names []string
	flags.VisitAll(func(f *flag.Flag) { names = append(names, f.Name) })
	if meant := stack.Nearest(name, names); meant != "" {
		return fmt.Errorf("there is no flag -%s; did you mean -%s? go run ./local -h lists all flags", name, meant)
	}
	return fmt.Errorf("there is no flag -%s; go run ./local -h lists all flags", name)
}

// tenantFlag has the flags that choose where users sign in.
type tenantFlag struct{ kind, clientID string }

func tenantFlags(flags *flag.FlagSet) *tenantFlag {
	var f tenantFlag
	flags.StringVar(&f.kind, "tenant", "local", "where users sign in: `local`, at a tenant on this machine, or real, at the stack's own Auth0 tenant")
	flags.StringVar(&f.clientID, "client-id", "", "with -tenant real, the `ID` of the site's application in Auth0; without it the deployed stack's, which pulumi knows")
	return &f
}

func (f *tenantFlag) set(cfg *cloud.Config) error {
	switch {
	case f.kind != "local" && f.kind != "real":
		return fmt.Errorf("-tenant %s: expected local or real", f.kind)
	case f.kind == "local" && f.clientID != "":
		return errors.New("-client-id is for -tenant real: the local tenant makes its own")
	case f.kind == "real" && cfg.Users != "":
		return errors.New("-users is for the local tenant: leave it out with -tenant real")
	}
	cfg.RealTenant, cfg.ClientID = f.kind == "real", f.clientID
	return nil
}
