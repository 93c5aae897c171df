package eventsource

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Mapping connects a queue or a table's stream to a function.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
type Mapping struct {
	ID          string // unique, and the same while a mapping is changed
	Function    string // what Invoke is called with
	FunctionARN string // in what a failure's destination receives
	SourceARN   string // of an SQS queue or a DynamoDB stream
	Disabled    bool

	BatchSize               int           // zero: 10 of a queue, 100 of a stream
	BatchingWindow          time.Duration // up to 5 min
	ReportBatchItemFailures bool
	Filters                 []string // refused

	MaximumConcurrency int // of a queue: 2 to 1000; zero: none is set

	StartingPosition           string        // of a stream: "TRIM_HORIZON" or "LATEST"
	BisectBatchOnFunctionError bool          // of a stream
	MaximumRetryAttempts       int           // of a stream: up to 10,000; -1: no limit, which is the service's default
	MaximumRecordAge           time.Duration // of a stream: 1 min to 7 days; zero: no limit
	ParallelizationFactor      int           // of a stream: up to 10; zero: 1
	OnFailureARN               string        // of a stream: a standard queue; empty: none
}

// Bounds of a mapping, from the page above and
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html
const (
	queueBatchSize          = 10
	streamBatchSize         = 100
	maximumBatchSize        = 10_000
	maximumFIFOBatchSize    = 10
	maximumBatchingWindow   = 5 * time.Minute
	minimumConcurrency      = 2
	maximumConcurrency      = 1000
	maximumRetryAttempts    = 10_000
	minimumRecordAge        = time.Minute
	maximumRecordAge        = 7 * 24 * time.Hour
	maximumParallelization  = 10
	streamPositionTrim      = "TRIM_HORIZON"
	streamPositionLatest    = "LATEST"
	sqsARNPrefix            = "arn:aws:sqs:"
	dynamoDBARNPrefix       = "arn:aws:dynamodb:"
	dynamoDBStreamARNMiddle = "/stream/"
)

func (m *Mapping) isQueue() bool { return strings.HasPrefix(m.SourceARN, sqsARNPrefix) }

func (m *Mapping) isFIFO() bool { return m.isQueue() && strings.HasSuffix(m.SourceARN, ".fifo") }

func (m *Mapping) isStream() bool {
	return strings.HasPrefix(m.SourceARN, dynamoDBARNPrefix) && strings.Contains(m.SourceARN, dynamoDBStreamARNMiddle)
}

// complete sets defaults and returns all problems joined.
func (m *Mapping) complete() error {
	var problems []error
	if m.ID == "" || m.Function == "" {
		problems = append(problems, errors.New("expected an ID and a function"))
	}
	if len(m.Filters) > 0 {
		problems = append(problems, errors.New("filter criteria are not served on this machine: filter in the function"))
	}
	problems = append(problems, within("batching window", m.BatchingWindow, 0, maximumBatchingWindow))
	switch {
	case m.isQueue():
		m.BatchSize = cmp.Or(m.BatchSize, queueBatchSize)
		problems = append(problems, m.checkQueue())
	case m.isStream():
		m.BatchSize = cmp.Or(m.BatchSize, streamBatchSize)
		m.ParallelizationFactor = cmp.Or(m.ParallelizationFactor, 1)
		problems = append(problems, m.checkStream())
	default:
		problems = append(problems, fmt.Errorf("expected the ARN of an SQS queue or of a DynamoDB stream, got %q", m.SourceARN))
	}
	return errors.Join(problems...)
}

func within[T cmp.Ordered](what string, value, low, high T) error {
	if value < low || value > high {
		return fmt.Errorf("expected a %s from %v to %v, got %v", what, low, high, value)
	}
	return nil
}

func (m *Mapping) checkQueue() error {
	problems := []error{within("batch size", m.BatchSize, 1, maximumBatchSize)}
	if m.isFIFO() {
		problems = append(problems, within("batch size of a FIFO queue", m.BatchSize, 1, maximumFIFOBatchSize))
		if m.BatchingWindow != 0 {
			problems = append(problems, errors.New("a FIFO queue has no batching window"))
		}
	} else if m.BatchSize > queueBatchSize && m.BatchingWindow < time.Second {
		problems = append(problems, fmt.Errorf("a batch size over %d needs a batching window of at least a second", queueBatchSize))
	}
	if m.MaximumConcurrency != 0 {
		problems = append(problems, within("maximum concurrency", m.MaximumConcurrency, minimumConcurrency, maximumConcurrency))
	}
	if m.StartingPosition != "" || m.BisectBatchOnFunctionError || m.MaximumRecordAge != 0 || m.ParallelizationFactor != 0 || m.OnFailureARN != "" {
		problems = append(problems, errors.New("a queue's mapping has no starting position, bisection, record age, parallelization and destination"))
	}
	return errors.Join(problems...)
}

func (m *Mapping) checkStream() error {
	problems := []error{
		within("batch size", m.BatchSize, 1, maximumBatchSize),
		within("maximum number of retry attempts", m.MaximumRetryAttempts, -1, maximumRetryAttempts),
		within("parallelization factor", m.ParallelizationFactor, 1, maximumParallelization),
	}
	if m.StartingPosition != streamPositionTrim && m.StartingPosition != streamPositionLatest {
		problems = append(problems, fmt.Errorf("expected the starting position %s or %s, got %q", streamPositionTrim, streamPositionLatest, m.StartingPosition))
	}
	if m.MaximumRecordAge != 0 {
		problems = append(problems, within("maximum record age", m.MaximumRecordAge, minimumRecordAge, maximumRecordAge))
	}
	if m.MaximumConcurrency != 0 {
		problems = append(problems, errors.New("a stream's mapping has no maximum concurrency: set the parallelization factor"))
	}
	if m.OnFailureARN != "" && (!strings.HasPrefix(m.OnFailureARN, sqsARNPrefix) || strings.HasSuffix(m.OnFailureARN, ".fifo")) {
		problems = append(problems, fmt.Errorf("expected a standard SQS queue as the destination of failures, got %q", m.OnFailureARN))
	}
	return errors.Join(problems...)
}
