package s3

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Options configure a Service.
type Options struct {
	Now    func() time.Time // nil means time.Now
	Logger *slog.Logger     // receives what is hidden from clients; nil discards it
	// Dir is the folder that keeps the objects, one folder for each bucket. It is created
	// when a bucket first needs it, and no other process may use it. Empty means that the
	// objects are in memory and lost when the process ends.
	Dir string
}

// Config contains all buckets of a stack. It must not be changed after it is passed to
// [Service.Prepare].
type Config struct {
	Region    string // such as "eu-central-1"
	AccountID string // the owner of all buckets
	Buckets   []Bucket
}

// A Bucket is a bucket declared by the program.
type Bucket struct {
	Name string
	ARN  string // such as "arn:aws:s3:::receipts-1a2b"
	// CORS are tried in order; the first that matches decides.
	CORS []CORSRule
	// LifecycleDays is the age at which an object expires, at the next midnight UTC.
	// Zero means never.
	LifecycleDays int
	// AbortUploadDays is the age at which an incomplete multipart upload is removed.
	// Zero means never.
	AbortUploadDays int
}

// A CORSRule specifies what pages of other origins may do with a bucket.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html
type CORSRule struct {
	AllowedOrigins []string // each with at most one "*"
	AllowedMethods []string // of GET, PUT, POST, DELETE and HEAD
	AllowedHeaders []string // each with at most one "*"
	ExposeHeaders  []string
	MaxAge         time.Duration // whole seconds; zero: not sent
}

// check returns all problems of a configuration joined.
func (c Config) check() error {
	var problems []error
	seen := map[string]bool{}
	for _, b := range c.Buckets {
		if seen[b.Name] {
			problems = append(problems, fmt.Errorf("bucket %q is declared twice", b.Name))
		}
		seen[b.Name] = true
		for _, problem := range b.problems() {
			problems = append(problems, fmt.Errorf("bucket %q: %w", b.Name, problem))
		}
	}
	return errors.Join(problems...)
}

// bucketName: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html It
// also makes a name safe as a folder's.
var bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

func (b Bucket) problems() (problems []error) {
	if !bucketName.MatchString(b.Name) || strings.Contains(b.Name, "..") {
		problems = append(problems, errors.New("a name has 3 to 63 lower-case letters, digits, dots and hyphens, begins and ends with a letter or digit, and has no two dots in a row"))
	}
	if !strings.HasPrefix(b.ARN, "arn:") || !strings.HasSuffix(b.ARN, ":s3:::"+b.Name) {
		problems = append(problems, fmt.Errorf("expected the ARN arn:aws:s3:::%s, got %q", b.Name, b.ARN))
	}
	if b.LifecycleDays < 0 || b.AbortUploadDays < 0 {
		problems = append(problems, fmt.Errorf("expected a number of days from 0, got %d and %d", b.LifecycleDays, b.AbortUploadDays))
	}
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
	if len(b.CORS) > 100 {
		problems = append(problems, fmt.Errorf("expected at most 100 CORS rules, got %d", len(b.CORS)))
	}
	for i, rule := range b.CORS {
		for _, problem := range rule.problems() {
			problems = append(problems, fmt.Errorf("CORS rule %d: %w", i+1, problem))
		}
	}
	return problems
}

var corsMethods = []string{http.MethodGet, http.MethodPut, http.MethodPost, http.MethodDelete, http.MethodHead}

func (r CORSRule) problems() (problems []error) {
	if len(r.AllowedOrigins) == 0 || len(r.AllowedMethods) == 0 {
		problems = append(problems, errors.New("expected at least one origin and one method"))
	}
	for _, method := range r.AllowedMethods {
		if !slices.Contains(corsMethods, method) {
			problems = append(problems, fmt.Errorf("expected a method of %s, got %q", strings.Join(corsMethods, ", "), method))
		}
	}
	for _, pattern := range slices.Concat(r.AllowedOrigins, r.AllowedHeaders) {
		if strings.Count(pattern, "*") > 1 {
			problems = append(problems, fmt.Errorf("expected at most one * in %q", pattern))
		}
	}
	if slices.ContainsFunc(r.ExposeHeaders, func(name string) bool { return strings.Contains(name, "*") }) {
		problems = append(problems, errors.New("an exposed header has no *"))
	}
	return problems
}
