package dynamodb

import (
	"maps"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"api-auth-jwt-auth0/local/aws/dynamodb/attribute"
)

// A TableInfo describes a table to a developer.
type TableInfo struct {
	Table
	Items int
	Size  int // in bytes
}

// Tables returns the tables by name.
func (e *Engine) Tables() []TableInfo {
	e.mu.RLock()
	defer e.mu.RUnlock()
	infos := make([]TableInfo, 0, len(e.tables))
	for _, name := range slices.Sorted(maps.Keys(e.tables)) {
		t := e.tables[name]
		infos = append(infos, TableInfo{Table: t.Table, Items: t.items.Len(), Size: t.size})
	}
	return infos
}

// A Page contains items in DynamoDB's JSON.
type Page struct {
	Items []jsontext.Value
	// Next is the start of the next page, or nil on the last.
	Next jsontext.Value
}

// Scan returns a page of a table, or of an index if not empty, with at most limit items.
// start is nil, or Next of the previous page. The error has the text of an *aws.Error.
func (e *Engine) Scan(table, index string, limit int, start jsontext.Value) (Page, error) {
	return e.page("Scan", searchRequest(table, index, limit, start))
}

// A KeyCondition selects items by their keys. Values are text: the digits of a number, the
// base64 of bytes.
type KeyCondition struct {
	Hash string
	// Operator compares the sort key with Range: "=", "<", "<=", ">", ">=", "begins_with",
	// or "between", which includes Range and RangeTo. Empty means every sort key.
	Operator       string
	Range, RangeTo string
	Backward       bool // the highest sort key first
}

// Query is like Scan for the items that a condition selects, in order of their sort keys.
func (e *Engine) Query(table, index string, condition KeyCondition, limit int, start jsontext.Value) (Page, error) {
	keys, err := e.keysOf(table, index)
	if err != nil {
		return Page{}, err
	}
	request := searchRequest(table, index, limit, start)
	request["ScanIndexForward"] = !condition.Backward
	if err := condition.writeTo(request, keys); err != nil {
		return Page{}, err
	}
	return e.page("Query", request)
}

// rangeTests maps a condition's operators to expressions.
var rangeTests = map[string]string{
	"": "", "=": " AND #r = :r", "<": " AND #r < :r", "<=": " AND #r <= :r", ">": " AND #r > :r", ">=": " AND #r >= :r",
	"begins_with": " AND begins_with(#r, :r)", "between": " AND #r BETWEEN :r AND :to",
}

func (c KeyCondition) writeTo(request map[string]any, k keys) error {
	test, known := rangeTests[c.Operator]
	if !known {
		return invalid("Unknown operator of the sort key: %q", c.Operator)
	}
	names, values := map[string]string{"#h": k.hash.name}, map[string]any{":h": k.hash.value(c.Hash)}
	if test != "" {
		if k.rng.name == "" {
			return invalid("There is no sort key to compare with")
		}
		names["#r"], values[":r"] = k.rng.name, k.rng.value(c.Range)
	}
	if c.Operator == "between" {
		values[":to"] = k.rng.value(c.RangeTo)
	}
	request["KeyConditionExpression"] = "#h = :h" + test
	request["ExpressionAttributeNames"], request["ExpressionAttributeValues"] = names, values
	return nil
}

func (a keyAttribute) value(text string) map[string]string {
	return map[string]string{a.kind.String(): text}
}

func (e *Engine) keysOf(table, index string) (keys, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	t, err := e.table(table)
	if err != nil {
		return keys{}, err
	}
	v, err := t.view(index)
	return v.keys, err
}

func searchRequest(table, index string, limit int, start jsontext.Value) map[string]any {
	request := map[string]any{"TableName": table, "Limit": limit}
	if index != "" {
		request["IndexName"] = index
	}
	if start != nil {
		request["ExclusiveStartKey"] = start
	}
	return request
}

func (e *Engine) page(action string, request map[string]any) (Page, error) {
	answer, err := e.call(action, request)
	if err != nil {
		return Page{}, err
	}
	var read struct {
		Items            []jsontext.Value
		LastEvaluatedKey jsontext.Value
	}
	if err := json.Unmarshal(answer, &read); err != nil {
		return Page{}, err
	}
	return Page{Items: read.Items, Next: read.LastEvaluatedKey}, nil
}

// Put stores an item in DynamoDB's JSON, as PutItem does.
func (e *Engine) Put(table string, item jsontext.Value) error {
	_, err := e.call("PutItem", map[string]any{"TableName": table, "Item": item})
	return err
}

// Delete deletes the item with a key in DynamoDB's JSON, as DeleteItem does.
func (e *Engine) Delete(table string, key jsontext.Value) error {
	_, err := e.call("DeleteItem", map[string]any{"TableName": table, "Key": key})
	return err
}

// call executes a request as if a handler had sent it.
func (e *Engine) call(action string, request map[string]any) ([]byte, error) {
	body, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	return e.execute(targetPrefix+action, body)
}

// KeyOf returns the key of an item of a table, both in DynamoDB's JSON.
func (e *Engine) KeyOf(table string, item jsontext.Value) (jsontext.Value, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	t, err := e.table(table)
	if err != nil {
		return nil, err
	}
	read, err := attribute.ParseItem(item)
	if err != nil {
		return nil, invalidError(err)
	}
	if err := t.checkItem(read); err != nil {
		return nil, err
	}
	return t.keys.of(read).AppendJSON(nil), nil
}
