package stack

import (
	"strings"

	"github.com/agext/levenshtein"
)

// Settings are a stack's settings as the engine would pass them to the program: the
// values of Pulumi.<stack>.yaml override the defaults of Pulumi.yaml.
type Settings struct {
	Root    string // the folder of Pulumi.yaml
	Project string
	Stack   string
	Values  map[string]string // by full key; lists and objects as JSON
	Secrets []string          // the keys of Values that are secret
}

// Set sets a value for this run only. A key without a namespace is one of the
// project's own, as in Pulumi's files.
func (s *Settings) Set(key, value string) { s.Values[s.qualified(key)] = value }

func (s *Settings) qualified(key string) string {
	if strings.Contains(key, ":") {
		return key
	}
	return s.Project + ":" + key
}

// SetSecret is Set for a secret.
func (s *Settings) SetSecret(key, value string) {
	s.Set(key, value)
	s.Secrets = append(s.Secrets, s.qualified(key))
}

// Nearest returns the name that a misspelled one probably means, at most two letters
// away, or "".
func Nearest(written string, names []string) string {
	best, distance := "", 5 // twice the distance, so that an equal first letter breaks ties
	for _, name := range names {
		d := 2 * levenshtein.Distance(written, name, nil)
		if !strings.HasPrefix(written, name[:1]) {
			d++
		}
		if d < distance && d < 2*len(name) {
			best, distance = name, d
		}
	}
	return best
}
