package wiring

import (
	"slices"
	"strings"

	"api-auth-jwt-auth0/local/aws/s3"
	"api-auth-jwt-auth0/local/provider"
)

type corsInputs struct {
	Bucket    string
	CORSRules []struct {
		AllowedOrigins, AllowedMethods, AllowedHeaders, ExposeHeaders []string
		MaxAgeSeconds                                                 int

		ID noEffect
	}
}

type lifecycleInputs struct {
	Bucket string
	Rules  []struct {
		Status     string
		Filter     struct{ Prefix string }
		Expiration struct {
			Days int

			Date noEffect // of the site's own files
		}
		AbortIncompleteMultipartUpload struct{ DaysAfterInitiation int }

		ID noEffect
	}
}

// buckets returns the configuration of the buckets that a function's role names. Others, such
// as the site's, are not for handlers.
func (w *wiring) buckets() (cfg s3.Config) {
	named := w.policies()
	for _, r := range w.graph.Of(provider.S3Bucket) {
		arn := r.Output("arn")
		if !slices.ContainsFunc(named, func(text string) bool {
			return strings.Contains(text, `"`+arn+`"`) || strings.Contains(text, `"`+arn+`/`)
		}) {
			continue
		}
		bucket := s3.Bucket{Name: r.ID, ARN: arn, CORS: w.corsOf(r.ID)}
		bucket.LifecycleDays, bucket.AbortUploadDays = w.lifecycleOf(r.ID)
		cfg.Buckets = append(cfg.Buckets, bucket)
	}
	return cfg
}

// policies returns the policies of all roles.
func (w *wiring) policies() (texts []string) {
	for _, r := range w.graph.Of(provider.IAMRolePolicy) {
		texts = append(texts, read[rolePolicyInputs](r).Policy)
	}
	return texts
}

func (w *wiring) corsOf(bucket string) (rules []s3.CORSRule) {
	for _, r := range w.graph.Of(provider.S3BucketCORS) {
		in := read[corsInputs](r)
		if in.Bucket != bucket {
			continue
		}
		for _, rule := range in.CORSRules {
			rules = append(rules, s3.CORSRule{
				AllowedOrigins: rule.AllowedOrigins, AllowedMethods: rule.AllowedMethods,
				AllowedHeaders: rule.AllowedHeaders, ExposeHeaders: rule.ExposeHeaders, MaxAge: secondsOf(rule.MaxAgeSeconds),
			})
		}
	}
	return rules
}

// lifecycleOf returns the days after which objects, and uploads that were never
// completed, are deleted; 0 for never.
func (w *wiring) lifecycleOf(bucket string) (expire, abort int) {
	for _, r := range w.graph.Of(provider.S3BucketLifecycle) {
		in := read[lifecycleInputs](r)
		if in.Bucket != bucket {
			continue
		}
		for _, rule := range in.Rules {
			if rule.Status != "Enabled" {
				continue
			}
			if rule.Filter.Prefix != "" {
				w.problem(r, "the local cloud supports lifecycle rules for a whole bucket, got the prefix %q", rule.Filter.Prefix)
			}
			expire, abort = max(expire, rule.Expiration.Days), max(abort, rule.AbortIncompleteMultipartUpload.DaysAfterInitiation)
		}
	}
	return expire, abort
}
