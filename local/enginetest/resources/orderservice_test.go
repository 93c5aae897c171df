package resources

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"

	"api-auth-jwt-auth0/infra/orderservice"
	"api-auth-jwt-auth0/local/enginetest/account"
	"api-auth-jwt-auth0/local/enginetest/deployment"
)

// TestOrderService deploys a resource of each kind that handlers can use. One deployment
// serves all checks, since it takes a while: each operation fails once, which the output
// names, and the next up or destroy continues; a second up changes nothing, a change of
// each kind updates only its resources, the deploy role may do each operation, a protected
// stack is not destroyed, an unprotected one is destroyed with all content, and the secret
// appears nowhere.
func TestOrderService(t *testing.T) {
	t.Parallel()
	d, root := newOrderService(t, "prod", map[string]string{"permissionsBoundary": boundary()})
	mustAskForTheSecret(t, d)
	setSecret(t, d, "one")
	plan := filepath.Join(d.Dir, "plan.json")
	if err := d.TryPreview(t, optpreview.Plan(plan), optpreview.Diff()); err != nil {
		t.Fatalf("preview: %v\n%s", err, d.Output)
	}

	mustRecover(t, d, up(t, d))
	d.MustMatchProviders(t)
	d.MustChangeNothing(t)
	mustChangeEachKind(t, d, root)
	mustHideSecret(t, d)

	existing, err := d.Account.Resources()
	if err != nil {
		t.Fatal(err)
	}
	mustBeDestroyedUnprotected(t, d, existing)
	log, err := d.Account.Operations()
	if err != nil {
		t.Fatal(err)
	}
	may := deployRole(t)
	for _, op := range log {
		if strings.HasPrefix(op.Type, "aws:") && op.ID != "" {
			mustBePermitted(t, may, op, existing)
		}
	}
}

// mustAskForTheSecret asserts that nothing is deployed if the secret's setting is missing
// or not encrypted.
func mustAskForTheSecret(t *testing.T, d *deployment.Stack) {
	t.Helper()
	for _, set := range []func() error{
		func() error { return nil },
		func() error {
			return d.SetConfig(t.Context(), orderservice.Setting, auto.ConfigValue{Value: "plain"})
		},
	} {
		if err := set(); err != nil {
			t.Fatal(err)
		}
		want := "pulumi config set --stack prod --secret " + orderservice.Setting
		if err := d.TryPreview(t); err == nil || !strings.Contains(d.Output.String(), want) {
			t.Errorf("expected a refusal with %q, got %v\n%s", want, err, d.Output)
		}
		d.Output.Reset()
	}
}

func setSecret(t *testing.T, d *deployment.Stack, value string) {
	t.Helper()
	if err := d.SetConfig(t.Context(), orderservice.Setting, auto.ConfigValue{Value: deployment.PaymentsPrefix + value, Secret: true}); err != nil {
		t.Fatal(err)
	}
}

// mustRecover repeats an action, each of whose operations fails once, until it succeeds.
// It asserts that the output names each failure, and returns the operations that
// succeeded, sorted.
func mustRecover(t *testing.T, d *deployment.Stack, action func() error) []string {
	t.Helper()
	if err := d.Account.FailEachOnce(true); err != nil {
		t.Fatal(err)
	}
	n := len(d.Operations(t, 0))
	failed, succeeded := map[string]bool{}, map[string]bool{}
	for ended := false; !ended; {
		start := d.Output.Len()
		err := action()
		output := d.Output.String()[start:]
		log, logErr := d.Account.Operations()
		if logErr != nil {
			t.Fatal(logErr)
		}
		if ended = err == nil; !ended && !slices.ContainsFunc(log[n:], func(op account.Operation) bool { return op.Failed }) {
			t.Fatalf("expected only chosen operations to fail, got %v\n%s", err, output)
		}
		for ; n < len(log); n++ {
			op := log[n]
			line := op.Kind + " " + op.Type[strings.LastIndex(op.Type, ":")+1:] + " " + op.Name
			if !op.Failed {
				succeeded[line] = true
				continue
			}
			failed[line] = true
			why := fmt.Sprintf("the test makes operation %d fail", n+1)
			if !strings.Contains(output, op.Name) || !strings.Contains(output, why) {
				t.Errorf("expected the output to name %s and %q, got\n%s", op.Name, why, output)
			}
		}
	}
	if diff := cmp.Diff(failed, succeeded); diff != "" {
		t.Errorf("expected each operation to fail, and to succeed later (-failed +succeeded):\n%s", diff)
	}
	if err := d.Account.FailEachOnce(false); err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(succeeded))
}

// up and destroy are actions for mustRecover.
func up(t *testing.T, d *deployment.Stack) func() error {
	return func() error { _, err := d.TryUp(t); return err }
}

func destroy(t *testing.T, d *deployment.Stack) func() error {
	return func() error { return d.TryDestroy(t) }
}

func mustChangeEachKind(t *testing.T, d *deployment.Stack, root string) {
	t.Helper()
	*d.Program = orderservice.Changed(root)
	setSecret(t, d, "two")
	prefix, parameter := deployment.Project()+"--prod--", ""
	for _, r := range d.State(t) {
		if r.Type == "aws:ssm/parameter:Parameter" {
			parameter = r.URN.Name()
		}
	}
	want := []string{
		"update BucketLifecycleConfigurationV2 receipts", "update EventSourceMapping auditor", "update EventSourceMapping mailer",
		"update Function " + prefix + "orders", "update Parameter " + parameter, "update Queue " + prefix + "mails",
		"update Schedule " + prefix + "report", "update Table " + prefix + "orders",
	}
	if diff := cmp.Diff(want, mustRecover(t, d, up(t, d))); diff != "" {
		t.Errorf("operations (-want +got):\n%s", diff)
	}
	d.MustMatchProviders(t)
	d.MustChangeNothing(t)
}

// mustHideSecret searches everything that the deployments wrote for the secret's values.
func mustHideSecret(t *testing.T, d *deployment.Stack) {
	t.Helper()
	d.MustNotShow(t, "the output", d.Output.String())
	events, err := json.Marshal(d.Events)
	if err != nil || len(d.Events) == 0 {
		t.Fatalf("expected events, got %d and %v", len(d.Events), err)
	}
	d.MustNotShow(t, "the events", string(events))
	if text, err := os.ReadFile(filepath.Join(d.Dir, "plan.json")); err != nil || !strings.Contains(string(text), "SecureString") {
		t.Errorf("expected a plan with the parameter, got %v", err)
	}
	for _, dir := range []string{d.Dir, d.Backend, d.Home} {
		d.MustNotContain(t, dir)
	}
	log, err := os.ReadFile(filepath.Join(d.Account.Dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	d.MustNotShow(t, "the providers' log", string(log))
	resources, err := d.Account.Resources()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range resources {
		if shown := strings.Contains(string(r.Inputs), deployment.PaymentsPrefix+"two"); shown != strings.HasSuffix(r.Type, ":Parameter") {
			t.Errorf("%s has the secret's value: %t", r.URN, shown)
		}
	}
}

// mustBeDestroyedUnprotected asserts that a destroy is refused and, once the setting is
// changed, leaves nothing, even with objects in each bucket that the program does not know.
func mustBeDestroyedUnprotected(t *testing.T, d *deployment.Stack, existing []account.Resource) {
	t.Helper()
	for _, r := range existing {
		if strings.HasSuffix(r.Type, ":BucketV2") {
			object := account.Resource{Type: "aws:s3/bucketObjectv2:BucketObjectv2", ID: "by-hand.txt", Region: r.Region,
				Refs: map[string]string{"bucket": r.ID}, Inputs: fmt.Appendf(nil, `{"bucket":%q}`, r.ID), Outputs: []byte("{}")}
			if err := d.Account.Put(object); err != nil {
				t.Fatal(err)
			}
		}
	}
	before := len(d.Operations(t, 0))
	d.Output.Reset()
	if err := d.TryDestroy(t); err == nil || !strings.Contains(d.Output.String(), "cannot be deleted") {
		t.Errorf("expected a refusal, got %v\n%s", err, d.Output)
	}
	if did := d.Operations(t, before); len(did) > 0 {
		t.Errorf("expected no operation, got %q", did)
	}
	d.Set(t, map[string]string{"protect": "false"})
	d.MustUp(t)
	mustRecover(t, d, destroy(t, d))
	d.MustBeEmpty(t)
}
