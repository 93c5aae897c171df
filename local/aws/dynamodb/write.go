package dynamodb

import (
	"slices"

	"api-auth-jwt-auth0/local/aws/dynamodb/attribute"
	"api-auth-jwt-auth0/local/aws/policy"
)

// A write is a request's action on one item. It is PutItem, UpdateItem, DeleteItem or
// ConditionCheckItem.
type write struct {
	action string
	table  string
	item   attribute.Item // of PutItem
	key    attribute.Item // of the others
	expressions

	returnValues, onFailure, capacity string
}

func (e *Engine) planPut(body []byte) (*plan, error)    { return e.planWrite("PutItem", body) }
func (e *Engine) planUpdate(body []byte) (*plan, error) { return e.planWrite("UpdateItem", body) }
func (e *Engine) planDelete(body []byte) (*plan, error) { return e.planWrite("DeleteItem", body) }

func (e *Engine) planWrite(action string, body []byte) (*plan, error) {
	var in input
	if err := decode(body, &in); err != nil {
		return nil, err
	}
	w, err := readWrite(action, &in)
	if err != nil {
		return nil, err
	}
	return &plan{
		action: action, resource: w.table,
		requests: []policy.Request{e.writeRequest(w, "")},
		run:      func() (any, error) { return e.write(w) },
	}, nil
}

// readWrite reads a write's members, in the order of the service.
func readWrite(action string, in *input) (w write, err error) {
	if err := in.check(); err != nil {
		return w, err
	}
	w = write{
		action: action, table: in.TableName,
		returnValues: in.ReturnValues, onFailure: in.ReturnValuesOnConditionCheckFailure, capacity: in.ReturnConsumedCapacity,
	}
	if action == "PutItem" {
		err = w.readItem(in)
	} else {
		w.key, err = in.item("key", in.Key)
	}
	if err != nil {
		return w, err
	}
	if action != "UpdateItem" && !slices.Contains([]string{"", "NONE", "ALL_OLD"}, in.ReturnValues) {
		return w, invalid("ReturnValues can only be ALL_OLD or NONE")
	}
	kinds := []string{conditionExpression}
	if action == "UpdateItem" {
		kinds = []string{updateExpression, conditionExpression}
	}
	w.expressions, err = in.expressions(kinds...)
	return w, err
}

func (w *write) readItem(in *input) (err error) {
	if w.item, err = in.item("item", in.Item); err != nil {
		return err
	}
	if w.item.Size() > maxItem {
		return invalid("Item size has exceeded the maximum allowed size")
	}
	return nil
}

// writeRequest returns what IAM must allow for a write. enclosing names the operation that
// contains it.
func (e *Engine) writeRequest(w write, enclosing string) policy.Request {
	target := w.key
	if w.action == "PutItem" {
		target = w.item
	}
	returnValues := w.returnValues
	if returnValues == "" {
		returnValues = "NONE"
	}
	return e.request(access{
		action: w.action, table: w.table, enclosing: enclosing,
		leading: e.leadingKey(w.table, target), attributes: append(names(target), w.attributes()...),
		returnCapacity: w.capacity, returnValues: returnValues,
	})
}

// A staged write has been checked and can be applied.
type staged struct {
	table       *table
	old         *record // nil where there was none
	replacement *record // nil to delete it
	checkOnly   bool
	expired     bool // by its time to live
}

// stage checks a write against the table and computes the item. Nothing changes.
func (w write) stage(t *table) (staged, error) {
	if err := w.checkKeys(t); err != nil {
		return staged{}, err
	}
	target := w.key
	if w.action == "PutItem" {
		target = w.item
	}
	s := staged{table: t, old: t.find(target)}
	if err := w.checkCondition(s.old); err != nil {
		return staged{}, err
	}
	switch w.action {
	case "PutItem":
		s.replacement = t.newRecord(w.item)
	case "UpdateItem":
		item, err := w.updated(t, s.old)
		if err != nil {
			return staged{}, err
		}
		s.replacement = t.newRecord(item)
	case "ConditionCheckItem":
		s.checkOnly = true
	}
	return s, nil
}

func (w write) checkKeys(t *table) error {
	check, target := t.checkKey, w.key
	if w.action == "PutItem" {
		check, target = t.checkItem, w.item
	}
	if err := check(target); err != nil {
		return err
	}
	if w.condition != nil {
		if err := t.checkNested(w.condition.Nested()); err != nil {
			return err
		}
	}
	if w.update == nil {
		return nil
	}
	return w.checkUpdate(t)
}

// checkUpdate refuses an update of keys that is invalid for any item.
func (w write) checkUpdate(t *table) error {
	for _, name := range t.keys.names() {
		if slices.Contains(w.update.Attributes(), name) {
			return invalid("One or more parameter values were invalid: Cannot update attribute %s. This attribute is part of the key", name)
		}
	}
	for _, i := range t.indexes {
		for _, part := range i.keys.attributes() {
			if kind, known := w.update.Sets(part.name); known && kind != part.kind {
				return invalid("One or more parameter values were invalid: Type mismatch for Index Key %s Expected: %v Actual: %v IndexName: %s", part.name, part.kind, kind, i.Name)
			}
		}
	}
	return t.checkNested(w.update.Nested())
}

func (w write) checkCondition(old *record) error {
	if w.condition == nil || w.condition.Matches(itemOf(old)) {
		return nil
	}
	failed := newFailure("ConditionalCheckFailedException", "The conditional request failed")
	if w.onFailure == "ALL_OLD" && old != nil {
		failed.item = old.item
	}
	return failed
}

// itemOf returns a record's item. Without a record it has no attributes.
func itemOf(r *record) attribute.Item {
	if r == nil {
		return nil
	}
	return r.item
}

// updated returns the result of an update on the stored item, or on the key alone.
func (w write) updated(t *table, old *record) (attribute.Item, error) {
	item := w.key
	if old != nil {
		item = old.item
	}
	if w.update == nil {
		return item, nil
	}
	item, err := w.update.Apply(item)
	switch {
	case err != nil:
		return nil, invalidError(err)
	case item.Size() > maxItem:
		return nil, invalid("Item size to update has exceeded the maximum allowed size")
	}
	if err := item.CheckDepth(); err != nil {
		return nil, invalidError(err)
	}
	return item, t.checkUpdatedIndexKeys(item)
}

// checkUpdatedIndexKeys returns an error if an updated attribute is unfit for an index.
func (t *table) checkUpdatedIndexKeys(item attribute.Item) error {
	for _, i := range t.indexes {
		for _, part := range i.keys.attributes() {
			value, found := item[part.name]
			switch {
			case !found:
			case value.Kind() != part.kind:
				return invalid("The update expression attempted to update the secondary index key to unsupported type")
			case isEmpty(value):
				return invalid("One or more parameter values are not valid. The update expression attempted to update a secondary index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty %s value.", kindWord(part.kind))
			}
		}
		if checkKeySizes(i.keys, item) != nil {
			return invalid("The update expression attempted to update the secondary index key beyond allowed size limits")
		}
	}
	return nil
}

// A writeAnswer answers a write.
type writeAnswer struct {
	Attributes       attribute.Item `json:"Attributes,omitzero"`
	ConsumedCapacity *capacity      `json:"ConsumedCapacity,omitzero"`
}

func (e *Engine) write(w write) (any, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	t, err := e.table(w.table)
	if err != nil {
		return nil, err
	}
	s, err := w.stage(t)
	if err != nil {
		return nil, err
	}
	if err := e.apply(s); err != nil {
		return nil, err
	}
	consumed := newCapacity(t, w.capacity)
	consumed.addWrite(t, s.old, s.replacement, 1)
	return writeAnswer{Attributes: w.returned(s), ConsumedCapacity: consumed.shown(w.capacity)}, nil
}

// returned returns the values that the request asked for, or nil.
func (w write) returned(s staged) attribute.Item {
	var item attribute.Item
	switch w.returnValues {
	case "ALL_OLD":
		item = itemOf(s.old)
	case "ALL_NEW":
		item = itemOf(s.replacement)
	case "UPDATED_OLD":
		item = w.changed(itemOf(s.old))
	case "UPDATED_NEW":
		item = w.changed(itemOf(s.replacement))
	}
	if len(item) == 0 {
		return nil
	}
	return item
}

func (w write) changed(item attribute.Item) attribute.Item {
	if w.update == nil {
		return nil
	}
	return w.update.Changed().Apply(item)
}

// apply applies writes, all or none: the data file has them before anything changes.
func (e *Engine) apply(writes ...staged) error {
	writes = slices.DeleteFunc(slices.Clone(writes), func(s staged) bool { return s.checkOnly || s.old == nil && s.replacement == nil })
	if len(writes) == 0 {
		return nil
	}
	if e.log != nil {
		if err := e.log.append(writes, e.tables); err != nil {
			return err
		}
	}
	for _, s := range writes {
		if s.replacement != nil {
			s.table.put(s.replacement)
		} else {
			s.table.delete(s.old.place)
		}
		e.record(s)
	}
	return nil
}
