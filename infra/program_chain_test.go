package infra_test

import (
	"slices"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/stack"
)

// chains returns, for each resource, the longest chain of resources that must be created
// in sequence, up to and including it.
func chains(g *stack.Graph) map[string][]*stack.Resource {
	byURN := map[string]*stack.Resource{}
	for _, r := range g.Resources {
		byURN[r.URN] = r
	}
	longest := map[string][]*stack.Resource{}
	var chain func(r *stack.Resource) []*stack.Resource
	chain = func(r *stack.Resource) []*stack.Resource {
		if known, ok := longest[r.URN]; ok {
			return known
		}
		var before []*stack.Resource
		for _, urn := range r.Dependencies {
			if dependency := byURN[urn]; dependency != nil && !dependency.Component {
				if c := chain(dependency); len(c) > len(before) {
					before = c
				}
			}
		}
		longest[r.URN] = append(slices.Clone(before), r)
		return longest[r.URN]
	}
	for _, r := range g.Resources {
		if !r.Component {
			chain(r)
		}
	}
	return longest
}

// label returns a resource as in a deployment's output.
func label(r *stack.Resource) string {
	return r.Type[strings.LastIndex(r.Type, ":")+1:] + " " + r.Name
}

// TestLongestChain prints the steps that a first deployment must run in sequence, and
// limits their number.
func TestLongestChain(t *testing.T) {
	t.Parallel()
	for name, g := range stacks(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var longest []*stack.Resource
			for _, c := range chains(g) {
				if len(c) > len(longest) || len(c) == len(longest) && label(c[len(c)-1]) < label(longest[len(longest)-1]) {
					longest = c
				}
			}
			var steps []string
			for _, r := range longest {
				steps = append(steps, label(r))
			}
			t.Logf("%d steps of %d resources: %s", len(steps), len(g.Resources), strings.Join(steps, " → "))
			limit := 5
			switch {
			case name == "prod with everything":
				limit = 7 // the certificate, its record and its validation come before the distribution
			case len(g.Of("aws:sqs/queue:Queue")) > 0:
				limit = 7 // a dead-letter queue and its queue come before the policy of who uses it
			}
			if bindings := len(g.Of("auth0:index/triggerAction:TriggerAction")); bindings > 0 {
				limit = limit - 1 + bindings // Actions name the application, and are bound one after the other
				if strings.Contains(name, "everything") {
					limit++
				}
			}
			if len(steps) > limit {
				t.Errorf("expected %d steps at most", limit)
			}
		})
	}
}

// TestOnlyWhatNamesTheDistributionWaitsForIt: the distribution takes longest to create.
func TestOnlyWhatNamesTheDistributionWaitsForIt(t *testing.T) {
	t.Parallel()
	g := deployed(t, "prod")
	distribution := one(t, g, "aws:cloudfront/distribution:Distribution")
	if distribution.Inputs["waitForDeployment"] != false {
		t.Error("the deployment waits until every edge location has the distribution")
	}
	after := map[string]bool{distribution.URN: true}
	var waiting []string
	for found := true; found; {
		found = false
		for _, r := range g.Resources {
			waits := slices.ContainsFunc(r.Dependencies, func(urn string) bool { return after[urn] })
			if waits && !after[r.URN] && !r.Component {
				after[r.URN], found = true, true
				waiting = append(waiting, strings.ReplaceAll(label(r), "api-auth-jwt-auth0--prod--", ""))
			}
		}
	}
	want := []string{
		"BucketLoggingV2 site", "BucketObjectv2 config.json", "BucketPolicy logs", "BucketPolicy site", "Client site",
		"ClientCredentials site", "ClientGrant site", "Dashboard stack", "LogDelivery site", "LogDeliverySource site",
	}
	for _, resourceType := range []string{"auth0:index/action:Action", "auth0:index/triggerAction:TriggerAction"} {
		for _, r := range g.Of(resourceType) { // they name the application
			want = append(want, strings.ReplaceAll(label(r), "api-auth-jwt-auth0--prod--", ""))
		}
	}
	slices.Sort(waiting)
	slices.Sort(want)
	if !slices.Equal(waiting, want) {
		t.Errorf("expected %q to wait for the distribution, got %q", want, waiting)
	}
}
