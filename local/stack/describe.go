package stack

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
)

// Describe runs the program for a stack and writes its description.
func (p *Program) Describe(ctx context.Context, stackName string) error {
	d, err := p.describe(ctx, stackName)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(p.descriptionPath(stackName)), 0o755); err != nil {
		return err
	}
	return os.WriteFile(p.descriptionPath(stackName), d.encode(), 0o644)
}

func (p *Program) describe(ctx context.Context, stackName string) (*description, error) {
	r := Request{
		Stack:     stackName,
		Origins:   Origins{Site: "http://localhost:64001", API: "http://localhost:64002", Domain: "http://localhost:64001"},
		Set:       map[string]string{tenantSetting: "http://localhost:64003", "auth0:clientId": "local", "live": "false"},
		SetSecret: map[string]string{"auth0:clientSecret": "local"},
	}
	settings, err := p.Settings(ctx, r)
	if err != nil {
		return nil, err
	}
	g, err := p.Run(ctx, r)
	if err != nil {
		return nil, err
	}
	b, err := startBuilds(ctx, p.builder, r.Origins)
	if err != nil {
		return nil, err
	}
	site, handlers, err := b.all()
	if err != nil {
		return nil, err
	}
	key, err := p.descriptionKey(stackName)
	if err != nil {
		return nil, err
	}
	// The names of the site's hashed files change with their content.
	delete(g.Exports, "assets")
	d := &description{Key: key, Region: settings.Values["aws:region"], Exports: g.Exports}
	d.Resources = collapseFiles(withPlaceholders(g.Resources, site, handlers))
	return d, nil
}

// withPlaceholders returns the resources with placeholders for what differs between
// machines.
func withPlaceholders(resources []*Resource, site string, handlers map[string]string) []*Resource {
	names := map[string]string{}
	for name, zip := range handlers {
		names[zip] = name
	}
	var templates []*Resource
	for _, r := range resources {
		template := *r
		template.ID, template.Outputs = "", nil
		template.Inputs = transform(r.Inputs, func(value any) any {
			file, ok := value.(File)
			if !ok {
				return value
			}
			if below, err := filepath.Rel(site, file.Path); err == nil && filepath.IsLocal(below) {
				file.Path = siteFolder + filepath.ToSlash(below)
			} else if name, ok := names[file.Path]; ok {
				file.Path = handlerPrefix + name
			}
			return file
		}).(map[string]any)
		templates = append(templates, &template)
	}
	return templates
}

// collapseFiles replaces the resources of the hashed files by one for each extension.
func collapseFiles(templates []*Resource) []*Resource {
	kinds := map[string]string{} // the URN of the resource for a kind, by extension
	replaced := map[string][]string{}
	var left []*Resource
	for _, r := range templates {
		file, uploads := siteFile(r)
		if !uploads || !isHashed(file) {
			left = append(left, r)
			continue
		}
		const stem = "assets/file"
		one := renamed(r, file, stem+path.Ext(file))
		if kinds[path.Ext(file)] == "" {
			kinds[path.Ext(file)] = one.URN
			left = append(left, one)
		}
		replaced[r.URN] = []string{one.URN}
	}
	for i, r := range left {
		left[i] = withDependencies(r, replaced)
		left[i].Dependencies = slices.Compact(left[i].Dependencies)
	}
	return left
}

// encode returns the description as JSON with a line for each resource, so that changes
// can be reviewed.
func (d *description) encode() []byte {
	var b bytes.Buffer
	line := func(v any) []byte {
		var text bytes.Buffer
		e := json.NewEncoder(&text)
		e.SetEscapeHTML(false)
		if err := e.Encode(v); err != nil {
			panic(err) // plain values always marshal
		}
		return bytes.TrimSpace(text.Bytes())
	}
	fmt.Fprintf(&b, "{\n\"Key\": %s,\n\"Region\": %s,\n\"Exports\": %s,\n\"Resources\": [\n", line(d.Key), line(d.Region), line(d.Exports))
	for i, r := range d.Resources {
		b.Write(line(r))
		if i < len(d.Resources)-1 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
	}
	b.WriteString("]\n}\n")
	return b.Bytes()
}
