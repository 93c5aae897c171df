package cdn_test

import (
	"net/http"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/cdn"
)

// page is a site of one object, which is stored when the configuration is prepared.
func page(body string) cdn.Config {
	return cdn.Config{
		Origins: []cdn.Origin{{ID: "bucket", Bucket: &cdn.Bucket{Objects: []cdn.Object{{Key: "index.html", Body: []byte(body)}}}}},
		Default: cdn.Behavior{OriginID: "bucket"}, DefaultRootObject: "index.html",
	}
}

func TestReload(t *testing.T) {
	t.Parallel()
	now := written
	d := cdn.New(cdn.Options{Now: func() time.Time { return now }})
	u := serve(t, d.Handler())
	wantStatus(t, get(t, u, "/"), http.StatusServiceUnavailable) // nothing is committed

	prepare := func(cfg cdn.Config) (commit func()) {
		t.Helper()
		commit, err := d.Prepare(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		return commit
	}
	first := prepare(page("first"))
	wantStatus(t, get(t, u, "/"), http.StatusServiceUnavailable)
	first()
	got := get(t, u, "/")
	wantBody(t, got, "first")
	stored := got.Header.Get("Last-Modified")

	now = now.Add(time.Hour)
	second := prepare(page("second"))
	wantBody(t, get(t, u, "/"), "first")
	if _, err := d.Prepare(t.Context(), cdn.Config{}); err == nil {
		t.Error("expected the empty configuration to be refused")
	}
	wantBody(t, get(t, u, "/"), "first")

	prepare(page("first"))() // an equal one is no change
	got = get(t, u, "/")
	wantBody(t, got, "first")
	wantHeader(t, got, "Last-Modified", stored)

	second()
	got = get(t, u, "/")
	wantBody(t, got, "second")
	wantHeader(t, got, "Last-Modified", now.Format(http.TimeFormat))
}

// A request is answered under the configuration that it began with.
func TestReloadDuringRequest(t *testing.T) {
	t.Parallel()
	d := cdn.New(cdn.Options{})
	var commit func()
	cfg := cdn.Config{
		Origins: []cdn.Origin{{ID: "api", URL: serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { commit() }))}},
		Default: cdn.Behavior{OriginID: "api"},
	}
	prepare := func(policy string) (commit func()) {
		cfg.Default.ResponseHeaders = []cdn.Header{{Name: "X-Policy", Value: policy}}
		commit, err := d.Prepare(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		return commit
	}
	prepare("before")()
	commit = prepare("after")
	u := serve(t, d.Handler())
	wantHeader(t, get(t, u, "/x"), "X-Policy", "before")
	wantHeader(t, get(t, u, "/x"), "X-Policy", "after")
}
