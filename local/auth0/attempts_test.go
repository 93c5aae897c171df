package auth0

import (
	"net/http"
	"sync"
	"testing"

	"golang.org/x/crypto/bcrypt"
)

// TestGuessesSentAtOnce: comparing is slow, and guesses that arrive meanwhile count
// as well.
func TestGuessesSentAtOnce(t *testing.T) {
	t.Parallel()
	b := start(t, func(c *setup) { c.Users = newUsers(bcrypt.MinCost + 2) }).browser()
	page := b.authorize()
	const guesses = 5 * maxFailures
	statuses := make(chan int, guesses)
	var group sync.WaitGroup
	for range guesses {
		group.Go(func() { statuses <- b.submit(page, "email", email, "password", "wrong").status })
	}
	group.Wait()
	close(statuses)
	count := map[int]int{}
	for status := range statuses {
		count[status]++
	}
	if count[http.StatusBadRequest] != maxFailures || count[http.StatusTooManyRequests] != guesses-maxFailures {
		t.Errorf("expected %d guesses to be compared, got %v", maxFailures, count)
	}
}

// TestRightPasswordResetsTheCount: the limit is of wrong passwords in a row.
func TestRightPasswordResetsTheCount(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	for range 2 {
		page := b.authorize("prompt", "login")
		for range maxFailures - 1 {
			if got := b.submit(page, "email", email, "password", "wrong"); got.status != http.StatusBadRequest {
				t.Fatalf("got %d", got.status)
			}
		}
		b.callback(b.submit(page, "email", email, "password", password))
	}
}
