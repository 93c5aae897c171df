package auth0

import (
	"cmp"
	"crypto/subtle"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"
	"unicode"
)

// forms are the pages with forms in a transaction.
type forms struct {
	settings     func() *settings
	sessions     *sessions
	transactions *transactions
	consents     *consents
	attempts     *attempts
	responder    *responder
	pages        *pages
	now          func() time.Time
	log          *slog.Logger
}

// Messages of the login and sign-up pages. That for a wrong password is also the one
// for an unknown e-mail.
const (
	msgWrongPassword  = "Wrong e-mail or password."
	msgBlocked        = "Too many wrong passwords for this e-mail. Wait a quarter of an hour, or restart the local cloud."
	msgTooManySignUps = "Too many accounts were created just now. Wait a moment."
	// msgSignUpFailed is also the message for a taken e-mail. Auth0 says no more by
	// default:
	// https://github.com/auth0/universal-login/issues/161
	msgSignUpFailed = "The account could not be created. If this e-mail already has one, sign in instead; if not, see the terminal for the reason."
)

// showLogin shows the page to which /authorize redirects.
func (f *forms) showLogin(w http.ResponseWriter, r *http.Request) {
	f.show(w, r, "login")
}

// showSignup shows the sign-up page, for screen_hint=signup or a link.
func (f *forms) showSignup(w http.ResponseWriter, r *http.Request) {
	f.show(w, r, "signup")
}

func (f *forms) show(w http.ResponseWriter, r *http.Request, name string) {
	tx, ok := f.transactions.find(r)
	if !ok {
		f.pages.error(w, &errExpired)
		return
	}
	page := f.page(tx)
	page.Email = tx.request.loginHint
	f.pages.form(w, http.StatusOK, name, page)
}

// submitLogin checks the e-mail and the password. For a blocked e-mail the password
// is not compared.
func (f *forms) submitLogin(w http.ResponseWriter, r *http.Request) {
	p, ok := f.posted(w, r)
	if !ok {
		return
	}
	tx, _ := f.transactions.find(r)
	status, message := http.StatusBadRequest, msgWrongPassword
	if !f.attempts.begin(p["email"]) {
		status, message = http.StatusTooManyRequests, msgBlocked
	} else if user, ok := f.settings().users.authenticate(p["email"], p["password"]); ok {
		f.attempts.succeeded(p["email"])
		f.signIn(w, r, tx, user)
		return
	}
	page := f.page(tx)
	page.Email, page.Error = p["email"], message
	f.pages.form(w, status, "login", page)
}

// submitSignup creates an account and signs in with it.
func (f *forms) submitSignup(w http.ResponseWriter, r *http.Request) {
	p, ok := f.posted(w, r)
	if !ok {
		return
	}
	tx, _ := f.transactions.find(r)
	user, status, message := f.signUp(p)
	if message == "" {
		f.signIn(w, r, tx, user)
		return
	}
	page := f.page(tx)
	page.Email, page.Name, page.Error = p["email"], p["name"], message
	f.pages.form(w, status, "signup", page)
}

// signUp creates an account, or returns a status and a message. That an e-mail is
// taken is only logged: strangers must not learn who has an account here.
func (f *forms) signUp(p params) (User, int, string) {
	if !f.attempts.signUp() {
		return User{}, http.StatusTooManyRequests, msgTooManySignUps
	}
	user, err := f.settings().users.add(User{Email: p["email"], Name: p["name"]}, p["password"], f.now())
	switch {
	case err == nil:
		return user, 0, ""
	case errors.Is(err, ErrEmailTaken):
		f.log.Warn("sign-up refused", "cause", err)
		return User{}, http.StatusBadRequest, msgSignUpFailed
	case isInputError(err):
		return User{}, http.StatusBadRequest, sentence(err.Error())
	}
	f.log.Error("signing up", "error", err)
	return User{}, http.StatusInternalServerError, msgSignUpFailed
}

// isInputError reports whether an error is about the submitted values.
func isInputError(err error) bool {
	for _, detail := range []error{ErrEmailInvalid, ErrPasswordShort, ErrPasswordLong, ErrNameLong, ErrNameInvalid} {
		if errors.Is(err, detail) {
			return true
		}
	}
	return false
}

// sentence turns the text of an error into a sentence.
func sentence(s string) string {
	first := []rune(s)
	first[0] = unicode.ToUpper(first[0])
	return string(first) + "."
}

// cancel denies the request, from any page.
func (f *forms) cancel(w http.ResponseWriter, r *http.Request) {
	if _, ok := f.posted(w, r); ok {
		tx, _ := f.transactions.find(r)
		f.deny(w, r, tx)
	}
}

// deny sends access_denied to the client, if the configuration still has its
// callback.
func (f *forms) deny(w http.ResponseWriter, r *http.Request, tx transaction) {
	if !f.transactions.finish(tx) {
		f.pages.error(w, &errExpired)
		return
	}
	if _, _, bad := target(f.settings(), tx.request.params()); bad != nil {
		f.pages.error(w, bad)
		return
	}
	f.responder.refuse(w, r, tx.request.reply, &errDenied)
}

// signIn starts the browser's session and redirects to /authorize/resume, which
// decides what comes next.
func (f *forms) signIn(w http.ResponseWriter, r *http.Request, tx transaction, user User) {
	tx.session = f.sessions.start(w, r, user.ID).key
	f.transactions.update(tx)
	f.log.Info("signed in", "user", user.ID, "client", tx.request.clientID)
	redirect(w, r, "/authorize/resume", tx)
}

// posted returns a form that this browser sent from this transaction's page, or
// shows an error page. It checks the origin that the browser reports, then the
// transaction's secret.
func (f *forms) posted(w http.ResponseWriter, r *http.Request) (params, bool) {
	if err := http.NewCrossOriginProtection().Check(r); err != nil {
		f.log.Warn("form refused", "cause", err)
		f.pages.error(w, &errForgedForm)
		return nil, false
	}
	if kind := r.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/x-www-form-urlencoded") {
		f.pages.error(w, &errForgedForm)
		return nil, false
	}
	p, refused := readParams(w, r)
	if refused != nil {
		f.pages.error(w, &pageError{Status: refused.Status, Detail: refused.Description})
		return nil, false
	}
	tx, ok := f.transactions.find(r)
	switch {
	case !ok:
		f.pages.error(w, &errExpired)
	case subtle.ConstantTimeCompare([]byte(p["csrf"]), []byte(tx.CSRF)) != 1:
		f.pages.error(w, &errForgedForm)
		ok = false
	}
	return p, ok
}

var errForgedForm = pageError{http.StatusForbidden, "This form was not sent from the sign-in page.",
	"Go back to the application and start again."}

// page is the common content of the forms of a transaction.
func (f *forms) page(tx transaction) formPage {
	s := f.settings()
	page := formPage{
		State: tx.ID, CSRF: tx.CSRF,
		Client:   cmp.Or(s.clients[tx.request.clientID].Name, tx.request.clientID),
		callback: originOf(tx.request.reply.redirectURI),
	}
	page.Ready = s.readyPages()
	return page
}

// readyPages are the ready users as the login page shows them. Where there are roles,
// it says who has which.
func (s *settings) readyPages() []readyPage {
	var list []readyPage
	for i, r := range s.readyUsers() {
		user, ok := s.users.byEmail(strings.ToLower(strings.TrimSpace(r.Email)))
		if !ok || user.ready != r {
			continue
		}
		shown := readyPage{Name: user.Name, Email: user.Email, Password: r.Password, Avatar: user.avatar(), TestID: "ready-user"}
		if i > 0 {
			shown.TestID = "second-user"
		}
		if len(s.roles) > 0 {
			shown.Roles = cmp.Or(strings.Join(s.rolesOf(user.ID), ", "), "none")
		}
		list = append(list, shown)
	}
	return list
}
