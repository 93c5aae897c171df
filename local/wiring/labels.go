package wiring

import (
	"api-auth-jwt-auth0/local/provider"
	"api-auth-jwt-auth0/local/stack"
)

// labels returns the names in the program: see Services.
func (w *wiring) labels() map[string]string {
	labels := map[string]string{}
	for resourceType, outputs := range map[string][]string{
		provider.LambdaFunction:    {"name"},
		provider.DynamoDBTable:     {"arn", "streamArn"},
		provider.S3Bucket:          {"arn"},
		provider.SchedulerSchedule: {"arn"},
		provider.SQSQueue:          {"arn"},
		provider.SSMParameter:      {"arn"},
	} {
		for _, r := range w.graph.Of(resourceType) {
			for _, output := range outputs {
				if name := r.Output(output); name != "" {
					labels[name] = w.label(r)
				}
			}
		}
	}
	return labels
}

// label returns a resource's name in the program: that of its component, which a queue and
// its dead-letter queue share.
func (w *wiring) label(r *stack.Resource) string {
	if r.Type == provider.SQSQueue && w.isDeadLetterQueue(r) {
		return label(r.Parent) + "-dead"
	}
	return label(r.Parent)
}

// isDeadLetterQueue reports whether another queue of the same component sends its dead
// letters here.
func (w *wiring) isDeadLetterQueue(r *stack.Resource) bool {
	for _, other := range w.graph.Of(provider.SQSQueue) {
		if other.Parent == r.Parent && deadLetterQueueOf(read[queueInputs](other)) == r.Output("arn") {
			return true
		}
	}
	return false
}
