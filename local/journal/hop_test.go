package journal

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// servers are a site that passes on to an API, on sockets.
type servers struct {
	*Journal
	read      *reader
	site, api *httptest.Server
}

// serve starts both. The API lists each request under the ID of its query.
func serve(t *testing.T, site func(proxy *httputil.ReverseProxy) http.Handler, api http.HandlerFunc) *servers {
	t.Helper()
	s := &servers{}
	s.Journal, s.read = newJournal()
	s.api = httptest.NewServer(s.Handler("api", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		From(r.Context()).Update(func(e *Entry) { e.ID = r.URL.Query().Get("id") })
		api(w, r)
	})))
	at, err := url.Parse(s.api.URL)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{MaxIdleConnsPerHost: 4}
	proxy := &httputil.ReverseProxy{Transport: transport, Rewrite: func(p *httputil.ProxyRequest) { p.SetURL(at) }}
	s.site = httptest.NewServer(s.Handler("site", s.PassOn(site(proxy))))
	t.Cleanup(s.close)
	t.Cleanup(transport.CloseIdleConnections)
	return s
}

// close waits until both have recorded everything.
func (s *servers) close() {
	s.site.Close()
	s.api.Close()
}

func passOn(proxy *httputil.ReverseProxy) http.Handler { return proxy }

func get(t *testing.T, url string) (status int, body string) {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Error(err)
	}
	return response.StatusCode, string(text)
}

// TestSiteAndAPIHaveOneEntry under concurrency, over connections that are used again,
// beside requests to the API itself: each entry has its own edge, and no other's.
func TestSiteAndAPIHaveOneEntry(t *testing.T) {
	t.Parallel()
	big := bytes.Repeat([]byte("x"), 64<<10) // the site has it all before the API has finished
	s := serve(t, passOn, func(w http.ResponseWriter, r *http.Request) {
		record := From(r.Context())
		record.Queued("invocation-" + r.URL.Query().Get("id"))
		w.Write(big[:len(r.URL.Path)*len(big)/100])
	})
	const clients, each = 16, 20
	var running sync.WaitGroup
	for c := range clients {
		running.Go(func() {
			for i := range each {
				url := s.site.URL
				if (c+i)%3 == 0 {
					url = s.api.URL
				}
				id := fmt.Sprintf("%d-%d", c, i)
				get(t, url+"/"+strings.Repeat("p", 1+(c*each+i)%99)+"?id="+id)
			}
		})
	}
	running.Wait()
	s.close()
	last := map[string]*Entry{}
	for _, e := range append(s.read.ended, s.read.changed...) {
		if before := last[e.ID]; !e.Running && (before == nil || len(e.Spans) > 0) {
			last[e.ID] = e
		}
	}
	if len(s.read.began) != clients*each || len(s.read.ended) != clients*each || len(last) != clients*each {
		t.Fatalf("expected %d entries, got %d begun, %d ended, %d", clients*each, len(s.read.began), len(s.read.ended), len(last))
	}
	for c := range clients {
		for i := range each {
			id, via, spans := fmt.Sprintf("%d-%d", c, i), "site", 1
			if (c+i)%3 == 0 {
				via, spans = "api", 0
			}
			e := last[id]
			if e.Via != via || e.Server != "api" || len(e.Path) != 2+(c*each+i)%99 || e.Invocation != "invocation-"+id || len(e.Spans) != spans {
				t.Fatalf("%s: expected it via the %s, got %+v", id, via, e)
			}
			if spans == 1 && (e.Spans[0].Name != "edge" || !e.Spans[0].Start.Equal(e.Start) || !e.Spans[0].End.Equal(e.End) || e.Took <= 0 || e.Took >= e.End.Sub(e.Start)) {
				t.Errorf("%s: expected the edge to be the whole time, got %+v", id, e)
			}
		}
	}
	if len(s.sent) != 0 {
		t.Errorf("%d connections are kept", len(s.sent))
	}
}

// TestEdgeEndsBeforeOrAfterItsRequest: both ways give one entry, which has the edge.
func TestEdgeEndsBeforeOrAfterItsRequest(t *testing.T) {
	t.Parallel()
	for _, first := range []string{"site", "api"} {
		siteMayEnd, apiMayEnd := make(chan struct{}), make(chan struct{})
		s := serve(t, func(proxy *httputil.ReverseProxy) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				proxy.ServeHTTP(w, r)
				http.NewResponseController(w).Flush()
				<-siteMayEnd
			})
		}, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "5")
			fmt.Fprint(w, "early")
			http.NewResponseController(w).Flush()
			<-apiMayEnd
		})
		if first == "site" {
			close(siteMayEnd)
		} else {
			close(apiMayEnd)
		}
		if status, body := get(t, s.site.URL+"/p?id=x"); status != 200 || body != "early" {
			t.Fatalf("got %d %q", status, body)
		}
		if first == "site" {
			s.site.Close() // waits for its end
			if got := s.read.counts(); got[2] != 0 {
				t.Errorf("the entry ended before the API did")
			}
			close(apiMayEnd)
		} else {
			s.api.Close()
			if got := s.read.counts(); got[2] != 1 {
				t.Errorf("expected the entry to end with the API's answer")
			}
			close(siteMayEnd)
		}
		s.close()
		entries := append(s.read.ended, s.read.changed...)
		e := entries[len(entries)-1]
		if len(s.read.ended) != 1 || e.Via != "site" || e.Server != "api" || len(e.Spans) != 1 || !e.End.Equal(e.Spans[0].End) || e.Answer.Size != 5 {
			t.Errorf("%s first: got %d ends and %+v", first, len(s.read.ended), e)
		}
	}
}

// TestSiteThatGivesUpAnswersByItself: its answer is an entry of its own, at once, with
// its own warnings, and the API's is listed when it comes.
func TestSiteThatGivesUpAnswersByItself(t *testing.T) {
	t.Parallel()
	arrived, apiMayAnswer := make(chan struct{}), make(chan struct{})
	var passing sync.WaitGroup
	s := serve(t, func(proxy *httputil.ReverseProxy) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			passing.Go(func() { proxy.ServeHTTP(httptest.NewRecorder(), r) })
			<-arrived
			Warn(r.Context(), Warning{"site", "request failed: timeout"})
			w.WriteHeader(http.StatusGatewayTimeout)
		})
	}, func(w http.ResponseWriter, r *http.Request) {
		Warn(r.Context(), Warning{"api", "slow"})
		close(arrived)
		<-apiMayAnswer
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	if status, _ := get(t, s.site.URL+"/p?id=x"); status != http.StatusGatewayTimeout {
		t.Fatalf("got %d", status)
	}
	if got := s.read.counts(); got != [3]int{1, 0, 1} {
		t.Fatalf("expected the site's answer, got %v", got)
	}
	close(apiMayAnswer)
	passing.Wait()
	s.close()
	own, api := s.read.ended[0], s.read.ended[1]
	if own.ID != "" || own.Server != "site" || own.Status != 504 || own.Path != "/p" || len(own.Warnings) != 1 || own.Warnings[0].Service != "site" {
		t.Errorf("got the site's answer %+v", own)
	}
	if api.ID != "x" || api.Server != "api" || api.Via != "site" || api.Status != 503 || len(api.Spans) != 0 || len(api.Warnings) != 1 || api.Warnings[0].Service != "api" {
		t.Errorf("got the API's %+v", api)
	}
}

func TestSiteThatChangesTheStatusAnswersByItself(t *testing.T) {
	t.Parallel()
	s := serve(t, func(proxy *httputil.ReverseProxy) http.Handler {
		proxy.ModifyResponse = func(r *http.Response) error { r.StatusCode = http.StatusTeapot; return nil }
		return proxy
	}, func(http.ResponseWriter, *http.Request) {})
	get(t, s.site.URL+"/p?id=x")
	s.close()
	if len(s.read.ended) != 2 || s.read.ended[0].Status != 200 || s.read.ended[1].Server != "site" || s.read.ended[1].Status != http.StatusTeapot {
		t.Errorf("got %+v", s.read.ended)
	}
}

// TestSiteAlone: what it does not pass on is its own, and so is what never arrives.
func TestSiteAlone(t *testing.T) {
	t.Parallel()
	s := serve(t, func(proxy *httputil.ReverseProxy) http.Handler {
		proxy.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/passed" {
				proxy.ServeHTTP(w, r)
			}
		})
	}, func(http.ResponseWriter, *http.Request) {})
	s.api.Close()
	get(t, s.site.URL+"/own")
	get(t, s.site.URL+"/passed?id=x")
	s.close()
	if len(s.read.began) != 0 || len(s.read.ended) != 2 {
		t.Fatalf("got %v", s.read.counts())
	}
	for i, want := range []int{200, 502} {
		if e := s.read.ended[i]; e.Server != "site" || e.Status != want {
			t.Errorf("expected %d of the site, got %+v", want, e)
		}
	}
}

// TestRequestIsPassedOnOnce: a proxy that tries again does so from another connection,
// and what comes from a connection later is another request.
func TestRequestIsPassedOnOnce(t *testing.T) {
	t.Parallel()
	j, got := newJournal()
	arrive := func(server, from string) *hop {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = from
		return j.arrive(server, httptest.NewRecorder(), r)
	}
	site := arrive("site", "client:1")
	j.send(site, "site:1")
	j.send(site, "site:2")
	for _, test := range []struct {
		from  string
		joins bool
	}{{"site:1", false}, {"site:2", true}, {"site:2", false}} {
		if h := arrive("api", test.from); (h.record == site.record) != test.joins {
			t.Errorf("%s: expected to join: %t", test.from, test.joins)
		}
	}
	j.send(site, "site:3")
	if h := arrive("api", "site:3"); h.record == site.record {
		t.Error("a request arrived twice")
	}
	j.send(site, "site:4")
	site.finish(false)
	if h := arrive("api", "site:4"); h.record == site.record || len(j.sent) != 0 {
		t.Error("a request arrived after its answer")
	}
	if len(got.ended) != 1 || got.ended[0].Server != "site" || got.ended[0].Took != got.ended[0].End.Sub(testTime.Add(time.Millisecond)) {
		t.Errorf("got %+v", got.ended)
	}
}
