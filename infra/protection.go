package infra

import (
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Protection depends on every resource of a protected stack, so that a destroy
// starts with it.
//
// Pulumi deletes dependents first. It refuses to delete a protected resource and
// its dependencies, but deletes everything else: without a preview, `pulumi destroy`
// would delete routes, functions and files before it reached the protected API and
// bucket. Since Protection depends on everything, everything is refused.
// https://github.com/pulumi/pulumi/blob/v3.259.0/pkg/resource/deploy/deployment_executor.go
//
// A stack without protection has one too, without dependencies: the update that
// removes the protection must find it.
type Protection struct{ pulumi.ResourceState }

// registered are the resources that the program has registered so far.
type registered struct {
	mu  sync.Mutex
	all []pulumi.Resource
}

// trackResources collects all resources that are registered from now on.
func trackResources(ctx *pulumi.Context) (*registered, error) {
	r := &registered{}
	return r, ctx.RegisterStackTransformation(func(args *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.all = append(r.all, args.Resource)
		return nil
	})
}

// newProtection must be called last.
func newProtection(ctx *pulumi.Context, cfg Config, r *registered) error {
	options := []pulumi.ResourceOption{pulumi.Protect(cfg.Protect)}
	if cfg.Protect {
		r.mu.Lock()
		options = append(options, pulumi.DependsOn(r.all))
		r.mu.Unlock()
	}
	return ctx.RegisterComponentResource("api-auth-jwt-auth0:infra:Protection", "protection", &Protection{}, options...)
}
