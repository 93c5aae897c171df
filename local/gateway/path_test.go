package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
)

// TestAssumedPathEndsAtAnEncodedQuestionMark, for the event and for the choice of
// the route, so that the authorizer is that of the path that the function gets. The
// query is the one that was sent.
func TestAssumedPathEndsAtAnEncodedQuestionMark(t *testing.T) {
	t.Parallel()
	cfg := testConfig(newIssuer(t).authorizer())
	cfg.Routes = append(cfg.Routes, Route{Key: "GET /items/{id}", Function: named(func(_ context.Context, event []byte) ([]byte, error) {
		e := decodeEvent(t, event)
		return json.Marshal(e.RawPath + " " + e.RequestContext.HTTP.Path + " " + e.PathParameters["id"] + " " + e.RawQueryString)
	})})
	g := mustNew(t, cfg)
	for target, want := range map[string]string{
		"/api/items/a%3Fb":          "200 /api/items/a /api/items/a a ",
		"/api/items/a%3fb/c%3F?d=e": "200 /api/items/a /api/items/a a d=e",
		"/api/items/a%253Fb":        "200 /api/items/a%3Fb /api/items/a%3Fb a%3Fb ",
		"/api/items/%3Fa":           `404 {"message":"Not Found"}`,
		"/api/private%3F":           `401 {"message":"Unauthorized"}`,
		"/api/%3F/private":          `404 {"message":"Not Found"}`,
	} {
		answer := do(t, g, "GET", target)
		if got := fmt.Sprint(answer.StatusCode) + " " + readAll(t, answer.Body); got != want {
			t.Errorf("%s: expected %q, got %q", target, want, got)
		}
	}
}
