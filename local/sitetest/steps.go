package sitetest

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Call calls a route by the page's own button and returns the newest result's body, once it
// has the given status.
func (b *Browser) Call(button, status string) (body string) {
	b.T.Helper()
	b.Click(TestID(button))
	newest := TestID("call-result") + `:first-child`
	b.See(newest + chromedp.CSS(`[data-status="`+status+`"]`))
	return b.Text(newest + " " + TestID("result-body"))
}

// FillForm fills the tenant's form and submits it.
func (b *Browser) FillForm(email, password string) {
	b.T.Helper()
	b.Fill(`[name="email"]:not([type="hidden"])`, email)
	b.Fill(`[name="password"]:not([type="hidden"])`, password)
	b.Click(TestID("submit"))
}

// Set replaces the text of a field.
func (b *Browser) Set(id, text string) {
	b.T.Helper()
	b.See(TestID(id))
	Evaluate(b, chromedp.Evaluate[bool](fmt.Sprintf(`(() => {
		const field = document.querySelector('[data-testid="%s"]')
		field.value = %q
		field.dispatchEvent(new Event("input", { bubbles: true }))
		return true
	})()`, id, text)))
}

// Choose chooses an option by its value.
func (b *Browser) Choose(id, value string) {
	b.T.Helper()
	b.See(TestID(id))
	Evaluate(b, chromedp.Evaluate[bool](`(() => {
		const select = document.querySelector('[data-testid="`+id+`"]')
		select.value = "`+value+`"
		select.dispatchEvent(new Event("change", { bubbles: true }))
		return select.value === "`+value+`"
	})()`))
}

// Until waits until an expression is true.
func (b *Browser) Until(expression string) {
	b.T.Helper()
	Evaluate(b, chromedp.Poll[bool](expression, chromedp.WithPollingInterval(20*time.Millisecond)))
}

// MayComplain permits console messages that contain words. The rest of their text depends on
// the browser's version.
func (b *Browser) MayComplain(words string) {
	b.T.Cleanup(func() { // runs before the console is checked
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, message := range b.console {
			if strings.Contains(message, words) {
				b.expected[message] = true
			}
		}
	})
}

// Block prevents the browser from loading URLs that match a pattern.
func (b *Browser) Block(pattern string) {
	b.T.Helper()
	b.Do(chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		if _, err := cdp.Call(ctx, tab, network.Enable, network.EnableParams{}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, tab, network.SetBlockedURLs, network.SetBlockedURLsParams{
			URLPatterns: []*network.BlockPattern{{URLPattern: pattern, Block: true}},
		})
		return err
	}))
}
