package eventsource

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// batchItemFailures reads a function's output if the mapping reports failures of single
// items. An error means that the whole batch failed. An empty or null output, an empty list
// and an object without failures mean that all succeeded.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
// https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
func batchItemFailures(output []byte, inBatch func(id string) bool) (failures map[string]bool, err error) {
	switch strings.Join(strings.Fields(string(output)), "") {
	case "", "null", "[]":
		return nil, nil
	}
	var response struct {
		BatchItemFailures []map[string]any `json:"batchItemFailures"`
	}
	if err := json.Unmarshal(output, &response); err != nil {
		return nil, fmt.Errorf("reading the batchItemFailures of the function's output: %w", err)
	}
	failures = map[string]bool{}
	for _, item := range response.BatchItemFailures {
		id, isString := item["itemIdentifier"].(string)
		if !isString || id == "" {
			return nil, errors.New("expected an itemIdentifier in each of the batchItemFailures of the function's output")
		}
		if !inBatch(id) {
			return nil, fmt.Errorf("the itemIdentifier %q of the function's output is not of the batch", id)
		}
		failures[id] = true
	}
	return failures, nil
}
