package stack

import (
	"strings"

	"github.com/agext/levenshtein"
)

// Settings are a stack's settings as the engine would hand them to the program:
// the values of Pulumi.<stack>.yaml over the defaults of Pulumi.yaml.
type Settings struct {
	Root    string // the folder of Pulumi.yaml
	Project string
	Stack   string
	Values  map[string]string // by full key; lists and objects as JSON
	Secrets []string          // the keys of Values that are secret
}

// Set gives a setting a value in this run only. A key without a namespace is one
// of the project's own, as in Pulumi's files.
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

// Nearest is the name that somebody meant who wrote another, at most two letters
// away; empty for none.
func Nearest(written string, names []string) string {
	best, distance := "", 5 // two letters, each twice, so that the same first letter decides
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
