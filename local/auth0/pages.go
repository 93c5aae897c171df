package auth0

import (
	"bytes"
	"embed"
	"html/template"
	"log/slog"
	"net/http"
	"time"
)

//go:embed pages
var pageFiles embed.FS

// pages renders the tenant's pages. Only the page that passes an answer to its
// opener has a script.
type pages struct {
	templates map[string]*template.Template
	log       *slog.Logger
}

// pageError is an error that the tenant shows itself, because it must not be sent
// to an unverified URL. Hint says how to fix it.
type pageError struct {
	Status       int
	Detail, Hint string
}

// formPage is the content of the login, sign-up and consent pages.
type formPage struct {
	State, CSRF string // the transaction, and the proof that it is this browser's
	Client      string
	Email, Name string
	Error       string
	Ready       []readyPage
	Scopes      []Scope
	callback    string // the origin that the form's redirects may go to
}

// readyPage shows a ready user. Roles are empty where the tenant has none.
type readyPage struct{ Name, Email, Password, Avatar, Roles, TestID string }

func newPages(log *slog.Logger, users *Users) *pages {
	functions := template.FuncMap{"keepsAccounts": func() bool { return users.path != "" }}
	p := &pages{templates: map[string]*template.Template{}, log: log}
	for _, name := range []string{"login", "signup", "consent", "error", "home", "logout"} {
		p.templates[name] = template.Must(template.New("layout.html").Funcs(functions).ParseFS(pageFiles, "pages/layout.html", "pages/"+name+".html"))
	}
	p.templates["message"] = template.Must(template.ParseFS(pageFiles, "pages/message.html"))
	return p
}

// form shows a page with a form. Chromium also applies form-action to the form's
// redirects, so it lists the origin of the callback.
// https://www.w3.org/TR/CSP3/#directive-form-action
func (p *pages) form(w http.ResponseWriter, status int, name string, content formPage) {
	secure(w.Header(), "form-action 'self' "+content.callback)
	p.render(w, status, name, content)
}

// error shows an error as a page, whatever the request accepts.
func (p *pages) error(w http.ResponseWriter, e *pageError) {
	p.log.Info("error page shown", "status", e.Status, "detail", e.Detail)
	secure(w.Header(), "form-action 'none'")
	p.render(w, e.Status, "error", e)
}

func (p *pages) home(w http.ResponseWriter, _ *http.Request) {
	secure(w.Header(), "form-action 'none'")
	p.render(w, http.StatusOK, "home", nil)
}

// signedOut is the page for a logout without a redirect.
func (p *pages) signedOut(w http.ResponseWriter) {
	secure(w.Header(), "form-action 'none'")
	p.render(w, http.StatusOK, "logout", nil)
}

// webMessage passes an answer to the window that opened the page, and to no other
// origin.
// https://datatracker.ietf.org/doc/html/draft-sakimura-oauth-wmrm-00
func (p *pages) webMessage(w http.ResponseWriter, origin string, m message) {
	nonce := newSecret()
	w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'nonce-"+nonce+
		"'; base-uri 'none'; form-action 'none'; frame-ancestors "+origin)
	p.render(w, http.StatusOK, "message", struct {
		Nonce, Origin string
		Response      message
	}{nonce, origin, m})
}

// secure sets the headers of a page that must not be framed. The referrer
// stays within the tenant, where it keeps the Origin of form posts.
func secure(h http.Header, formAction string) {
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; "+formAction)
	h.Set("X-Frame-Options", "DENY")
}

// render executes the template before it sends the first byte, so that an error
// can still be a 500.
func (p *pages) render(w http.ResponseWriter, status int, name string, content any) {
	var body bytes.Buffer
	if err := p.templates[name].Execute(&body, content); err != nil {
		p.log.Error("rendering a page", "page", name, "error", err)
		http.Error(w, "Internal Server Error", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	w.WriteHeader(status)
	w.Write(body.Bytes())
}

// asset serves a file that the pages refer to.
func asset(name, contentType string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		content, err := pageFiles.ReadFile("pages/" + name)
		if err != nil {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
	}
}
