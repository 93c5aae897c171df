// Package naming makes names that AWS accepts and that distinguish the resources of an
// account.
package naming

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"
)

// The longest labels of a project and a stack in a name.
const (
	maxProject = 20
	maxStack   = 16
)

// separator separates project, stack and short name. No label contains two dashes in
// a row, so a policy for the names of one stack, such as "shop--dev--*", matches no
// other stack's names.
const separator = "--"

// Prefix begins every name of a stack's resources: at most 40 characters.
func Prefix(project, stack string) string {
	return ProjectLabel(project) + separator + StackLabel(stack) + separator
}

// ProjectLabel returns the label of a project in the name of a resource.
func ProjectLabel(name string) string { return Label(name, maxProject) }

// StackLabel returns the label of a stack in the name of a resource.
func StackLabel(name string) string { return Label(name, maxStack) }

// Label converts a name to lower-case letters, digits and single dashes. A name that has
// only these and is no longer than limit is unchanged. The label of any other name
// ends with six digits of its hash, which makes equal labels unlikely.
func Label(name string, limit int) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(c rune) bool {
		return !('a' <= c && c <= 'z' || '0' <= c && c <= '9')
	})
	plain := strings.Join(words, "-")
	if plain == name && len(plain) <= limit {
		return plain
	}
	sum := sha256.Sum256([]byte(name))
	digits := hex.EncodeToString(sum[:3])
	if rest := limit - len(digits) - len("-"); len(plain) > rest {
		plain = plain[:rest]
	}
	return strings.TrimLeft(strings.TrimRight(plain, "-")+"-"+digits, "-")
}

// Variable returns a name of letters, digits, dashes and underscores as an environment
// variable: "paymentsKey" and "payments-key" become PAYMENTS_KEY.
func Variable(name string) string {
	var b strings.Builder
	before := ' '
	for _, c := range name {
		switch {
		case c == '-':
			c = '_'
		case unicode.IsUpper(c) && (unicode.IsLower(before) || unicode.IsDigit(before)):
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToUpper(c))
		before = c
	}
	return b.String()
}
