package cloud

import (
	"errors"
	"time"

	"api-auth-jwt-auth0/local/lambda"
)

// asyncWaits are what Lambda waits before it runs an asynchronous invocation again whose
// function failed: twice, unless the function says otherwise.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
var asyncWaits = []time.Duration{time.Minute, 2 * time.Minute}

// retryAsync invokes a function until it succeeds. wait waits, and reports false when
// there is nothing left to wait for.
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

// wait waits, but for no longer than the cloud is open.
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
