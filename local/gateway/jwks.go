package gateway

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// The limits on an issuer's endpoints, and how long its keys may be cached.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
const (
	fetchTimeout    = 1500 * time.Millisecond // for each of the two
	maxJWKSBytes    = 150_000
	keyCacheTime    = 2 * time.Hour
	discoverySuffix = "/.well-known/openid-configuration"
)

// The limit of fetches from an issuer, which tokens with made-up key IDs or an
// outage could otherwise multiply. Beyond it a token waits for the next fetch: it
// may be signed with a key that the issuer has just begun to use.
const (
	fetchRate  = 10 // per second
	fetchBurst = 10
)

// keySource caches the keys of one issuer. Keys are fetched when there are
// none, when they are two hours old, and when a token names one that is not
// among them, so that the issuer can rotate its keys while tokens come in.
type keySource struct {
	issuer string
	client *http.Client
	now    func() time.Time
	log    *slog.Logger

	ring atomic.Pointer[keyRing] // the latest; nil: none yet

	started atomic.Int64  // fetches so far
	turn    chan struct{} // holds one token while a caller fetches
	last    outcome       // of the latest fetch; guarded by turn
	limit   *rate.Limiter // guarded by turn; uses the real clock, since it makes callers wait
}

// keyRing is the result of one fetch. It never changes.
type keyRing struct {
	keys    map[string]publicKey // by kid
	fetched time.Time
}

func (r *keyRing) has(kid string) bool {
	_, ok := r.keys[kid]
	return ok
}

type outcome struct {
	ring *keyRing
	err  error
}

func newKeySource(issuer string, client *http.Client, now func() time.Time, log *slog.Logger) *keySource {
	own := http.Client{}
	if client != nil {
		own = *client
	}
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &keySource{
		issuer: issuer,
		client: &own,
		now:    now,
		log:    log,
		turn:   make(chan struct{}, 1),
		limit:  rate.NewLimiter(fetchRate, fetchBurst),
	}
}

// key returns the issuer's key of that ID. The error is a *tokenError.
func (s *keySource) key(ctx context.Context, kid string) (publicKey, error) {
	ring := s.fresh()
	if ring == nil || !ring.has(kid) {
		var err error
		if ring, err = s.refresh(ctx, kid); err != nil {
			return publicKey{}, err
		}
	}
	key, ok := ring.keys[kid]
	if !ok {
		return publicKey{}, &tokenError{description: unknownKeyID}
	}
	return key, nil
}

// refresh returns keys that were fetched after the call, or the cached ones if they
// contain kid by then. All concurrent callers wait for one fetch, which must begin
// after their calls, so that none gets keys from before its token was signed.
func (s *keySource) refresh(ctx context.Context, kid string) (*keyRing, error) {
	seen := s.started.Load()
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return nil, &tokenError{discoveryFailed, ctx.Err()}
	}
	if ring := s.fresh(); ring != nil && ring.has(kid) {
		return ring, nil
	}
	if s.started.Load() == seen {
		if err := s.limit.Wait(ctx); err != nil {
			return nil, &tokenError{discoveryFailed, err}
		}
		s.started.Add(1)
		s.last.ring, s.last.err = s.fetch(ctx)
		if s.last.err == nil {
			s.ring.Store(s.last.ring)
		}
	}
	return s.last.ring, s.last.err
}

// fresh returns the cached keys, nil when there are none or only old ones.
func (s *keySource) fresh() *keyRing {
	if ring := s.ring.Load(); ring != nil && s.now().Sub(ring.fetched) < keyCacheTime {
		return ring
	}
	return nil
}

// fetch is not canceled with the request that caused it, since others wait for it
// too.
func (s *keySource) fetch(ctx context.Context) (*keyRing, error) {
	ctx = context.WithoutCancel(ctx)
	fetched := s.now()
	document, err := s.get(ctx, strings.TrimSuffix(s.issuer, "/")+discoverySuffix)
	if err != nil {
		return nil, &tokenError{discoveryFailed, err}
	}
	jwksURL, err := s.readDiscovery(document)
	if err != nil {
		return nil, &tokenError{discoveryFailed, fmt.Errorf("discovery document of %q: %w", s.issuer, err)}
	}
	document, err = s.get(ctx, jwksURL)
	if err != nil {
		return nil, &tokenError{jwksFailed, err}
	}
	keys, unusable, err := parseJWKS(document)
	if err != nil {
		return nil, &tokenError{jwksFailed, fmt.Errorf("keys from %q: %w", jwksURL, err)}
	}
	for _, reason := range unusable {
		s.log.Debug("key not usable", "issuer", s.issuer, "reason", reason)
	}
	return &keyRing{keys, fetched}, nil
}

// get returns the body of a 200.
func (s *keySource) get(ctx context.Context, url string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	response, err := s.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("fetching %q: expected status 200, got %d", url, response.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxJWKSBytes+1))
	if err != nil {
		return nil, fmt.Errorf("fetching %q: %w", url, err)
	}
	if len(body) > maxJWKSBytes {
		return nil, fmt.Errorf("fetching %q: expected at most %d bytes", url, maxJWKSBytes)
	}
	return body, nil
}

// readDiscovery returns jwks_uri. The document must name the issuer itself.
// https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationValidation
func (s *keySource) readDiscovery(document []byte) (jwksURL string, err error) {
	members, err := parseObject(document)
	if err != nil {
		return "", err
	}
	if issuer, _ := members.text("issuer"); issuer != s.issuer {
		return "", fmt.Errorf("issuer: expected %q, got %q", s.issuer, issuer)
	}
	jwksURL, _ = members.text("jwks_uri")
	if err := checkRemoteURL(jwksURL); err != nil {
		return "", fmt.Errorf("jwks_uri: %w", err)
	}
	return jwksURL, nil
}
