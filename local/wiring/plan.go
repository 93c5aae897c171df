package wiring

import (
	"reflect"
	"slices"
	"strings"

	"api-auth-jwt-auth0/local/stack"
)

// Plan returns a short plan in Pulumi's notation: a line for each resource, except
// components, that was added (+), changed (~) or removed (-).
func Plan(before, after *stack.Graph) []string {
	old := map[string]*stack.Resource{}
	for _, r := range before.Resources {
		old[r.URN] = r
	}
	var lines []string
	for _, r := range after.Resources {
		was, existed := old[r.URN]
		delete(old, r.URN)
		switch {
		case r.Component:
		case !existed:
			lines = append(lines, "+ "+kindAndName(r))
		case !reflect.DeepEqual(was.Inputs, r.Inputs):
			lines = append(lines, "~ "+kindAndName(r))
		}
	}
	for _, r := range old {
		if !r.Component {
			lines = append(lines, "- "+kindAndName(r))
		}
	}
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(a[2:]+a[:1], b[2:]+b[:1]) })
	return lines
}

func kindAndName(r *stack.Resource) string {
	return r.Type[strings.LastIndex(r.Type, ":")+1:] + " " + ownName(r.Name)
}
