package sqs

import (
	"context"
	"encoding/base64"
	"encoding/xml"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"api-auth-jwt-auth0/local/aws"
)

// stringMap is written in XML as elements with a name and a value each.
type stringMap map[string]string

// MarshalXML implements xml.Marshaler.
func (m stringMap) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if err := e.EncodeElement(struct{ Name, Value string }{name, m[name]}, start); err != nil {
			return err
		}
	}
	return nil
}

type getQueueURL struct {
	QueueName              string `json:"QueueName"`
	QueueOwnerAWSAccountID string `json:"QueueOwnerAWSAccountId" query:"QueueOwnerAWSAccountId"`
}

func (in *getQueueURL) permissions(s *Service) []permission {
	s.mu.Lock()
	account := in.QueueOwnerAWSAccountID
	if account == "" {
		account = s.config.AccountID
	}
	s.mu.Unlock()
	return []permission{{"GetQueueUrl", s.arnOf(account + "/" + in.QueueName)}}
}

func (in *getQueueURL) run(_ context.Context, s *Service) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if in.QueueName == "" {
		return nil, missing("QueueName")
	}
	q := s.queues[in.QueueName]
	if q == nil || in.QueueOwnerAWSAccountID != "" && in.QueueOwnerAWSAccountID != s.config.AccountID {
		return nil, nonexistent()
	}
	return &struct {
		QueueURL string `json:"QueueUrl" xml:"QueueUrl"`
	}{q.url}, nil
}

type getQueueAttributes struct {
	queueRequest
	AttributeNames []string `json:"AttributeNames" query:"AttributeName"`
}

func (in *getQueueAttributes) permissions(s *Service) []permission {
	return in.needs(s, "GetQueueAttributes")
}

func (in *getQueueAttributes) run(_ context.Context, s *Service) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.queueOf(in.QueueURL)
	if err != nil {
		return nil, err
	}
	all := q.attributes(s.options.Now())
	for _, name := range in.AttributeNames {
		if name != "All" && !slices.Contains(queueAttributes, name) {
			return nil, errorf("InvalidAttributeName", "Unknown Attribute %s.", name)
		}
	}
	if !slices.Contains(in.AttributeNames, "All") {
		maps.DeleteFunc(all, func(name, _ string) bool { return !slices.Contains(in.AttributeNames, name) })
	}
	return &struct {
		Attributes stringMap `json:"Attributes,omitempty" xml:"Attribute,omitempty"`
	}{all}, nil
}

// queueAttributes are the names that may be requested.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
var queueAttributes = []string{
	"Policy", "VisibilityTimeout", "MaximumMessageSize", "MessageRetentionPeriod",
	"ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed",
	"CreatedTimestamp", "LastModifiedTimestamp", "QueueArn", "DelaySeconds", "ReceiveMessageWaitTimeSeconds",
	"RedrivePolicy", "RedriveAllowPolicy", "FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit",
	"KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled",
}

func (q *queue) attributes(now time.Time) stringMap {
	counts := q.count(now)
	all := stringMap{
		"ApproximateNumberOfMessages":           strconv.Itoa(counts.Visible),
		"ApproximateNumberOfMessagesNotVisible": strconv.Itoa(counts.InFlight),
		"ApproximateNumberOfMessagesDelayed":    strconv.Itoa(counts.Delayed),
		"CreatedTimestamp":                      strconv.FormatInt(q.created.Unix(), 10),
		"LastModifiedTimestamp":                 strconv.FormatInt(q.modified.Unix(), 10),
		"DelaySeconds":                          seconds(q.Delay),
		"MaximumMessageSize":                    strconv.Itoa(q.MaximumMessageSize),
		"MessageRetentionPeriod":                seconds(q.Retention),
		"QueueArn":                              q.arn,
		"ReceiveMessageWaitTimeSeconds":         seconds(q.ReceiveWait),
		"VisibilityTimeout":                     seconds(q.VisibilityTimeout),
		"SqsManagedSseEnabled":                  strconv.FormatBool(q.ManagedEncryptionEnabled),
		"Policy":                                q.Policy,
		"RedrivePolicy":                         q.RedrivePolicy,
		"RedriveAllowPolicy":                    q.RedriveAllowPolicy,
		"KmsMasterKeyId":                        q.KMSMasterKeyID,
	}
	if q.KMSMasterKeyID != "" {
		all["KmsDataKeyReusePeriodSeconds"] = strconv.Itoa(q.KMSDataKeyReuseSeconds)
	}
	if q.FIFO {
		all["FifoQueue"] = "true"
		all["ContentBasedDeduplication"] = strconv.FormatBool(q.ContentBasedDeduplication)
		all["DeduplicationScope"] = q.DeduplicationScope
		all["FifoThroughputLimit"] = q.ThroughputLimit
	}
	maps.DeleteFunc(all, func(_, value string) bool { return value == "" })
	return all
}

func seconds(d time.Duration) string { return strconv.Itoa(int(d.Seconds())) }

type listQueues struct {
	QueueNamePrefix string `json:"QueueNamePrefix"`
	page
}

func (in *listQueues) permissions(*Service) []permission { return []permission{{"ListQueues", "*"}} }

func (in *listQueues) run(_ context.Context, s *Service) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var urls []string
	for _, q := range s.queues {
		if strings.HasPrefix(q.Name, in.QueueNamePrefix) {
			urls = append(urls, q.url)
		}
	}
	urls, next, err := in.cut(urls)
	if err != nil {
		return nil, err
	}
	return &struct {
		QueueURLs []string `json:"QueueUrls,omitempty" xml:"QueueUrl"`
		NextToken string   `json:"NextToken,omitempty" xml:",omitempty"`
	}{urls, next}, nil
}

type listSources struct {
	queueRequest
	page
}

func (in *listSources) permissions(s *Service) []permission {
	return in.needs(s, "ListDeadLetterSourceQueues")
}

func (in *listSources) run(_ context.Context, s *Service) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.queueOf(in.QueueURL)
	if err != nil {
		return nil, err
	}
	var urls []string
	for _, source := range s.sources(q) {
		urls = append(urls, source.url)
	}
	urls, next, refusal := in.cut(urls)
	if refusal != nil {
		return nil, refusal
	}
	return &struct {
		QueueURLs []string `json:"queueUrls" xml:"QueueUrl"` // the one name of the API in lower case
		NextToken string   `json:"NextToken,omitempty" xml:",omitempty"`
	}{urls, next}, nil
}

// sources returns the queues whose dead letters q receives, sorted by name.
func (s *Service) sources(q *queue) []*queue {
	var sources []*queue
	for _, name := range slices.Sorted(maps.Keys(s.queues)) {
		if source := s.queues[name]; source.redrive != nil && source.redrive.DeadLetterTargetARN == q.arn {
			sources = append(sources, source)
		}
	}
	return sources
}

// page is a request for part of a list.
type page struct {
	MaxResults *int   `json:"MaxResults"`
	NextToken  string `json:"NextToken"`
}

const maximumPage = 1000

// cut sorts a list and returns the requested part, and the token of the next.
func (p page) cut(all []string) (part []string, next string, err *aws.Error) {
	size, err := integer("MaxResults", p.MaxResults, maximumPage, 1, maximumPage)
	if err != nil {
		return nil, "", err
	}
	slices.Sort(all)
	last, decodeErr := base64.StdEncoding.DecodeString(p.NextToken)
	if decodeErr != nil {
		return nil, "", invalid("Invalid or expired next token.")
	}
	all = slices.DeleteFunc(all, func(url string) bool { return url <= string(last) })
	if len(all) <= size {
		return all, "", nil
	}
	all = all[:size]
	if p.MaxResults != nil {
		next = base64.StdEncoding.EncodeToString([]byte(all[size-1]))
	}
	return all, next, nil
}

type purgeQueue struct{ queueRequest }

func (in *purgeQueue) permissions(s *Service) []permission { return in.needs(s, "PurgeQueue") }

// purgePause is the least time between two purges of a queue.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html
const purgePause = time.Minute

func (in *purgeQueue) run(_ context.Context, s *Service) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.queueOf(in.QueueURL)
	if err != nil {
		return nil, err
	}
	now := s.options.Now()
	if now.Sub(q.purged) < purgePause {
		return nil, errorf("PurgeQueueInProgress", "Only one PurgeQueue operation on %s is allowed every 60 seconds.", q.Name)
	}
	q.purged = now
	return nil, s.purge(q)
}

func (s *Service) purge(q *queue) error {
	q.clear()
	return s.append(record{Op: opPurge, Queue: q.Name})
}
