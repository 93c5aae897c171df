// Package infra is the Pulumi program: the Auth0 API audience and single-page
// application, the HTTP API with its JWT authorizer and Go functions, and the
// site on private S3 behind CloudFront.
//
// The program is a straight line. Each step uses only what earlier steps
// returned, so nothing has to be pasted back after a first deployment: the
// site's URL is known before the Auth0 application that lists it, and the
// application's client ID before the site's configuration that contains it.
//
// The program never asks where it runs. What differs between stacks, and
// between the cloud and the local one, comes from the settings (Config) and
// from the values that resources return.
package infra

import (
	"context"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"api-auth-jwt-auth0/infra/artifact"
	"api-auth-jwt-auth0/infra/kind"
)

// Program returns the Pulumi program. It deploys what builder builds from the
// engine's project, and reports progress in the deployment's log.
func Program(builder artifact.Builder) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		builder.Root, builder.Report = ctx.RootDirectory(), logSteps(ctx)
		return NewDeployment(builder).Run(ctx)
	}
}

// A Builder makes the files that the program deploys. artifact.Builder builds them;
// in the local cloud, which builds them itself, a Builder requests them from its
// process.
type Builder interface {
	// CheckTools returns an error if a tool is missing that builds need.
	CheckTools(ctx context.Context) error
	// HandlerFolders lists the names of the folders below lambdas/ with a handler.
	HandlerFolders() ([]string, error)
	// Handlers returns the path of each handler's zip, by name.
	Handlers(ctx context.Context, names []string) (map[string]string, error)
	// LiveHandlers is Handlers for a live stack: the zips also contain the bridge,
	// which passes events to developers' machines.
	LiveHandlers(ctx context.Context, names []string) (map[string]string, error)
	// Site returns the folder of the built site's files.
	Site(ctx context.Context) (string, error)
}

// A Deployment is one run of the program.
//
// It exports siteUrl, apiEndpoint, auth0Domain, auth0ClientId and auth0Audience;
// assets, which the next run reads (see retainedAssets); and, if the stack is live,
// live, which developers' machines read. An error in the settings is an
// *InvalidConfigError, returned before any resource is registered.
type Deployment struct {
	Routes    []Route
	Rights    Rights
	Resources []Resource
	Handlers  map[string]Handler
	Builder   Builder
	// Now dates the files that the deployed build replaces.
	Now func() time.Time
}

// NewDeployment returns a run of the project's own program: its routes, resources and
// handlers, built by builder.
func NewDeployment(builder Builder) Deployment {
	return Deployment{Routes: Routes, Rights: ProjectRights(), Resources: Resources, Handlers: Handlers, Builder: builder, Now: time.Now}
}

// Run is the Pulumi program.
func (d Deployment) Run(ctx *pulumi.Context) error {
	cfg, err := ReadConfig(ctx, SecretSettings(d.Resources))
	if err != nil {
		return err
	}
	return d.deploy(ctx, cfg)
}

func (d Deployment) deploy(ctx *pulumi.Context, cfg Config) error {
	if err := aliasFormerNames(ctx); err != nil {
		return err
	}
	built, err := d.build(ctx, cfg)
	if err != nil {
		return err
	}
	registered, err := trackResources(ctx)
	if err != nil {
		return err
	}
	previous, err := previousAssets(ctx)
	if err != nil {
		return err
	}
	b, err := d.newBackend(ctx, cfg, built.handlers)
	if err != nil {
		return err
	}
	site, err := d.newFrontend(ctx, cfg, b)
	if err != nil {
		return err
	}
	application, err := newApplication(ctx, cfg, site.URL, b.audience)
	if err != nil {
		return err
	}
	roles, err := newRoles(ctx, cfg, d.Rights, b.audience)
	if err != nil {
		return err
	}
	if err := newActions(ctx, d.Rights, b.audience, application, roles); err != nil {
		return err
	}
	content, err := newContent(ctx, cfg, site, built.site, siteConfig(cfg, b.audience, application, roles), previous, d.Now().UTC())
	if err != nil {
		return err
	}
	if err := newOperations(ctx, cfg, b.api, b.functions, site, b.alarms); err != nil {
		return err
	}
	if err := newProtection(ctx, cfg, registered); err != nil {
		return err
	}
	export(ctx, cfg, b.api, site, b.audience, application, content)
	b.resources.exportLive(ctx, b.functions)
	return nil
}

// A backend is the API, the functions behind it, and what they use.
type backend struct {
	audience  *Audience
	resources *uses
	functions map[string]*Function
	api       *API
	alarms    []kind.Alarm // of the resources, and of what invokes the functions
}

func (d Deployment) newBackend(ctx *pulumi.Context, cfg Config, zips map[string]string) (*backend, error) {
	audience, err := newAudience(ctx, cfg, d.Rights)
	if err != nil {
		return nil, err
	}
	resources, err := newUses(ctx, cfg, d)
	if err != nil {
		return nil, err
	}
	functions, err := newFunctions(ctx, cfg, zips, resources)
	if err != nil {
		return nil, err
	}
	alarms, err := resources.newSources(ctx, cfg, functions)
	if err != nil {
		return nil, err
	}
	api, err := newAPI(ctx, cfg, d.Routes, audience, functions)
	return &backend{audience, resources, functions, api, append(resources.alarms(d), alarms...)}, err
}

// newFrontend registers the site in front of the backend, and its access logs.
func (d Deployment) newFrontend(ctx *pulumi.Context, cfg Config, b *backend) (*Site, error) {
	inUSEast1, err := usEast1(ctx, cfg)
	if err != nil {
		return nil, err
	}
	domain, err := newDomain(ctx, cfg, inUSEast1)
	if err != nil {
		return nil, err
	}
	site, err := newSite(ctx, cfg, b.api, domain)
	if err != nil {
		return nil, err
	}
	return site, newAccessLogs(ctx, cfg, site, b.resources.buckets(d), inUSEast1)
}

// export sets the stack's outputs, which Deployment lists.
func export(ctx *pulumi.Context, cfg Config, api *API, site *Site, audience *Audience, application *Application, content *Content) {
	ctx.Export(assetsOutput, pulumi.ToStringMap(content.Assets))
	ctx.Export("siteUrl", site.URL)
	ctx.Export("apiEndpoint", api.StageURL)
	ctx.Export("auth0Domain", pulumi.String(cfg.TenantDomain))
	ctx.Export("auth0ClientId", application.ClientID)
	ctx.Export("auth0Audience", audience.Identifier)
}

// artifacts are the files that the program deploys.
type artifacts struct {
	handlers map[string]string // handler name to the path of its zip
	site     string            // the folder of the built site
}

// logSteps reports the start of each build, and notes on it, in the deployment's
// log.
func logSteps(ctx *pulumi.Context) func(artifact.Step) {
	return func(step artifact.Step) {
		switch { // a failed progress message does not fail the build
		case step.Note != "":
			_ = ctx.Log.Warn(step.Note, nil)
		case !step.Done && step.Count == 0:
			_ = ctx.Log.Info("building: "+step.Name, nil)
		}
	}
}

// build checks the tables and builds the handlers and the site.
func (d Deployment) build(ctx *pulumi.Context, cfg Config) (artifacts, error) {
	if err := d.check(cfg); err != nil {
		return artifacts{}, err
	}
	if err := d.warnUnusedHandlers(ctx); err != nil {
		return artifacts{}, err
	}
	if err := d.Builder.CheckTools(ctx.Context()); err != nil {
		return artifacts{}, err
	}
	buildHandlers := d.Builder.Handlers
	if cfg.Live {
		buildHandlers = d.Builder.LiveHandlers
	}
	handlers, err := buildHandlers(ctx.Context(), d.handlerNames())
	if err != nil {
		return artifacts{}, err
	}
	site, err := d.Builder.Site(ctx.Context())
	if err != nil {
		return artifacts{}, err
	}
	return artifacts{handlers: handlers, site: site}, nil
}

// tags identify the project and the stack on everything that can be tagged.
func tags(ctx *pulumi.Context) pulumi.StringMap {
	return pulumi.StringMap{
		"Project": pulumi.String(ctx.Project()),
		"Stack":   pulumi.String(ctx.Stack()),
	}
}
