package aws

import (
	"encoding/binary"
	"encoding/xml"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json"
)

// Query returns the error in the query protocol's terms, such as 403 AccessDenied for 400
// AccessDeniedException. A service's own error is returned unchanged.
// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
func (e *Error) Query() *Error {
	if q, known := queryErrors[e.Code]; known {
		return &Error{q.Status, q.Code, e.Message}
	}
	return e
}

var queryErrors = map[string]Error{
	"AccessDeniedException":               {Status: 403, Code: "AccessDenied"},
	"ExpiredTokenException":               {Status: 403, Code: "ExpiredToken"},
	"IncompleteSignatureException":        {Status: 400, Code: "IncompleteSignature"},
	"InvalidSignatureException":           {Status: 403, Code: "SignatureDoesNotMatch"},
	"MissingAuthenticationTokenException": {Status: 403, Code: "MissingAuthenticationToken"},
	"UnrecognizedClientException":         {Status: 403, Code: "InvalidClientTokenId"},
}

// A shape is how a protocol writes an error.
type shape int

const (
	shapeJSON  shape = iota // JSON 1.0 and 1.1, and REST with JSON
	shapeQuery              // the query protocol's XML
	shapeREST               // REST with XML
	shapeCBOR               // RPC version 2 with CBOR
)

// restXML are the services that use REST with XML.
var restXML = map[string]bool{"s3": true, "cloudfront": true, "route53": true}

// shapeOf determines the protocol of a request. REST services are recognized only by name.
// For an unknown one, a request without a JSON type is assumed to be XML.
// https://smithy.io/2.0/aws/protocols/index.html
func shapeOf(r *http.Request, service string) shape {
	contentType := r.Header.Get("Content-Type")
	switch {
	case r.Header.Get("Smithy-Protocol") == "rpc-v2-cbor":
		return shapeCBOR
	case r.Header.Get("X-Amz-Target") != "" || strings.Contains(contentType, "json"):
		return shapeJSON
	case strings.HasPrefix(contentType, "application/x-www-form-urlencoded") || r.URL.Query().Get("Action") != "":
		return shapeQuery
	case service == "" || restXML[service]:
		return shapeREST
	}
	return shapeJSON
}

// refuse writes an error for a service that is not served, in the shape of the request's
// protocol.
func refuse(w http.ResponseWriter, r *http.Request, service string, e *Error) {
	switch shapeOf(r, service) {
	case shapeCBOR:
		w.Header().Set("Smithy-Protocol", "rpc-v2-cbor")
		write(w, e.Status, "application/cbor", cborMap("__type", e.Code, "message", e.Message))
	case shapeQuery:
		refuseQuery(w, "", e)
	case shapeREST:
		body, _ := xml.Marshal(restError{Code: e.Code, Message: e.Message, RequestID: w.Header().Get("X-Amz-Request-Id")})
		write(w, e.Status, "application/xml", append([]byte(xml.Header), body...))
	default:
		body, _ := json.Marshal(map[string]string{"__type": e.Code, "message": e.Message}, json.Deterministic(true))
		w.Header().Set("X-Amzn-Errortype", e.Code)
		write(w, e.Status, jsonType(r), body)
	}
}

type restError struct {
	XMLName       xml.Name `xml:"Error"`
	Code, Message string
	RequestID     string `xml:"RequestId"`
}

type queryError struct {
	XMLName   xml.Name `xml:"ErrorResponse"`
	Namespace string   `xml:"xmlns,attr,omitempty"`
	Type      string   `xml:"Error>Type"`
	Code      string   `xml:"Error>Code"`
	Message   string   `xml:"Error>Message"`
	RequestID string   `xml:"RequestId"`
}

// refuseQuery writes an error of the query protocol.
func refuseQuery(w http.ResponseWriter, namespace string, e *Error) {
	q := e.Query()
	body, _ := xml.Marshal(queryError{Namespace: namespace, Type: "Sender", Code: q.Code, Message: q.Message, RequestID: w.Header().Get("X-Amzn-Requestid")})
	write(w, q.Status, "text/xml", body)
}

// jsonType returns the request's own type if it is a version of AWS's JSON.
func jsonType(r *http.Request) string {
	if t := r.Header.Get("Content-Type"); t == "application/x-amz-json-1.0" || t == "application/x-amz-json-1.1" {
		return t
	}
	return "application/json"
}

func write(w http.ResponseWriter, status int, contentType string, body []byte) {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	_, _ = w.Write(body) // an error means that the client is gone
}

// cborMap encodes a map of texts: RFC 8949, major types 5 and 3, with lengths of 32 bits.
func cborMap(pairs ...string) []byte {
	out := []byte{0xa0 | byte(len(pairs)/2)}
	for _, text := range pairs {
		out = append(out, 0x7a)
		out = binary.BigEndian.AppendUint32(out, uint32(len(text)))
		out = append(out, text...)
	}
	return out
}
