// Command load is the handler of the load test, in place of the project's own:
// each answer carries the nonce of its request, and a request may end the
// process.
package main

import (
	"context"
	"errors"
	"os"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

func main() { lambda.Start(handle) }

func handle(_ context.Context, request events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	switch request.QueryStringParameters["do"] {
	case "exit":
		os.Exit(3)
	case "panic":
		panic("as asked")
	case "fail":
		return events.APIGatewayV2HTTPResponse{}, errors.New("as asked")
	}
	subject := "stranger"
	if authorizer := request.RequestContext.Authorizer; authorizer != nil && authorizer.JWT != nil {
		subject = authorizer.JWT.Claims["sub"]
	}
	return events.APIGatewayV2HTTPResponse{
		StatusCode: 200,
		Headers:    map[string]string{"Content-Type": "text/plain"},
		Body:       request.QueryStringParameters["nonce"] + " " + subject,
	}, nil
}
