package s3

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// overrides are the query parameters that replace an object's headers in one
// answer. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
var overrides = map[string]string{
	"response-cache-control":       "Cache-Control",
	"response-content-disposition": "Content-Disposition",
	"response-content-encoding":    "Content-Encoding",
	"response-content-language":    "Content-Language",
	"response-content-type":        "Content-Type",
	"response-expires":             "Expires",
}

// getObject serves GET and HEAD.
func getObject(q *request, w http.ResponseWriter) error {
	o, content, err := q.bucket.read(q.key)
	if err != nil {
		return err
	}
	if o == nil {
		return noSuchKey()
	}
	isModified, err := readConditions(q.header, "", o)
	if err != nil {
		return err
	}
	if !isModified {
		w.Header().Set("Etag", quote(o.ETag))
		w.Header().Set("Last-Modified", o.LastModified.Format(http.TimeFormat))
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	first, last, isPartial, err := q.selected(o)
	if err != nil {
		return err
	}
	q.writeObjectHeader(w.Header(), o)
	status := http.StatusOK
	if isPartial {
		status = http.StatusPartialContent
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", first, last-1, o.Size))
	}
	w.Header().Set("Content-Length", strconv.FormatInt(last-first, 10))
	w.WriteHeader(status)
	if q.http.Method == http.MethodGet {
		// An error means that the client is gone.
		_, _ = w.Write(content[first:last])
	}
	return nil
}

func (q *request) writeObjectHeader(h http.Header, o *object) {
	o.write(h)
	for parameter, name := range overrides {
		if value := q.query.Get(parameter); value != "" {
			h.Set(name, value)
		}
	}
	if q.header.Get("Range") == "" && strings.EqualFold(q.header.Get("X-Amz-Checksum-Mode"), "ENABLED") {
		o.Checksum.write(h)
	}
	if at := q.bucket.declared().expiry(o.LastModified); !at.IsZero() {
		h.Set("X-Amz-Expiration", fmt.Sprintf(`expiry-date="%s", rule-id="lifecycle"`, at.Format(http.TimeFormat)))
	}
	if q.query.Get("partNumber") != "" && len(o.PartSizes) > 0 {
		h.Set("X-Amz-Mp-Parts-Count", strconv.Itoa(len(o.PartSizes)))
	}
}

// selected returns the requested part of an object: from first to before last.
func (q *request) selected(o *object) (first, last int64, isPartial bool, err error) {
	number := q.query.Get("partNumber")
	if number == "" {
		return parseRange(q.header.Get("Range"), o.Size)
	}
	if q.header.Get("Range") != "" {
		return 0, 0, false, invalidRequest("Cannot specify both Range header and partNumber query parameter")
	}
	n, err := partNumber(number)
	if err != nil {
		return 0, 0, false, err
	}
	if len(o.PartSizes) == 0 && n == 1 {
		return 0, o.Size, o.Size > 0, nil
	}
	if n > len(o.PartSizes) {
		return 0, 0, false, fail(http.StatusRequestedRangeNotSatisfiable, "InvalidPartNumber", "The requested partnumber is not satisfiable")
	}
	for _, size := range o.PartSizes[:n-1] {
		first += size
	}
	return first, first + o.PartSizes[n-1], true, nil
}

// parseRange reads a Range header. S3 sends the whole object for one that it does
// not understand, and for several ranges.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/download-objects.html
func parseRange(header string, size int64) (first, last int64, isPartial bool, err error) {
	spec, found := strings.CutPrefix(header, "bytes=")
	from, to, isRange := strings.Cut(spec, "-")
	if !found || !isRange || !isDigits(from) || !isDigits(to) || from+to == "" {
		return 0, size, false, nil
	}
	if from == "" {
		first, last = max(0, size-number(to)), size
	} else {
		first, last = number(from), size
		if to != "" {
			last = min(size, number(to)+1)
			if number(to) < first {
				return 0, size, false, nil
			}
		}
	}
	if first >= size || first >= last {
		return 0, 0, false, fail(http.StatusRequestedRangeNotSatisfiable, "InvalidRange", "The requested range is not satisfiable")
	}
	return first, last, true, nil
}

func isDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// number returns the value of digits, capped so that adding to it does not overflow.
func number(digits string) int64 {
	n, err := strconv.ParseInt(digits, 10, 62)
	if err != nil {
		return 1 << 61
	}
	return n
}

// readConditions evaluates the conditions of a read. For the source of a copy their names
// have a prefix. An error means that a condition is false; isModified is false if the client
// has the object already.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-reads.html
func readConditions(h http.Header, prefix string, o *object) (isModified bool, err error) {
	match, unmodified := h.Get(prefix+"If-Match"), h.Get(prefix+"If-Unmodified-Since")
	switch {
	case match != "" && !matchesTag(match, o.ETag),
		match == "" && unmodified != "" && isAfter(o.LastModified, unmodified, false):
		return false, preconditionFailed()
	}
	if none := h.Get(prefix + "If-None-Match"); none != "" {
		return !matchesTag(none, o.ETag), nil
	}
	since := h.Get(prefix + "If-Modified-Since")
	return since == "" || isAfter(o.LastModified, since, true), nil
}

// isAfter reports whether t is after a date. It returns otherwise if the date is invalid.
func isAfter(t time.Time, date string, otherwise bool) bool {
	d, err := http.ParseTime(date)
	if err != nil {
		return otherwise
	}
	return t.After(d)
}

// matchesTag reports whether a list of tags contains an object's. S3 also accepts tags
// without quotes.
func matchesTag(list, etag string) bool {
	for tag := range strings.SplitSeq(list, ",") {
		tag = strings.TrimSpace(tag)
		if tag == "*" || strings.Trim(tag, `"`) == etag {
			return true
		}
	}
	return false
}
