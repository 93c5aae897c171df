package s3

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"net/http"

	"api-auth-jwt-auth0/local/aws"
)

// fail returns a failure of S3. Codes and statuses are those of
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
func fail(status int, code, format string, arguments ...any) error {
	return &aws.Error{Status: status, Code: code, Message: fmt.Sprintf(format, arguments...)}
}

func noSuchKey() error {
	return fail(http.StatusNotFound, "NoSuchKey", "The specified key does not exist.")
}

func noSuchUpload() error {
	return fail(http.StatusNotFound, "NoSuchUpload", "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.")
}

func preconditionFailed() error {
	return fail(http.StatusPreconditionFailed, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
}

func malformedXML() error {
	return fail(http.StatusBadRequest, "MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema")
}

func invalidArgument(format string, arguments ...any) error {
	return fail(http.StatusBadRequest, "InvalidArgument", format, arguments...)
}

func invalidRequest(format string, arguments ...any) error {
	return fail(http.StatusBadRequest, "InvalidRequest", format, arguments...)
}

func notImplemented(format string, arguments ...any) error {
	return fail(http.StatusNotImplemented, "NotImplemented", format, arguments...)
}

// An errorBody is an error in S3's form. Empty elements are omitted.
type errorBody struct {
	XMLName      xml.Name `xml:"Error"`
	Code         string
	Message      string
	BucketName   string `xml:",omitempty"`
	Key          string `xml:",omitempty"`
	UploadID     string `xml:"UploadId,omitempty"`
	Condition    string `xml:",omitempty"`
	Range        string `xml:"RangeRequested,omitempty"`
	Method       string `xml:",omitempty"`
	ResourceType string `xml:",omitempty"`
	RequestID    string `xml:"RequestId"`
	HostID       string `xml:"HostId"`
}

// Refuse implements [aws.Service]. The response to a HEAD has no body, so the client gets
// only the status.
func (s *Service) Refuse(w http.ResponseWriter, r *http.Request, e *aws.Error) {
	body := errorBody{Code: e.Code, Message: e.Message}
	body.RequestID, body.HostID = identify(w.Header())
	body.describe(r)
	if r.Method == http.MethodHead {
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(e.Status)
		return
	}
	writeXML(w, e.Status, body)
}

// describe adds the elements that S3 gives with some codes.
func (b *errorBody) describe(r *http.Request) {
	bucket, key, err := target(r)
	if err != nil {
		return
	}
	switch b.Code {
	case "NoSuchBucket":
		b.BucketName = bucket
	case "NoSuchKey", "KeyTooLongError":
		b.Key = key
	case "NoSuchUpload":
		b.UploadID = r.URL.Query().Get("uploadId")
	case "InvalidRange":
		b.Range = r.Header.Get("Range")
	case "PreconditionFailed":
		b.Condition = failedCondition(r.Header)
	case "MethodNotAllowed", "AccessForbidden":
		b.Method, b.ResourceType = r.Method, "BUCKET"
		if key != "" {
			b.ResourceType = "OBJECT"
		}
	}
}

func failedCondition(h http.Header) string {
	for _, name := range []string{"If-Match", "If-None-Match", "If-Unmodified-Since"} {
		if h.Get(name) != "" {
			return name
		}
	}
	return ""
}

// identify adds the IDs that AWS's support asks for.
func identify(h http.Header) (requestID, hostID string) {
	requestID, hostID = rand.Text(), base64.StdEncoding.EncodeToString([]byte(rand.Text()+rand.Text()))
	h.Set("X-Amz-Request-Id", requestID)
	h.Set("X-Amz-Id-2", hostID)
	return requestID, hostID
}

// namespace is the XML namespace of all responses except errors.
const namespace = "http://s3.amazonaws.com/doc/2006-03-01/"

func writeXML(w http.ResponseWriter, status int, body any) {
	text, err := xml.Marshal(body)
	if err != nil {
		// Strings, numbers, times and lists of them always marshal.
		panic(err)
	}
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	// An error means that the client is gone.
	_, _ = w.Write(append([]byte(xml.Header), text...))
}
