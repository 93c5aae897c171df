// Package protection tests how a stack is removed, what a protected one refuses, and how
// drift is found.
package protection

import (
	"testing"

	"api-auth-jwt-auth0/local/enginetest"
)

func TestMain(m *testing.M) { enginetest.Main(m) }
