package cloud

import (
	"strings"

	"api-auth-jwt-auth0/local/wiring"
)

// resourceName is a resource as named in a call to a service.
type resourceName struct{ service, name string }

// resourceNames maps the names in calls to the names in the program.
func resourceNames(s wiring.Services) *map[resourceName]string {
	names := map[resourceName]string{}
	add := func(service, name, arn string) {
		names[resourceName{service, name}] = nameIn(s, arn, name)
		names[resourceName{service, arn}] = nameIn(s, arn, name)
	}
	for _, t := range s.Tables.Tables {
		add("dynamodb", t.Name, t.ARN)
	}
	for _, q := range s.Queues.Queues {
		add("sqs", q.Name, queueARN(s, q))
	}
	for _, b := range s.Buckets.Buckets {
		add("s3", b.Name, b.ARN)
	}
	for _, p := range s.Parameters.Parameters {
		add("ssm", p.Name, p.ARN)
	}
	return &names
}

// resource returns the resources of a call by their names in the program: a bucket and a key,
// or one or more resources.
func (o *observer) resource(service, text string) string {
	named := func(name string) string {
		if label := (*o.resources.Load())[resourceName{service, o.localName(name)}]; label != "" {
			return label
		}
		return name
	}
	if service == "s3" { // a key may have a comma
		bucket, key, hasKey := strings.Cut(text, "/")
		if !hasKey {
			return named(bucket)
		}
		return named(bucket) + "/" + key
	}
	names := strings.Split(text, ", ")
	for i, name := range names {
		names[i] = named(name)
	}
	return strings.Join(names, ", ")
}
