package s3

import (
	"errors"
	"fmt"
	"maps"
	"time"
)

// ErrNotFound means that a bucket or an object does not exist.
var ErrNotFound = errors.New("not found")

// A BucketSummary summarizes a bucket's content.
type BucketSummary struct {
	Name    string
	Objects int
	Bytes   int64
}

// An Object describes an object to a person.
type Object struct {
	Key          string
	Size         int64 // bytes
	ETag         string
	LastModified time.Time
	Content      map[string]string // headers such as Content-Type, by canonical name
	Metadata     map[string]string // by lower-case name, without x-amz-meta-
	Tags         []Tag
}

// A Listing is a page of a bucket's content under a prefix, up to the next slash.
type Listing struct {
	Folders []string // prefixes, with the slash
	Objects []Object
	Next    string // what the next page is after; empty for the last one
}

// Buckets returns all buckets, sorted by name.
func (s *Service) Buckets() []BucketSummary {
	summaries := []BucketSummary{}
	for _, b := range s.sorted() {
		b.expire(s.now())
		summaries = append(summaries, b.summary())
	}
	return summaries
}

func (b *bucket) summary() BucketSummary {
	b.mu.RLock()
	defer b.mu.RUnlock()
	sum := BucketSummary{Name: b.name, Objects: len(b.keys)}
	for _, o := range b.objects {
		sum.Bytes += o.Size
	}
	return sum
}

// List returns at most 1,000 folders and objects whose names begin with prefix and
// follow after, which is empty or the Next of a page. The error wraps ErrNotFound.
func (s *Service) List(bucket, prefix, after string) (Listing, error) {
	b, err := s.inspected(bucket)
	if err != nil {
		return Listing{}, err
	}
	p := b.list(prefix, "/", after, maxListed)
	listing := Listing{Folders: p.prefixes, Next: p.next}
	for _, o := range p.objects {
		listing.Objects = append(listing.Objects, o.inspect())
	}
	return listing, nil
}

// Get returns an object and its content, which must not be changed. The error
// wraps ErrNotFound, or is one of the file system.
func (s *Service) Get(bucket, key string) (Object, []byte, error) {
	b, err := s.inspected(bucket)
	if err != nil {
		return Object{}, nil, err
	}
	o, content, err := b.read(key)
	if err != nil {
		return Object{}, nil, err
	}
	if o == nil {
		return Object{}, nil, fmt.Errorf("object %q of bucket %q: %w", key, bucket, ErrNotFound)
	}
	return o.inspect(), content, nil
}

// Delete deletes an object. A missing object is not an error. The error wraps ErrNotFound for
// a missing bucket, or is one of the file system.
func (s *Service) Delete(bucket, key string) error {
	b, err := s.inspected(bucket)
	if err != nil {
		return err
	}
	return b.remove(key, func(*object) error { return nil })
}

func (s *Service) inspected(name string) (*bucket, error) {
	b := s.bucket(name)
	if b == nil {
		return nil, fmt.Errorf("bucket %q: %w", name, ErrNotFound)
	}
	b.expire(s.now())
	return b, nil
}

func (o *object) inspect() Object {
	return Object{Key: o.Key, Size: o.Size, ETag: o.ETag, LastModified: o.LastModified,
		Content: maps.Clone(o.Content), Metadata: maps.Clone(o.Metadata), Tags: o.Tags}
}
