package cloud

import (
	"errors"
	"time"

	"api-auth-jwt-auth0/local/lambda"
)

// asyncWaits are Lambda's waits before it runs a failed asynchronous invocation again: twice,
// unless the function is configured otherwise.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
var asyncWaits = []time.Duration{time.Minute, 2 * time.Minute}

// retryAsync invokes a function until it succeeds. wait waits, and reports whether to
// continue.
func retryAsync(wait func(time.Duration) bool, invoke func() error) {
	for attempt := 0; ; attempt++ {
		if _, failed := errors.AsType[*lambda.FunctionError](invoke()); !failed {
			return
		}
		if attempt == len(asyncWaits) || !wait(asyncWaits[attempt]) {
			return
		}
	}
}

// wait waits for d, or until the cloud is closed.
func (c *Cloud) wait(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-c.closed:
		return false
	}
}
