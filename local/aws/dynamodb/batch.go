package dynamodb

import (
	"maps"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"api-auth-jwt-auth0/local/aws/dynamodb/attribute"
	"api-auth-jwt-auth0/local/aws/dynamodb/expression"
	"api-auth-jwt-auth0/local/aws/policy"
)

// The limits of batches.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
const (
	maxBatchGet   = 100
	maxBatchWrite = 25
	maxBatchBytes = 16 << 20
)

// duplicateKeys is the service's message for a batch with an item twice.
const duplicateKeys = "Provided list of item keys contains duplicates"

type batchWriteInput struct {
	RequestItems map[string][]struct {
		PutRequest    *struct{ Item jsontext.Value }
		DeleteRequest *struct{ Key jsontext.Value }
	}
	ReturnConsumedCapacity      string
	ReturnItemCollectionMetrics string
}

func (in *batchWriteInput) check() error {
	var c constraints
	c.capacity(in.ReturnConsumedCapacity)
	c.enum(in.ReturnItemCollectionMetrics, "returnItemCollectionMetrics", "SIZE", "NONE")
	total := 0
	for _, requests := range in.RequestItems {
		total += len(requests)
		if len(requests) == 0 || len(requests) > maxBatchWrite {
			c.add("", "requestItems", "Map value must satisfy constraint: [Member must have length less than or equal to 25, Member must have length greater than or equal to 1]")
		}
	}
	if len(in.RequestItems) == 0 {
		c.add("{}", "requestItems", "Member must have length greater than or equal to 1")
	}
	if err := c.err(); err != nil {
		return err
	}
	if total > maxBatchWrite {
		return invalid("Too many items requested for the BatchWriteItem call")
	}
	return nil
}

func (e *Engine) planBatchWrite(body []byte) (*plan, error) {
	var in batchWriteInput
	if err := decode(body, &in); err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	p := &plan{action: "BatchWriteItem"}
	var writes []write
	for _, name := range slices.Sorted(maps.Keys(in.RequestItems)) {
		of, err := in.writes(name)
		if err != nil {
			return nil, err
		}
		writes = append(writes, of...)
		p.requests = append(p.requests, e.batchRequest("BatchWriteItem", name, of, in.ReturnConsumedCapacity))
		p.resource = joinResources(p.resource, name)
	}
	p.run = func() (any, error) { return e.batchWrite(writes, in.ReturnConsumedCapacity) }
	return p, nil
}

func joinResources(list, name string) string {
	if list == "" {
		return name
	}
	return list + ", " + name
}

func (in *batchWriteInput) writes(table string) ([]write, error) {
	var writes []write
	for _, request := range in.RequestItems[table] {
		one := input{TableName: table}
		action := "PutItem"
		switch {
		case (request.PutRequest == nil) == (request.DeleteRequest == nil):
			return nil, invalid("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes")
		case request.PutRequest != nil:
			one.Item = request.PutRequest.Item
		default:
			action, one.Key = "DeleteItem", request.DeleteRequest.Key
		}
		w, err := readWrite(action, &one)
		if err != nil {
			return nil, err
		}
		writes = append(writes, w)
	}
	return writes, nil
}

// batchRequest returns what IAM must allow for one table of a batch.
func (e *Engine) batchRequest(action, table string, writes []write, returnCapacity string) policy.Request {
	a := access{action: action, table: table, returnCapacity: returnCapacity}
	for _, w := range writes {
		for _, item := range []attribute.Item{w.item, w.key} {
			a.leading = append(a.leading, e.leadingKey(table, item)...)
			a.attributes = append(a.attributes, names(item)...)
		}
	}
	return e.request(a)
}

type batchWriteAnswer struct {
	UnprocessedItems struct{}    `json:"UnprocessedItems"`
	ConsumedCapacity []*capacity `json:"ConsumedCapacity,omitzero"`
}

func (e *Engine) batchWrite(writes []write, asked string) (any, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	var all []staged
	seen := map[string]bool{}
	consumed := newCapacities(asked)
	for _, w := range writes {
		t, err := e.table(w.table)
		if err != nil {
			return nil, err
		}
		s, err := w.stage(t)
		if err != nil {
			return nil, err
		}
		place := t.Name + "/" + string(t.keys.encode(orItem(w.item, w.key)))
		if seen[place] {
			return nil, invalid("%s", duplicateKeys)
		}
		seen[place] = true
		all = append(all, s)
		consumed.of(t).addWrite(t, s.old, s.replacement, 1)
	}
	if err := e.apply(all...); err != nil {
		return nil, err
	}
	return batchWriteAnswer{ConsumedCapacity: consumed.shown()}, nil
}

func orItem(item, key attribute.Item) attribute.Item {
	if item != nil {
		return item
	}
	return key
}

// capacities are the capacities of a request's tables, in order.
type capacities struct {
	asked string
	list  []*capacity
}

func newCapacities(asked string) *capacities { return &capacities{asked: asked} }

func (c *capacities) of(t *table) *capacity {
	for _, one := range c.list {
		if one.TableName == t.Name {
			return one
		}
	}
	one := newCapacity(t, c.asked)
	if one != nil {
		c.list = append(c.list, one)
	}
	return one
}

// shown returns nil if the request did not ask for it.
func (c *capacities) shown() []*capacity {
	var shown []*capacity
	for _, one := range c.list {
		shown = append(shown, one.shown(c.asked))
	}
	return shown
}

// A batchGet is a batch's reads of one table.
type batchGet struct {
	table      string
	keys       []attribute.Item
	texts      []jsontext.Value // the keys as sent
	in         input
	projection *expression.Projection
}

type batchGetInput struct {
	RequestItems           map[string]input
	ReturnConsumedCapacity string
}

func (e *Engine) planBatchGet(body []byte) (*plan, error) {
	var in batchGetInput
	if err := decode(body, &in); err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	p := &plan{action: "BatchGetItem"}
	var gets []batchGet
	for _, name := range slices.Sorted(maps.Keys(in.RequestItems)) {
		get, err := readBatchGet(name, in.RequestItems[name])
		if err != nil {
			return nil, err
		}
		gets = append(gets, get)
		p.requests = append(p.requests, e.batchGetRequest(get, in.ReturnConsumedCapacity))
		p.resource = joinResources(p.resource, name)
	}
	p.run = func() (any, error) { return e.batchGet(gets, in.ReturnConsumedCapacity) }
	return p, nil
}

func (in *batchGetInput) check() error {
	var c constraints
	c.capacity(in.ReturnConsumedCapacity)
	if len(in.RequestItems) == 0 {
		c.add("{}", "requestItems", "Member must have length greater than or equal to 1")
	}
	total := 0
	for name, get := range in.RequestItems {
		member := "requestItems." + name + ".member.keys"
		total += len(get.Keys)
		switch {
		case len(get.Keys) == 0:
			c.add("[]", member, "Member must have length greater than or equal to 1")
		case len(get.Keys) > maxBatchGet:
			c.add(strconv.Itoa(len(get.Keys))+" keys", member, "Member must have length less than or equal to 100")
		}
	}
	if err := c.err(); err != nil {
		return err
	}
	if total > maxBatchGet {
		return invalid("Too many items requested for the BatchGetItem call")
	}
	return nil
}

func readBatchGet(table string, in input) (batchGet, error) {
	in.TableName = table
	if err := in.check(); err != nil {
		return batchGet{}, err
	}
	read, err := in.expressions(projectionExpression)
	if err != nil {
		return batchGet{}, err
	}
	get := batchGet{table: table, in: in, texts: in.Keys, projection: read.projection}
	for _, text := range in.Keys {
		key, err := in.item("keys", text)
		if err != nil {
			return batchGet{}, err
		}
		if slices.ContainsFunc(get.keys, key.Equal) {
			return batchGet{}, invalid("%s", duplicateKeys)
		}
		get.keys = append(get.keys, key)
	}
	return get, nil
}

func (e *Engine) batchGetRequest(get batchGet, returnCapacity string) policy.Request {
	a := access{action: "BatchGetItem", table: get.table, returnCapacity: returnCapacity, selected: selectOf("", "", get.projection)}
	for _, key := range get.keys {
		a.leading = append(a.leading, e.leadingKey(get.table, key)...)
		a.attributes = append(a.attributes, names(key)...)
	}
	if get.projection != nil {
		a.attributes = append(a.attributes, get.projection.Attributes()...)
	}
	return e.request(a)
}

type batchGetAnswer struct {
	Responses        map[string][]attribute.Item `json:"Responses"`
	UnprocessedKeys  map[string]unprocessed      `json:"UnprocessedKeys"`
	ConsumedCapacity []*capacity                 `json:"ConsumedCapacity,omitzero"`
}

// unprocessed is the unread part of a batch, in the form of a request.
type unprocessed struct {
	Keys                     []jsontext.Value  `json:"Keys"`
	ConsistentRead           bool              `json:"ConsistentRead,omitzero"`
	ProjectionExpression     *string           `json:"ProjectionExpression,omitzero"`
	ExpressionAttributeNames map[string]string `json:"ExpressionAttributeNames,omitzero"`
}

func (e *Engine) batchGet(gets []batchGet, asked string) (any, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	answer := batchGetAnswer{Responses: map[string][]attribute.Item{}, UnprocessedKeys: map[string]unprocessed{}}
	consumed := newCapacities(asked)
	size := 0
	for _, get := range gets {
		t, err := e.table(get.table)
		if err != nil {
			return nil, err
		}
		if err := get.read(t, &answer, &size, consumed.of(t)); err != nil {
			return nil, err
		}
	}
	answer.ConsumedCapacity = consumed.shown()
	return answer, nil
}

// read reads until the answer has reached its limit.
func (get batchGet) read(t *table, answer *batchGetAnswer, size *int, consumed *capacity) error {
	answer.Responses[get.table] = []attribute.Item{}
	for i, key := range get.keys {
		if err := t.checkKey(key); err != nil {
			return err
		}
		r := t.find(key)
		if *size += sizeOf(r); *size > maxBatchBytes {
			answer.UnprocessedKeys[get.table] = unprocessed{
				Keys: get.texts[i:], ConsistentRead: get.in.ConsistentRead,
				ProjectionExpression: get.in.ProjectionExpression, ExpressionAttributeNames: get.in.ExpressionAttributeNames,
			}
			return nil
		}
		consumed.addTable(readUnits(sizeOf(r), get.in.ConsistentRead))
		if r != nil {
			answer.Responses[get.table] = append(answer.Responses[get.table], projected(r.item, get.projection))
		}
	}
	return nil
}

func projected(item attribute.Item, projection *expression.Projection) attribute.Item {
	if projection == nil {
		return item
	}
	return projection.Apply(item)
}
