package eventsource

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"time"
)

// The reasons for giving up on a stream's records.
// https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
const (
	retryAttemptsExhausted = "RetryAttemptsExhausted"
	recordAgeExceeded      = "RecordAgeExceeded"
)

// failureRecord is what the failure destination receives, as observed in
// https://github.com/localstack/localstack/blob/main/tests/aws/services/lambda_/event_source_mapping/test_lambda_integration_dynamodbstreams.snapshot.json
type failureRecord struct {
	RequestContext  requestContext   `json:"requestContext"`
	ResponseContext *responseContext `json:"responseContext,omitempty"`
	Version         string           `json:"version"`
	Timestamp       string           `json:"timestamp"`
	Batch           batchInfo        `json:"DDBStreamBatchInfo"`
}

type requestContext struct {
	RequestID              string `json:"requestId"`
	FunctionARN            string `json:"functionArn"`
	Condition              string `json:"condition"`
	ApproximateInvokeCount int    `json:"approximateInvokeCount"`
}

type responseContext struct {
	StatusCode      int     `json:"statusCode"`
	ExecutedVersion string  `json:"executedVersion"`
	FunctionError   *string `json:"functionError"`
}

type batchInfo struct {
	ShardID                        string `json:"shardId"`
	StartSequenceNumber            string `json:"startSequenceNumber"`
	EndSequenceNumber              string `json:"endSequenceNumber"`
	ApproximateArrivalOfFirst      string `json:"approximateArrivalOfFirstRecord"`
	ApproximateArrivalOfLastRecord string `json:"approximateArrivalOfLastRecord"`
	BatchSize                      int    `json:"batchSize"`
	StreamARN                      string `json:"streamArn"`
}

// shardID is the shard ID of every stream, in the service's form.
const shardID = "shardId-00000000000000000000-00000001"

// giveUp drops records, and notifies the failure destination if there is one.
func (l *lane) giveUp(condition string, batch []positioned, tried int, functionErr error) {
	first, last := batch[0], batch[len(batch)-1]
	l.advance(last)
	l.options.Logger.Warn("giving up on records of a stream", "function", l.Function, "stream", l.SourceARN, "records", len(batch), "condition", condition)
	if l.OnFailureARN == "" {
		return
	}
	record := failureRecord{
		RequestContext: requestContext{newUUID(), l.FunctionARN, condition, tried},
		Version:        "1.0",
		Timestamp:      l.options.Now().UTC().Format("2006-01-02T15:04:05.000Z"),
		Batch: batchInfo{
			shardID, first.SequenceNumber, last.SequenceNumber,
			first.Time.UTC().Format(time.RFC3339), last.Time.UTC().Format(time.RFC3339), len(batch), l.SourceARN,
		},
	}
	if condition == retryAttemptsExhausted {
		record.ResponseContext = &responseContext{StatusCode: 200, ExecutedVersion: "$LATEST"}
		if functionErr != nil {
			unhandled := "Unhandled"
			record.ResponseContext.FunctionError = &unhandled
		}
	}
	body, err := json.Marshal(record)
	if err != nil {
		panic(err) // strings and numbers only
	}
	if err := l.options.Send(l.OnFailureARN, string(body)); err != nil {
		l.options.Logger.Error("informing the destination of failures", "queue", l.OnFailureARN, "error", err)
	}
}

// newUUID returns a random UUID of version 4.
func newUUID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	text := hex.EncodeToString(b[:])
	return text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]
}
