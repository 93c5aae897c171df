package cloud

import (
	"errors"
	"slices"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/lambda"
)

func TestRetryAsync(t *testing.T) {
	t.Parallel()
	failed := &lambda.FunctionError{Type: "Runtime.ExitError"}
	for _, test := range []struct {
		name     string
		errs     []error // of the attempts
		isClosed bool
		waits    []time.Duration
	}{
		{"success", []error{nil}, false, nil},
		{"one failure", []error{failed, nil}, false, []time.Duration{time.Minute}},
		{"all fail", []error{failed, failed, failed}, false, []time.Duration{time.Minute, 2 * time.Minute}},
		{"the cloud is closed while it waits", []error{failed}, true, []time.Duration{time.Minute}},
		{"the function was not run", []error{lambda.ErrClosed}, false, nil},
	} {
		var waits []time.Duration
		attempts := 0
		retryAsync(func(d time.Duration) bool { waits = append(waits, d); return !test.isClosed }, func() error {
			attempts++
			if attempts > len(test.errs) {
				return errors.New("one attempt too many")
			}
			return test.errs[attempts-1]
		})
		if attempts != len(test.errs) || !slices.Equal(waits, test.waits) {
			t.Errorf("%s: %d attempts, waits %v", test.name, attempts, waits)
		}
	}
}
