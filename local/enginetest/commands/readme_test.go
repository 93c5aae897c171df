// Package commands_test runs the README's commands with the Pulumi CLI. It is a separate
// package to have its own time limit, and uses only the program's files.
package commands_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/enginetest"
)

// commands returns the commands of the README's chapters on deploying and operating,
// as blocks by section.
func commands(t *testing.T) map[string][][]string {
	t.Helper()
	text, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "\n## Deploy it\n")
	rest, _, ended := strings.Cut(rest, "\n## How it works\n")
	if !found || !ended {
		t.Fatal("the README has no chapters between \"Deploy it\" and \"How it works\"")
	}
	sections := map[string][][]string{}
	for _, section := range strings.Split(withoutChapters(rest, "Live"), "\n### ")[1:] {
		title, body, _ := strings.Cut(section, "\n")
		for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(body, -1) {
			sections[title] = append(sections[title], strings.Split(strings.TrimSpace(block[1]), "\n"))
		}
	}
	return sections
}

// withoutChapters removes a chapter that other tests follow.
func withoutChapters(text, title string) string {
	before, chapter, _ := strings.Cut(text, "\n## "+title+"\n")
	_, after, _ := strings.Cut(chapter, "\n## ")
	return before + "\n## " + after
}

// outputs returns the names of the outputs in the README.
func outputs(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, shown, _ := strings.Cut(string(text), "\nOutputs:\n")
	shown, _, _ = strings.Cut(shown, "```")
	var names []string
	for _, m := range regexp.MustCompile(`(?m)^    (\w+) *: `).FindAllStringSubmatch(shown, -1) {
		names = append(names, m[1])
	}
	return names
}

// follow runs a block's commands, with values for the placeholders and for a secret
// that is prompted for, and returns their output.
func (s shell) follow(t *testing.T, block []string, stack string) (out string) {
	t.Helper()
	own := strings.NewReplacer("TENANT", "example", "CLIENT_ID", "management", "init dev", "init "+stack, "rm dev", "rm "+stack)
	for _, line := range block {
		input := ""
		if strings.HasSuffix(line, "--secret") {
			input = secret + "\n"
		}
		if line == "pulumi up" {
			s.setSecrets(t)
		}
		out += s.mustRun(t, own.Replace(line), input)
	}
	return out
}

// setSecrets sets the secrets that the project declares.
func (s shell) setSecrets(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile("../../../infra/resources.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`\bsecret\.New\("(\w+)"\)`).FindAllSubmatch(text, -1) {
		s.mustRun(t, "pulumi config set "+string(m[1])+" --secret", secret+"\n")
	}
}

// TestReadmeDeploysAndRemovesBothStacks runs the commands of the README's chapters on
// deploying and operating, with the CLI, which compiles main.go. The providers are those
// of the tests. The check of the deployed stack is left out, since nothing serves at its
// URL (see TestTarget in the local cloud).
func TestReadmeDeploysAndRemovesBothStacks(t *testing.T) {
	t.Parallel()
	commands := commands(t)
	want := map[string]int{"The first deployment": 1, "Check it": 1, "A domain of your own": 1, "Watch it": 1, "Remove it": 2}
	for title, blocks := range commands {
		if len(blocks) != want[title] {
			t.Fatalf("the README's section %q has %d blocks of commands, which this test does not expect", title, len(blocks))
		}
	}
	m := enginetest.NewMachine(t)
	s := newShell(t, m)
	out := s.follow(t, commands["The first deployment"][0], "dev")
	for _, name := range outputs(t) {
		if !regexp.MustCompile(`(?m)^    ` + name + ` *: `).MatchString(out) {
			t.Errorf("the README shows the output %s, and pulumi up does not:\n%s", name, out)
		}
	}
	if again := s.mustRun(t, "pulumi up", ""); !strings.Contains(again, " unchanged") || strings.Contains(again, " updated") {
		t.Errorf("expected a second up to change nothing, got:\n%s", again)
	}
	s.follow(t, commands["A domain of your own"][0], "dev")
	if url := s.mustRun(t, "pulumi stack output siteUrl", ""); !strings.Contains(url, "https://app.example.com") {
		t.Errorf("expected the site at its domain, got %s", url)
	}
	s.follow(t, commands["Watch it"][0], "dev")
	if !slices.Contains(m.Operations(t, 0), "create TopicSubscription alarms") {
		t.Error("expected alarms to be sent to the address")
	}
	s.follow(t, commands["The first deployment"][0], "prod")
	s.mustRefuseAtProtectedStack(t)
	s.follow(t, commands["Remove it"][1], "prod")
	s.mustRun(t, "pulumi stack select dev", "")
	s.follow(t, commands["Remove it"][0], "dev")
	left, err := m.Account.Resources()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range left {
		t.Errorf("%s %q is left", r.Type, r.ID)
	}
}

// TestSettingsOutliveTheirStack removes a stack as the README does, which keeps the
// committed settings. If they are lost anyway, the stack is not deployed without them.
func TestSettingsOutliveTheirStack(t *testing.T) {
	t.Parallel()
	s := newShell(t, enginetest.NewMachine(t))
	s.mustRun(t, "pulumi stack init dev", "")
	before := s.mustRun(t, "cat Pulumi.dev.yaml", "")
	remove := commands(t)["Remove it"][0]
	s.follow(t, remove[len(remove)-1:], "dev") // there is nothing to destroy
	if after := s.mustRun(t, "cat Pulumi.dev.yaml", ""); after != before || !strings.Contains(after, "logRetentionDays") {
		t.Errorf("expected the settings of the removed stack to stay, got:\n%s\nbefore:\n%s", after, before)
	}
	s.mustRun(t, "rm Pulumi.dev.yaml && pulumi stack init dev && pulumi config set aws:region us-east-1", "")
	s.mustRun(t, "pulumi config set auth0:domain example.eu.auth0.com && pulumi config set auth0:clientId management", "")
	s.mustRun(t, "pulumi config set auth0:clientSecret --secret", secret+"\n")
	s.mustRefuse(t, "pulumi up", "protect: is not set", "restore the file", "pulumi config set --stack dev protect true")
}

// mustRefuse asserts that a command fails with these messages and does nothing, and
// returns its output.
func (s shell) mustRefuse(t *testing.T, line string, want ...string) string {
	t.Helper()
	before := len(s.Operations(t, 0))
	out, err := s.run(t.Context(), line, "")
	if err == nil {
		t.Errorf("expected %q to be refused, got:\n%s", line, out)
	}
	for _, text := range want {
		if !strings.Contains(out, text) {
			t.Errorf("expected %q to be refused with %q, got:\n%s", line, text, out)
		}
	}
	if did := s.Operations(t, before); len(did) > 0 {
		t.Errorf("%q was refused, and did %q", line, did)
	}
	return out
}

// mustRefuseAtProtectedStack checks the output of each kind of refusal for a protected
// stack.
func (s shell) mustRefuseAtProtectedStack(t *testing.T) {
	t.Helper()
	s.mustRefuse(t, "pulumi destroy", "cannot be deleted", "protect")
	s.mustRefuse(t, "pulumi destroy --yes --skip-preview", "cannot be deleted", "protect")
	s.mustRun(t, "pulumi config set aws:region eu-central-1", "") // which would replace protected resources
	s.mustRefuse(t, "pulumi up", "protect")
	s.mustRun(t, "pulumi config set aws:region us-east-1 && pulumi config set throttleRate 0", "")
	out := s.mustRefuse(t, "pulumi up", "throttleRate: expected a whole number from 1 to 10000", "      pulumi config set --stack prod throttleRate 1\n")
	if strings.Contains(out, "unhandled") || strings.Contains(out, "program failed") {
		t.Errorf("a setting is reported as an error of the program:\n%s", out)
	}
	s.mustRun(t, "pulumi config set throttleRate 500", "")
}

// TestTemplateMakesAProject creates a project with another name from this one, with its
// settings. Settings under the old name are refused, with a command that fixes them.
func TestTemplateMakesAProject(t *testing.T) {
	t.Parallel()
	m := enginetest.NewMachine(t)
	template := enginetest.Clone(t)
	s := newShell(t, m)
	s.dir = t.TempDir()
	s.mustRun(t, "pulumi new "+template+" --yes --name team-api --stack dev --config auth0:domain=example.eu.auth0.com --config auth0:clientId=management", "")
	s.mustRun(t, "pulumi config set auth0:clientSecret --secret", secret+"\n")
	if got := s.mustRun(t, "pulumi config get logRetentionDays", ""); strings.TrimSpace(got) != "14" {
		t.Errorf("expected the template's setting, got %q", got)
	}
	s.mustRun(t, "pulumi config set api-auth-jwt-auth0:throttleRate 40", "")
	const fix = "sed -i.bak 's/^  api-auth-jwt-auth0:/  team-api:/' Pulumi.*.yaml"
	s.mustRefuse(t, "pulumi up", "throttleRate: set for a project named api-auth-jwt-auth0, but this one is named team-api", fix)
	s.mustRun(t, fix, "")
	s.setSecrets(t)
	if out := s.mustRun(t, "pulumi up", ""); !strings.Contains(out, `"https://team-api/dev"`) {
		t.Errorf("expected the API to be named after the project, got:\n%s", out)
	}
	if !slices.ContainsFunc(m.Operations(t, 0), func(op string) bool { return op == "create Distribution site" }) {
		t.Error("nothing was deployed")
	}
}
