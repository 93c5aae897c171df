package cloud

import (
	"testing"

	"github.com/chromedp/chromedp"

	"api-auth-jwt-auth0/local/sitetest"
)

// TestTenantIsAccessible on each of its pages.
func TestTenantIsAccessible(t *testing.T) {
	t.Parallel()
	c := newTenantCloud(t, askConsent)
	b := newBrowser(t)
	b.Allow("the server responded with a status of 4")
	b.Open(c.TenantURL())
	b.Accessible("home")
	b.Open(c.SiteURL())
	b.Click(sitetest.TestID("sign-in"))
	b.See(sitetest.TestID("ready-user"))
	b.Accessible("sign in")
	b.FillForm("person@example.com", "wrong password")
	b.See(sitetest.TestID("form-error"))
	b.Accessible("sign in, wrong password")
	b.Click(sitetest.TestID("to-signup"))
	b.See(`#name`)
	b.Accessible("sign up")
	b.Do(chromedp.Evaluate[chromedp.Void](`document.querySelector("form.fields").noValidate = true`))
	b.FillForm("person@example.com", "short")
	b.See(sitetest.TestID("form-error"))
	b.Accessible("sign up, refused")
	b.FillForm("", "correct horse battery")
	b.See(sitetest.TestID("accept"))
	b.Accessible("consent")
	b.Open(c.TenantURL() + "/authorize?client_id=none")
	b.See(sitetest.TestID("page-error"))
	b.Accessible("an error")
	b.Open(c.TenantURL() + "/none")
	b.See(sitetest.TestID("page-error"))
	b.Accessible("not found")
	b.Open(c.TenantURL() + "/v2/logout")
	b.See(sitetest.TestID("signed-out"))
	b.Accessible("signed out")
}
