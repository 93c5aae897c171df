package cloud

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/go-json-experiment/json/jsontext"

	"api-auth-jwt-auth0/local/console"
	"api-auth-jwt-auth0/local/sitetest"
)

// TestDataIsShownAndChanged from the console: items, messages, objects, a schedule and
// a secret, what handlers did with them, and a call that was refused in the waterfall.
// A stack without them has no such view.
func TestDataIsShownAndChanged(t *testing.T) {
	t.Parallel()
	cloud := newDataCloud(t)
	b := newBrowser(t)
	b.Allow("status of 409")
	b.Open(cloud.ConsoleURL())
	b.Until(`document.querySelector('[data-testid="connection"]').textContent === "Live"`)
	b.Until(`document.querySelector('nav a[href="/data"]') === null`)
	cloud.addData(t)
	b.Click(`nav a[href="/data"]`)

	cloud.changeItems(t, b)
	cloud.changeMessages(t, b)
	cloud.changeObjects(t, b)
	b.runSchedule()
	cloud.changeSecret(t, b)
	cloud.followCalls(t, b)
}

// changeItems puts an item that is refused twice, finds it by page and by key, and
// deletes it.
func (c dataCloud) changeItems(t *testing.T, b *browser) {
	t.Helper()
	b.See(sitetest.TestID("table") + " " + sitetest.TestID("no-items"))
	b.Click(sitetest.TestID("new-item") + ":enabled")
	b.Click(sitetest.TestID("put-item"))
	b.Until(`document.querySelector('[data-testid="item-problem"]').textContent === "The key customer is empty."`)
	b.Set("item-text", `{"customer":{"S":"ada"},"id":{"N":"one"}}`)
	b.Click(sitetest.TestID("put-item"))
	b.Until(`document.querySelector('[data-testid="item-problem"]').textContent.includes("ValidationException")`)
	b.Set("item-text", `{"customer":{"S":"ada"},"id":{"N":"1"},"total":{"N":"5"},"password":{"S":"hunter2"}}`)
	b.Click(sitetest.TestID("put-item"))
	if item := b.Text(sitetest.TestID("item")); !strings.Contains(item, "ada") || strings.Contains(item, "hunter2") {
		t.Errorf("expected the item without its secret, got %q", item)
	}
	b.See(sitetest.TestID("edit-item") + ":disabled")
	for i := range 29 {
		item := fmt.Sprintf(`{"customer":{"S":"bob"},"id":{"N":"%d"},"total":{"N":"%d"}}`, i, 100-i)
		if err := c.services.tables.Put("dev-orders", jsontext.Value(item)); err != nil {
			t.Fatal(err)
		}
	}
	b.Until(`document.querySelectorAll('[data-testid="item"]').length === 25`)
	b.Click(sitetest.TestID("next-page") + ":enabled")
	b.Until(`document.querySelectorAll('[data-testid="item"]').length === 5`)
	b.Choose("query-index", "by-total")
	b.Set("query-hash", "bob")
	b.See(sitetest.TestID("query-operator"))
	b.Choose("query-operator", "between")
	b.See(sitetest.TestID("query-range-to"))
	b.Set("query-range", "99")
	b.Set("query-range-to", "100")
	b.Click(sitetest.TestID("query"))
	b.Until(`document.querySelectorAll('[data-testid="item"]').length === 2`)
	b.Click(sitetest.TestID("edit-item") + ":enabled")
	b.Until(`document.querySelector('[data-testid="item-text"]').value.includes('"bob"')`)
	b.Click(sitetest.TestID("delete-item") + ":enabled")
	b.Until(`document.querySelector('[data-testid="delete-item"]').textContent === "Really delete"`)
	b.Click(sitetest.TestID("delete-item"))
	b.Until(`document.querySelectorAll('[data-testid="item"]').length === 1`)
	b.Until(`document.querySelector('[data-testid="item-count"]').textContent === "29 items"`)
}

// changeMessages sends a message that its consumer takes, and one that becomes a dead
// letter until the consumer is fixed; then one is purged.
func (c dataCloud) changeMessages(t *testing.T, b *browser) {
	t.Helper()
	b.chooseResource("queue", "mails")
	for _, text := range []string{"hello", "fail"} {
		b.Set("message-text", text)
		b.Click(sitetest.TestID("send-message") + ":enabled")
		b.Until(`document.querySelector('[data-testid="message-text"]').value === ""`)
	}
	b.chooseResource("queue", "mails-dead")
	b.See(sitetest.TestID("message") + `[data-state="visible"]`)
	if message := b.Text(sitetest.TestID("message")); !strings.Contains(message, "fail") || !strings.Contains(message, "from mails") {
		t.Errorf("expected the dead letter of mails, got %q", message)
	}
	if err := os.WriteFile(c.fixed, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	b.Click(sitetest.TestID("redrive") + ":enabled")
	b.Until(`document.querySelector('[data-testid="data-done"]').textContent === "1 message of mails-dead moved back."`)
	b.See(sitetest.TestID("no-messages"))
	b.Set("message-text", "parked")
	b.Click(sitetest.TestID("send-message") + ":enabled")
	b.See(sitetest.TestID("message"))
	b.Click(sitetest.TestID("purge"))
	b.Until(`document.querySelector('[data-testid="purge"]').textContent === "Really delete all"`)
	b.Click(sitetest.TestID("purge"))
	b.See(sitetest.TestID("no-messages"))
}

// changeObjects opens what the mailer stored, and deletes it.
func (c dataCloud) changeObjects(t *testing.T, b *browser) {
	t.Helper()
	b.chooseResource("bucket", "receipts")
	b.Click(sitetest.TestID("folder"))
	b.Until(`document.querySelectorAll('[data-testid="object"]').length === 2`) // also the one that was moved back
	b.Click(`li:nth-child(2) > ` + sitetest.TestID("object"))
	if text := b.Text(sitetest.TestID("object-text")); text != "thanks for hello" {
		t.Errorf("expected the content, got %q", text)
	}
	b.Click(sitetest.TestID("delete-object") + ":enabled")
	b.Click(sitetest.TestID("delete-object"))
	b.Until(`document.querySelectorAll('[data-testid="object"]').length === 1`)
	if _, _, err := c.services.buckets.Get("dev-receipts", "mails/hello.txt"); err == nil {
		t.Error("expected the object to be gone")
	}
}

func (b *browser) runSchedule() {
	b.T.Helper()
	b.chooseResource("schedule", "report")
	b.Until(`document.querySelector('[data-testid="last-run"]').textContent === "none yet"`)
	b.Click(sitetest.TestID("run-now") + ":enabled")
	b.Until(`document.querySelector('[data-testid="last-run"]').textContent.includes("succeeded")`)
	b.Click(sitetest.TestID("last-run") + " a")
	b.See(sitetest.TestID("waterfall"))
	b.Until(`document.querySelector('[data-testid="detail"]').innerText.includes("invoked by a schedule")`)
	b.Click(`nav a[href^="/data"]`)
}

// changeSecret gives a secret a value, which no page has.
func (c dataCloud) changeSecret(t *testing.T, b *browser) {
	t.Helper()
	const value = "sk_test_51Hx"
	b.chooseResource("secret", "paymentsKey")
	b.Until(`document.querySelector('[data-testid="secret-state"]').textContent.startsWith("has no value")`)
	b.Set("secret-value", value)
	b.Click(sitetest.TestID("set-secret") + ":enabled")
	b.Until(`document.querySelector('[data-testid="secret-state"]').textContent.startsWith("has a value")`)
	b.Until(`document.querySelector('[data-testid="secret-value"]').value === ""`)
	text, err := os.ReadFile(filepath.Join(c.cfg.Root, ".secrets.env"))
	if err != nil || !strings.Contains(string(text), "paymentsKey="+value) {
		t.Errorf("expected the value in the file, got %q and %v", text, err)
	}
	if page := sitetest.Evaluate(b.Browser, chromedp.Evaluate[string](`document.documentElement.outerHTML`)); strings.Contains(page, value) {
		t.Error("expected no value on the page")
	}
	b.Do(chromedp.Focus(sitetest.TestID("shell") + " summary"))
	b.Do(chromedp.KeyEvent(kb.Enter))
	b.Until(`document.querySelector('[data-testid="shell-lines"]').textContent.includes("AWS_ENDPOINT_URL=` + c.awsURL() + `")`)
}

// followCalls goes from a table to the invocation that was refused there.
func (c dataCloud) followCalls(t *testing.T, b *browser) {
	t.Helper()
	b.chooseResource("table", "orders")
	if used := b.Text(sitetest.TestID("used-by")); !strings.Contains(used, "mailer may PutItem") {
		t.Errorf("expected the mailer's rights, got %q", used)
	}
	b.Until(`document.querySelector('[data-testid="latest-calls"]').textContent.includes("mailer Scan refused")`)
	b.Open(c.ConsoleURL() + "/?q=queue+mails+200")
	b.Click(sitetest.TestID("requests") + " li:last-child " + sitetest.TestID("request")) // the first message
	b.See(sitetest.TestID("waterfall") + ` [data-call="s3 PutObject"][data-tone="good"]`)
	refused := sitetest.TestID("waterfall") + ` [data-call="dynamodb Scan"][data-tone="failed"]`
	b.See(refused)
	if text := b.Text(sitetest.TestID("call-refusal")); !strings.Contains(text, "not authorized to perform: dynamodb:Scan") {
		t.Errorf("expected why the call was refused, got %q", text)
	}
	if text := b.Text(sitetest.TestID("waterfall") + ` [data-call="s3 PutObject"]`); !strings.Contains(text, "receipts/mails/hello.txt") {
		t.Errorf("expected the program's name of the bucket, got %q", text)
	}
}

// TestDataViewIsAccessible for each kind of resource, also in a narrow window.
func TestDataViewIsAccessible(t *testing.T) {
	t.Parallel()
	cloud := newDataCloud(t)
	b := newBrowser(t)
	cloud.addData(t)
	if err := cloud.services.tables.Put("dev-orders", jsontext.Value(`{"customer":{"S":"`+strings.Repeat("long", 50)+`"},"id":{"N":"1"}}`)); err != nil {
		t.Fatal(err)
	}
	for _, queue := range []string{"mails", "mails-dead"} {
		if err := cloud.sendMessage(queue, console.NewMessage{Body: strings.Repeat("x", 200)}); err != nil {
			t.Fatal(err)
		}
	}
	b.Open(cloud.ConsoleURL() + "/data")
	b.Click(sitetest.TestID("shell") + " > summary")
	b.Click(sitetest.TestID("new-item") + ":enabled")
	b.Click(sitetest.TestID("put-item"))
	for _, view := range []struct{ kind, name, see string }{
		{"table", "orders", "item-problem"},
		{"queue", "mails", "used-by"},
		{"queue", "mails-dead", "messages"},
		{"bucket", "receipts", "objects"},
		{"schedule", "report", "run-now"},
		{"secret", "paymentsKey", "secret-value"},
	} {
		b.chooseResource(view.kind, view.name)
		b.See(sitetest.TestID(view.see))
		if view.kind == "bucket" {
			b.Click(sitetest.TestID("folder"))
			b.Click(sitetest.TestID("object"))
			b.See(sitetest.TestID("object-text"))
		}
		b.Accessible(view.kind + " " + view.name)
		b.Do(chromedp.EmulateViewport(360, 740))
		if wide := sitetest.Evaluate(b.Browser, chromedp.Evaluate[int]("document.documentElement.scrollWidth")); wide > 360 {
			t.Errorf("%s %s: expected it to fit into 360 px, got %d", view.kind, view.name, wide)
		}
		b.Do(chromedp.EmulateViewport(1100, 900))
	}
	b.Open(cloud.ConsoleURL() + "/?q=queue+mails")
	b.Click(sitetest.TestID("request"))
	b.See(sitetest.TestID("waterfall") + ` [data-tone="failed"]`)
	b.Accessible("a waterfall with calls")
	b.Open(cloud.ConsoleURL() + "/data?resource=table+gone")
	b.See(sitetest.TestID("data-gone"))
	b.Accessible("a resource that is gone")
}

// chooseResource opens one of the list.
func (b *browser) chooseResource(kind, name string) {
	b.T.Helper()
	b.Click(sitetest.TestID("data-"+kind) + chromedp.CSS(`[data-name="`+name+`"]`))
	b.See(sitetest.TestID(kind))
	b.Until(`document.querySelector('[data-testid="` + kind + `"] h2 code').textContent === "` + name + `"`)
}
