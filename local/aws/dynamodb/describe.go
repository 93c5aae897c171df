package dynamodb

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"api-auth-jwt-auth0/local/aws/dynamodb/attribute"
	"api-auth-jwt-auth0/local/aws/policy"
)

// The wire forms of a table's description.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
type (
	tableDescription struct {
		TableName              string                `json:"TableName"`
		TableArn               string                `json:"TableArn"`
		TableStatus            string                `json:"TableStatus"`
		CreationDateTime       float64               `json:"CreationDateTime"`
		KeySchema              []keySchemaElement    `json:"KeySchema"`
		AttributeDefinitions   []attributeDefinition `json:"AttributeDefinitions"`
		ItemCount              int                   `json:"ItemCount"`
		TableSizeBytes         int                   `json:"TableSizeBytes"`
		BillingModeSummary     billingMode           `json:"BillingModeSummary"`
		ProvisionedThroughput  throughput            `json:"ProvisionedThroughput"`
		GlobalSecondaryIndexes []indexDescription    `json:"GlobalSecondaryIndexes,omitempty"`
		StreamSpecification    *streamSpecification  `json:"StreamSpecification,omitzero"`
		LatestStreamArn        string                `json:"LatestStreamArn,omitzero"`
		LatestStreamLabel      string                `json:"LatestStreamLabel,omitzero"`
	}
	indexDescription struct {
		IndexName             string             `json:"IndexName"`
		IndexArn              string             `json:"IndexArn"`
		IndexStatus           string             `json:"IndexStatus"`
		KeySchema             []keySchemaElement `json:"KeySchema"`
		Projection            projectionOfIndex  `json:"Projection"`
		ItemCount             int                `json:"ItemCount"`
		IndexSizeBytes        int                `json:"IndexSizeBytes"`
		ProvisionedThroughput throughput         `json:"ProvisionedThroughput"`
	}
	keySchemaElement struct {
		AttributeName string `json:"AttributeName"`
		KeyType       string `json:"KeyType"`
	}
	attributeDefinition struct {
		AttributeName string `json:"AttributeName"`
		AttributeType string `json:"AttributeType"`
	}
	projectionOfIndex struct {
		ProjectionType   string   `json:"ProjectionType"`
		NonKeyAttributes []string `json:"NonKeyAttributes,omitempty"`
	}
	billingMode struct {
		BillingMode string `json:"BillingMode"`
	}
	throughput struct {
		ReadCapacityUnits      int `json:"ReadCapacityUnits"`
		WriteCapacityUnits     int `json:"WriteCapacityUnits"`
		NumberOfDecreasesToday int `json:"NumberOfDecreasesToday"`
	}
	streamSpecification struct {
		StreamEnabled  bool   `json:"StreamEnabled"`
		StreamViewType string `json:"StreamViewType"`
	}
)

func (t *table) describe() tableDescription {
	d := tableDescription{
		TableName: t.Name, TableArn: t.ARN, TableStatus: "ACTIVE", CreationDateTime: float64(t.created.UnixMilli()) / 1000,
		KeySchema: t.keys.schema(), ItemCount: t.items.Len(), TableSizeBytes: t.size,
		BillingModeSummary: billingMode{BillingMode: "PAY_PER_REQUEST"},
	}
	kinds := map[string]attribute.Kind{}
	for _, k := range append([]keys{t.keys}, t.indexKeys()...) {
		for _, part := range k.attributes() {
			kinds[part.name] = part.kind
		}
	}
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		d.AttributeDefinitions = append(d.AttributeDefinitions, attributeDefinition{AttributeName: name, AttributeType: kinds[name].String()})
	}
	for _, i := range t.indexes {
		d.GlobalSecondaryIndexes = append(d.GlobalSecondaryIndexes, i.describe(t.ARN))
	}
	if t.StreamARN != "" {
		d.StreamSpecification = &streamSpecification{StreamEnabled: true, StreamViewType: t.StreamView}
		d.LatestStreamArn = t.StreamARN
		_, d.LatestStreamLabel, _ = strings.Cut(t.StreamARN, "/stream/")
	}
	return d
}

func (t *table) indexKeys() []keys {
	var all []keys
	for _, i := range t.indexes {
		all = append(all, i.keys)
	}
	return all
}

func (k keys) schema() []keySchemaElement {
	types := []string{"HASH", "RANGE"}
	var schema []keySchemaElement
	for i, name := range k.names() {
		schema = append(schema, keySchemaElement{AttributeName: name, KeyType: types[i]})
	}
	return schema
}

func (i *index) describe(tableARN string) indexDescription {
	size := 0
	i.entries.Ascend(func(e entry) bool {
		size += i.project(e.item).Size()
		return true
	})
	return indexDescription{
		IndexName: i.Name, IndexArn: tableARN + "/index/" + i.Name, IndexStatus: "ACTIVE", KeySchema: i.keys.schema(),
		Projection: projectionOfIndex{ProjectionType: i.Projection, NonKeyAttributes: i.NonKey},
		ItemCount:  i.entries.Len(), IndexSizeBytes: size,
	}
}

func (e *Engine) planDescribeTable(body []byte) (*plan, error) {
	return e.planOfTable("DescribeTable", body, func(t *table) any {
		return map[string]tableDescription{"Table": t.describe()}
	})
}

// timeToLive is the response to DescribeTimeToLive.
type timeToLive struct {
	TimeToLiveStatus string `json:"TimeToLiveStatus"`
	AttributeName    string `json:"AttributeName,omitzero"`
}

func (e *Engine) planDescribeTimeToLive(body []byte) (*plan, error) {
	return e.planOfTable("DescribeTimeToLive", body, func(t *table) any {
		d := timeToLive{TimeToLiveStatus: "DISABLED"}
		if t.TTLAttribute != "" {
			d = timeToLive{TimeToLiveStatus: "ENABLED", AttributeName: t.TTLAttribute}
		}
		return map[string]timeToLive{"TimeToLiveDescription": d}
	})
}

// planOfTable plans a request that only names a table.
func (e *Engine) planOfTable(action string, body []byte, answer func(*table) any) (*plan, error) {
	var in input
	if err := decode(body, &in); err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	run := func() (any, error) {
		e.mu.RLock()
		defer e.mu.RUnlock()
		t, err := e.table(in.TableName)
		if err != nil {
			return nil, newFailure("ResourceNotFoundException", "Requested resource not found: Table: %s not found", in.TableName)
		}
		return answer(t), nil
	}
	requests := []policy.Request{{Action: "dynamodb:" + action, Resource: e.arn(in.TableName), Context: noContext()}}
	return &plan{action: action, resource: in.TableName, requests: requests, run: run}, nil
}

// maxTables is how many tables one ListTables returns.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTables.html
const maxTables = 100

type listTablesAnswer struct {
	TableNames             []string `json:"TableNames"`
	LastEvaluatedTableName string   `json:"LastEvaluatedTableName,omitzero"`
}

func (e *Engine) planListTables(body []byte) (*plan, error) {
	var in struct {
		ExclusiveStartTableName string
		Limit                   *int
	}
	if err := decode(body, &in); err != nil {
		return nil, err
	}
	limit := maxTables
	if in.Limit != nil {
		limit = *in.Limit
	}
	var c constraints
	if limit < 1 || limit > maxTables {
		c.add(strconv.Itoa(limit), "limit", "Member must have value between 1 and %d", maxTables)
	}
	if err := c.err(); err != nil {
		return nil, err
	}
	return &plan{
		action: "ListTables", requests: []policy.Request{{Action: "dynamodb:ListTables", Resource: "*", Context: noContext()}},
		run: func() (any, error) { return e.listTables(in.ExclusiveStartTableName, limit), nil },
	}, nil
}

func (e *Engine) listTables(after string, limit int) listTablesAnswer {
	e.mu.RLock()
	defer e.mu.RUnlock()
	all := slices.Sorted(maps.Keys(e.tables))
	all = slices.DeleteFunc(all, func(name string) bool { return name <= after })
	if len(all) <= limit {
		return listTablesAnswer{TableNames: all}
	}
	return listTablesAnswer{TableNames: all[:limit], LastEvaluatedTableName: all[limit-1]}
}
