package dynamodb

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json"

	"api-auth-jwt-auth0/local/aws"
	"api-auth-jwt-auth0/local/aws/dynamodb/attribute"
)

// A failure is an error of the service, with the additional members that some have.
type failure struct {
	wire    aws.Error
	item    attribute.Item // of a condition that failed
	reasons []reason       // of a transaction that was canceled
}

// A reason is why an action of a transaction failed. Code is "None" for an action that did
// not fail.
type reason struct {
	Code    string         `json:"Code"`
	Message string         `json:"Message,omitzero"`
	Item    attribute.Item `json:"Item,omitzero"`
}

// Error implements error.
func (f *failure) Error() string { return f.wire.Error() }

func newFailure(code, format string, args ...any) *failure {
	return &failure{wire: aws.Error{Status: http.StatusBadRequest, Code: code, Message: fmt.Sprintf(format, args...)}}
}

func invalid(format string, args ...any) error {
	return newFailure("ValidationException", format, args...)
}

// invalidError converts an error in the service's words to the service's error.
func invalidError(err error) error {
	if err == nil {
		return nil
	}
	if shape, ok := errors.AsType[*attribute.ShapeError](err); ok {
		return newFailure("SerializationException", "%s", shape.Reason)
	}
	return invalid("%s", err.Error())
}

// invalidWithin is invalidError with other words around the text.
func invalidWithin(format string, err error) error {
	if refusal, ok := errors.AsType[attribute.Refusal](err); ok {
		return invalid("%s", strings.Replace(format, "%s", refusal.Error(), 1))
	}
	return invalidError(err)
}

func notFound() error { return newFailure("ResourceNotFoundException", "Requested resource not found") }

// asFailure converts any other error to an internal one, without its cause.
func asFailure(err error) *failure {
	if f, ok := errors.AsType[*failure](err); ok {
		return f
	}
	return &failure{wire: aws.Error{
		Status: http.StatusInternalServerError, Code: "InternalServerError",
		Message: "The request processing has failed because of an unknown error, exception or failure.",
	}}
}

// namespaces precede the names of errors in __type, other than DynamoDB's own.
// https://github.com/architect/dynalite/blob/main/index.js has them as observed.
var namespaces = map[string]string{
	"ValidationException":                 "com.amazon.coral.validate#",
	"AccessDeniedException":               "com.amazon.coral.service#",
	"IncompleteSignatureException":        "com.amazon.coral.service#",
	"InvalidSignatureException":           "com.amazon.coral.service#",
	"MissingAuthenticationTokenException": "com.amazon.coral.service#",
	"SerializationException":              "com.amazon.coral.service#",
	"UnknownOperationException":           "com.amazon.coral.service#",
	"UnrecognizedClientException":         "com.amazon.coral.service#",
}

// ownNamespace is the namespace of DynamoDB's own errors.
const ownNamespace = "com.amazonaws.dynamodb.v20120810#"

// capitalMessages are the errors whose message member is capitalized.
var capitalMessages = map[string]bool{
	"AccessDeniedException": true, "SerializationException": true, "TransactionCanceledException": true,
}

// body returns the JSON of the failure.
func (f *failure) body() ([]byte, error) {
	namespace, found := namespaces[f.wire.Code]
	if !found {
		namespace = ownNamespace
	}
	members := map[string]any{"__type": namespace + f.wire.Code}
	name := "message"
	if capitalMessages[f.wire.Code] {
		name = "Message"
	}
	members[name] = f.wire.Message
	if f.item != nil {
		members["Item"] = f.item
	}
	if f.reasons != nil {
		members["CancellationReasons"] = f.reasons
	}
	return json.Marshal(members, json.Deterministic(true))
}

// constraints collects the problems of a request's members.
type constraints []string

func (c *constraints) add(value, member, format string, args ...any) {
	*c = append(*c, fmt.Sprintf("Value '%s' at '%s' failed to satisfy constraint: %s", value, member, fmt.Sprintf(format, args...)))
}

// enum requires one of values, or none.
func (c *constraints) enum(value, member string, values ...string) {
	for _, v := range values {
		if value == "" || value == v {
			return
		}
	}
	c.add(value, member, "Member must satisfy enum value set: [%s]", strings.Join(values, ", "))
}

func (c *constraints) err() error {
	switch len(*c) {
	case 0:
		return nil
	case 1:
		return invalid("1 validation error detected: %s", (*c)[0])
	default:
		return invalid("%d validation errors detected: %s", len(*c), strings.Join(*c, "; "))
	}
}
