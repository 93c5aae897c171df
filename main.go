// This command is the Pulumi program: `pulumi up` runs it.
// What it deploys is written in package infra.
package main

import (
	"errors"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/common/constant"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"api-auth-jwt-auth0/infra"
	"api-auth-jwt-auth0/infra/artifact"
)

// siteDir is the environment variable that names a folder with the built web
// app. Set where the code of npm packages must not run beside the credentials
// that deploy (.github/workflows/deploy.yml); otherwise the program builds it.
const siteDir = "SITE_DIR"

func main() {
	program := infra.Program(artifact.Builder{Target: artifact.Lambda, SiteDir: os.Getenv(siteDir)})
	pulumi.Run(func(ctx *pulumi.Context) error {
		err := program(ctx)
		var invalid *infra.InvalidConfigError
		if errors.As(err, &invalid) && ctx.Log.Error(invalid.Error(), nil) == nil {
			// It comes before any resource and says all: pulumi.Run would report it
			// as an unhandled error of the program.
			os.Exit(constant.ExitStatusLoggedError)
		}
		return err
	})
}
