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
// It has the program's inputs of each resource alone: IDs and computed outputs follow
// from them. What differs between machines is a placeholder: the origins, the paths of
// builds, and the site's files, whose names are hashes of what they contain.
type description struct {
	Key       string // of the sources and settings; see descriptionKey
	Region    string
	Exports   map[string]any
	Resources []*Resource // without IDs and outputs
}

// descriptions is the folder of the descriptions, with a file for each stack. It is
// apart from the program's sources, of which they have the key.
const descriptions = "local/descriptions"

// The placeholders of a description.
const (
	siteFolder    = "{site}/"
	handlerPrefix = "{handler}/"
)

// described are the hosts of a description's origins, at ports that nothing else uses.
// Some values have an origin, and some its host alone.
var described = map[string]func(Request) string{
	"localhost:64001": func(r Request) string { return r.Origins.Site },
	"localhost:64002": func(r Request) string { return r.Origins.API },
	"localhost:64003": func(r Request) string { return r.Set[tenantSetting] },
}

const tenantSetting = "auth0:domain"

// Described returns what the committed description says that the program registers
// for r, with the builds as they are now. It has nothing to say, and returns nil, when
// the program is compiled already, or when sources, settings, or the kinds of the
// site's files are not those that the description was made from.
func (p *Program) Described(ctx context.Context, r Request) (*Graph, error) {
	if r.Set[tenantSetting] == "" || r.Origins.Broker != "" { // a description is at a local tenant, and of no live stack
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
	site, siteErr := b.sites()
	handlers, err := b.handlers(ctx, d.handlers())
	if err := errors.Join(err, siteErr); err != nil {
		return nil, err
	}
	return d.graph(r, site, handlers)
}

// handlers names the handlers that are deployed.
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

// readDescription returns a stack's description, or nil where there is none of the
// sources and settings as they are now.
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
		return nil, fmt.Errorf("%s/%s.json: %w: go test ./local/stack -update writes it again", descriptions, stackName, err)
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

// descriptionKey hashes what a description is made from, which is the same on every
// machine: the program's sources, and the stack's settings.
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

// graph is the graph that the description stands for, or nil where the site's files
// are of other kinds.
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

// replacement replaces the placeholders in a value.
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

// transform returns a value with each text, number, bool and File in it changed. Where
// two texts of a list become the same, the first is left: the program lists an origin
// once.
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

// siteFiles are the slash-separated paths of the built site's files.
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

// siteFile is the path of the site's file that a resource uploads, if it does.
func siteFile(r *Resource) (file string, ok bool) {
	source, _ := r.Inputs["source"].(File)
	return strings.CutPrefix(source.Path, siteFolder)
}

// expandFiles replaces the resource that stands for the hashed files of a kind by one
// for each of the files. It reports whether the other files are those of the
// description.
func expandFiles(templates []*Resource, files []string) (resources []*Resource, complete bool) {
	left := map[string]bool{}
	for _, file := range files {
		left[file] = true
	}
	replaced := map[string][]string{} // the URNs of the files, by that of what stands for them
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

// renamed is a resource for another file.
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

// withDependencies is a resource with dependencies replaced by others.
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
