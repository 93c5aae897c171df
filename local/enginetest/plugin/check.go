package plugin

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"api-auth-jwt-auth0/local/provider"
)

// defaults is the input with the names of the inputs that a provider has set itself.
const defaults = "__defaults"

// Check names resources without a name and refuses what a service would refuse.
func (p *Plugin) Check(_ context.Context, req plugin.CheckRequest) (plugin.CheckResponse, error) {
	row, err := lookup(req.Type)
	if err != nil {
		return plugin.CheckResponse{}, err
	}
	inputs := req.News.Copy()
	delete(inputs, defaults)
	response := plugin.CheckResponse{Properties: inputs}
	refuse := func(property, reason string) {
		response.Failures = append(response.Failures, plugin.CheckFailure{Property: resource.PropertyKey(property), Reason: reason})
	}
	for _, problem := range row.Check(values(inputs)) {
		if strings.ContainsAny(problem.Property, ".[") { // the engine would expect the name of an input
			refuse("", problem.Error())
			continue
		}
		refuse(problem.Property, problem.Reason)
	}
	if n := row.Naming; n != nil && !inputs.HasValue(resource.PropertyKey(n.Property)) {
		name, err := p.name(row, req)
		if err != nil {
			refuse(n.Property, err.Error())
		}
		inputs[resource.PropertyKey(n.Property)] = resource.NewProperty(name)
		inputs[defaults] = resource.NewProperty([]resource.PropertyValue{resource.NewProperty(n.Property)})
	}
	return response, nil
}

// name returns the name that the resource already has, the engine's proposal, or the
// logical name with seven random digits.
func (p *Plugin) name(row provider.Type, req plugin.CheckRequest) (string, error) {
	property := resource.PropertyKey(row.Naming.Property)
	if old := plain(req.Olds)[property]; old.IsString() && req.Olds.HasValue(defaults) {
		return old.StringValue(), nil
	}
	inputs := values(req.News)
	if req.Autonaming != nil {
		return row.Naming.Propose(req.Autonaming.ProposedName, inputs)
	}
	return row.Naming.Propose(req.URN.Name()+"-"+provider.Suffix(hex.EncodeToString(req.RandomSeed)), inputs)
}

// Diff compares inputs, files by their content. A resource that the program names must
// be deleted before its replacement gets the name.
func (p *Plugin) Diff(_ context.Context, req plugin.DiffRequest) (plugin.DiffResponse, error) {
	row, err := lookup(req.Type)
	if err != nil {
		return plugin.DiffResponse{}, err
	}
	diff := plugin.DiffResult{Changes: plugin.DiffNone}
	changes := plain(req.OldInputs).Diff(plain(req.NewInputs))
	if changes == nil {
		return diff, nil
	}
	for _, key := range changes.ChangedKeys() {
		if key == defaults {
			continue
		}
		diff.Changes = plugin.DiffSome
		diff.ChangedKeys = append(diff.ChangedKeys, key)
		if row.Replaces(string(key)) {
			diff.ReplaceKeys = append(diff.ReplaceKeys, key)
		}
	}
	named := row.Naming != nil && req.NewInputs.HasValue(resource.PropertyKey(row.Naming.Property))
	diff.DeleteBeforeReplace = named && !req.NewInputs.HasValue(defaults) && !changes.Changed(resource.PropertyKey(row.Naming.Property))
	return diff, nil
}

func lookup(token tokens.Type) (provider.Type, error) {
	row, ok := provider.Lookup(string(token))
	if !ok {
		return row, fmt.Errorf("the local provider does not know the resource type %s: add a row to local/provider", token)
	}
	return row, nil
}
