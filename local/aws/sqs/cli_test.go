package sqs

import (
	"encoding/json"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/programtest"
)

// TestCLI goes through the operations with the AWS command line. Version 2.9 of it
// speaks the query protocol, later ones speak JSON.
func TestCLI(t *testing.T) {
	t.Parallel()
	path, err := programtest.AWS.Find()
	if err != nil {
		t.Fatal(err)
	}
	s := newService(t, Options{}, standard("mails", redriveTo("dead", "1")), standard("dead"))
	server := httptest.NewServer(handler(s))
	defer server.Close()
	prepare(t, s, server.URL, standard("mails", redriveTo("dead", "1")), standard("dead"))
	run := func(args ...string) (object, string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), path, append([]string{"--endpoint-url", server.URL, "--region", region, "--output", "json", "sqs"}, args...)...)
		cmd.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID=AKIA", "AWS_SECRET_ACCESS_KEY=secret", "HOME="+t.TempDir(), "AWS_PAGER=")
		var stderr strings.Builder
		cmd.Stderr = &stderr
		text, _ := cmd.Output()
		var out object
		if len(text) > 0 {
			if err := json.Unmarshal(text, &out); err != nil {
				t.Fatalf("%v: %v: %s", args, err, text)
			}
		}
		return out, strings.TrimSpace(stderr.String())
	}
	version, err := exec.CommandContext(t.Context(), path, "--version").CombinedOutput()
	if err != nil {
		t.Fatal(err)
	}
	binary, received := "AP8=", "AP8="
	if strings.HasPrefix(string(version), "aws-cli/1.") { // which encodes the text
		received = "QVA4PQ=="
	}
	found, stderr := run("get-queue-url", "--queue-name", "mails")
	url, _ := found["QueueUrl"].(string)
	if url != server.URL+"/"+account+"/mails" {
		t.Fatalf("unexpected URL %q, %s", url, stderr)
	}
	sent, stderr := run("send-message", "--queue-url", url, "--message-body", "héllo <&>",
		"--message-attributes", `{"kind":{"DataType":"String","StringValue":"a"},"raw":{"DataType":"Binary","BinaryValue":"`+binary+`"}}`)
	if sent["MD5OfMessageBody"] != md5Of([]byte("héllo <&>")) || sent["MD5OfMessageAttributes"] == nil {
		t.Fatalf("unexpected result %v, %s", sent, stderr)
	}
	got, stderr := run("receive-message", "--queue-url", url, "--attribute-names", "All", "--message-attribute-names", "All", "--visibility-timeout", "0")
	messages, _ := got["Messages"].([]any)
	if len(messages) != 1 {
		t.Fatalf("expected a message, got %v, %s", got, stderr)
	}
	m := messages[0].(object)
	equal(t, "body", m["Body"], any("héllo <&>"))
	equal(t, "attributes", m["MessageAttributes"], any(object{"kind": object{"DataType": "String", "StringValue": "a"}, "raw": object{"DataType": "Binary", "BinaryValue": received}}))
	equal(t, "MD5", m["MD5OfMessageAttributes"], sent["MD5OfMessageAttributes"])
	equal(t, "receive count", m["Attributes"].(object)["ApproximateReceiveCount"], any("1"))

	batch, stderr := run("send-message-batch", "--queue-url", url, "--entries", `[{"Id":"a","MessageBody":"1"},{"Id":"b","MessageBody":"2","DelaySeconds":901}]`)
	if len(batch["Successful"].([]any)) != 1 || batch["Failed"].([]any)[0].(object)["Code"] != "InvalidParameterValue" {
		t.Errorf("unexpected result %v, %s", batch, stderr)
	}
	attributes, stderr := run("get-queue-attributes", "--queue-url", url, "--attribute-names", "QueueArn", "ApproximateNumberOfMessages")
	equal(t, "queue attributes "+stderr, attributes, object{"Attributes": object{"QueueArn": arnOf + "mails", "ApproximateNumberOfMessages": "2"}})
	sources, stderr := run("list-dead-letter-source-queues", "--queue-url", server.URL+"/"+account+"/dead")
	equal(t, "sources "+stderr, sources["queueUrls"], any([]any{url}))

	for want, args := range map[string][]string{
		"An error occurred (AWS.SimpleQueueService.NonExistentQueue) when calling the SendMessage operation: The specified queue does not exist": {
			"send-message", "--queue-url", url + "x", "--message-body", "x"},
		`An error occurred (ReceiptHandleIsInvalid) when calling the DeleteMessage operation: The input receipt handle "x" is not a valid receipt handle.`: {
			"delete-message", "--queue-url", url, "--receipt-handle", "x"},
		"An error occurred (AWS.SimpleQueueService.UnsupportedOperation) when calling the CreateQueue operation: CreateQueue is not served on this machine": {
			"create-queue", "--queue-name", "new"},
	} {
		if _, stderr := run(args...); !strings.Contains(stderr, want) {
			t.Errorf("%v: expected %q, got %q", args, want, stderr)
		}
	}
}
