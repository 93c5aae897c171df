package auth0

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/bcrypt"
)

// User is a person who can sign in.
type User struct {
	ID            string // "auth0|" and 24 hexadecimal digits
	Email         string // lower case
	EmailVerified bool
	Name          string // the e-mail where no name was given, as Auth0 does
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// Nickname is the e-mail's local part, as for Auth0's database users.
func (u User) Nickname() string {
	local, _, _ := strings.Cut(u.Email, "@")
	return local
}

// avatar identifies the user's picture without revealing the user.
func (u User) avatar() string {
	sum := sha256.Sum256([]byte(u.ID))
	return hex.EncodeToString(sum[:16])
}

// Problems with an account's details. The sign-up page shows their texts, except
// ErrEmailTaken, which it does not reveal.
var (
	ErrEmailInvalid  = errors.New("enter an e-mail address such as name@example.com")
	ErrEmailTaken    = errors.New("there is already an account with this e-mail")
	ErrPasswordShort = errors.New("choose a password of at least 8 characters")
	ErrPasswordLong  = errors.New("choose a password of at most 72 bytes")
	ErrNameLong      = errors.New("choose a name of at most 100 characters")
	ErrNameInvalid   = errors.New("choose a name without control characters")
)

// Limits of an account's details. Passwords are checked for length only: Auth0 has
// five policies, of which three require at least 8 characters of several kinds, and
// None, the API's default, requires one.
// https://auth0.com/docs/authenticate/database-connections/password-strength
// bcrypt reads no more than 72 bytes.
const (
	minPassword = 8
	maxPassword = 72
	maxName     = 100
	maxEmail    = 254 // https://www.rfc-editor.org/errata/eid1690
)

// hashCost is bcrypt's cost; Auth0 uses bcrypt too. It is the same for every account,
// because different times would distinguish them.
// https://auth0.com/docs/authenticate/database-connections
const hashCost = 10

// Users is a set of accounts, safe for concurrent use. It keeps only bcrypt hashes
// of passwords.
type Users struct {
	cost   int
	path   string        // "": in memory only
	hashes chan struct{} // bounds how many processors hashing may use
	dummy  func() []byte // compared if there is no account

	// generate is bcrypt's function; tests count its calls.
	generate func(password []byte, cost int) ([]byte, error)
	compare  func(hash, password []byte) error

	mu       sync.RWMutex
	accounts map[string]account // by e-mail
	emails   map[string]string  // e-mail by user ID
	avatars  map[string]string  // e-mail by avatar
}

type account struct {
	User
	hash      func() []byte
	ready     *ReadyUser // of a ready user, which is not saved to a file
	roles     []string   // by name, sorted
	everyRole bool       // except those taken away
	taken     []string
}

// NewUsers returns an empty set that lasts as long as the process.
func NewUsers() *Users { return newUsers(hashCost) }

// newUsers hashes at a bcrypt cost, which tests lower.
func newUsers(cost int) *Users {
	u := &Users{
		cost:     cost,
		hashes:   make(chan struct{}, 2),
		generate: bcrypt.GenerateFromPassword,
		compare:  bcrypt.CompareHashAndPassword,
		accounts: map[string]account{},
		emails:   map[string]string{},
		avatars:  map[string]string{},
	}
	u.dummy = sync.OnceValue(func() []byte { return u.mustHash(newHex(16)) })
	return u
}

// Add creates an account with a verified e-mail. The error is one of the Err…
// values above, or that of writing the users file.
func (u *Users) Add(email, password, name string) (User, error) {
	return u.add(User{Email: email, Name: name, EmailVerified: true}, password, time.Now())
}

// add creates an account with the e-mail, name and verification in user. If the
// file cannot be written, it removes the account again, which would otherwise
// vanish at the next start.
func (u *Users) add(user User, password string, now time.Time) (User, error) {
	user, err := complete(user, password, now)
	if err != nil {
		return User{}, err
	}
	// Outside the lock, because it is slow; and before the e-mail is looked up, so
	// that the time does not reveal whether it is taken.
	hash := u.mustHash(password)
	u.mu.Lock()
	defer u.mu.Unlock()
	if _, taken := u.accounts[user.Email]; taken {
		return User{}, ErrEmailTaken
	}
	u.put(account{User: user, hash: func() []byte { return hash }})
	if err := u.save(); err != nil {
		u.remove(user)
		return User{}, err
	}
	return user, nil
}

// checkReady reports why an account cannot be the ready user's. Nil is no ready
// user.
func (u *Users) checkReady(r *ReadyUser) error {
	if r == nil {
		return nil
	}
	user, err := complete(User{Email: r.Email, Name: r.Name}, r.Password, time.Time{})
	if old, ok := u.byEmail(user.Email); err == nil && ok && old.ready == nil {
		err = ErrEmailTaken
	}
	if err != nil {
		return fmt.Errorf("ready user %q: %w", r.Email, err)
	}
	return nil
}

// checkSecond is checkReady for the second ready user, who is left out while another
// account has the e-mail.
func checkSecond(r *ReadyUser) error {
	if r == nil {
		return nil
	}
	if _, err := complete(User{Email: r.Email, Name: r.Name}, r.Password, time.Time{}); err != nil {
		return fmt.Errorf("second ready user %q: %w", r.Email, err)
	}
	return nil
}

// setReady replaces the accounts of the ready users by these, which checkReady and
// checkSecond must have accepted. An account that stays keeps its roles; of new
// ones the first has all. The password is hashed on the first sign-in, because hashing
// would delay the start.
func (u *Users) setReady(list ...*ReadyUser) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, a := range u.accounts {
		if a.ready != nil && !slices.Contains(list, a.ready) {
			u.remove(a.User)
		}
	}
	for i, r := range list {
		if r != nil {
			u.addReady(r, i == 0)
		}
	}
}

// addReady adds the account of a ready user, unless the e-mail has one already. u.mu
// must be held.
func (u *Users) addReady(r *ReadyUser, everyRole bool) {
	password := r.Password
	user, err := complete(User{Email: r.Email, Name: r.Name, EmailVerified: true}, password, time.Now())
	if err != nil {
		return
	}
	if _, taken := u.accounts[user.Email]; taken {
		return
	}
	user.ID = readyID(user.Email)
	u.put(account{User: user, hash: sync.OnceValue(func() []byte { return u.mustHash(password) }), ready: r, everyRole: everyRole})
}

// readyID is the same in every run, so that applications find again what they
// stored for the ready user.
func readyID(email string) string {
	sum := sha256.Sum256([]byte("ready user " + email))
	return "auth0|" + hex.EncodeToString(sum[:12])
}

// complete checks a new account's details and fills in the rest.
func complete(user User, password string, now time.Time) (User, error) {
	user, err := withDetails(user)
	if err != nil {
		return User{}, err
	}
	if err := checkPassword(password); err != nil {
		return User{}, err
	}
	user.ID = "auth0|" + newHex(12)
	user.CreatedAt, user.UpdatedAt = now.UTC(), now.UTC()
	return user, nil
}

// withDetails checks and normalizes an e-mail and a name.
func withDetails(user User) (User, error) {
	user.Email = strings.ToLower(strings.TrimSpace(user.Email))
	user.Name = strings.TrimSpace(user.Name)
	addr, err := mail.ParseAddress(user.Email)
	switch {
	case err != nil || addr.Address != user.Email || len(user.Email) > maxEmail || !strings.Contains(user.Email, "."),
		strings.ContainsFunc(user.Email, isInvisible):
		return User{}, ErrEmailInvalid
	case utf8.RuneCountInString(user.Name) > maxName:
		return User{}, ErrNameLong
	case strings.ContainsFunc(user.Name, isControl):
		return User{}, ErrNameInvalid
	}
	user.Name = cmp.Or(user.Name, user.Email)
	return user, nil
}

// isInvisible reports whether c is not displayed, such as a bidirectional control
// character, so that one address could look like another.
func isInvisible(c rune) bool { return !unicode.IsPrint(c) }

// isControl reports whether c is a control character, or reorders the text around
// a name. Joiners are allowed: scripts and emoji need them.
func isControl(c rune) bool {
	return unicode.IsControl(c) || c >= '\u202a' && c <= '\u202e' || c >= '\u2066' && c <= '\u2069'
}

func checkPassword(password string) error {
	switch {
	case utf8.RuneCountInString(password) < minPassword:
		return ErrPasswordShort
	case len(password) > maxPassword:
		return ErrPasswordLong
	}
	return nil
}

// authenticate finds the user with this e-mail and password. It takes as long for an
// unknown e-mail as for a wrong password.
func (u *Users) authenticate(email, password string) (User, bool) {
	dummy := u.dummy()
	found, ok := u.byEmail(strings.ToLower(strings.TrimSpace(email)))
	hash := dummy
	if ok {
		hash = found.hash()
	}
	u.hashes <- struct{}{}
	defer func() { <-u.hashes }()
	match := u.compare(hash, []byte(password)[:min(len(password), maxPassword)]) == nil
	return found.User, ok && match && len(password) <= maxPassword
}

// byEmail finds an account by its e-mail in lower case.
func (u *Users) byEmail(email string) (account, bool) {
	u.mu.RLock()
	defer u.mu.RUnlock()
	a, ok := u.accounts[email]
	return a, ok
}

// byID finds the user that a session or a token belongs to.
func (u *Users) byID(id string) (User, bool) {
	u.mu.RLock()
	defer u.mu.RUnlock()
	a, ok := u.accounts[u.emails[id]]
	return a.User, ok
}

// byAvatar finds whose picture this is.
func (u *Users) byAvatar(avatar string) (User, bool) {
	u.mu.RLock()
	defer u.mu.RUnlock()
	a, ok := u.accounts[u.avatars[avatar]]
	return a.User, ok
}

// put and remove require that u.mu is held.
func (u *Users) put(a account) {
	u.accounts[a.Email] = a
	u.emails[a.ID] = a.Email
	u.avatars[a.avatar()] = a.Email
}

func (u *Users) remove(user User) {
	delete(u.accounts, user.Email)
	delete(u.emails, user.ID)
	delete(u.avatars, user.avatar())
}

// mustHash cannot fail: the cost is valid and the password's length was checked.
func (u *Users) mustHash(password string) []byte {
	u.hashes <- struct{}{}
	defer func() { <-u.hashes }()
	hash, err := u.generate([]byte(password), u.cost)
	if err != nil {
		panic("hashing a checked password: " + err.Error())
	}
	return hash
}
