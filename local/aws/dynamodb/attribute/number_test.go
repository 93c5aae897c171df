package attribute

import (
	"math/big"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

func number(t testing.TB, text string) Number {
	t.Helper()
	n, err := ParseNumber(text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return n
}

func TestParseNumber(t *testing.T) {
	t.Parallel()
	nines := strings.Repeat("9", 38)
	for _, test := range []struct{ name, text, want string }{
		{"zero", "0", "0"},
		{"negative zero", "-0.00e5", "0"},
		{"leading and trailing zeros", "0042.1200", "42.12"},
		{"an exponent", "1e2", "100"},
		{"a negative exponent", "-12.5E-3", "-0.0125"},
		{"without a whole part", ".5", "0.5"},
		{"without a fraction", "7.", "7"},
		{"a plus", "+7", "7"},
		{"38 digits", nines, nines},
		{"38 digits and zeros", nines + "000", nines + "000"},
		{"the largest", "9.9999999999999999999999999999999999999E125", nines + strings.Repeat("0", 88)},
		{"the smallest", "1E-130", "0." + strings.Repeat("0", 129) + "1"},
		{"1E125", "1E125", "1" + strings.Repeat("0", 125)},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := number(t, test.text).String(); got != test.want {
				t.Errorf("expected %s, got %s", test.want, got)
			}
		})
	}
}

func TestParseNumberRefuses(t *testing.T) {
	t.Parallel()
	const notANumber = "The parameter cannot be converted to a numeric value"
	for _, test := range []struct{ name, text, want string }{
		{"nothing", "", notANumber},
		{"a word", "b", notANumber + ": b"},
		{"two signs", "--1", notANumber + ": --1"},
		{"a point alone", ".", notANumber + ": ."},
		{"an exponent alone", "e5", notANumber + ": e5"},
		{"an exponent without digits", "1e", notANumber + ": 1e"},
		{"two signs of an exponent", "1e--5", notANumber + ": 1e--5"},
		{"a space", "1 ", notANumber + ": 1 "},
		{"hexadecimal", "0x10", notANumber + ": 0x10"},
		{"infinity", "Infinity", notANumber + ": Infinity"},
		{"39 digits", strings.Repeat("1", 39), errPrecision.Error()},
		{"too large", "1E126", errOverflow.Error()},
		{"too large and negative", "-1E126", errOverflow.Error()},
		{"too large by far", "1e99999999999999999999", errOverflow.Error()},
		{"too small", "1E-131", errUnderflow.Error()},
		{"too small by far", "1e-99999999999999999999", errUnderflow.Error()},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if n, err := ParseNumber(test.text); err == nil || err.Error() != test.want {
				t.Errorf("expected the error %q, got %v and %v", test.want, n, err)
			}
		})
	}
}

// TestNumberSize has the figures measured against the service.
// https://github.com/paritysuite/dynamodb-conformance/blob/main/tests/tier3/limits/numberByteSize.test.ts
func TestNumberSize(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"1": 2, "123456": 4, "3.14159": 5, "1E125": 2, "-1": 3, "0": 1} {
		if got := number(t, text).size(); got != want {
			t.Errorf("%s: expected %d bytes, got %d", text, want, got)
		}
	}
}

// randomNumber returns a number with digits and exponents of all sizes, often close
// to others.
func randomNumber(random *rand.Rand) string {
	digits := make([]byte, 1+random.IntN(1+random.IntN(20)))
	for i := range digits {
		digits[i] = '0' + byte(random.IntN(10))
	}
	text := string(digits)
	if random.IntN(2) == 0 {
		at := random.IntN(len(text) + 1)
		text = text[:at] + "." + text[at:]
	}
	if random.IntN(2) == 0 {
		text += "e" + []string{"-30", "-3", "-1", "0", "1", "+2", "30"}[random.IntN(7)]
	}
	if random.IntN(2) == 0 {
		text = "-" + text
	}
	return text
}

func rational(t testing.TB, text string) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		t.Fatalf("%q is no number", text)
	}
	return r
}

// TestNumberReference compares parsing, order, sums and keys with fractions of
// math/big.
func TestNumberReference(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		a, b := randomNumber(random), randomNumber(random)
		x, y := number(t, a), number(t, b)
		rx, ry := rational(t, a), rational(t, b)
		if got := rational(t, x.String()); got.Cmp(rx) != 0 {
			t.Fatalf("%s became %s", a, x)
		}
		if got := x.Compare(y); got != rx.Cmp(ry) {
			t.Fatalf("%s compared with %s: expected %d, got %d", a, b, rx.Cmp(ry), got)
		}
		keys := strings.Compare(string(NewNumber(x).AppendKey(nil)), string(NewNumber(y).AppendKey(nil)))
		if keys != rx.Cmp(ry) {
			t.Fatalf("the keys of %s and %s: expected %d, got %d", a, b, rx.Cmp(ry), keys)
		}
		checkSum(t, "sum", x.Add, y, new(big.Rat).Add(rx, ry))
		checkSum(t, "difference", x.Sub, y, new(big.Rat).Sub(rx, ry))
	}
}

func checkSum(t *testing.T, name string, operation func(Number) (Number, error), y Number, want *big.Rat) {
	t.Helper()
	got, err := operation(y)
	if err != nil {
		if err != errPrecision { // only the exact result is allowed otherwise
			t.Fatalf("the %s %v: %v", name, want, err)
		}
		return
	}
	if rational(t, got.String()).Cmp(want) != 0 {
		t.Fatalf("the %s: expected %v, got %v", name, want, got)
	}
}

var numberPattern = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$`)

// FuzzParseNumber: what is accepted is a number, with the same value, of 38 digits
// at most, that is written and read again as itself.
func FuzzParseNumber(f *testing.F) {
	for _, seed := range []string{"", "0", "-0042.1200", "1E125", "1E-130", "1e126", ".5", "5.", "+e1", "1e99999999999999999999"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := ParseNumber(text)
		isNumber := numberPattern.MatchString(text)
		if err == nil != isNumber && err != errOverflow && err != errUnderflow && err != errPrecision {
			t.Fatalf("%q: it is a number: %v, got %v", text, isNumber, err)
		}
		if err != nil {
			return
		}
		if again, err := ParseNumber(n.String()); err != nil || again != n {
			t.Fatalf("%q was written as %s and read as %v, %v", text, n, again, err)
		}
		if len(text) < 300 && !strings.ContainsAny(text, "eE") && rational(t, text).Cmp(rational(t, n.String())) != 0 {
			t.Fatalf("%q became %s", text, n)
		}
	})
}

// TestAssumedSumOf39Digits: the documentation says that a number has 38 digits, not
// what becomes of a sum with more.
func TestAssumedSumOf39Digits(t *testing.T) {
	t.Parallel()
	if n, err := number(t, "1e38").Add(number(t, "0.1")); err != errPrecision {
		t.Errorf("expected %v, got %v and %v", errPrecision, n, err)
	}
	if n, err := number(t, "9e125").Add(number(t, "9e125")); err != errOverflow {
		t.Errorf("expected %v, got %v and %v", errOverflow, n, err)
	}
}
