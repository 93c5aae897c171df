package s3

import (
	"encoding/xml"
	"net/http"

	"api-auth-jwt-auth0/local/aws"
)

func deleteObject(q *request, w http.ResponseWriter) error {
	check, err := q.writeConditions()
	if err != nil {
		return err
	}
	if err := q.bucket.remove(q.key, check); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// maxDeletions: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
const maxDeletions = 1000

// deletions is the body of DeleteObjects.
type deletions struct {
	XMLName xml.Name `xml:"Delete"`
	Quiet   bool
	Objects []deletion `xml:"Object"`
}

type deletion struct {
	Key       string
	VersionID string `xml:"VersionId"`
	ETag      string
}

func (q *request) deletions() (deletions, error) {
	var wanted deletions
	if err := q.decode(&wanted); err != nil {
		return wanted, err
	}
	if len(wanted.Objects) == 0 || len(wanted.Objects) > maxDeletions {
		return wanted, malformedXML()
	}
	for _, o := range wanted.Objects {
		if o.Key == "" {
			return wanted, malformedXML()
		}
		if err := checkKey(o.Key); err != nil {
			return wanted, err
		}
	}
	return wanted, nil
}

// deleteResult is the answer to DeleteObjects.
type deleteResult struct {
	XMLName xml.Name        `xml:"http://s3.amazonaws.com/doc/2006-03-01/ DeleteResult"`
	Deleted []deletedObject `xml:"Deleted"`
	Errors  []deletionError `xml:"Error"`
}

type deletedObject struct{ Key string }

type deletionError struct{ Key, Code, Message string }

func deleteObjects(q *request, w http.ResponseWriter) error {
	sum, err := q.checksum()
	if err != nil {
		return err
	}
	if sum.Algorithm == "" && q.header.Get("Content-Md5") == "" {
		return invalidRequest("Missing required header for this request: Content-MD5 OR x-amz-checksum-*")
	}
	wanted, err := q.deletions()
	if err != nil {
		return err
	}
	var result deleteResult
	for _, o := range wanted.Objects {
		err := q.bucket.remove(o.Key, o.check)
		switch {
		case err != nil:
			known := q.s.asError(err)
			result.Errors = append(result.Errors, deletionError{Key: o.Key, Code: known.Code, Message: known.Message})
		case !wanted.Quiet:
			result.Deleted = append(result.Deleted, deletedObject{o.Key})
		}
	}
	writeXML(w, http.StatusOK, result)
	return nil
}

// check evaluates the conditions of one deletion.
func (d deletion) check(current *object) error {
	switch {
	case d.VersionID != "" && d.VersionID != nullVersion:
		return &aws.Error{Status: http.StatusBadRequest, Code: "NoSuchVersion", Message: "The specified version does not exist."}
	case d.ETag != "" && current == nil:
		return noSuchKey()
	case d.ETag != "" && !matchesTag(d.ETag, current.ETag):
		return preconditionFailed()
	}
	return nil
}
