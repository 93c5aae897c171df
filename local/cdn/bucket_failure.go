package cdn

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/xml"
	"net/http"
	"strings"
)

// An s3Failure is an error of S3, written as XML. The elements are in S3's order;
// empty ones are left out.
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
type s3Failure struct {
	XMLName        xml.Name `xml:"Error"`
	Code           string
	Message        string
	Key            string `xml:",omitempty"`
	Condition      string `xml:",omitempty"`
	RangeRequested string `xml:",omitempty"`
	// A pointer, since the size 0 is written too.
	ActualObjectSize *int   `xml:",omitempty"`
	Method           string `xml:",omitempty"`
	ResourceType     string `xml:",omitempty"`
	Size             int    `xml:",omitempty"`
	MaxSizeAllowed   int    `xml:",omitempty"`
	RequestID        string `xml:"RequestId"`
	HostID           string `xml:"HostId"`

	status int
}

func (f *s3Failure) response() *http.Response {
	f.RequestID = base32.HexEncoding.EncodeToString(randomBytes(10))
	f.HostID = base64.StdEncoding.EncodeToString(randomBytes(56))
	body, err := xml.Marshal(f)
	if err != nil {
		// Strings and numbers always marshal.
		panic(err)
	}
	return textResponse(f.status, http.Header{
		"Content-Type":     {"application/xml"},
		"X-Amz-Request-Id": {f.RequestID},
		"X-Amz-Id-2":       {f.HostID},
	}, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"+s3Escapes.Replace(string(body)))
}

// s3Escapes turns Go's escapes of quotes, which mean the same, into S3's.
var s3Escapes = strings.NewReplacer("&#39;", "'", "&#34;", "&quot;")

func accessDenied() *s3Failure {
	return &s3Failure{status: http.StatusForbidden, Code: "AccessDenied", Message: "Access Denied"}
}

// methodFailure is S3's answer to a method that does not read an object, or nil.
// The distribution may not write. A preflight has no Origin here, since no header of
// the viewer is forwarded to a bucket.
func methodFailure(method string) *s3Failure {
	switch method {
	case http.MethodGet, http.MethodHead:
		return nil
	case http.MethodPut, http.MethodDelete:
		return accessDenied()
	case http.MethodOptions:
		return &s3Failure{status: http.StatusBadRequest, Code: "BadRequest", Message: "Insufficient information. Origin request header needed."}
	}
	return &s3Failure{status: http.StatusMethodNotAllowed, Code: "MethodNotAllowed",
		Message: "The specified method is not allowed against this resource.", Method: method, ResourceType: "OBJECT"}
}

func preconditionFailed(h http.Header) *s3Failure {
	condition := "If-Unmodified-Since"
	if h.Get("If-Match") != "" {
		condition = "If-Match"
	}
	return &s3Failure{status: http.StatusPreconditionFailed, Code: "PreconditionFailed",
		Message: "At least one of the pre-conditions you specified did not hold", Condition: condition}
}

func invalidRange(h http.Header, size int) *s3Failure {
	return &s3Failure{status: http.StatusRequestedRangeNotSatisfiable, Code: "InvalidRange",
		Message: "The requested range is not satisfiable", RangeRequested: h.Get("Range"), ActualObjectSize: &size}
}
