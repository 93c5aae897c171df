package infra_test

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rhysd/actionlint"
)

// lint checks a workflow as GitHub would read it. shellcheck is not used: it may not be
// installed, and the scripts are short enough to review.
func lint(t *testing.T, path string, content []byte) []*actionlint.Error {
	t.Helper()
	linter, err := actionlint.NewLinter(io.Discard, &actionlint.LinterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	problems, err := linter.Lint(path, content, nil)
	if err != nil {
		t.Fatal(err)
	}
	return problems
}

func workflows(t *testing.T) map[string]string {
	t.Helper()
	paths, err := filepath.Glob("../.github/workflows/*.yml")
	if err != nil || len(paths) != 4 {
		t.Fatalf("expected four workflows, got %q and %v", paths, err)
	}
	texts := map[string]string{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		texts[path] = string(text)
	}
	return texts
}

func TestWorkflowsAreCorrect(t *testing.T) {
	t.Parallel()
	for path, text := range workflows(t) {
		for _, problem := range lint(t, path, []byte(text)) {
			t.Errorf("%s:%d: %s", path, problem.Line, problem.Message)
		}
	}
}

func TestIncorrectWorkflowIsFound(t *testing.T) {
	t.Parallel()
	broken := "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo ${{ github.nothing }}\n"
	if problems := lint(t, "broken.yml", []byte(broken)); len(problems) != 1 || !strings.Contains(problems[0].Message, `"nothing"`) {
		t.Errorf("expected the undefined property to be found, got %v", problems)
	}
}

var (
	uses   = regexp.MustCompile(`(?m)uses: (\S+)(.*)$`)
	pinned = regexp.MustCompile(`^[a-z-]+/[a-z-]+@[0-9a-f]{40}$`)
)

func TestWorkflowsRunPinnedActionsWithoutStoredKeys(t *testing.T) {
	t.Parallel()
	for path, text := range workflows(t) {
		for _, m := range uses.FindAllStringSubmatch(text, -1) {
			if !pinned.MatchString(m[1]) || !strings.Contains(m[2], "# v") {
				t.Errorf("%s: %s is not pinned to a commit with its version beside", path, m[1])
			}
		}
		for _, never := range []string{"aws-access-key-id", "AWS_ACCESS_KEY", "AWS_SECRET", "pull_request_target", "write-all"} {
			if strings.Contains(text, never) {
				t.Errorf("%s contains %s", path, never)
			}
		}
		if !strings.Contains(text, "\npermissions:\n  contents: read\n") {
			t.Errorf("%s does not start with permission to read only", path)
		}
	}
}
