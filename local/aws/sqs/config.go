package sqs

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
)

// Config contains the queues of one account in one region.
type Config struct {
	Region    string
	AccountID string // 12 digits
	URL       string // of the endpoint; a queue's URL is URL/ACCOUNT/NAME
	Queues    []Queue
}

// DefaultVisibilityTimeout applies to a queue whose declaration has none.
const DefaultVisibilityTimeout = 30 * time.Second

// Queue is a declared queue.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
type Queue struct {
	Name string // ends with ".fifo" if and only if FIFO is set
	FIFO bool

	VisibilityTimeout  time.Duration // up to 12 h; zero means zero
	Delay              time.Duration // up to 15 min
	ReceiveWait        time.Duration // up to 20 s
	Retention          time.Duration // 1 min to 14 days; zero: 4 days
	MaximumMessageSize int           // bytes, 1 KiB to 1 MiB; zero: 1 MiB

	RedrivePolicy      string // JSON with deadLetterTargetArn and maxReceiveCount; empty: none
	RedriveAllowPolicy string // JSON with redrivePermission and sourceQueueArns; empty: allowAll

	ContentBasedDeduplication bool   // of a FIFO queue
	DeduplicationScope        string // of a FIFO queue: "queue" or "messageGroup"; empty: queue
	ThroughputLimit           string // of a FIFO queue: "perQueue" or "perMessageGroupId"; empty: perQueue

	Policy                   string // as GetQueueAttributes returns it; not evaluated
	KMSMasterKeyID           string // as GetQueueAttributes returns it
	KMSDataKeyReuseSeconds   int    // as GetQueueAttributes returns it
	ManagedEncryptionEnabled bool   // as GetQueueAttributes returns it

	redrive *redrivePolicy
	allow   redriveAllowPolicy
}

type redrivePolicy struct {
	DeadLetterTargetARN string `json:"deadLetterTargetArn"`
	MaxReceiveCount     int    `json:"-"`
	// Count is a number or a string that contains one.
	Count any `json:"maxReceiveCount"`
}

type redriveAllowPolicy struct {
	Permission string   `json:"redrivePermission"`
	SourceARNs []string `json:"sourceQueueArns"`
}

// Bounds of a queue's attributes.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
const (
	maximumVisibility     = 12 * time.Hour
	maximumDelay          = 15 * time.Minute
	maximumWait           = 20 * time.Second
	minimumRetention      = time.Minute
	defaultRetention      = 4 * 24 * time.Hour
	maximumRetention      = 14 * 24 * time.Hour
	minimumSizeLimit      = 1 << 10
	maximumSizeLimit      = 1 << 20 // 1 MiB since 2025-08; 256 KiB before
	maximumReceiveCount   = 1000
	maximumAllowedSources = 10
)

var queueName = regexp.MustCompile(`^[0-9A-Za-z_-]{1,80}$`)

// withDefaults returns a validated copy. An empty one is valid, for a stack without queues.
func (c Config) withDefaults() (Config, error) {
	if c.URL == "" && len(c.Queues) == 0 {
		return c, nil
	}
	var problems []error
	if u, err := url.Parse(c.URL); err != nil || u.Host == "" || strings.HasSuffix(c.URL, "/") {
		problems = append(problems, fmt.Errorf("expected the endpoint's URL without a path, got %q", c.URL))
	}
	if c.Region == "" || c.AccountID == "" {
		problems = append(problems, fmt.Errorf("expected a region and an account, got %q and %q", c.Region, c.AccountID))
	}
	c.Queues = slices.Clone(c.Queues)
	byARN := map[string]*Queue{}
	for i := range c.Queues {
		q := &c.Queues[i]
		if byARN[c.arn(q.Name)] != nil {
			problems = append(problems, fmt.Errorf("queue %q is there twice", q.Name))
		}
		byARN[c.arn(q.Name)] = q
		if err := q.complete(); err != nil {
			problems = append(problems, fmt.Errorf("queue %q: %w", q.Name, err))
		}
	}
	for _, q := range c.Queues {
		if err := q.checkDeadLetters(c, byARN); err != nil {
			problems = append(problems, fmt.Errorf("queue %q: %w", q.Name, err))
		}
	}
	return c, errors.Join(problems...)
}

func (c Config) arn(name string) string {
	return "arn:aws:sqs:" + c.Region + ":" + c.AccountID + ":" + name
}

// nameOf is the reverse of arn.
func nameOf(arn string) string { return arn[strings.LastIndex(arn, ":")+1:] }

// complete sets defaults, parses policies and returns all problems joined.
func (q *Queue) complete() error {
	q.Retention = cmp.Or(q.Retention, defaultRetention)
	q.MaximumMessageSize = cmp.Or(q.MaximumMessageSize, maximumSizeLimit)
	return errors.Join(
		q.checkName(),
		within("visibility timeout", q.VisibilityTimeout, 0, maximumVisibility),
		within("delay", q.Delay, 0, maximumDelay),
		within("wait time of a receive", q.ReceiveWait, 0, maximumWait),
		within("retention", q.Retention, minimumRetention, maximumRetention),
		within("maximum message size", q.MaximumMessageSize, minimumSizeLimit, maximumSizeLimit),
		q.completeFIFO(),
		q.parseRedrivePolicy(),
		q.parseRedriveAllowPolicy(),
	)
}

func within[T cmp.Ordered](what string, value, low, high T) error {
	if value < low || value > high {
		return fmt.Errorf("expected a %s from %v to %v, got %v", what, low, high, value)
	}
	return nil
}

func (q *Queue) checkName() error {
	base, isFIFO := strings.CutSuffix(q.Name, ".fifo")
	if isFIFO != q.FIFO {
		return fmt.Errorf("expected a name that ends with .fifo for a FIFO queue, and for no other")
	}
	if !queueName.MatchString(base) || len(q.Name) > 80 {
		return errors.New("expected a name of up to 80 letters, digits, hyphens and underscores")
	}
	return nil
}

func (q *Queue) completeFIFO() error {
	if !q.FIFO {
		if q.ContentBasedDeduplication || q.DeduplicationScope != "" || q.ThroughputLimit != "" {
			return errors.New("expected content-based deduplication, a deduplication scope and a throughput limit on FIFO queues only")
		}
		return nil
	}
	q.DeduplicationScope = cmp.Or(q.DeduplicationScope, "queue")
	q.ThroughputLimit = cmp.Or(q.ThroughputLimit, "perQueue")
	switch {
	case q.DeduplicationScope != "queue" && q.DeduplicationScope != "messageGroup":
		return fmt.Errorf("expected the deduplication scope queue or messageGroup, got %q", q.DeduplicationScope)
	case q.ThroughputLimit != "perQueue" && q.ThroughputLimit != "perMessageGroupId":
		return fmt.Errorf("expected the throughput limit perQueue or perMessageGroupId, got %q", q.ThroughputLimit)
	case q.ThroughputLimit == "perMessageGroupId" && q.DeduplicationScope != "messageGroup":
		return errors.New("the throughput limit perMessageGroupId needs the deduplication scope messageGroup")
	}
	return nil
}

func (q *Queue) parseRedrivePolicy() error {
	q.redrive = nil
	if q.RedrivePolicy == "" {
		return nil
	}
	var p redrivePolicy
	if err := json.Unmarshal([]byte(q.RedrivePolicy), &p, json.RejectUnknownMembers(true)); err != nil {
		return fmt.Errorf("reading the redrive policy: %w", err)
	}
	count, err := strconv.Atoi(fmt.Sprint(p.Count))
	if err != nil || count < 1 || count > maximumReceiveCount {
		return fmt.Errorf("expected a maxReceiveCount from 1 to %d, got %v", maximumReceiveCount, p.Count)
	}
	p.MaxReceiveCount = count
	q.redrive = &p
	return nil
}

func (q *Queue) parseRedriveAllowPolicy() error {
	q.allow = redriveAllowPolicy{Permission: "allowAll"}
	if q.RedriveAllowPolicy == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(q.RedriveAllowPolicy), &q.allow, json.RejectUnknownMembers(true)); err != nil {
		return fmt.Errorf("reading the redrive allow policy: %w", err)
	}
	switch p := q.allow; p.Permission {
	case "allowAll", "denyAll":
		if len(p.SourceARNs) > 0 {
			return fmt.Errorf("the redrive permission %s has no sourceQueueArns", p.Permission)
		}
	case "byQueue":
		return within("number of sourceQueueArns", len(p.SourceARNs), 1, maximumAllowedSources)
	default:
		return fmt.Errorf("expected the redrivePermission allowAll, denyAll or byQueue, got %q", p.Permission)
	}
	return nil
}

// checkDeadLetters requires a dead-letter queue of the same kind that allows q.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
func (q *Queue) checkDeadLetters(c Config, byARN map[string]*Queue) error {
	if q.redrive == nil {
		return nil
	}
	target := byARN[q.redrive.DeadLetterTargetARN]
	switch {
	case target == nil:
		return fmt.Errorf("its dead-letter queue %q does not exist: declare it", q.redrive.DeadLetterTargetARN)
	case target.FIFO != q.FIFO:
		return fmt.Errorf("its dead-letter queue %q must be of the same kind, FIFO or standard", target.Name)
	case !target.allow.allows(c.arn(q.Name)):
		return fmt.Errorf("the redrive allow policy of %q does not allow it: add it to sourceQueueArns", target.Name)
	}
	return nil
}

func (p redriveAllowPolicy) allows(sourceARN string) bool {
	return p.Permission == "allowAll" || p.Permission == "byQueue" && slices.Contains(p.SourceARNs, sourceARN)
}
