package aws

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/aws/sigv4"
)

// target is another endpoint, which verifies signatures of one key.
func target(t *testing.T, accessKeyID, secret string) *url.URL {
	t.Helper()
	v := sigv4.Verifier{Region: inRegion, Now: func() time.Time { return now }, Key: func(id string) (sigv4.Key, bool) {
		return sigv4.Key{Secret: secret}, id == accessKeyID
	}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s, err := sigv4.Parse(r, "")
		if err == nil {
			_, err = v.Verify(r, s, body)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
			return
		}
		w.Header().Set("X-Amzn-Requestid", "of the target")
		_, _ = io.WriteString(w, r.Method+" "+r.URL.String()+" "+string(body))
	}))
	t.Cleanup(server.Close)
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// TestForward: IAM decides here, and the target gets the request with a signature of its
// own key.
func TestForward(t *testing.T) {
	t.Parallel()
	minio := target(t, "minio", "admin")
	minio.User = url.UserPassword("minio", "admin")
	cfg := config()
	cfg.Forwards = map[string]*url.URL{"dynamodb": target(t, account, "local"), "s3": minio}
	e, calls := endpoint(t, cfg)
	for _, test := range []struct {
		name    string
		request *http.Request
		status  int
		want    string
	}{
		{"allowed", putItem(t, orders), 200, `POST / {"TableName":"orders"}`},
		{"refused", putItem(t, mailer), 400, "is not authorized to perform: dynamodb:PutItem"},
		{"an object", signed(t, orders, "s3", "PUT", "/bucket/a b/../ü?x=1%2B1", "paid", "Content-Type", "text/plain", "X-Amz-Meta-Owner", "anna"), 200, "PUT /bucket/a%20b/../%C3%BC?x=1%2B1 paid"},
	} {
		status, body, header := send(t, e.Handler(), test.request)
		if status != test.status || !strings.Contains(body, test.want) {
			t.Errorf("%s: expected %d %q, got %d %s", test.name, test.status, test.want, status, body)
		}
		if ids := header.Values("X-Amzn-Requestid"); status == 200 && (len(ids) != 1 || ids[0] != "of the target") {
			t.Errorf("%s: the request IDs %q", test.name, ids)
		}
	}
	if c := (*calls)[0]; c.Status != 200 || c.Action != "PutItem" || c.Refusal != "" {
		t.Errorf("reported %+v", c)
	}
}

// TestForwardWithoutService: nobody here can read what it asks for, so that no policy is
// evaluated; the signature is verified all the same.
func TestForwardWithoutService(t *testing.T) {
	t.Parallel()
	cfg := config()
	cfg.Forwards = map[string]*url.URL{"sns": target(t, account, "local")}
	e, _ := endpoint(t, cfg)
	if status, body, _ := send(t, e.Handler(), signed(t, mailer, "sns", "POST", "/", "Action=Publish", "Content-Type", "application/x-www-form-urlencoded")); status != 200 || body != "POST / Action=Publish" {
		t.Errorf("got %d %s", status, body)
	}
	forged := signed(t, mailer, "sns", "POST", "/", "Action=Publish")
	forged.URL.RawQuery = "Action=DeleteTopic"
	if status, body, _ := send(t, e.Handler(), forged); status != 403 || !strings.Contains(body, "SignatureDoesNotMatch") {
		t.Errorf("forged: got %d %s", status, body)
	}
}

func TestForwardToNobody(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	server.Close()
	cfg := config()
	cfg.Forwards = map[string]*url.URL{"dynamodb": u}
	e, calls := endpoint(t, cfg)
	status, body, _ := send(t, e.Handler(), putItem(t, orders))
	if status != 502 || !strings.Contains(body, "dynamodb is served at "+u.String()+" by the flag -aws, which does not answer") {
		t.Errorf("got %d %s", status, body)
	}
	if c := (*calls)[0]; c.Status != 502 || !strings.Contains(c.Refusal, "does not answer") {
		t.Errorf("reported %+v", c)
	}
}
