package table

import (
	"fmt"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"api-auth-jwt-auth0/infra/kind"
)

// changes is a table's stream as a source of events.
type changes struct {
	table *Table
	batch int
}

// Changes invokes a handler with up to batch changes of the table's items, in order for each
// item, each with the item before and after it. A failed batch is retried, in halves, until
// it succeeds or is a day old. An alarm goes off if a change has waited for ten minutes.
func (t *Table) Changes(batch int) kind.Source {
	return &changes{table: t, batch: batch}
}

func (c *changes) Of() kind.Resource { return c.table }

// maxBatch: https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
const maxBatch = 10_000

func (c *changes) Problems(kind.Consumer) []error {
	if c.batch < 1 || c.batch > maxBatch {
		return []error{fmt.Errorf("takes batches of %d changes: expected 1 to %d", c.batch, maxBatch)}
	}
	return nil
}

// Grants: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
func (c *changes) Grants() []kind.Grant {
	return []kind.Grant{{
		Actions: []string{"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"},
		On:      []string{""},
	}}
}

// maxAge is how long DynamoDB keeps changes.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
const maxAge = 24 * time.Hour

func (c *changes) Deploy(ctx *pulumi.Context, s kind.Stack, f kind.Function, of *kind.Deployed) ([]kind.Alarm, error) {
	_, err := lambda.NewEventSourceMapping(ctx, f.Handler, &lambda.EventSourceMappingArgs{
		EventSourceArn:             of.Events,
		FunctionName:               f.ARN,
		BatchSize:                  pulumi.Int(c.batch),
		StartingPosition:           pulumi.String("TRIM_HORIZON"),
		BisectBatchOnFunctionError: pulumi.Bool(true),
		MaximumRecordAgeInSeconds:  pulumi.Int(int(maxAge.Seconds())),
		FunctionResponseTypes:      pulumi.ToStringArray([]string{"ReportBatchItemFailures"}),
		Tags:                       s.Tags(),
	}, pulumi.Parent(f.Resource))
	return []kind.Alarm{{
		Name:        f.Handler + "-late",
		Description: "A change of the table " + c.table.name + " has waited for the function " + f.Handler + " for ten minutes: see its log. Changes are lost when they are a day old.",
		Namespace:   "AWS/Lambda", Metric: "IteratorAge", Statistic: "Maximum",
		Dimensions: pulumi.StringMap{"FunctionName": f.Name},
		Threshold:  float64((10 * time.Minute).Milliseconds()),
	}}, err
}
