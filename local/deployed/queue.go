package deployed

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"api-auth-jwt-auth0/local/aws/sigv4"
	"api-auth-jwt-auth0/local/eventsource"
)

// A Queue is a queue of the stack, used with a function's rights.
type Queue struct {
	Stack   *Stack
	Handler string
	URL     string
}

// maxBatch is the most messages in one request.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
const maxBatch = 10

// Receive receives messages, and waits for the first one.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
func (q Queue) Receive(ctx context.Context, limit int, wait time.Duration) ([]eventsource.Message, error) {
	var out struct {
		Messages []struct {
			MessageID              string `json:"MessageId"`
			ReceiptHandle          string
			Body                   string
			MD5OfBody              string
			MD5OfMessageAttributes string
			Attributes             map[string]string
			MessageAttributes      map[string]eventsource.Attribute
		}
	}
	in := map[string]any{
		"QueueUrl": q.URL, "MaxNumberOfMessages": min(limit, maxBatch), "WaitTimeSeconds": int(wait.Seconds()),
		"MessageSystemAttributeNames": []string{"All"}, "MessageAttributeNames": []string{"All"},
	}
	if err := q.call(ctx, "ReceiveMessage", in, &out); err != nil {
		return nil, err
	}
	var messages []eventsource.Message
	for _, m := range out.Messages {
		messages = append(messages, eventsource.Message{
			ID: m.MessageID, ReceiptHandle: m.ReceiptHandle, Body: m.Body, MD5OfBody: m.MD5OfBody,
			MD5OfAttributes: m.MD5OfMessageAttributes, SystemAttributes: m.Attributes, Attributes: m.MessageAttributes,
		})
	}
	return messages, nil
}

// Delete deletes received messages.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html
func (q Queue) Delete(receiptHandles []string) error {
	var errs []error
	for _, handle := range receiptHandles {
		errs = append(errs, q.call(context.Background(), "DeleteMessage", map[string]any{"QueueUrl": q.URL, "ReceiptHandle": handle}, nil))
	}
	return errors.Join(errs...)
}

// callTimeout is longer than the longest wait of a receive, which is 20 s.
const callTimeout = 40 * time.Second

// maxAnswer is more than ten messages of 1 MiB.
const maxAnswer = 16 << 20

// call sends one request in AWS's JSON protocol.
// https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
func (q Queue) call(ctx context.Context, action string, in, out any) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	target, err := q.Stack.Target(ctx, q.Handler, "sqs")
	if err != nil {
		return err
	}
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	at := *target.URL
	at.Path = cmp.Or(at.Path, "/")
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, at.String(), bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	r.Header.Set("X-Amz-Target", "AmazonSQS."+action)
	sigv4.Sign(r, body, target.AccessKeyID, target.Key, target.Region, "sqs", time.Now())
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("%s of %s: %w", action, q.URL, err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("%s of %s: %w", action, q.URL, err)
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s of %s: status %d: %s", action, q.URL, response.StatusCode, answer)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(answer, out)
}
