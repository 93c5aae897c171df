package wiring

import (
	"encoding/json"
	"strings"

	"api-auth-jwt-auth0/local/aws/sqs"
	"api-auth-jwt-auth0/local/provider"
)

type queueInputs struct {
	FIFOQueue, ContentBasedDeduplication    bool
	DelaySeconds, ReceiveWaitTimeSeconds    int
	MessageRetentionSeconds, MaxMessageSize int
	VisibilityTimeoutSeconds                *int
	RedrivePolicy                           string
	DeduplicationScope, FIFOThroughputLimit string
	SQSManagedSSEEnabled                    bool

	Name, Tags noEffect
}

type redriveAllowInputs struct{ QueueURL, RedriveAllowPolicy string }

// queues returns the configuration of the SQS queues.
func (w *wiring) queues() (cfg sqs.Config) {
	allowed := map[string]string{} // by the queue's URL
	for _, r := range w.graph.Of(provider.SQSRedriveAllowPolicy) {
		in := read[redriveAllowInputs](r)
		allowed[in.QueueURL] = in.RedriveAllowPolicy
	}
	for _, r := range w.graph.Of(provider.SQSQueue) {
		in := read[queueInputs](r)
		cfg.Region, cfg.AccountID = accountOf(r.Output("arn"))
		cfg.URL, _, _ = strings.Cut(r.Output("url"), "/"+cfg.AccountID+"/")
		queue := sqs.Queue{
			Name: r.Output("name"), FIFO: in.FIFOQueue,
			VisibilityTimeout: sqs.DefaultVisibilityTimeout, Delay: secondsOf(in.DelaySeconds),
			ReceiveWait: secondsOf(in.ReceiveWaitTimeSeconds), Retention: secondsOf(in.MessageRetentionSeconds),
			MaximumMessageSize: in.MaxMessageSize,
			RedrivePolicy:      in.RedrivePolicy, RedriveAllowPolicy: allowed[r.Output("url")],
			ContentBasedDeduplication: in.ContentBasedDeduplication, DeduplicationScope: in.DeduplicationScope,
			ThroughputLimit: in.FIFOThroughputLimit, ManagedEncryptionEnabled: in.SQSManagedSSEEnabled,
		}
		if in.VisibilityTimeoutSeconds != nil {
			queue.VisibilityTimeout = secondsOf(*in.VisibilityTimeoutSeconds)
		}
		cfg.Queues = append(cfg.Queues, queue)
	}
	return cfg
}

// deadLetterQueueOf returns the ARN of a queue's dead-letter queue, or "".
func deadLetterQueueOf(in queueInputs) string {
	var policy struct {
		DeadLetterTargetARN string `json:"deadLetterTargetArn"`
	}
	if json.Unmarshal([]byte(in.RedrivePolicy), &policy) != nil {
		return ""
	}
	return policy.DeadLetterTargetARN
}
