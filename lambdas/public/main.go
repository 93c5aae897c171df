// Command public serves GET /public, which anyone may call.
package main

import (
	"log/slog"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

func main() {
	slog.SetDefault(lambdacontext.NewLogger()) // with the invocation's request id
	lambda.Start(Handle)
}
