package cloud

import (
	"testing"

	"api-auth-jwt-auth0/local/gateway"
)

func TestRefusalNamesTheProjectsSources(t *testing.T) {
	t.Parallel()
	for reason, want := range map[string]string{
		"":                                  "",
		gateway.NoRoute:                     "no route of infra/routes.go has this method and path",
		gateway.Throttled:                   "above the settings throttleRate and throttleBurst",
		"the token has expired":             "the token has expired",
		"no stage of the API has this path": "no stage of the API has this path",
	} {
		if got := refusal(gateway.Trace{Refusal: reason}); got != want {
			t.Errorf("%q: expected %q, got %q", reason, want, got)
		}
	}
}
