package sqs

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"api-auth-jwt-auth0/local/aws"
	"api-auth-jwt-auth0/local/aws/policy"
)

// Options configure a Service.
type Options struct {
	// Dir keeps the messages between runs, in a separate file that only this user may read.
	// It is created if it does not exist. Empty means that messages are in memory.
	Dir string

	Now    func() time.Time // nil: time.Now
	Logger *slog.Logger     // nil discards
}

// Service serves the queues of one account in one region. It is safe for concurrent
// use, and is an [aws.Service].
type Service struct {
	options Options // with defaults

	mu       sync.Mutex
	config   Config
	queues   map[string]*queue    // by name
	kept     map[string]*contents // of a file, by queue; nil after the first commit
	sequence uint64               // of the message that was sent last
	tasks    []*moveTask          // in the order of their start
	store    *store               // nil: in memory
	closed   bool
}

var _ aws.Service = (*Service)(nil)

// New returns a service without queues. An error means that the messages in Dir cannot be
// read.
func New(o Options) (*Service, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Service{options: o, queues: map[string]*queue{}}
	if o.Dir == "" {
		return s, nil
	}
	var err error
	if s.store, s.kept, err = openStore(o.Dir); err != nil {
		return nil, err
	}
	for _, c := range s.kept {
		s.sequence = max(s.sequence, c.sequence)
	}
	return s, nil
}

// Prepare validates cfg. The error joins all problems. Nothing changes before commit, which
// may be called once and does not fail. A queue whose name stays keeps its messages, even
// those in flight; a removed queue loses them. Waiting receives continue under the new
// configuration.
func (s *Service) Prepare(_ context.Context, cfg Config) (commit func(), err error) {
	cfg, err = cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	return func() { s.commit(cfg) }, nil
}

func (s *Service) commit(cfg Config) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, next := s.options.Now(), map[string]*queue{}
	for _, declared := range cfg.Queues {
		q := newQueue(cfg, declared, now)
		if before := s.queues[q.Name]; before != nil {
			q.contents, q.created = before.contents, before.created
		} else if c := s.kept[q.Name]; c != nil {
			q.contents = c
		}
		next[q.Name] = q
	}
	for _, before := range s.queues {
		before.wake()
	}
	s.config, s.queues, s.kept = cfg, next, nil
	s.compact()
}

// Close ends the tasks that move messages and closes the file. Later requests fail.
func (s *Service) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	for _, task := range s.tasks {
		task.stop()
	}
	for _, q := range s.queues {
		q.wake()
	}
	s.queues = map[string]*queue{}
	if s.store == nil {
		return nil
	}
	return s.store.close()
}

// Name implements aws.Service.
func (s *Service) Name() string { return "sqs" }

// Read implements aws.Service. A batch needs the action of its single operation.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
func (s *Service) Read(r *http.Request, body []byte) (aws.Operation, error) {
	action, in, err := readRequest(r, body)
	if err != nil {
		return aws.Operation{}, err
	}
	operation := aws.Operation{Action: action}
	for _, p := range in.permissions(s) {
		operation.Requests = append(operation.Requests, policy.Request{Action: "sqs:" + p.action, Resource: p.arn, Context: policy.Context{}})
	}
	if first := operation.Requests[0].Resource; first != "*" {
		operation.Resource = nameOf(first)
	}
	return operation, nil
}

// Serve implements aws.Service.
func (s *Service) Serve(w http.ResponseWriter, r *http.Request, body []byte) {
	action, in, err := readRequest(r, body)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	out, err := in.run(r.Context(), s)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	codecOf(r).write(w, action, out)
}

func (s *Service) refuse(w http.ResponseWriter, r *http.Request, err error) {
	refusal, known := err.(*aws.Error)
	if !known {
		s.options.Logger.Error("serving a request to SQS", "error", err)
		refusal = &aws.Error{Status: http.StatusInternalServerError, Code: "InternalFailure", Message: "We encountered an internal error. Please try again."}
	}
	s.Refuse(w, r, refusal)
}

// Refuse implements aws.Service.
func (s *Service) Refuse(w http.ResponseWriter, r *http.Request, e *aws.Error) {
	codecOf(r).refuse(w, e)
}

// A request is the input of an operation.
type request interface {
	// permissions are what IAM must allow, at least one.
	permissions(s *Service) []permission
	// run returns the operation's output, or nil without one. An error is an *aws.Error, or a
	// local failure.
	run(ctx context.Context, s *Service) (any, error)
}

type permission struct{ action, arn string }

// requests are the operations that are served.
var requests = map[string]func() request{
	"SendMessage":                  func() request { return &sendMessage{} },
	"SendMessageBatch":             func() request { return &sendMessageBatch{} },
	"ReceiveMessage":               func() request { return &receiveMessage{} },
	"DeleteMessage":                func() request { return &deleteMessage{} },
	"DeleteMessageBatch":           func() request { return &deleteMessageBatch{} },
	"ChangeMessageVisibility":      func() request { return &changeVisibility{} },
	"ChangeMessageVisibilityBatch": func() request { return &changeVisibilityBatch{} },
	"GetQueueUrl":                  func() request { return &getQueueURL{} },
	"GetQueueAttributes":           func() request { return &getQueueAttributes{} },
	"ListQueues":                   func() request { return &listQueues{} },
	"ListDeadLetterSourceQueues":   func() request { return &listSources{} },
	"PurgeQueue":                   func() request { return &purgeQueue{} },
	"StartMessageMoveTask":         func() request { return &startMoveTask{} },
	"ListMessageMoveTasks":         func() request { return &listMoveTasks{} },
	"CancelMessageMoveTask":        func() request { return &cancelMoveTask{} },
}

// declared are the operations on what the program declares.
var declared = []string{"CreateQueue", "DeleteQueue", "SetQueueAttributes", "AddPermission", "RemovePermission", "TagQueue", "UntagQueue", "ListQueueTags"}

// readRequest decodes a request to a served operation.
func readRequest(r *http.Request, body []byte) (action string, in request, err error) {
	c := codecOf(r)
	if action, err = c.action(r, body); err != nil {
		return "", nil, err
	}
	if slices.Contains(declared, action) {
		return "", nil, errorf("UnsupportedOperation", "%s is not served on this machine: declare the queue in the program, and it is created, changed and deleted with the stack.", action)
	}
	newRequest, known := requests[action]
	if !known {
		return "", nil, c.unknownAction(action)
	}
	in = newRequest()
	if err := c.decode(r, body, in); err != nil {
		return "", nil, err
	}
	if q, ok := in.(interface{ addressed() *queueRequest }); ok {
		if q.addressed().QueueURL == "" && c == queryCodec && strings.Count(r.URL.Path, "/") == 2 {
			q.addressed().QueueURL = r.URL.Path // as clients of the query protocol may
		}
		if q.addressed().QueueURL == "" {
			return "", nil, missing("QueueUrl")
		}
	}
	return action, in, nil
}
