// This command is the Pulumi program, which `pulumi up` runs. Package infra describes
// what it deploys.
package main

import (
	"errors"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/common/constant"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"api-auth-jwt-auth0/infra"
	"api-auth-jwt-auth0/infra/artifact"
)

// siteDir is the environment variable for the folder of the built web app. It is set
// where the code of npm packages must not run with access to the deployment's
// credentials (.github/workflows/deploy.yml); otherwise the program builds the app.
const siteDir = "SITE_DIR"

func main() {
	program := infra.Program(artifact.Builder{Target: artifact.Lambda, SiteDir: os.Getenv(siteDir)})
	pulumi.Run(func(ctx *pulumi.Context) error {
		err := program(ctx)
		var invalid *infra.InvalidConfigError
		if errors.As(err, &invalid) && ctx.Log.Error(invalid.Error(), nil) == nil {
			// pulumi.Run would report it again, as an unhandled error of the program.
			os.Exit(constant.ExitStatusLoggedError)
		}
		return err
	})
}
