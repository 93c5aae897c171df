package s3

import (
	"net/http"
	"slices"
	"strings"

	"api-auth-jwt-auth0/local/aws/policy"
)

// An operation is an operation of the API. Its functions receive a request that parse has
// checked.
type operation struct {
	name     string // as the API reference has it
	requests func(q *request) ([]policy.Request, error)
	serve    func(q *request, w http.ResponseWriter) error
}

// A route is what determines S3's operation.
type route struct {
	method      string
	scope       string // "service", "bucket" or "object"
	subresource string // the names of those in the query, sorted, joined by commas
	isCopy      bool   // there is a copy source
}

// operations are the operations that are served.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
// Each needs the actions in
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
var operations = map[route]operation{
	{method: "GET", scope: "service"}:                         {"ListBuckets", listBucketsRequests, listBuckets},
	{method: "HEAD", scope: "bucket"}:                         {"HeadBucket", onBucket("ListBucket"), headBucket},
	{method: "GET", scope: "bucket"}:                          {"ListObjects", listRequests, listObjects},
	{method: "GET", scope: "bucket", subresource: "location"}: {"GetBucketLocation", onBucket("GetBucketLocation"), bucketLocation},
	{method: "GET", scope: "bucket", subresource: "uploads"}:  {"ListMultipartUploads", onBucket("ListBucketMultipartUploads"), listUploads},
	{method: "POST", scope: "bucket", subresource: "delete"}:  {"DeleteObjects", deleteObjectsRequests, deleteObjects},
	{method: "POST", scope: "bucket"}:                         {"PostObject", formRequests, postObject},

	{method: "GET", scope: "object"}:                                                   {"GetObject", readRequests("GetObject"), getObject},
	{method: "HEAD", scope: "object"}:                                                  {"HeadObject", readRequests("GetObject"), getObject},
	{method: "PUT", scope: "object"}:                                                   {"PutObject", putRequests, putObject},
	{method: "PUT", scope: "object", isCopy: true}:                                     {"CopyObject", copyRequests, copyObject},
	{method: "DELETE", scope: "object"}:                                                {"DeleteObject", onObject("DeleteObject"), deleteObject},
	{method: "GET", scope: "object", subresource: "tagging"}:                           {"GetObjectTagging", readRequests("GetObjectTagging"), getTagging},
	{method: "PUT", scope: "object", subresource: "tagging"}:                           {"PutObjectTagging", readRequests("PutObjectTagging"), putTagging},
	{method: "DELETE", scope: "object", subresource: "tagging"}:                        {"DeleteObjectTagging", readRequests("DeleteObjectTagging"), deleteTagging},
	{method: "POST", scope: "object", subresource: "uploads"}:                          {"CreateMultipartUpload", putRequests, createUpload},
	{method: "PUT", scope: "object", subresource: "partNumber,uploadId"}:               {"UploadPart", onObject("PutObject"), uploadPart},
	{method: "PUT", scope: "object", subresource: "partNumber,uploadId", isCopy: true}: {"UploadPartCopy", copyRequests, uploadPartCopy},
	{method: "GET", scope: "object", subresource: "uploadId"}:                          {"ListParts", onObject("ListMultipartUploadParts"), listParts},
	{method: "POST", scope: "object", subresource: "uploadId"}:                         {"CompleteMultipartUpload", onObject("PutObject"), completeUpload},
	{method: "DELETE", scope: "object", subresource: "uploadId"}:                       {"AbortMultipartUpload", onObject("AbortMultipartUpload"), abortUpload},
}

// subresources are the query parameters that determine an operation. Any other is an option
// of one, or ignored, as by S3.
var subresources = []string{
	"abac", "accelerate", "acl", "analytics", "annotation", "attributes", "cors", "delete", "encryption",
	"intelligent-tiering", "inventory", "legal-hold", "lifecycle", "location", "logging", "metadataConfiguration",
	"metadataTable", "metrics", "notification", "object-lock", "ownershipControls", "partNumber", "policy",
	"policyStatus", "publicAccessBlock", "renameObject", "replication", "requestPayment", "restore", "retention",
	"select", "session", "tagging", "torrent", "uploadId", "uploads", "versioning", "versions", "website",
}

// operation returns the operation of a request.
func (q *request) operation() (operation, error) {
	r := route{method: q.http.Method, scope: q.scope(), isCopy: q.header.Get("X-Amz-Copy-Source") != ""}
	var names []string
	for _, name := range subresources {
		if q.query.Has(name) && (name != "partNumber" || q.query.Has("uploadId")) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	r.subresource = strings.Join(names, ",")
	op, found := operations[r]
	switch {
	case found:
		return op, nil
	case r.subresource != "":
		return op, notImplemented("The local cloud does not serve %s with ?%s on a %s. What a bucket is set to stands in the Pulumi program.", r.method, strings.Join(names, "&"), r.scope)
	case r.scope == "bucket" && (r.method == "PUT" || r.method == "DELETE"):
		return op, notImplemented("Buckets are created and deleted by the Pulumi program: change it, and the local cloud follows.")
	}
	return op, fail(http.StatusMethodNotAllowed, "MethodNotAllowed", "The specified method is not allowed against this resource.")
}

func (q *request) scope() string {
	switch {
	case q.key != "":
		return "object"
	case q.bucketName != "":
		return "bucket"
	}
	return "service"
}
