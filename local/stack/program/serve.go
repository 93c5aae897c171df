package program

import (
	"context"
	"errors"
	"io"
	"maps"
	"slices"

	"api-auth-jwt-auth0/infra"
	"api-auth-jwt-auth0/local/stack"
)

// Serve reads a request from in, runs the program and writes the result to out. It
// returns when the parent is gone, even if the program is still running.
func Serve(ctx context.Context, in io.Reader, out io.Writer) error {
	parent, request, err := stack.Accept(in, out)
	if err != nil {
		return err
	}
	settings, err := settingsOf(request)
	if request.OnlySettings || err != nil {
		return parent.ReturnSettings(settings, err)
	}
	program := infra.NewDeployment(parent).Run
	done := make(chan error, 1)
	go func() { done <- parent.ReturnGraph(Run(ctx, program, settings, request.Origins, parent.Log)) }()
	select {
	case err := <-done:
		return err
	case <-parent.Gone(): // it may have the result already
		return nil
	}
}

// settingsOf returns the settings of a run. If settings in the stack's files cannot be
// used, its error includes what the program would refuse, so that all problems are
// reported together.
func settingsOf(r stack.Request) (stack.Settings, error) {
	settings, err := LoadSettings(r.Root, r.Stack, infra.SecretSettings(infra.Resources)...)
	if settings.Values == nil {
		return stack.Settings{}, err
	}
	for _, key := range slices.Sorted(maps.Keys(r.Set)) {
		settings.Set(key, r.Set[key])
	}
	for _, key := range slices.Sorted(maps.Keys(r.SetSecret)) {
		settings.SetSecret(key, r.SetSecret[key])
	}
	if err != nil {
		return stack.Settings{}, errors.Join(err, check(settings))
	}
	return settings, nil
}

// check reports the problems of settings as the program would.
func check(s stack.Settings) error {
	return infra.CheckSettings(s.Project, s.Stack,
		func(key string) (string, bool) { value, ok := s.Values[key]; return value, ok },
		func(key string) bool { return slices.Contains(s.Secrets, key) })
}
