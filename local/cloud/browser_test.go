package cloud

import (
	"testing"

	"github.com/chromedp/chromedp"

	"api-auth-jwt-auth0/local/sitetest"
)

// browser is one with what only the tests of this package do.
type browser struct{ *sitetest.Browser }

func newBrowser(t *testing.T, extra ...chromedp.ExecAllocatorOption) *browser {
	t.Helper()
	return &browser{sitetest.NewBrowser(t, extra...)}
}

// newCloud starts a local cloud of the dev stack on free ports.
func newCloud(t *testing.T) *Cloud {
	t.Helper()
	return newCloudWith(t, Config{Stack: "dev"})
}

// newCloudWith deploys a cloud. Each before is called before that.
// newCloudWith deploys a cloud. Each before is called before that.
func newCloudWith(t testing.TB, cfg Config, before ...func(*Cloud)) *Cloud {
	t.Helper()
	if cfg.Root == "" {
		cfg.Root = sharedProject(t)
	}
	cloud, err := Listen(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cloud.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, change := range before {
		change(cloud)
	}
	if err := cloud.Deploy(t.Context()); err != nil {
		t.Fatal(err)
	}
	return cloud
}
