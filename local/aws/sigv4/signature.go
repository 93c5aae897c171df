package sigv4

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// s3 is the service with its own rules.
const s3 = "s3"

// iotDeviceGateway is the service of AWS IoT Core's device endpoint.
const iotDeviceGateway = "iotdevicegateway"

const (
	algorithm  = "AWS4-HMAC-SHA256"
	terminator = "aws4_request"

	// timeFormat is the basic format of ISO 8601 that signatures use.
	timeFormat = "20060102T150405Z"

	// maxExpires is the longest life of a presigned URL, seven days.
	// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
	maxExpires = 7 * 24 * time.Hour
)

// A Signature is a request's signature, not verified yet.
type Signature struct {
	AccessKeyID           string
	Date, Region, Service string // of the credential scope

	terminator string
	headers    []string // that are signed, in lower case, as the client sorted them
	value      string   // the signature in hexadecimal
	token      string   // the session token; may be empty
	time       string   // as it was sent, in timeFormat
	at         time.Time

	policy    string // of a form, in base64; empty for every other request
	presigned bool
	expires   time.Duration // of a presigned URL; zero where it has none
	query     url.Values
}

// signsToken reports whether the session token of a presigned URL is signed. IoT Core's is
// appended to the signed URL.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#temporary-security-credentials
// https://github.com/awslabs/aws-crt-nodejs/blob/main/lib/native/aws_iot_mqtt5.ts (omit_session_token)
func (s *Signature) signsToken() bool { return s.Service != iotDeviceGateway }

// Parse parses the signature of a request, in its Authorization header or its query. The
// error is an *Error in the words of the service that the signature names or, if none can be
// read, of the given service.
func Parse(r *http.Request, service string) (*Signature, error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, errUnreadableQuery.of(service)
	}
	s := &Signature{query: query}
	header := r.Header.Values("Authorization")
	_, presigned := query["X-Amz-Algorithm"]
	switch {
	case presigned && len(header) > 0, len(header) > 1:
		return nil, errTwice.of(service)
	case presigned:
		return s, s.readQuery(service)
	case len(header) == 1:
		return s, s.readHeader(r.Header, header[0], service)
	}
	return nil, errMissing.of(service)
}

// readHeader reads an Authorization header.
func (s *Signature) readHeader(h http.Header, authorization, service string) error {
	name, rest, _ := strings.Cut(authorization, " ")
	if name != algorithm {
		return errAlgorithm.of(service, name)
	}
	parameters := map[string]string{}
	for part := range strings.SplitSeq(rest, ",") {
		key, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		if _, twice := parameters[key]; twice {
			return errAuthorization.of(service, "Authorization header has the parameter '"+key+"' twice.")
		}
		parameters[key] = value
	}
	var missing string
	for _, key := range []string{"Credential", "Signature", "SignedHeaders"} {
		if parameters[key] == "" {
			missing += "Authorization header requires '" + key + "' parameter. "
		}
	}
	if missing != "" {
		return errAuthorization.of(service, missing)
	}
	s.value, s.token = parameters["Signature"], h.Get("X-Amz-Security-Token")
	if err := s.readCredential(errAuthorization, parameters["Credential"], service); err != nil {
		return err
	}
	if err := s.readSignedHeaders(parameters["SignedHeaders"]); err != nil {
		return err
	}
	return s.readDate(h)
}

// readDate reads X-Amz-Date, or Date if it is missing.
func (s *Signature) readDate(h http.Header) error {
	s.time = h.Get("X-Amz-Date")
	if s.time == "" && h.Get("Date") != "" {
		if at, err := http.ParseTime(h.Get("Date")); err == nil {
			s.time = at.UTC().Format(timeFormat)
		}
	}
	if s.time == "" {
		return errAuthorization.of(s.Service, "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ")
	}
	return s.parseTime()
}

func (s *Signature) parseTime() error {
	at, err := time.Parse(timeFormat, s.time)
	if err != nil || len(s.time) != len(timeFormat) { // time.Parse takes fractions of seconds
		return errDate.of(s.Service, s.time)
	}
	s.at = at
	return nil
}

// The parameters of a presigned URL. X-Amz-Security-Token may be missing.
var presignedParameters = []string{"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-Date", "X-Amz-SignedHeaders", "X-Amz-Expires"}

// readQuery reads the query of a presigned URL.
func (s *Signature) readQuery(service string) error {
	s.presigned = true
	if got := s.query.Get("X-Amz-Algorithm"); got != algorithm {
		return errAlgorithm.of(service, got)
	}
	if err := s.readCredential(errQuery, s.query.Get("X-Amz-Credential"), service); err != nil {
		return err
	}
	for _, name := range presignedParameters {
		missing := len(s.query[name]) == 0 && (name != "X-Amz-Expires" || s.Service == s3)
		if missing || len(s.query[name]) > 1 || len(s.query["X-Amz-Security-Token"]) > 1 {
			return errQuery.of(s.Service, "Query-string authentication version 4 requires the "+
				"X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.")
		}
	}
	s.value, s.token, s.time = s.query.Get("X-Amz-Signature"), s.query.Get("X-Amz-Security-Token"), s.query.Get("X-Amz-Date")
	if err := s.parseTime(); err != nil {
		return errQuery.of(s.Service, `X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`)
	}
	if err := s.readExpires(); err != nil {
		return err
	}
	return s.readSignedHeaders(s.query.Get("X-Amz-SignedHeaders"))
}

func (s *Signature) readExpires() error {
	if len(s.query["X-Amz-Expires"]) == 0 {
		return nil
	}
	seconds, err := strconv.Atoi(s.query.Get("X-Amz-Expires"))
	switch {
	case err != nil:
		return errQuery.of(s.Service, "X-Amz-Expires should be a number")
	case seconds < 1:
		return errQuery.of(s.Service, "X-Amz-Expires must be positive")
	case seconds > int(maxExpires/time.Second):
		return errQuery.of(s.Service, "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds")
	}
	s.expires = time.Duration(seconds) * time.Second
	return nil
}

func (s *Signature) readCredential(e words, credential, service string) error {
	parts := strings.Split(credential, "/")
	if len(parts) != 5 || slices.Contains(parts, "") {
		return e.of(service, "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '"+credential+"'")
	}
	s.AccessKeyID, s.Date, s.Region, s.Service, s.terminator = parts[0], parts[1], parts[2], parts[3], parts[4]
	return nil
}

// readSignedHeaders reads names in lower case, sorted, each once, as in a canonical request.
func (s *Signature) readSignedHeaders(names string) error {
	s.headers = strings.Split(names, ";")
	for i, name := range s.headers {
		if name == "" || name != strings.ToLower(name) || i > 0 && name <= s.headers[i-1] {
			return errMismatch.of(s.Service)
		}
	}
	return nil
}
