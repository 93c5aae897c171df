package cdn

import (
	"math"
	"strconv"
	"strings"
)

// maxRanges bounds the work that one header can ask for. CloudFront states no
// number.
const maxRanges = 32

// rangeIsServed reports whether CloudFront honours a Range header at all: the
// ranges must be valid, ascending and apart from each other. With any other
// header the whole object is sent.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RangeGETs.html
func rangeIsServed(header string) bool {
	list, ok := strings.CutPrefix(header, "bytes=")
	if !ok {
		return false
	}
	specs := strings.Split(list, ",")
	if len(specs) > maxRanges {
		return false
	}
	previous := int64(-1)
	for _, spec := range specs {
		first, last, ok := parseRange(strings.Trim(spec, " \t"))
		if !ok || first <= previous {
			return false
		}
		previous = last
	}
	return true
}

// parseRange reads one of "a-b", "a-" and "-n". The latter two reach to the
// end; "-n" is taken to begin past any other range.
func parseRange(spec string) (first, last int64, ok bool) {
	from, to, found := strings.Cut(spec, "-")
	switch {
	case !found || !isDigits(from) || !isDigits(to) || from+to == "":
		return 0, 0, false
	case from == "":
		return math.MaxInt64, math.MaxInt64, true
	}
	first, err := strconv.ParseInt(from, 10, 64)
	if err != nil {
		return 0, 0, false
	}
	if to == "" {
		return first, math.MaxInt64, true
	}
	last, err = strconv.ParseInt(to, 10, 64)
	return first, last, err == nil && first <= last
}

func isDigits(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}
