package dynamodb

import (
	"cmp"
	"maps"
	"slices"

	"api-auth-jwt-auth0/local/aws/dynamodb/attribute"
	"api-auth-jwt-auth0/local/aws/policy"
)

// The condition keys of the service.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html#amazondynamodb-policy-keys
const (
	keyAttributes     = "dynamodb:Attributes"
	keyEnclosing      = "dynamodb:EnclosingOperation"
	keyFullTableScan  = "dynamodb:FullTableScan"
	keyLeadingKeys    = "dynamodb:LeadingKeys"
	keyReturnCapacity = "dynamodb:ReturnConsumedCapacity"
	keyReturnValues   = "dynamodb:ReturnValues"
	keySelect         = "dynamodb:Select"
)

// noContext returns the service's condition keys without values.
func noContext() policy.Context {
	return policy.Context{
		keyAttributes: nil, keyEnclosing: nil, keyFullTableScan: nil, keyLeadingKeys: nil,
		keyReturnCapacity: nil, keyReturnValues: nil, keySelect: nil,
	}
}

// An access describes one request to IAM.
type access struct {
	action string // such as "PutItem"
	table  string // by name or ARN
	index  string // empty for the table itself
	// leading are the values of the partition key; attributes the names of all attributes
	// that the request reads or writes.
	leading    []attribute.Value
	attributes []string

	enclosing, returnCapacity, returnValues, selected string
}

// request returns what IAM must allow.
func (e *Engine) request(a access) policy.Request {
	resource := e.arn(a.table)
	if a.index != "" {
		resource += "/index/" + a.index
	}
	context := noContext()
	for _, value := range a.leading {
		context[keyLeadingKeys] = append(context[keyLeadingKeys], value.Plain())
	}
	context[keyAttributes] = slices.Compact(slices.Sorted(slices.Values(a.attributes)))
	context[keyReturnCapacity] = []string{cmp.Or(a.returnCapacity, "NONE")}
	for key, value := range map[string]string{keyEnclosing: a.enclosing, keyReturnValues: a.returnValues, keySelect: a.selected} {
		if value != "" {
			context[key] = []string{value}
		}
	}
	return policy.Request{Action: "dynamodb:" + a.action, Resource: resource, Context: context}
}

// arn returns the ARN of a table that a request names. For a table that does not exist it is
// the ARN that the table would have.
func (e *Engine) arn(name string) string {
	e.mu.RLock()
	defer e.mu.RUnlock()
	if t := e.tables[name]; t != nil {
		return t.ARN
	}
	if _, ok := nameInARN(name); ok {
		return name
	}
	return "arn:aws:dynamodb:" + e.config.Region + ":" + e.config.AccountID + ":table/" + name
}

// tableKeys returns the keys of a table or of its index. If it does not exist, the keys have
// no names.
func (e *Engine) tableKeys(name, indexName string) keys {
	e.mu.RLock()
	defer e.mu.RUnlock()
	t, err := e.table(name)
	if err != nil {
		return keys{}
	}
	if indexName == "" {
		return t.keys
	}
	if i := t.index(indexName); i != nil {
		return i.keys
	}
	return keys{}
}

// leadingKey returns the partition key of an item or a key, or nil if it has none.
func (e *Engine) leadingKey(table string, item attribute.Item) []attribute.Value {
	value, found := item[e.tableKeys(table, "").hash.name]
	if !found || !value.IsScalarKey() {
		return nil
	}
	return []attribute.Value{value}
}

func names(item attribute.Item) []string { return slices.Collect(maps.Keys(item)) }
