package lambda

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"
)

// Errors of an Invoke that did not reach the function.
var (
	ErrUnknownFunction = errors.New("no such function")
	ErrClosed          = errors.New("the lambda service is closed")
	// ErrTooLarge corresponds to Lambda's RequestEntityTooLargeException, in its words.
	// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors
	ErrTooLarge = fmt.Errorf("request must be smaller than %d bytes for the InvokeFunction operation", maxRequest)
	// ErrInvalidJSON corresponds to InvalidRequestContentException.
	ErrInvalidJSON = errors.New("could not parse request body into json")
)

// ErrTimeout is wrapped by the FunctionError of a function that reached its time limit, or
// whose process did not finish its init phase in time.
var ErrTimeout = errors.New("time limit reached")

// Error types that Lambda itself reports to callers and in logs.
const (
	typeTimeout    = "Sandbox.Timedout"
	typeExit       = "Runtime.ExitError"
	typeMemory     = "Runtime.OutOfMemory" // as in https://github.com/DataDog/datadog-lambda-extension/pull/776
	typeEntrypoint = "Runtime.InvalidEntrypoint"
	typeTooLarge   = "Function.ResponseSizeTooLarge"
	typeUnknown    = "Runtime.Unknown"
)

// FunctionError is a failed invocation: the function returned an error, or its process
// panicked, crashed, exited, answered too much, or ran out of time.
type FunctionError struct {
	Type       string          // errorType, such as "Runtime.ExitError" or the Go type of the error
	Message    string          // errorMessage
	StackTrace json.RawMessage // stackTrace as the runtime posted it; nil without one
	Payload    []byte          // the body that a caller of Lambda's Invoke would receive

	cause error
}

func (e *FunctionError) Error() string {
	if e.Message == "" {
		return e.Type
	}
	return e.Type + ": " + e.Message
}

// Unwrap lets errors.Is find ErrTimeout.
func (e *FunctionError) Unwrap() error { return e.cause }

// errorBody is Lambda's error format:
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html#runtimes-api-invokeerror
type errorBody struct {
	Type       string          `json:"errorType"`
	Message    string          `json:"errorMessage"`
	StackTrace json.RawMessage `json:"stackTrace,omitempty"`
}

// platformError returns an error that Lambda, not the function, reports.
func platformError(kind, message string, cause error) *FunctionError {
	payload, err := json.Marshal(errorBody{Type: kind, Message: message})
	if err != nil {
		payload = []byte("{}") // cannot happen: two strings always marshal
	}
	return &FunctionError{Type: kind, Message: message, Payload: payload, cause: cause}
}

// postedError reads what a runtime posted to an error path. Lambda passes any body on
// unchanged. If the body is not in Lambda's error format, the type is that of the header, or
// Runtime.Unknown.
func postedError(headerType string, body []byte) *FunctionError {
	fault := &FunctionError{Type: headerType, Payload: body}
	var parsed errorBody
	if json.Unmarshal(body, &parsed) == nil {
		fault.Message, fault.StackTrace = parsed.Message, parsed.StackTrace
		if parsed.Type != "" {
			fault.Type = parsed.Type
		}
	}
	if fault.Type == "" {
		fault.Type = typeUnknown
	}
	return fault
}

func timeoutError(id string, limit time.Duration) *FunctionError {
	return platformError(typeTimeout, fmt.Sprintf("RequestId: %s Error: %s", id, timeoutText(limit)), ErrTimeout)
}

func timeoutText(limit time.Duration) string {
	return fmt.Sprintf("Task timed out after %.2f seconds", limit.Seconds())
}

// exitError describes the end of a process as Lambda does: with the exit status or the
// signal, or "without providing a reason" for status 0.
func exitError(id string, state *os.ProcessState) *FunctionError {
	reason := "Runtime exited without providing a reason"
	if state != nil && !state.Success() {
		reason = "Runtime exited with error: " + exitText(state)
	}
	return platformError(typeExit, fmt.Sprintf("RequestId: %s Error: %s", id, reason), nil)
}

// startError returns the error for a bootstrap that the operating system cannot run.
func startError(id string, err error) *FunctionError {
	return platformError(typeEntrypoint, fmt.Sprintf("RequestId: %s Error: %v", id, err), err)
}

func tooLargeError() *FunctionError {
	return platformError(typeTooLarge,
		fmt.Sprintf("Response payload size exceeded maximum allowed payload size (%d bytes).", maxResponse), nil)
}
