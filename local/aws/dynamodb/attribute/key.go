package attribute

// AppendKey appends to b an encoding of a value of kind S, N or B. Encodings of one kind sort
// as the values do, even if others follow them, since each ends with a terminator that sorts
// before every continuation.
func (v Value) AppendKey(b []byte) []byte { return append(v.AppendPrefix(b), 0x00, terminator) }

// In an encoding, 0x00 is followed by one of these: by escaped if it is a literal 0x00, and
// by terminator at the end. afterEnd sorts after everything that begins with the encoded
// value, and before every greater value.
const (
	terminator = 0x01
	afterEnd   = 0x02
	escaped    = 0xFF
)

// AppendKeyAfter appends an encoding that sorts after every key that begins with v.AppendKey,
// and before the keys of greater values.
func (v Value) AppendKeyAfter(b []byte) []byte { return append(v.AppendPrefix(b), 0x00, afterEnd) }

// AppendPrefix appends the common prefix of the encodings of all S or B that begin with v.
func (v Value) AppendPrefix(b []byte) []byte {
	if v.kind == N {
		return v.Number().appendKey(b)
	}
	return appendEscaped(b, v.text)
}

func appendEscaped[T string | []byte](b []byte, text T) []byte {
	for _, c := range []byte(text) {
		if b = append(b, c); c == 0x00 {
			b = append(b, escaped)
		}
	}
	return b
}

// appendKey encodes the sign, the exponent and the digits. Those of a negative
// number are inverted and end with 0xFF, so that the number with more digits
// sorts first.
func (n Number) appendKey(b []byte) []byte {
	const negative, zero, positive = 1, 2, 3
	if n.digits == "" {
		return append(b, zero)
	}
	exponent := uint16(n.exponent) + 1<<15
	key := append([]byte{byte(exponent >> 8), byte(exponent)}, n.digits...)
	if !n.negative {
		return appendEscaped(append(b, positive), key)
	}
	for i := range key {
		key[i] = ^key[i]
	}
	return appendEscaped(append(b, negative), append(key, 0xFF))
}
