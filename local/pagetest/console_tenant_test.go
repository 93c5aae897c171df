package pagetest

import (
	"testing"

	local "api-auth-jwt-auth0/local/cloud"

	"api-auth-jwt-auth0/local/cloudtest"
	"api-auth-jwt-auth0/local/sitetest"

	"github.com/chromedp/chromedp"
)

// TestUsersAreKeptFromTheConsole: one is refused in the words of a sign-up, then
// added, changed, signed in, and deleted, which signs out.
func TestUsersAreKeptFromTheConsole(t *testing.T) {
	t.Parallel()
	cloud := cloudtest.Start(t, local.Config{Stack: "dev"})
	b := newBrowser(t)
	b.Allow("status of 409")
	b.Allow("status of 403") // of the renewal that is refused
	b.Open(cloud.ConsoleURL() + "/tenant")
	b.Click(sitetest.TestID("add-user") + ":enabled")
	b.Fill(`[name="email"]`, "person@example.com")
	b.Fill(`[name="password"]`, "short")
	b.Click(sitetest.TestID("save-user"))
	b.Until(`document.querySelector('[data-testid="user-problem"]').textContent.includes("at least 8 characters")`)
	b.Fill(`[name="password"]`, " but long enough")
	b.Click(sitetest.TestID("save-user"))
	b.Until(`document.querySelector('[data-testid="done"]').textContent === "person@example.com can sign in now."`)
	b.Click(sitetest.TestID("edit-user"))
	b.Fill(`[name="name"]`, " the Second")
	b.Click(sitetest.TestID("save-user"))
	b.Until(`document.querySelector('[data-testid="users"]').textContent.includes("person@example.com the Second")`)

	b.Open(cloud.SiteURL())
	b.Click(sitetest.TestID("sign-in"))
	b.FillForm("person@example.com", "short but long enough")
	b.See(sitetest.TestID("user-email"))
	b.Open(cloud.ConsoleURL() + "/tenant")
	b.Until(`document.querySelector('[data-testid="expire"]')?.getAttribute("aria-label")?.startsWith("Expire grant of person@example.com")`)
	b.Click(sitetest.TestID("expire") + ":enabled")
	b.See(sitetest.TestID("expired"))
	b.Until(`document.querySelector('[data-testid="done"]').textContent.includes("has expired") && document.activeElement === document.querySelector('[data-testid="done"]')`)
	b.Do(chromedp.Focus(sitetest.TestID("delete-user")))
	b.Click(sitetest.TestID("delete-user") + ":enabled")
	b.Until(`document.querySelector('[data-testid="delete-user"]').textContent === "Really delete"`)
	b.Click(sitetest.TestID("delete-user"))
	b.Until(`document.querySelector('[data-testid="delete-user"]') === null && document.querySelector('[data-testid="sessions"]') === null`)
	for _, user := range cloud.Tenant().Users() {
		if user.Email == "person@example.com" {
			t.Errorf("expected the user to be deleted, got %+v", user)
		}
	}
}
