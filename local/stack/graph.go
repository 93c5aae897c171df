package stack

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// A Graph is what a run of the program registered: plain values, sorted by URN.
type Graph struct {
	Resources []*Resource
	Exports   map[string]any
}

// A Resource is one registered resource.
//
// Inputs and Outputs hold strings, float64s, bools, []any and map[string]any,
// and *asset.Asset and *archive.Archive for files. Outputs hold the inputs too,
// as resources return them, under the properties' camel-case names.
type Resource struct {
	URN          string
	Type         string // such as "aws:apigatewayv2/route:Route"
	Name         string // the logical name
	ID           string // the physical one; empty for a component
	Parent       string // a URN; empty below the stack itself
	Component    bool
	Protected    bool
	Retained     bool   // stays in the cloud when the program drops it
	Provider     string // the URN and id of an explicit provider; empty for the default one
	Inputs       map[string]any
	Outputs      map[string]any
	Dependencies []string // URNs, those that inputs come from included; sorted
	Secrets      []string // the inputs that are secret, or hold something that is; sorted
}

// Of lists the resources of a type.
func (g *Graph) Of(resourceType string) []*Resource {
	var found []*Resource
	for _, r := range g.Resources {
		if r.Type == resourceType {
			found = append(found, r)
		}
	}
	return found
}

// Output is a string output, empty where there is none.
func (r *Resource) Output(name string) string {
	text, _ := r.Outputs[name].(string)
	return text
}

func (g *Graph) sort() {
	slices.SortFunc(g.Resources, func(a, b *Resource) int { return strings.Compare(a.URN, b.URN) })
}

// plain strips secrets, outputs and references off a property map.
func plain(properties resource.PropertyMap) map[string]any {
	return properties.MapRepl(nil, func(v resource.PropertyValue) (any, bool) {
		switch {
		case v.IsSecret():
			return plainValue(v.SecretValue().Element), true
		case v.IsOutput():
			return plainValue(v.OutputValue().Element), true
		case v.IsAsset():
			return v.AssetValue(), true
		case v.IsArchive():
			return v.ArchiveValue(), true
		}
		return nil, false
	})
}

// secretsOf names the properties that are secret or hold a secret.
func secretsOf(properties resource.PropertyMap) []string {
	var names []string
	for name, value := range properties {
		if value.ContainsSecrets() {
			names = append(names, string(name))
		}
	}
	slices.Sort(names)
	return names
}

func plainValue(v resource.PropertyValue) any {
	return plain(resource.PropertyMap{"value": v})["value"]
}
