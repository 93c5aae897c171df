package action

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/dop251/goja"
	"github.com/dop251/goja/parser"
)

const (
	// https://auth0.com/docs/customize/actions/limitations
	maxCodeBytes = 100_000
	// https://auth0.com/docs/secure/tokens/json-web-tokens/create-custom-claims
	maxClaimBytes = 100_000
	// runLimit ends endless runs. With Auth0 it is that of all Actions of a trigger
	// together.
	// https://auth0.com/docs/customize/actions/limitations
	runLimit = 20 * time.Second
	// maxCallDepth turns endless recursion into an error.
	maxCallDepth = 512
	// handler is what the code of the trigger post-login assigns to exports.
	// https://auth0.com/docs/customize/actions/explore-triggers/post-login
	handler = "onExecutePostLogin"
)

// An Action is compiled code. Each run has a runtime of its own, so that nothing
// passes from one to another, and runs may overlap.
type Action struct {
	Name    string
	program *goja.Program
	limit   time.Duration
}

// Compile checks an Action's code and runs its top level once, which must assign
// exports.onExecutePostLogin.
func Compile(name, code string) (*Action, error) {
	a := &Action{Name: name, limit: runLimit}
	if len(code) > maxCodeBytes {
		return nil, fmt.Errorf("Action %q: the code has %d bytes, and Auth0 allows %d: shorten it", name, len(code), maxCodeBytes)
	}
	// The parameters are what CommonJS gives a module. They are on the first line of
	// the code, so that errors have its line numbers.
	source := "(function (exports, module, require, console) { " + code + "\n})"
	program, err := goja.Parse(name, source, parser.WithDisableSourceMaps)
	if err == nil {
		a.program, err = goja.CompileAST(program, false)
	}
	if err == nil {
		var r *run
		if r, err = a.start(func(string) {}); err == nil {
			r.stop()
		}
	}
	if err != nil {
		return nil, fmt.Errorf("Action %q: %w", name, plain(err))
	}
	return a, nil
}

// Run runs the Action for an event, and changes the outcome. Its error names what the
// Action did wrong, or what it needs that does not exist here; the outcome is then
// unchanged. log receives the lines of console.log.
func (a *Action) Run(event Event, outcome *Outcome, log func(line string)) error {
	r, err := a.start(log)
	if err != nil {
		return fmt.Errorf("Action %q: %w", a.Name, plain(err))
	}
	defer r.stop()
	changed := outcome.clone()
	err = r.call(event, changed)
	switch {
	case r.unsupported != "":
		return fmt.Errorf("Action %q uses %s, which the local tenant does not have", a.Name, r.unsupported)
	case err != nil:
		return fmt.Errorf("Action %q: %w", a.Name, plain(err))
	}
	if size := changed.claimBytes(); size > maxClaimBytes {
		return fmt.Errorf("Action %q: the claims have %d bytes, and Auth0 allows %d", a.Name, size, maxClaimBytes)
	}
	*outcome = *changed
	return nil
}

// A run is one runtime with an Action loaded.
type run struct {
	vm          *goja.Runtime
	handler     goja.Value
	invoke      goja.Callable // of sandbox.js
	unsupported string        // the first member that the Action used and that does not exist here
	log         func(line string)
	stop        func() bool // ends the time limit
}

//go:embed sandbox.js
var sandboxSource string

// sandbox returns the functions load and invoke.
var sandbox = goja.MustCompile("sandbox", sandboxSource, true)

// start loads the Action into a fresh runtime.
func (a *Action) start(log func(line string)) (*run, error) {
	r := &run{vm: goja.New(), log: log}
	r.vm.SetMaxCallStackSize(maxCallDepth)
	r.stop = time.AfterFunc(a.limit, func() { r.vm.Interrupt("ran longer than " + a.limit.String()) }).Stop
	if err := r.load(a.program); err != nil {
		r.stop()
		return nil, err
	}
	return r, nil
}

func (r *run) load(program *goja.Program) error {
	functions, err := r.vm.RunProgram(sandbox)
	if err != nil {
		return err
	}
	host := functions.ToObject(r.vm)
	load, _ := goja.AssertFunction(host.Get("load"))
	r.invoke, _ = goja.AssertFunction(host.Get("invoke"))
	module, err := r.vm.RunProgram(program)
	if err != nil {
		return err
	}
	exports, err := load(goja.Undefined(), module, r.vm.ToValue(r.log))
	if err != nil {
		return err
	}
	r.handler = exports.ToObject(r.vm).Get(handler)
	if _, ok := goja.AssertFunction(r.handler); !ok {
		return fmt.Errorf("it has no handler: assign exports.%s", handler)
	}
	return nil
}

// call runs the handler. There is nothing that could settle a promise later.
func (r *run) call(event Event, outcome *Outcome) error {
	text, err := json.Marshal(event)
	if err != nil {
		return err
	}
	result, err := r.invoke(goja.Undefined(), r.handler, r.vm.ToValue(string(text)), r.vm.ToValue(r.host(outcome)))
	if err != nil {
		return err
	}
	promise, ok := result.Export().(*goja.Promise)
	if !ok {
		return nil
	}
	switch promise.State() {
	case goja.PromiseStateRejected:
		return errors.New(promise.Result().String())
	case goja.PromiseStatePending:
		return errors.New("its promise never settles")
	}
	return nil
}

// host are the functions through which sandbox.js reports what the Action does.
func (r *run) host(outcome *Outcome) map[string]any {
	return map[string]any{
		"unsupported": func(member string) {
			if r.unsupported == "" {
				r.unsupported = member
			}
		},
		"deny":        outcome.deny,
		"addScope":    outcome.addScope,
		"removeScope": outcome.removeScope,
		"claim": func(token, name, value string) {
			if !outcome.claim(token, name, json.RawMessage(value)) {
				r.log(fmt.Sprintf("the claim %q is left out of the %s token: Auth0 or OpenID Connect reserves its name", name, token))
			}
		},
	}
}

// plain is an error without the runtime's own words and stack.
func plain(err error) error {
	if _, ok := errors.AsType[*goja.StackOverflowError](err); ok {
		return fmt.Errorf("calls deeper than %d", maxCallDepth)
	}
	if exception, ok := errors.AsType[*goja.Exception](err); ok {
		return errors.New(exception.Value().String())
	}
	if interrupted, ok := errors.AsType[*goja.InterruptedError](err); ok {
		return fmt.Errorf("%v", interrupted.Value())
	}
	return err
}
