package commands_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/enginetest"
)

// commands are those of the README's chapters on deploying and operating, by
// section, each section's blocks in their order.
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
	for _, section := range strings.Split(rest, "\n### ")[1:] {
		title, body, _ := strings.Cut(section, "\n")
		for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(body, -1) {
			sections[title] = append(sections[title], strings.Split(strings.TrimSpace(block[1]), "\n"))
		}
	}
	return sections
}

// outputs are the names of the outputs that the README shows.
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

// follow types a block's commands, with a person's own values for the
// placeholders, and the secret where one is asked for.
func (s shell) follow(t *testing.T, block []string, stack string) (said string) {
	t.Helper()
	own := strings.NewReplacer("TENANT", "example", "CLIENT_ID", "management", "init dev", "init "+stack, "rm dev", "rm "+stack)
	for _, line := range block {
		input := ""
		if strings.HasSuffix(line, "--secret") {
			input = secret + "\n"
		}
		said += s.mustRun(t, own.Replace(line), input)
	}
	return said
}

// TestReadmeDeploysAndRemovesBothStacks follows the README's chapters on
// deploying and operating, command by command, with the CLI that compiles main.go. The
// providers are those of the tests; the check of the deployed stack is
// left out, since nothing answers at its URL (see TestTarget in package local).
func TestReadmeDeploysAndRemovesBothStacks(t *testing.T) {
	t.Parallel()
	commands := commands(t)
	want := map[string]int{"The first deployment": 1, "Check it": 1, "A domain of your own": 1, "Watch it": 1, "Remove it": 2}
	for title, blocks := range commands {
		if len(blocks) != want[title] {
			t.Fatalf("the README's section %q has %d blocks of commands that this test does not follow", title, len(blocks))
		}
	}
	m := enginetest.NewMachine(t)
	s := newShell(t, m)
	said := s.follow(t, commands["The first deployment"][0], "dev")
	for _, name := range outputs(t) {
		if !regexp.MustCompile(`(?m)^    ` + name + ` *: `).MatchString(said) {
			t.Errorf("the README shows the output %s, and pulumi up does not:\n%s", name, said)
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
	s.mustRefuseBeforeItTouches(t)
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

// TestSettingsOutliveTheirStack removes a stack as the README does, which leaves
// its committed settings; and where they are lost all the same, the stack is not
// deployed without them.
func TestSettingsOutliveTheirStack(t *testing.T) {
	t.Parallel()
	s := newShell(t, enginetest.NewMachine(t))
	s.mustRun(t, "pulumi stack init dev", "")
	before := s.mustRun(t, "cat Pulumi.dev.yaml", "")
	remove := commands(t)["Remove it"][0]
	s.follow(t, remove[len(remove)-1:], "dev") // nothing was deployed that would have to be destroyed
	if after := s.mustRun(t, "cat Pulumi.dev.yaml", ""); after != before || !strings.Contains(after, "logRetentionDays") {
		t.Errorf("expected the settings of the removed stack to stay, got:\n%s\nbefore:\n%s", after, before)
	}
	s.mustRun(t, "rm Pulumi.dev.yaml && pulumi stack init dev && pulumi config set aws:region us-east-1", "")
	s.mustRun(t, "pulumi config set auth0:domain example.eu.auth0.com && pulumi config set auth0:clientId management", "")
	s.mustRun(t, "pulumi config set auth0:clientSecret --secret", secret+"\n")
	s.mustRefuse(t, "pulumi up", "protect: is not set", "restore the file", "pulumi config set --stack dev protect true")
}

// mustRefuse asserts that a command fails, says so, and does nothing.
func (s shell) mustRefuse(t *testing.T, line string, want ...string) (said string) {
	t.Helper()
	before := len(s.Operations(t, 0))
	said, err := s.run(t.Context(), line, "")
	if err == nil {
		t.Errorf("expected %q to be refused, and it said:\n%s", line, said)
	}
	for _, text := range want {
		if !strings.Contains(said, text) {
			t.Errorf("expected %q to be refused with %q, got:\n%s", line, text, said)
		}
	}
	if did := s.Operations(t, before); len(did) > 0 {
		t.Errorf("%q is refused, and did %q", line, did)
	}
	return said
}

// mustRefuseBeforeItTouches shows what a person at a protected stack sees of
// each kind of refusal.
func (s shell) mustRefuseBeforeItTouches(t *testing.T) {
	t.Helper()
	s.mustRefuse(t, "pulumi destroy", "cannot be deleted", "protect")
	s.mustRefuse(t, "pulumi destroy --yes --skip-preview", "cannot be deleted", "protect")
	s.mustRun(t, "pulumi config set aws:region eu-central-1", "") // which would replace what is protected
	s.mustRefuse(t, "pulumi up", "protect")
	s.mustRun(t, "pulumi config set aws:region us-east-1 && pulumi config set throttleRate 0", "")
	said := s.mustRefuse(t, "pulumi up", "throttleRate: expected a whole number from 1 to 10000", "      pulumi config set --stack prod throttleRate 1\n")
	if strings.Contains(said, "unhandled") || strings.Contains(said, "program failed") {
		t.Errorf("a setting is reported as an error of the program:\n%s", said)
	}
	s.mustRun(t, "pulumi config set throttleRate 500", "")
}

// TestTemplateMakesAProject makes a project of another name of this one, whose
// settings came with it. Those that were set under another name of the project
// are refused, and the command that the refusal gives brings them back.
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
	const mend = "sed -i.bak 's/^  api-auth-jwt-auth0:/  team-api:/' Pulumi.*.yaml"
	s.mustRefuse(t, "pulumi up", "throttleRate: set for a project named api-auth-jwt-auth0, and this one is team-api", mend)
	s.mustRun(t, mend, "")
	if said := s.mustRun(t, "pulumi up", ""); !strings.Contains(said, `"https://team-api/dev"`) {
		t.Errorf("expected the API to be named after the project, got:\n%s", said)
	}
	if !slices.ContainsFunc(m.Operations(t, 0), func(op string) bool { return op == "create Distribution site" }) {
		t.Error("nothing was deployed")
	}
}
