package gateway

import (
	"context"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// roundTripper is an issuer without a socket, for a bubble of fake time.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func reply(status int, body string) (*http.Response, error) {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
}

const fakeIssuer = "https://tenant.example.com/"

const fakeDiscovery = `{"issuer":"` + fakeIssuer + `","jwks_uri":"https://tenant.example.com/keys"}`

func jwks(keys ...map[string]any) string {
	text, err := json.Marshal(map[string]any{"keys": keys})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// fakeSource fetches from two functions.
func fakeSource(now func() time.Time, discovery, keys roundTripper) *keySource {
	return newKeySource(fakeIssuer, &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		if r.URL.String() == "https://tenant.example.com/.well-known/openid-configuration" {
			return discovery(r)
		}
		return keys(r)
	})}, now, discard)
}

func replies(status int, body string) roundTripper {
	return func(*http.Request) (*http.Response, error) { return reply(status, body) }
}

func hangs(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func redirects(r *http.Request) (*http.Response, error) {
	response, err := reply(http.StatusFound, "")
	response.Header.Set("Location", "https://attacker.example.com/keys")
	return response, err
}

// The limits as they are documented, which the code's constants must equal.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
const (
	documentedTimeout = 1500 * time.Millisecond
	documentedBytes   = 150_000
	documentedCaching = 2 * time.Hour
)

// TestIssuerFaults lists what an issuer may do wrong, and the text that the client
// then gets.
func TestIssuerFaults(t *testing.T) {
	t.Parallel()
	good := jwks(jwk(testKeyID, testKey()))
	down := func(*http.Request) (*http.Response, error) { return nil, errors.New("connection refused") }
	ok := replies(200, fakeDiscovery)
	// padded is a set of exactly n bytes.
	padded := func(n int) string { return good + strings.Repeat(" ", n-len(good)) }
	for _, test := range []struct {
		name            string
		discovery, keys roundTripper
		want            string // "" for a key
	}{
		{"well", ok, replies(200, good), ""},
		{"discovery down", down, replies(200, good), discoveryFailed},
		{"discovery slow", hangs, replies(200, good), discoveryFailed},
		{"discovery 404", replies(404, "{}"), replies(200, good), discoveryFailed},
		{"discovery redirects", redirects, replies(200, good), discoveryFailed},
		{"discovery HTML", replies(200, "<html>"), replies(200, good), discoveryFailed},
		{"discovery empty", replies(200, ""), replies(200, good), discoveryFailed},
		{"discovery too long", replies(200, fakeDiscovery+strings.Repeat(" ", documentedBytes)), replies(200, good), discoveryFailed},
		{"another issuer", replies(200, strings.Replace(fakeDiscovery, "tenant", "other", 1)), replies(200, good), discoveryFailed},
		{"issuer without its slash", replies(200, strings.Replace(fakeDiscovery, ".com/", ".com", 1)), replies(200, good), discoveryFailed},
		{"issuer twice", replies(200, `{"issuer":"https://x/",`+fakeDiscovery[1:]), replies(200, good), discoveryFailed},
		{"no jwks_uri", replies(200, `{"issuer":"`+fakeIssuer+`"}`), replies(200, good), discoveryFailed},
		{"jwks_uri without TLS", replies(200, strings.Replace(fakeDiscovery, "https://tenant.example.com/keys", "http://tenant.example.com/keys", 1)), replies(200, good), discoveryFailed},
		{"jwks_uri a file", replies(200, strings.Replace(fakeDiscovery, "https://tenant.example.com/keys", "file:///keys", 1)), replies(200, good), discoveryFailed},
		{"keys down", ok, down, jwksFailed},
		{"keys slow", ok, hangs, jwksFailed},
		{"keys 500", ok, replies(500, good), jwksFailed},
		{"keys redirect", ok, redirects, jwksFailed},
		{"keys garbage", ok, replies(200, "garbage"), jwksFailed},
		{"keys no array", ok, replies(200, `{"keys":{}}`), jwksFailed},
		{"keys missing", ok, replies(200, `{}`), jwksFailed},
		{"keys cut off", ok, replies(200, good[:len(good)-2]), jwksFailed},
		{"keys at the limit", ok, replies(200, padded(documentedBytes)), ""},
		{"keys over the limit", ok, replies(200, padded(documentedBytes+1)), jwksFailed},
		{"no keys", ok, replies(200, `{"keys":[]}`), unknownKeyID},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				_, err := fakeSource(time.Now, test.discovery, test.keys).key(t.Context(), testKeyID)
				if got := fmt.Sprint(err); err == nil && test.want != "" || err != nil && got != test.want {
					t.Errorf("expected %q, got %q", test.want, got)
				}
				if took := time.Since(start); took != 0 && took != documentedTimeout {
					t.Errorf("expected to wait %s at most, got %s", documentedTimeout, took)
				}
			})
		})
	}
}

// TestIssuerFaultIs401 shows the text on the wire, and no cause.
func TestIssuerFaultIs401(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, jwk(testKeyID, testKey()))
	cfg := testConfig(i.authorizer())
	cfg.HTTPClient = &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
		return nil, errors.New("secret cause")
	})}
	got := do(t, mustNew(t, cfg), "GET", "/api/private", "Authorization", i.token(t))
	want := `Bearer scope="read:private" error="invalid_token" error_description="OIDC discovery endpoint communication error"`
	if header := got.Header.Get("www-authenticate"); got.StatusCode != 401 || header != want {
		t.Errorf("expected 401 and %s, got %d and %s", want, got.StatusCode, header)
	}
}

func TestPrepareFailsForUnreachableIssuer(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, jwk(testKeyID, testKey()))
	cfg := testConfig(i.authorizer())
	g, err := New(cfg.Options)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.Prepare(t.Context(), cfg.Config); err != nil || i.fetches.Load() != 1 {
		t.Errorf("expected one fetch, got %d and %v", i.fetches.Load(), err)
	}
	cfg.HTTPClient = &http.Client{Transport: replies(503, "")}
	if g, err = New(cfg.Options); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Prepare(t.Context(), cfg.Config); err == nil || !strings.Contains(err.Error(), i.url) || !strings.Contains(err.Error(), "got 503") {
		t.Errorf("expected an error that names the issuer and the cause, got %v", err)
	}
}

// TestKeysAreCached: one fetch for two hours and many concurrent requests, and
// then another one.
func TestKeysAreCached(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var fetches atomic.Int64
		s := fakeSource(time.Now, replies(200, fakeDiscovery), func(*http.Request) (*http.Response, error) {
			fetches.Add(1)
			time.Sleep(time.Second)
			return reply(200, jwks(jwk(testKeyID, testKey())))
		})
		burst := func() {
			var wait sync.WaitGroup
			for range 64 {
				wait.Go(func() {
					if _, err := s.key(t.Context(), testKeyID); err != nil {
						t.Error(err)
					}
				})
			}
			wait.Wait()
		}
		burst()
		time.Sleep(documentedCaching - 2*time.Second)
		burst()
		if n := fetches.Load(); n != 1 {
			t.Errorf("expected 1 fetch, got %d", n)
		}
		time.Sleep(time.Second)
		burst()
		if n := fetches.Load(); n != 2 {
			t.Errorf("expected 2 fetches, got %d", n)
		}
	})
}

// TestFetchOutlivesItsClient: the client whose token caused a fetch leaves, and
// those that wait for the same keys get them from that fetch.
func TestFetchOutlivesItsClient(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var fetches atomic.Int64
		s := fakeSource(time.Now, replies(200, fakeDiscovery), func(r *http.Request) (*http.Response, error) {
			fetches.Add(1)
			select {
			case <-time.After(time.Second):
				return reply(200, jwks(jwk(testKeyID, testKey())))
			case <-r.Context().Done():
				return nil, r.Context().Err()
			}
		})
		first, leave := context.WithCancel(t.Context())
		var wait sync.WaitGroup
		wait.Go(func() { s.key(first, testKeyID) })
		synctest.Wait()
		for range 8 {
			wait.Go(func() {
				if _, err := s.key(t.Context(), testKeyID); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		leave()
		wait.Wait()
		if n := fetches.Load(); n != 1 {
			t.Errorf("expected 1 fetch, got %d", n)
		}
	})
}

// TestOutageIsShared: callers that wait while the issuer hangs share its
// failure and do not queue for fetches of their own.
func TestOutageIsShared(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := fakeSource(time.Now, hangs, hangs)
		start := time.Now()
		var wait sync.WaitGroup
		for range 64 {
			wait.Go(func() {
				if _, err := s.key(t.Context(), testKeyID); err == nil {
					t.Error("found a key")
				}
			})
		}
		wait.Wait()
		if took := time.Since(start); took > 2*fetchTimeout {
			t.Errorf("expected at most two fetches' time, got %s", took)
		}
	})
}

// TestAssumedOldKeysAreNotUsed: after two hours an issuer that is down fails
// its tokens.
func TestAssumedOldKeysAreNotUsed(t *testing.T) {
	t.Parallel()
	now, up := testTime, true
	s := fakeSource(func() time.Time { return now }, func(*http.Request) (*http.Response, error) {
		if !up {
			return nil, errors.New("connection refused")
		}
		return reply(200, fakeDiscovery)
	}, replies(200, jwks(jwk(testKeyID, testKey()))))
	for _, step := range []struct {
		up    bool
		after time.Duration
		want  bool
	}{{true, 0, true}, {false, documentedCaching - 1, true}, {false, 1, false}, {true, time.Second, true}} {
		up, now = step.up, now.Add(step.after)
		if _, err := s.key(t.Context(), testKeyID); (err == nil) != step.want {
			t.Errorf("at %s: %v", now.Sub(testTime), err)
		}
	}
}

// TestAssumedRotationIsSeenAtOnce rotates keys while valid tokens come in.
func TestAssumedRotationIsSeenAtOnce(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, jwk(testKeyID, testKey()))
	g := mustNew(t, testConfig(i.authorizer()))
	send := func(kid string, key *rsa.PrivateKey) int {
		header := headerWith(jsonObject{"kid": kid})
		token := sign(t, key, jwt.SigningMethodRS256, header, i.testClaims())
		return do(t, g, "GET", "/api/private", "Authorization", token).StatusCode
	}
	if got := send(testKeyID, testKey()); got != 200 {
		t.Fatalf("before: %d", got)
	}
	i.rotate(jwk(testKeyID, testKey()), jwk("key-2", otherKey()))
	var wait sync.WaitGroup
	for range 16 {
		wait.Go(func() {
			if got := send("key-2", otherKey()); got != 200 {
				t.Errorf("new key: %d", got)
			}
		})
		wait.Go(func() {
			if got := send(testKeyID, testKey()); got != 200 {
				t.Errorf("old key: %d", got)
			}
		})
	}
	wait.Wait()
	if n := i.fetches.Load(); n != 2 {
		t.Errorf("expected 2 fetches, got %d", n)
	}
	i.rotate(jwk("key-2", otherKey()))
	if got := send("key-3", otherKey()); got != 401 { // its fetch drops key-1
		t.Errorf("unknown key: %d", got)
	}
	if got := send(testKeyID, testKey()); got != 401 {
		t.Errorf("withdrawn key: %d", got)
	}
}

// TestAssumedFetchesAreBounded: made-up key IDs cause ten fetches and then ten
// a second, for which their requests wait. Known keys do not wait.
func TestAssumedFetchesAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var fetches int
		s := fakeSource(time.Now, replies(200, fakeDiscovery), func(*http.Request) (*http.Response, error) {
			fetches++
			return reply(200, jwks(jwk(testKeyID, testKey())))
		})
		start := time.Now()
		for n := range 100 {
			if _, err := s.key(t.Context(), fmt.Sprint("made-up-", n)); err == nil || err.Error() != unknownKeyID {
				t.Fatalf("expected %q, got %v", unknownKeyID, err)
			}
			before := time.Now()
			if _, err := s.key(t.Context(), testKeyID); err != nil || time.Since(before) != 0 {
				t.Fatalf("a known key waited %s and gave %v", time.Since(before), err)
			}
		}
		if took := time.Since(start).Round(time.Millisecond); fetches != 100 || took != (100-fetchBurst)*time.Second/fetchRate {
			t.Errorf("expected 100 fetches within 9s, got %d within %s", fetches, took)
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := s.key(gone, "made-up"); err == nil || err.Error() != discoveryFailed || fetches != 100 {
			t.Errorf("a client that left: %v after %d fetches", err, fetches)
		}
	})
}

// TestKeys lists JWKs by whether the gateway uses them.
func TestKeys(t *testing.T) {
	t.Parallel()
	n := base64.RawURLEncoding.EncodeToString(testKey().N.Bytes())
	small := mustKey(1024)
	with := func(changes jsonObject) jsonObject {
		key := jwk(testKeyID, testKey())
		maps.Copy(key, changes)
		maps.DeleteFunc(key, func(_ string, value any) bool { return value == nil })
		return key
	}
	even := new(big.Int).Sub(testKey().N, big.NewInt(1))
	largest := new(big.Int).Add(new(big.Int).Lsh(big.NewInt(1), maxKeyBits-1), big.NewInt(1))
	large := new(big.Int).Add(new(big.Int).Lsh(big.NewInt(1), maxKeyBits), big.NewInt(1))
	for _, test := range []struct {
		name string
		key  jsonObject
		want string // part of the reason; "" for a usable key
	}{
		{"good", with(nil), ""},
		{"no use, no alg", with(jsonObject{"use": nil, "alg": nil}), ""},
		{"RS512", with(jsonObject{"alg": "RS512"}), ""},
		{"verify", with(jsonObject{"key_ops": []string{"verify"}}), ""},
		{"certificates are ignored", with(jsonObject{"x5c": []string{"x"}, "x5t": "y", "x5u": "http://x"}), ""},
		{"exponent 3", with(jsonObject{"e": "Aw"}), ""},
		{"no kid", with(jsonObject{"kid": nil}), "expected a kid"},
		{"kid a number", with(jsonObject{"kid": 7}), "expected a kid"},
		{"EC", jsonObject{"kty": "EC", "kid": testKeyID, "crv": "P-256", "x": "AA", "y": "AA"}, `expected kty RSA, got "EC"`},
		{"symmetric", jsonObject{"kty": "oct", "kid": testKeyID, "k": n}, `expected kty RSA, got "oct"`},
		{"kty missing", with(jsonObject{"kty": nil}), "expected kty RSA"},
		{"kty lower case", with(jsonObject{"kty": "rsa"}), "expected kty RSA"},
		{"for encryption", with(jsonObject{"use": "enc"}), "expected use sig"},
		{"use an array", with(jsonObject{"use": []string{"sig"}}), "expected use sig"},
		{"key_ops without verify", with(jsonObject{"key_ops": []string{"sign"}}), "expected key_ops with verify"},
		{"alg PS256", with(jsonObject{"alg": "PS256"}), "expected alg to be one of"},
		{"alg HS256", with(jsonObject{"alg": "HS256"}), "expected alg to be one of"},
		{"alg null", with(jsonObject{"alg": json.RawMessage("null")}), "expected alg to be one of"},
		{"private", with(jsonObject{"d": "AQAB"}), "a private key is public"},
		{"1024 bits", jwk(testKeyID, small), "expected an odd number of 2048 to 4096 bits, got 1024"},
		{"4096 bits", with(jsonObject{"n": base64.RawURLEncoding.EncodeToString(largest.Bytes())}), ""},
		{"4097 bits", with(jsonObject{"n": base64.RawURLEncoding.EncodeToString(large.Bytes())}), "got 4097"},
		{"even modulus", with(jsonObject{"n": base64.RawURLEncoding.EncodeToString(even.Bytes())}), "expected an odd number"},
		{"n missing", with(jsonObject{"n": nil}), "n: expected the shortest"},
		{"n padded", with(jsonObject{"n": n + "=="}), "n: illegal base64"},
		{"n with a line break", with(jsonObject{"n": n[:9] + "\n" + n[9:]}), "n: expected the shortest"},
		{"n with a leading zero", with(jsonObject{"n": base64.RawURLEncoding.EncodeToString(append([]byte{0}, testKey().N.Bytes()...))}), "n: expected the shortest"},
		{"n a number", with(jsonObject{"n": 5}), "n: expected the shortest"},
		{"e missing", with(jsonObject{"e": nil}), "e: expected the shortest"},
		{"e zero", with(jsonObject{"e": "AA"}), "e: expected the shortest"},
		{"e one", with(jsonObject{"e": "AQ"}), "e: expected an odd number"},
		{"e even", with(jsonObject{"e": "BA"}), "e: expected an odd number"},
		{"e of 32 bits", with(jsonObject{"e": "_____w"}), "e: expected an odd number"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			second := jwk("second", testKey())
			keys, unusable, err := parseJWKS([]byte(jwks(test.key, second)))
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := keys["second"]; !ok {
				t.Error("the second key was lost")
			}
			_, ok := keys[testKeyID]
			if ok != (test.want == "") || !ok && !strings.Contains(fmt.Sprint(unusable), test.want) {
				t.Errorf("expected %q, got %v and %v", test.want, ok, unusable)
			}
		})
	}
}

// TestAssumedSharedKeyIDNamesNeither: of two keys with one ID neither is used.
func TestAssumedSharedKeyIDNamesNeither(t *testing.T) {
	t.Parallel()
	keys, unusable, err := parseJWKS([]byte(jwks(jwk("a", testKey()), jwk("a", otherKey()), jwk("b", testKey()))))
	if err != nil || len(keys) != 1 || len(unusable) != 1 {
		t.Errorf("expected only b, got %v, %v, %v", slices.Collect(maps.Keys(keys)), unusable, err)
	}
}
