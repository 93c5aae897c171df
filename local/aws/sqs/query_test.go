package sqs

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// query makes a request in the query protocol, at a path.
func query(t testing.TB, s *Service, path, form string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, endpoint+path, strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	handler(s).ServeHTTP(w, r)
	return w
}

var varying = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}|<ReceiptHandle>[^<]+`)

func TestQueryProtocolBytes(t *testing.T) {
	t.Parallel()
	s := newService(t, Options{}, standard("q"), fifo("f"))
	const queue = "&QueueUrl=http%3A%2F%2Fx%2F123456789012%2Fq"
	const open, end = ` xmlns="http://queue.amazonaws.com/doc/2012-11-05/">`, `<ResponseMetadata><RequestId>*</RequestId></ResponseMetadata>`
	for _, test := range []struct{ path, form, want string }{
		{"/", "Action=SendMessage&MessageBody=a%0D%0A%3C&MessageAttribute.1.Name=k&MessageAttribute.1.Value.DataType=String&MessageAttribute.1.Value.StringValue=v" + queue,
			`<SendMessageResponse` + open + `<SendMessageResult><MessageId>*</MessageId><MD5OfMessageBody>992a4edf375c646e1d5aa38ae382d8c0</MD5OfMessageBody><MD5OfMessageAttributes>` +
				attributes{"k": {DataType: "String", StringValue: new("v")}}.md5() + `</MD5OfMessageAttributes></SendMessageResult>` + end + `</SendMessageResponse>`},
		{"/123456789012/q", "Action=ReceiveMessage&MessageAttributeName.1=k&AttributeName.1=ApproximateReceiveCount",
			`<ReceiveMessageResponse` + open + `<ReceiveMessageResult><Message><MessageId>*</MessageId>*</ReceiptHandle><MD5OfBody>992a4edf375c646e1d5aa38ae382d8c0</MD5OfBody><Body>a&#xD;&#xA;&lt;</Body>` +
				`<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute><MD5OfMessageAttributes>` + attributes{"k": {DataType: "String", StringValue: new("v")}}.md5() +
				`</MD5OfMessageAttributes><MessageAttribute><Name>k</Name><Value><DataType>String</DataType><StringValue>v</StringValue></Value></MessageAttribute></Message></ReceiveMessageResult>` + end + `</ReceiveMessageResponse>`},
		{"/", "Action=ReceiveMessage" + queue, `<ReceiveMessageResponse` + open + `<ReceiveMessageResult></ReceiveMessageResult>` + end + `</ReceiveMessageResponse>`},
		{"/", "Action=PurgeQueue" + queue, `<PurgeQueueResponse` + open + end + `</PurgeQueueResponse>`},
		{"/", "Action=ListQueues&QueueNamePrefix=f", `<ListQueuesResponse` + open + `<ListQueuesResult><QueueUrl>http://127.0.0.1:1/123456789012/f.fifo</QueueUrl></ListQueuesResult>` + end + `</ListQueuesResponse>`},
		{"/", "Action=DeleteMessageBatch&DeleteMessageBatchRequestEntry.1.Id=a&DeleteMessageBatchRequestEntry.1.ReceiptHandle=x" + queue,
			`<DeleteMessageBatchResponse` + open + `<DeleteMessageBatchResult><BatchResultErrorEntry><Id>a</Id><SenderFault>true</SenderFault><Code>ReceiptHandleIsInvalid</Code>` +
				`<Message>The input receipt handle &#34;x&#34; is not a valid receipt handle.</Message></BatchResultErrorEntry></DeleteMessageBatchResult>` + end + `</DeleteMessageBatchResponse>`},
		{"/", "Action=SendMessage&MessageBody=a&QueueUrl=x%2F1%2Fq", queryRefusal("AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist for this wsdl version.")},
		{"/", "Action=Fly", queryRefusal("InvalidAction", "The action Fly is not valid for this endpoint.")},
		{"/", "Version=2012-11-05", queryRefusal("MissingAction", "The request must contain the parameter Action.")},
		{"/", "Action=SendMessage&MessageBody=a", queryRefusal("MissingParameter", "The request must contain the parameter QueueUrl.")},
		{"/", "Action=SendMessage&MessageBody=a&DelaySeconds=x" + queue, queryRefusal("InvalidParameterValue", "Value x for parameter DelaySeconds is invalid. Reason: Must be an integer.")},
		{"/", "Action=SendMessage&MessageBody=%ff" + queue, queryRefusal("InvalidMessageContents", invalidCharacters)},
		{"/", "Action=%zz", queryRefusal("MalformedQueryString", "The query string is malformed: invalid URL escape &#34;%zz&#34;")},
		{"/", "Action=SendMessage&MessageBody=a&MessageAttribute.1.Name=k&MessageAttribute.1.Value.DataType=Binary&MessageAttribute.1.Value.BinaryValue=*" + queue,
			queryRefusal("InvalidParameterValue", "The value of MessageAttribute.1.Value.BinaryValue is not encoded in base64.")},
	} {
		w := query(t, s, test.path, test.form)
		got := varying.ReplaceAllString(strings.TrimPrefix(w.Body.String(), xml.Header), "*")
		equal(t, test.form, got, test.want)
		if w.Header().Get("Content-Type") != "text/xml" || w.Header().Get("X-Amzn-Requestid") == "" {
			t.Errorf("%s: unexpected headers %v", test.form, w.Header())
		}
	}
}

func queryRefusal(code, message string) string {
	return `<ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><Error><Type>Sender</Type><Code>` + code + `</Code><Message>` + message +
		`</Message><Detail></Detail></Error><RequestId>*</RequestId></ErrorResponse>`
}

// FuzzQuery: whatever a form says, the answer is XML, and no server's error.
func FuzzQuery(f *testing.F) {
	for _, seed := range []string{
		"Action=SendMessage&MessageBody=a&QueueUrl=x/123456789012/q&MessageAttribute.1.Name=k&MessageAttribute.1.Value.DataType=Binary&MessageAttribute.1.Value.BinaryValue=AP8%3D",
		"Action=SendMessageBatch&QueueUrl=x/123456789012/f.fifo&SendMessageBatchRequestEntry.1.Id=a&SendMessageBatchRequestEntry.1.MessageBody=b&SendMessageBatchRequestEntry.1.MessageGroupId=g",
		"Action=ReceiveMessage&QueueUrl=x/123456789012/q&AttributeName.1=All&MaxNumberOfMessages=10",
		"Action=ChangeMessageVisibilityBatch&QueueUrl=x/123456789012/q&ChangeMessageVisibilityBatchRequestEntry.1.Id=a",
		"Action=StartMessageMoveTask&SourceArn=arn:aws:sqs:eu-central-1:123456789012:q", "Action=ListQueues&MaxResults=1&NextToken=eA==", "Action=....&a.1.1.1=.",
	} {
		f.Add(seed)
	}
	s := newService(f, Options{}, standard("q"), fifo("f", byContent))
	f.Fuzz(func(t *testing.T, form string) {
		if values, err := url.ParseQuery(form); err == nil && values.Get("WaitTimeSeconds") != "" {
			return
		}
		w := query(t, s, "/", form)
		if w.Code >= 500 {
			t.Fatalf("status %d: %s", w.Code, w.Body)
		}
		if err := xml.Unmarshal(w.Body.Bytes(), new(struct{})); err != nil {
			t.Fatalf("%v: %s", err, w.Body)
		}
	})
}

// FuzzJSON: whatever the input of an operation is, the answer is JSON, and no server's
// error.
func FuzzJSON(f *testing.F) {
	for action, body := range map[string]string{
		"SendMessage":             `{"QueueUrl":"x/123456789012/q","MessageBody":"a","MessageAttributes":{"k":{"DataType":"Binary","BinaryValue":"AP8="}}}`,
		"SendMessageBatch":        `{"QueueUrl":"x/123456789012/f.fifo","Entries":[{"Id":"a","MessageBody":"b","MessageGroupId":"g"}]}`,
		"ReceiveMessage":          `{"QueueUrl":"x/123456789012/q","MaxNumberOfMessages":10,"AttributeNames":["All"]}`,
		"ChangeMessageVisibility": `{"QueueUrl":"x/123456789012/q","ReceiptHandle":"eA==","VisibilityTimeout":1}`,
		"CancelMessageMoveTask":   `{"TaskHandle":"eCB5"}`,
	} {
		f.Add(action, body)
	}
	s := newService(f, Options{}, standard("q"), fifo("f", byContent))
	f.Fuzz(func(t *testing.T, action, body string) {
		if strings.Contains(body, "WaitTimeSeconds") {
			return
		}
		r := httptest.NewRequest(http.MethodPost, endpoint, strings.NewReader(body))
		r.Header.Set("X-Amz-Target", targetPrefix+action)
		w := httptest.NewRecorder()
		handler(s).ServeHTTP(w, r)
		if w.Code >= 500 || w.Body.Len() > 0 && !json.Valid(w.Body.Bytes()) {
			t.Fatalf("status %d: %s", w.Code, w.Body)
		}
	})
}
