package dynamodb

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// The benchmarks compare the engine called directly with the same requests over
// HTTP, without signatures. Run them with:
//
//	go test ./local/aws/dynamodb -run '^$' -bench .

const benchItem = `{"customer":{"S":"ann"},"id":{"S":"%d"},"amount":{"N":"12.50"},"label":{"S":"new"},"note":{"S":"a line of text"},"lines":{"L":[{"M":{"sku":{"S":"a"},"n":{"N":"1"}}}]}}`

// benchItems is how many items the benchmarks' table has.
const benchItems = 1000

func benchFixture(b *testing.B) *fixture {
	b.Helper()
	f := start(b, Options{OnChange: func(Change) {}}, orders())
	for i := range benchItems {
		f.must(b, "PutItem", `{"TableName":"orders","Item":`+fmt.Sprintf(benchItem, i)+`}`)
	}
	return f
}

func benchBody(action string, i int) string {
	if action == "PutItem" {
		return `{"TableName":"orders","Item":` + fmt.Sprintf(benchItem, i%benchItems) + `}`
	}
	return fmt.Sprintf(`{"TableName":"orders","Key":{"customer":{"S":"ann"},"id":{"S":"%d"}}}`, i%benchItems)
}

func BenchmarkDirect(b *testing.B) {
	for _, action := range []string{"PutItem", "GetItem"} {
		b.Run(action, func(b *testing.B) {
			f := benchFixture(b)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				f.must(b, action, benchBody(action, i))
			}
		})
	}
}

func BenchmarkHTTP(b *testing.B) {
	for _, action := range []string{"PutItem", "GetItem"} {
		b.Run(action, func(b *testing.B) {
			f := benchFixture(b)
			for i := 0; b.Loop(); i++ {
				r, err := http.NewRequestWithContext(b.Context(), http.MethodPost, f.url, strings.NewReader(benchBody(action, i)))
				if err != nil {
					b.Fatal(err)
				}
				r.Header.Set("X-Amz-Target", targetPrefix+action)
				answer, err := http.DefaultClient.Do(r)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, answer.Body); err != nil || answer.StatusCode != http.StatusOK {
					b.Fatal(answer.Status, err)
				}
				if err := answer.Body.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
