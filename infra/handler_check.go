package infra

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"api-auth-jwt-auth0/infra/kind"
)

// Limits of functions.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const (
	minMemoryMB    = 128
	maxMemoryMB    = 10_240
	maxTimeout     = 15 * time.Minute
	maxEnvironment = 4 << 10 // bytes of all names and values

	// maxRouteTimeout is a second less than API Gateway's timeout.
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
	maxRouteTimeout = 29 * time.Second
)

// check returns all problems of the tables of routes, resources and handlers, or nil.
func (d Deployment) check(cfg Config) error {
	problems := d.checkResources()
	folders, err := d.Builder.HandlerFolders()
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(d.Handlers)) {
		for _, err := range d.checkHandler(cfg, name, folders) {
			problems = append(problems, fmt.Errorf("infra/resources.go: handler %q: %w", name, err))
		}
	}
	problems = slices.Concat(problems, d.checkConsumers(), d.checkLive(cfg))
	return errors.Join(append([]error{checkRoutes(d.Routes, d.Rights)}, problems...)...)
}

// checkResources reports resources that cannot be deployed, or not together.
func (d Deployment) checkResources() (problems []error) {
	report := func(declared kind.Declaration, err error) {
		problems = append(problems, fmt.Errorf("infra/resources.go: %s: %w", declared, err))
	}
	names, variables := map[string]bool{}, map[string]kind.Declaration{}
	for _, r := range d.Resources {
		declared := r.Declaration()
		for _, err := range declared.Problems {
			report(declared, err)
		}
		if names[declared.String()] {
			report(declared, errors.New("is in Resources twice: remove or rename one"))
			continue
		}
		names[declared.String()] = true
		for _, name := range declared.Variables {
			if other, taken := variables[name]; taken {
				report(declared, fmt.Errorf("gives handlers the environment variable %s, as %s does: rename one", name, other))
			}
			variables[name] = declared
		}
	}
	return problems
}

// checkHandler reports the problems of one row of Handlers.
func (d Deployment) checkHandler(cfg Config, name string, folders []string) (problems []error) {
	h := d.Handlers[name]
	report := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	routed := slices.Contains(handlerNames(d.Routes), name)
	switch {
	case !slices.Contains(folders, name):
		report("there is no lambdas/%s/main.go: write the handler, or remove it from Handlers", name)
	case !routed && h.On == nil:
		report("nothing invokes it: give it a route in infra/routes.go, or set On")
	case !handlerName.MatchString(name) || len(name) > maxShortName:
		report("expected at most %d letters, digits, dashes and underscores; rename its folder under lambdas/", maxShortName)
	}
	if h.MemoryMB != 0 && (h.MemoryMB < minMemoryMB || h.MemoryMB > maxMemoryMB) {
		report("has %d MB of memory: expected %d to %d", h.MemoryMB, minMemoryMB, maxMemoryMB)
	}
	if h.Timeout != 0 && (h.Timeout < time.Second || h.Timeout > maxTimeout || h.Timeout%time.Second != 0) {
		report("has the timeout %v: expected whole seconds from 1s to 15m", h.Timeout)
	}
	if routed && h.Timeout > maxRouteTimeout {
		report("has the timeout %v, and API Gateway answers its route with 503 after 30 s: expected at most %v, or have the route send a message to a queue whose consumer takes longer", h.Timeout, maxRouteTimeout)
	}
	if h.Concurrency < 0 {
		report("has the concurrency %d: expected 1 or more, or 0 for no limit", h.Concurrency)
	}
	problems = append(problems, d.checkUses(h)...)
	problems = append(problems, checkStatements(h.Statements)...)
	return append(problems, d.checkSource(cfg, name, h)...)
}

// checkUses reports uses of resources that are not deployed, and duplicate variables.
func (d Deployment) checkUses(h Handler) (problems []error) {
	by := map[string]string{}
	size := 0
	for _, name := range slices.Sorted(maps.Keys(h.Environment)) {
		size += len(name) + len(h.Environment[name])
		by[name] = "Environment"
		if err := checkVariable(name); err != nil {
			problems = append(problems, err)
		}
	}
	if size > maxEnvironment {
		problems = append(problems, fmt.Errorf("has an Environment of %d bytes, and Lambda allows %d: keep large values in a bucket or a table", size, maxEnvironment))
	}
	for _, use := range h.Uses {
		declared := use.Of.Declaration()
		if !slices.Contains(d.Resources, use.Of) {
			problems = append(problems, fmt.Errorf("uses the %s, which is not declared: add it to Resources", declared))
		}
		for _, name := range declared.Variables {
			if by[name] == "Environment" {
				problems = append(problems, fmt.Errorf("sets %s in Environment, and its use of the %s sets it, too: remove or rename it", name, declared))
			}
		}
	}
	return problems
}

// variablePattern and reserved are Lambda's.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
var (
	variablePattern = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]+$`)
	reserved        = []string{"LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR", "_HANDLER", "_X_AMZN_TRACE_ID"}
)

// checkVariable also refuses the names that the AWS SDK reads: they would redirect the
// handler's calls, or change their credentials.
func checkVariable(name string) error {
	if !variablePattern.MatchString(name) {
		return fmt.Errorf("sets the variable %q in Environment: expected a letter, then letters, digits and underscores", name)
	}
	if strings.HasPrefix(name, "AWS_") || slices.Contains(reserved, name) {
		return fmt.Errorf("sets the variable %s in Environment, which AWS reserves: rename it", name)
	}
	return nil
}

// checkStatements reports statements that allow more than they say.
func checkStatements(statements []Statement) (problems []error) {
	for i, s := range statements {
		for _, action := range s.Action {
			if action == "*" || strings.HasSuffix(action, ":*") {
				problems = append(problems, fmt.Errorf("statement %d allows %s: name the actions that the handler calls", i+1, action))
			}
		}
		if s.Effect != "Allow" && s.Effect != "Deny" {
			problems = append(problems, fmt.Errorf("statement %d has the effect %q: expected Allow or Deny", i+1, s.Effect))
		}
		if len(s.Action) == 0 || len(s.Resource) == 0 || s.Principal != nil {
			problems = append(problems, fmt.Errorf("statement %d: expected actions and resources, and no principal", i+1))
		}
	}
	return problems
}

// checkSource reports the problems of a handler's source.
func (d Deployment) checkSource(cfg Config, name string, h Handler) []error {
	if h.On == nil {
		return nil
	}
	problems := h.On.Problems(h.consumer(name, cfg))
	if of := h.On.Of(); of != nil && !slices.Contains(d.Resources, of) {
		problems = append(problems, fmt.Errorf("is invoked by the %s, which is not declared: add it to Resources", of.Declaration()))
	}
	return problems
}

// checkConsumers reports resources whose events two handlers would share.
func (d Deployment) checkConsumers() (problems []error) {
	consumers := map[Resource]string{}
	for _, name := range slices.Sorted(maps.Keys(d.Handlers)) {
		h := d.Handlers[name]
		if h.On == nil || h.On.Of() == nil {
			continue
		}
		of := h.On.Of()
		if other, taken := consumers[of]; taken {
			problems = append(problems, fmt.Errorf("infra/resources.go: handlers %q and %q are both invoked by the %s, and would share its events: give each a queue of its own", other, name, of.Declaration()))
		}
		consumers[of] = name
	}
	return problems
}

// warnUnusedHandlers warns of handlers that nothing invokes.
func (d Deployment) warnUnusedHandlers(ctx *pulumi.Context) error {
	folders, err := d.Builder.HandlerFolders()
	if err != nil {
		return err
	}
	named := d.handlerNames()
	for _, name := range folders {
		if slices.Contains(named, name) {
			continue
		}
		if err := ctx.Log.Warn(fmt.Sprintf("lambdas/%s has no route and is not deployed: add its line to Routes in infra/routes.go", name), nil); err != nil {
			return err
		}
	}
	return nil
}
