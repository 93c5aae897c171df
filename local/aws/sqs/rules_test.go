package sqs

import (
	"fmt"
	"strings"
	"testing"
)

func entries(n int, change func(i int, e object)) object {
	var all []object
	for i := range n {
		e := object{"Id": fmt.Sprint("e", i), "MessageBody": "x", "ReceiptHandle": "x", "VisibilityTimeout": 1}
		if change != nil {
			change(i, e)
		}
		all = append(all, e)
	}
	return object{"Entries": all}
}

func attribute(name, kind, value string) object {
	return object{"MessageBody": "x", "MessageAttributes": object{name: object{"DataType": kind, "StringValue": value}}}
}

// TestRefusals: texts and types as recorded from the service, where the harness of
// LocalStack has them: see errors.go.
func TestRefusals(t *testing.T) {
	t.Parallel()
	s := newService(t, Options{}, standard("q", func(q *Queue) { q.MaximumMessageSize = 1024 }), standard("big"), fifo("f"), fifo("c", byContent))
	const (
		invalid = "com.amazon.coral.service#InvalidParameterValueException: "
		missing = "com.amazon.coral.service#MissingRequiredParameterException: "
		own     = "com.amazonaws.sqs#"
		entryID = own + "InvalidBatchEntryId: A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long."
		group   = " can only include alphanumeric and punctuation characters. 1 to 128 in length."
	)
	for _, test := range []struct {
		action, queue string
		input         object
		want          string
	}{
		{"SendMessage", "none", object{"MessageBody": "x"}, own + "QueueDoesNotExist: The specified queue does not exist."},
		{"SendMessage", "", object{"MessageBody": "x"}, missing + "The request must contain the parameter QueueUrl."},
		{"SendMessage", "q", nil, missing + "The request must contain the parameter MessageBody."},
		{"SendMessage", "q", object{"MessageBody": ""}, missing + "The request must contain the parameter MessageBody."},
		{"SendMessage", "q", object{"MessageBody": "a\u000bb"}, "InvalidMessageContents: Invalid characters found."},
		{"SendMessage", "q", object{"MessageBody": "a\uffff"}, "InvalidMessageContents: Invalid characters found."},
		{"SendMessage", "q", object{"MessageBody": strings.Repeat("x", 1025)}, invalid + "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes."},
		{"SendMessage", "big", object{"MessageBody": strings.Repeat("x", 1<<20+1)}, "Message must be shorter than 1048576 bytes."},
		{"SendMessage", "q", object{"MessageBody": "x", "DelaySeconds": 901}, invalid + "Value 901 for parameter DelaySeconds is invalid."},
		{"SendMessage", "q", object{"MessageBody": "x", "DelaySeconds": -1}, invalid + "Value -1 for parameter DelaySeconds"},
		{"SendMessage", "q", object{"MessageBody": "x", "MessageDeduplicationId": "d"}, invalid + "Value d for parameter MessageDeduplicationId is invalid. Reason: The request include parameter that is not valid for this queue type."},
		{"SendMessage", "q", object{"MessageBody": "x", "MessageGroupId": ""}, invalid + "Value  for parameter MessageGroupId is invalid. Reason: MessageGroupId" + group},
		{"SendMessage", "q", object{"MessageBody": "x", "MessageGroupId": "group 123"}, "MessageGroupId" + group},
		{"SendMessage", "q", object{"MessageBody": "x", "MessageGroupId": strings.Repeat("a", 129)}, "MessageGroupId" + group},
		{"SendMessage", "f.fifo", object{"MessageBody": "x", "MessageDeduplicationId": "d"}, missing + "The request must contain the parameter MessageGroupId."},
		{"SendMessage", "f.fifo", object{"MessageBody": "x", "MessageGroupId": "g"}, invalid + "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"},
		{"SendMessage", "f.fifo", object{"MessageBody": "x", "MessageGroupId": "g", "MessageDeduplicationId": "d d"}, "MessageDeduplicationId" + group},
		{"SendMessage", "c.fifo", object{"MessageBody": "x", "MessageGroupId": "g", "DelaySeconds": 2}, invalid + "Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type."},
		{"SendMessage", "q", attribute("ErrorDetails", "String", ""), invalid + "Message (user) attribute 'ErrorDetails' must contain a non-empty value of type 'String'."},
		{"SendMessage", "q", attribute("a", "Text", "x"), "supported type prefixes: Binary, Number, String."},
		{"SendMessage", "q", attribute("a", "Number", "x"), "Can't cast the value of message (user) attribute 'a' to a number."},
		{"SendMessage", "q", attribute("a", "Binary", "x"), "must contain a non-empty value of type 'Binary'."},
		{"SendMessage", "q", attribute("a", "String", "\u0001"), "InvalidMessageContents"},
		{"SendMessage", "q", attribute("AWS.a", "String", "x"), "attribute name 'AWS.a' is invalid"},
		{"SendMessage", "q", attribute("amazon.a", "String", "x"), "attribute name 'amazon.a' is invalid"},
		{"SendMessage", "q", attribute(".a", "String", "x"), "attribute name '.a' is invalid"},
		{"SendMessage", "q", attribute("a..b", "String", "x"), "attribute name 'a..b' is invalid"},
		{"SendMessage", "q", attribute("a b", "String", "x"), "attribute name 'a b' is invalid"},
		{"SendMessage", "q", attribute(strings.Repeat("a", 257), "String", "x"), "is invalid: expected up to 256"},
		{"SendMessage", "q", object{"MessageBody": "x", "MessageAttributes": elevenAttributes()}, "Number of message attributes [11] exceeds the allowed maximum [10]."},
		{"SendMessage", "q", object{"MessageBody": "x", "MessageSystemAttributes": object{"Other": object{"DataType": "String", "StringValue": "x"}}}, "Message system attribute name 'Other' is invalid."},
		{"SendMessage", "q", object{"MessageBody": 5}, "SerializationException"},

		{"SendMessageBatch", "q", object{}, own + "EmptyBatchRequest: There should be at least one SendMessageBatchRequestEntry in the request."},
		{"SendMessageBatch", "q", entries(20, nil), own + "TooManyEntriesInBatchRequest: Maximum number of entries per request are 10. You have sent 20."},
		{"SendMessageBatch", "q", entries(2, func(_ int, e object) { e["Id"] = "a" }), own + "BatchEntryIdsNotDistinct: Id a repeated."},
		{"SendMessageBatch", "q", entries(1, func(_ int, e object) { e["Id"] = "" }), entryID},
		{"SendMessageBatch", "q", entries(1, func(_ int, e object) { e["Id"] = "invalid:id" }), entryID},
		{"DeleteMessageBatch", "q", entries(1, func(_ int, e object) { e["Id"] = strings.Repeat("a", 81) }), entryID},
		{"DeleteMessageBatch", "q", entries(20, nil), own + "TooManyEntriesInBatchRequest: Maximum number of entries per request are 10. You have sent 20."},
		{"ChangeMessageVisibilityBatch", "q", entries(20, nil), own + "TooManyEntriesInBatchRequest: Maximum number of entries per request are 10. You have sent 20."},
		{"SendMessageBatch", "big", entries(2, func(i int, e object) { e["MessageBody"] = strings.Repeat("x", 1<<19+i) }), own + "BatchRequestTooLong: Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes."},
		{"SendMessageBatch", "f.fifo", entries(1, func(_ int, e object) { e["MessageDeduplicationId"] = "d" }), invalid + "The request must contain the parameter MessageGroupId."},
		{"SendMessageBatch", "f.fifo", entries(1, func(_ int, e object) { e["MessageGroupId"] = "g" }), invalid + "The queue should either have ContentBasedDeduplication enabled"},

		{"ReceiveMessage", "q", object{"MaxNumberOfMessages": 11}, invalid + "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided."},
		{"ReceiveMessage", "q", object{"MaxNumberOfMessages": 0}, invalid + "Value 0 for parameter MaxNumberOfMessages"},
		{"ReceiveMessage", "q", object{"WaitTimeSeconds": 21}, invalid + "Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided."},
		{"ReceiveMessage", "q", object{"WaitTimeSeconds": -1}, invalid + "Value -1 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided."},
		{"ReceiveMessage", "q", object{"VisibilityTimeout": 43201}, "Value 43201 for parameter VisibilityTimeout"},
		{"DeleteMessage", "q", nil, missing + "The request must contain the parameter ReceiptHandle."},
		{"DeleteMessage", "q", object{"ReceiptHandle": "garbage"}, own + `ReceiptHandleIsInvalid: The input receipt handle "garbage" is not a valid receipt handle.`},
		{"DeleteMessage", "q", object{"ReceiptHandle": newReceipt("big", "x")}, "ReceiptHandleIsInvalid"},
		{"ChangeMessageVisibility", "q", object{"ReceiptHandle": "x"}, missing + "The request must contain the parameter VisibilityTimeout."},
		{"ChangeMessageVisibility", "q", object{"ReceiptHandle": "x", "VisibilityTimeout": -1}, "Value -1 for parameter VisibilityTimeout"},
		{"GetQueueAttributes", "q", object{"AttributeNames": []string{"Color"}}, "InvalidAttributeName: Unknown Attribute Color."},
		{"GetQueueUrl", "", object{"QueueName": "none"}, own + "QueueDoesNotExist"},
		{"GetQueueUrl", "", object{"QueueName": "q", "QueueOwnerAWSAccountId": "999999999999"}, own + "QueueDoesNotExist"},
		{"GetQueueUrl", "", nil, missing + "The request must contain the parameter QueueName."},
		{"ListQueues", "", object{"MaxResults": 1001}, "Value 1001 for parameter MaxResults"},
		{"ListQueues", "", object{"NextToken": "*"}, "Invalid or expired next token."},
		{"StartMessageMoveTask", "", object{"SourceArn": arnOf + "q"}, invalid + "Source queue must be configured as a Dead Letter Queue."},
		{"StartMessageMoveTask", "", object{"SourceArn": arnOf + "none"}, own + "ResourceNotFoundException: The resource that you specified for the SourceArn parameter doesn't exist."},
		{"CancelMessageMoveTask", "", object{"TaskHandle": "x"}, invalid + "Value for parameter TaskHandle is invalid."},
		{"SetQueueAttributes", "q", object{}, own + "UnsupportedOperation: SetQueueAttributes is not served on this machine: declare the queue in the program"},
		{"Fly", "q", nil, "com.amazon.coral.service#UnknownOperationException"},
	} {
		a := call(t, s, test.action, test.queue, test.input)
		if got := a.refusal(); !strings.Contains(got, test.want) || got == "" {
			t.Errorf("%s to %q: expected %q, got %.300q", test.action, test.queue, test.want, got)
		}
		code := strings.TrimPrefix(a.refusal()[strings.Index(a.refusal(), "#")+1:], "#")
		code, _, _ = strings.Cut(code, ":")
		if want := queryCode(code) + ";Sender"; a.header.Get("X-Amzn-Query-Error") != want {
			t.Errorf("%s: expected the header %q, got %q", test.action, want, a.header.Get("X-Amzn-Query-Error"))
		}
	}
}

func elevenAttributes() object {
	all := object{}
	for i := range 11 {
		all[fmt.Sprint("a", i)] = object{"DataType": "String", "StringValue": "x"}
	}
	return all
}

func TestMessageSizeCountsAttributes(t *testing.T) {
	t.Parallel()
	s := newService(t, Options{}, standard("q", func(q *Queue) { q.MaximumMessageSize = 1024 }))
	input := attribute("name", "String", "value") // 4 + 6 + 5 bytes
	input["MessageBody"] = strings.Repeat("x", 1024-15)
	call(t, s, "SendMessage", "q", input).ok()
	input["MessageBody"] = strings.Repeat("x", 1024-14)
	if got := call(t, s, "SendMessage", "q", input).refusal(); !strings.Contains(got, "must be shorter than 1024 bytes") {
		t.Errorf("expected a refusal, got %q", got)
	}
}

// TestAttributeNamesFilter with the names that a receive may ask for.
func TestAttributeNamesFilter(t *testing.T) {
	t.Parallel()
	all := attributes{"Foo": {}, "a.b": {}, "a.c.d": {}, "ab": {}}
	for _, test := range []struct{ ask, want string }{
		{"", ""}, {"All", "Foo a.b a.c.d ab"}, {".*", "Foo a.b a.c.d ab"}, {"Foo", "Foo"}, {"foo", ""}, {"a.*", "a.b a.c.d"}, {"a.c.*,ab", "a.c.d ab"}, {"*", ""},
	} {
		var got []string
		for _, name := range []string{"Foo", "a.b", "a.c.d", "ab"} {
			if _, picked := all.pick(strings.Split(test.ask, ","))[name]; picked {
				got = append(got, name)
			}
		}
		equal(t, test.ask, strings.Join(got, " "), test.want)
	}
}

func TestListsInPages(t *testing.T) {
	t.Parallel()
	s := newService(t, Options{}, standard("a"), standard("b"), standard("c"))
	first := call(t, s, "ListQueues", "", object{"MaxResults": 2}).ok().body
	equal(t, "first page", first["QueueUrls"], any([]any{endpoint + "/" + account + "/a", endpoint + "/" + account + "/b"}))
	second := call(t, s, "ListQueues", "", object{"MaxResults": 2, "NextToken": first["NextToken"]}).ok().body
	equal(t, "second page", second, object{"QueueUrls": []any{endpoint + "/" + account + "/c"}})
}

// TestQueueAttributes as recorded for queues with the defaults.
func TestQueueAttributes(t *testing.T) {
	t.Parallel()
	s := newService(t, Options{}, standard("q", func(q *Queue) { q.ManagedEncryptionEnabled = true }), fifo("f", byContent, redriveTo("f.fifo", `"3"`)))
	get := func(queue string) object {
		all := call(t, s, "GetQueueAttributes", queue, object{"AttributeNames": []string{"All"}}).ok().body["Attributes"].(object)
		delete(all, "CreatedTimestamp")
		delete(all, "LastModifiedTimestamp")
		return all
	}
	want := object{"ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesDelayed": "0", "ApproximateNumberOfMessagesNotVisible": "0", "DelaySeconds": "0",
		"MaximumMessageSize": "1048576", "MessageRetentionPeriod": "345600", "QueueArn": arnOf + "q", "ReceiveMessageWaitTimeSeconds": "0", "SqsManagedSseEnabled": "true", "VisibilityTimeout": "30"}
	equal(t, "standard", get("q"), want)
	want["QueueArn"], want["SqsManagedSseEnabled"], want["FifoQueue"], want["ContentBasedDeduplication"] = arnOf+"f.fifo", "false", "true", "true"
	want["DeduplicationScope"], want["FifoThroughputLimit"], want["RedrivePolicy"] = "queue", "perQueue", `{"deadLetterTargetArn":"`+arnOf+`f.fifo","maxReceiveCount":"3"}`
	equal(t, "FIFO", get("f.fifo"), want)
	equal(t, "none asked for", call(t, s, "GetQueueAttributes", "q", nil).ok().body, object{})
}
