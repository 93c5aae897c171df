package infra

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// InvalidConfigError lists every problem of a stack's settings.
type InvalidConfigError struct {
	Stack    string
	Problems []Problem
}

// A Problem is one invalid setting, and how to fix it.
type Problem struct {
	Key     string // with its namespace, such as "auth0:domain"
	Message string
	Fix     string // the command that fixes it
}

// Error lists each problem with the command that fixes it.
func (e *InvalidConfigError) Error() string {
	var b strings.Builder
	noun := "invalid settings"
	if len(e.Problems) == 1 {
		noun = "invalid setting"
	}
	fmt.Fprintf(&b, "%d %s in stack %q:\n", len(e.Problems), noun, e.Stack)
	for _, p := range e.Problems {
		fmt.Fprintf(&b, "\n  %s: %s\n      %s\n", p.Key, p.Message, p.Fix)
	}
	return b.String()
}

// settings reads values and collects what is wrong with them. A method that
// reports a problem returns the zero value.
type settings struct {
	project  string
	stack    string
	get      func(key string) (string, bool) // by full key, such as "aws:region"
	secret   func(key string) bool
	misnamed []string // keys that are set under templateProject
	problems []Problem
}

func (s *settings) problem(key, value, format string, args ...any) {
	s.problems = append(s.problems, Problem{Key: key, Message: fmt.Sprintf(format, args...), Fix: s.configSet(key + " " + value)})
}

func (s *settings) configSet(arguments string) string {
	return "pulumi config set --stack " + s.stack + " " + arguments
}

// templateProject is the project's name in the settings files of the template.
// `pulumi new` renames the project but not its settings, which no program then
// receives.
const templateProject = "api-auth-jwt-auth0"

func (s *settings) checkProject() {
	if len(s.misnamed) == 0 {
		return
	}
	s.problems = append(s.problems, Problem{
		Key:     strings.Join(s.misnamed, ", "),
		Message: fmt.Sprintf("set for a project named %s, but this one is named %s", templateProject, s.project),
		Fix:     fmt.Sprintf("sed -i.bak 's/^  %s:/  %s:/' Pulumi.*.yaml", templateProject, s.project),
	})
}

// own returns a setting of the project itself. Every setting except protect has a
// default in Pulumi.yaml: a missing one means that the file does not belong to this
// program.
func (s *settings) own(key, example string) (string, bool) {
	value, ok := s.find(key)
	if !ok {
		s.problem(key, example, "is not set, and Pulumi.yaml has no default for it")
	}
	return value, ok
}

// find is like own, but the setting may be absent.
func (s *settings) find(key string) (string, bool) {
	if _, ok := s.get(templateProject + ":" + key); ok && s.project != templateProject {
		s.misnamed = append(s.misnamed, key)
	}
	return s.get(s.project + ":" + key)
}

func (s *settings) integer(key string, low, high int) int {
	text, ok := s.own(key, strconv.Itoa(low))
	if !ok {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < low || n > high {
		s.problem(key, strconv.Itoa(min(max(n, low), high)), "expected a whole number from %d to %d, got %q", low, high, text)
		return 0
	}
	return n
}

// duration reads a whole number of seconds.
func (s *settings) duration(key string, low, high time.Duration) time.Duration {
	return time.Duration(s.integer(key, seconds(low), seconds(high))) * time.Second
}

// ProtectSetting is the one setting that Pulumi.yaml does not declare: the CLI
// would report a missing one itself, without how to fix it.
const ProtectSetting = "protect"

// protect reads the one setting that has no default, so that a stack whose
// settings file was lost, for example by `pulumi stack rm`, is not deployed with
// defaults.
func (s *settings) protect() bool {
	const key = ProtectSetting
	text, ok := s.find(key)
	switch {
	case !ok && slices.Contains(s.misnamed, key):
	case !ok:
		s.problem(key, "true", "is not set. Each stack says whether it refuses to be deleted (true) or not (false). "+
			"If this stack had a Pulumi.%s.yaml, all of its settings are lost: restore the file, for example by git checkout", s.stack)
	case text != "true" && text != "false":
		s.problem(key, "false", "expected true or false, got %q", text)
	}
	return text == "true"
}

func (s *settings) oneOf(key string, choices ...string) string {
	text, ok := s.own(key, choices[0])
	if !ok {
		return ""
	}
	for _, c := range choices {
		if text == c {
			return text
		}
	}
	s.problem(key, choices[0], "expected one of %s, got %q", strings.Join(choices, ", "), text)
	return ""
}

func (s *settings) audience() string {
	text, _ := s.own("audience", `""`)
	standard := "https://" + s.project + "/" + s.stack
	if text == "" {
		return standard
	}
	switch {
	case strings.ContainsAny(text, " \t\r\n"):
		s.problem("audience", standard, "an identifier has no white space, got %q", text)
	case strings.HasSuffix(text, "/api/v2/"):
		s.problem("audience", standard,
			"%q is the tenant's Management API: a token for it could change the tenant. The API needs an identifier of its own", text)
	}
	return text
}

// origins reads a list of origins: scheme, host and port only.
// Plain http is for loopback hosts only.
func (s *settings) origins(key string) []string {
	text, ok := s.own(key, "'[]'")
	if !ok || text == "" {
		return nil
	}
	var list []string
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		s.originProblem(key, 0, cmp.Or(canonicalOrigin(text), exampleOrigin), "expected a list of origins, got %q", text)
		return nil
	}
	for i, origin := range list {
		s.checkOrigin(key, i, origin)
	}
	return list
}

const exampleOrigin = "http://localhost:3000"

func (s *settings) checkOrigin(key string, i int, origin string) {
	canonical := canonicalOrigin(origin)
	switch {
	case strings.Contains(origin, "*"):
		s.originProblem(key, i, exampleOrigin, "%q has a wildcard: the owner of any matching host could sign in as your users", origin)
	case canonical == "":
		s.originProblem(key, i, exampleOrigin, "expected an origin such as %s, got %q", exampleOrigin, origin)
	case origin != canonical:
		s.originProblem(key, i, canonical, "browsers write this origin without path and default port, in lower case; got %q", origin)
	case strings.HasPrefix(origin, "http://") && !isLoopback(hostname(origin)):
		s.originProblem(key, i, "https://"+originHost(origin), "%q would send tokens unencrypted: plain http is for localhost", origin)
	}
}

// canonicalOrigin returns the origin of a URL as browsers write it, or "" if the URL
// has none.
// https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin
func canonicalOrigin(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
		return ""
	}
	host := strings.ToLower(u.Hostname())
	if !isLoopback(host) && !hostPattern.MatchString(host) {
		return ""
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	defaultPort := map[string]string{"http": "80", "https": "443"}[u.Scheme]
	if port := u.Port(); port != "" && port != defaultPort {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return ""
		}
		host += ":" + port
	}
	return u.Scheme + "://" + host
}

func hostname(origin string) string {
	u, err := url.Parse(origin)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

func (s *settings) originProblem(key string, index int, value, format string, args ...any) {
	s.problems = append(s.problems, Problem{
		Key:     key,
		Message: fmt.Sprintf(format, args...),
		Fix:     s.configSet(fmt.Sprintf("--path '%s[%d]' %s", key, index, value)),
	})
}

func isLoopback(host string) bool {
	return host == "localhost" || host == "127.0.0.1" || host == "::1"
}

var (
	regionPattern = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]$`)
	hostPattern   = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$`)
)

func (s *settings) region() string {
	const key = "aws:region"
	region, ok := s.get(key)
	switch {
	case !ok || region == "":
		s.problem(key, "us-east-1", "is not set: the AWS region of the API and its functions")
	case !regionPattern.MatchString(region):
		s.problem(key, "us-east-1", "expected a region such as us-east-1, got %q", region)
	}
	return region
}

// checkCredentials checks the settings of the application with which Pulumi
// manages the tenant. No message contains the secret.
func (s *settings) checkCredentials() {
	const id, secret = "auth0:clientId", "auth0:clientSecret"
	if value, ok := s.get(id); !ok || value == "" {
		s.problem(id, "CLIENT_ID", "is not set: the client ID of the machine-to-machine application that manages the tenant")
	}
	if value, ok := s.get(secret); !ok || value == "" {
		s.problem(secret, "--secret", "is not set: the secret of the machine-to-machine application. The command asks for it")
	} else if !s.secret(secret) {
		s.problem(secret, "--secret", "is not encrypted in the stack's file. Rotate it in Auth0, then set the new one encrypted; the command asks for it")
	}
}

// checkSecret checks the setting with a secret of a resource. No message contains its
// value.
func (s *settings) checkSecret(key string) {
	full := s.project + ":" + key
	value, ok := s.find(key)
	switch {
	case !ok && slices.Contains(s.misnamed, key):
	case !ok || value == "":
		s.problems = append(s.problems, Problem{
			Key: key, Message: "is not set: a secret that infra/resources.go declares. The command asks for it", Fix: s.configSet("--secret " + key),
		})
	case !s.secret(full):
		s.problems = append(s.problems, Problem{
			Key: key, Message: "is not encrypted in the stack's file. Replace the secret where it is used, then set the new one encrypted; the command asks for it",
			Fix: s.configSet("--secret " + key),
		})
	}
}

// SecretSettings returns the settings with the secrets of resources, sorted.
func SecretSettings(resources []Resource) (keys []string) {
	for _, r := range resources {
		if key := r.Declaration().Setting; key != "" {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// tenantDomain reads the host of the Auth0 tenant. The auth0 provider reads the
// same setting, so anything but the bare host is refused: a correction here would
// not reach the provider. A URL with plain http is a tenant on this machine, which
// has no TLS.
func (s *settings) tenantDomain() string {
	const key = "auth0:domain"
	text, ok := s.get(key)
	if !ok || text == "" {
		s.problem(key, "TENANT.auth0.com", "is not set: your tenant's domain, as its dashboard shows it under Settings")
		return ""
	}
	u, err := url.Parse(text)
	if err == nil && u.Scheme == "http" && isLoopback(u.Hostname()) && text == "http://"+u.Host {
		return text
	}
	host := strings.ToLower(originHost(text))
	host, _, _ = strings.Cut(host, "/")
	switch {
	case !hostPattern.MatchString(host):
		s.problem(key, "TENANT.auth0.com", "expected a domain such as example.eu.auth0.com, got %q", text)
	case text != host:
		s.problem(key, host, "expected the bare domain, without scheme, path or slash, in lower case; got %q", text)
	}
	return host
}
