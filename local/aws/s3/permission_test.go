package s3_test

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/aws"
	"api-auth-jwt-auth0/local/aws/policy"
	"api-auth-jwt-auth0/local/aws/s3"
)

// Each operation needs the actions of
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
func TestRequests(t *testing.T) {
	t.Parallel()
	s := newService(t, s3.Options{}, config())
	c, _ := newClient(t, s)
	put(t, c, "dir/there", "content")
	put(t, c, "tagged", "content")
	serve(t, s, "PUT", "/"+bucket+"/tagged?tagging", "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>")
	const arn = "arn:aws:s3:::" + bucket
	const list = "s3:ListBucket " + arn
	for _, tt := range []struct {
		method, target, body string
		headers              []string
		action, resource     string
		want                 []string
	}{
		{"GET", "/", "", nil, "ListBuckets", "", []string{"s3:ListAllMyBuckets *"}},
		{"HEAD", "/" + bucket, "", nil, "HeadBucket", bucket, []string{list}},
		{"GET", "/" + bucket, "", nil, "ListObjects", bucket, []string{list}},
		{"GET", "/" + bucket + "?location", "", nil, "GetBucketLocation", bucket, []string{"s3:GetBucketLocation " + arn}},
		{"GET", "/" + bucket + "?uploads", "", nil, "ListMultipartUploads", bucket, []string{"s3:ListBucketMultipartUploads " + arn}},
		{"GET", "/" + bucket + "/dir/there", "", nil, "GetObject", bucket + "/dir/there", []string{"s3:GetObject " + arn + "/dir/there"}},
		{"GET", "/" + bucket + "/dir/there?versionId=null", "", nil, "GetObject", bucket + "/dir/there", []string{"s3:GetObjectVersion " + arn + "/dir/there"}},
		{"HEAD", "/" + bucket + "/missing", "", nil, "HeadObject", bucket + "/missing", []string{"s3:GetObject " + arn + "/missing", list}},
		{"GET", "/" + bucket + "/missing", "", nil, "GetObject", bucket + "/missing", []string{"s3:GetObject " + arn + "/missing", list}},
		{"GET", "/" + bucket + "/tagged?tagging", "", nil, "GetObjectTagging", bucket + "/tagged", []string{"s3:GetObjectTagging " + arn + "/tagged"}},
		{"PUT", "/" + bucket + "/tagged?tagging", "", nil, "PutObjectTagging", bucket + "/tagged", []string{"s3:PutObjectTagging " + arn + "/tagged"}},
		{"DELETE", "/" + bucket + "/missing?tagging", "", nil, "DeleteObjectTagging", bucket + "/missing", []string{"s3:DeleteObjectTagging " + arn + "/missing", list}},
		{"PUT", "/" + bucket + "/a*b", "", nil, "PutObject", bucket + "/a*b", []string{"s3:PutObject " + arn + "/a*b"}},
		{"PUT", "/" + bucket + "/../" + other + "/a", "", nil, "PutObject", bucket + "/../" + other + "/a", []string{"s3:PutObject " + arn + "/../" + other + "/a"}},
		{"PUT", "/" + bucket + "/a", "", []string{"X-Amz-Tagging: a=b"}, "PutObject", bucket + "/a", []string{"s3:PutObject " + arn + "/a", "s3:PutObjectTagging " + arn + "/a"}},
		{"PUT", "/" + bucket + "/a?x-amz-tagging=a%3Db", "", nil, "PutObject", bucket + "/a", []string{"s3:PutObject " + arn + "/a", "s3:PutObjectTagging " + arn + "/a"}},
		{"DELETE", "/" + bucket + "/a", "", nil, "DeleteObject", bucket + "/a", []string{"s3:DeleteObject " + arn + "/a"}},
		{"POST", "/" + bucket + "?delete", "<Delete><Object><Key>a</Key></Object><Object><Key>b/c</Key></Object></Delete>", nil, "DeleteObjects", bucket,
			[]string{"s3:DeleteObject " + arn + "/a", "s3:DeleteObject " + arn + "/b/c"}},
		{"PUT", "/" + other + "/a", "", []string{"X-Amz-Copy-Source: /" + bucket + "/dir%2Fthere"}, "CopyObject", other + "/a",
			[]string{"s3:GetObject " + arn + "/dir/there", "s3:PutObject arn:aws:s3:::" + other + "/a"}},
		{"PUT", "/" + other + "/a", "", []string{"X-Amz-Copy-Source: " + bucket + "/missing"}, "CopyObject", other + "/a",
			[]string{"s3:GetObject " + arn + "/missing", list, "s3:PutObject arn:aws:s3:::" + other + "/a"}},
		{"PUT", "/" + other + "/a", "", []string{"X-Amz-Copy-Source: " + bucket + "/tagged"}, "CopyObject", other + "/a",
			[]string{"s3:GetObject " + arn + "/tagged", "s3:GetObjectTagging " + arn + "/tagged", "s3:PutObject arn:aws:s3:::" + other + "/a", "s3:PutObjectTagging arn:aws:s3:::" + other + "/a"}},
		{"PUT", "/" + other + "/a", "", []string{"X-Amz-Copy-Source: " + bucket + "/tagged", "X-Amz-Tagging-Directive: REPLACE"}, "CopyObject", other + "/a",
			[]string{"s3:GetObject " + arn + "/tagged", "s3:PutObject arn:aws:s3:::" + other + "/a"}},
		{"POST", "/" + bucket + "/a?uploads", "", nil, "CreateMultipartUpload", bucket + "/a", []string{"s3:PutObject " + arn + "/a"}},
		{"PUT", "/" + bucket + "/a?partNumber=1&uploadId=x", "", nil, "UploadPart", bucket + "/a", []string{"s3:PutObject " + arn + "/a"}},
		{"PUT", "/" + other + "/a?partNumber=1&uploadId=x", "", []string{"X-Amz-Copy-Source: " + bucket + "/tagged"}, "UploadPartCopy", other + "/a",
			[]string{"s3:GetObject " + arn + "/tagged", "s3:PutObject arn:aws:s3:::" + other + "/a"}},
		{"GET", "/" + bucket + "/a?uploadId=x", "", nil, "ListParts", bucket + "/a", []string{"s3:ListMultipartUploadParts " + arn + "/a"}},
		{"POST", "/" + bucket + "/a?uploadId=x", "", nil, "CompleteMultipartUpload", bucket + "/a", []string{"s3:PutObject " + arn + "/a"}},
		{"DELETE", "/" + bucket + "/a?uploadId=x", "", nil, "AbortMultipartUpload", bucket + "/a", []string{"s3:AbortMultipartUpload " + arn + "/a"}},
	} {
		op, err := read(s, tt.method, tt.target, tt.body, tt.headers...)
		if err != nil {
			t.Errorf("%s %s: %v", tt.method, tt.target, err)
			continue
		}
		var got []string
		for _, r := range op.Requests {
			got = append(got, r.Action+" "+r.Resource)
		}
		if op.Action != tt.action || op.Resource != tt.resource || !slices.Equal(got, tt.want) {
			t.Errorf("%s %s: expected %s of %q with %q, got %s of %q with %q", tt.method, tt.target, tt.action, tt.resource, tt.want, op.Action, op.Resource, got)
		}
	}
}

// Reading changes nothing.
func TestReadChangesNothing(t *testing.T) {
	t.Parallel()
	s := newService(t, s3.Options{}, config())
	c, _ := newClient(t, s)
	put(t, c, "a", "content")
	for _, method := range []string{"PUT", "DELETE"} {
		if _, err := read(s, method, "/"+bucket+"/a", "other"); err != nil {
			t.Error(err)
		}
	}
	if got := get(t, c, "a"); got != "content" {
		t.Errorf("got %q", got)
	}
}

func newRequest(method, target, body string, headers ...string) *http.Request {
	r, err := http.NewRequest(method, "http://127.0.0.1"+target, strings.NewReader(body))
	if err != nil {
		panic(err) // the test's own target
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Set(name, value)
	}
	return r
}

func read(s *s3.Service, method, target, body string, headers ...string) (aws.Operation, error) {
	return s.Read(newRequest(method, target, body, headers...), []byte(body))
}

func serve(t *testing.T, s *s3.Service, method, target, body string) {
	t.Helper()
	w := discard{http.Header{}}
	s.Serve(w, newRequest(method, target, body), []byte(body))
}

// The condition keys of a list are what a policy limits prefixes by.
func TestListConditions(t *testing.T) {
	t.Parallel()
	s := newService(t, s3.Options{}, config())
	document, err := policy.Parse([]byte(`{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:ListBucket",
		"Resource": "arn:aws:s3:::` + bucket + `", "Condition": {"StringLike": {"s3:prefix": "home/me/*"}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	policies := policy.Policies{Identity: []*policy.Document{document}}
	for _, tt := range []struct {
		query string
		want  bool
	}{
		{"?list-type=2&prefix=home/me/", true}, {"?prefix=home/me/2026", true}, {"?prefix=home/you/", false}, {"?prefix=", false}, {"", false},
		{"?prefix=home/me/&prefix=home/you/", false},
	} {
		op, err := read(s, "GET", "/"+bucket+tt.query, "")
		if err != nil {
			t.Fatal(err)
		}
		if got := policies.Evaluate(op.Requests[0]); got.Allowed != tt.want {
			t.Errorf("%s: expected %t, got %+v", tt.query, tt.want, got)
		}
	}
	op, err := read(s, "GET", "/"+bucket+"?delimiter=/&max-keys=3&X-Amz-Signature=x", "")
	if err != nil {
		t.Fatal(err)
	}
	context := op.Requests[0].Context
	if !slices.Equal(context["s3:delimiter"], []string{"/"}) || !slices.Equal(context["s3:max-keys"], []string{"3"}) || context["s3:prefix"] != nil ||
		!slices.Equal(context["s3:authType"], []string{"REST-QUERY-STRING"}) || !slices.Equal(context["s3:ResourceAccount"], []string{account}) {
		t.Errorf("got %v of %v", context, slices.Sorted(maps.Keys(context)))
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	s := newService(t, s3.Options{}, config())
	c, url := newClient(t, s)
	put(t, c, "a", "content")
	for _, tt := range []struct {
		name, method, path string
		headers            []string
		status             int
		code, words        string
	}{
		{"create", "PUT", "/" + bucket, nil, 501, "NotImplemented", "created and deleted by the Pulumi program"},
		{"create a new one", "PUT", "/new-bucket", nil, 501, "NotImplemented", "created and deleted by the Pulumi program"},
		{"delete", "DELETE", "/" + bucket, nil, 501, "NotImplemented", "created and deleted by the Pulumi program"},
		{"policy", "GET", "/" + bucket + "?policy", nil, 501, "NotImplemented", "?policy on a bucket"},
		{"versioning", "PUT", "/" + bucket + "?versioning", nil, 501, "NotImplemented", "?versioning on a bucket"},
		{"versions", "GET", "/" + bucket + "?versions", nil, 501, "NotImplemented", "?versions on a bucket"},
		{"ACL", "GET", "/" + bucket + "/a?acl", nil, 501, "NotImplemented", "?acl on a object"},
		{"attributes", "GET", "/" + bucket + "/a?attributes", nil, 501, "NotImplemented", "?attributes"},
		{"two subresources", "GET", "/" + bucket + "/a?tagging&acl", nil, 501, "NotImplemented", "?acl&amp;tagging"},
		{"method", "POST", "/" + bucket + "/a", nil, 405, "MethodNotAllowed", "not allowed against this resource"},
		{"method of the service", "DELETE", "/", nil, 405, "MethodNotAllowed", ""},
		{"version", "GET", "/" + bucket + "/a?versionId=3HL4kqtJlcpXroDTDmJ", nil, 400, "InvalidArgument", "Invalid version id"},
		{"other owner", "GET", "/" + bucket + "/a", []string{"X-Amz-Expected-Bucket-Owner: 210987654321"}, 403, "AccessDenied", ""},
		{"owner", "GET", "/" + bucket + "/a", []string{"X-Amz-Expected-Bucket-Owner: " + account}, 200, "", ""},
		{"public", "PUT", "/" + bucket + "/a", []string{"X-Amz-Acl: public-read"}, 400, "AccessControlListNotSupported", ""},
		{"KMS", "PUT", "/" + bucket + "/a", []string{"X-Amz-Server-Side-Encryption: aws:kms"}, 501, "NotImplemented", "aws:kms"},
		{"customer key", "PUT", "/" + bucket + "/a", []string{"X-Amz-Server-Side-Encryption-Customer-Algorithm: AES256"}, 501, "NotImplemented", "Customer-Algorithm"},
		{"lock", "PUT", "/" + bucket + "/a", []string{"X-Amz-Object-Lock-Mode: GOVERNANCE"}, 501, "NotImplemented", "X-Amz-Object-Lock-Mode"},
		{"redirect", "PUT", "/" + bucket + "/a", []string{"X-Amz-Website-Redirect-Location: /b"}, 501, "NotImplemented", "Redirect-Location"},
		{"class", "PUT", "/" + bucket + "/a", []string{"X-Amz-Storage-Class: DEEP"}, 400, "InvalidStorageClass", ""},
		{"metadata", "PUT", "/" + bucket + "/a", []string{"X-Amz-Meta-A: " + strings.Repeat("x", 2048)}, 400, "MetadataTooLarge", ""},
		{"tags", "PUT", "/" + bucket + "/a", []string{"X-Amz-Tagging: a=1&a=2"}, 400, "InvalidTag", ""},
		{"eleven tags", "PUT", "/" + bucket + "/a", []string{"X-Amz-Tagging: a=&b=&c=&d=&e=&f=&g=&h=&i=&j=&k="}, 400, "BadRequest", ""},
		{"AWS's tag", "PUT", "/" + bucket + "/a", []string{"X-Amz-Tagging: aws:x=1"}, 400, "InvalidTag", ""},
		{"query", "GET", "/" + bucket + "/a?%zz", nil, 400, "InvalidURI", ""},
		{"key without a bucket", "GET", "//a", nil, 404, "NoSuchBucket", ""},
	} {
		status, h, body := send(t, tt.method, url+tt.path, "", tt.headers...)
		if status != tt.status || element(body, "Code") != tt.code || !strings.Contains(body, tt.words) {
			t.Errorf("%s: expected %d %s %q, got %d %s", tt.name, tt.status, tt.code, tt.words, status, body)
		}
		if tt.code != "" && (h.Get("X-Amz-Request-Id") == "" || h.Get("X-Amz-Request-Id") != element(body, "RequestId")) {
			t.Errorf("%s: expected the request ID in header and body, got %v %s", tt.name, h, body)
		}
	}
	if status, _, body := send(t, "HEAD", url+"/"+bucket+"/missing", ""); status != 404 || body != "" {
		t.Errorf("HEAD: got %d %q", status, body)
	}
	if _, _, body := send(t, "GET", url+"/"+bucket+"/a%20%3Cb%3E", ""); element(body, "Key") != "a &lt;b&gt;" {
		t.Errorf("key in an error: got %s", body)
	}
	_, err := read(s, "GET", "/unknown-bucket/a", "")
	var refused *aws.Error
	if !errors.As(err, &refused) || refused.Code != "NoSuchBucket" {
		t.Errorf("expected an *aws.Error, got %v", err)
	}
}
