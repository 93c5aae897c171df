package infra

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// originURL turns a host into the URL of its origin, without a trailing slash.
// It adds "https://" only if the host has no scheme:
// services return bare host names, and a local one without TLS returns
// "http://localhost:3000".
func originURL(host string) string {
	if strings.Contains(host, "://") {
		return host
	}
	return "https://" + host
}

// originHost returns the host, with its port if any, of an origin's URL.
func originHost(url string) string {
	_, host, found := strings.Cut(url, "://")
	if !found {
		return url
	}
	return host
}

// apply maps a string output through f.
func apply(s pulumi.StringInput, f func(string) string) pulumi.StringOutput {
	return s.ToStringOutput().ApplyT(f).(pulumi.StringOutput)
}
