package sqs

import (
	"regexp"

	"api-auth-jwt-auth0/local/aws"
)

// failedEntry is an entry of a batch that was refused.
type failedEntry struct {
	ID          string `json:"Id" xml:"Id"`
	SenderFault bool   `json:"SenderFault"`
	Code        string `json:"Code"`
	Message     string `json:"Message"`
}

func failed(id string, e *aws.Error) failedEntry {
	return failedEntry{ID: id, SenderFault: fault(e) == "Sender", Code: queryCode(e.Code), Message: e.Message}
}

// succeededEntry is an entry of a batch that returns nothing else.
type succeededEntry struct {
	ID string `json:"Id" xml:"Id"`
}

const maximumBatch = 10

var batchID = regexp.MustCompile(`^[0-9A-Za-z_-]{1,80}$`)

// checkBatch refuses a batch by the number and the IDs of its entries.
func checkBatch[E any](parameter string, entries []E, id func(E) string) *aws.Error {
	if len(entries) == 0 {
		return errorf("EmptyBatchRequest", "There should be at least one %s in the request.", parameter)
	}
	if len(entries) > maximumBatch {
		return errorf("TooManyEntriesInBatchRequest", "Maximum number of entries per request are %d. You have sent %d.", maximumBatch, len(entries))
	}
	seen := map[string]bool{}
	for _, entry := range entries {
		if !batchID.MatchString(id(entry)) {
			return errorf("InvalidBatchEntryId", "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.")
		}
		if seen[id(entry)] {
			return errorf("BatchEntryIdsNotDistinct", "Id %s repeated.", id(entry))
		}
		seen[id(entry)] = true
	}
	return nil
}
