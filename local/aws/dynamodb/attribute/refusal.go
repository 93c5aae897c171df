package attribute

import "fmt"

// A Refusal is the error for a value or an expression, in the service's own words, which
// begin with a capital and may end with a period.
type Refusal string

// Error implements error.
func (r Refusal) Error() string { return string(r) }

// Refuse returns a refusal with arguments.
func Refuse(format string, args ...any) error { return Refusal(fmt.Sprintf(format, args...)) }
