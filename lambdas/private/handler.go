package main

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/aws/aws-lambda-go/events"
)

// Handle greets the user identified by the authorizer's claims.
//
// A request without a subject did not pass an authorizer, which means that the API is
// misconfigured. It gets 500 and a line in the log, never a greeting.
func Handle(ctx context.Context, request events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	log := slog.With("apiRequestId", request.RequestContext.RequestID)
	subject := subjectOf(request)
	if subject == "" {
		log.ErrorContext(ctx, "request without a subject: does the route have its JWT authorizer?", "routeKey", request.RouteKey)
		return text(http.StatusInternalServerError, "Internal Server Error"), nil
	}
	log.InfoContext(ctx, "greeted", "subject", subject)
	return text(http.StatusOK, "Hello "+subject+"!"), nil
}

// subjectOf returns the "sub" claim that the authorizer read from the verified token, or the
// empty string.
func subjectOf(request events.APIGatewayV2HTTPRequest) string {
	authorizer := request.RequestContext.Authorizer
	if authorizer == nil || authorizer.JWT == nil {
		return ""
	}
	return authorizer.JWT.Claims["sub"]
}

func text(status int, body string) events.APIGatewayV2HTTPResponse {
	return events.APIGatewayV2HTTPResponse{
		StatusCode: status,
		Headers:    map[string]string{"Content-Type": "text/plain; charset=utf-8"},
		Body:       body,
	}
}
