package cdn

import (
	"math"
	"strconv"
	"strings"
)

// maxRanges bounds the work for one header. CloudFront documents no limit.
const maxRanges = 32

// byteRange is one of "a-b", "a-" and "-n", the last of which requests the last n
// bytes.
type byteRange struct {
	text        string
	first, last int64
	suffix      int64 // n, or -1
}

// parseRanges reads a Range header whose ranges are valid, ascending and do not
// overlap. CloudFront ignores any other and sends the whole object: nil.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RangeGETs.html
func parseRanges(header string) []byteRange {
	list, ok := strings.CutPrefix(header, "bytes=")
	specs := strings.Split(list, ",")
	if !ok || len(specs) > maxRanges {
		return nil
	}
	ranges := make([]byteRange, 0, len(specs))
	previous := int64(-1)
	for _, spec := range specs {
		r, ok := parseRange(strings.Trim(spec, " \t"))
		if !ok || r.first <= previous {
			return nil
		}
		ranges, previous = append(ranges, r), r.last
	}
	return ranges
}

// parseRange sorts a range without a last byte after any other.
func parseRange(spec string) (r byteRange, ok bool) {
	from, to, found := strings.Cut(spec, "-")
	if !found || !isDigits(from) || !isDigits(to) || from+to == "" {
		return byteRange{}, false
	}
	first, err1 := strconv.ParseInt(from, 10, 64)
	last, err2 := strconv.ParseInt(to, 10, 64)
	switch {
	case from == "":
		return byteRange{spec, math.MaxInt64, math.MaxInt64, last}, err2 == nil
	case to == "":
		return byteRange{spec, first, math.MaxInt64, -1}, err1 == nil
	}
	return byteRange{spec, first, last, -1}, err1 == nil && err2 == nil && first <= last
}

// satisfiable is a Range header with the ranges that have a byte of an object of
// that size, or "" (RFC 9110, section 14.1.2). An empty object has none, not even for
// "0-", and "-0" requests none.
func satisfiable(ranges []byteRange, size int) string {
	var kept []string
	for _, r := range ranges {
		if size > 0 && r.suffix > 0 || r.suffix < 0 && r.first < int64(size) {
			kept = append(kept, r.text)
		}
	}
	if len(kept) == 0 {
		return ""
	}
	return "bytes=" + strings.Join(kept, ",")
}

func isDigits(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}
