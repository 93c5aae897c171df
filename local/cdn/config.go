package cdn

import (
	"log/slog"
	"net/url"
	"time"
)

// Options are the fixed settings of a Distribution.
type Options struct {
	Now    func() time.Time // nil means time.Now
	Logger *slog.Logger     // receives what is hidden from viewers; nil discards it
}

// Config describes one distribution. It must not be changed after it is passed to
// [Distribution.Prepare].
type Config struct {
	// Origins are the places that answers come from, each with its own ID.
	Origins []Origin
	// Behaviors are tried in order; the first whose PathPattern matches wins.
	Behaviors []Behavior
	// Default serves what no behavior matches. Its PathPattern is empty or "*".
	Default Behavior
	// DefaultRootObject is the key served for "/", without a leading slash.
	DefaultRootObject string
	// ID is what functions see as event.context.distributionId.
	ID string
}

// An Origin is a bucket or a custom origin: exactly one of Bucket and URL is
// set.
type Origin struct {
	ID     string
	Bucket *Bucket
	// URL is scheme://host[:port] of a custom origin. The path of the viewer's
	// request is sent there unchanged.
	URL *url.URL
	// ReadTimeout is how long URL may take to its first byte. Zero means
	// CloudFront's default of 30 s.
	// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html
	ReadTimeout time.Duration
}

// A Behavior is how requests for some paths are answered.
type Behavior struct {
	// PathPattern has the wildcards * (any run of characters, also "/") and ?
	// (exactly one). It is case-sensitive; a leading slash may be left out.
	PathPattern string
	OriginID    string
	// AllowedMethods is one of CloudFront's three sets: GET and HEAD; those and
	// OPTIONS; or all seven methods. Empty means GET and HEAD.
	AllowedMethods []string
	// Compress takes effect only with a Cache that allows compressed objects,
	// as in CloudFront.
	Compress bool
	Cache    Cache
	// Forward is which parts of the viewer's request a custom origin receives
	// besides method, path and body.
	Forward Forward
	// ViewerProtocolPolicy is allow-all (also when empty), https-only or
	// redirect-to-https. It is checked, but has no effect: there is no TLS here.
	ViewerProtocolPolicy string
	Functions            Functions
	// ResponseHeaders are the response-headers policy, applied to every answer of
	// this behavior, errors too.
	ResponseHeaders []Header
}

// Functions are the CloudFront functions of a behavior; nil means none.
type Functions struct {
	ViewerRequest, ViewerResponse *Function
}

// A Function is a CloudFront function as it is deployed.
type Function struct {
	Name    string
	Runtime string // "cloudfront-js-2.0"
	Code    string
}

// A Header is one entry of a response-headers policy. Without Override, the
// origin's own header of that name stays.
type Header struct {
	Name, Value string
	Override    bool
}

// A Bucket is an S3 bucket that only the distribution may read, object by
// object.
type Bucket struct {
	Objects []Object
	// Listable means that the distribution has s3:ListBucket: a missing key is
	// then 404 NoSuchKey, and 403 AccessDenied otherwise.
	// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
	Listable bool
}

// An Object is an S3 object. Its ETag is the quoted MD5 of Body, as S3 makes
// it for objects that are put in one part and encrypted with S3's own keys.
type Object struct {
	Key          string
	ContentType  string // empty means binary/octet-stream, as in S3
	CacheControl string
	Body         []byte
	LastModified time.Time // zero means the time of Prepare
}
