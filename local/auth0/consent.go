package auth0

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// consents are what people have allowed clients, for the life of the process.
type consents struct {
	mu     sync.Mutex
	scopes map[string][]string // by user, client and audience
}

func newConsents() *consents { return &consents{scopes: map[string][]string{}} }

func consentKey(req authRequest, userID string) string {
	return strings.Join([]string{userID, req.clientID, req.audience}, "\n")
}

// given reports whether the user has allowed everything that the request asks for.
func (c *consents) given(req authRequest, userID string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	given, ok := c.scopes[consentKey(req, userID)]
	return ok && !slices.ContainsFunc(req.scopes, func(s string) bool { return !slices.Contains(given, s) })
}

// remember adds what was allowed now to what was allowed before.
func (c *consents) remember(req authRequest, userID string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := consentKey(req, userID)
	all := slices.Concat([]string{}, c.scopes[key], req.scopes)
	slices.Sort(all)
	c.scopes[key] = slices.Compact(all)
}

// showConsent shows what the client asks for.
// https://auth0.com/docs/get-started/applications/third-party-applications/user-consent-and-third-party-applications
func (f *forms) showConsent(w http.ResponseWriter, r *http.Request) {
	if tx, ok := f.consenting(w, r); ok {
		page := f.page(tx)
		page.Scopes = described(tx.request, f.settings())
		f.pages.form(w, http.StatusOK, "consent", page)
	}
}

// submitConsent accepts on "accept", and denies on anything else.
func (f *forms) submitConsent(w http.ResponseWriter, r *http.Request) {
	p, ok := f.posted(w, r)
	if !ok {
		return
	}
	tx, ok := f.consenting(w, r)
	if !ok {
		return
	}
	if p["decision"] != "accept" {
		f.deny(w, r, tx)
		return
	}
	session, _ := f.sessions.find(tx.session)
	f.consents.remember(tx.request, session.UserID)
	tx.consented = true
	f.transactions.update(tx)
	redirect(w, r, "/authorize/resume", tx)
}

// consenting is the transaction of a request whose user has signed in.
func (f *forms) consenting(w http.ResponseWriter, r *http.Request) (transaction, bool) {
	tx, ok := f.transactions.find(r)
	if ok {
		_, ok = f.sessions.find(tx.session)
	}
	if !ok {
		f.pages.error(w, &errExpired)
	}
	return tx, ok
}

// described are the scopes that a consent page lists, with their descriptions.
func described(req authRequest, s *settings) []Scope {
	words := map[string]string{
		scopeProfile: "your name and picture",
		scopeEmail:   "your e-mail address",
		scopeOffline: "access while you are away, until you or the application ends it",
	}
	for _, scope := range s.apis[req.audience].Scopes {
		words[scope.Value] = cmp.Or(scope.Description, scope.Value)
	}
	list := []Scope{}
	for _, scope := range req.scopes {
		if words[scope] != "" {
			list = append(list, Scope{scope, words[scope]})
		}
	}
	return list
}
