package stack

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// A description is the result of the program for a stack, committed with the sources
// that it was made from. The local cloud serves it while the program is compiled for
// the first time on a machine, which takes minutes, and then compares.
//
// It contains only the program's inputs of each resource: IDs and computed outputs are
// derived from them. Placeholders stand for what differs between machines: the origins,
// the paths of builds, and the site's files, whose names contain hashes of their content.
type description struct {
	Key       string // of the sources and settings; see descriptionKey
	Region    string
	Exports   map[string]any
	Resources []*Resource // without IDs and outputs
}

// descriptions is the folder of the descriptions, with a file for each stack. It is not
// among the program's sources, since the descriptions contain the sources' key.
const descriptions = "local/descriptions"

// The placeholders of a description.
const (
	siteFolder    = "{site}/"
	handlerPrefix = "{handler}/"
)

// described maps the hosts of a description's origins, with ports that nothing else uses,
// to the origins of a request. Some values contain an origin, others only its host.
var described = map[string]func(Request) string{
	"localhost:64001": func(r Request) string { return r.Origins.Site },
	"localhost:64002": func(r Request) string { return r.Origins.API },
	"localhost:64003": func(r Request) string { return r.Set[tenantSetting] },
}

const tenantSetting = "auth0:domain"

// Described returns the graph for r according to the committed description, with the
// current builds. It returns nil if the program is compiled already, or if the sources,
// the settings or the kinds of the site's files are not those that the description was
// made from.
func (p *Program) Described(ctx context.Context, r Request) (*Graph, error) {
	if r.Set[tenantSetting] == "" || r.Origins.Broker != "" { // descriptions are for a local tenant, and not for live stacks
		return nil, nil
	}
	binary, _, err := p.binary(ctx)
	if err != nil || exists(binary) {
		return nil, err
	}
	d, err := p.readDescription(r.Stack)
	if err != nil || d == nil {
		return nil, err
	}
	if err := p.builder.CheckTools(ctx); err != nil {
		return nil, err
	}
	b, err := startBuilds(ctx, p.builder, r.Origins)
	if err != nil {
		return nil, err
	}
	site, siteErr := b.site()
	handlers, err := b.handlers(ctx, d.handlers())
	if err := errors.Join(err, siteErr); err != nil {
		return nil, err
	}
	return d.graph(r, site, handlers)
}

// handlers returns the names of the deployed handlers.
func (d *description) handlers() []string {
	var names []string
	for _, r := range d.Resources {
		for _, value := range r.Inputs {
			if file, ok := value.(File); ok {
				if name, ok := strings.CutPrefix(file.Path, handlerPrefix); ok {
					names = append(names, name)
				}
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Compile compiles the program, unless it is compiled already.
func (p *Program) Compile(ctx context.Context) error {
	_, _, err := p.compiled(ctx)
	return err
}

// readDescription returns a stack's description, or nil if there is none for the current
// sources and settings.
func (p *Program) readDescription(stackName string) (*description, error) {
	text, err := os.ReadFile(p.descriptionPath(stackName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var d description
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, fmt.Errorf("%s/%s.json: %w: go test ./local/stack -run Descriptions -update writes it again", descriptions, stackName, err)
	}
	key, err := p.descriptionKey(stackName)
	if err != nil || key != d.Key {
		return nil, err
	}
	return &d, nil
}

func (p *Program) descriptionPath(stackName string) string {
	return filepath.Join(p.builder.Root, filepath.FromSlash(descriptions), stackName+".json")
}

// descriptionKey hashes the inputs of a description, which are the same on every machine:
// the program's sources and the stack's settings.
func (p *Program) descriptionKey(stackName string) (string, error) {
	sources, err := p.builder.SourceKey(command)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	fmt.Fprintln(h, sources)
	for _, name := range []string{"Pulumi.yaml", "Pulumi." + stackName + ".yaml"} {
		text, err := os.ReadFile(filepath.Join(p.builder.Root, name))
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%d\n%s", len(text), text)
	}
	return hex.EncodeToString(h.Sum(nil)[:16]), nil
}

// graph returns the description's graph, or nil if the site's files are of other kinds.
func (d *description) graph(r Request, site string, handlers map[string]string) (*Graph, error) {
	files, err := siteFiles(site)
	if err != nil {
		return nil, err
	}
	resources, complete := expandFiles(d.Resources, files)
	if !complete {
		return nil, nil
	}
	g := &Graph{Exports: map[string]any{}}
	cloud := r.Origins.Cloud(d.Region)
	replace := replacement(r, site, handlers)
	for _, template := range resources {
		resource := *template
		resource.Inputs = replace(template.Inputs).(map[string]any)
		if resource.Component {
			g.Resources = append(g.Resources, &resource)
			continue
		}
		if err := resource.Create(cloud); err != nil {
			return nil, err
		}
		g.Resources = append(g.Resources, &resource)
	}
	for name, value := range d.Exports {
		g.Exports[name] = replace(value)
	}
	g.Sort()
	return g, nil
}

// replacement returns a function that replaces the placeholders in a value.
func replacement(r Request, site string, handlers map[string]string) func(any) any {
	var pairs []string
	for _, host := range slices.Sorted(maps.Keys(described)) {
		pairs = append(pairs, host, strings.TrimPrefix(described[host](r), "http://"))
	}
	origins := strings.NewReplacer(pairs...)
	return func(value any) any {
		return transform(value, func(value any) any {
			switch value := value.(type) {
			case string:
				return origins.Replace(value)
			case File:
				if key, ok := strings.CutPrefix(value.Path, siteFolder); ok {
					value.Path = filepath.Join(site, filepath.FromSlash(key))
				} else if name, ok := strings.CutPrefix(value.Path, handlerPrefix); ok {
					value.Path = handlers[name]
				}
				value.Text = origins.Replace(value.Text)
				return value
			}
			return value
		})
	}
}

// transform returns a value with change applied to each text, number, bool and File in
// it. If two texts of a list become equal, only the first is kept: the program lists an
// origin once.
func transform(value any, change func(any) any) any {
	switch value := value.(type) {
	case map[string]any:
		changed := make(map[string]any, len(value))
		for name, v := range value {
			changed[name] = transform(v, change)
		}
		return changed
	case []any:
		changed := make([]any, 0, len(value))
		for _, v := range value {
			v = transform(v, change)
			if text, ok := v.(string); ok && slices.Contains(changed, any(text)) {
				continue
			}
			changed = append(changed, v)
		}
		return changed
	}
	return change(value)
}

// siteFiles returns the slash-separated paths of the built site's files.
func siteFiles(site string) ([]string, error) {
	var files []string
	err := fs.WalkDir(os.DirFS(site), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files = append(files, name)
		}
		return err
	})
	return files, err
}

// isHashed reports whether a file of the site has the hash of its content in its name.
func isHashed(file string) bool { return strings.HasPrefix(file, "assets/") }

// siteFile returns the path of the site's file that a resource uploads, if any.
func siteFile(r *Resource) (file string, ok bool) {
	source, _ := r.Inputs["source"].(File)
	return strings.CutPrefix(source.Path, siteFolder)
}

// expandFiles replaces the resource for the hashed files of a kind by one for each file.
// It reports whether the other files are those of the description.
func expandFiles(templates []*Resource, files []string) (resources []*Resource, complete bool) {
	left := map[string]bool{}
	for _, file := range files {
		left[file] = true
	}
	replaced := map[string][]string{} // the URNs of the files, by the URN of their kind
	for _, template := range templates {
		file, uploads := siteFile(template)
		switch {
		case !uploads:
			resources = append(resources, template)
		case !isHashed(file):
			if !left[file] {
				return nil, false
			}
			delete(left, file)
			resources = append(resources, template)
		default:
			for _, other := range files {
				if isHashed(other) && path.Ext(other) == path.Ext(file) {
					delete(left, other)
					clone := renamed(template, file, other)
					replaced[template.URN] = append(replaced[template.URN], clone.URN)
					resources = append(resources, clone)
				}
			}
		}
	}
	for i, r := range resources {
		resources[i] = withDependencies(r, replaced)
	}
	return resources, len(left) == 0
}

// renamed returns a copy of a resource for another file.
func renamed(r *Resource, file, other string) *Resource {
	clone := *r
	clone.URN, clone.Name = strings.ReplaceAll(r.URN, file, other), strings.ReplaceAll(r.Name, file, other)
	clone.Inputs = transform(r.Inputs, func(value any) any {
		switch value := value.(type) {
		case string:
			return strings.ReplaceAll(value, file, other)
		case File:
			return File{Path: strings.ReplaceAll(value.Path, file, other), Text: value.Text}
		}
		return value
	}).(map[string]any)
	return &clone
}

// withDependencies returns a copy of a resource with replaced dependencies.
func withDependencies(r *Resource, replaced map[string][]string) *Resource {
	changed := *r
	changed.Dependencies = nil
	for _, urn := range r.Dependencies {
		if others, ok := replaced[urn]; ok {
			changed.Dependencies = append(changed.Dependencies, others...)
			continue
		}
		changed.Dependencies = append(changed.Dependencies, urn)
	}
	slices.Sort(changed.Dependencies)
	return &changed
}
