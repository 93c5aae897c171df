package cloud

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"api-auth-jwt-auth0/local/aws"
	"api-auth-jwt-auth0/local/deployed"
	"api-auth-jwt-auth0/local/eventsource"
	"api-auth-jwt-auth0/local/wiring"
)

// realResources are the deployed stack's resources, for the handlers of this machine. The
// zero value is for a run without RealResources.
type realResources struct {
	stack   *deployed.Stack
	allowed <-chan error // receives whether the functions' roles may be assumed
}

// newRealResources starts to check that the functions' roles may be assumed.
func (c *Cloud) newRealResources(ctx context.Context) {
	if !c.cfg.RealResources || c.resources.stack != nil {
		return
	}
	c.resources.stack = deployed.New(deployed.Config{
		Name: c.cfg.Stack, Live: c.deployed.Live, Assume: c.deployed.Assume, Forwards: c.cfg.Forwards,
	})
	allowed := make(chan error, 1)
	go func() { allowed <- c.resources.stack.Check(ctx) }()
	c.resources.allowed = allowed
}

// awaitAllowed returns the result of that check.
func (r *realResources) awaitAllowed() error {
	if r.allowed == nil {
		return nil
	}
	err := <-r.allowed
	r.allowed = nil
	return err
}

// useDeployed makes the handlers use the deployed stack's resources. Only the deployed stack
// consumes what is not requested by name: two consumers would share the messages.
func (c *Cloud) useDeployed(s *wiring.Services) error {
	r := &c.resources
	if r.stack == nil {
		return nil
	}
	if err := r.awaitAllowed(); err != nil {
		return err
	}
	names := map[string]string{}  // of local resources, by the deployed names
	queues := map[string]string{} // URLs of the deployed ones, by local name
	for i, f := range s.Functions.Functions {
		environment, ok := r.stack.Environment(s.Labels[f.Name])
		if !ok {
			continue // its calls are refused, with the reason
		}
		for variable, here := range f.Environment {
			there, ok := environment[variable]
			if !ok {
				continue
			}
			names[lastSegment(there)] = lastSegment(here)
			if strings.Contains(there, "://") {
				queues[lastSegment(here)] = there
			}
		}
		s.Functions.Functions[i].Environment = environment
	}
	c.observer.deployedNames.Store(&names)
	return c.consume(s, queues)
}

// lastSegment returns the name in the URL of a queue, and any other name unchanged. A path of
// a parameter begins with a slash.
func lastSegment(name string) string {
	if strings.Contains(name, "://") {
		return name[strings.LastIndex(name, "/")+1:]
	}
	return name
}

// consume keeps only the queues and schedules that invoke a handler in Consume.
func (c *Cloud) consume(s *wiring.Services, queues map[string]string) error {
	consumed, found := map[string]deployed.Queue{}, map[string]bool{}
	var problems []error
	for i, m := range s.Mappings.Mappings {
		handler := s.Labels[m.Function]
		if s.Mappings.Mappings[i].Disabled = true; !slices.Contains(c.cfg.Consume, handler) {
			continue
		}
		found[handler] = true
		switch url := queues[lastPart(m.SourceARN)]; {
		case strings.Contains(m.SourceARN, ":dynamodb:"):
			problems = append(problems, fmt.Errorf("-consume %s: the stream of a deployed table is not read here: serve the handler with -live -live-for handler=%[1]s", handler))
		case url == "":
			problems = append(problems, fmt.Errorf("-consume %s: no handler has the URL of its queue in its environment: serve the handler with -live -live-for handler=%[1]s", handler))
		default:
			consumed[m.SourceARN] = deployed.Queue{Stack: c.resources.stack, Handler: handler, URL: url}
			s.Mappings.Mappings[i].Disabled = m.Disabled
		}
	}
	for i, one := range s.Schedules.Schedules {
		if handler := s.Labels[lastPart(one.TargetARN)]; slices.Contains(c.cfg.Consume, handler) {
			found[handler] = true
		} else {
			s.Schedules.Schedules[i].State = "DISABLED"
		}
	}
	for _, handler := range c.cfg.Consume {
		if !found[handler] {
			problems = append(problems, fmt.Errorf("-consume %s: no queue and no schedule invokes this handler", handler))
		}
	}
	c.services.consumed.Store(&consumed)
	return errors.Join(problems...)
}

// A targetFunc returns where the calls of a function to a service go.
type targetFunc func(ctx context.Context, function, service string) (aws.Target, error)

// target returns where functions' calls go; nil means the services of this machine.
func (c *Cloud) target() targetFunc {
	if c.resources.stack == nil {
		return nil
	}
	return func(ctx context.Context, function, service string) (aws.Target, error) {
		return c.resources.stack.Target(ctx, c.observer.label(function), service)
	}
}

// receiveFrom receives messages of a local or a deployed queue.
func (a *awsServices) receiveFrom(ctx context.Context, queueARN string, limit int, wait time.Duration) ([]eventsource.Message, error) {
	if q, ok := (*a.consumed.Load())[queueARN]; ok {
		return q.Receive(ctx, limit, wait)
	}
	return a.receive(ctx, queueARN, limit, wait)
}

// deleteFrom deletes messages that receiveFrom has returned.
func (a *awsServices) deleteFrom(queueARN string, receiptHandles []string) error {
	if q, ok := (*a.consumed.Load())[queueARN]; ok {
		return q.Delete(receiptHandles)
	}
	return a.queues.Delete(queueARN, receiptHandles)
}

// localName returns the local name of a resource of the deployed stack.
func (o *observer) localName(name string) string {
	if names := o.deployedNames.Load(); names != nil {
		return cmp.Or((*names)[name], name)
	}
	return name
}
