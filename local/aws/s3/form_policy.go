package s3

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// A formPolicy is what the signer of a form allows.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
type formPolicy struct {
	Expiration time.Time       `json:"expiration"`
	Conditions []formCondition `json:"conditions"`
}

// A formCondition applies to one field, in lower case, or to the file's size.
type formCondition struct {
	text     string // as written in the policy
	operator string // "eq", "starts-with" or "content-length-range"
	field    string
	value    string
	min, max int64 // bytes
}

// UnmarshalJSON reads {"field": "value"}, ["operator", "$field", "value"] and
// ["content-length-range", min, max].
func (c *formCondition) UnmarshalJSON(text []byte) error {
	c.text = string(text)
	var exact map[string]string
	if json.Unmarshal(text, &exact) == nil {
		for field, value := range exact {
			c.operator, c.field, c.value = "eq", strings.ToLower(field), value
		}
		if len(exact) != 1 {
			return invalidPolicy("a simple condition has one field")
		}
		return nil
	}
	var list []json.RawMessage
	if json.Unmarshal(text, &list) != nil || len(list) != 3 || json.Unmarshal(list[0], &c.operator) != nil {
		return invalidPolicy("a condition is an object or a list of three values")
	}
	c.operator = strings.ToLower(c.operator)
	if c.operator == "content-length-range" {
		if json.Unmarshal(list[1], &c.min) != nil || json.Unmarshal(list[2], &c.max) != nil {
			return invalidPolicy("content-length-range takes two numbers")
		}
		return nil
	}
	var field string
	isText := json.Unmarshal(list[1], &field) == nil && json.Unmarshal(list[2], &c.value) == nil
	if c.operator != "eq" && c.operator != "starts-with" || !isText || !strings.HasPrefix(field, "$") {
		return invalidPolicy("a condition is eq or starts-with, a field such as $key, and a value")
	}
	c.field = strings.ToLower(field[1:])
	return nil
}

func invalidPolicy(problem string) error {
	return fail(http.StatusBadRequest, "InvalidPolicyDocument", "Invalid Policy: %s.", problem)
}

func refusedByPolicy(format string, arguments ...any) error {
	return fail(http.StatusForbidden, "AccessDenied", "Invalid according to Policy: "+format, arguments...)
}

// checkPolicy reports what the policy of a form does not allow. This includes fields without
// a condition.
func (q *request) checkPolicy(f *form) error {
	if f.fields.Get("Policy") == "" {
		return fail(http.StatusForbidden, "AccessDenied", "Access Denied")
	}
	text, err := base64.StdEncoding.DecodeString(f.fields.Get("Policy"))
	if err != nil {
		return invalidPolicy("it is not base64")
	}
	var p formPolicy
	if err := json.Unmarshal(text, &p); err != nil || p.Expiration.IsZero() {
		return invalidPolicy("expected JSON with expiration and conditions")
	}
	if !q.now.Before(p.Expiration) {
		return refusedByPolicy("Policy expired.")
	}
	covered := map[string]bool{"policy": true, "x-amz-signature": true}
	for _, c := range p.Conditions {
		covered[c.field] = true
		if err := c.check(q.bucketName, f); err != nil {
			return err
		}
	}
	for name, values := range f.fields {
		field := strings.ToLower(name)
		if !covered[field] && !strings.HasPrefix(field, "x-ignore-") || len(values) > 1 {
			return refusedByPolicy("Extra input fields: %s", field)
		}
	}
	return nil
}

func (c formCondition) check(bucket string, f *form) error {
	value := f.fields.Get(c.field)
	if c.field == "bucket" {
		value = bucket
	}
	size := int64(len(f.file))
	switch {
	case c.operator == "content-length-range" && size < c.min:
		return fail(http.StatusBadRequest, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
	case c.operator == "content-length-range" && size > c.max:
		return fail(http.StatusBadRequest, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
	case c.operator == "eq" && value != c.value, c.operator == "starts-with" && !c.isPrefix(value):
		return refusedByPolicy("Policy Condition failed: %s", c.text)
	}
	return nil
}

// isPrefix compares each item of a list of content types.
func (c formCondition) isPrefix(value string) bool {
	values := []string{value}
	if c.field == "content-type" {
		values = strings.Split(value, ",")
	}
	for _, v := range values {
		if !strings.HasPrefix(v, c.value) {
			return false
		}
	}
	return true
}
