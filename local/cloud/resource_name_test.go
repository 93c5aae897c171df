package cloud

import (
	"testing"

	"api-auth-jwt-auth0/local/aws/dynamodb"
	"api-auth-jwt-auth0/local/aws/s3"
	"api-auth-jwt-auth0/local/aws/sqs"
	"api-auth-jwt-auth0/local/aws/ssm"
	"api-auth-jwt-auth0/local/wiring"
)

// TestCallsHaveTheProgramsNames of resources, whatever way they were called.
func TestCallsHaveTheProgramsNames(t *testing.T) {
	t.Parallel()
	o := newObserver()
	o.resources.Store(resourceNames(wiring.Services{
		Tables:     dynamodb.Config{Tables: []dynamodb.Table{{Name: "dev-orders", ARN: arn("dynamodb", "table/dev-orders")}}},
		Queues:     sqs.Config{Region: region, AccountID: account, Queues: []sqs.Queue{{Name: "dev-mails"}}},
		Buckets:    s3.Config{Buckets: []s3.Bucket{{Name: "dev-receipts", ARN: "arn:aws:s3:::dev-receipts"}}},
		Parameters: ssm.Config{Parameters: []ssm.Parameter{{Name: "/dev/key", ARN: arn("ssm", "parameter/dev/key")}}},
		Labels: map[string]string{
			arn("dynamodb", "table/dev-orders"): "orders", arn("sqs", "dev-mails"): "mails",
			"arn:aws:s3:::dev-receipts": "receipts", arn("ssm", "parameter/dev/key"): "key",
		},
	}))
	for _, test := range []struct{ service, called, want string }{
		{"dynamodb", "dev-orders", "orders"},
		{"dynamodb", arn("dynamodb", "table/dev-orders"), "orders"},
		{"dynamodb", "dev-orders, other", "orders, other"},
		{"sqs", "dev-mails", "mails"},
		{"s3", "dev-receipts", "receipts"},
		{"s3", "dev-receipts/a, dev-orders/b", "receipts/a, dev-orders/b"},
		{"ssm", "/dev/key, /dev/none", "key, /dev/none"},
		{"kinesis", "dev-orders", "dev-orders"},
		{"dynamodb", "", ""},
	} {
		if got := o.resource(test.service, test.called); got != test.want {
			t.Errorf("%s %q: expected %q, got %q", test.service, test.called, test.want, got)
		}
	}
}

// TestFunctionWithTheNameOfATable is called by its own name.
func TestFunctionWithTheNameOfATable(t *testing.T) {
	t.Parallel()
	o := newObserver()
	o.labels.Store(&map[string]string{
		arn("dynamodb", "table/dev-orders"): "orders", "dev-orders-1": "orders", arn("sqs", "dev-orders"): "orders",
	})
	for range 20 { // maps have no order
		if got := o.physical("orders"); got != "dev-orders-1" {
			t.Fatalf("expected the function, got %s", got)
		}
	}
}
