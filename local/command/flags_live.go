package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"api-auth-jwt-auth0/local/cloud"
	"api-auth-jwt-auth0/local/live/wire"
)

// liveFlag has the flags for running the deployed stack's invocations here.
type liveFlag struct {
	on          bool
	name        string
	selected    wire.Selection
	credentials bool
}

func liveFlags(flags *flag.FlagSet) *liveFlag {
	var f liveFlag
	flags.BoolVar(&f.on, "live", false, "have this machine answer requests to the deployed stack, which must be live: those from the site at the link that it prints")
	flags.StringVar(&f.name, "live-name", "", "with -live, the `NAME` of the developer in that link; without it the user's name")
	flags.Func("live-for", "with -live, what this machine answers besides: `WHAT` is sub=SUBJECT of tokens, route='GET /orders' or handler=mailer; may be repeated", f.selectFor)
	flags.BoolVar(&f.credentials, "live-credentials", false, "with -live, give the handlers here the rights that they have when deployed")
	return &f
}

// selectFor reads a -live-for flag.
func (f *liveFlag) selectFor(value string) error {
	kind, what, _ := strings.Cut(value, "=")
	lists := map[string]*[]string{"sub": &f.selected.Subjects, "route": &f.selected.Routes, "handler": &f.selected.Handlers}
	if lists[kind] == nil || what == "" {
		return errors.New("expected sub=SUBJECT, route='GET /orders' or handler=mailer")
	}
	*lists[kind] = append(*lists[kind], what)
	return nil
}

func (f *liveFlag) set(cfg *cloud.Config) error {
	name := cmp.Or(f.name, userName())
	switch {
	case f.on && !wire.ValidName(name):
		return fmt.Errorf("-live-name %s: expected up to 32 lower-case letters, digits and hyphens, of which the first is no hyphen", name)
	case f.on:
		cfg.Live = &cloud.Live{Name: name, For: f.selected, Credentials: f.credentials}
	case f.name != "":
		return errors.New("-live-name is for -live: add that")
	case len(f.selected.Subjects)+len(f.selected.Routes)+len(f.selected.Handlers) > 0:
		return errors.New("-live-for is for -live: add that")
	case f.credentials:
		return errors.New("-live-credentials is for -live: add that")
	}
	return nil
}

// userName returns the name of the user who runs the command, as a valid developer
// name.
func userName() string {
	return validName(cmp.Or(os.Getenv("USER"), os.Getenv("LOGNAME"), os.Getenv("USERNAME")))
}

// validName turns any text into a valid name, "developer" if nothing is left.
func validName(text string) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(text))
	name = strings.Trim(name, "-")
	name = strings.TrimRight(name[:min(len(name), 32)], "-")
	return cmp.Or(name, "developer")
}

// resourceFlag has the flags that choose whose tables, queues and secrets handlers use.
type resourceFlag struct {
	kind    string
	consume []string
}

func resourceFlags(flags *flag.FlagSet) *resourceFlag {
	var f resourceFlag
	flags.StringVar(&f.kind, "resources", "local", "what handlers use: `local` resources, of this machine, or with -tenant real the real ones, of the deployed stack, which must be live")
	flags.Func("consume", "with -resources real, a `HANDLER` that its queue or schedule invokes here, too; may be repeated", func(value string) error {
		f.consume = append(f.consume, strings.Split(value, ",")...)
		return nil
	})
	return &f
}

// set is called after the tenant's.
func (f *resourceFlag) set(cfg *cloud.Config) error {
	switch {
	case f.kind != "local" && f.kind != "real":
		return fmt.Errorf("-resources %s: expected local or real", f.kind)
	case f.kind == "real" && !cfg.RealTenant:
		return errors.New("-resources real is for the people of the deployed stack, who sign in at its own tenant: add -tenant real")
	case f.kind == "local" && len(f.consume) > 0:
		return errors.New("-consume is for -resources real: the queues and schedules of this machine invoke all of their handlers")
	}
	cfg.RealResources, cfg.Consume = f.kind == "real", f.consume
	return nil
}
