// Command pulumi-resource is a provider plugin for the tests of the real engine. Its
// file name selects the provider: pulumi-resource-aws or pulumi-resource-auth0.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/provider"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"api-auth-jwt-auth0/local/enginetest/account"
	local "api-auth-jwt-auth0/local/enginetest/plugin"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	name := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")
	pkg, ok := strings.CutPrefix(name, "pulumi-resource-")
	dir := os.Getenv(account.Dir)
	if !ok || dir == "" {
		return fmt.Errorf("%s: expected the name pulumi-resource-aws or pulumi-resource-auth0, and a folder in %s", name, account.Dir)
	}
	p := &local.Plugin{Package: pkg, Account: account.Account{Dir: dir}}
	return provider.Main(name, func(*provider.HostClient) (pulumirpc.ResourceProviderServer, error) {
		return plugin.NewProviderServer(p), nil
	})
}
