package changes

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"api-auth-jwt-auth0/infra"
	"api-auth-jwt-auth0/infra/artifact"
	"api-auth-jwt-auth0/local/enginetest"
	"api-auth-jwt-auth0/local/enginetest/account"
	"api-auth-jwt-auth0/local/enginetest/deployment"
)

// clone returns a clone with the project's npm packages.
func clone(t *testing.T) string {
	t.Helper()
	dir := enginetest.Clone(t)
	shared, err := enginetest.Tools()
	if err != nil {
		t.Fatal(err)
	}
	if err := (artifact.Builder{Root: shared.Root}).InstallPackages(t.Context()); err != nil {
		t.Fatal(err)
	}
	packages := filepath.Join("web", "node_modules")
	if err := os.CopyFS(filepath.Join(dir, packages), os.DirFS(filepath.Join(shared.Root, packages))); err != nil {
		t.Fatal(err)
	}
	return dir
}

// steps records what is built.
type steps struct {
	mu    sync.Mutex
	names []string
}

func (s *steps) report(step artifact.Step) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if step.Done {
		s.names = append(s.names, step.Name)
	}
}

func (s *steps) take() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	names := s.names
	s.names = nil
	return names
}

// TestAChangeUpdatesOnlyItsResources makes typical changes to a stack, from a second
// clone with its own build cache.
func TestAChangeUpdatesOnlyItsResources(t *testing.T) {
	t.Parallel()
	m := enginetest.NewMachine(t)
	deployment.New(t, m, "dev", nil).MustUp(t)
	dir := clone(t)
	d := deployment.NewAt(t, m, "dev", dir, dir, infra.Routes, nil)
	var built steps
	caches := t.TempDir()
	d.Build(func(b *artifact.Builder) { b.CacheDir, b.Report = caches, built.report })
	d.MustChangeNothing(t)
	handlers := map[string]bool{}
	for _, r := range infra.Routes {
		handlers[r.Handler] = true
	}
	for name := range infra.Handlers {
		handlers[name] = true
	}
	if got := built.take(); len(got) != len(handlers)+1 { // and the web app
		t.Errorf("expected the second clone to build everything itself, got %q", got)
	}

	edit(t, filepath.Join(dir, "lambdas", "private", "handler.go"), "\nvar added = 1\n\nfunc init() { println(added) }\n")
	if err := d.TryPreview(t); err != nil {
		t.Fatal(err)
	}
	if got := built.take(); !slices.Equal(got, []string{"handler private"}) {
		t.Errorf("expected the preview to build only the changed handler, got %q", got)
	}
	d.MustDo(t, "update Function "+of("private"))
	if got := built.take(); len(got) > 0 {
		t.Errorf("expected the up after the preview to build nothing, got %q", got)
	}

	edit(t, filepath.Join(dir, "web", "site", "public", "robots.txt"), "# changed\n")
	d.MustDo(t, "update BucketObjectv2 robots.txt")

	d.Set(t, map[string]string{"throttleRate": "51"})
	d.MustDo(t, "update Stage api")

	enginetest.CopyTree(t, filepath.Join(dir, "lambdas", "public"), filepath.Join(dir, "lambdas", "extra"))
	routes := append(slices.Clone(infra.Routes), infra.Route{Method: "GET", Path: "/extra", Handler: "extra", Authorization: infra.Public})
	extended := deployment.NewAt(t, m, "dev", dir, dir, routes, map[string]string{"throttleRate": "51"})
	extended.Build(func(b *artifact.Builder) { b.CacheDir = caches })
	extended.MustDo(t, "create Function "+of("extra"), "create Integration extra", "create LogGroup "+of("extra"),
		"create MetricAlarm "+of("extra-errors"), "create MetricAlarm "+of("extra-throttled"), "create Permission get-extra",
		"create Role "+of("extra"), "create RolePolicy extra", "create Route get-extra", "update Dashboard stack")
	d.MustUp(t)
	d.MustMatchProviders(t)
}

// TestRenamedVariableUpdatesItsRoute: a new route with a renamed variable would be
// refused while the old one exists.
func TestRenamedVariableUpdatesItsRoute(t *testing.T) {
	t.Parallel()
	m := enginetest.NewMachine(t)
	dir := clone(t)
	with := func(path string) *deployment.Stack {
		route := infra.Route{Method: "GET", Path: path, Handler: "public", Authorization: infra.Public}
		return deployment.NewAt(t, m, "dev", dir, dir, append(slices.Clone(infra.Routes), route), nil)
	}
	d := with("/items/{id}")
	d.MustUp(t)
	with("/items/{itemId}").MustDo(t, "update Route get-items-VAR")
	with("/parts/{id}").MustDo(t, "create Permission get-parts-VAR", "create Route get-parts-VAR", "delete Permission get-items-VAR", "delete Route get-items-VAR")
	d.MustMatchProviders(t)
}

// TestDeployBreaksNoOpenPage changes a hashed file: the new file is uploaded before the
// page that names it, and the old file stays, with a date on which S3 deletes it. Another
// up does not change the date.
func TestDeployBreaksNoOpenPage(t *testing.T) {
	t.Parallel()
	m := enginetest.NewMachine(t)
	deployment.New(t, m, "dev", nil).MustUp(t)
	dir := clone(t)
	d := deployment.NewAt(t, m, "dev", dir, dir, infra.Routes, nil)
	d.Build(func(b *artifact.Builder) { b.CacheDir = t.TempDir() })
	before := len(d.Operations(t, 0))
	edit(t, filepath.Join(dir, "web", "site", "src", "main.tsx"), "\ndocument.documentElement.dataset.changed = \"yes\";\n")
	d.Set(t, map[string]string{"tokenCache": "localstorage"}) // a change of config.json
	result := d.MustUp(t)
	log := d.Operations(t, before)
	page, config := slices.Index(log, "update BucketObjectv2 index.html"), slices.Index(log, "update BucketObjectv2 config.json")
	if page < 0 || config < page {
		t.Errorf("expected config.json after the page, got them at %d and %d of %q", config, page, log)
	}
	for i, op := range log {
		if !strings.Contains(op, " BucketObjectv2 ") && op != "update BucketLifecycleConfigurationV2 site" {
			t.Errorf("%q, and only files of the site have changed", op)
		}
		if asset := strings.Contains(op, " BucketObjectv2 assets/"); asset && (i > page || !strings.HasPrefix(op, "create ")) {
			t.Errorf("%q, with the page at %d of %q", op, page, log)
		}
	}
	var replaced []string
	for key, until := range result.Outputs["assets"].Value.(map[string]any) {
		if until != "" {
			replaced = append(replaced, key)
		}
	}
	if len(replaced) == 0 || !slices.Contains(log, "update BucketLifecycleConfigurationV2 site") {
		t.Errorf("expected files with a date and a rule for each, got %q and %q", replaced, log)
	}
	resources, err := m.Account.Resources()
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range replaced {
		if !slices.ContainsFunc(resources, func(r account.Resource) bool { return r.ID == key }) {
			t.Errorf("%s is gone, and pages that are open may need it", key)
		}
		if !slices.ContainsFunc(resources, func(r account.Resource) bool { return strings.Contains(string(r.Inputs), `"replaced/`+key) }) {
			t.Errorf("no rule of the bucket deletes %s", key)
		}
	}
	d.MustChangeNothing(t)
}

// of returns the logical name of a resource of the stack dev.
func of(name string) string { return deployment.Project() + "--dev--" + name }

// TestAnotherRegionKeepsTheSiteAvailable: everything in the new region exists, and Auth0
// has the new site, before anything in the old region is deleted. Auth0's resources
// stay, so that people stay signed in.
func TestAnotherRegionKeepsTheSiteAvailable(t *testing.T) {
	t.Parallel()
	m := enginetest.NewMachine(t)
	d := deployment.New(t, m, "dev", nil)
	first := d.MustUp(t)
	before := len(d.Operations(t, 0))
	d.Set(t, map[string]string{"aws:region": "eu-central-1"})
	second := d.MustUp(t)
	d.MustMatchProviders(t)

	log := d.Operations(t, before)
	deleting := false
	for _, op := range log {
		isDelete := strings.HasPrefix(op, "delete ")
		deleting = deleting || isDelete
		if deleting && !isDelete {
			t.Errorf("%q comes after a deletion", op)
		}
		if strings.Contains(op, "Client") && !strings.HasPrefix(op, "update ") || strings.Contains(op, "ResourceServer") {
			t.Errorf("%q: expected Auth0 to keep its application and its API", op)
		}
	}
	if site, client := slices.Index(log, "create Distribution site"), slices.Index(log, "update Client site"); site < 0 || client < site {
		t.Errorf("expected Auth0 to get the new site once it exists, got %q", log)
	}
	if first.Outputs["auth0ClientId"].Value != second.Outputs["auth0ClientId"].Value || first.Outputs["siteUrl"].Value == second.Outputs["siteUrl"].Value {
		t.Errorf("expected the same application and another site, got %v and %v", first.Outputs, second.Outputs)
	}
	resources, err := m.Account.Resources()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range resources {
		if r.Region == "us-east-1" {
			t.Errorf("%s is left in the old region", r.URN)
		}
	}
	d.MustChangeNothing(t)
}

// TestDriftIsCorrected: a refresh finds changes by hand, and the next up corrects them.
func TestDriftIsCorrected(t *testing.T) {
	t.Parallel()
	m := enginetest.NewMachine(t)
	d := deployment.New(t, m, "dev", nil)
	d.MustUp(t)
	resources, err := m.Account.Resources()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range resources {
		switch {
		case strings.HasSuffix(r.Type, ":Stage"):
			r.Inputs = []byte(strings.ReplaceAll(string(r.Inputs), `"autoDeploy":true`, `"autoDeploy":false`))
			err = m.Account.Put(r)
		case strings.HasSuffix(r.URN, "::robots.txt"):
			err = m.Account.Remove(r)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.MustDo(t, "create BucketObjectv2 robots.txt", "update Stage api")
}

// edit appends text to a file.
func edit(t *testing.T, path, text string) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteString(text); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}
