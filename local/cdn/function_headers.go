package cdn

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// What functions may do to headers.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html#function-restrictions-headers
var (
	disallowedHeaders = strings.Fields(`connection expect keep-alive proxy-authenticate proxy-authorization
		proxy-connection trailer upgrade x-accel-buffering x-accel-charset x-accel-limit-rate x-accel-redirect
		x-amzn-auth x-amzn-cf-billing x-amzn-cf-id x-amzn-cf-xff x-amzn-errortype x-amzn-fle-profile
		x-amzn-header-count x-amzn-header-order x-amzn-lambda-integration-tag x-amzn-requestid x-cache
		x-forwarded-proto x-real-ip`)
	disallowedPrefixes = []string{"x-amz-cf-", "x-edge-"}
	readOnlyInRequest  = []string{"content-length", "host", "transfer-encoding", "via"}
	readOnlyInResponse = []string{"warning", "via"}
)

// isDisallowed reports whether functions can neither see nor set a header.
func isDisallowed(lowerName string) bool {
	for _, prefix := range disallowedPrefixes {
		if strings.HasPrefix(lowerName, prefix) {
			return true
		}
	}
	return slices.Contains(disallowedHeaders, lowerName)
}

// setHeaders applies a function's changes to h. Disallowed headers are in neither
// map, so those of h stay; changing a disallowed or read-only one is an error, which
// CloudFront answers with 502.
func setHeaders(h http.Header, before, after fields, readOnly []string) error {
	for name := range before {
		if _, kept := after[name]; kept {
			continue
		}
		if slices.Contains(readOnly, name) {
			return fmt.Errorf("header %q is read-only and cannot be removed", name)
		}
		h.Del(name)
	}
	for name, f := range after {
		if f.equal(before[name]) {
			continue
		}
		if err := setHeader(h, name, f.values(before[name]), readOnly); err != nil {
			return err
		}
	}
	return nil
}

// setHeader replaces all values of one header. Names must be in lower case.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html#functions-event-structure-request
func setHeader(h http.Header, name string, values []field, readOnly []string) error {
	switch {
	case name != strings.ToLower(name) || !httpguts.ValidHeaderFieldName(name):
		return fmt.Errorf("header name %q is not in lower case", name)
	case isDisallowed(name):
		return fmt.Errorf("header %q cannot be set by a function", name)
	case slices.Contains(readOnly, name):
		return fmt.Errorf("header %q is read-only", name)
	}
	h.Del(name)
	for _, v := range values {
		if !httpguts.ValidHeaderFieldValue(v.Value) {
			return fmt.Errorf("header %q has a value that cannot be sent", name)
		}
		h.Add(name, v.Value)
	}
	return nil
}
