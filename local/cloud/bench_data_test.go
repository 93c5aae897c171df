package cloud

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/provider"
	"api-auth-jwt-auth0/local/stack"
)

// benchHandler makes as many calls as its event says, one after the other, and returns
// their median in nanoseconds.
const benchHandler = `package main

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

type event struct {
	Action string
	Calls  int
}

func main() {
	cfg, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		panic(err)
	}
	client := dynamodb.NewFromConfig(cfg)
	lambda.Start(func(ctx context.Context, e event) (time.Duration, error) {
		took := []time.Duration{0}
		for i := range e.Calls {
			key := map[string]types.AttributeValue{"customer": &types.AttributeValueMemberS{Value: "ann"}, "id": &types.AttributeValueMemberN{Value: strconv.Itoa(i)}}
			start := time.Now()
			var err error
			if e.Action == "PutItem" {
				_, err = client.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String("dev-orders"), Item: key})
			} else {
				_, err = client.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String("dev-orders"), Key: key})
			}
			if err != nil {
				return 0, err
			}
			took = append(took, time.Since(start))
		}
		slices.Sort(took)
		return took[len(took)/2], nil
	})
}
`

// benchFunction is the name of the function of benchHandler.
const benchFunction = "dev-bench"

func newBenchCloud(b *testing.B) *Cloud {
	b.Helper()
	c := newCloudWith(b, Config{Root: newProject(b), Stack: "dev"})
	folder := filepath.Join(c.cfg.Root, "lambdas", "bench")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "main.go"), []byte(benchHandler), 0o644); err != nil {
		b.Fatal(err)
	}
	built, err := c.builder().Handlers(b.Context(), []string{"bench"})
	if err != nil {
		b.Fatal(err)
	}
	policy := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["dynamodb:GetItem","dynamodb:PutItem"],"Resource":"` + arn("dynamodb", "table/dev-orders") + `"}]}`
	graph := &stack.Graph{Exports: c.graph.Exports, Resources: append(slices.Clone(c.graph.Resources),
		resource(provider.DynamoDBTable, "orders", map[string]any{
			"hashKey": "customer", "rangeKey": "id",
			"attributes": []any{map[string]any{"name": "customer", "type": "S"}, map[string]any{"name": "id", "type": "N"}},
		}, map[string]any{"name": "dev-orders", "arn": arn("dynamodb", "table/dev-orders")}),
		resource(provider.LambdaFunction, "bench", map[string]any{
			"code": stack.File{Path: built["bench"]}, "handler": "bootstrap", "runtime": "provided.al2023", "memorySize": 128.0, "timeout": 20.0,
			"role": "arn:aws:iam::" + account + ":role/dev-bench", "loggingConfig": map[string]any{"logFormat": "JSON", "logGroup": "dev-bench"},
		}, map[string]any{"name": benchFunction, "arn": arn("lambda", "function:"+benchFunction), "version": "$LATEST"}),
		resource(provider.IAMRolePolicy, "bench", map[string]any{"role": "dev-bench", "policy": policy}, nil),
	)}
	graph.Sort()
	if err := c.apply(b.Context(), deployment{graph: graph}); err != nil {
		b.Fatal(err)
	}
	return c
}

// BenchmarkData measures, in one run, calls of a handler to a table through the endpoint
// beside the engine called directly, and invocations without a call and with one:
//
//	go test ./local/cloud -run '^$' -bench BenchmarkData -benchtime 1x
func BenchmarkData(b *testing.B) {
	c := newBenchCloud(b)
	const calls = 2000
	for range b.N {
		for _, action := range []string{"PutItem", "GetItem"} {
			handler, direct := c.benchCalls(b, action, calls), c.benchEngine(b, action, calls)
			b.ReportMetric(float64(handler.Microseconds()), action+"-µs")
			b.ReportMetric(float64(direct.Nanoseconds())/1000, action+"-engine-µs")
		}
		without, with := c.benchInvocations(b, 0), c.benchInvocations(b, 1)
		b.ReportMetric(without, "invocations/s")
		b.ReportMetric(with, "with-a-call/s")
	}
}

// benchCalls returns the median of a handler's calls.
func (c *Cloud) benchCalls(b *testing.B, action string, calls int) (median time.Duration) {
	b.Helper()
	output, err := c.functions.Invoke(b.Context(), benchFunction, fmt.Appendf(nil, `{"Action":%q,"Calls":%d}`, action, calls))
	if err != nil {
		b.Fatal(err)
	}
	if err := json.Unmarshal(output, &median); err != nil {
		b.Fatal(err)
	}
	return median
}

// benchEngine returns the median of the same calls to the engine.
func (c *Cloud) benchEngine(b *testing.B, action string, calls int) time.Duration {
	b.Helper()
	var took []time.Duration
	for i := range calls {
		name := map[string]string{"PutItem": "Item", "GetItem": "Key"}[action]
		body := fmt.Sprintf(`{"TableName":"dev-orders",%q:{"customer":{"S":"ann"},"id":{"N":"%d"}}}`, name, i)
		start := time.Now()
		r := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/", strings.NewReader(body))
		r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+action)
		w := httptest.NewRecorder()
		c.services.tables.Serve(w, r, []byte(body))
		if w.Code != http.StatusOK {
			b.Fatal(w.Body)
		}
		took = append(took, time.Since(start))
	}
	return median(took)
}

// benchInvocations returns how many invocations a second one caller gets, each with so
// many calls.
func (c *Cloud) benchInvocations(b *testing.B, calls int) float64 {
	b.Helper()
	const n = 1000
	event := fmt.Appendf(nil, `{"Action":"GetItem","Calls":%d}`, calls)
	start := time.Now()
	for range n {
		if _, err := c.functions.Invoke(b.Context(), benchFunction, event); err != nil {
			b.Fatal(err)
		}
	}
	return n / time.Since(start).Seconds()
}
