package console

import (
	"context"
	"encoding/json"
	"net/http"
)

// Data reads and changes the contents of the AWS services on this machine. Resources
// are named as in the program. The page shows the errors of these functions.
type Data struct {
	// HasAny reports whether the stack has something to show. It is called often.
	HasAny   func() bool
	Describe func() DataState
	// Shell returns the lines that let the AWS command line use this machine. They contain
	// the developer's key.
	Shell func() []string

	Items      func(ItemQuery) (ItemPage, error)
	PutItem    func(table, item string) error // in DynamoDB's JSON, as every item and key
	DeleteItem func(table, key string) error

	Messages func(queue string) ([]Message, error) // the first ones, in the order of arrival
	Send     func(queue string, m NewMessage) error
	Redrive  func(queue string) (moved int, err error)
	Purge    func(queue string) error

	Objects      func(bucket, prefix, after string) (ObjectPage, error)
	Object       func(bucket, key string) (StoredObject, []byte, error)
	DeleteObject func(bucket, key string) error

	RunSchedule func(ctx context.Context, name string) error
	SetSecret   func(name, value string) error
}

// DataState is the state of all resources. Times are in milliseconds since 1970, 0
// for none.
type DataState struct {
	Tables    []Table         `json:"tables"`
	Queues    []Queue         `json:"queues"`
	Buckets   []Bucket        `json:"buckets"`
	Schedules []Schedule      `json:"schedules"`
	Secrets   []SecretSetting `json:"secrets"`
	Inert     []Inert         `json:"inert"`
}

// Table is a table of DynamoDB.
type Table struct {
	Name      string     `json:"name"`
	Physical  string     `json:"physical"` // its name in the cloud
	Items     int        `json:"items"`
	Bytes     int        `json:"bytes"`
	Key       Key        `json:"key"`
	Indexes   []Index    `json:"indexes"`
	TTL       string     `json:"ttl"` // the attribute; empty for none
	Consumers []Consumer `json:"consumers"`
	Uses      []Use      `json:"uses"`
	Latest    []Usage    `json:"latest"`
}

// Key is the key of a table or an index.
type Key struct {
	Hash      string `json:"hash"`
	HashType  string `json:"hashType"` // "S", "N" or "B"
	Range     string `json:"range"`    // empty for none
	RangeType string `json:"rangeType"`
}

// Index is a secondary index.
type Index struct {
	Name string `json:"name"`
	Key  Key    `json:"key"`
}

// Queue is a queue of SQS.
type Queue struct {
	Name        string     `json:"name"`
	Physical    string     `json:"physical"`
	FIFO        bool       `json:"fifo"`
	Visible     int        `json:"visible"`
	InFlight    int        `json:"inFlight"`
	Delayed     int        `json:"delayed"`
	DeadLetters string     `json:"deadLetters"` // the queue that they go to; empty for none
	Sources     []string   `json:"sources"`     // the queues whose dead letters it has
	Consumers   []Consumer `json:"consumers"`
	Uses        []Use      `json:"uses"`
	Latest      []Usage    `json:"latest"`
}

// Bucket is a bucket of S3.
type Bucket struct {
	Name     string  `json:"name"`
	Physical string  `json:"physical"`
	Objects  int     `json:"objects"`
	Bytes    int64   `json:"bytes"`
	Uses     []Use   `json:"uses"`
	Latest   []Usage `json:"latest"`
}

// Schedule invokes a handler. Its runs are in the list of requests.
type Schedule struct {
	Name       string `json:"name"`
	Physical   string `json:"physical"`
	Handler    string `json:"handler"`
	Expression string `json:"expression"`
	TimeZone   string `json:"timeZone"`
	Enabled    bool   `json:"enabled"`
	Next       int64  `json:"next"`
	Last       int64  `json:"last"`
	Problem    string `json:"problem"` // why the last run could not begin
}

// SecretSetting is a secret, without its value.
type SecretSetting struct {
	Name     string  `json:"name"`
	Physical string  `json:"physical"`
	HasValue bool    `json:"hasValue"`
	Missing  string  `json:"missing"` // what to do if it has none
	Variable string  `json:"variable"`
	Fixed    bool    `json:"fixed"` // the variable has the value, which wins over the file
	Uses     []Use   `json:"uses"`
	Latest   []Usage `json:"latest"`
}

// Inert is a resource that is deployed, and does nothing on this machine.
type Inert struct {
	Name    string `json:"name"`
	Type    string `json:"type"`
	Service string `json:"service"` // of AWS; empty for another provider's
}

// Use is what a handler may do with a resource.
type Use struct {
	Handler string   `json:"handler"`
	Actions []string `json:"actions"`
}

// Consumer is a handler that a queue or a table's stream invokes, and its last batch.
type Consumer struct {
	Handler string `json:"handler"`
	At      int64  `json:"at"`
	Records int    `json:"records"`
	Failed  int    `json:"failed"`
	Problem string `json:"problem"`
}

func (d Data) complete() bool {
	return d.HasAny != nil && d.Describe != nil && d.Shell != nil && d.Items != nil && d.PutItem != nil && d.DeleteItem != nil &&
		d.Messages != nil && d.Send != nil && d.Redrive != nil && d.Purge != nil &&
		d.Objects != nil && d.Object != nil && d.DeleteObject != nil && d.RunSchedule != nil && d.SetSecret != nil
}

// serveData describes the resources, without their contents.
func (c *Console) serveData(w http.ResponseWriter, _ *http.Request) {
	s := c.data.Describe()
	for i := range s.Tables {
		s.Tables[i].Latest = c.recorder.usage("dynamodb", s.Tables[i].Name)
		maskConsumers(s.Tables[i].Consumers)
	}
	for i := range s.Queues {
		s.Queues[i].Latest = c.recorder.usage("sqs", s.Queues[i].Name)
		maskConsumers(s.Queues[i].Consumers)
	}
	for i := range s.Buckets {
		s.Buckets[i].Latest = c.recorder.usage("s3", s.Buckets[i].Name)
	}
	for i := range s.Schedules {
		s.Schedules[i].Problem = lines(s.Schedules[i].Problem)
	}
	for i := range s.Secrets {
		s.Secrets[i].Latest = c.recorder.usage("ssm", s.Secrets[i].Name)
	}
	reply(w, http.StatusOK, s)
}

// maskConsumers masks the errors of handlers.
func maskConsumers(consumers []Consumer) {
	for i := range consumers {
		consumers[i].Problem = lines(consumers[i].Problem)
	}
}

// serveShell is not part of serveData, since it has a key.
func (c *Console) serveShell(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, shellLines{c.data.Shell()})
}

type shellLines struct {
	Lines []string `json:"lines"`
}

// maxChange is the longest change, in bytes: that of an SQS message of 1 MiB, which
// escapes may make longer.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
const maxChange = 4 << 20

// maxQuestion is the longest question about content, in bytes: a key of S3 has at most
// 1,024, one of DynamoDB 3,072, and escapes and seals make them longer.
const maxQuestion = 64 << 10

// readQuery decodes a question about content.
func readQuery(w http.ResponseWriter, r *http.Request, question any) bool {
	return readData(w, r, maxQuestion, question)
}

func readData(w http.ResponseWriter, r *http.Request, limit int64, value any) bool {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, limit))
	d.DisallowUnknownFields()
	if err := d.Decode(value); err != nil {
		problem(w, http.StatusBadRequest, "cannot read the request: "+err.Error())
		return false
	}
	return true
}

// answer sends the result of a service, or why it refuses.
func answer(w http.ResponseWriter, value any, err error) {
	if err != nil {
		problem(w, http.StatusConflict, lines(err.Error()))
		return
	}
	reply(w, http.StatusOK, value)
}
