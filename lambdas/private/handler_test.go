package main

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
)

func TestHandle(t *testing.T) {
	claims := func(claims map[string]string) *events.APIGatewayV2HTTPRequestContextAuthorizerDescription {
		return &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
			JWT: &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{Claims: claims},
		}
	}
	tests := []struct {
		name       string
		authorizer *events.APIGatewayV2HTTPRequestContextAuthorizerDescription
		status     int
		body       string
		log        string
	}{
		{"subject", claims(map[string]string{"sub": "auth0|1", "email": "a@example.com"}), 200, "Hello auth0|1!", `"subject":"auth0|1"`},
		{"no authorizer", nil, 500, "Internal Server Error", "without a subject"},
		{"authorizer of another kind", &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{}, 500, "Internal Server Error", "without a subject"},
		{"no claims", claims(nil), 500, "Internal Server Error", "without a subject"},
		{"empty subject", claims(map[string]string{"sub": ""}), 500, "Internal Server Error", "without a subject"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { // not parallel: they share the default logger
			log := captureLog(t)
			request := events.APIGatewayV2HTTPRequest{
				RouteKey: "GET /private",
				Headers:  map[string]string{"authorization": "Bearer secret-token"},
				RequestContext: events.APIGatewayV2HTTPRequestContext{
					RequestID:  "JKJaXmPLvHcESHA=",
					Authorizer: test.authorizer,
				},
			}
			response, err := Handle(t.Context(), request)
			if err != nil {
				t.Fatal(err)
			}
			if response.StatusCode != test.status || response.Body != test.body {
				t.Errorf("expected %d %q, got %d %q", test.status, test.body, response.StatusCode, response.Body)
			}
			for _, want := range []string{test.log, `"apiRequestId":"JKJaXmPLvHcESHA="`} {
				if !strings.Contains(log.String(), want) {
					t.Errorf("expected %s in the log, got %s", want, log)
				}
			}
			if strings.Contains(log.String(), "secret-token") {
				t.Errorf("the token is in the log: %s", log)
			}
		})
	}
}

// captureLog sends the default logger to a buffer for the length of the test.
func captureLog(t *testing.T) *bytes.Buffer {
	t.Helper()
	before := slog.Default()
	t.Cleanup(func() { slog.SetDefault(before) })
	var log bytes.Buffer
	slog.SetDefault(slog.New(slog.NewJSONHandler(&log, nil)))
	return &log
}
