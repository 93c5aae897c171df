package s3

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// A Tag is a tag of an object.
type Tag struct{ Key, Value string }

// Limits of https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
const (
	maxTags     = 10
	maxTagKey   = 128 // characters
	maxTagValue = 256 // characters
)

type tagging struct {
	XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ Tagging"`
	Tags    []Tag    `xml:"TagSet>Tag"`
}

// parseTagging parses the x-amz-tagging header, which has the form of a query.
func parseTagging(header string) ([]Tag, error) {
	values, err := url.ParseQuery(header)
	if err != nil {
		return nil, invalidArgument("The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.")
	}
	var tags []Tag
	for key, all := range values {
		for _, value := range all {
			tags = append(tags, Tag{key, value})
		}
	}
	slices.SortFunc(tags, func(a, b Tag) int { return strings.Compare(a.Key, b.Key) })
	return tags, checkTags(tags)
}

func checkTags(tags []Tag) error {
	if len(tags) > maxTags {
		return fail(http.StatusBadRequest, "BadRequest", "Object tags cannot be greater than %d", maxTags)
	}
	seen := map[string]bool{}
	for _, tag := range tags {
		switch {
		case seen[tag.Key]:
			return fail(http.StatusBadRequest, "InvalidTag", "Cannot provide multiple Tags with the same key")
		case tag.Key == "" || utf8.RuneCountInString(tag.Key) > maxTagKey || strings.HasPrefix(tag.Key, "aws:"):
			return fail(http.StatusBadRequest, "InvalidTag", "The TagKey you have provided is invalid")
		case utf8.RuneCountInString(tag.Value) > maxTagValue:
			return fail(http.StatusBadRequest, "InvalidTag", "The TagValue you have provided is invalid")
		}
		seen[tag.Key] = true
	}
	return nil
}

func getTagging(q *request, w http.ResponseWriter) error {
	o := q.bucket.get(q.key)
	if o == nil {
		return noSuchKey()
	}
	writeXML(w, http.StatusOK, tagging{Tags: o.Tags})
	return nil
}

func putTagging(q *request, w http.ResponseWriter) error {
	if _, err := q.checksum(); err != nil {
		return err
	}
	var sent struct {
		XMLName xml.Name `xml:"Tagging"`
		Tags    []Tag    `xml:"TagSet>Tag"`
	}
	if err := q.decode(&sent); err != nil {
		return err
	}
	if err := checkTags(sent.Tags); err != nil {
		return err
	}
	return q.retag(w, sent.Tags, http.StatusOK)
}

func deleteTagging(q *request, w http.ResponseWriter) error {
	return q.retag(w, nil, http.StatusNoContent)
}

func (q *request) retag(w http.ResponseWriter, tags []Tag, status int) error {
	found, err := q.bucket.retag(q.key, tags)
	if err != nil {
		return err
	}
	if !found {
		return noSuchKey()
	}
	w.WriteHeader(status)
	return nil
}
