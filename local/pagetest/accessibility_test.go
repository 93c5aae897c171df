package pagetest

import (
	"testing"

	local "api-auth-jwt-auth0/local/cloud"

	"api-auth-jwt-auth0/local/cloudtest"
	"api-auth-jwt-auth0/local/sitetest"

	"github.com/chromedp/chromedp"
)

// TestSiteIsAccessible in each state of its pages.
func TestSiteIsAccessible(t *testing.T) {
	t.Parallel()
	cloud := cloudtest.Start(t, local.Config{Stack: "dev"})
	b := newBrowser(t)
	b.Allow("401 (Unauthorized)")
	b.Open(cloud.SiteURL())
	b.See(sitetest.TestID("sign-in"))
	b.Accessible("home, signed out")
	b.Call("call-public", "200")
	b.Call("call-private", "401")
	b.Accessible("home, with answers")
	b.Open(cloud.SiteURL() + "/profile")
	b.See(sitetest.TestID("sign-in"))
	b.Accessible("profile, signed out")
	b.Open(cloud.SiteURL() + "/none")
	b.See("h1")
	b.Accessible("not found")
	b.Open(cloud.SiteURL() + "/?error=access_denied&state=x")
	b.See(sitetest.TestID("app-error"))
	b.Accessible("home, after a refused sign-in")

	b.Open(cloud.SiteURL())
	b.Click(sitetest.TestID("sign-in"))
	b.Click(sitetest.TestID("ready-user"))
	b.See(sitetest.TestID("user-email"))
	b.Accessible("home, signed in")
	b.Call("call-private", "200")
	b.Accessible("home, signed in, with an answer")
	b.Open(cloud.SiteURL() + "/profile")
	b.See(sitetest.TestID("access-claims"))
	b.OpenDetails()
	b.Accessible("profile, signed in")
}

// TestSiteIsAccessibleWithoutItsConfiguration, and after "Clear", which leaves
// the focus near.
func TestSiteIsAccessibleWithoutItsConfiguration(t *testing.T) {
	t.Parallel()
	cloud := cloudtest.Start(t, local.Config{Stack: "dev"})
	b := newBrowser(t)
	b.Allow("net::ERR_FAILED")
	b.Allow("ERR_BLOCKED_BY_CLIENT")
	b.Open(cloud.SiteURL())
	b.See(sitetest.TestID("sign-in"))
	b.Call("call-public", "200")
	b.Click(sitetest.TestID("clear"))
	b.Until(`document.activeElement.id === "answers"`)
	b.Block("*://*:*/config.json")
	b.Do(chromedp.Reload())
	b.See(sitetest.TestID("app-error") + `[data-code="config"]`)
	b.Accessible("home, without its configuration")
}
