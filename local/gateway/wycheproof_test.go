package gateway

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/c2sp/wycheproof"
)

// vectorFile is the part of a Wycheproof file that is used here.
// https://github.com/C2SP/wycheproof/blob/main/schemas/json_web_signature_schema.json
type vectorFile struct {
	NumberOfTests int
	TestGroups    []struct {
		Public, Private json.RawMessage // a key or a set of keys
		Tests           []vector
	}
}

type vector struct {
	TcID     int
	Comment  string
	JWS, JWE json.RawMessage // a string, or an object in JSON serialization
	Result   string
	key      json.RawMessage
}

// token is what a client would send as its token.
func (v vector) token() string {
	raw := v.JWS
	if raw == nil {
		raw = v.JWE
	}
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return string(raw)
	}
	return text
}

// keySet is the document that the issuer would serve.
func (v vector) keySet() string {
	var set struct{ Keys []json.RawMessage }
	if json.Unmarshal(v.key, &set) == nil && set.Keys != nil {
		return string(v.key)
	}
	return `{"keys":[` + string(v.key) + `]}`
}

// readVectors fails unless the file holds exactly n vectors.
func readVectors(t *testing.T, name string, n int) (vectors []vector) {
	t.Helper()
	text, err := fs.ReadFile(wycheproof.TestVectors, name)
	if err != nil {
		t.Fatal(err)
	}
	var file vectorFile
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	for _, group := range file.TestGroups {
		key := group.Public
		if key == nil {
			key = group.Private // the only form of a symmetric key
		}
		for _, v := range group.Tests {
			v.key = key
			vectors = append(vectors, v)
		}
	}
	if len(vectors) != n || file.NumberOfTests != n {
		t.Fatalf("expected %d vectors in %s, got %d of %d", n, name, len(vectors), file.NumberOfTests)
	}
	return vectors
}

const (
	stricterSymmetric = "an issuer's published keys are public, and an HMAC key is a secret: RSA only, as documented"
	stricterElliptic  = "the documentation accepts RSA-based algorithms only; ES256 was seen to be refused"
	stricterPSS       = "RSA-PSS is not among the algorithms seen to be accepted; assumed to be refused"
	stricterJWE       = "an encrypted token is no signed one: the authorizer knows JWS in compact serialization alone"
	stricterCharacter = "a character outside of base64url is not skipped; and the key is an HMAC key"
)

// stricter lists the vectors that are valid and yet refused, and why.
var stricter = map[string]map[string][]int{
	"json_web_signature_test.json": {
		stricterSymmetric: {1, 348, 352, 357, 358, 359, 376, 377},
		stricterElliptic:  {18, 347, 351, 378},
		stricterPSS:       {272, 273, 274, 275, 287, 288, 320, 321, 322, 323, 325, 326, 327, 328, 346, 350},
		stricterCharacter: {372, 373},
	},
	"json_web_crypto_test.json": {
		stricterSymmetric: {1},
		stricterElliptic:  {18},
		stricterJWE:       {48, 50, 67},
	},
	"json_web_key_test.json": {
		stricterSymmetric: {2, 13, 14, 15},
	},
}

// reasons returns the table's reasons of one file by vector.
func reasons(file string) map[int]string {
	byID := map[int]string{}
	for reason, ids := range stricter[file] {
		for _, id := range ids {
			byID[id] = reason
		}
	}
	return byID
}

// TestWycheproofSignatures gives each vector's key to the key loader, as an
// issuer's document, and its token to the function that verifies a request's.
// Payloads are no claims here, so it stops before these.
func TestWycheproofSignatures(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		file                   string
		ran, accepted, refused int
	}{
		{"json_web_signature_test.json", 401, 16, 385},
		{"json_web_crypto_test.json", 83, 1, 82},
		{"json_web_key_test.json", 26, 1, 25},
	} {
		t.Run(test.file, func(t *testing.T) {
			t.Parallel()
			var accepted, refused int
			why := reasons(test.file)
			for _, v := range readVectors(t, test.file, test.ran) {
				source := fakeSource(time.Now, replies(200, fakeDiscovery), replies(200, v.keySet()))
				_, err := signedPayload(t.Context(), v.token(), source)
				if err == nil {
					accepted++
				} else {
					refused++
				}
				checkVerdict(t, v, err, why[v.TcID])
			}
			t.Logf("%d ran, %d accepted, %d refused, of these %d for a reason of the table's",
				accepted+refused, accepted, refused, len(why))
			if accepted != test.accepted || refused != test.refused {
				t.Errorf("expected %d accepted and %d refused, got %d and %d", test.accepted, test.refused, accepted, refused)
			}
		})
	}
}

// checkVerdict compares err with the vector's result and with the reason that
// the table has for it, "" for none.
func checkVerdict(t *testing.T, v vector, err error, reason string) {
	t.Helper()
	switch valid := v.Result == "valid"; {
	case reason != "" && (!valid || err == nil):
		t.Errorf("vector %d (%s) is %s and gave %v: the table need not list it (%s)", v.TcID, v.Comment, v.Result, err, reason)
	case valid && err != nil && reason == "":
		t.Errorf("vector %d (%s) is valid: %v", v.TcID, v.Comment, err)
	case !valid && err == nil:
		t.Errorf("vector %d (%s) is %s and was accepted", v.TcID, v.Comment, v.Result)
	}
}

// keysRefused lists part of the loader's reason for each key set without a usable
// key. The one set that is not here has a good RSA key.
var keysRefused = map[int]string{
	1: "kty RSA", 2: "kty RSA", 3: "kty RSA", 4: "kty RSA",
	6: "use sig", 7: "ROCA", 8: "got 1024", 9: "e: expected an odd number",
	10: "kty RSA", 11: "kty RSA", 12: "kty RSA", 13: "kty RSA", 14: "kty RSA", 15: "kty RSA",
	16: "kty RSA", 17: "kty RSA", 18: "kty RSA", 19: "kty RSA", 20: "kty RSA", 21: "kty RSA",
	22: "kty RSA", 23: "kty RSA", 24: "alg to be one of", 25: "kty RSA", 26: "kty RSA",
}

// TestWycheproofKeys checks that the loader accepts only the valid RSA key, and
// refuses every other one with the right reason.
func TestWycheproofKeys(t *testing.T) {
	t.Parallel()
	var accepted, refused int
	vectors := readVectors(t, "json_web_key_test.json", 26)
	for _, v := range vectors {
		keys, unusable, err := parseJWKS([]byte(v.keySet()))
		if err != nil {
			t.Errorf("vector %d: %v", v.TcID, err)
		}
		accepted += len(keys)
		refused += len(unusable)
		want, listed := keysRefused[v.TcID]
		if listed != (len(keys) == 0) {
			t.Errorf("vector %d (%s): accepted %d keys; refused: %v", v.TcID, v.Comment, len(keys), unusable)
		}
		for _, reason := range unusable {
			if !strings.Contains(fmt.Sprint(reason), want) {
				t.Errorf("vector %d (%s): expected %q, got %v", v.TcID, v.Comment, want, reason)
			}
		}
	}
	t.Logf("%d key sets ran, %d keys accepted, %d keys refused", len(vectors), accepted, refused)
	if accepted != 1 || refused != 29 {
		t.Errorf("expected 1 key accepted and 29 refused, got %d and %d", accepted, refused)
	}
}
