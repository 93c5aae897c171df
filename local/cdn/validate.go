package cdn

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// The sets of methods that a behavior can allow.
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_AllowedMethods.html
var methodSets = [][]string{
	{"GET", "HEAD"},
	{"GET", "HEAD", "OPTIONS"},
	{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"},
}

// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DefaultCacheBehavior.html
var protocolPolicies = []string{"", "allow-all", "https-only", "redirect-to-https"}

const (
	// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern
	maxPatternBytes    = 255
	patternPunctuation = "_-.*?$/~\"'@:+,&"
)

// validate reports everything wrong with cfg except its functions' code.
func validate(cfg Config) error {
	origins := map[string]Origin{}
	var problems []error
	for _, o := range cfg.Origins {
		if _, ok := origins[o.ID]; ok {
			problems = append(problems, fmt.Errorf("origin %q: the ID is taken by another origin: choose another", o.ID))
		}
		origins[o.ID] = o
		problems = append(problems, within(fmt.Sprintf("origin %q", o.ID), validateOrigin(o)))
	}
	if strings.HasPrefix(cfg.DefaultRootObject, "/") {
		problems = append(problems, fmt.Errorf("default root object %q: leave out the leading slash", cfg.DefaultRootObject))
	}
	seen := map[pathPattern]bool{}
	for _, b := range cfg.Behaviors {
		pattern := newPathPattern(b.PathPattern)
		problems = append(problems, within(fmt.Sprintf("behavior %q", b.PathPattern), errors.Join(validatePattern(b.PathPattern, seen[pattern]), validateBehavior(cfg, b, origins))))
		seen[pattern] = true
	}
	if p := cfg.Default.PathPattern; p != "" && p != "*" {
		problems = append(problems, fmt.Errorf("default behavior: path pattern %q: leave it empty, it is always *", p))
	}
	problems = append(problems, within("default behavior", validateBehavior(cfg, cfg.Default, origins)))
	return errors.Join(problems...)
}

// within prefixes each of the problems that err joins.
func within(where string, err error) error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		if err != nil {
			return fmt.Errorf("%s: %w", where, err)
		}
		return nil
	}
	var problems []error
	for _, e := range joined.Unwrap() {
		problems = append(problems, within(where, e))
	}
	return errors.Join(problems...)
}

// validateOrigin requires exactly one of Bucket and URL. A path in the URL would be
// CloudFront's origin path, which is not emulated.
func validateOrigin(o Origin) error {
	switch {
	case o.ID == "":
		return errors.New("set its ID")
	case (o.Bucket == nil) == (o.URL == nil):
		return errors.New("set either Bucket or URL")
	case o.Bucket != nil:
		return validateObjects(o.Bucket.Objects)
	case o.ReadTimeout < 0:
		return fmt.Errorf("read timeout %v: leave it out, or set more than zero", o.ReadTimeout)
	}
	u := o.URL
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return fmt.Errorf("URL %q: expected scheme://host[:port], without a path", u.Redacted())
	}
	return nil
}

// validateObjects also refuses metadata that would inject headers.
func validateObjects(objects []Object) error {
	var problems []error
	seen := map[string]bool{}
	for _, o := range objects {
		switch {
		case o.Key == "" || len(o.Key) > maxKeyBytes:
			problems = append(problems, fmt.Errorf("object %q: a key has 1 to %d bytes", o.Key, maxKeyBytes))
		case seen[o.Key]:
			problems = append(problems, fmt.Errorf("object %q: the key is taken by another object: choose another", o.Key))
		case !httpguts.ValidHeaderFieldValue(o.ContentType + o.CacheControl):
			problems = append(problems, fmt.Errorf("object %q: its content type or cache control cannot be sent as a header", o.Key))
		}
		seen[o.Key] = true
	}
	return errors.Join(problems...)
}

// validatePattern allows the characters that CloudFront documents.
func validatePattern(pattern string, duplicate bool) error {
	valid := func(r rune) bool {
		return r < 0x80 && (isUnreserved(byte(r)) || strings.ContainsRune(patternPunctuation, r))
	}
	switch {
	case pattern == "" || len(pattern) > maxPatternBytes:
		return fmt.Errorf("a path pattern has 1 to %d characters", maxPatternBytes)
	case strings.ContainsFunc(pattern, func(r rune) bool { return !valid(r) }):
		return fmt.Errorf("a path pattern may have letters, digits and %s", patternPunctuation)
	case duplicate:
		return errors.New("the path pattern is taken by another behavior: remove one")
	}
	return nil
}

// validateBehavior needs all of cfg, since a bucket that may be listed requires a
// default root object.
func validateBehavior(cfg Config, b Behavior, origins map[string]Origin) error {
	var problems []error
	o, known := origins[b.OriginID]
	if !known {
		problems = append(problems, fmt.Errorf("there is no origin %q", b.OriginID))
	}
	if o.Bucket != nil && b.Forward != ForwardNone {
		problems = append(problems, errors.New("a bucket receives no viewer headers here: leave out the origin request policy"))
	}
	if o.Bucket != nil && o.Bucket.Listable && cfg.DefaultRootObject == "" {
		problems = append(problems, errors.New(`"/" would list the bucket: set a default root object`))
	}
	methods := slices.Sorted(slices.Values(b.AllowedMethods))
	if len(methods) > 0 && !slices.ContainsFunc(methodSets, func(set []string) bool { return slices.Equal(set, methods) }) {
		problems = append(problems, fmt.Errorf("allowed methods %q: expected one of %q", methods, methodSets))
	}
	if !slices.Contains(protocolPolicies, b.ViewerProtocolPolicy) {
		problems = append(problems, fmt.Errorf("viewer protocol policy %q: expected one of %q", b.ViewerProtocolPolicy, protocolPolicies[1:]))
	}
	for _, h := range b.ResponseHeaders {
		if !httpguts.ValidHeaderFieldName(h.Name) || !httpguts.ValidHeaderFieldValue(h.Value) {
			problems = append(problems, fmt.Errorf("response header %q: its name or value cannot be sent", h.Name))
		}
	}
	return errors.Join(problems...)
}
