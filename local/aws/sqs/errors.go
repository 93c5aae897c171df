package sqs

import (
	"fmt"
	"net/http"

	"api-auth-jwt-auth0/local/aws"
)

// errorShapes maps errors' names in the JSON protocol to the query protocol's codes, and to
// HTTP statuses that are not 400. Those recorded from the service are in
// https://github.com/localstack/localstack/blob/main/tests/aws/services/sqs/test_sqs.snapshot.json
var errorShapes = map[string]struct {
	query  string
	status int
}{
	"AccessDeniedException":             {"AccessDenied", http.StatusForbidden},
	"BatchEntryIdsNotDistinct":          {query: "AWS.SimpleQueueService.BatchEntryIdsNotDistinct"},
	"BatchRequestTooLong":               {query: "AWS.SimpleQueueService.BatchRequestTooLong"},
	"EmptyBatchRequest":                 {query: "AWS.SimpleQueueService.EmptyBatchRequest"},
	"InvalidAttributeName":              {query: "InvalidAttributeName"},
	"InvalidBatchEntryId":               {query: "AWS.SimpleQueueService.InvalidBatchEntryId"},
	"InvalidMessageContents":            {query: "InvalidMessageContents"},
	"InvalidParameterValueException":    {query: "InvalidParameterValue"},
	"MissingRequiredParameterException": {query: "MissingParameter"},
	"OverLimit":                         {"OverLimit", http.StatusForbidden},
	"PurgeQueueInProgress":              {"AWS.SimpleQueueService.PurgeQueueInProgress", http.StatusForbidden},
	"QueueDoesNotExist":                 {query: "AWS.SimpleQueueService.NonExistentQueue"},
	"ReceiptHandleIsInvalid":            {query: "ReceiptHandleIsInvalid"},
	"ResourceNotFoundException":         {"ResourceNotFoundException", http.StatusNotFound},
	"TooManyEntriesInBatchRequest":      {query: "AWS.SimpleQueueService.TooManyEntriesInBatchRequest"},
	"UnsupportedOperation":              {query: "AWS.SimpleQueueService.UnsupportedOperation"},
}

// queryCode returns an error's code in the query protocol and in the entries of a batch.
func queryCode(code string) string {
	if shape, known := errorShapes[code]; known {
		return shape.query
	}
	return code
}

func errorf(code, format string, args ...any) *aws.Error {
	e := &aws.Error{Status: http.StatusBadRequest, Code: code, Message: fmt.Sprintf(format, args...)}
	if status := errorShapes[code].status; status != 0 {
		e.Status = status
	}
	return e
}

func nonexistent() *aws.Error {
	return errorf("QueueDoesNotExist", "The specified queue does not exist.")
}

func missing(parameter string) *aws.Error {
	return errorf("MissingRequiredParameterException", "The request must contain the parameter %s.", parameter)
}

func invalid(format string, args ...any) *aws.Error {
	return errorf("InvalidParameterValueException", format, args...)
}

func invalidValue(value any, parameter, reason string) *aws.Error {
	return invalid("Value %v for parameter %s is invalid. Reason: %s", value, parameter, reason)
}

// integer returns the value of a parameter within its bounds, or its default.
func integer(parameter string, value *int, otherwise, low, high int) (int, *aws.Error) {
	if value == nil {
		return otherwise, nil
	}
	if *value < low || *value > high {
		reason := fmt.Sprintf("Must be >= %d and <= %d, if provided.", low, high)
		if parameter == "MaxNumberOfMessages" {
			reason = fmt.Sprintf("Must be between %d and %d, if provided.", low, high)
		}
		return 0, invalidValue(*value, parameter, reason)
	}
	return *value, nil
}
