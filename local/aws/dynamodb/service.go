package dynamodb

import (
	"crypto/rand"
	"errors"
	"hash/crc32"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"api-auth-jwt-auth0/local/aws"
	"api-auth-jwt-auth0/local/aws/policy"
)

// Wire names.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
const (
	headerTarget    = "X-Amz-Target"
	headerRequestID = "X-Amzn-Requestid"
	headerCRC32     = "X-Amz-Crc32"
	contentType     = "application/x-amz-json-1.0"
	targetPrefix    = "DynamoDB_20120810."
)

// A plan is a parsed request.
type plan struct {
	action   string
	resource string // in a form for people
	requests []policy.Request
	// run executes the request. The answer is marshaled to JSON.
	run func() (answer any, err error)
}

// operations parses the requests that are served.
var operations = map[string]func(*Engine, []byte) (*plan, error){
	"BatchGetItem":       (*Engine).planBatchGet,
	"BatchWriteItem":     (*Engine).planBatchWrite,
	"DeleteItem":         (*Engine).planDelete,
	"DescribeTable":      (*Engine).planDescribeTable,
	"DescribeTimeToLive": (*Engine).planDescribeTimeToLive,
	"GetItem":            (*Engine).planGet,
	"ListTables":         (*Engine).planListTables,
	"PutItem":            (*Engine).planPut,
	"Query":              (*Engine).planQuery,
	"Scan":               (*Engine).planScan,
	"TransactGetItems":   (*Engine).planTransactGet,
	"TransactWriteItems": (*Engine).planTransactWrite,
	"UpdateItem":         (*Engine).planUpdate,
}

// declarations are the operations on what the program declares.
var declarations = []string{"CreateTable", "DeleteTable", "UpdateTable", "UpdateTimeToLive", "TagResource", "UntagResource"}

// unserved are the service's operations that this package does not implement.
var unserved = []string{
	"BatchExecuteStatement", "CreateBackup", "CreateGlobalTable", "DeleteBackup", "DeleteResourcePolicy", "DescribeBackup",
	"DescribeContinuousBackups", "DescribeContributorInsights", "DescribeEndpoints", "DescribeExport", "DescribeGlobalTable",
	"DescribeGlobalTableSettings", "DescribeImport", "DescribeKinesisStreamingDestination", "DescribeLimits",
	"DescribeTableReplicaAutoScaling", "DisableKinesisStreamingDestination", "EnableKinesisStreamingDestination",
	"ExecuteStatement", "ExecuteTransaction", "ExportTableToPointInTime", "GetResourcePolicy", "ImportTable", "ListBackups",
	"ListContributorInsights", "ListExports", "ListGlobalTables", "ListImports", "ListTagsOfResource", "PutResourcePolicy",
	"RestoreTableFromBackup", "RestoreTableToPointInTime", "UpdateContinuousBackups", "UpdateContributorInsights",
	"UpdateGlobalTable", "UpdateGlobalTableSettings", "UpdateKinesisStreamingDestination", "UpdateTableReplicaAutoScaling",
}

// Name implements aws.Service.
func (e *Engine) Name() string { return "dynamodb" }

// Read implements aws.Service.
func (e *Engine) Read(r *http.Request, body []byte) (aws.Operation, error) {
	p, err := e.plan(r.Header.Get(headerTarget), body)
	if err != nil {
		return aws.Operation{}, &asFailure(err).wire
	}
	return aws.Operation{Action: p.action, Resource: p.resource, Requests: p.requests}, nil
}

// Serve implements aws.Service.
func (e *Engine) Serve(w http.ResponseWriter, r *http.Request, body []byte) {
	answer, err := e.execute(r.Header.Get(headerTarget), body)
	if err != nil {
		e.fail(w, err)
		return
	}
	send(w, http.StatusOK, answer)
}

// Refuse implements aws.Service.
func (e *Engine) Refuse(w http.ResponseWriter, _ *http.Request, refusal *aws.Error) {
	e.fail(w, &failure{wire: *refusal})
}

// execute reads and runs a request.
func (e *Engine) execute(target string, body []byte) ([]byte, error) {
	p, err := e.plan(target, body)
	if err != nil {
		return nil, err
	}
	answer, err := p.run()
	e.deliverChanges()
	if err != nil {
		return nil, err
	}
	return json.Marshal(answer)
}

func (e *Engine) plan(target string, body []byte) (*plan, error) {
	action, ok := strings.CutPrefix(target, targetPrefix)
	read, served := operations[action]
	switch {
	case ok && served:
		return read(e, body)
	case ok && slices.Contains(declarations, action):
		return e.planRefusal(action, body, "%s is not served here: the program declares its tables. Change the table in the program, and deploy it")
	case ok && slices.Contains(unserved, action):
		return e.planRefusal(action, body, "%s is not served by the local cloud. Send DynamoDB's calls to another endpoint to use it")
	default:
		return nil, newFailure("UnknownOperationException", "")
	}
}

// planRefusal plans a request that only fails, once IAM allows it.
func (e *Engine) planRefusal(action string, body []byte, format string) (*plan, error) {
	var in struct{ TableName string }
	if err := decode(body, &in); err != nil {
		return nil, err
	}
	arn := "*"
	if in.TableName != "" {
		arn = e.arn(in.TableName)
	}
	return &plan{
		action: action, resource: in.TableName,
		requests: []policy.Request{{Action: "dynamodb:" + action, Resource: arn, Context: noContext()}},
		run:      func() (any, error) { return nil, invalid(format, action) },
	}, nil
}

// decode reads a request's body. Unknown members are ignored, as the service does.
func decode(body []byte, in any) error {
	err := json.Unmarshal(body, in)
	if err == nil {
		return nil
	}
	if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return newFailure("SerializationException", "%v", syntax)
	}
	return newFailure("SerializationException", "%v", err)
}

func (e *Engine) fail(w http.ResponseWriter, cause error) {
	f := asFailure(cause)
	if f.wire.Status >= http.StatusInternalServerError {
		e.options.Logger.Error("a request to DynamoDB failed", "error", cause)
	}
	body, err := f.body()
	if err != nil {
		body = []byte(`{}`)
	}
	send(w, f.wire.Status, body)
}

// send writes a response. A failed write means that the client is gone.
func send(w http.ResponseWriter, status int, body []byte) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set(headerRequestID, rand.Text()+rand.Text()) // 52 characters, as the service's
	h.Set(headerCRC32, strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10))
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
