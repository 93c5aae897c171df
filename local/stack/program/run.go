package program

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"
	"google.golang.org/protobuf/types/known/emptypb"

	"api-auth-jwt-auth0/local/provider"
	"api-auth-jwt-auth0/local/stack"
)

// Run runs a program with these settings and returns its graph, or the program's
// error. log, if not nil, is called with each line that the program logs.
func Run(ctx context.Context, program pulumi.RunFunc, settings stack.Settings, origins stack.Origins, log func(stack.Line)) (*stack.Graph, error) {
	m := &monitor{
		project: settings.Project, stack: settings.Stack,
		graph: &stack.Graph{},
		cloud: origins.Cloud(settings.Values["aws:region"]),
	}
	pctx, err := pulumi.NewContext(ctx, pulumi.RunInfo{
		Project:          settings.Project,
		Stack:            settings.Stack,
		RootDirectory:    settings.Root,
		Config:           maps.Clone(settings.Values),
		ConfigSecretKeys: slices.Clone(settings.Secrets),
		Mocks:            m,
	})
	if err != nil {
		return nil, err
	}
	defer pctx.Close()
	logged := &programLog{emit: log}
	defer logged.end()
	pctx.Log = logged
	if err := pulumi.RunWithContext(pctx, program); err != nil {
		return nil, programError(err)
	}
	if m.graph.Exports, err = resolve(ctx, pctx.GetCurrentExportMap()); err != nil {
		return nil, err
	}
	m.graph.Sort()
	return m.graph, nil
}

// programError unwraps a program's error from the SDK's error.
func programError(err error) error {
	var wrapped interface{ WrappedErrors() []error }
	if errors.As(err, &wrapped) {
		return errors.Join(wrapped.WrappedErrors()...)
	}
	return err
}

// monitor receives each resource that the program registers, concurrently.
type monitor struct {
	project, stack string
	cloud          provider.Cloud

	mu    sync.Mutex
	graph *stack.Graph
}

// NewResource implements pulumi.MockResourceMonitor.
func (m *monitor) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	if args.TypeToken == stackReferenceType {
		return m.readStack(args)
	}
	if args.RegisterRPC == nil {
		return "", nil, fmt.Errorf("%s %q: the local cloud does not read resources that already exist", args.TypeToken, args.Name)
	}
	r := m.newResource(args)
	if r.Component {
		return "", args.Inputs, m.add(r)
	}
	if err := r.Create(m.cloud); err != nil {
		return "", nil, err
	}
	outputs := args.Inputs.Copy() // with their secrets and references
	for name, value := range r.Outputs {
		if key := resource.PropertyKey(name); !outputs.HasValue(key) {
			outputs[key] = resource.NewPropertyValue(value)
		}
	}
	return r.ID, outputs, m.add(r)
}

const stackReferenceType = "pulumi:pulumi:StackReference"

// readStack returns no outputs of an earlier run: each run is the stack's first.
func (m *monitor) readStack(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	outputs := args.Inputs.Copy()
	outputs["outputs"] = resource.NewObjectProperty(resource.PropertyMap{})
	return args.Name, outputs, nil
}

// Call implements pulumi.MockResourceMonitor.
func (m *monitor) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	result, known, err := provider.Call(m.cloud, args.Token, plain(args.Args))
	if !known {
		return nil, fmt.Errorf("the local cloud does not answer the function %q: add it to local/provider", args.Token)
	}
	return resource.NewPropertyMapFromMap(result), err
}

// RegisterResourceOutputs ignores the outputs of components, which nothing reads.
func (m *monitor) RegisterResourceOutputs() (*emptypb.Empty, error) { return &emptypb.Empty{}, nil }

func (m *monitor) add(r *stack.Resource) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, other := range m.graph.Resources {
		if other.URN == r.URN {
			return fmt.Errorf("two resources have the URN %s: give one another name", r.URN)
		}
	}
	m.graph.Resources = append(m.graph.Resources, r)
	return nil
}

// resolve waits for the stack's exports and returns their values. They are not a
// resource, so the monitor does not receive them.
func resolve(ctx context.Context, exports map[string]pulumi.Input) (map[string]any, error) {
	values := map[string]any{}
	for name, export := range exports {
		result, err := internals.UnsafeAwaitOutput(ctx, pulumi.ToOutput(export))
		if err != nil {
			return nil, fmt.Errorf("export %s: %w", name, err)
		}
		values[name] = result.Value
	}
	return values, nil
}

func (m *monitor) newResource(args pulumi.MockResourceArgs) *stack.Resource {
	request := args.RegisterRPC
	return &stack.Resource{
		URN:          newURN(m.project, m.stack, request.GetParent(), args.TypeToken, args.Name),
		Type:         args.TypeToken,
		Name:         args.Name,
		Parent:       belowStack(request.GetParent()),
		Component:    !args.Custom,
		Protected:    request.GetProtect(),
		Retained:     request.GetRetainOnDelete(),
		Provider:     request.GetProvider(),
		Inputs:       plain(args.Inputs),
		Dependencies: slices.Sorted(slices.Values(request.GetDependencies())),
		Secrets:      secretsOf(args.Inputs),
	}
}
