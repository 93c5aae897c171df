package cloud

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"api-auth-jwt-auth0/infra/artifact"
)

// states makes the accessibility tests keep what they have looked at.
var states = flag.String("states", "", "keep a picture of each state that the accessibility tests look at in this `folder`")

// looks are how each state is looked at: wide and light, narrow and dark.
var looks = []struct {
	name   string
	width  int64
	scheme string
}{{"light", 1100, "light"}, {"dark", 360, "dark"}}

// axeSource is axe-core, whose version package-lock.json pins.
// https://github.com/dequelabs/axe-core
var axeSource = sync.OnceValues(func() (string, error) {
	if err := (artifact.Builder{Root: "../.."}).InstallPackages(context.Background()); err != nil {
		return "", err
	}
	source, err := os.ReadFile(filepath.Join("..", "..", "web", "node_modules", "axe-core", "axe.min.js"))
	return string(source), err
})

// axeRun applies every rule of axe-core but those of the level AAA, experimental
// ones and best practices too, and returns what is broken, a line each.
const axeRun = `axe.run(document, {
		resultTypes: ["violations"],
		rules: Object.fromEntries(axe.getRules().map(r => [r.ruleId, { enabled: !r.tags.some(tag => tag.endsWith("aaa")) }])),
	}).then(({ violations }) => violations.flatMap(v => v.nodes.map(n => v.id + ": " + n.target.join(" ") + ": " + n.failureSummary.replaceAll("\n", " "))))`

// accessible checks the page as it is now, in each look.
func (b *browser) accessible(state string) {
	b.t.Helper()
	source, err := axeSource()
	if err != nil {
		b.t.Fatal(err)
	}
	for _, look := range looks {
		b.do(chromedp.EmulateViewport(look.width, 800), emulateScheme(look.scheme))
		// From outside the page: its policy lets no other script in.
		b.do(chromedp.Evaluate[chromedp.Void](source))
		for _, violation := range evaluate(b, chromedp.Evaluate[[]string](axeRun, chromedp.EvalAwaitPromise)) {
			b.t.Errorf("%s, %s: %s", state, look.name, violation)
		}
		b.keepState(state + " " + look.name)
	}
	b.do(chromedp.EmulateViewport(1100, 900), emulateScheme("light"))
}

// emulateScheme is of a user who prefers a color scheme, and no motion: a
// color that is fading in has no contrast to measure.
func emulateScheme(scheme string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
		}})
		return err
	})
}

func (b *browser) keepState(name string) {
	b.t.Helper()
	if *states == "" {
		return
	}
	image := evaluate(b, chromedp.FullScreenshot(100))
	file := fmt.Sprintf("%s %s.png", strings.TrimPrefix(b.t.Name(), "Test"), name)
	if err := os.WriteFile(filepath.Join(*states, strings.ReplaceAll(file, " ", "-")), image, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// TestSiteIsAccessible in each state of its pages.
func TestSiteIsAccessible(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	b := newBrowser(t)
	b.allow("401 (Unauthorized)")
	b.open(cloud.SiteURL())
	b.see(testID("sign-in"))
	b.accessible("home, signed out")
	b.call("call-public", "200")
	b.call("call-private", "401")
	b.accessible("home, with answers")
	b.open(cloud.SiteURL() + "/profile")
	b.see(testID("sign-in"))
	b.accessible("profile, signed out")
	b.open(cloud.SiteURL() + "/none")
	b.see("h1")
	b.accessible("not found")
	b.open(cloud.SiteURL() + "/?error=access_denied&state=x")
	b.see(testID("app-error"))
	b.accessible("home, after a refused sign-in")

	b.open(cloud.SiteURL())
	b.click(testID("sign-in"))
	b.click(testID("ready-user"))
	b.see(testID("user-email"))
	b.accessible("home, signed in")
	b.call("call-private", "200")
	b.accessible("home, signed in, with an answer")
	b.open(cloud.SiteURL() + "/profile")
	b.see(testID("access-claims"))
	b.openDetails()
	b.accessible("profile, signed in")
}

// TestSiteIsAccessibleWithoutItsConfiguration, and after "Clear", which leaves
// the focus near.
func TestSiteIsAccessibleWithoutItsConfiguration(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	b := newBrowser(t)
	b.allow("net::ERR_FAILED")
	b.allow("ERR_BLOCKED_BY_CLIENT")
	b.open(cloud.SiteURL())
	b.see(testID("sign-in"))
	b.call("call-public", "200")
	b.click(testID("clear"))
	b.until(`document.activeElement.id === "answers"`)
	b.block("*://*:*/config.json")
	b.do(chromedp.Reload())
	b.see(testID("app-error") + `[data-code="config"]`)
	b.accessible("home, without its configuration")
}

// TestTenantIsAccessible on each of its pages.
func TestTenantIsAccessible(t *testing.T) {
	t.Parallel()
	c := newTenantCloud(t, askConsent)
	b := newBrowser(t)
	b.allow("the server responded with a status of 4")
	b.open(c.TenantURL())
	b.accessible("home")
	b.open(c.SiteURL())
	b.click(testID("sign-in"))
	b.see(testID("ready-user"))
	b.accessible("sign in")
	b.fillForm("person@example.com", "wrong password")
	b.see(testID("form-error"))
	b.accessible("sign in, wrong password")
	b.click(testID("to-signup"))
	b.see(`#name`)
	b.accessible("sign up")
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("form.fields").noValidate = true`))
	b.fillForm("person@example.com", "short")
	b.see(testID("form-error"))
	b.accessible("sign up, refused")
	b.fillForm("", "correct horse battery")
	b.see(testID("accept"))
	b.accessible("consent")
	b.open(c.TenantURL() + "/authorize?client_id=none")
	b.see(testID("page-error"))
	b.accessible("an error")
	b.open(c.TenantURL() + "/none")
	b.see(testID("page-error"))
	b.accessible("not found")
	b.open(c.TenantURL() + "/v2/logout")
	b.see(testID("signed-out"))
	b.accessible("signed out")
}

// block prevents the browser from loading what a pattern matches.
func (b *browser) block(pattern string) {
	b.t.Helper()
	b.do(chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		if _, err := cdp.Call(ctx, tab, network.Enable, network.EnableParams{}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, tab, network.SetBlockedURLs, network.SetBlockedURLsParams{
			URLPatterns: []*network.BlockPattern{{URLPattern: pattern, Block: true}},
		})
		return err
	}))
}
