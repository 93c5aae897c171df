package gateway

import (
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"slices"
)

// The size of an RSA key in bits. RFC 7518, section 3.3, requires 2048 or more. The
// upper limit is that of go-jose (MaxRSAModulusBits), since the cost of checking a
// signature grows with the square of the size.
const (
	minKeyBits = 2048
	maxKeyBits = 4096
)

// publicKey is a key that tokens may be signed with.
type publicKey struct {
	rsa       *rsa.PublicKey
	algorithm string // empty: any of algorithms
	verified  *verifiedTokens
}

// parseJWKS returns the usable keys of a JWK set (RFC 7517, section 5) by their ID,
// and why the others are not usable. Sets may have keys of other types and for
// other uses; these do not invalidate the set. If two usable keys share an ID,
// neither is used.
func parseJWKS(document []byte) (keys map[string]publicKey, unusable []error, err error) {
	members, err := parseObject(document)
	if err != nil {
		return nil, nil, err
	}
	list := members.get("keys")
	if list == nil || list[0] != '[' {
		return nil, nil, errors.New("expected an array of keys")
	}
	keys = map[string]publicKey{}
	count := map[string]int{}
	for _, text := range elements(list) {
		kid, key, err := parseJWK(text)
		if err != nil {
			unusable = append(unusable, fmt.Errorf("key %q: %w", kid, err))
			continue
		}
		count[kid]++
		keys[kid] = key
	}
	for kid, n := range count {
		if n > 1 {
			delete(keys, kid)
			unusable = append(unusable, fmt.Errorf("key %q: %d keys have this ID", kid, n))
		}
	}
	return keys, unusable, nil
}

// parseJWK reads a public RSA key for signatures.
func parseJWK(text []byte) (kid string, key publicKey, err error) {
	members, err := parseObject(text)
	if err != nil {
		return "", key, err
	}
	if kid, _ = members.text("kid"); kid == "" {
		return "", key, errors.New("expected a kid")
	}
	if kty, _ := members.text("kty"); kty != "RSA" {
		return kid, key, fmt.Errorf("expected kty RSA, got %q", kty)
	}
	if key.algorithm, err = readKeyUse(members); err != nil {
		return kid, key, err
	}
	if members.get("d") != nil {
		return kid, key, errors.New("a private key is public")
	}
	key.rsa, err = readRSA(members)
	key.verified = &verifiedTokens{}
	return kid, key, err
}

// readKeyUse returns alg, empty when the key has none.
func readKeyUse(members object) (algorithm string, err error) {
	if value := members.get("use"); value != nil && string(value) != `"sig"` {
		return "", fmt.Errorf("expected use sig, got %s", value)
	}
	if value := members.get("key_ops"); value != nil {
		if operations, _ := stringValues(value); !slices.Contains(operations, "verify") {
			return "", fmt.Errorf("expected key_ops with verify, got %s", value)
		}
	}
	if value := members.get("alg"); value != nil {
		algorithm, _ = stringValue(value)
		if !slices.Contains(algorithms, algorithm) {
			return "", fmt.Errorf("expected alg to be one of %v, got %s", algorithms, value)
		}
	}
	return algorithm, nil
}

func readRSA(members object) (*rsa.PublicKey, error) {
	n, err := readInteger(members, "n")
	if err != nil {
		return nil, err
	}
	e, err := readInteger(members, "e")
	if err != nil {
		return nil, err
	}
	if bits := n.BitLen(); bits < minKeyBits || bits > maxKeyBits || n.Bit(0) == 0 {
		return nil, fmt.Errorf("n: expected an odd number of %d to %d bits, got %d", minKeyBits, maxKeyBits, bits)
	}
	if e.BitLen() < 2 || e.BitLen() > 31 || e.Bit(0) == 0 { // crypto/rsa accepts no more
		return nil, fmt.Errorf("e: expected an odd number of 2 to 31 bits, got %s", e)
	}
	if hasROCAFingerprint(n) {
		return nil, errors.New("n: made by a faulty generator (ROCA, CVE-2017-15361), so that it can be factored")
	}
	return &rsa.PublicKey{N: n, E: int(e.Int64())}, nil
}

// hasROCAFingerprint recognizes a modulus whose primes are k*M + (65537^a mod M), M
// being a product of the first primes: modulo each of these it is a power of 65537.
// About one good modulus in a hundred million matches by chance.
// https://crocs.fi.muni.cz/_media/public/papers/nemec_roca_ccs17_preprint.pdf
func hasROCAFingerprint(n *big.Int) bool {
	const generator, last = 65537, 167 // the first 39 primes divide M of the smallest keys
	for p := int64(3); p <= last; p += 2 {
		if !big.NewInt(p).ProbablyPrime(0) {
			continue
		}
		residue := new(big.Int).Mod(n, big.NewInt(p)).Int64()
		power := int64(1)
		for range p {
			if power == residue {
				break
			}
			power = power * generator % p
		}
		if power != residue {
			return false
		}
	}
	return true
}

// readInteger reads a Base64urlUInt (RFC 7518, section 2): no padding, no
// leading zero.
func readInteger(members object, name string) (*big.Int, error) {
	text, _ := members.text(name)
	octets, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(octets) == 0 || octets[0] == 0 || base64.RawURLEncoding.EncodedLen(len(octets)) != len(text) {
		return nil, fmt.Errorf("%s: expected the shortest base64url of a positive number", name)
	}
	return new(big.Int).SetBytes(octets), nil
}
