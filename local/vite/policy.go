package vite

import (
	"errors"
	"fmt"
	"strings"
)

// policy is a content security policy that also allows what Vite needs.
type policy struct{ before, after string } // around the nonce

// openPolicy adds a source of styles, by nonce, and the site's own WebSocket. In
// browsers that implement CSP level 3, connect-src 'self' covers the socket; in
// older ones it does not. Both directives must be present: otherwise default-src
// would apply, and would have to be relaxed.
// https://www.w3.org/TR/CSP3/#match-url-to-source-expression
func openPolicy(text, host string) (policy, error) {
	directives := strings.Split(text, "; ")
	add := func(name, source string) error {
		for i, d := range directives {
			if strings.HasPrefix(d, name+" ") && !strings.HasPrefix(d, name+" 'none'") {
				directives[i] += " " + source
				return nil
			}
		}
		return fmt.Errorf("the content security policy has no %s that could be opened for Vite: %q", name, text)
	}
	if err := errors.Join(add("style-src", "'nonce-"+noncePlaceholder+"'"), add("connect-src", "ws://"+host)); err != nil {
		return policy{}, err
	}
	before, after, _ := strings.Cut(strings.Join(directives, "; "), noncePlaceholder)
	return policy{before, after}, nil
}

func (p policy) with(nonce string) string { return p.before + nonce + p.after }
