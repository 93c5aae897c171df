package cloud

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

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// findChromium returns the path of a Chromium, which it installs where it is
// missing and may be.
var findChromium = sync.OnceValues(programtest.Program{
	Names:  []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"},
	Debian: "chromium", Fedora: "chromium", Alpine: "chromium",
}.Find)

// pictures makes the tests keep what the README shows.
var pictures = flag.Bool("pictures", false, "rewrite the README's pictures of pages, under .github/images")

// A browser is one tab with an empty profile. It fails its test on every
// message of the console that is not expected.
type browser struct {
	t   *testing.T
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

func newBrowser(t *testing.T, extra ...chromedp.ExecAllocatorOption) *browser {
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
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // the sandbox refuses to run as root
	}
	b := &browser{t: t, expected: map[string]bool{}}
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

// prepare makes the tab report its console and violations of the policy.
func prepare(ctx context.Context, tab *chromedp.Target) error {
	if _, err := cdp.Call(ctx, tab, log.Enable, cdp.Empty{}); err != nil {
		return err
	}
	_, err := cdp.Call(ctx, tab, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: watchPolicy})
	return err
}

func (b *browser) listen(event any) {
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

func (b *browser) say(message string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.console = append(b.console, message)
}

// expect permits a console message, and requires it.
func (b *browser) expect(message string) { b.expected[message] = false }

// allow permits console messages that contain this text.
func (b *browser) allow(text string) { b.allowed = append(b.allowed, text) }

func (b *browser) checkConsole() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, message := range b.console {
		if slices.ContainsFunc(b.allowed, func(text string) bool { return strings.Contains(message, text) }) {
			continue
		}
		if _, ok := b.expected[message]; !ok {
			b.t.Errorf("the browser's console: %s", message)
		}
		b.expected[message] = true
	}
	for message, seen := range b.expected {
		if !seen {
			b.t.Errorf("the browser's console has no message %s", message)
		}
	}
}

// patience is how long a page may take for one step.
const patience = 30 * time.Second

// do runs actions. On failure it ends the test with what the page shows.
func (b *browser) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	evaluate(b, chromedp.Steps(actions...))
}

func evaluate[T any](b *browser, action chromedp.Action[T]) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, action)
	if err != nil {
		b.t.Fatalf("%v; the page shows:\n%s", err, b.visible())
	}
	return value
}

// visible is the address and the text of the page.
func (b *browser) visible() string {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string]("location.href + '\\n' + document.body.innerText"))
	if err != nil {
		return err.Error()
	}
	return text
}

// testID selects an element by its data-testid.
func testID(id string) chromedp.CSS { return chromedp.CSS(fmt.Sprintf("[data-testid=%q]", id)) }

func (b *browser) open(url string) {
	b.t.Helper()
	b.do(chromedp.Navigate(url))
}

func (b *browser) click(selector chromedp.CSS) {
	b.t.Helper()
	b.do(chromedp.Click(selector, chromedp.NodeVisible))
}

func (b *browser) see(selector chromedp.CSS) {
	b.t.Helper()
	b.do(chromedp.WaitVisible(selector))
}

func (b *browser) fill(selector chromedp.CSS, text string) {
	b.t.Helper()
	b.do(chromedp.SendKeys(selector, text, chromedp.NodeVisible))
}

// openDetails unfolds what can be unfolded.
func (b *browser) openDetails() {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("main details").forEach(d => { d.open = true })`))
}

// text waits for an element and returns its text.
func (b *browser) text(selector chromedp.CSS) string {
	b.t.Helper()
	return evaluate(b, chromedp.Text(selector, chromedp.NodeVisible))
}

// picture saves a picture of the whole page for the README, with -pictures.
func (b *browser) picture(name string) {
	b.t.Helper()
	if *pictures {
		b.keep(name, chromedp.FullScreenshot(100))
	}
}

// windowPicture saves a picture of as much as a window shows, with -pictures.
func (b *browser) windowPicture(name string) {
	b.t.Helper()
	if *pictures {
		b.do(chromedp.EmulateViewport(1100, 800))
		b.keep(name, chromedp.CaptureScreenshot())
	}
}

func (b *browser) keep(name string, take chromedp.Action[[]byte]) {
	b.t.Helper()
	image := evaluate(b, take)
	if err := os.WriteFile(filepath.Join("..", "..", ".github", "images", name+".png"), image, 0o644); err != nil {
		b.t.Fatal(err)
	}
}
