package infra_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rhysd/actionlint"
)

// allowedActions are the actions that a job that can assume an AWS role may use. None of
// them runs code of the repository or its packages.
var allowedActions = []string{"actions/checkout", "actions/setup-go", "actions/download-artifact", "aws-actions/configure-aws-credentials", "pulumi/actions"}

// TestOnlyDeploymentsCanTakeARole: a job that can request a token from GitHub, or read a
// secret, runs no tests and no code of npm packages, and restores no cache, which jobs
// that do could have filled. Other jobs have neither.
func TestOnlyDeploymentsCanTakeARole(t *testing.T) {
	t.Parallel()
	trusted := map[string]bool{}
	for path, text := range workflows(t) {
		workflow, problems := actionlint.Parse([]byte(text))
		if len(problems) > 0 {
			t.Fatalf("%s: %v", path, problems)
		}
		for id, job := range workflow.Jobs {
			name := filepath.Base(path) + " " + id
			if !canTakeRole(job) {
				mustHoldNothing(t, name, job)
				continue
			}
			trusted[name] = true
			mustOnlyDeploy(t, name, job)
		}
	}
	want := []string{"deploy.yml deploy", "drift.yml drift", "preview.yml preview"}
	if got := slices.Sorted(maps.Keys(trusted)); !slices.Equal(got, want) {
		t.Errorf("expected only %q to take a role, got %q", want, got)
	}
}

func canTakeRole(job *actionlint.Job) bool {
	return job.Permissions != nil && job.Permissions.Scopes["id-token"] != nil
}

// mustHoldNothing asserts that a job has only its workflow's default permission to read,
// and no environment's secrets.
func mustHoldNothing(t *testing.T, name string, job *actionlint.Job) {
	t.Helper()
	if job.Permissions != nil || job.Environment != nil {
		t.Errorf("%s has permissions or an environment of its own", name)
	}
}

func mustOnlyDeploy(t *testing.T, name string, job *actionlint.Job) {
	t.Helper()
	runsProgram, handedOver := false, false
	for _, step := range job.Steps {
		switch exec := step.Exec.(type) {
		case *actionlint.ExecRun:
			if m := regexp.MustCompile(`npm|node|go (test|run)|\.ci/`).FindString(exec.Run.Value); m != "" {
				t.Errorf("%s runs %q", name, m)
			}
			runsProgram = runsProgram || strings.Contains(exec.Run.Value, "pulumi up") || strings.Contains(exec.Run.Value, "pulumi preview")
		case *actionlint.ExecAction:
			action, _, _ := strings.Cut(exec.Uses.Value, "@")
			if !slices.Contains(allowedActions, action) {
				t.Errorf("%s uses %s", name, action)
			}
			if cache := exec.Inputs["cache"]; action == "actions/setup-go" && (cache == nil || cache.Value.Value != "false") {
				t.Errorf("%s takes a cache that other jobs fill", name)
			}
			runsProgram = runsProgram || exec.Inputs["command"] != nil
		}
		handedOver = handedOver || step.Env != nil && step.Env.Vars["site_dir"] != nil
	}
	if runsProgram && (!handedOver || len(job.Needs) == 0) {
		t.Errorf("%s runs the program without a site that another job has built: it would run npm", name)
	}
}

// TestDeployWaitsForTheTests: a commit that fails the tests is not deployed.
func TestDeployWaitsForTheTests(t *testing.T) {
	t.Parallel()
	text := workflows(t)[filepath.FromSlash("../.github/workflows/deploy.yml")]
	workflow, _ := actionlint.Parse([]byte(text)) // correct, see TestWorkflowsAreCorrect
	deploy, test := workflow.Jobs["deploy"], workflow.Jobs["test"]
	if len(deploy.Needs) != 1 || deploy.Needs[0].Value != "test" {
		t.Error("the job that deploys does not need the tests")
	}
	tested := slices.ContainsFunc(test.Steps, func(s *actionlint.Step) bool {
		run, ok := s.Exec.(*actionlint.ExecRun)
		return ok && run.Run.Value == ".ci/run"
	})
	if !tested {
		t.Error("the tests are not those of .ci/run")
	}
}

// subject is GitHub's subject for a job of an environment. It contains the IDs of owner
// and repository, which are never reused, as for repositories since July 2026.
// https://docs.github.com/en/actions/reference/security/oidc
const subject = "repo:OWNER@OWNER_ID/REPOSITORY@REPOSITORY_ID:environment:ENVIRONMENT"

// TestOnlyOneEnvironmentOfTheRepositoryTakesARole: the whole subject is compared, so that
// no other repository's subject can match.
func TestOnlyOneEnvironmentOfTheRepositoryTakesARole(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../.github/aws/trust-policy.json")
	if err != nil {
		t.Fatal(err)
	}
	var policy struct {
		Statement []struct {
			Effect, Action string
			Condition      map[string]map[string]string
		}
	}
	if err := json.Unmarshal(text, &policy); err != nil || len(policy.Statement) != 1 {
		t.Fatalf("expected one statement with one value for each condition, got %v", err)
	}
	s := policy.Statement[0]
	want := map[string]string{"token.actions.githubusercontent.com:aud": "sts.amazonaws.com", "token.actions.githubusercontent.com:sub": subject}
	if s.Effect != "Allow" || s.Action != "sts:AssumeRoleWithWebIdentity" || len(s.Condition) != 1 || !maps.Equal(s.Condition["StringEquals"], want) {
		t.Errorf("expected the audience and the whole subject to be compared, got %+v", s)
	}
	readme, err := os.ReadFile("../.github/aws/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{subject, "repo:OWNER/REPOSITORY:environment:ENVIRONMENT", "gh api repos/OWNER/REPOSITORY"} {
		if !strings.Contains(string(readme), line) {
			t.Errorf("the README beside it does not say %q", line)
		}
	}
}
