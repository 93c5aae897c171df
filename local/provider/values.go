package provider

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"strings"
)

// createPart is for a resource that is part of another and has its id.
func createPart(idInput string) creator {
	return func(_ Cloud, r Resource) (string, map[string]any) { return text(r, idInput), nil }
}

func createShortID(_ Cloud, r Resource) (string, map[string]any) { return shortID(r), nil }

// shortID has the ten characters of API Gateway's ids.
func shortID(r Resource) string {
	sum := sha256.Sum256([]byte(r.Seed))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:])[:10])
}

// Suffix is the end of a name that a provider makes: seven hexadecimal digits.
func Suffix(seed string) string { return digest(Resource{Seed: seed})[:7] }

func digest(r Resource) string {
	sum := sha256.Sum256([]byte(r.Seed))
	return hex.EncodeToString(sum[:])
}

func text(r Resource, input string) string {
	value, _ := r.Inputs[input].(string)
	return value
}
