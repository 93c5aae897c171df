//go:build pin

// Package pin keeps the version of the Pulumi CLI that the tests build.
package pin

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
