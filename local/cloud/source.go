package cloud

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"api-auth-jwt-auth0/infra/artifact"
	"api-auth-jwt-auth0/local/secrets"
)

// A source is what a file belongs to.
type source struct {
	kind    sourceKind
	handler string // of a handler's own file
}

type sourceKind int

const (
	otherSource   sourceKind = iota // without an effect on what runs
	handlerSource                   // of one handler, or of all without a name
	programSource
	settingsSource // of the stack, and the secrets of this machine
	siteSource
	sharedSource // of the handlers and the program that import its package; see importers
)

// sourceOf returns what a file, by its slash-separated path below the root, belongs to. The
// settings of other stacks have no effect.
func (c *Cloud) sourceOf(file string) source {
	folder, rest, nested := strings.Cut(file, "/")
	switch {
	case strings.HasSuffix(file, "_test.go"):
	case file == "go.mod" || file == "go.sum":
		return source{kind: handlerSource}
	case folder == "lambdas" && nested:
		if handler, _, own := strings.Cut(rest, "/"); own {
			return source{handlerSource, handler}
		}
		return source{kind: handlerSource}
	case folder == "infra" && nested:
		return source{kind: programSource}
	case artifact.IsSiteSource(file):
		return source{kind: siteSource}
	case folder == "web":
	case file == "Pulumi.yaml" || file == "Pulumi."+c.cfg.Stack+".yaml" || file == secrets.File:
		return source{kind: settingsSource}
	case nested:
		return source{kind: sharedSource}
	}
	return source{}
}

// importers returns the handlers that import the package of a file outside their own folders,
// and whether the program does.
func (c *Cloud) importers(file string) (handlers []string, program bool) {
	reaches := func(dir string) bool {
		packages, err := artifact.Packages(c.cfg.Root, dir) // on an error the build says what is wrong
		return err == nil && slices.ContainsFunc(packages, func(dir string) bool {
			return strings.HasPrefix(file, filepath.ToSlash(dir)+"/")
		})
	}
	names, _ := c.builder().HandlerFolders() // on an error the build says what is wrong
	for _, name := range names {
		if reaches(filepath.Join("lambdas", name)) {
			handlers = append(handlers, name)
		}
	}
	return handlers, reaches("infra")
}

// pauseFor blocks the invocations of the handlers that a saved file belongs to, or of all
// handlers if it may belong to any. It blocks every request to the API if the file may change
// the routes or their authorization.
func (c *Cloud) pauseFor(file string) {
	s := c.sourceOf(file)
	switch s.kind {
	case handlerSource:
		c.pauseForHandler(s.handler)
	case programSource, settingsSource:
		c.programGate.close("")
	case sharedSource:
		handlers, program := c.importers(file)
		for _, name := range handlers {
			c.handlerGate.close(name)
		}
		if program {
			c.programGate.close("")
		}
	}
}

func (c *Cloud) pauseForHandler(name string) {
	if _, err := os.Stat(filepath.Join(c.cfg.Root, "lambdas", name, "main.go")); err != nil {
		name = "" // a package that handlers import, or a handler that is gone
	}
	c.handlerGate.close(name)
}

// relevantChanges returns the files that affect what runs.
func (c *Cloud) relevantChanges(files []string) (changed []string) {
	for _, file := range files {
		switch c.sourceOf(file).kind {
		case otherSource:
			continue
		case siteSource:
			if c.cfg.Hot { // Vite shows these itself
				continue
			}
		case sharedSource:
			if handlers, program := c.importers(file); len(handlers) == 0 && !program {
				continue
			}
		}
		changed = append(changed, file)
	}
	return changed
}

// unwatched reports whether nothing in a folder affects what runs. The local cloud is not
// rebuilt while it runs.
func unwatched(folder string) bool {
	top, _, nested := strings.Cut(folder, "/")
	return slices.Contains([]string{"local", "vendor", "web/dist", "web/site/test", "web/shared/test", "web/console"}, folder) ||
		!nested && strings.HasPrefix(top, ".") || path.Base(folder) == "node_modules" || !artifact.IsSource(folder)
}
