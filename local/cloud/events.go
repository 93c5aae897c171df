package cloud

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"api-auth-jwt-auth0/local/aws/dynamodb"
	"api-auth-jwt-auth0/local/aws/scheduler"
	"api-auth-jwt-auth0/local/aws/sqs"
	"api-auth-jwt-auth0/local/eventsource"
	"api-auth-jwt-auth0/local/journal"
)

// invokeSource invokes a function with a batch of a queue or a stream.
func (c *Cloud) invokeSource(ctx context.Context, function string, event []byte) ([]byte, error) {
	via, source := "queue", sourceOfEvent(event)
	if strings.Contains(source, "/stream/") {
		via = "stream"
	}
	return c.invokeEvent(ctx, via, c.observer.label(source), function, event)
}

// sourceOfEvent returns the ARN of a batch's queue or stream.
func sourceOfEvent(event []byte) string {
	var batch struct {
		Records []struct {
			EventSourceARN string `json:"eventSourceARN"`
		}
	}
	if json.Unmarshal(event, &batch) != nil || len(batch.Records) == 0 {
		return ""
	}
	return batch.Records[0].EventSourceARN
}

// invokeSchedule invokes a schedule's function. Like Lambda's asynchronous invocation, it
// does not wait for the function. A failure of the function does not fail the schedule, and
// the function is retried.
func (c *Cloud) invokeSchedule(ctx context.Context, due scheduler.Due) error {
	function := due.Schedule.TargetARN[strings.LastIndex(due.Schedule.TargetARN, ":")+1:]
	ctx = context.WithoutCancel(ctx)
	go retryAsync(c.wait, func() error { // each attempt has its own record
		_, err := c.invokeEvent(ctx, "schedule", due.Schedule.Expression, function, []byte(due.Input))
		return err
	})
	return nil
}

// eventWords are shown in lists in place of a method.
var eventWords = map[string]string{"queue": "QUEUE", "stream": "STREAM", "schedule": "SCHEDULE"}

// invokeEvent invokes a function for an event that is not a request, once the function's
// saved code is served.
func (c *Cloud) invokeEvent(ctx context.Context, via, path, function string, event []byte) ([]byte, error) {
	label := c.observer.label(function)
	ctx, record := c.journal.Begin(ctx, journal.Entry{
		Via: via, Method: eventWords[via], Path: path, Function: label, Physical: function, Event: event,
	})
	var output []byte
	err := c.programGate.wait(ctx, "")
	if err == nil {
		err = c.awaitRebuild(ctx, label)
	}
	if err == nil {
		output, err = c.run(ctx, function, event)
	}
	record.End(output, err)
	return output, err
}

// receive adapts sqs.Service.Receive to package eventsource.
func (a *awsServices) receive(ctx context.Context, queueARN string, limit int, wait time.Duration) (all []eventsource.Message, err error) {
	received, err := a.queues.Receive(ctx, queueARN, limit, wait)
	for _, m := range received {
		message := eventsource.Message{
			ID: m.ID, ReceiptHandle: m.ReceiptHandle, Body: m.Body, MD5OfBody: m.MD5OfBody,
			MD5OfAttributes: m.MD5OfAttributes, SystemAttributes: m.SystemAttributes,
			Attributes: map[string]eventsource.Attribute{},
		}
		for name, a := range m.Attributes {
			message.Attributes[name] = eventsource.Attribute{DataType: a.DataType, StringValue: a.StringValue, BinaryValue: a.BinaryValue}
		}
		all = append(all, message)
	}
	return all, err
}

// send sends a message to a queue, by its ARN.
func (a *awsServices) send(queueARN, body string) error {
	_, err := a.queues.Send(queueARN[strings.LastIndex(queueARN, ":")+1:], sqs.Sending{Body: body})
	return err
}

func streamChange(c dynamodb.Change) eventsource.Change {
	return eventsource.Change{
		StreamARN: c.StreamARN, SequenceNumber: c.SequenceNumber, ItemKey: c.Key, Time: c.Time, Record: json.RawMessage(c.Record),
	}
}
