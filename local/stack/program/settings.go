package program

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"

	"api-auth-jwt-auth0/infra"
	"api-auth-jwt-auth0/local/stack"
)

// LoadSettings reads the settings of a stack of the project in root. If single
// settings cannot be used, it returns the others together with the error.
//
// Encrypted values cannot be read here. Those of other namespaces are omitted: they
// are the accounts' credentials, which the local cloud does not need. An encrypted
// setting of the project gets its default, or the value unreadable if it has none. The
// secrets that infra/resources.go declares always get the value unreadable: the local
// cloud gets their values from elsewhere.
func LoadSettings(root, stackName string, secrets ...string) (stack.Settings, error) {
	project, err := workspace.LoadProject(filepath.Join(root, "Pulumi.yaml"))
	if err != nil {
		return stack.Settings{}, inFile(filepath.Join(root, "Pulumi.yaml"), err)
	}
	path := filepath.Join(root, "Pulumi."+stackName+".yaml")
	file, err := workspace.LoadProjectStack(nil, project, path)
	if err != nil {
		return stack.Settings{}, inFile(path, err)
	}
	s := stack.Settings{Root: root, Project: project.Name.String(), Stack: stackName, Values: map[string]string{}}
	if err := addDefaults(&s, project); err != nil {
		return stack.Settings{}, err
	}
	err = addValues(&s, project, file, secrets)
	for _, key := range secrets {
		s.SetSecret(key, unreadable)
	}
	return s, err
}

var yamlLine = regexp.MustCompile(`(?s)^.*yaml: line (\d+): (.*)$`)

// inFile returns an error of reading a settings file, with the file's name and, for a
// YAML error, the line, in the form of compilers' messages.
func inFile(path string, err error) error {
	if found := yamlLine.FindStringSubmatch(err.Error()); found != nil {
		return fmt.Errorf("%s:%s: %s", filepath.Base(path), found[1], found[2])
	}
	return fmt.Errorf("%s: %w", filepath.Base(path), err)
}

func addDefaults(s *stack.Settings, project *workspace.Project) error {
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

// unreadable is the value of an encrypted setting.
const unreadable = "encrypted, and not readable on this machine"

func addValues(s *stack.Settings, project *workspace.Project, file *workspace.ProjectStack, secrets []string) error {
	var problems []error
	for key, value := range file.Config {
		if _, declared := project.Config[key.Name()]; key.Namespace() == s.Project && !declared && key.Name() != infra.ProtectSetting && !slices.Contains(secrets, key.Name()) {
			meant := stack.Nearest(key.Name(), slices.Sorted(maps.Keys(project.Config)))
			if meant != "" {
				meant = "; did you mean " + meant + "?"
			}
			problems = append(problems, fmt.Errorf("there is no setting %q, as in Pulumi.%s.yaml: Pulumi.yaml declares them all%s", key.Name(), s.Stack, meant))
			continue
		}
		if value.Secure() {
			if _, hasDefault := s.Values[key.String()]; key.Namespace() == s.Project && !hasDefault {
				s.SetSecret(key.String(), unreadable)
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

// settingText returns a default of Pulumi.yaml as the program reads it.
func settingText(value any) (string, error) {
	if text, ok := value.(string); ok {
		return text, nil
	}
	text, err := json.Marshal(value)
	return string(text), err
}
