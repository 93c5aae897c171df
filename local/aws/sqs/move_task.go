package sqs

import (
	"context"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"api-auth-jwt-auth0/local/aws"
)

// A moveTask moves the messages of a dead-letter queue. The service's mutex guards it.
type moveTask struct {
	handle         string
	source         string // ARN of the dead-letter queue
	destination    string // ARN; empty: each message returns to its source
	perSecond      int    // zero: all at once
	status         string
	failure        string
	moved, planned int
	started        time.Time
	timer          *time.Timer
}

const (
	taskRunning   = "RUNNING"
	taskCompleted = "COMPLETED"
	taskCancelled = "CANCELLED"
	taskFailed    = "FAILED"

	maximumPerSecond = 500 // of messages that a task moves
	maximumTasks     = 10  // that are listed
)

func (t *moveTask) stop() {
	if t.status == taskRunning {
		t.timer.Stop()
		t.status = taskCancelled
	}
}

type startMoveTask struct {
	SourceARN                    string `json:"SourceArn" query:"SourceArn"`
	DestinationARN               string `json:"DestinationArn" query:"DestinationArn"`
	MaxNumberOfMessagesPerSecond *int   `json:"MaxNumberOfMessagesPerSecond"`
}

// permissions returns the caller's permissions for both queues.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
func (in *startMoveTask) permissions(s *Service) []permission {
	needed := []permission{
		{"StartMessageMoveTask", in.SourceARN}, {"ReceiveMessage", in.SourceARN},
		{"DeleteMessage", in.SourceARN}, {"GetQueueAttributes", in.SourceARN},
	}
	if in.DestinationARN != "" {
		return append(needed, permission{"SendMessage", in.DestinationARN})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if q := s.byARN(in.SourceARN); q != nil {
		for _, source := range s.sources(q) {
			needed = append(needed, permission{"SendMessage", source.arn})
		}
	}
	return needed
}

func (s *Service) byARN(arn string) *queue {
	if q := s.queues[nameOf(arn)]; q != nil && q.arn == arn {
		return q
	}
	return nil
}

func (in *startMoveTask) run(_ context.Context, s *Service) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rate, err := integer("MaxNumberOfMessagesPerSecond", in.MaxNumberOfMessagesPerSecond, 0, 1, maximumPerSecond)
	if err != nil {
		return nil, err
	}
	if err := s.checkMove(in.SourceARN, in.DestinationARN); err != nil {
		return nil, err
	}
	task, startErr := s.startMove(in.SourceARN, in.DestinationARN, rate)
	if startErr != nil {
		return nil, startErr
	}
	return &struct {
		TaskHandle string `json:"TaskHandle"`
	}{task.handle}, nil
}

func (s *Service) checkMove(source, destination string) *aws.Error {
	from := s.byARN(source)
	switch {
	case source == "":
		return missing("SourceArn")
	case from == nil:
		return errorf("ResourceNotFoundException", "The resource that you specified for the SourceArn parameter doesn't exist.")
	case len(s.sources(from)) == 0:
		return invalid("Source queue must be configured as a Dead Letter Queue.")
	case destination != "" && s.byARN(destination) == nil:
		return errorf("ResourceNotFoundException", "The resource that you specified for the DestinationArn parameter doesn't exist.")
	case destination != "" && s.byARN(destination).FIFO != from.FIFO:
		return invalid("The source and the destination must be of the same kind, FIFO or standard.")
	case slices.ContainsFunc(s.tasks, func(t *moveTask) bool { return t.source == source && t.status == taskRunning }):
		return invalid("There is already a task running. Only one active task is allowed for a source queue arn at a given time.")
	}
	return nil
}

// startMove starts a checked task. A task without a rate ends immediately.
func (s *Service) startMove(source, destination string, perSecond int) (*moveTask, error) {
	task := &moveTask{
		handle: base64.StdEncoding.EncodeToString([]byte(newUUID() + " " + source)),
		source: source, destination: destination, perSecond: perSecond, status: taskRunning,
		planned: s.byARN(source).count(s.options.Now()).Visible, started: s.options.Now(),
	}
	s.tasks = append(s.tasks, task)
	return task, s.step(task)
}

// step moves the messages that a task may move in this second, and schedules the next step.
func (s *Service) step(task *moveTask) error {
	records := []record{}
	now := s.options.Now()
	for n := 0; task.status == taskRunning && (task.perSecond == 0 || n < task.perSecond); n++ {
		records = append(records, s.moveOne(task, now)...)
	}
	if task.status == taskRunning {
		task.timer = time.AfterFunc(time.Second, func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			if err := s.step(task); err != nil {
				s.options.Logger.Error("moving messages from a dead-letter queue", "error", err)
			}
		})
	}
	return s.append(records...)
}

// moveOne moves the next visible message, or ends the task.
func (s *Service) moveOne(task *moveTask, now time.Time) []record {
	from := s.byARN(task.source)
	if from == nil {
		task.status, task.failure = taskFailed, queryCode("QueueDoesNotExist")
		return nil
	}
	m := from.firstVisible(now)
	if m == nil || task.moved == task.planned {
		task.status = taskCompleted
		return nil
	}
	to := s.byARN(task.destination)
	if task.destination == "" {
		to = s.byARN(m.DeadLetterOf)
	}
	if to == nil {
		task.status, task.failure = taskFailed, queryCode("QueueDoesNotExist")
		return nil
	}
	task.moved++
	m.Received, m.FirstReceived = 0, time.Time{}
	return s.move(from, to, m, now)
}

func (q *queue) firstVisible(now time.Time) *Message {
	for e := q.messages.Front(); e != nil; e = e.Next() {
		if m := e.Value.(*Message); m.visible(now) && !q.expired(m, now) {
			return m
		}
	}
	return nil
}

type listMoveTasks struct {
	SourceARN  string `json:"SourceArn" query:"SourceArn"`
	MaxResults *int   `json:"MaxResults"`
}

func (in *listMoveTasks) permissions(*Service) []permission {
	return []permission{{"ListMessageMoveTasks", in.SourceARN}}
}

type listedTask struct {
	TaskHandle                        string `json:"TaskHandle,omitempty" xml:",omitempty"`
	Status                            string `json:"Status"`
	SourceARN                         string `json:"SourceArn" xml:"SourceArn"`
	DestinationARN                    string `json:"DestinationArn,omitempty" xml:"DestinationArn,omitempty"`
	MaxNumberOfMessagesPerSecond      int    `json:"MaxNumberOfMessagesPerSecond,omitzero" xml:",omitempty"`
	ApproximateNumberOfMessagesMoved  int    `json:"ApproximateNumberOfMessagesMoved"`
	ApproximateNumberOfMessagesToMove int    `json:"ApproximateNumberOfMessagesToMove"`
	FailureReason                     string `json:"FailureReason,omitempty" xml:",omitempty"`
	StartedTimestamp                  int64  `json:"StartedTimestamp"` // milliseconds
}

func (in *listMoveTasks) run(_ context.Context, s *Service) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	limit, err := integer("MaxResults", in.MaxResults, 1, 1, maximumTasks)
	if err != nil {
		return nil, err
	}
	if s.byARN(in.SourceARN) == nil {
		return nil, errorf("ResourceNotFoundException", "The resource that you specified for the SourceArn parameter doesn't exist.")
	}
	var out struct {
		Results []listedTask `json:"Results,omitempty" xml:"ListMessageMoveTasksResultEntry"`
	}
	for _, task := range slices.Backward(s.tasks) {
		if task.source == in.SourceARN && len(out.Results) < limit {
			out.Results = append(out.Results, task.listed())
		}
	}
	return &out, nil
}

func (t *moveTask) listed() listedTask {
	l := listedTask{
		Status: t.status, SourceARN: t.source, DestinationARN: t.destination,
		MaxNumberOfMessagesPerSecond:     t.perSecond,
		ApproximateNumberOfMessagesMoved: t.moved, ApproximateNumberOfMessagesToMove: t.planned,
		FailureReason: t.failure, StartedTimestamp: t.started.UnixMilli(),
	}
	if t.status == taskRunning {
		l.TaskHandle = t.handle
	}
	return l
}

type cancelMoveTask struct {
	TaskHandle string `json:"TaskHandle"`
}

// source returns the ARN in the handle, empty if the handle is malformed.
func (in *cancelMoveTask) source() string {
	text, err := base64.StdEncoding.DecodeString(in.TaskHandle)
	_, arn, found := strings.Cut(string(text), " ")
	if err != nil || !found {
		return ""
	}
	return arn
}

func (in *cancelMoveTask) permissions(*Service) []permission {
	arn := in.source()
	if arn == "" {
		arn = "*"
	}
	return []permission{{"CancelMessageMoveTask", arn}}
}

func (in *cancelMoveTask) run(_ context.Context, s *Service) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if in.source() == "" {
		return nil, invalid("Value for parameter TaskHandle is invalid.")
	}
	if s.byARN(in.source()) == nil {
		return nil, errorf("ResourceNotFoundException", "The resource that you specified for the SourceArn parameter doesn't exist.")
	}
	i := slices.IndexFunc(s.tasks, func(t *moveTask) bool { return t.handle == in.TaskHandle })
	if i < 0 {
		return nil, errorf("ResourceNotFoundException", "Task does not exist.")
	}
	if s.tasks[i].status != taskRunning {
		return nil, errorf("UnsupportedOperation", "Task is not running: expected the status %s, got %s.", taskRunning, s.tasks[i].status)
	}
	s.tasks[i].stop()
	return &struct {
		ApproximateNumberOfMessagesMoved int `json:"ApproximateNumberOfMessagesMoved"`
	}{s.tasks[i].moved}, nil
}
