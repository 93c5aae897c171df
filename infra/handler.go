package infra

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"api-auth-jwt-auth0/infra/kind"
	"api-auth-jwt-auth0/infra/policy"
)

// The types of infra/resources.go.
type (
	// Resource is a table, a queue, a bucket or a secret.
	Resource = kind.Resource
	// Use is a handler's use of a resource.
	Use = kind.Use
	// Source invokes a handler, besides routes.
	Source = kind.Source
	// Statement is a statement of a policy.
	Statement = policy.Statement
)

// A Handler is a handler's configuration beyond the stack's settings.
type Handler struct {
	// Uses give the handler environment variables, such as ORDERS_TABLE, and exactly
	// the rights that they name.
	Uses []Use
	// On invokes the handler; nil for a handler that routes invoke.
	On Source
	// Environment contains the handler's own variables. Everyone who may view the function
	// can read them: declare secrets as Uses.
	Environment map[string]string
	// MemoryMB is the function's memory; 0 for the setting functionMemory.
	MemoryMB int
	// Timeout is the longest invocation; 0 for the setting functionTimeout.
	Timeout time.Duration
	// Concurrency is how many invocations may run concurrently, which the account reserves
	// for it; 0 for no limit and no reservation.
	Concurrency int
	// Statements allow what no Use covers.
	Statements []Statement
}

func (h Handler) timeout(cfg Config) time.Duration { return cmp.Or(h.Timeout, cfg.FunctionTimeout) }

// consumer returns the handler as a consumer of events.
func (h Handler) consumer(name string, cfg Config) kind.Consumer {
	return kind.Consumer{Handler: name, Timeout: h.timeout(cfg), Concurrency: h.Concurrency}
}

// handlerNames returns the deployed handlers, sorted: those of routes, and those with another
// source.
func (d Deployment) handlerNames() []string {
	names := handlerNames(d.Routes)
	for name, h := range d.Handlers {
		if h.On != nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// consumers returns the handlers that consume resources' events.
func (d Deployment) consumers(cfg Config) map[Resource]kind.Consumer {
	consumers := map[Resource]kind.Consumer{}
	for _, name := range slices.Sorted(maps.Keys(d.Handlers)) {
		if h := d.Handlers[name]; h.On != nil && h.On.Of() != nil {
			consumers[h.On.Of()] = h.consumer(name, cfg)
		}
	}
	return consumers
}
