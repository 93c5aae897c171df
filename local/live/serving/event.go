package serving

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"

	"api-auth-jwt-auth0/local/journal"
)

// An event holds the fields of an event that the lists show: of the API's requests, or of the
// batches of queues and streams. For other events it is empty.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
type event struct {
	routeKey, query string
	headers         map[string]string
	context         struct {
		HTTP struct{ Method, Path string }
	}
	records []struct {
		EventSourceARN string
	}
}

func (e *event) isRequest() bool { return e.context.HTTP.Method != "" }

// read reads an event, and stops at the body of a request, which may be long.
func read(text []byte) (e event) {
	members(text, func(name string, value *json.Decoder) (more bool) {
		switch name {
		case "routeKey":
			return value.Decode(&e.routeKey) == nil
		case "rawQueryString":
			return value.Decode(&e.query) == nil
		case "headers":
			return value.Decode(&e.headers) == nil
		case "requestContext":
			return value.Decode(&e.context) == nil
		case "Records":
			return value.Decode(&e.records) == nil
		}
		return !(name == "body" && e.isRequest()) && skip(value)
	})
	return e
}

// members calls each for the members of a JSON object until it returns false. each must read
// the value.
func members(text []byte, each func(name string, value *json.Decoder) (more bool)) {
	d := json.NewDecoder(bytes.NewReader(text))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return
	}
	for d.More() {
		name, err := d.Token()
		if text, ok := name.(string); err != nil || !ok || !each(text, d) {
			return
		}
	}
}

func skip(value *json.Decoder) bool { return value.Decode(new(json.RawMessage)) == nil }

// entry returns the list entry for an invocation of a handler.
func (e *event) entry(handler string) journal.Entry {
	switch {
	case e.isRequest():
		entry := journal.Entry{
			Method: e.context.HTTP.Method, Path: e.context.HTTP.Path,
			Query: e.query, Route: e.routeKey, Header: http.Header{},
		}
		for name, value := range e.headers {
			entry.Header.Set(name, value)
		}
		return entry
	case len(e.records) > 0 && strings.Contains(e.records[0].EventSourceARN, ":dynamodb:"):
		return journal.Entry{Method: "STREAM", Path: tableOf(e.records[0].EventSourceARN)}
	case len(e.records) > 0 && strings.Contains(e.records[0].EventSourceARN, ":sqs:"):
		return journal.Entry{Method: "QUEUE", Path: lastPart(e.records[0].EventSourceARN, ":")}
	}
	return journal.Entry{Method: "EVENT", Path: handler}
}

// tableOf returns the table in the ARN of a stream.
func tableOf(arn string) string {
	name, _, _ := strings.Cut(lastPart(arn, "table/"), "/")
	return name
}

func lastPart(text, separator string) string {
	if at := strings.LastIndex(text, separator); at >= 0 {
		return text[at+len(separator):]
	}
	return text
}

// status returns the HTTP status that an output means to the API, as the lists show it. The
// API itself has the final say. It is 200 for events that are not requests.
func (e *event) status(output []byte) int {
	status := http.StatusOK
	if !e.isRequest() {
		return status
	}
	members(output, func(name string, value *json.Decoder) (more bool) {
		if name != "statusCode" {
			return skip(value)
		}
		if value.Decode(&status) != nil || status < 100 || status > 999 {
			status = http.StatusInternalServerError
		}
		return false
	})
	return status
}
