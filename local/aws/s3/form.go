package s3

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"

	"api-auth-jwt-auth0/local/aws/policy"
	"api-auth-jwt-auth0/local/aws/sigv4"
)

// FormSignature returns the signature of a browser form's upload, and reports whether the
// request is one. [Service.Read] checks the form's policy.
func (s *Service) FormSignature(r *http.Request, body []byte) (signature sigv4.Form, isForm bool) {
	bucket, key, err := target(r)
	if r.Method != http.MethodPost || err != nil || bucket == "" || key != "" || r.URL.RawQuery != "" || !isFormType(r) {
		return sigv4.Form{}, false
	}
	f, err := parseForm(r, body)
	if err != nil {
		return sigv4.Form{}, false
	}
	return sigv4.Form{Algorithm: f.fields.Get("X-Amz-Algorithm"), Credential: f.fields.Get("X-Amz-Credential"), Date: f.fields.Get("X-Amz-Date"),
		Token: f.fields.Get("X-Amz-Security-Token"), Policy: f.fields.Get("Policy"), Signature: f.fields.Get("X-Amz-Signature")}, true
}

func isFormType(r *http.Request) bool {
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && mediaType == "multipart/form-data"
}

// A form is a browser's upload. The names of its fields are case-insensitive, as those of
// headers.
type form struct {
	fields http.Header
	file   []byte
}

// maxFormBytes limits all fields except the file.
// https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
const maxFormBytes = 20 << 10

// parseForm reads the fields up to and including the file. S3 ignores what follows.
func parseForm(r *http.Request, body []byte) (*form, error) {
	_, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || !isFormType(r) {
		return nil, fail(http.StatusPreconditionFailed, "PreconditionFailed", "Bucket POST must be of the enclosure-type multipart/form-data")
	}
	reader := multipart.NewReader(bytes.NewReader(body), parameters["boundary"])
	f := &form{fields: http.Header{}}
	for size := 0; ; {
		p, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil, invalidArgument("POST requires exactly one file upload per request.")
		}
		if err != nil {
			return nil, malformedForm()
		}
		value, err := io.ReadAll(p)
		if err != nil {
			return nil, malformedForm()
		}
		name := textproto.CanonicalMIMEHeaderKey(p.FormName())
		if name == "File" {
			f.file = value
			for i, key := range f.fields["Key"] {
				f.fields["Key"][i] = strings.ReplaceAll(key, "${filename}", p.FileName())
			}
			return f, nil
		}
		if size += len(name) + len(value); size > maxFormBytes {
			return nil, fail(http.StatusBadRequest, "MaxPostPreDataLengthExceeded", "Your POST request fields preceding the upload file were too large.")
		}
		f.fields.Add(name, string(value))
	}
}

func malformedForm() error {
	return fail(http.StatusBadRequest, "MalformedPOSTRequest", "The body of your POST request is not well-formed multipart/form-data.")
}

// form turns the request into the one that its form describes, if the form's policy allows
// it.
func (q *request) form() error {
	f, err := parseForm(q.http, q.body)
	if err != nil {
		return err
	}
	if err := q.checkPolicy(f); err != nil {
		return err
	}
	if q.key = f.fields.Get("Key"); q.key == "" {
		return invalidArgument("Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.")
	}
	if err := checkKey(q.key); err != nil {
		return err
	}
	q.header, q.body = f.fields, f.file
	if acl := f.fields.Get("Acl"); acl != "" {
		q.header.Set("X-Amz-Acl", acl)
	}
	if text := f.fields.Get("Tagging"); text != "" {
		if err := q.readFormTagging(text); err != nil {
			return err
		}
	}
	return q.check()
}

// readFormTagging replaces the header with the form's tags, which are in XML.
func (q *request) readFormTagging(text string) error {
	var sent struct {
		XMLName xml.Name `xml:"Tagging"`
		Tags    []Tag    `xml:"TagSet>Tag"`
	}
	if err := xml.Unmarshal([]byte(text), &sent); err != nil {
		return malformedXML()
	}
	tags := url.Values{}
	for _, tag := range sent.Tags {
		tags.Add(tag.Key, tag.Value)
	}
	q.header.Set("X-Amz-Tagging", tags.Encode())
	return nil
}

func formRequests(q *request) ([]policy.Request, error) {
	if err := q.form(); err != nil {
		return nil, err
	}
	return putRequests(q)
}

type postResult struct {
	XMLName  xml.Name `xml:"PostResponse"`
	Location string
	Bucket   string
	Key      string
	ETag     string
}

// postObject stores the form's file, and responds as the form requests.
func postObject(q *request, w http.ResponseWriter) error {
	if err := q.form(); err != nil {
		return err
	}
	o, err := q.describe()
	if err != nil {
		return err
	}
	sum, err := q.checksum()
	if err != nil {
		return err
	}
	o.fill(q.body, sum)
	if err := q.bucket.put(o, bytes.Clone(q.body), func(*object) error { return nil }); err != nil {
		return err
	}
	q.writeStored(w.Header(), o)
	location := "http://" + q.http.Host + strings.TrimSuffix(q.http.URL.EscapedPath(), "/") + "/" + (&url.URL{Path: q.key}).EscapedPath()
	w.Header().Set("Location", location)
	q.answerForm(w, postResult{Location: location, Bucket: q.bucketName, Key: q.key, ETag: quote(o.ETag)})
	return nil
}

func (q *request) answerForm(w http.ResponseWriter, result postResult) {
	if redirect, err := url.Parse(q.header.Get("Success_action_redirect")); err == nil && redirect.IsAbs() {
		query := redirect.Query()
		query.Set("bucket", result.Bucket)
		query.Set("key", result.Key)
		query.Set("etag", result.ETag)
		redirect.RawQuery = query.Encode()
		w.Header().Set("Location", redirect.String())
		w.WriteHeader(http.StatusSeeOther)
		return
	}
	switch q.header.Get("Success_action_status") {
	case "200":
		w.WriteHeader(http.StatusOK)
	case "201":
		writeXML(w, http.StatusCreated, result)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}
