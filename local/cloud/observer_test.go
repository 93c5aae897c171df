package cloud

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
)

// TestCloudHasOneEntryForEachRequest, whether it comes through the site or not, under
// the ID that its client got, and with the edge of its own.
func TestCloudHasOneEntryForEachRequest(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	next := streamedRequests(t, cloud)
	const requests = 24
	var mu sync.Mutex
	var running sync.WaitGroup
	sent := map[string]int{} // by ID
	for i := range requests {
		running.Go(func() {
			origin := cloud.SiteURL()
			if i%2 == 0 {
				origin = cloud.APIURL()
			}
			response, err := http.Get(fmt.Sprintf("%s/api/none/%d", origin, i))
			if err != nil {
				t.Error(err)
				return
			}
			response.Body.Close()
			mu.Lock()
			defer mu.Unlock()
			sent[response.Header.Get("Apigw-Requestid")] = i
		})
	}
	running.Wait()
	if len(sent) != requests {
		t.Fatalf("expected %d IDs, got %v", requests, sent)
	}
	for len(sent) > 0 {
		q := next()
		i, expected := sent[q.ID]
		if !expected || q.Running {
			continue
		}
		via, first := "site", "edge"
		if i%2 == 0 {
			via, first = "api", "gateway"
		}
		if q.Path != fmt.Sprintf("/api/none/%d", i) || q.Status != http.StatusNotFound || q.Via != via {
			t.Errorf("request %d via the %s: got %+v", i, via, q)
		}
		if q.Spans[0].Name == first { // the edge may come after the end
			delete(sent, q.ID)
		}
	}
}
