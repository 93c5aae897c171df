package stack

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"

	"api-auth-jwt-auth0/infra"
)

// Settings are a stack's settings as the engine would hand them to the program:
// the values of Pulumi.<stack>.yaml over the defaults of Pulumi.yaml.
type Settings struct {
	Root    string // the folder of Pulumi.yaml
	Project string
	Stack   string
	Values  map[string]string // by full key; lists and objects as JSON
	Secrets []string          // the keys of Values that are secret

	// Log, when set, hears of what the program logs and, from DeployAnew, of what
	// it prints, one line at a time.
	Log func(Line) `json:"-"`
}

// Check reports the problems of the settings as the program would.
func (s Settings) Check() error {
	return infra.CheckSettings(s.Project, s.Stack,
		func(key string) (string, bool) { value, ok := s.Values[key]; return value, ok },
		func(key string) bool { return slices.Contains(s.Secrets, key) })
}

// LoadSettings reads the settings of a stack of the project in root. Where single
// settings cannot be used, the others are there beside the error.
//
// Encrypted values cannot be read here, and those of other namespaces are left
// out: they are the accounts' credentials, which the local cloud has no use
// for. An encrypted setting of the project's own is an error.
func LoadSettings(root, stackName string) (Settings, error) {
	project, err := workspace.LoadProject(filepath.Join(root, "Pulumi.yaml"))
	if err != nil {
		return Settings{}, inFile(filepath.Join(root, "Pulumi.yaml"), err)
	}
	path := filepath.Join(root, "Pulumi."+stackName+".yaml")
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return Settings{}, fmt.Errorf("there is no stack %q: %s is missing; the stacks here are %s",
			stackName, filepath.Base(path), strings.Join(stackNames(root), ", "))
	}
	file, err := workspace.LoadProjectStack(nil, project, path)
	if err != nil {
		return Settings{}, inFile(path, err)
	}
	s := Settings{Root: root, Project: project.Name.String(), Stack: stackName, Values: map[string]string{}}
	if err := s.addDefaults(project); err != nil {
		return Settings{}, err
	}
	return s, s.addValues(project, file)
}

var yamlLine = regexp.MustCompile(`(?s)^.*yaml: line (\d+): (.*)$`)

// inFile is an error of reading a settings file, with its name and, where YAML is
// at fault, the line, as compilers write it.
func inFile(path string, err error) error {
	if found := yamlLine.FindStringSubmatch(err.Error()); found != nil {
		return fmt.Errorf("%s:%s: %s", filepath.Base(path), found[1], found[2])
	}
	return fmt.Errorf("%s: %w", filepath.Base(path), err)
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

func (s *Settings) addDefaults(project *workspace.Project) error {
	for key, declared := range project.Config {
		value := declared.Default
		if value == nil {
			value = declared.Value
		}
		if value == nil {
			continue
		}
		text, err := settingText(value)
		if err != nil {
			return fmt.Errorf("reading the default of %s in Pulumi.yaml: %w", key, err)
		}
		s.Set(key, text)
	}
	return nil
}

func (s *Settings) addValues(project *workspace.Project, file *workspace.ProjectStack) error {
	var problems []error
	for key, value := range file.Config {
		if _, declared := project.Config[key.Name()]; key.Namespace() == s.Project && !declared && key.Name() != infra.ProtectSetting {
			meant := Nearest(key.Name(), slices.Sorted(maps.Keys(project.Config)))
			if meant != "" {
				meant = "; did you mean " + meant + "?"
			}
			problems = append(problems, fmt.Errorf("there is no setting %q, as in Pulumi.%s.yaml: Pulumi.yaml declares them all%s", key.Name(), s.Stack, meant))
			continue
		}
		if value.Secure() {
			if key.Namespace() == s.Project {
				problems = append(problems, fmt.Errorf("the setting %s is encrypted, and the local cloud cannot decrypt it: keep it as a plain value in Pulumi.%s.yaml, or leave it out", key, s.Stack))
			}
			continue
		}
		text, err := value.Value(config.NopDecrypter)
		if err != nil {
			problems = append(problems, fmt.Errorf("setting %s: %w", key, err))
			continue
		}
		s.Values[key.String()] = text
	}
	return errors.Join(problems...)
}

// settingText is a default of Pulumi.yaml as the program reads it.
func settingText(value any) (string, error) {
	if text, ok := value.(string); ok {
		return text, nil
	}
	text, err := json.Marshal(value)
	return string(text), err
}

// stackNames are the stacks that have a settings file in root.
func stackNames(root string) []string {
	files, _ := filepath.Glob(filepath.Join(root, "Pulumi.*.yaml")) // the pattern is well-formed
	var names []string
	for _, file := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "Pulumi."), ".yaml")
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
