package aws

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"api-auth-jwt-auth0/local/aws/sigv4"
)

// maxBody is the largest body that is read, in bytes: more than any request to
// DynamoDB (16 MB), SQS (1 MiB) or SSM, and enough for the objects of a test.
const maxBody = 64 << 20

// An exchange is one request and its answer.
type exchange struct {
	*region
	w      *statusWriter
	r      *http.Request
	body   []byte
	isForm bool // the signature is a form's
	caller Caller
	call   Call
}

func (x *exchange) serve() {
	if x.r.Method == http.MethodOptions && x.r.Header.Get("Origin") != "" {
		x.preflight()
		return
	}
	signature, err := x.parse()
	if err == nil {
		err = x.checkOrigin()
	}
	if err == nil {
		err = x.verify(signature)
	}
	if err == nil {
		err = x.answer()
	}
	if err != nil {
		x.refuse(asError(err))
	}
}

var noPage = &Error{http.StatusForbidden, "AccessDenied", "A browser may not call this endpoint: call it from a handler."}

// preflight lets a service with rules for web pages answer. A preflight has no signature;
// S3's is recognized by its path.
func (x *exchange) preflight() {
	x.call.Service, x.call.Action = "s3", "Preflight"
	if sharer, ok := x.services["s3"].(CORSService); ok {
		sharer.Preflight(x.w, x.r)
		return
	}
	x.refuse(noPage)
}

// checkOrigin refuses requests of web pages, unless the service allows them.
func (x *exchange) checkOrigin() error {
	if x.r.Header.Get("Origin") == "" {
		return nil
	}
	if sharer, ok := x.services[x.call.Service].(CORSService); ok && sharer.AllowOrigin(x.w, x.r) {
		return nil
	}
	return noPage
}

// parse reads the signature, and the service that it is for.
func (x *exchange) parse() (*sigv4.Signature, error) {
	x.call.Service = unsignedService(x.r)
	signature, err := sigv4.Parse(x.r, x.call.Service)
	if signature == nil {
		var form sigv4.Form
		if form, x.isForm = x.form(); x.isForm {
			signature, err = sigv4.ParseForm(form)
		}
	}
	if signature != nil && signature.Service != "" {
		x.call.Service = signature.Service
	}
	x.w.Header().Set(requestIDHeader(x.call.Service), newRequestID())
	return signature, err
}

// form returns the signature of a browser's form, which is in the body.
func (x *exchange) form() (form sigv4.Form, isForm bool) {
	reader, ok := x.services[x.call.Service].(FormReader)
	if !ok || !strings.HasPrefix(x.r.Header.Get("Content-Type"), "multipart/form-data") || x.readBody() != nil {
		return sigv4.Form{}, false
	}
	return reader.FormSignature(x.r, x.body)
}

// readBody reads the body, unless it has been read.
func (x *exchange) readBody() error {
	if x.body != nil {
		return nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(x.w, x.r.Body, maxBody))
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		return bodyTooLarge(x.call.Service)
	}
	if err != nil {
		return &Error{http.StatusBadRequest, "IncompleteBody", "The request body terminated unexpectedly"}
	}
	x.body = body
	return nil
}

// verify reads the body and identifies the sender. The region of a service that is not served
// does not matter.
func (x *exchange) verify(signature *sigv4.Signature) (err error) {
	if err := x.readBody(); err != nil {
		return err
	}
	caller, known := x.options.Caller(signature.AccessKeyID)
	verifier := sigv4.Verifier{Region: x.config.Region, Now: x.options.Now, Key: func(string) (sigv4.Key, bool) {
		return sigv4.Key{Secret: caller.SecretAccessKey, SessionToken: caller.SessionToken, Expiration: caller.Expiration}, known
	}}
	if !x.isServed() {
		verifier.Region = signature.Region
	}
	if x.body, err = verifier.Verify(x.r, signature, x.body); err != nil {
		return err
	}
	x.caller, x.call.Function, x.call.Invocation = caller, caller.Function, caller.Invocation
	x.r = x.r.WithContext(context.WithValue(x.r.Context(), identityKey{}, x.identity()))
	x.r.Body, x.r.ContentLength = io.NopCloser(bytes.NewReader(x.body)), int64(len(x.body))
	return nil
}

func bodyTooLarge(service string) *Error {
	if service == "s3" {
		return &Error{http.StatusBadRequest, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size, which is 64 MiB on this machine."}
	}
	return &Error{http.StatusRequestEntityTooLarge, "RequestEntityTooLargeException", "Request body size limit exceeded: it is 64 MiB on this machine."}
}

func (x *exchange) isServed() bool {
	return x.services[x.call.Service] != nil || x.config.Forwards[x.call.Service] != nil
}

// isDeployed reports whether the caller is a function whose calls go to AWS.
func (x *exchange) isDeployed() bool { return x.config.Deployed != nil && x.caller.Function != "" }

// describe adds a request's operation, as far as it can be read, to the record. AWS
// authorizes it.
func (x *exchange) describe(service Service) {
	if service != nil {
		operation, _ := service.Read(x.r, x.body)
		x.call.Action, x.call.Resource = operation.Action, operation.Resource
	}
	if x.call.Action == "" {
		_, x.call.Action, _ = strings.Cut(x.r.Header.Get("X-Amz-Target"), ".")
	}
}

// refusedCaller returns the error for a caller that may call nothing.
func (x *exchange) refusedCaller() *Error {
	if x.call.Service == "s3" {
		return &Error{http.StatusForbidden, "AccessDenied", x.caller.Refusal}
	}
	return &Error{http.StatusBadRequest, "AccessDeniedException", x.caller.Refusal}
}

// answer passes the request to the service, or to the endpoint that its calls are forwarded
// to.
func (x *exchange) answer() error {
	service, target := x.services[x.call.Service], x.config.Forwards[x.call.Service]
	switch {
	case x.caller.Refusal != "":
		x.describe(service)
		return x.refusedCaller()
	case x.isDeployed():
		x.describe(service)
		if x.isForm {
			return &Error{http.StatusBadRequest, "InvalidRequest", "A form is signed with the credentials of this machine, which the deployed bucket does not know, and cannot be signed again: upload it where the handler is deployed."}
		}
		return x.forwardDeployed()
	}
	if service == nil && target == nil {
		return x.notServed()
	}
	if service != nil {
		operation, err := service.Read(x.r, x.body)
		x.call.Action, x.call.Resource = operation.Action, operation.Resource
		if err == nil {
			err = x.authorize(operation)
		}
		if err != nil {
			return err
		}
	}
	if target != nil {
		x.forward(x.standIn(target))
	} else {
		service.Serve(x.w, x.r, x.body)
	}
	return nil
}

// notServed returns an error that names what is missing.
func (x *exchange) notServed() *Error {
	name := x.call.Service
	what := "The stack has no resource of it that is served."
	if resource := x.config.Unserved[name]; resource != "" {
		what = fmt.Sprintf("%s is deployed, and inert here.", resource)
	}
	return &Error{http.StatusNotImplemented, "NotServedLocally", fmt.Sprintf("%s is not served on this machine. %s "+
		"To send its calls to another endpoint, start with -aws %s=http://localhost:PORT.", name, what, name)}
}

// refuse writes an error in the service's own shape.
func (x *exchange) refuse(e *Error) {
	x.call.Refusal = cmp.Or(x.call.Refusal, e.Error())
	if service := x.services[x.call.Service]; service != nil {
		service.Refuse(x.w, x.r, e)
		return
	}
	refuse(x.w, x.r, x.call.Service, e)
}

// report emits the record of the exchange. A service that panics has answered 500.
func (x *exchange) report() {
	x.call.End, x.call.Status = x.options.Now(), cmp.Or(x.w.status, http.StatusInternalServerError)
	if x.options.OnCall != nil {
		x.options.OnCall(x.call)
	}
}

// asError returns an error in the terms of an AWS API. Other errors of a service are not
// shown to the client.
func asError(err error) *Error {
	if e := new(Error); errors.As(err, &e) {
		return e
	}
	if e := new(sigv4.Error); errors.As(err, &e) {
		return (*Error)(e)
	}
	return &Error{http.StatusInternalServerError, "InternalFailure", "The request processing has failed because of an unknown error, exception or failure."}
}

// unsignedService guesses the service of a request that may have no signature.
func unsignedService(r *http.Request) string {
	target := r.Header.Get("X-Amz-Target")
	for prefix, service := range targets {
		if strings.HasPrefix(target, prefix) {
			return service
		}
	}
	if target == "" && shapeOf(r, "") == shapeREST {
		return "s3"
	}
	return ""
}

// targets maps the prefixes of X-Amz-Target to services.
var targets = map[string]string{
	"DynamoDB_":        "dynamodb",
	"DynamoDBStreams_": "dynamodb",
	"AmazonSQS.":       "sqs",
	"AmazonSSM.":       "ssm",
	"secretsmanager.":  "secretsmanager",
}

// requestIDHeader returns the response header that has the request ID.
func requestIDHeader(service string) string {
	if service == "s3" {
		return "X-Amz-Request-Id"
	}
	return "X-Amzn-Requestid"
}

// newRequestID returns a random UUID, version 4.
func newRequestID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// statusWriter records the status of a response.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(data []byte) (int, error) {
	w.status = cmp.Or(w.status, http.StatusOK)
	return w.ResponseWriter.Write(data)
}

// Unwrap supports http.ResponseController.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
