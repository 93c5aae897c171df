// Package plugin serves the resource types of local/provider to the real Pulumi
// engine, as a provider plugin: Configure, Check, Diff, Create, Read, Update,
// Delete, Invoke. What exists is kept in an account.Account.
//
// # Differences
//
//   - A resource that another refers to by its id cannot be deleted, whatever
//     its type: stricter than AWS, where some may.
//   - Creating what exists already is always an error; S3 would overwrite an
//     object, Auth0 a list of scopes.
//   - Nothing takes time.
//   - A route whose key changes is compared with the API's other routes, as a new
//     one is: of API Gateway that is known for new ones alone.
package plugin

import (
	"context"
	"fmt"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"

	"api-auth-jwt-auth0/local/enginetest/account"
	"api-auth-jwt-auth0/local/provider"
)

// A Plugin is one provider process.
type Plugin struct {
	plugin.UnimplementedProvider

	Package string // "aws" or "auth0"
	Account account.Account

	cloud provider.Cloud
}

// Pkg implements plugin.Provider.
func (p *Plugin) Pkg() string { return p.Package }

// Handshake says what the plugin understands: secrets, and the pattern of
// pulumi:autonaming, as the real providers do.
func (p *Plugin) Handshake(context.Context, plugin.ProviderHandshakeRequest) (*plugin.ProviderHandshakeResponse, error) {
	return &plugin.ProviderHandshakeResponse{AcceptSecrets: true, SupportsAutonamingConfiguration: true}, nil
}

// GetPluginInfo gives a version newer than any that the SDKs ask for.
func (p *Plugin) GetPluginInfo(context.Context) (plugin.PluginInfo, error) {
	version := semver.MustParse("999.0.0")
	return plugin.PluginInfo{Version: &version}, nil
}

// SignalCancellation and Close have nothing to end.
func (p *Plugin) SignalCancellation(context.Context) error { return nil }

// Close implements plugin.Provider.
func (p *Plugin) Close() error { return nil }

// needed are the settings without which a provider cannot work.
var needed = map[string][]resource.PropertyKey{
	"aws":   {"region"},
	"auth0": {"domain", "clientId", "clientSecret"},
}

// CheckConfig refuses a provider that lacks a setting.
func (p *Plugin) CheckConfig(_ context.Context, req plugin.CheckConfigRequest) (plugin.CheckConfigResponse, error) {
	var failures []plugin.CheckFailure
	for _, key := range needed[p.Package] {
		if !req.News.HasValue(key) {
			failures = append(failures, plugin.CheckFailure{Property: key, Reason: "is required"})
		}
	}
	return plugin.CheckConfigResponse{Properties: req.News, Failures: failures}, nil
}

// DiffConfig replaces the provider, and so all that it made, when its region
// changes: https://github.com/pulumi/pulumi-aws/pull/4000
func (p *Plugin) DiffConfig(_ context.Context, req plugin.DiffConfigRequest) (plugin.DiffConfigResponse, error) {
	diff := plugin.DiffResult{Changes: plugin.DiffNone}
	changes := plain(req.OldInputs).Diff(plain(req.NewInputs))
	if changes == nil {
		return diff, nil
	}
	diff.Changes, diff.ChangedKeys = plugin.DiffSome, changes.ChangedKeys()
	if p.Package == "aws" && changes.Changed("region") {
		diff.ReplaceKeys = []resource.PropertyKey{"region"}
	}
	return diff, nil
}

// Configure implements plugin.Provider.
func (p *Plugin) Configure(_ context.Context, req plugin.ConfigureRequest) (plugin.ConfigureResponse, error) {
	if region := plain(req.Inputs)["region"]; region.IsString() {
		p.cloud.Region = region.StringValue()
	}
	return plugin.ConfigureResponse{}, nil
}

// Invoke answers a provider's function.
func (p *Plugin) Invoke(_ context.Context, req plugin.InvokeRequest) (plugin.InvokeResponse, error) {
	result, known, err := provider.Call(p.cloud, string(req.Tok), values(req.Args))
	if !known {
		return plugin.InvokeResponse{}, fmt.Errorf("the local provider does not answer the function %q: add it to local/provider", req.Tok)
	}
	return plugin.InvokeResponse{Properties: resource.NewPropertyMapFromMap(result)}, err
}
