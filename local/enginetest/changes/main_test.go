// Package changes tests what a deployment does to a stack that is deployed already.
package changes

import (
	"testing"

	"api-auth-jwt-auth0/local/enginetest"
)

func TestMain(m *testing.M) { enginetest.Main(m) }
