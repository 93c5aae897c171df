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
	// Read says what a request asks for. It changes nothing. An error is an *Error,
	// and is written as Refuse would. The body is the whole body, decoded where it was
	// sent in signed chunks. What the signature covers is r.URL.Path and r.URL.Query:
	// read those, never RawPath, so that what is evaluated is what was signed.
	Read(r *http.Request, body []byte) (Operation, error)
	// Serve answers a request that Read has read and IAM allows. The body can be read
	// from r too, once. IdentityOf(r.Context()) is the caller.
	Serve(w http.ResponseWriter, r *http.Request, body []byte)
	// Refuse writes an error in the service's own shape.
	Refuse(w http.ResponseWriter, r *http.Request, e *Error)
}

// A Sharer is a Service that web pages may call, by its own rules: the others are
// for handlers alone.
type Sharer interface {
	Service
	// Preflight answers a browser's question whether a page may send a request. It is
	// an OPTIONS request, and not signed.
	Preflight(w http.ResponseWriter, r *http.Request)
	// AllowOrigin reports whether a page of the request's Origin may send it, and adds
	// the headers that let the page read the answer.
	AllowOrigin(w http.ResponseWriter, r *http.Request) bool
}

// A FormReader is a Service to which browsers' forms are uploaded, signed in one of
// their fields.
type FormReader interface {
	Service
	// FormSignature returns what signs a form, and reports whether the request is one.
	FormSignature(r *http.Request, body []byte) (form sigv4.Form, isForm bool)
}

// An Operation is what one request asks for.
type Operation struct {
	Action   string // such as "PutItem"
	Resource string // what it is for, as a person names it: a table, a queue, a bucket and key; may be empty
	// Requests are what IAM must allow, all of them, with their condition keys. The
	// endpoint adds those that every service has. An operation without any, such as
	// sts:GetCallerIdentity, is allowed to every verified caller.
	Requests []policy.Request
}

// An Error is a failure in the terms of an AWS API.
//
// Those that the endpoint gives to Refuse have S3's own status, code and words where the
// service is named "s3". For every other service they have those of the JSON protocols,
// such as 400 AccessDeniedException; [Error.Query] has the query protocol's.
type Error struct {
	Status  int    // of HTTP
	Code    string // such as "AccessDeniedException"
	Message string
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// A Call is the record of one request.
type Call struct {
	Function   string // the caller's physical name; empty where the signature is not of a known one
	Invocation string // the request ID of the invocation that it was made in; empty where that is not known
	Service    string // such as "dynamodb"
	Action     string // such as "PutItem"
	Resource   string // see Operation
	Start, End time.Time
	Status     int    // of the answer
	Refusal    string // why the request was refused; empty for one that its service answered
}

// A Caller is who signs with an access key: one process of a function, or the
// developer.
type Caller struct {
	Function        string // its physical name; empty for the developer
	Invocation      string // the request ID of the invocation that the process has now
	SecretAccessKey string
	SessionToken    string // empty for the developer, whose key is no temporary one

	Expiration time.Time // of the key; zero: never

	// Refusal is why no call of it is answered, and what to do; empty: they are.
	Refusal string
}
