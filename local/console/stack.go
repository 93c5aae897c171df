package console

import (
	"maps"
	"net/http"
	"slices"

	"api-auth-jwt-auth0/local/redact"
)

// Stack is what is deployed.
type Stack struct {
	Name      string         `json:"name"`
	Resources []Resource     `json:"resources"`
	Outputs   map[string]any `json:"outputs"`
	// Other is the stack that Differences compares with; empty without one.
	Other       string       `json:"other"`
	Differences []Difference `json:"differences"`
	// Problem is why there is no comparison.
	Problem string `json:"problem"`
}

// Resource is one resource. Inputs and Outputs contain plain JSON values.
type Resource struct {
	URN          string         `json:"urn"`
	Type         string         `json:"type"`
	Name         string         `json:"name"`
	ID           string         `json:"id"`
	Service      string         `json:"service"` // such as "API Gateway"
	Kind         string         `json:"kind"`    // such as "Route"
	Title        string         `json:"title"`   // what distinguishes it from others of its kind
	Lane         int            `json:"lane"`    // its column in the picture, from 0; -1: drawn as part of another
	Inputs       map[string]any `json:"inputs"`
	Outputs      map[string]any `json:"outputs"`
	Dependencies []string       `json:"dependencies"`
	Secrets      []string       `json:"-"` // the properties not to be shown
}

// Difference is a property, or a whole resource for an empty Property, that differs
// between two stacks. A nil value means that it is absent.
type Difference struct {
	Type     string `json:"type"`
	Name     string `json:"name"` // without the stack's
	Property string `json:"property"`
	Here     any    `json:"here"`
	There    any    `json:"there"`
}

func (c *Console) serveStack(w http.ResponseWriter, r *http.Request) {
	s := c.stack(r.Context())
	for i, resource := range s.Resources {
		s.Resources[i].Inputs = withoutSecrets(resource.Inputs, resource.Secrets)
		s.Resources[i].Outputs = withoutSecrets(resource.Outputs, resource.Secrets)
	}
	s.Outputs = withoutSecrets(s.Outputs, nil)
	for i, d := range s.Differences {
		s.Differences[i].Here = withoutSecret(d.Property, d.Here)
		s.Differences[i].There = withoutSecret(d.Property, d.There)
	}
	reply(w, http.StatusOK, s)
}

// withoutSecrets copies properties with secrets replaced by marks.
func withoutSecrets(properties map[string]any, secrets []string) map[string]any {
	shown := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		shown[name] = withoutSecret(name, properties[name])
		if slices.Contains(secrets, name) {
			shown[name] = redact.Mark
		}
	}
	return shown
}

func withoutSecret(name string, value any) any {
	switch value := value.(type) {
	case string:
		if redact.Secret(name) && value != "" {
			return redact.Mark
		}
		return lines(value)
	case map[string]any:
		return withoutSecrets(value, nil)
	case []any:
		list := make([]any, len(value))
		for i, item := range value {
			list[i] = withoutSecret(name, item)
		}
		return list
	}
	return value
}
