package cloud

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// TestUsersAreKeptFromTheConsole: one is refused in the words of a sign-up, then
// added, changed, signed in, and deleted, which signs out.
func TestUsersAreKeptFromTheConsole(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	b := newBrowser(t)
	b.allow("status of 409")
	b.allow("status of 403") // of the renewal that is refused
	b.open(cloud.ConsoleURL() + "/tenant")
	b.click(testID("add-user") + ":enabled")
	b.fill(`[name="email"]`, "person@example.com")
	b.fill(`[name="password"]`, "short")
	b.click(testID("save-user"))
	b.until(`document.querySelector('[data-testid="user-problem"]').textContent.includes("at least 8 characters")`)
	b.fill(`[name="password"]`, " but long enough")
	b.click(testID("save-user"))
	b.until(`document.querySelector('[data-testid="done"]').textContent === "person@example.com can sign in now."`)
	b.click(testID("edit-user"))
	b.fill(`[name="name"]`, " the Second")
	b.click(testID("save-user"))
	b.until(`document.querySelector('[data-testid="users"]').textContent.includes("person@example.com the Second")`)

	b.open(cloud.SiteURL())
	b.click(testID("sign-in"))
	b.fillForm("person@example.com", "short but long enough")
	b.see(testID("user-email"))
	b.open(cloud.ConsoleURL() + "/tenant")
	b.until(`document.querySelector('[data-testid="expire"]')?.getAttribute("aria-label")?.startsWith("Expire grant of person@example.com")`)
	b.click(testID("expire") + ":enabled")
	b.see(testID("expired"))
	b.until(`document.querySelector('[data-testid="done"]').textContent.includes("has expired") && document.activeElement === document.querySelector('[data-testid="done"]')`)
	b.do(chromedp.Focus(testID("delete-user")))
	b.click(testID("delete-user") + ":enabled")
	b.until(`document.querySelector('[data-testid="delete-user"]').textContent === "Really delete"`)
	b.click(testID("delete-user"))
	b.until(`document.querySelector('[data-testid="delete-user"]') === null && document.querySelector('[data-testid="sessions"]') === null`)
	if people := cloud.issuer.Users(); len(people) != 1 || people[0].Email != ReadyUser.Email {
		t.Errorf("expected the ready user alone, got %+v", people)
	}
}
