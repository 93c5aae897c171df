// Package live tests go run ./local -live: one local cloud plays the deployed stack, a
// second one answers its requests, and a broker in this process plays AWS IoT Core.
package live

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"api-auth-jwt-auth0/local/cloudtest"
)

func TestMain(m *testing.M) { testscript.Main(cloudtest.Tests{M: m}, nil) }
