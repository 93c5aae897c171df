package sitetest

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"api-auth-jwt-auth0/infra/artifact"
	"api-auth-jwt-auth0/local/project"
)

// states makes the accessibility tests save pictures.
var states = flag.String("states", "", "keep a picture of each state that the accessibility tests look at in this `folder`")

// looks are the viewports and color schemes to check: wide and light, narrow and dark.
var looks = []struct {
	name   string
	width  int64
	scheme string
}{{"light", 1100, "light"}, {"dark", 360, "dark"}}

// axeSource returns axe-core, whose version package-lock.json pins.
// https://github.com/dequelabs/axe-core
var axeSource = sync.OnceValues(func() (string, error) {
	root, err := project.Root()
	if err != nil {
		return "", err
	}
	if err := (artifact.Builder{Root: root}).InstallPackages(context.Background()); err != nil {
		return "", err
	}
	source, err := os.ReadFile(filepath.Join(root, "web", "node_modules", "axe-core", "axe.min.js"))
	return string(source), err
})

// axeRun runs every rule of axe-core, including experimental ones and best practices but not
// level AAA, and returns the violations, one per line.
const axeRun = `axe.run(document, {
		resultTypes: ["violations"],
		rules: Object.fromEntries(axe.getRules().map(r => [r.ruleId, { enabled: !r.tags.some(tag => tag.endsWith("aaa")) }])),
	}).then(({ violations }) => violations.flatMap(v => v.nodes.map(n => v.id + ": " + n.target.join(" ") + ": " + n.failureSummary.replaceAll("\n", " "))))`

// Accessible checks the page in its current state, in each look.
func (b *Browser) Accessible(state string) {
	b.T.Helper()
	source, err := axeSource()
	if err != nil {
		b.T.Fatal(err)
	}
	for _, look := range looks {
		b.Do(chromedp.EmulateViewport(look.width, 800), emulateScheme(look.scheme))
		// From outside the page: its content security policy blocks other scripts.
		b.Do(chromedp.Evaluate[chromedp.Void](source))
		for _, violation := range Evaluate(b, chromedp.Evaluate[[]string](axeRun, chromedp.EvalAwaitPromise)) {
			b.T.Errorf("%s, %s: %s", state, look.name, violation)
		}
		b.keepState(state + " " + look.name)
	}
	b.Do(chromedp.EmulateViewport(1100, 900), emulateScheme("light"))
}

// emulateScheme emulates a user who prefers a color scheme and reduced motion: the contrast
// of a color that is fading in cannot be measured.
func emulateScheme(scheme string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
		}})
		return err
	})
}

func (b *Browser) keepState(name string) {
	b.T.Helper()
	if *states == "" {
		return
	}
	image := Evaluate(b, chromedp.FullScreenshot(100))
	file := fmt.Sprintf("%s %s.png", strings.TrimPrefix(b.T.Name(), "Test"), name)
	if err := os.WriteFile(filepath.Join(*states, strings.ReplaceAll(file, " ", "-")), image, 0o644); err != nil {
		b.T.Fatal(err)
	}
}
