package aws

import (
	"bufio"
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"
)

// FuzzEndpoint: whatever is sent without a secret is refused, with a status that its record
// has, and reaches no service. What the seeds sign stays what it was.
func FuzzEndpoint(f *testing.F) {
	for _, r := range []*http.Request{
		putItem(f, mailer),
		signed(f, mailer, "s3", "GET", "/bucket/a b?list-type=2", ""),
		signed(f, mailer, "kinesis", "POST", "/", "{}", "X-Amz-Target", "Kinesis_20131202.PutRecord"),
		unsignedRequest(f, "POST", "/", "Action=GetCallerIdentity&Version=2011-06-15", "Content-Type", "application/x-www-form-urlencoded"),
		unsignedRequest(f, "POST", "/service/x/operation/y", "\xa0", "Smithy-Protocol", "rpc-v2-cbor"),
	} {
		var wire bytes.Buffer
		if err := r.Write(&wire); err != nil {
			f.Fatal(err)
		}
		f.Add(wire.Bytes())
	}
	f.Fuzz(func(t *testing.T, wire []byte) {
		r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(wire)))
		if err != nil {
			return
		}
		served := 0
		cfg := config()
		cfg.Services[0] = tables{served: &served}
		e, calls := endpoint(t, cfg)
		w := httptest.NewRecorder()
		e.Handler().ServeHTTP(w, r)
		if w.Code < 400 || served > 0 || w.Body.Len() == 0 {
			t.Fatalf("%q is answered %d %s", wire, w.Code, w.Body)
		}
		if len(*calls) != 1 || (*calls)[0].Status != w.Code || (*calls)[0].Refusal == "" {
			t.Fatalf("%q is reported as %+v", wire, *calls)
		}
	})
}
