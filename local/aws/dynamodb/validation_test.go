package dynamodb

import (
	"strings"
	"testing"
)

// TestValidation has the service's words, as observed by
// https://github.com/architect/dynalite and
// https://github.com/paritysuite/dynamodb-conformance.
func TestValidation(t *testing.T) {
	t.Parallel()
	const (
		key      = `"Key":{"customer":{"S":"ann"},"id":{"S":"1"}}`
		item     = `"Item":{"customer":{"S":"ann"},"id":{"S":"1"}}`
		values   = `"ExpressionAttributeValues":{":v":{"S":"v"}}`
		ofAnn    = `"KeyConditionExpression":"customer = :v",` + values
		notKey   = "The provided key element does not match the schema"
		invalidP = "One or more parameter values were invalid: "
	)
	long := strings.Repeat("k", 2049)
	for _, test := range []struct{ name, action, body, want string }{
		{"an invalid choice", "PutItem", item + `,"ReturnValues":"hi"`, "1 validation error detected: Value 'hi' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]"},
		{"two invalid choices", "PutItem", item + `,"ReturnValues":"hi","ReturnConsumedCapacity":"hi"`, "2 validation errors detected: Value 'hi' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]; Value 'hi' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]"},
		{"a put cannot return new values", "PutItem", item + `,"ReturnValues":"ALL_NEW"`, "ReturnValues can only be ALL_OLD or NONE"},
		{"no item", "PutItem", `"x":1`, "1 validation error detected: Value null at 'item' failed to satisfy constraint: Member must not be null"},
		{"no key", "GetItem", `"x":1`, "1 validation error detected: Value null at 'key' failed to satisfy constraint: Member must not be null"},
		{"an item without its sort key", "PutItem", `"Item":{"customer":{"S":"ann"}}`, invalidP + "Missing the key id in the item"},
		{"an item with a key of another type", "PutItem", `"Item":{"customer":{"S":"ann"},"id":{"N":"1"}}`, invalidP + "Type mismatch for key id expected: S actual: N"},
		{"an item with an empty key", "PutItem", `"Item":{"customer":{"S":""},"id":{"S":"1"}}`, "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: customer"},
		{"an item with an index key of another type", "PutItem", `"Item":{"customer":{"S":"ann"},"id":{"S":"1"},"amount":{"S":"1"}}`, invalidP + "Type mismatch for Index Key amount Expected: N Actual: S IndexName: by-amount"},
		{"an item with an empty index key", "PutItem", `"Item":{"customer":{"S":"ann"},"id":{"S":"1"},"label":{"S":""}}`, "One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: by-label, IndexKey: label"},
		{"a long partition key", "PutItem", `"Item":{"customer":{"S":"` + long + `"},"id":{"S":"1"}}`, invalidP + "Size of hashkey has exceeded the maximum size limit of2048 bytes"},
		{"a long sort key", "PutItem", `"Item":{"customer":{"S":"ann"},"id":{"S":"` + long[:1025] + `"}}`, invalidP + "Aggregated size of all range keys has exceeded the size limit of 1024 bytes"},
		{"a long key of a read", "GetItem", `"Key":{"customer":{"S":"` + long + `"},"id":{"S":"1"}}`, invalidP + "Size of hashkey has exceeded the maximum size limit of2048 bytes"},
		{"a key without its sort key", "GetItem", `"Key":{"customer":{"S":"ann"}}`, notKey},
		{"a key with more", "GetItem", `"Key":{"customer":{"S":"ann"},"id":{"S":"1"},"x":{"S":"1"}}`, notKey},
		{"a key of another type", "DeleteItem", `"Key":{"customer":{"S":"ann"},"id":{"N":"1"}}`, notKey},
		{"an empty key", "UpdateItem", `"Key":{"customer":{"S":"ann"},"id":{"S":""}}`, "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id"},
		{"names without an expression", "PutItem", item + `,"ExpressionAttributeNames":{"#a":"a"}`, "ExpressionAttributeNames can only be specified when using expressions"},
		{"values without an expression", "PutItem", item + `,` + values, "ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null"},
		{"values without two expressions", "UpdateItem", key + `,` + values, "ExpressionAttributeValues can only be specified when using expressions: UpdateExpression and ConditionExpression are null"},
		{"a value that is none", "PutItem", item + `,"ConditionExpression":"a = :b","ExpressionAttributeValues":{":b":{"N":"b"}}`, "ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: b for key :b"},
		{"an empty condition", "PutItem", item + `,"ConditionExpression":""`, "Invalid ConditionExpression: The expression can not be empty;"},
		{"a condition with a reserved word", "PutItem", item + `,"ConditionExpression":"size = :v",` + values, "Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: size"},
		{"an unused name", "PutItem", item + `,"ConditionExpression":"a = :v","ExpressionAttributeNames":{"#a":"a"},` + values, "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a}"},
		{"an unused value", "UpdateItem", key + `,"UpdateExpression":"REMOVE a",` + values, "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}"},
		{"an update of a key", "UpdateItem", key + `,"UpdateExpression":"SET id = :v",` + values, invalidP + "Cannot update attribute id. This attribute is part of the key"},
		{"an update of an index key", "UpdateItem", key + `,"UpdateExpression":"SET amount = :v",` + values, invalidP + "Type mismatch for Index Key amount Expected: N Actual: S IndexName: by-amount"},
		{"an index key from another attribute", "UpdateItem", key + `,"UpdateExpression":"SET amount = id"`, "The update expression attempted to update the secondary index key to unsupported type"},
		{"an empty index key by an update", "UpdateItem", key + `,"UpdateExpression":"SET label = :v","ExpressionAttributeValues":{":v":{"S":""}}`, "One or more parameter values are not valid. The update expression attempted to update a secondary index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty string value."},
		{"a long index key by an update", "UpdateItem", key + `,"UpdateExpression":"SET label = :v","ExpressionAttributeValues":{":v":{"S":"` + long + `"}}`, "The update expression attempted to update the secondary index key beyond allowed size limits"},
		{"a part of a key", "UpdateItem", key + `,"UpdateExpression":"SET a = id.x"`, "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: id"},
		{"a part of an index key", "UpdateItem", key + `,"UpdateExpression":"SET label.x = :v",` + values, "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: IndexKey: label"},
		{"a missing operand", "UpdateItem", key + `,"UpdateExpression":"SET a = b"`, "The provided expression refers to an attribute that does not exist in the item"},
		{"a path without a parent", "UpdateItem", key + `,"UpdateExpression":"SET a.b = :v",` + values, "The document path provided in the update expression is invalid for update"},
		{"paths that overlap in a projection", "GetItem", key + `,"ProjectionExpression":"a, a.b"`, "Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a, b]"},

		{"a query without a condition", "Query", values, "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."},
		{"a query without the partition key", "Query", `"KeyConditionExpression":"id = :v",` + values, "Query condition missed key schema element: customer"},
		{"a query with an attribute that is no key", "Query", `"KeyConditionExpression":"customer = :v AND x = :v",` + values, "Query condition missed key schema element: id"},
		{"a query by order of the partition key", "Query", `"KeyConditionExpression":"customer > :v",` + values, "Query key condition not supported"},
		{"a query with three conditions", "Query", `"KeyConditionExpression":"customer = :v AND id = :v AND x = :v",` + values, "Conditions can be of length 1 or 2 only"},
		{"a query with a value of another type", "Query", `"KeyConditionExpression":"customer = :v","ExpressionAttributeValues":{":v":{"N":"1"}}`, invalidP + "Condition parameter type does not match schema type"},
		{"a query with an empty value", "Query", `"KeyConditionExpression":"customer = :v","ExpressionAttributeValues":{":v":{"S":""}}`, "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: customer"},
		{"a query with or", "Query", `"KeyConditionExpression":"customer = :v OR id = :v",` + values, "Invalid operator used in KeyConditionExpression: OR"},
		{"a filter of a key", "Query", ofAnn + `,"FilterExpression":"id <> :v"`, "Filter Expression can only contain non-primary key attributes: Primary key attribute: id"},
		{"an unknown index", "Query", ofAnn + `,"IndexName":"whatever"`, "The table does not have the specified index: whatever"},
		{"a consistent read of an index", "Query", ofAnn + `,"IndexName":"by-amount","ConsistentRead":true`, "Consistent reads are not supported on global secondary indexes"},
		{"a limit of zero", "Query", ofAnn + `,"Limit":0`, "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1"},
		{"an unknown selection", "Query", ofAnn + `,"Select":"hi"`, "1 validation error detected: Value 'hi' at 'select' failed to satisfy constraint: Member must satisfy enum value set: [SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]"},
		{"specific attributes without a projection", "Scan", `"Select":"SPECIFIC_ATTRIBUTES"`, "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"},
		{"a count with a projection", "Scan", `"Select":"COUNT","ProjectionExpression":"a"`, "Cannot specify the ProjectionExpression when choosing to get only the Count"},
		{"all attributes with a projection", "Scan", `"Select":"ALL_ATTRIBUTES","ProjectionExpression":"a"`, "Cannot specify the ProjectionExpression when choosing to get ALL_ATTRIBUTES"},
		{"projected attributes without an index", "Scan", `"Select":"ALL_PROJECTED_ATTRIBUTES"`, "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"},
		{"all attributes of an index that has not all", "Scan", `"IndexName":"by-label","Select":"ALL_ATTRIBUTES"`, invalidP + "Select type ALL_ATTRIBUTES is not supported for global secondary index by-label because its projection type is not ALL"},
		{"an attribute that an index has not", "Scan", `"IndexName":"by-label","ProjectionExpression":"note, id"`, invalidP + "Global secondary index by-label does not project [note]"},
		{"a segment without a total", "Scan", `"Segment":1`, "The TotalSegments parameter is required but was not present in the request when Segment parameter is present"},
		{"a total without a segment", "Scan", `"TotalSegments":1`, "The Segment parameter is required but was not present in the request when parameter TotalSegments is present"},
		{"a segment beyond the total", "Scan", `"Segment":1,"TotalSegments":1`, "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 1 is not less than TotalSegments: 1"},
		{"a start that is no key", "Scan", `"ExclusiveStartKey":{"a":{"S":"1"}}`, "The provided starting key is invalid: The provided key element does not match the schema"},
		{"a start without the index's key", "Scan", `"IndexName":"by-label","ExclusiveStartKey":{"customer":{"S":"1"},"id":{"S":"1"}}`, "The provided starting key is invalid"},
		{"a start that is no value", "Scan", `"ExclusiveStartKey":{"a":{}}`, "The provided starting key is invalid: Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"},
		{"a start in another partition", "Query", ofAnn + `,"ExclusiveStartKey":{"customer":{"S":"w"},"id":{"S":"1"}}`, "The provided starting key is outside query boundaries based on provided conditions"},
		{"a start outside the range", "Query", `"KeyConditionExpression":"customer = :v AND id > :v",` + values + `,"ExclusiveStartKey":{"customer":{"S":"v"},"id":{"S":"1"}}`, "The provided starting key does not match the range key predicate"},
		{"a start of a query for one item", "Query", `"KeyConditionExpression":"customer = :v AND id = :v",` + values + `,"ExclusiveStartKey":{"customer":{"S":"w"},"id":{"S":"1"}}`, "The query can return at most one row and cannot be restarted"},

		{"a name that is none", "GetItem", `"TableName":"a b",` + key, "Invalid table/index name.  Table/index names must be between 3 and 255 characters long, and may contain only the characters a-z, A-Z, 0-9, '_', '-', and '.'"},
		{"a short name", "GetItem", `"TableName":"ab",` + key, "Invalid table/index name.  Table/index names must be between 3 and 255 characters long, and may contain only the characters a-z, A-Z, 0-9, '_', '-', and '.'"},
		{"no name", "GetItem", `"TableName":null,` + key, "1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := start(t, Options{}, orders())
			body := "{" + test.body + "}"
			if !strings.Contains(body, "TableName") {
				body = `{"TableName":"orders",` + test.body + "}"
			}
			_, err := f.request(test.action, body)
			wantFailure(t, err, "ValidationException", test.want)
		})
	}
}

// TestLegacyParametersAreRefused by name, with the parameter that replaced them.
func TestLegacyParametersAreRefused(t *testing.T) {
	t.Parallel()
	f := start(t, Options{}, orders())
	for action, parameters := range map[string]map[string]string{
		"GetItem":    {"AttributesToGet": "ProjectionExpression"},
		"PutItem":    {"Expected": "ConditionExpression", "ConditionalOperator": "ConditionExpression"},
		"UpdateItem": {"AttributeUpdates": "UpdateExpression"},
		"Query":      {"KeyConditions": "KeyConditionExpression", "QueryFilter": "FilterExpression"},
		"Scan":       {"ScanFilter": "FilterExpression"},
	} {
		for parameter, instead := range parameters {
			_, err := f.request(action, `{"TableName":"orders","`+parameter+`":{}}`)
			wantFailure(t, err, "ValidationException", "the legacy parameter "+parameter+" is not served by the local cloud: use "+instead)
		}
	}
}

// TestRequestsThatCannotBeRead: the code is the service's, the message is not.
func TestRequestsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	f := start(t, Options{}, orders())
	for name, body := range map[string]string{
		"nothing":              ``,
		"no JSON":              `{`,
		"no object":            `[]`,
		"a number for a name":  `{"TableName":1}`,
		"a text for a number":  `{"TableName":"orders","Limit":"1"}`,
		"a member twice":       `{"TableName":"orders","TableName":"orders"}`,
		"a number in an item":  `{"TableName":"orders","Item":{"customer":{"N":1}}}`,
		"text that is no UTF8": "{\"TableName\":\"\xff\"}",
	} {
		_, err := f.request("PutItem", body)
		if failure := asFailure(err); err == nil || failure.wire.Code != "SerializationException" {
			t.Errorf("%s: expected SerializationException, got %v", name, err)
		}
	}
	for action, body := range map[string]string{
		"Scan":    `{"TableName":"orders","ExclusiveStartKey":{"customer":"ann"}}`,
		"GetItem": `{"TableName":"orders","Key":{"customer":{"S":1}}}`,
		"PutItem": `{"TableName":"orders","Item":{"customer":{"S":"a"},"id":{"S":"b"}},"ConditionExpression":"a = :v","ExpressionAttributeValues":{":v":{"S":1}}}`,
	} {
		if _, err := f.request(action, body); err == nil || asFailure(err).wire.Code != "SerializationException" {
			t.Errorf("%s: expected SerializationException, got %v", action, err)
		}
	}
	// What an operation does not have is ignored, as the service does.
	f.must(t, "PutItem", `{"TableName":"orders","Item":{"customer":{"S":"a"},"id":{"S":"b"}},"Limit":1,"Nonsense":[]}`)
}

func TestOperationsThatAreNotServed(t *testing.T) {
	t.Parallel()
	f := start(t, Options{}, orders())
	_, err := f.request("CreateTable", `{"TableName":"more"}`)
	wantFailure(t, err, "ValidationException", "CreateTable is not served here: the program declares its tables. Change the table in the program, and deploy it")
	_, err = f.request("ExecuteStatement", `{"Statement":"SELECT * FROM orders"}`)
	wantFailure(t, err, "ValidationException", "ExecuteStatement is not served by the local cloud. Send DynamoDB's calls to another endpoint to use it")
	_, err = f.request("GetItems", `{}`)
	wantFailure(t, err, "UnknownOperationException", "")
	_, err = f.execute("DynamoDBStreams_20120810.ListStreams", []byte(`{}`))
	wantFailure(t, err, "UnknownOperationException", "")
}
