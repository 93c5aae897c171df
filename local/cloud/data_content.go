package cloud

import (
	"encoding/base64"
	"maps"
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"api-auth-jwt-auth0/local/aws/dynamodb"
	"api-auth-jwt-auth0/local/aws/sqs"
	"api-auth-jwt-auth0/local/console"
)

// How much the console shows at a time.
const (
	itemsOfPage   = 25
	shownMessages = 50
)

// table returns the physical name of a table of the program.
func (c *Cloud) table(name string) (string, error) {
	for _, t := range c.observer.deployedServices().Tables.Tables {
		if c.observer.label(t.ARN) == name {
			return t.Name, nil
		}
	}
	return "", unknownResource("table", name)
}

func (c *Cloud) items(q console.ItemQuery) (console.ItemPage, error) {
	table, err := c.table(q.Table)
	if err != nil {
		return console.ItemPage{}, err
	}
	var start jsontext.Value
	if q.Start != "" {
		start = jsontext.Value(q.Start)
	}
	var found dynamodb.Page
	if q.ByKey {
		found, err = c.services.tables.Query(table, q.Index, dynamodb.KeyCondition{
			Hash: q.Hash, Operator: q.Operator, Range: q.Range, RangeTo: q.RangeTo, Backward: q.Backward,
		}, itemsOfPage, start)
	} else {
		found, err = c.services.tables.Scan(table, q.Index, itemsOfPage, start)
	}
	if err != nil {
		return console.ItemPage{}, err
	}
	page := console.ItemPage{Next: string(found.Next)}
	for _, item := range found.Items {
		key, err := c.services.tables.KeyOf(table, item)
		if err != nil {
			return console.ItemPage{}, err
		}
		page.Items = append(page.Items, console.Item{Key: string(key), Text: string(item)})
	}
	return page, nil
}

func (c *Cloud) putItem(table, item string) error {
	table, err := c.table(table)
	if err != nil {
		return err
	}
	return c.services.tables.Put(table, jsontext.Value(item))
}

func (c *Cloud) deleteItem(table, key string) error {
	table, err := c.table(table)
	if err != nil {
		return err
	}
	return c.services.tables.Delete(table, jsontext.Value(key))
}

// queue returns the physical name of a queue of the program.
func (c *Cloud) queue(name string) (string, error) {
	for physical, label := range queueNames(c.observer.deployedServices()) {
		if label == name {
			return physical, nil
		}
	}
	return "", unknownResource("queue", name)
}

func (c *Cloud) messages(queue string) ([]console.Message, error) {
	queue, err := c.queue(queue)
	if err != nil {
		return nil, err
	}
	peeked, err := c.services.queues.Peek(queue, shownMessages)
	if err != nil {
		return nil, err
	}
	var messages []console.Message
	for _, m := range peeked {
		messages = append(messages, console.Message{
			ID: m.ID, Body: m.Body, Attributes: attributeTexts(m.Attributes), Group: m.GroupID,
			Sent: unixMilli(m.Sent), VisibleAt: unixMilli(m.VisibleAt), Received: m.Received,
			State: c.stateOf(m), From: c.observer.label(m.DeadLetterOf),
		})
	}
	return messages, nil
}

// stateOf returns the state of a message in SQS's terms.
func (c *Cloud) stateOf(m sqs.Message) string {
	now := time.Now
	if c.cfg.Now != nil {
		now = c.cfg.Now
	}
	switch {
	case !m.VisibleAt.After(now()):
		return "visible"
	case m.Received > 0:
		return "in flight"
	}
	return "delayed"
}

func attributeTexts(attributes map[string]sqs.Attribute) (texts [][2]string) {
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		a := attributes[name]
		text := base64.StdEncoding.EncodeToString(a.BinaryValue)
		if a.StringValue != nil {
			text = *a.StringValue
		}
		texts = append(texts, [2]string{name, text})
	}
	return texts
}

func (c *Cloud) sendMessage(queue string, m console.NewMessage) error {
	queue, err := c.queue(queue)
	if err == nil {
		_, err = c.services.queues.Send(queue, sqs.Sending{Body: m.Body, GroupID: m.Group, DeduplicationID: m.Deduplication})
	}
	return err
}

func (c *Cloud) redrive(queue string) (moved int, err error) {
	if queue, err = c.queue(queue); err != nil {
		return 0, err
	}
	return c.services.queues.Redrive(queue)
}

func (c *Cloud) purge(queue string) error {
	queue, err := c.queue(queue)
	if err != nil {
		return err
	}
	return c.services.queues.Purge(queue)
}

// bucket returns the physical name of a bucket of the program.
func (c *Cloud) bucket(name string) (string, error) {
	for _, b := range c.observer.deployedServices().Buckets.Buckets {
		if c.observer.label(b.ARN) == name {
			return b.Name, nil
		}
	}
	return "", unknownResource("bucket", name)
}

func (c *Cloud) objects(bucket, prefix, after string) (page console.ObjectPage, err error) {
	if bucket, err = c.bucket(bucket); err != nil {
		return page, err
	}
	listing, err := c.services.buckets.List(bucket, prefix, after)
	if err != nil {
		return page, err
	}
	page.Next = listing.Next
	for _, folder := range listing.Folders {
		page.Folders = append(page.Folders, console.Folder{Prefix: folder})
	}
	for _, o := range listing.Objects {
		page.Objects = append(page.Objects, console.ObjectEntry{Key: o.Key, Size: o.Size, Modified: unixMilli(o.LastModified)})
	}
	return page, nil
}

func (c *Cloud) object(bucket, key string) (console.StoredObject, []byte, error) {
	bucket, err := c.bucket(bucket)
	if err != nil {
		return console.StoredObject{}, nil, err
	}
	o, content, err := c.services.buckets.Get(bucket, key)
	if err != nil {
		return console.StoredObject{}, nil, err
	}
	facts := [][2]string{{"ETag", o.ETag}}
	for name, value := range o.Content {
		facts = append(facts, [2]string{name, value})
	}
	for name, value := range o.Metadata {
		facts = append(facts, [2]string{"x-amz-meta-" + name, value})
	}
	for _, tag := range o.Tags {
		facts = append(facts, [2]string{"tag " + tag.Key, tag.Value})
	}
	return console.StoredObject{Size: o.Size, Modified: unixMilli(o.LastModified), Facts: facts}, content, nil
}

func (c *Cloud) deleteObject(bucket, key string) error {
	bucket, err := c.bucket(bucket)
	if err != nil {
		return err
	}
	return c.services.buckets.Delete(bucket, key)
}
