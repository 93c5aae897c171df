package auth0

import (
	"net/http"
	"sync"
	"time"
)

// transactionLifetime is how long a login page may be left open.
const transactionLifetime = time.Hour

// transactions are requests to /authorize that wait for a person. Each belongs
// to the browser that started it, by a cookie, so that no user can be tricked into
// completing the request of another.
type transactions struct {
	now    func() time.Time
	cookie cookie

	mu    sync.Mutex
	table *expiringMap[transaction]
}

// transaction is one request on its way through the pages.
type transaction struct {
	ID, CSRF  string
	browser   string // a digest of the cookie
	request   authRequest
	session   string // key of the session that signed in here, once it has
	consented bool
}

func newTransactions(issuer string, now func() time.Time) *transactions {
	return &transactions{
		now:    now,
		cookie: newCookie("did", issuer, "/authorize", "/u"),
		table:  newExpiringMap[transaction](2_000),
	}
}

// begin stores a request, and sets the browser's cookie if there is none.
func (t *transactions) begin(w http.ResponseWriter, r *http.Request, req authRequest) transaction {
	browser, ok := t.cookie.get(r)
	if !ok {
		browser = newSecret()
		t.cookie.set(w, browser, sessionLifetime)
	}
	begun := transaction{ID: newSecret(), CSRF: newSecret(), browser: digest(browser), request: req}
	t.update(begun)
	return begun
}

// find is the transaction that the state parameter names, if this browser
// started it.
func (t *transactions) find(r *http.Request) (transaction, bool) {
	browser, ok := t.cookie.get(r)
	if !ok {
		return transaction{}, false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	found, ok := t.table.get(r.URL.Query().Get("state"), t.now())
	return found, ok && found.browser == digest(browser)
}

func (t *transactions) update(changed transaction) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	t.table.put(changed.ID, changed, now, now.Add(transactionLifetime))
}

// finish removes a transaction; false means that it was finished before.
func (t *transactions) finish(done transaction) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, ok := t.table.get(done.ID, t.now())
	t.table.drop(done.ID)
	return ok
}
