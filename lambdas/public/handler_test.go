package main

import (
	"testing"

	"github.com/aws/aws-lambda-go/events"
)

func TestHandleGreetsStranger(t *testing.T) {
	response, err := Handle(t.Context(), events.APIGatewayV2HTTPRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != 200 || response.Body != "Hello stranger!" {
		t.Errorf("expected 200 %q, got %d %q", "Hello stranger!", response.StatusCode, response.Body)
	}
	if got := response.Headers["Content-Type"]; got != "text/plain; charset=utf-8" {
		t.Errorf("expected plain text, got %q", got)
	}
}
