// Package reload tests what a saved file changes in a running local cloud, and what the
// terminal and the browser show of it.
package reload

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"api-auth-jwt-auth0/local/cloudtest"
)

func TestMain(m *testing.M) { testscript.Main(cloudtest.Tests{M: m}, nil) }
