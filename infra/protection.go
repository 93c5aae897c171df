package infra

import (
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Protection depends on every resource of a protected stack, so that a destroy
// comes to it first.
//
// Pulumi deletes what depends on others first. It refuses to delete a protected
// resource and what that one depends on, but goes on with everything else: without
// a preview, `pulumi destroy` would delete routes, functions and files before it
// came to the API and the bucket that it must leave. Where nothing is left that
// Protection does not depend on, it refuses everything.
// https://github.com/pulumi/pulumi/blob/v3.259.0/pkg/resource/deploy/deployment_executor.go
//
// A stack without protection has one too, on its own: the update that takes the
// protection off must find it.
type Protection struct{ pulumi.ResourceState }

// registered are the resources that a program has registered so far.
type registered struct {
	mu  sync.Mutex
	all []pulumi.Resource
}

// watchRegistrations collects all that is registered from here on.
func watchRegistrations(ctx *pulumi.Context) (*registered, error) {
	r := &registered{}
	return r, ctx.RegisterStackTransformation(func(args *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.all = append(r.all, args.Resource)
		return nil
	})
}

// newProtection comes last.
func newProtection(ctx *pulumi.Context, cfg Config, r *registered) error {
	options := []pulumi.ResourceOption{pulumi.Protect(cfg.Protect)}
	if cfg.Protect {
		r.mu.Lock()
		options = append(options, pulumi.DependsOn(r.all))
		r.mu.Unlock()
	}
	return ctx.RegisterComponentResource("api-auth-jwt-auth0:infra:Protection", "protection", &Protection{}, options...)
}
