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
)

// TestDataIsShownAndChanged from the console: items, messages, objects, a schedule and
// a secret, what handlers did with them, and a call that was refused in the waterfall.
// A stack without them has no such view.
func TestDataIsShownAndChanged(t *testing.T) {
	t.Parallel()
	cloud := newDataCloud(t)
	b := newBrowser(t)
	b.allow("status of 409")
	b.open(cloud.ConsoleURL())
	b.until(`document.querySelector('[data-testid="connection"]').textContent === "Live"`)
	b.until(`document.querySelector('nav a[href="/data"]') === null`)
	cloud.addData(t)
	b.click(`nav a[href="/data"]`)

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
	b.see(testID("table") + " " + testID("no-items"))
	b.click(testID("new-item") + ":enabled")
	b.click(testID("put-item"))
	b.until(`document.querySelector('[data-testid="item-problem"]').textContent === "The key customer is empty."`)
	b.set("item-text", `{"customer":{"S":"ada"},"id":{"N":"one"}}`)
	b.click(testID("put-item"))
	b.until(`document.querySelector('[data-testid="item-problem"]').textContent.includes("ValidationException")`)
	b.set("item-text", `{"customer":{"S":"ada"},"id":{"N":"1"},"total":{"N":"5"},"password":{"S":"hunter2"}}`)
	b.click(testID("put-item"))
	if item := b.text(testID("item")); !strings.Contains(item, "ada") || strings.Contains(item, "hunter2") {
		t.Errorf("expected the item without its secret, got %q", item)
	}
	b.see(testID("edit-item") + ":disabled")
	for i := range 29 {
		item := fmt.Sprintf(`{"customer":{"S":"bob"},"id":{"N":"%d"},"total":{"N":"%d"}}`, i, 100-i)
		if err := c.services.tables.Put("dev-orders", jsontext.Value(item)); err != nil {
			t.Fatal(err)
		}
	}
	b.until(`document.querySelectorAll('[data-testid="item"]').length === 25`)
	b.click(testID("next-page") + ":enabled")
	b.until(`document.querySelectorAll('[data-testid="item"]').length === 5`)
	b.choose("query-index", "by-total")
	b.set("query-hash", "bob")
	b.see(testID("query-operator"))
	b.choose("query-operator", "between")
	b.see(testID("query-range-to"))
	b.set("query-range", "99")
	b.set("query-range-to", "100")
	b.click(testID("query"))
	b.until(`document.querySelectorAll('[data-testid="item"]').length === 2`)
	b.click(testID("edit-item") + ":enabled")
	b.until(`document.querySelector('[data-testid="item-text"]').value.includes('"bob"')`)
	b.click(testID("delete-item") + ":enabled")
	b.until(`document.querySelector('[data-testid="delete-item"]').textContent === "Really delete"`)
	b.click(testID("delete-item"))
	b.until(`document.querySelectorAll('[data-testid="item"]').length === 1`)
	b.until(`document.querySelector('[data-testid="item-count"]').textContent === "29 items"`)
}

// changeMessages sends a message that its consumer takes, and one that becomes a dead
// letter until the consumer is fixed; then one is purged.
func (c dataCloud) changeMessages(t *testing.T, b *browser) {
	t.Helper()
	b.chooseResource("queue", "mails")
	for _, text := range []string{"hello", "fail"} {
		b.set("message-text", text)
		b.click(testID("send-message") + ":enabled")
		b.until(`document.querySelector('[data-testid="message-text"]').value === ""`)
	}
	b.chooseResource("queue", "mails-dead")
	b.see(testID("message") + `[data-state="visible"]`)
	if message := b.text(testID("message")); !strings.Contains(message, "fail") || !strings.Contains(message, "from mails") {
		t.Errorf("expected the dead letter of mails, got %q", message)
	}
	if err := os.WriteFile(c.fixed, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	b.click(testID("redrive") + ":enabled")
	b.until(`document.querySelector('[data-testid="data-done"]').textContent === "1 message of mails-dead moved back."`)
	b.see(testID("no-messages"))
	b.set("message-text", "parked")
	b.click(testID("send-message") + ":enabled")
	b.see(testID("message"))
	b.click(testID("purge"))
	b.until(`document.querySelector('[data-testid="purge"]').textContent === "Really delete all"`)
	b.click(testID("purge"))
	b.see(testID("no-messages"))
}

// changeObjects opens what the mailer stored, and deletes it.
func (c dataCloud) changeObjects(t *testing.T, b *browser) {
	t.Helper()
	b.chooseResource("bucket", "receipts")
	b.click(testID("folder"))
	b.until(`document.querySelectorAll('[data-testid="object"]').length === 2`) // also the one that was moved back
	b.click(`li:nth-child(2) > ` + testID("object"))
	if text := b.text(testID("object-text")); text != "thanks for hello" {
		t.Errorf("expected the content, got %q", text)
	}
	b.click(testID("delete-object") + ":enabled")
	b.click(testID("delete-object"))
	b.until(`document.querySelectorAll('[data-testid="object"]').length === 1`)
	if _, _, err := c.services.buckets.Get("dev-receipts", "mails/hello.txt"); err == nil {
		t.Error("expected the object to be gone")
	}
}

func (b *browser) runSchedule() {
	b.t.Helper()
	b.chooseResource("schedule", "report")
	b.until(`document.querySelector('[data-testid="last-run"]').textContent === "none yet"`)
	b.click(testID("run-now") + ":enabled")
	b.until(`document.querySelector('[data-testid="last-run"]').textContent.includes("succeeded")`)
	b.click(testID("last-run") + " a")
	b.see(testID("waterfall"))
	b.until(`document.querySelector('[data-testid="detail"]').innerText.includes("invoked by a schedule")`)
	b.click(`nav a[href^="/data"]`)
}

// changeSecret gives a secret a value, which no page has.
func (c dataCloud) changeSecret(t *testing.T, b *browser) {
	t.Helper()
	const value = "sk_test_51Hx"
	b.chooseResource("secret", "paymentsKey")
	b.until(`document.querySelector('[data-testid="secret-state"]').textContent.startsWith("has no value")`)
	b.set("secret-value", value)
	b.click(testID("set-secret") + ":enabled")
	b.until(`document.querySelector('[data-testid="secret-state"]').textContent.startsWith("has a value")`)
	b.until(`document.querySelector('[data-testid="secret-value"]').value === ""`)
	text, err := os.ReadFile(filepath.Join(c.cfg.Root, ".secrets.env"))
	if err != nil || !strings.Contains(string(text), "paymentsKey="+value) {
		t.Errorf("expected the value in the file, got %q and %v", text, err)
	}
	if page := evaluate(b, chromedp.Evaluate[string](`document.documentElement.outerHTML`)); strings.Contains(page, value) {
		t.Error("expected no value on the page")
	}
	b.do(chromedp.Focus(testID("shell") + " summary"))
	b.do(chromedp.KeyEvent(kb.Enter))
	b.until(`document.querySelector('[data-testid="shell-lines"]').textContent.includes("AWS_ENDPOINT_URL=` + c.awsURL() + `")`)
}

// followCalls goes from a table to the invocation that was refused there.
func (c dataCloud) followCalls(t *testing.T, b *browser) {
	t.Helper()
	b.chooseResource("table", "orders")
	if used := b.text(testID("used-by")); !strings.Contains(used, "mailer may PutItem") {
		t.Errorf("expected the mailer's rights, got %q", used)
	}
	b.until(`document.querySelector('[data-testid="latest-calls"]').textContent.includes("mailer Scan refused")`)
	b.open(c.ConsoleURL() + "/?q=queue+mails+200")
	b.click(testID("requests") + " li:last-child " + testID("request")) // the first message
	b.see(testID("waterfall") + ` [data-call="s3 PutObject"][data-tone="good"]`)
	refused := testID("waterfall") + ` [data-call="dynamodb Scan"][data-tone="failed"]`
	b.see(refused)
	if text := b.text(testID("call-refusal")); !strings.Contains(text, "not authorized to perform: dynamodb:Scan") {
		t.Errorf("expected why the call was refused, got %q", text)
	}
	if text := b.text(testID("waterfall") + ` [data-call="s3 PutObject"]`); !strings.Contains(text, "receipts/mails/hello.txt") {
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
	b.open(cloud.ConsoleURL() + "/data")
	b.click(testID("shell") + " > summary")
	b.click(testID("new-item") + ":enabled")
	b.click(testID("put-item"))
	for _, view := range []struct{ kind, name, see string }{
		{"table", "orders", "item-problem"},
		{"queue", "mails", "used-by"},
		{"queue", "mails-dead", "messages"},
		{"bucket", "receipts", "objects"},
		{"schedule", "report", "run-now"},
		{"secret", "paymentsKey", "secret-value"},
	} {
		b.chooseResource(view.kind, view.name)
		b.see(testID(view.see))
		if view.kind == "bucket" {
			b.click(testID("folder"))
			b.click(testID("object"))
			b.see(testID("object-text"))
		}
		b.accessible(view.kind + " " + view.name)
		b.do(chromedp.EmulateViewport(360, 740))
		if wide := evaluate(b, chromedp.Evaluate[int]("document.documentElement.scrollWidth")); wide > 360 {
			t.Errorf("%s %s: expected it to fit into 360 px, got %d", view.kind, view.name, wide)
		}
		b.do(chromedp.EmulateViewport(1100, 900))
	}
	b.open(cloud.ConsoleURL() + "/?q=queue+mails")
	b.click(testID("request"))
	b.see(testID("waterfall") + ` [data-tone="failed"]`)
	b.accessible("a waterfall with calls")
	b.open(cloud.ConsoleURL() + "/data?resource=table+gone")
	b.see(testID("data-gone"))
	b.accessible("a resource that is gone")
}

// chooseResource opens one of the list.
func (b *browser) chooseResource(kind, name string) {
	b.t.Helper()
	b.click(testID("data-"+kind) + chromedp.CSS(`[data-name="`+name+`"]`))
	b.see(testID(kind))
	b.until(`document.querySelector('[data-testid="` + kind + `"] h2 code').textContent === "` + name + `"`)
}

// set replaces the text of a field.
func (b *browser) set(id, text string) {
	b.t.Helper()
	b.see(testID(id))
	evaluate(b, chromedp.Evaluate[bool](fmt.Sprintf(`(() => {
		const field = document.querySelector('[data-testid="%s"]')
		field.value = %q
		field.dispatchEvent(new Event("input", { bubbles: true }))
		return true
	})()`, id, text)))
}
