package sqs

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json"

	"api-auth-jwt-auth0/local/aws"
)

// A codec is one of SQS's protocols.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-json-faqs.html
type codec interface {
	action(r *http.Request, body []byte) (string, error)
	decode(r *http.Request, body []byte, in request) error
	unknownAction(action string) *aws.Error
	write(w http.ResponseWriter, action string, out any)
	refuse(w http.ResponseWriter, e *aws.Error)
}

var (
	jsonCodec  codec = jsonProtocol{}
	queryCodec codec = queryProtocol{}
)

const (
	targetHeader     = "X-Amz-Target"
	targetPrefix     = "AmazonSQS."
	queryErrorHeader = "X-Amzn-Query-Error"
	requestIDHeader  = "X-Amzn-Requestid"
	jsonType         = "application/x-amz-json-1.0"
)

func codecOf(r *http.Request) codec {
	if r.Header.Get(targetHeader) != "" || strings.HasPrefix(r.Header.Get("Content-Type"), jsonType) {
		return jsonCodec
	}
	return queryCodec
}

// jsonProtocol is AWS JSON 1.0, with the codes of the query protocol in a header.
// https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#aws-protocols-awsquerycompatible-trait
type jsonProtocol struct{}

func (jsonProtocol) action(r *http.Request, _ []byte) (string, error) {
	action, found := strings.CutPrefix(r.Header.Get(targetHeader), targetPrefix)
	if !found {
		return "", jsonProtocol{}.unknownAction(r.Header.Get(targetHeader))
	}
	return action, nil
}

func (jsonProtocol) unknownAction(string) *aws.Error {
	return errorf("UnknownOperationException", "")
}

func (jsonProtocol) decode(_ *http.Request, body []byte, in request) error {
	if len(body) == 0 {
		return nil
	}
	if err := json.Unmarshal(body, in); err != nil {
		return errorf("SerializationException", "%v", err)
	}
	return nil
}

func (jsonProtocol) write(w http.ResponseWriter, _ string, out any) {
	w.Header().Set("Content-Type", jsonType)
	w.Header().Set(requestIDHeader, newUUID())
	if out == nil {
		return
	}
	body, err := json.Marshal(out, json.Deterministic(true))
	if err != nil {
		panic(fmt.Errorf("sqs: encoding %T: %w", out, err)) // outputs hold valid UTF-8 only
	}
	w.Write(body)
}

func (jsonProtocol) refuse(w http.ResponseWriter, e *aws.Error) {
	w.Header().Set("Content-Type", jsonType)
	w.Header().Set(requestIDHeader, newUUID())
	w.Header().Set(queryErrorHeader, queryCode(e.Code)+";"+fault(e))
	namespace := "com.amazon.coral.service#"
	if _, modeled := errorShapes[e.Code]; modeled && !strings.HasSuffix(e.Code, "Exception") || e.Code == "ResourceNotFoundException" {
		namespace = "com.amazonaws.sqs#"
	}
	body, err := json.Marshal(struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}{namespace + e.Code, strings.ToValidUTF8(e.Message, "\uFFFD")})
	if err != nil {
		panic(fmt.Errorf("sqs: encoding an error: %w", err))
	}
	w.WriteHeader(e.Status)
	w.Write(body)
}

func fault(e *aws.Error) string {
	if e.Status >= http.StatusInternalServerError {
		return "Receiver"
	}
	return "Sender"
}

// newUUID returns a random UUID of version 4.
func newUUID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	text := hex.EncodeToString(b[:])
	return text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]
}
