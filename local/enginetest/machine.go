package enginetest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/enginetest/account"
)

// A Machine contains the deployments of one person: a backend for states, an account,
// and a Pulumi home.
type Machine struct {
	Backend, Home string
	Account       account.Account
}

// NewMachine returns an empty machine.
func NewMachine(t *testing.T) Machine {
	t.Helper()
	dir := t.TempDir()
	m := Machine{Backend: filepath.Join(dir, "backend"), Home: filepath.Join(dir, "home"), Account: account.Account{Dir: filepath.Join(dir, "account")}}
	for _, d := range []string{m.Backend, m.Home} {
		if err := os.Mkdir(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

// Operations returns the operations after the first since, as "kind type name".
func (m Machine) Operations(t *testing.T, since int) []string {
	t.Helper()
	log, err := m.Account.Operations()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, op := range log[since:] {
		kind := op.Type[strings.LastIndex(op.Type, ":")+1:]
		lines = append(lines, op.Kind+" "+kind+" "+op.Name)
	}
	return lines
}

// Succeeded counts the operations of a kind that did not fail.
func (m Machine) Succeeded(t *testing.T, kind string) int {
	t.Helper()
	log, err := m.Account.Operations()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, op := range log {
		if op.Kind == kind && !op.Failed {
			n++
		}
	}
	return n
}
