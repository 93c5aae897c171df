package s3

import (
	"errors"
	"slices"
	"sync"
	"time"
)

// errChanged means that another request replaced an object meanwhile.
var errChanged = errors.New("the object was replaced meanwhile")

// A bucket contains the objects of a declared bucket, and its incomplete multipart uploads.
type bucket struct {
	name   string
	folder string // "" means in memory

	mu      sync.RWMutex
	is      Bucket             // the current declaration
	objects map[string]*object // by key
	keys    []string           // sorted by bytes, as S3 lists them
	uploads map[string]*upload // by ID
	swept   time.Time          // the midnight up to which objects have expired
	created time.Time
}

func (b *bucket) declare(is Bucket, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.is, b.swept = is, time.Time{}
	if b.created.IsZero() {
		b.created = now.UTC().Truncate(time.Second)
	}
}

func (b *bucket) declared() Bucket {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.is
}

// get returns nil for a missing key.
func (b *bucket) get(key string) *object {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.objects[key]
}

// read returns an object and its content, which must not be changed. The object is
// nil for a missing key.
func (b *bucket) read(key string) (*object, []byte, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	o := b.objects[key]
	if o == nil || b.folder == "" {
		if o == nil {
			return nil, nil, nil
		}
		return o, o.content, nil
	}
	content, err := readObject(b.folder, o)
	return o, content, err
}

// put stores an object, unless check refuses it given the current object, which is nil if
// there is none. It keeps content.
func (b *bucket) put(o *object, content []byte, check func(current *object) error) error {
	if b.folder == "" {
		o.content = content
		return b.insert(o, check, func() error { return nil })
	}
	draft, err := writeDraft(b.folder, o, content)
	if err != nil {
		return err
	}
	defer draft.remove()
	return b.insert(o, check, draft.commit)
}

func (b *bucket) insert(o *object, check func(current *object) error, commit func() error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := check(b.objects[o.Key]); err != nil {
		return err
	}
	if err := commit(); err != nil {
		return err
	}
	b.index(o)
	return nil
}

// index adds an object to the lists. b.mu must be held.
func (b *bucket) index(o *object) {
	if i, found := slices.BinarySearch(b.keys, o.Key); !found {
		b.keys = slices.Insert(b.keys, i, o.Key)
	}
	b.objects[o.Key] = o
}

// retag replaces the tags of an object, and reports whether there is one.
func (b *bucket) retag(key string, tags []Tag) (found bool, err error) {
	for {
		o, content, err := b.read(key)
		if o == nil || err != nil {
			return false, err
		}
		isSame := true
		err = b.put(o.withTags(tags), content, func(current *object) error {
			isSame = current == o
			if !isSame {
				return errChanged
			}
			return nil
		})
		if isSame {
			return true, err
		}
	}
}

// remove deletes an object, unless check refuses it. A missing object is not an error.
func (b *bucket) remove(key string, check func(current *object) error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := check(b.objects[key]); err != nil {
		return err
	}
	return b.delete(key)
}

// delete deletes an object. b.mu must be held.
func (b *bucket) delete(key string) error {
	i, found := slices.BinarySearch(b.keys, key)
	if !found {
		return nil
	}
	if b.folder != "" {
		if err := removeObject(b.folder, key); err != nil {
			return err
		}
	}
	b.keys = slices.Delete(b.keys, i, i+1)
	delete(b.objects, key)
	return nil
}

// expiry returns when an object of that date expires: the midnight UTC after its last day.
// Zero means never.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html#intro-lifecycle-rules-number-of-days
func (is Bucket) expiry(modified time.Time) time.Time {
	if is.LifecycleDays == 0 {
		return time.Time{}
	}
	return midnight(modified).AddDate(0, 0, is.LifecycleDays+1)
}

// midnight returns the midnight at which t's day began.
func midnight(t time.Time) time.Time {
	return t.UTC().Truncate(24 * time.Hour)
}

// expire removes expired objects. Objects expire only at midnight, so it checks once a day.
// An object whose file cannot be removed stays until the next day.
func (b *bucket) expire(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !midnight(now).After(b.swept) {
		return
	}
	b.swept = midnight(now)
	for _, key := range slices.Clone(b.keys) {
		if at := b.is.expiry(b.objects[key].LastModified); !at.IsZero() && !now.Before(at) {
			_ = b.delete(key)
		}
	}
	for id, u := range b.uploads {
		if days := b.is.AbortUploadDays; days > 0 && !now.Before(midnight(u.initiated).AddDate(0, 0, days+1)) {
			delete(b.uploads, id)
		}
	}
}
