package resources

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"

	"api-auth-jwt-auth0/infra"
	"api-auth-jwt-auth0/infra/orderservice"
	"api-auth-jwt-auth0/local/enginetest/account"
	"api-auth-jwt-auth0/local/enginetest/deployment"
)

// TestOrderService deploys a resource of each kind that handlers can use. One deployment
// serves all checks, since it takes a while: failures are named and the next up
// continues, a second up changes nothing, a change of each kind updates only its
// resources, the deploy role may do each operation, a protected stack is not destroyed,
// an unprotected one is destroyed with all content, and the secret appears nowhere.
func TestOrderService(t *testing.T) {
	t.Parallel()
	d, root, program := newOrderService(t, "prod", map[string]string{"permissionsBoundary": boundary})
	mustAskForTheSecret(t, d)
	setSecret(t, d, "one")
	plan := filepath.Join(d.Dir, "plan.json")
	if err := d.TryPreview(t, optpreview.Plan(plan), optpreview.Diff()); err != nil {
		t.Fatalf("preview: %v\n%s", err, d.Output)
	}

	mustRecover(t, d)
	d.MustMatchProviders(t)
	d.MustChangeNothing(t)
	mustChangeEachKind(t, d, root, program)
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

// mustRecover deploys with every second operation failing, which the output names, until
// an up succeeds.
func mustRecover(t *testing.T, d *deployment.Stack) {
	t.Helper()
	for failures := 0; ; failures++ {
		if err := d.Account.Fail(2); err != nil {
			t.Fatal(err)
		}
		d.Output.Reset()
		_, err := d.TryUp(t)
		if err == nil {
			if failures < 5 {
				t.Errorf("expected several operations to fail, got %d", failures)
			}
			break
		}
		log, logErr := d.Account.Operations()
		if logErr != nil {
			t.Fatal(logErr)
		}
		if !namesFailure(log, d.Output.String()) || failures > 250 {
			t.Fatalf("expected the failed operation to be named, got %v\n%s", err, d.Output)
		}
	}
	if err := d.Account.Fail(math.MaxInt32); err != nil { // none
		t.Fatal(err)
	}
}

// namesFailure reports whether the output names an operation that failed.
func namesFailure(log []account.Operation, output string) bool {
	for _, op := range log {
		if op.Failed && strings.Contains(output, op.Name) && strings.Contains(output, "the test makes operation") {
			return true
		}
	}
	return false
}

func mustChangeEachKind(t *testing.T, d *deployment.Stack, root string, program *infra.Deployment) {
	t.Helper()
	*program = orderservice.Changed(root)
	setSecret(t, d, "two")
	prefix, parameter := deployment.Project()+"--prod--", ""
	for _, r := range d.State(t) {
		if r.Type == "aws:ssm/parameter:Parameter" {
			parameter = r.URN.Name()
		}
	}
	d.MustDo(t, "update BucketLifecycleConfigurationV2 receipts", "update EventSourceMapping auditor", "update EventSourceMapping mailer",
		"update Function "+prefix+"orders", "update Parameter "+parameter, "update Queue "+prefix+"mails",
		"update Schedule "+prefix+"report", "update Table "+prefix+"orders")
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
	if err := d.TryDestroy(t); err != nil {
		t.Fatalf("destroy: %v\n%s", err, d.Output)
	}
	d.MustBeEmpty(t)
}
