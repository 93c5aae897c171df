package attribute

import (
	"cmp"
	"math/big"
	"strconv"
	"strings"
)

// The limits of a number: its significant digits, and the exponents of its first
// digit in scientific notation.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number
const (
	maxDigits   = 38
	maxExponent = 125
	minExponent = -130
)

// The errors of a number, in the service's words.
var (
	errOverflow  = Refusal("Number overflow. Attempting to store a number with magnitude larger than supported range")
	errUnderflow = Refusal("Number underflow. Attempting to store a number with magnitude smaller than supported range")
	errPrecision = Refusal("Attempting to store more than 38 significant digits in a Number")
)

// A Number is a decimal number: ±0.DIGITS × 10^exponent. Its digits neither begin
// nor end with a zero; zero has none. Equal numbers are equal as Go values.
type Number struct {
	negative bool
	digits   string
	exponent int16
}

// ParseNumber reads a number. The error is in the service's words.
func ParseNumber(text string) (Number, error) {
	if text == "" {
		return Number{}, Refusal("The parameter cannot be converted to a numeric value")
	}
	negative, digits, exponent, ok := scanNumber(text)
	if !ok {
		return Number{}, Refusal("The parameter cannot be converted to a numeric value: " + text)
	}
	return newNumber(negative, digits, exponent)
}

// scanNumber splits [+-] digits [. digits] [e [+-] digits] into the value
// ±0.DIGITS × 10^exponent, which is not normalized.
func scanNumber(text string) (negative bool, digits string, exponent int, ok bool) {
	if text[0] == '-' || text[0] == '+' {
		negative, text = text[0] == '-', text[1:]
	}
	if at := strings.IndexAny(text, "eE"); at >= 0 {
		exponent, ok = scanExponent(text[at+1:])
		if !ok {
			return false, "", 0, false
		}
		text = text[:at]
	}
	whole, fraction, _ := strings.Cut(text, ".")
	if whole+fraction == "" || !isDigits(whole) || !isDigits(fraction) {
		return false, "", 0, false
	}
	return negative, whole + fraction, exponent + len(whole), true
}

// scanExponent reads an exponent. A larger one than any number can have is capped at a
// million, so that it stays out of range whatever digits precede it.
func scanExponent(text string) (exponent int, ok bool) {
	digits := strings.TrimLeft(text, "+-")
	if len(text)-len(digits) > 1 || digits == "" || !isDigits(digits) {
		return 0, false
	}
	exponent, err := strconv.Atoi(digits)
	if err != nil || exponent > 1e6 {
		exponent = 1e6
	}
	if text[0] == '-' {
		exponent = -exponent
	}
	return exponent, true
}

func isDigits(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

func newNumber(negative bool, digits string, exponent int) (Number, error) {
	trimmed := strings.TrimLeft(digits, "0")
	exponent -= len(digits) - len(trimmed)
	digits = strings.TrimRight(trimmed, "0")
	switch {
	case digits == "":
		return Number{}, nil
	case exponent-1 > maxExponent:
		return Number{}, errOverflow
	case exponent-1 < minExponent:
		return Number{}, errUnderflow
	case len(digits) > maxDigits:
		return Number{}, errPrecision
	}
	return Number{negative: negative, digits: digits, exponent: int16(exponent)}, nil
}

// String writes the number without an exponent, as the service returns it.
func (n Number) String() string {
	sign, point := "", int(n.exponent)
	if n.negative {
		sign = "-"
	}
	switch {
	case n.digits == "":
		return "0"
	case point <= 0:
		return sign + "0." + strings.Repeat("0", -point) + n.digits
	case point >= len(n.digits):
		return sign + n.digits + strings.Repeat("0", point-len(n.digits))
	default:
		return sign + n.digits[:point] + "." + n.digits[point:]
	}
}

// Compare returns -1, 0 or 1 as n is less than, equal to or greater than m.
func (n Number) Compare(m Number) int {
	if c := cmp.Compare(n.sign(), m.sign()); c != 0 {
		return c
	}
	return n.sign() * cmp.Or(cmp.Compare(n.exponent, m.exponent), strings.Compare(n.digits, m.digits))
}

func (n Number) sign() int {
	switch {
	case n.digits == "":
		return 0
	case n.negative:
		return -1
	default:
		return 1
	}
}

// Add returns n + m. The error is in the service's words.
func (n Number) Add(m Number) (Number, error) {
	scale := min(n.scale(), m.scale())
	sum := new(big.Int).Add(n.scaled(scale), m.scaled(scale))
	digits := new(big.Int).Abs(sum).String()
	return newNumber(sum.Sign() < 0, digits, len(digits)+scale)
}

// Sub returns n - m. The error is in the service's words.
func (n Number) Sub(m Number) (Number, error) {
	m.negative = m.digits != "" && !m.negative
	return n.Add(m)
}

// scale is the power of ten of the last digit.
func (n Number) scale() int { return int(n.exponent) - len(n.digits) }

// scaled returns the number in units of 10^scale, which must not exceed its own.
func (n Number) scaled(scale int) *big.Int {
	value, _ := new(big.Int).SetString("0"+n.digits+strings.Repeat("0", n.scale()-scale), 10)
	if n.negative {
		value.Neg(value)
	}
	return value
}

// Int returns the number as an int64, if it is one.
func (n Number) Int() (int64, bool) {
	value, err := strconv.ParseInt(n.String(), 10, 64)
	return value, err == nil
}

// size returns the size of a number: a byte, one for two digits before the decimal point and
// one for two after it, and one for a sign. The documentation's rule is coarser; this one was
// measured against the service.
// https://github.com/paritysuite/dynamodb-conformance/blob/main/tests/tier3/limits/numberByteSize.test.ts
func (n Number) size() int {
	point := min(max(int(n.exponent), 0), len(n.digits))
	size := 1 + (point+1)/2 + (len(n.digits)-point+1)/2
	if n.negative {
		size++
	}
	return size
}
