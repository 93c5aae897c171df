package sqs

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"
)

// TestSDK goes through the operations with the SDK for Go, which checks the MD5s.
func TestSDK(t *testing.T) {
	t.Parallel()
	c, _ := client(t, standard("mails", redriveTo("dead", "1")), standard("dead"))
	ctx := t.Context()
	queue, err := c.GetQueueUrl(ctx, &sdk.GetQueueUrlInput{QueueName: aws.String("mails")})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(*queue.QueueUrl, "/"+account+"/mails") {
		t.Errorf("unexpected URL %s", *queue.QueueUrl)
	}
	attributes := map[string]types.MessageAttributeValue{
		"kind":  {DataType: aws.String("String"), StringValue: aws.String("wélcome & <more>")},
		"count": {DataType: aws.String("Number.int"), StringValue: aws.String("-1.5")},
		"raw":   {DataType: aws.String("Binary.png"), BinaryValue: []byte{0, 255, 13}},
	}
	sent, err := c.SendMessage(ctx, &sdk.SendMessageInput{
		QueueUrl: queue.QueueUrl, MessageBody: aws.String("a \"body\"\r\n<&> ☃"), MessageAttributes: attributes,
		MessageSystemAttributes: map[string]types.MessageSystemAttributeValue{"AWSTraceHeader": {DataType: aws.String("String"), StringValue: aws.String("Root=1-5759e988-bd862e3fe1be46a994272793")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.ReceiveMessage(ctx, &sdk.ReceiveMessageInput{QueueUrl: queue.QueueUrl, WaitTimeSeconds: 20,
		MessageAttributeNames: []string{"All"}, MessageSystemAttributeNames: []types.MessageSystemAttributeName{"All"}})
	if err != nil || len(got.Messages) != 1 {
		t.Fatalf("expected a message, got %v, %v", got, err)
	}
	m := got.Messages[0]
	equal(t, "ID", *m.MessageId, *sent.MessageId)
	equal(t, "MD5 of the attributes", *m.MD5OfMessageAttributes, *sent.MD5OfMessageAttributes)
	equal(t, "body", *m.Body, "a \"body\"\r\n<&> ☃")
	equal(t, "binary attribute", m.MessageAttributes["raw"].BinaryValue, []byte{0, 255, 13})
	equal(t, "text attribute", *m.MessageAttributes["kind"].StringValue, "wélcome & <more>")
	for _, name := range []string{"SenderId", "SentTimestamp", "ApproximateFirstReceiveTimestamp"} {
		if m.Attributes[name] == "" {
			t.Errorf("expected the attribute %s in %v", name, m.Attributes)
		}
	}
	equal(t, "trace header", m.Attributes["AWSTraceHeader"], "Root=1-5759e988-bd862e3fe1be46a994272793")
	equal(t, "receive count", m.Attributes["ApproximateReceiveCount"], "1")

	if _, err := c.ChangeMessageVisibility(ctx, &sdk.ChangeMessageVisibilityInput{QueueUrl: queue.QueueUrl, ReceiptHandle: m.ReceiptHandle}); err != nil {
		t.Fatal(err)
	}
	// The second receive moves it to the dead-letter queue.
	if got, err = c.ReceiveMessage(ctx, &sdk.ReceiveMessageInput{QueueUrl: queue.QueueUrl}); err != nil || len(got.Messages) != 0 {
		t.Errorf("expected no message, got %v, %v", got.Messages, err)
	}
	sources, err := c.ListDeadLetterSourceQueues(ctx, &sdk.ListDeadLetterSourceQueuesInput{QueueUrl: aws.String("x/" + account + "/dead")})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "sources", sources.QueueUrls, []string{*queue.QueueUrl})
	task, err := c.StartMessageMoveTask(ctx, &sdk.StartMessageMoveTaskInput{SourceArn: aws.String(arnOf + "dead")})
	if err != nil || aws.ToString(task.TaskHandle) == "" {
		t.Fatal(err)
	}
	tasks, err := c.ListMessageMoveTasks(ctx, &sdk.ListMessageMoveTasksInput{SourceArn: aws.String(arnOf + "dead")})
	if err != nil || len(tasks.Results) != 1 || *tasks.Results[0].Status != "COMPLETED" || tasks.Results[0].ApproximateNumberOfMessagesMoved != 1 {
		t.Errorf("unexpected tasks %+v, %v", tasks, err)
	}
	all, err := c.GetQueueAttributes(ctx, &sdk.GetQueueAttributesInput{QueueUrl: queue.QueueUrl, AttributeNames: []types.QueueAttributeName{"All"}})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "messages", all.Attributes["ApproximateNumberOfMessages"], "1")
	equal(t, "ARN", all.Attributes["QueueArn"], arnOf+"mails")
	if _, err := c.PurgeQueue(ctx, &sdk.PurgeQueueInput{QueueUrl: queue.QueueUrl}); err != nil {
		t.Fatal(err)
	}
	list, err := c.ListQueues(ctx, &sdk.ListQueuesInput{QueueNamePrefix: aws.String("ma")})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "queues", list.QueueUrls, []string{*queue.QueueUrl})
}

func TestSDKBatches(t *testing.T) {
	t.Parallel()
	c, _ := client(t, fifo("orders", byContent, func(q *Queue) { q.MaximumMessageSize = 1024 }))
	ctx, url := t.Context(), aws.String("x/"+account+"/orders.fifo")
	var entries []types.SendMessageBatchRequestEntry
	for i := range 5 {
		entries = append(entries, types.SendMessageBatchRequestEntry{Id: aws.String(fmt.Sprint("m", i)), MessageBody: aws.String(fmt.Sprint(i)), MessageGroupId: aws.String("g")})
	}
	entries[2].MessageBody = aws.String(strings.Repeat("x", 1025))
	sent, err := c.SendMessageBatch(ctx, &sdk.SendMessageBatchInput{QueueUrl: url, Entries: entries})
	if err != nil || len(sent.Successful) != 4 || len(sent.Failed) != 1 {
		t.Fatalf("unexpected result: %+v, %v", sent, err)
	}
	f := sent.Failed[0]
	equal(t, "failure", []string{*f.Id, *f.Code, *f.Message, fmt.Sprint(f.SenderFault)},
		[]string{"m2", "InvalidParameterValue", "One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes.", "true"})
	if !slices.IsSortedFunc(sent.Successful, func(a, b types.SendMessageBatchResultEntry) int {
		return strings.Compare(*a.SequenceNumber, *b.SequenceNumber)
	}) || len(*sent.Successful[0].SequenceNumber) != 20 {
		t.Error("expected ascending sequence numbers of 20 digits")
	}
	got, err := c.ReceiveMessage(ctx, &sdk.ReceiveMessageInput{QueueUrl: url, MaxNumberOfMessages: 10})
	if err != nil || len(got.Messages) != 4 {
		t.Fatalf("unexpected messages: %+v, %v", got, err)
	}
	var changes []types.ChangeMessageVisibilityBatchRequestEntry
	var deletes []types.DeleteMessageBatchRequestEntry
	for i, m := range got.Messages {
		changes = append(changes, types.ChangeMessageVisibilityBatchRequestEntry{Id: aws.String(fmt.Sprint(i)), ReceiptHandle: m.ReceiptHandle, VisibilityTimeout: 60})
		deletes = append(deletes, types.DeleteMessageBatchRequestEntry{Id: aws.String(fmt.Sprint(i)), ReceiptHandle: m.ReceiptHandle})
	}
	changes[0].VisibilityTimeout = 50000
	changed, err := c.ChangeMessageVisibilityBatch(ctx, &sdk.ChangeMessageVisibilityBatchInput{QueueUrl: url, Entries: changes})
	if err != nil || len(changed.Successful) != 3 || *changed.Failed[0].Code != "InvalidParameterValue" {
		t.Errorf("unexpected result: %+v, %v", changed, err)
	}
	deletes[1].ReceiptHandle = aws.String("garbage")
	deleted, err := c.DeleteMessageBatch(ctx, &sdk.DeleteMessageBatchInput{QueueUrl: url, Entries: deletes})
	if err != nil || len(deleted.Successful) != 3 || *deleted.Failed[0].Code != "ReceiptHandleIsInvalid" {
		t.Errorf("unexpected result: %+v, %v", deleted, err)
	}
}

// TestSDKErrors: errors arrive as the SDK's own types, and with the codes of the query
// protocol, which is compatible.
func TestSDKErrors(t *testing.T) {
	t.Parallel()
	c, _ := client(t, standard("q"))
	url := aws.String("x/" + account + "/q")
	_, err := c.SendMessage(t.Context(), &sdk.SendMessageInput{QueueUrl: aws.String("x/" + account + "/none"), MessageBody: aws.String("x")})
	var missing *types.QueueDoesNotExist
	if !errors.As(err, &missing) || missing.ErrorCode() != "AWS.SimpleQueueService.NonExistentQueue" {
		t.Errorf("expected QueueDoesNotExist, got %v", err)
	}
	_, err = c.DeleteMessage(t.Context(), &sdk.DeleteMessageInput{QueueUrl: url, ReceiptHandle: aws.String("x")})
	var handle *types.ReceiptHandleIsInvalid
	if !errors.As(err, &handle) {
		t.Errorf("expected ReceiptHandleIsInvalid, got %v", err)
	}
	_, err = c.CreateQueue(t.Context(), &sdk.CreateQueueInput{QueueName: aws.String("new")})
	var unsupported *types.UnsupportedOperation
	if !errors.As(err, &unsupported) || !strings.Contains(unsupported.ErrorMessage(), "declare the queue in the program") {
		t.Errorf("expected UnsupportedOperation, got %v", err)
	}
	_, err = c.ReceiveMessage(t.Context(), &sdk.ReceiveMessageInput{QueueUrl: url, MaxNumberOfMessages: 11})
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != "InvalidParameterValue" {
		t.Errorf("expected InvalidParameterValue, got %v", err)
	}
}
