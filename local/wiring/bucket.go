package wiring

import (
	"encoding/json"
	"os"
	"slices"
	"strings"

	"api-auth-jwt-auth0/local/cdn"
	"api-auth-jwt-auth0/local/provider"
	"api-auth-jwt-auth0/local/stack"
)

type bucketInputs struct {
	Bucket             noEffect // the name, which is the ID as well
	ForceDestroy, Tags noEffect
}

// bucket returns a bucket as the distribution sees it: without objects unless the
// distribution signs its requests and the bucket's policy allows them.
func (w *wiring) bucket(distribution, r *stack.Resource, signed bool) *cdn.Bucket {
	arn := r.Output("arn")
	allows := func(action, resource string) bool {
		return signed && w.bucketAllows(r.ID, distribution.Output("arn"), action, resource)
	}
	bucket := &cdn.Bucket{Listable: allows("s3:ListBucket", arn)}
	if allows("s3:GetObject", arn+"/*") {
		bucket.Objects = w.objects(r.ID)
	}
	return bucket
}

type bucketPolicyInputs struct{ Bucket, Policy string }

// statement is a statement of a bucket's policy. It has no other elements.
type statement struct {
	Sid, Effect      string
	Principal        struct{ Service, AWS string }
	Action, Resource []string
	Condition        map[string]map[string]string
}

// bucketAllows reports whether the bucket's policy allows a distribution an action.
// It supports an Allow for CloudFront with a condition on the source, and a Deny of
// requests without TLS, of which CloudFront sends none. Any other statement is a
// problem.
func (w *wiring) bucketAllows(bucket, distributionARN, action, resource string) bool {
	allowed := false
	for _, r := range w.graph.Of(provider.S3BucketPolicy) {
		in := read[bucketPolicyInputs](r)
		if in.Bucket != bucket {
			continue
		}
		var document struct {
			Version   string
			Statement []statement
		}
		decoder := json.NewDecoder(strings.NewReader(in.Policy))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&document); err != nil {
			w.problem(r, "the local cloud does not support the bucket's policy: %w: extend bucketAllows in local/wiring", err)
		}
		for _, s := range document.Statement {
			switch {
			case s.Effect == "Allow" && s.Principal.Service == "cloudfront.amazonaws.com" && s.hasOnly("StringEquals", "AWS:SourceArn"):
				allowed = allowed || s.Condition["StringEquals"]["AWS:SourceArn"] == distributionARN &&
					slices.Contains(s.Action, action) && slices.Contains(s.Resource, resource)
			case s.Effect == "Deny" && s.hasOnly("Bool", "aws:SecureTransport") && s.Condition["Bool"]["aws:SecureTransport"] == "false":
			default:
				w.problem(r, "the local cloud does not support the statement %q of the bucket's policy: extend bucketAllows in local/wiring", s.Sid)
			}
		}
	}
	return allowed
}

// hasOnly reports whether the statement has one condition, with this operator
// on this key.
func (s statement) hasOnly(operator, key string) bool {
	_, ok := s.Condition[operator][key]
	return ok && len(s.Condition) == 1 && len(s.Condition[operator]) == 1
}

type objectInputs struct {
	Bucket       string
	Key          string
	Source       file
	Content      string
	ContentType  string
	CacheControl string
}

func (w *wiring) objects(bucket string) []cdn.Object {
	var objects []cdn.Object
	for _, r := range w.graph.Of(provider.S3Object) {
		in := read[objectInputs](r)
		if in.Bucket != bucket {
			continue
		}
		body := []byte(in.Content)
		if in.Source.Path != "" {
			var err error
			if body, err = os.ReadFile(in.Source.Path); err != nil {
				w.problem(r, "reading the object: %w", err)
			}
		}
		objects = append(objects, cdn.Object{Key: in.Key, ContentType: in.ContentType, CacheControl: in.CacheControl, Body: body})
	}
	return objects
}
