package s3

import (
	"net/http"

	"api-auth-jwt-auth0/local/aws/policy"
)

// conditionHeaders maps condition keys to the headers that have their values, from
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
var conditionHeaders = map[string]string{
	"s3:if-match":                     "If-Match",
	"s3:if-none-match":                "If-None-Match",
	"s3:x-amz-acl":                    "X-Amz-Acl",
	"s3:x-amz-content-sha256":         "X-Amz-Content-Sha256",
	"s3:x-amz-copy-source":            "X-Amz-Copy-Source",
	"s3:x-amz-metadata-directive":     "X-Amz-Metadata-Directive",
	"s3:x-amz-server-side-encryption": "X-Amz-Server-Side-Encryption",
	"s3:x-amz-storage-class":          "X-Amz-Storage-Class",
}

// action returns one IAM request of q. Extra are condition keys of this action only.
func (q *request) action(name, resource string, extra policy.Context) policy.Request {
	context := policy.Context{
		"s3:ResourceAccount":  {q.s.owner()},
		"s3:authType":         {q.authType()},
		"s3:signatureversion": {"AWS4-HMAC-SHA256"},
	}
	for key, header := range conditionHeaders {
		context[key] = q.header.Values(header)
	}
	for key, values := range extra {
		context[key] = values
	}
	return policy.Request{Action: "s3:" + name, Resource: resource, Context: context}
}

// authType: https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html
func (q *request) authType() string {
	switch {
	case q.query.Has("X-Amz-Signature"):
		return "REST-QUERY-STRING"
	case q.http.Header.Get("Authorization") == "" && q.http.Method == http.MethodPost && q.key == "":
		return "POST"
	}
	return "REST-HEADER"
}

// objectARN returns the ARN of a key. Wildcards in it have no meaning: only the policy has
// patterns.
func (b *bucket) objectARN(key string) string { return b.declared().ARN + "/" + key }

func onBucket(action string) func(*request) ([]policy.Request, error) {
	return func(q *request) ([]policy.Request, error) {
		return []policy.Request{q.action(action, q.bucket.declared().ARN, noListOptions)}, nil
	}
}

func onObject(action string) func(*request) ([]policy.Request, error) {
	return func(q *request) ([]policy.Request, error) {
		return []policy.Request{q.action(action, q.bucket.objectARN(q.key), nil)}, nil
	}
}

// noListOptions are the condition keys of a list for a request that has none.
var noListOptions = policy.Context{"s3:prefix": nil, "s3:delimiter": nil, "s3:max-keys": nil}

// listRequests has the options of a list as condition keys. A prefix that is sent empty is a
// value, as to IAM; one that is not sent is not.
func listRequests(q *request) ([]policy.Request, error) {
	return []policy.Request{q.action("ListBucket", q.bucket.declared().ARN, policy.Context{
		"s3:prefix": q.query["prefix"], "s3:delimiter": q.query["delimiter"], "s3:max-keys": q.query["max-keys"],
	})}, nil
}

func listBucketsRequests(q *request) ([]policy.Request, error) {
	return []policy.Request{q.action("ListAllMyBuckets", "*", nil)}, nil
}

// readRequests needs the permissions for an existing object. S3 reports a missing one only to
// callers that may list the bucket.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
func readRequests(action string) func(*request) ([]policy.Request, error) {
	return func(q *request) ([]policy.Request, error) {
		name := action
		if q.query.Get("versionId") != "" {
			name = versionAction[action]
		}
		requests := []policy.Request{q.action(name, q.bucket.objectARN(q.key), nil)}
		return append(requests, q.missingKeyRequests(q.bucket, q.key)...), nil
	}
}

// versionAction maps actions to those for a request that names a version.
var versionAction = map[string]string{
	"GetObject":           "GetObjectVersion",
	"GetObjectTagging":    "GetObjectVersionTagging",
	"PutObjectTagging":    "PutObjectVersionTagging",
	"DeleteObjectTagging": "DeleteObjectVersionTagging",
}

// missingKeyRequests returns what a request for a key needs in addition if there is no such object.
func (q *request) missingKeyRequests(b *bucket, key string) []policy.Request {
	if b.get(key) != nil {
		return nil
	}
	return []policy.Request{q.action("ListBucket", b.declared().ARN, noListOptions)}
}

func putRequests(q *request) ([]policy.Request, error) {
	return q.putRequests(q.header.Get("X-Amz-Tagging") != ""), nil
}

func (q *request) putRequests(isTagged bool) []policy.Request {
	requests := []policy.Request{q.action("PutObject", q.bucket.objectARN(q.key), nil)}
	if isTagged {
		requests = append(requests, q.action("PutObjectTagging", q.bucket.objectARN(q.key), nil))
	}
	return requests
}

// copyRequests returns what the source needs, and then the destination. Copying tags needs
// the permissions to read and to write them.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
func copyRequests(q *request) ([]policy.Request, error) {
	from, key, err := q.source()
	if err != nil {
		return nil, err
	}
	requests := append([]policy.Request{q.action("GetObject", from.objectARN(key), nil)}, q.missingKeyRequests(from, key)...)
	isTagged := q.header.Get("X-Amz-Tagging") != "" && q.header.Get("X-Amz-Tagging-Directive") == "REPLACE"
	isCopy := q.query.Get("uploadId") == "" && q.header.Get("X-Amz-Tagging-Directive") != "REPLACE"
	if o := from.get(key); o != nil && len(o.Tags) > 0 && isCopy {
		requests = append(requests, q.action("GetObjectTagging", from.objectARN(key), nil))
		isTagged = true
	}
	return append(requests, q.putRequests(isTagged)...), nil
}

// source returns the object that a copy reads. It need not exist.
func (q *request) source() (*bucket, string, error) {
	name, key, err := copySource(q.header.Get("X-Amz-Copy-Source"))
	if err != nil {
		return nil, "", err
	}
	from := q.s.bucket(name)
	if from == nil {
		return nil, "", fail(http.StatusNotFound, "NoSuchBucket", "The specified bucket does not exist")
	}
	from.expire(q.now)
	return from, key, nil
}

// deleteObjectsRequests needs the permission for each key.
func deleteObjectsRequests(q *request) ([]policy.Request, error) {
	wanted, err := q.deletions()
	if err != nil {
		return nil, err
	}
	requests := make([]policy.Request, len(wanted.Objects))
	for i, o := range wanted.Objects {
		requests[i] = q.action("DeleteObject", q.bucket.objectARN(o.Key), nil)
	}
	return requests, nil
}
