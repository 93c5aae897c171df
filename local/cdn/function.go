package cdn

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/dop251/goja"
	"github.com/dop251/goja/parser"
)

const (
	runtimeName = "cloudfront-js-2.0"
	// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-functions
	maxCodeBytes = 10 * 1024
	// functionLimit bounds a run. CloudFront allows about a millisecond of
	// computing; this is wall-clock time, with room for a busy machine, and only ends
	// endless runs.
	functionLimit = 5 * time.Second
	// maxCallDepth turns endless recursion into an error.
	maxCallDepth = 512
	// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-function-restrictions.html
	maxLogBytes = 10 * 1024
)

// A function is a compiled CloudFront function. Every run has a runtime of
// its own, so no state passes from one request to another, and runs may
// overlap.
type function struct {
	name    string
	program *goja.Program
	limit   time.Duration
	now     func() time.Time
	log     *slog.Logger
}

// newFunction compiles f and runs its top level once, which must leave a
// function named handler. A nil f is no function.
func (d *Distribution) newFunction(f *Function) (*function, error) {
	if f == nil {
		return nil, nil
	}
	ready := &function{name: f.Name, limit: functionLimit, now: d.now, log: d.log}
	if err := ready.compile(*f); err != nil {
		return nil, fmt.Errorf("function %q: %w", f.Name, err)
	}
	in, err := ready.start()
	if err != nil {
		return nil, fmt.Errorf("function %q: %w", f.Name, err)
	}
	in.stop()
	return ready, nil
}

func (f *function) compile(src Function) error {
	if src.Runtime != runtimeName {
		return fmt.Errorf("runtime %q is not run here: use %q", src.Runtime, runtimeName)
	}
	if len(src.Code) > maxCodeBytes {
		return fmt.Errorf("the code has %d bytes, CloudFront allows %d: shorten it", len(src.Code), maxCodeBytes)
	}
	program, err := goja.Parse(src.Name, src.Code, parser.WithDisableSourceMaps)
	if err != nil {
		return err
	}
	if err := checkSyntax(program); err != nil {
		return err
	}
	// Functions are always strict code.
	f.program, err = goja.CompileAST(program, true)
	return err
}

// An invocation is one runtime with the function loaded.
type invocation struct {
	vm               *goja.Runtime
	handler          goja.Callable
	parse, stringify goja.Callable // taken before the function could replace them
	stop             func() bool   // ends the time limit
}

// start loads the function into a fresh runtime.
func (f *function) start() (*invocation, error) {
	in := &invocation{vm: goja.New()}
	started := f.now()
	in.vm.SetTimeSource(func() time.Time { return started })
	in.vm.SetMaxCallStackSize(maxCallDepth)
	json := in.vm.Get("JSON").ToObject(in.vm)
	in.parse, _ = goja.AssertFunction(json.Get("parse"))
	in.stringify, _ = goja.AssertFunction(json.Get("stringify"))
	if _, err := in.vm.RunProgram(sandbox); err != nil {
		return nil, fmt.Errorf("preparing the runtime: %w", err)
	}
	if err := in.vm.Set("console", map[string]any{"log": f.console()}); err != nil {
		return nil, fmt.Errorf("preparing the runtime: %w", err)
	}
	in.stop = time.AfterFunc(f.limit, func() { in.vm.Interrupt("ran longer than " + f.limit.String()) }).Stop
	if _, err := in.vm.RunProgram(f.program); err != nil {
		in.stop()
		return nil, err
	}
	handler, ok := goja.AssertFunction(in.vm.GlobalObject().Get("handler"))
	if !ok {
		in.stop()
		return nil, errors.New("no handler: declare function handler(event)")
	}
	in.handler = handler
	return in, nil
}

// run passes the event, as JSON, to the handler and returns its result as JSON; a
// result that JSON cannot represent is "null".
func (f *function) run(event []byte) ([]byte, error) {
	in, err := f.start()
	if err != nil {
		return nil, fmt.Errorf("function %q: %w", f.name, err)
	}
	defer in.stop()
	result, err := in.call(string(event))
	if _, ok := errors.AsType[*goja.StackOverflowError](err); ok {
		err = fmt.Errorf("calls deeper than %d", maxCallDepth)
	}
	if err != nil {
		return nil, fmt.Errorf("function %q: %w", f.name, err)
	}
	return []byte(result), nil
}

func (in *invocation) call(event string) (string, error) {
	undefined := goja.Undefined()
	argument, err := in.parse(undefined, in.vm.ToValue(event))
	if err != nil {
		return "", err
	}
	result, err := in.handler(undefined, argument)
	if err != nil {
		return "", err
	}
	if result, err = settled(result); err != nil {
		return "", err
	}
	text, err := in.stringify(undefined, result)
	if err != nil {
		return "", err
	}
	if goja.IsUndefined(text) {
		return "null", nil
	}
	return text.String(), nil
}

// settled returns the value of an async handler's promise, which must be settled:
// there are no timers and no network that could settle it later.
func settled(v goja.Value) (goja.Value, error) {
	promise, ok := v.Export().(*goja.Promise)
	if !ok {
		return v, nil
	}
	switch promise.State() {
	case goja.PromiseStateFulfilled:
		return promise.Result(), nil
	case goja.PromiseStateRejected:
		return nil, fmt.Errorf("rejected: %v", promise.Result())
	}
	return nil, errors.New("the handler's promise never settles")
}

// console is console.log of one run: its lines go to the log, up to
// CloudFront's limit.
func (f *function) console() func(...goja.Value) {
	left := maxLogBytes
	return func(args ...goja.Value) {
		words := make([]string, len(args))
		for i, a := range args {
			words[i] = a.String()
		}
		message := strings.Join(words, " ")
		message = message[:min(len(message), left)]
		left -= len(message)
		if message != "" {
			f.log.Info(message, "function", f.name)
		}
	}
}

// sandbox removes from the global object what the runtime does not document, and
// makes every way of compiling a string throw.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
var sandbox = goja.MustCompile("sandbox", `(function () {
	var allowed = ' Object String Number Boolean Math Date RegExp JSON Array ArrayBuffer Promise' +
		' Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array' +
		' Error EvalError RangeError ReferenceError SyntaxError TypeError URIError globalThis NaN Infinity undefined' +
		' decodeURI decodeURIComponent encodeURI encodeURIComponent isFinite isNaN parseFloat parseInt ';
	var refuse = function () { throw new EvalError('code generation from strings is not supported'); };
	[function () {}, async function () {}, function* () {}].forEach(function (f) {
		Object.defineProperty(Object.getPrototypeOf(f), 'constructor', {value: refuse});
	});
	Object.getOwnPropertyNames(globalThis).forEach(function (name) {
		if (allowed.indexOf(' ' + name + ' ') < 0) { delete globalThis[name]; }
	});
	['Function', 'eval'].forEach(function (name) {
		Object.defineProperty(globalThis, name, {value: refuse});
	});
})()`, true)
