// Command api-auth-jwt-auth0 is the Pulumi program: `pulumi up` runs it.
// What it deploys is written in package infra.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"api-auth-jwt-auth0/infra"
	"api-auth-jwt-auth0/infra/artifact"
)

func main() {
	pulumi.Run(infra.Program(artifact.Builder{Target: artifact.Lambda}))
}
