// Package sitetest uses a site as a person does: in a real browser, or with the requests that
// the page sends. Only tests import it. It depends only on what the pages show.
package sitetest

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/programtest"
	"api-auth-jwt-auth0/local/project"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// findChromium returns the path of a Chromium, and installs a missing one if allowed.
var findChromium = sync.OnceValues(programtest.Program{
	Names:  []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"},
	Debian: "chromium", Fedora: "chromium", Alpine: "chromium",
}.Find)

// pictures makes the tests save the README's pictures.
var pictures = flag.Bool("pictures", false, "rewrite the README's pictures of pages, under .github/images")

// A Browser is one tab with an empty profile. Every console message that is not expected
// fails its test.
type Browser struct {
	T   *testing.T
	ctx context.Context

	mu       sync.Mutex
	expected map[string]bool // texts of console messages
	allowed  []string        // parts of such texts
	console  []string
}

// watchPolicy reports violations of the content security policy to the console,
// where every message fails the test.
const watchPolicy = `document.addEventListener('securitypolicyviolation',
	e => console.error('CSP: ' + e.violatedDirective + ' blocks ' + e.blockedURI))`

// NewBrowser starts Chromium and stops it at the end of the test.
func NewBrowser(t *testing.T, extra ...chromedp.ExecAllocatorOption) *Browser {
	t.Helper()
	path, err := findChromium()
	if err != nil {
		t.Fatal(err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("lang", "en"),
		chromedp.WindowSize(1100, 900),
	)
	temporary, err := os.MkdirTemp("", "browser-") // t.TempDir is too long for Chromium's socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(temporary) }) // after Chromium has ended; what it cannot remove stays
	options = append(options, chromedp.Env("TMPDIR="+temporary))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // the sandbox refuses to run as root
	}
	b := &Browser{T: t, expected: map[string]bool{}}
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), append(options, extra...)...)
	t.Cleanup(cancel)
	b.ctx, cancel = chromedp.NewContext(ctx, chromedp.WithListener(b.listen))
	t.Cleanup(cancel)
	if err := chromedp.Do(b.ctx, chromedp.Func(prepare)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.checkConsole)
	return b
}

// prepare makes the tab report console messages and policy violations.
func prepare(ctx context.Context, tab *chromedp.Target) error {
	if _, err := cdp.Call(ctx, tab, log.Enable, cdp.Empty{}); err != nil {
		return err
	}
	_, err := cdp.Call(ctx, tab, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: watchPolicy})
	return err
}

func (b *Browser) listen(event any) {
	switch e := event.(type) {
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			b.say(e.Entry.Text + " (" + e.Entry.URL + ")")
		}
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
		b.say(text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			text := "console." + string(e.Type) + ":"
			for _, argument := range e.Args {
				text += " " + string(argument.Value) + argument.Description
			}
			b.say(text)
		}
	}
}

func (b *Browser) say(message string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.console = append(b.console, message)
}

// Expect permits a console message, and requires it.
func (b *Browser) Expect(message string) { b.expected[message] = false }

// Allow permits console messages that contain this text.
func (b *Browser) Allow(text string) { b.allowed = append(b.allowed, text) }

func (b *Browser) checkConsole() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, message := range b.console {
		if slices.ContainsFunc(b.allowed, func(text string) bool { return strings.Contains(message, text) }) {
			continue
		}
		if _, ok := b.expected[message]; !ok {
			b.T.Errorf("the browser's console: %s", message)
		}
		b.expected[message] = true
	}
	for message, seen := range b.expected {
		if !seen {
			b.T.Errorf("the browser's console has no message %s", message)
		}
	}
}

// Patience is how long a page may take for one step.
const Patience = 30 * time.Second

// Do runs actions. On failure it ends the test and reports what the page shows.
func (b *Browser) Do(actions ...chromedp.Action[chromedp.Void]) {
	b.T.Helper()
	Evaluate(b, chromedp.Steps(actions...))
}

// Evaluate runs an action and returns its value. On failure it ends the test and reports what
// the page shows.
func Evaluate[T any](b *Browser, action chromedp.Action[T]) T {
	b.T.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, Patience)
	defer cancel()
	value, err := chromedp.Run(ctx, action)
	if err != nil {
		b.T.Fatalf("%v; the page shows:\n%s", err, b.visible())
	}
	return value
}

// visible returns the address and the text of the page.
func (b *Browser) visible() string {
	ctx, cancel := context.WithTimeout(b.ctx, Patience)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string]("location.href + '\\n' + document.body.innerText"))
	if err != nil {
		return err.Error()
	}
	return text
}

// TestID selects an element by its data-testid.
func TestID(id string) chromedp.CSS { return chromedp.CSS(fmt.Sprintf("[data-testid=%q]", id)) }

// Open opens a page.
func (b *Browser) Open(url string) {
	b.T.Helper()
	b.Do(chromedp.Navigate(url))
}

// Click clicks an element, once it is visible.
func (b *Browser) Click(selector chromedp.CSS) {
	b.T.Helper()
	b.Do(chromedp.Click(selector, chromedp.NodeVisible))
}

// See waits until an element is visible.
func (b *Browser) See(selector chromedp.CSS) {
	b.T.Helper()
	b.Do(chromedp.WaitVisible(selector))
}

// Fill types text into a field.
func (b *Browser) Fill(selector chromedp.CSS, text string) {
	b.T.Helper()
	b.Do(chromedp.SendKeys(selector, text, chromedp.NodeVisible))
}

// OpenDetails expands all details elements.
func (b *Browser) OpenDetails() {
	b.T.Helper()
	b.Do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("main details").forEach(d => { d.open = true })`))
}

// Text waits for an element and returns its text.
func (b *Browser) Text(selector chromedp.CSS) string {
	b.T.Helper()
	return Evaluate(b, chromedp.Text(selector, chromedp.NodeVisible))
}

// Picture saves a picture of the whole page for the README, with -pictures.
func (b *Browser) Picture(name string) {
	b.T.Helper()
	if *pictures {
		b.Keep(name, chromedp.FullScreenshot(100))
	}
}

// WindowPicture saves a picture of as much as a window shows, with -pictures.
func (b *Browser) WindowPicture(name string) {
	b.T.Helper()
	if *pictures {
		b.Do(chromedp.EmulateViewport(1100, 800))
		b.Keep(name, chromedp.CaptureScreenshot())
	}
}

// Keep saves a picture for the README under this name.
func (b *Browser) Keep(name string, take chromedp.Action[[]byte]) {
	b.T.Helper()
	root, err := project.Root()
	if err != nil {
		b.T.Fatal(err)
	}
	image := Evaluate(b, take)
	if err := os.WriteFile(filepath.Join(root, ".github", "images", name+".png"), image, 0o644); err != nil {
		b.T.Fatal(err)
	}
}
