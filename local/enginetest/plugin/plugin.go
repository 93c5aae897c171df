// Package plugin serves the resource types of local/provider to the real Pulumi
// engine as a provider plugin: Configure, Check, Diff, Create, Read, Update, Delete,
// Invoke. The resources are stored in an account.Account. The package must not depend on
// the program.
//
// # Differences
//
//   - A resource to which another refers by its ID cannot be deleted, whatever its
//     type. AWS allows that for some types.
//   - Creating a resource that exists is an error, except for objects in S3. Auth0
//     would overwrite a list of scopes.
//   - Operations take no time.
//   - A route whose key changes is compared with the API's other routes, like a new
//     one. For API Gateway this is known for new routes only.
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

// Handshake reports what the plugin supports, as the real providers do: secrets, and
// the names of pulumi:autonaming.
func (p *Plugin) Handshake(context.Context, plugin.ProviderHandshakeRequest) (*plugin.ProviderHandshakeResponse, error) {
	return &plugin.ProviderHandshakeResponse{AcceptSecrets: true, SupportsAutonamingConfiguration: true}, nil
}

// GetPluginInfo returns a version newer than any that the SDKs require.
func (p *Plugin) GetPluginInfo(context.Context) (plugin.PluginInfo, error) {
	version := semver.MustParse("999.0.0")
	return plugin.PluginInfo{Version: &version}, nil
}

// SignalCancellation implements plugin.Provider.
func (p *Plugin) SignalCancellation(context.Context) error { return nil }

// Close implements plugin.Provider.
func (p *Plugin) Close() error { return nil }

// required are the settings that a provider requires.
var required = map[string][]resource.PropertyKey{
	"aws":   {"region"},
	"auth0": {"domain", "clientId", "clientSecret"},
}

// CheckConfig refuses a provider without a required setting.
func (p *Plugin) CheckConfig(_ context.Context, req plugin.CheckConfigRequest) (plugin.CheckConfigResponse, error) {
	var failures []plugin.CheckFailure
	for _, key := range required[p.Package] {
		if !req.News.HasValue(key) {
			failures = append(failures, plugin.CheckFailure{Property: key, Reason: "is required"})
		}
	}
	return plugin.CheckConfigResponse{Properties: req.News, Failures: failures}, nil
}

// DiffConfig replaces the provider, and with it all its resources, when its region
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
		p.cloud.Broker = "a1b2c3d4e5f6g7-ats.iot." + p.cloud.Region + ".amazonaws.com"
	}
	return plugin.ConfigureResponse{}, nil
}

// Invoke calls a provider's function.
func (p *Plugin) Invoke(_ context.Context, req plugin.InvokeRequest) (plugin.InvokeResponse, error) {
	result, known, err := provider.Call(p.cloud, string(req.Tok), values(req.Args))
	if !known {
		return plugin.InvokeResponse{}, fmt.Errorf("the local provider does not know the function %q: add it to local/provider", req.Tok)
	}
	return plugin.InvokeResponse{Properties: resource.NewPropertyMapFromMap(result)}, err
}
