package auth0

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"api-auth-jwt-auth0/local/auth0/action"
)

// authorizer decides on authorization requests: whether the user must sign in or
// consent first.
type authorizer struct {
	settings     func() *settings
	sessions     *sessions
	transactions *transactions
	grants       *grants
	consents     *consents
	logins       *logins
	responder    *responder
	pages        *pages
	now          func() time.Time
}

// ServeHTTP is /authorize. https://auth0.com/docs/api/authentication
func (a *authorizer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !fetchedFor(r, "document", "iframe", "frame") {
		a.pages.error(w, &errNotANavigation)
		return
	}
	p, refused := a.params(w, r)
	if refused != nil {
		a.pages.error(w, &pageError{refused.Status, refused.Description, ""})
		return
	}
	s := a.settings()
	client, to, bad := target(s, p)
	if bad != nil {
		a.pages.error(w, bad)
		return
	}
	req, refused := parseAuthRequest(s, client, to, p)
	if refused != nil {
		a.responder.refuse(w, r, to, refused)
		return
	}
	session, signedIn := a.session(r)
	if signedIn && !req.needsLogin(session, a.now()) {
		a.proceed(w, r, transaction{request: req}, session)
		return
	}
	a.login(w, r, req)
}

// fetchedFor reports whether a browser requests the page for one of these
// destinations, or does not say for which: https://www.w3.org/TR/fetch-metadata/#sec-fetch-dest-header.
func fetchedFor(r *http.Request, purposes ...string) bool {
	for _, purpose := range r.Header["Sec-Fetch-Dest"] {
		if !slices.Contains(purposes, purpose) {
			return false
		}
	}
	return true
}

// params reads the parameters of the query or, for POST, of the body:
// https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest.
func (a *authorizer) params(w http.ResponseWriter, r *http.Request) (params, *oauthError) {
	if r.Method == http.MethodPost {
		return readParams(w, r)
	}
	return parseParams(r.URL.RawQuery)
}

// session is the browser's session, if its user still exists.
func (a *authorizer) session(r *http.Request) (session, bool) {
	found, ok := a.sessions.current(r)
	if !ok {
		return found, false
	}
	_, ok = a.settings().users.byID(found.UserID)
	return found, ok
}

// login redirects to a page, unless the client asked for none. In a frame no
// browser would show the page, and any website could fill the table of
// transactions from there.
func (a *authorizer) login(w http.ResponseWriter, r *http.Request, req authRequest) {
	if req.asks(promptNone) {
		a.responder.refuse(w, r, req.reply, &errLoginRequired)
		return
	}
	if !fetchedFor(r, "document") {
		a.pages.error(w, &errFramed)
		return
	}
	page := "/u/login"
	if req.signup {
		page = "/u/signup"
	}
	redirect(w, r, page, a.transactions.begin(w, r, req))
}

// resume continues a transaction after its user signed in or consented.
func (a *authorizer) resume(w http.ResponseWriter, r *http.Request) {
	tx, ok := a.transactions.find(r)
	session, signedIn := a.session(r)
	if !ok || !signedIn || tx.session != session.key {
		a.pages.error(w, &errExpired)
		return
	}
	if _, _, bad := target(a.settings(), tx.request.params()); bad != nil {
		a.pages.error(w, bad) // the configuration has changed since
		return
	}
	a.proceed(w, r, tx, session)
}

// proceed sends the code to a client whose user is signed in, after asking for
// consent if necessary.
func (a *authorizer) proceed(w http.ResponseWriter, r *http.Request, tx transaction, s session) {
	req := tx.request
	if !tx.consented && a.needsConsent(req, s) {
		a.askConsent(w, r, tx, s)
		return
	}
	if tx.ID != "" && !a.transactions.finish(tx) {
		a.pages.error(w, &errExpired)
		return
	}
	granted, refused := a.grant(r, req, s)
	if refused != nil {
		a.responder.refuse(w, r, req.reply, refused)
		return
	}
	a.responder.code(w, r, req.reply, a.grants.issueCode(granted, req.reply.redirectURI, req.challenge))
}

// grant is the part of the request that the user's roles and the Actions allow.
func (a *authorizer) grant(r *http.Request, req authRequest, s session) (*grant, *oauthError) {
	current := a.settings()
	user, ok := current.users.byID(s.UserID)
	if !ok {
		return nil, errLoginRequired.because("the user is gone")
	}
	outcome, refused := a.logins.decide(current, login{
		client: current.clients[req.clientID], audience: req.audience, user: user,
		requested: req.scopes, protocol: action.ProtocolSignIn, request: actionRequest(r, req.query, nil),
	})
	return &grant{
		ClientID: req.clientID, UserID: s.UserID, SID: s.ID,
		Audience: req.audience, Scopes: req.scopes, Outcome: outcome, Nonce: req.nonce,
		AuthTime: s.signedIn, WithAuthTime: req.maxAge >= 0,
	}, refused
}

// askConsent redirects to a page, as login does.
func (a *authorizer) askConsent(w http.ResponseWriter, r *http.Request, tx transaction, s session) {
	switch req := tx.request; {
	case req.asks(promptNone):
		a.responder.refuse(w, r, req.reply, &errConsentRequired)
		return
	case !fetchedFor(r, "document"):
		a.pages.error(w, &errFramed)
		return
	case tx.ID == "":
		tx = a.transactions.begin(w, r, req)
		tx.session = s.key
		a.transactions.update(tx)
	}
	redirect(w, r, "/u/consent", tx)
}

// needsConsent reports whether the user must consent. First-party clients need no
// consent for APIs that skip it.
// https://auth0.com/docs/get-started/applications/first-party-and-third-party-applications
func (a *authorizer) needsConsent(req authRequest, s session) bool {
	if req.asks(promptConsent) {
		return true
	}
	current := a.settings()
	api, ok := current.apis[req.audience]
	if current.clients[req.clientID].FirstParty && (!ok || api.SkipConsentForFirstParty) {
		return false
	}
	return !a.consents.given(req, s.UserID)
}

// redirect redirects to a page of the transaction.
func redirect(w http.ResponseWriter, r *http.Request, page string, tx transaction) {
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, page+"?state="+url.QueryEscape(tx.ID), http.StatusFound)
}

// params are those that target reads.
func (req authRequest) params() params {
	return params{
		"client_id": req.clientID, "redirect_uri": req.reply.redirectURI, "response_mode": req.reply.mode,
	}
}

var (
	errExpired = pageError{http.StatusBadRequest, "This sign-in has expired or is already finished.",
		"Go back to the application and start again."}
	errNotANavigation = pageError{http.StatusForbidden, "A sign-in starts by navigating to this page, or in a frame.",
		"Set the window's location; do not fetch this address."}
	errFramed = pageError{http.StatusForbidden, "The login page is not shown in a frame.",
		"Use prompt=none in frames, and redirect the whole window here if the answer is login_required."}
)
