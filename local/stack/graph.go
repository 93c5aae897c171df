package stack

import (
	"encoding/json"
	"slices"
	"strings"
)

// A Graph is what a run of the program registered: plain values, sorted by URN.
type Graph struct {
	Resources []*Resource
	Exports   map[string]any
}

// A Resource is one registered resource.
//
// Inputs and Outputs contain strings, float64s, bools, []any, map[string]any, and a
// File for an asset or an archive. Outputs include the inputs, as for real resources,
// under the properties' camel-case names.
type Resource struct {
	URN          string
	Type         string // such as "aws:apigatewayv2/route:Route"
	Name         string // the logical name
	ID           string `json:",omitempty"` // the physical one; empty for a component
	Parent       string `json:",omitempty"` // a URN; empty directly below the stack
	Component    bool   `json:",omitempty"`
	Protected    bool   `json:",omitempty"`
	Retained     bool   `json:",omitempty"` // stays in the cloud when removed from the program
	Provider     string `json:",omitempty"` // the URN and ID of an explicit provider; empty for the default one
	Inputs       map[string]any
	Outputs      map[string]any `json:",omitempty"`
	Dependencies []string       `json:",omitempty"` // URNs, including those that inputs come from; sorted
	Secrets      []string       `json:",omitempty"` // the inputs that are secret, or contain a secret; sorted
}

// A File is an asset or an archive: a file on this machine, or text.
type File struct {
	Path string `json:"path,omitempty"`
	Text string `json:"text,omitempty"`
}

// fileKey marks a File among other objects in JSON. No property of a resource
// starts with a dollar sign.
const fileKey = "$file"

// MarshalJSON marks a File, so that UnmarshalJSON of its resource returns one.
func (f File) MarshalJSON() ([]byte, error) {
	type unmarked File
	return json.Marshal(map[string]unmarked{fileKey: unmarked(f)})
}

// UnmarshalJSON is the reverse of json.Marshal, and restores Files.
func (r *Resource) UnmarshalJSON(text []byte) error {
	type plain Resource
	if err := json.Unmarshal(text, (*plain)(r)); err != nil {
		return err
	}
	for _, properties := range []map[string]any{r.Inputs, r.Outputs} {
		for name, value := range properties {
			properties[name] = withFiles(value)
		}
	}
	return nil
}

// withFiles replaces the marked objects in a JSON value by Files.
func withFiles(value any) any {
	switch value := value.(type) {
	case []any:
		for i := range value {
			value[i] = withFiles(value[i])
		}
	case map[string]any:
		if file, ok := value[fileKey].(map[string]any); ok && len(value) == 1 {
			path, _ := file["path"].(string)
			text, _ := file["text"].(string)
			return File{Path: path, Text: text}
		}
		for name := range value {
			value[name] = withFiles(value[name])
		}
	}
	return value
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

// Output returns a string output, or "" if there is none.
func (r *Resource) Output(name string) string {
	text, _ := r.Outputs[name].(string)
	return text
}

// Sort orders the resources by URN.
func (g *Graph) Sort() {
	slices.SortFunc(g.Resources, func(a, b *Resource) int { return strings.Compare(a.URN, b.URN) })
}
