package infra

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"api-auth-jwt-auth0/infra/kind"
	"api-auth-jwt-auth0/infra/policy"
)

// The words of infra/resources.go.
type (
	// Resource is a table, a queue, a bucket or a secret.
	Resource = kind.Resource
	// Use is what a handler does with a resource.
	Use = kind.Use
	// Source is what invokes a handler besides routes.
	Source = kind.Source
	// Statement is a statement of a policy.
	Statement = policy.Statement
)

// A Handler is what one handler has beyond the stack's settings.
type Handler struct {
	// Uses give the handler environment variables, such as ORDERS_TABLE, and exactly
	// the rights that they name.
	Uses []Use
	// On invokes the handler; nil for a handler that routes invoke.
	On Source
	// Environment are variables of its own. Everyone who may view the function can
	// read them: secrets are Uses.
	Environment map[string]string
	// MemoryMB is the function's memory; 0 for the setting functionMemory.
	MemoryMB int
	// Timeout is the longest invocation; 0 for the setting functionTimeout.
	Timeout time.Duration
	// Concurrency is how many invocations may run at once, which the account reserves
	// for it; 0 for no limit and no reservation.
	Concurrency int
	// Statements allow what no Use covers.
	Statements []Statement
}

func (h Handler) timeout(cfg Config) time.Duration { return cmp.Or(h.Timeout, cfg.FunctionTimeout) }

// consumer is the handler as what invokes it sees it.
func (h Handler) consumer(name string, cfg Config) kind.Consumer {
	return kind.Consumer{Handler: name, Timeout: h.timeout(cfg), Concurrency: h.Concurrency}
}

// handlerNames are the handlers that are deployed, sorted: those of routes, and those
// that something else invokes.
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

// consumers are the handlers that resources' events go to.
func (d Deployment) consumers(cfg Config) map[Resource]kind.Consumer {
	consumers := map[Resource]kind.Consumer{}
	for _, name := range slices.Sorted(maps.Keys(d.Handlers)) {
		if h := d.Handlers[name]; h.On != nil && h.On.Of() != nil {
			consumers[h.On.Of()] = h.consumer(name, cfg)
		}
	}
	return consumers
}
