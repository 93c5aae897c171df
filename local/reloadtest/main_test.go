package reloadtest

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/rogpeppe/go-internal/testscript"

	"api-auth-jwt-auth0/local/cloudtest"
	"api-auth-jwt-auth0/local/sitetest"
)

func TestMain(m *testing.M) { testscript.Main(cloudtest.Tests{M: m}, nil) }

// browser is one with what only the tests of this package do.
type browser struct{ *sitetest.Browser }

func newBrowser(t *testing.T, extra ...chromedp.ExecAllocatorOption) *browser {
	t.Helper()
	return &browser{sitetest.NewBrowser(t, extra...)}
}
