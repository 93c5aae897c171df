package cdn

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
)

// viewerRequest runs the behavior's viewer-request function. It returns the
// request to send on, or the answer of the function: a result with a
// statusCode is an answer. Its error is a failure.
func (x *exchange) viewerRequest() (*http.Request, *http.Response, error) {
	f := x.behavior.viewerRequest
	if f == nil {
		return x.viewer, nil, nil
	}
	e := x.event("viewer-request")
	result, err := f.call(e)
	if err != nil {
		return nil, nil, err
	}
	if _, ok := result["statusCode"]; ok {
		answer, err := generatedResponse(result)
		return nil, answer, f.invalid(err)
	}
	request, err := changedRequest(x.viewer, e.Request, result)
	return request, nil, f.invalid(err)
}

// viewerResponse runs the behavior's viewer-response function, which
// CloudFront does not run if the origin answers with 400 or more.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html#function-restrictions-status-codes
func (x *exchange) viewerResponse(resp *http.Response) error {
	f := x.behavior.viewerResponse
	if f == nil || resp.StatusCode >= http.StatusBadRequest {
		return nil
	}
	e := x.event("viewer-response")
	before := newEventResponse(resp)
	e.Response = &before
	result, err := f.call(e)
	if err != nil {
		return err
	}
	return f.invalid(changeResponse(resp, before, result))
}

// call runs the function and decodes its result. Its error is a failure:
// 503 when the function did not finish, 502 when it returned no object.
func (f *function) call(e event) (map[string]json.RawMessage, error) {
	in, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	out, err := f.run(in)
	if err != nil {
		return nil, &failure{status: http.StatusServiceUnavailable, text: textFunctionRun, cache: cacheExecution, cause: err}
	}
	var result map[string]json.RawMessage
	if err := json.Unmarshal(out, &result); err != nil || result == nil {
		return nil, f.invalid(errors.New("expected a request or a response object"))
	}
	return result, nil
}

// invalid is the failure for a result that CloudFront does not accept.
func (f *function) invalid(err error) error {
	if err == nil {
		return nil
	}
	return &failure{status: http.StatusBadGateway, text: textFunctionValue, cache: cacheInvalid,
		cause: fmt.Errorf("function %q returned an invalid value: %w", f.name, err)}
}

// decode decodes members of a result, all of which are required.
func decode(result map[string]json.RawMessage, members map[string]any) error {
	for _, name := range slices.Sorted(maps.Keys(members)) {
		raw, ok := result[name]
		if !ok || string(raw) == "null" {
			return fmt.Errorf("%s is missing", name)
		}
		if err := json.Unmarshal(raw, members[name]); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// NewRewriter returns a viewer-request function as a Go function, for servers that
// replace the distribution's origin. A nil f changes nothing. The result fails
// where a distribution answers 502 or 503, and if f answers a request itself.
func NewRewriter(f *Function) (func(*http.Request) (*http.Request, error), error) {
	d := New(Options{})
	ready, err := d.newFunction(f)
	if err != nil {
		return nil, err
	}
	return func(r *http.Request) (*http.Request, error) {
		x := &exchange{deployment: &deployment{Distribution: d}, behavior: &behavior{viewerRequest: ready}, viewer: r}
		request, answer, err := x.viewerRequest()
		if err == nil && answer != nil {
			err = fmt.Errorf("function %q answers %s itself, which is not supported here", f.Name, r.URL.Path)
		}
		return request, err
	}, nil
}
