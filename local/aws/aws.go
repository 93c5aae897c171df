package aws

import (
	"net/http"
	"time"

	"api-auth-jwt-auth0/local/aws/policy"
	"api-auth-jwt-auth0/local/aws/sigv4"
)

// A Service answers the requests to one AWS service.
type Service interface {
	// Name is the service's name in a signature's credential scope, such as
	// "dynamodb".
	Name() string
	// Read parses a request. It changes nothing. An error is an *Error, and is written as
	// Refuse would. body is the whole body, decoded if it was sent in signed chunks. The
	// signature covers r.URL.Path and r.URL.Query: read those, never RawPath, so that the
	// policies are evaluated for what was signed.
	Read(r *http.Request, body []byte) (Operation, error)
	// Serve answers a request that Read has read and IAM allows. The body can also be read
	// from r, once. IdentityOf(r.Context()) is the caller.
	Serve(w http.ResponseWriter, r *http.Request, body []byte)
	// Refuse writes an error in the service's own shape.
	Refuse(w http.ResponseWriter, r *http.Request, e *Error)
}

// A CORSService is a Service that web pages may call, under its own rules. Others are for handlers
// only.
type CORSService interface {
	Service
	// Preflight answers a browser's CORS preflight: an OPTIONS request, which is not signed.
	Preflight(w http.ResponseWriter, r *http.Request)
	// AllowOrigin reports whether a page of the request's Origin may send it, and adds the
	// headers that let the page read the response.
	AllowOrigin(w http.ResponseWriter, r *http.Request) bool
}

// A FormReader is a Service that accepts uploads of browser forms, signed in one of their
// fields.
type FormReader interface {
	Service
	// FormSignature returns the fields that sign a form, and reports whether the request is
	// one.
	FormSignature(r *http.Request, body []byte) (form sigv4.Form, isForm bool)
}

// An Operation is the operation of one request.
type Operation struct {
	Action   string // such as "PutItem"
	Resource string // in a form for people: a table, a queue, a bucket and key; may be empty
	// Requests are what IAM must allow, all of them, with their condition keys. The endpoint
	// adds the keys of every service. An operation without any requests, such as
	// sts:GetCallerIdentity, is allowed to every verified caller.
	Requests []policy.Request
}

// An Error is a failure in the terms of an AWS API.
//
// The errors that the endpoint passes to Refuse have S3's own status, code and words if the
// service is "s3". For every other service they have those of the JSON protocols, such as 400
// AccessDeniedException; [Error.Query] has the query protocol's.
type Error struct {
	Status  int    // of HTTP
	Code    string // such as "AccessDeniedException"
	Message string
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// A Call is the record of one request.
type Call struct {
	Function   string // the caller's physical name; empty if the key is unknown
	Invocation string // the request ID of the invocation that made it; empty if unknown
	Service    string // such as "dynamodb"
	Action     string // such as "PutItem"
	Resource   string // see Operation
	Start, End time.Time
	Status     int    // of the answer
	Refusal    string // why the request was refused; empty if its service answered
}

// A Caller is the owner of an access key: one process of a function, or the developer.
type Caller struct {
	Function        string // its physical name; empty for the developer
	Invocation      string // the request ID of the process's current invocation
	SecretAccessKey string
	SessionToken    string // empty for the developer, whose key is not temporary

	Expiration time.Time // of the key; zero: never

	// Refusal is why its calls are not answered, and what to do; empty: they are.
	Refusal string
}
