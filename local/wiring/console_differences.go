package wiring

import (
	"cmp"
	"encoding/json"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"api-auth-jwt-auth0/local/console"
	"api-auth-jwt-auth0/local/stack"
)

// Differences returns the differences of two stacks: resources that only one has, and
// properties with different values. The stacks' own names in names and values do not count.
func Differences(here, there *stack.Graph, hereName, thereName string) []console.Difference {
	ours, theirs := byName(here), byName(there)
	hereIDs, thereIDs := idsOf(ours), idsOf(theirs)
	list := []console.Difference{}
	for key, r := range ours {
		if theirs[key] == nil {
			list = append(list, console.Difference{Type: r.Type, Name: key[1], Here: true})
			continue
		}
		for _, name := range unionOfKeys(r.Inputs, theirs[key].Inputs) {
			a, b := normalize(r.Inputs[name], hereName, hereIDs), normalize(theirs[key].Inputs[name], thereName, thereIDs)
			if !reflect.DeepEqual(a, b) {
				if slices.Contains(r.Secrets, name) || slices.Contains(theirs[key].Secrets, name) {
					a, b = "(secret)", "(another secret)"
				}
				list = append(list, console.Difference{Type: r.Type, Name: key[1], Property: name, Here: a, There: b})
			}
		}
	}
	for key, r := range theirs {
		if ours[key] == nil {
			list = append(list, console.Difference{Type: r.Type, Name: key[1], There: true})
		}
	}
	slices.SortFunc(list, func(a, b console.Difference) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Property, b.Property))
	})
	return list
}

// byName returns a graph's resources by type and by their own name.
func byName(graph *stack.Graph) map[[2]string]*stack.Resource {
	found := map[[2]string]*stack.Resource{}
	for _, r := range graph.Resources {
		if !r.Component {
			found[[2]string{r.Type, ownName(r.Name)}] = r
		}
	}
	return found
}

// ownName returns a logical name without the project and the stack.
func ownName(name string) string {
	if _, short, found := strings.Cut(name, "--"); found {
		_, short, _ = strings.Cut(short, "--")
		return short
	}
	return name
}

// idsOf returns a replacer of resources' IDs, which differ from stack to stack, by
// their names.
func idsOf(resources map[[2]string]*stack.Resource) *strings.Replacer {
	names := map[string]string{}
	for key, r := range resources {
		if len(r.ID) >= 8 {
			names[r.ID] = "{" + key[1] + "}"
		}
	}
	ids := slices.SortedFunc(maps.Keys(names), func(a, b string) int { // longer ones first: an ID may contain another
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})
	var pairs []string
	for _, id := range ids {
		pairs = append(pairs, id, names[id])
	}
	return strings.NewReplacer(pairs...)
}

// generatedSuffix matches the generated ends of physical names.
var generatedSuffix = regexp.MustCompile(`-[0-9a-f]{7}\b`)

// normalize returns a value without the stack's name, IDs and generated suffixes.
func normalize(value any, stackName string, ids *strings.Replacer) any {
	plain := plainJSON(map[string]any{"value": value})["value"]
	if plain == nil {
		return nil
	}
	text, err := json.Marshal(plain)
	if err != nil {
		return plain
	}
	word := regexp.MustCompile(`\b` + regexp.QuoteMeta(stackName) + `\b`)
	text = []byte(ids.Replace(string(text)))
	text = generatedSuffix.ReplaceAll(word.ReplaceAll(text, []byte("{stack}")), nil)
	var same any
	if json.Unmarshal(text, &same) != nil {
		return plain
	}
	return same
}

func unionOfKeys(a, b map[string]any) []string {
	var names []string
	for _, m := range []map[string]any{a, b} {
		for name := range m {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
