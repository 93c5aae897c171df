package dynamodb

import (
	"context"
	"errors"
	"strings"
	"testing"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// credentials are some. Nothing verifies them here.
type credentials struct{}

func (credentials) Retrieve(context.Context) (awssdk.Credentials, error) {
	return awssdk.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "secret"}, nil
}

func (f *fixture) put(t testing.TB, item values) {
	t.Helper()
	if _, err := f.client.PutItem(t.Context(), &sdk.PutItemInput{TableName: awssdk.String("orders"), Item: item}); err != nil {
		t.Fatal(err)
	}
}

func TestItemsWithTheSDK(t *testing.T) {
	t.Parallel()
	f := start(t, Options{}, orders())
	ctx, table := t.Context(), awssdk.String("orders")
	item := order("ann", "1", "1.50")
	item["everything"] = &types.AttributeValueMemberM{Value: values{
		"b": &types.AttributeValueMemberB{Value: []byte{0, 1, 2}}, "t": &types.AttributeValueMemberBOOL{Value: true},
		"0": &types.AttributeValueMemberNULL{Value: true}, "ss": &types.AttributeValueMemberSS{Value: []string{"a", ""}},
		"ns": &types.AttributeValueMemberNS{Value: []string{"1", "2.5"}}, "bs": &types.AttributeValueMemberBS{Value: [][]byte{{1}, {}}},
		"l": &types.AttributeValueMemberL{Value: []types.AttributeValue{text(""), number("-1")}},
	}}
	f.put(t, item)
	key := values{"customer": text("ann"), "id": text("1")}
	got, err := f.client.GetItem(ctx, &sdk.GetItemInput{TableName: table, Key: key, ConsistentRead: awssdk.Bool(true)})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Item) != len(item) || got.Item["amount"].(*types.AttributeValueMemberN).Value != "1.5" {
		t.Errorf("got %v", got.Item)
	}
	if m := got.Item["everything"].(*types.AttributeValueMemberM).Value; string(m["bs"].(*types.AttributeValueMemberBS).Value[0]) != "\x01" || len(m) != 7 {
		t.Errorf("got %v", m)
	}
	part, err := f.client.GetItem(ctx, &sdk.GetItemInput{
		TableName: table, Key: key, ProjectionExpression: awssdk.String("id, everything.l[1], #l"),
		ExpressionAttributeNames: map[string]string{"#l": "label"},
	})
	if err != nil || len(part.Item) != 3 {
		t.Errorf("the projection: %v, %v", part, err)
	}
	none, err := f.client.GetItem(ctx, &sdk.GetItemInput{TableName: table, Key: values{"customer": text("ann"), "id": text("2")}})
	if err != nil || none.Item != nil {
		t.Errorf("an item that does not exist: %v, %v", none, err)
	}
	deleted, err := f.client.DeleteItem(ctx, &sdk.DeleteItemInput{TableName: table, Key: key, ReturnValues: types.ReturnValueAllOld})
	if err != nil || len(deleted.Attributes) != len(item) {
		t.Errorf("deleted %v, %v", deleted, err)
	}
	again, err := f.client.DeleteItem(ctx, &sdk.DeleteItemInput{TableName: table, Key: key, ReturnValues: types.ReturnValueAllOld})
	if err != nil || again.Attributes != nil {
		t.Errorf("deleted again %v, %v", again, err)
	}
}

func TestConditionsWithTheSDK(t *testing.T) {
	t.Parallel()
	f := start(t, Options{}, orders())
	ctx, table := t.Context(), awssdk.String("orders")
	create := &sdk.PutItemInput{TableName: table, Item: order("ann", "1", "5"), ConditionExpression: awssdk.String("attribute_not_exists(id)")}
	if _, err := f.client.PutItem(ctx, create); err != nil {
		t.Fatal(err)
	}
	_, err := f.client.PutItem(ctx, create)
	failed, ok := errors.AsType[*types.ConditionalCheckFailedException](err)
	if !ok || failed.ErrorMessage() != "The conditional request failed" || failed.Item != nil {
		t.Fatalf("expected a failed condition without the item, got %v", err)
	}
	update := &sdk.UpdateItemInput{
		TableName: table, Key: values{"customer": text("ann"), "id": text("1")},
		UpdateExpression: awssdk.String("SET amount = amount - :n"), ConditionExpression: awssdk.String("amount >= :n"),
		ExpressionAttributeValues: values{":n": number("3")}, ReturnValues: types.ReturnValueUpdatedNew,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}
	updated, err := f.client.UpdateItem(ctx, update)
	if err != nil || len(updated.Attributes) != 1 || updated.Attributes["amount"].(*types.AttributeValueMemberN).Value != "2" {
		t.Fatalf("updated %v, %v", updated, err)
	}
	_, err = f.client.UpdateItem(ctx, update)
	failed, ok = errors.AsType[*types.ConditionalCheckFailedException](err)
	if !ok || failed.Item["amount"].(*types.AttributeValueMemberN).Value != "2" {
		t.Fatalf("expected a failed condition with the item, got %v", err)
	}
	_, err = f.client.DeleteItem(ctx, &sdk.DeleteItemInput{
		TableName: table, Key: values{"customer": text("bob"), "id": text("1")}, ConditionExpression: awssdk.String("attribute_exists(id)"),
	})
	if _, ok := errors.AsType[*types.ConditionalCheckFailedException](err); !ok {
		t.Fatalf("expected a failed condition, got %v", err)
	}
}

func TestErrorsWithTheSDK(t *testing.T) {
	t.Parallel()
	f := start(t, Options{}, orders())
	_, err := f.client.GetItem(t.Context(), &sdk.GetItemInput{TableName: awssdk.String("orderz"), Key: values{"id": text("1")}})
	if _, ok := errors.AsType[*types.ResourceNotFoundException](err); !ok {
		t.Errorf("expected ResourceNotFoundException, got %v", err)
	}
	wantError(t, err, "ResourceNotFoundException", "Requested resource not found")
	_, err = f.client.GetItem(t.Context(), &sdk.GetItemInput{TableName: awssdk.String("orders"), Key: values{"id": text("1")}})
	wantError(t, err, "ValidationException", "The provided key element does not match the schema")
	if !strings.Contains(err.Error(), "RequestID: ") || strings.Contains(err.Error(), "RequestID: ,") {
		t.Errorf("expected a request ID, got %v", err)
	}
}

// TestReturnValues: each choice, of an item that there was and one that there was
// not.
func TestReturnValues(t *testing.T) {
	t.Parallel()
	const before = `{"customer":{"S":"ann"},"id":{"S":"1"},"a":{"N":"1"},"m":{"M":{"x":{"N":"1"},"y":{"N":"2"}}}}`
	for _, test := range []struct{ name, action, body, want string }{
		{"put", "PutItem", `"Item":{"customer":{"S":"ann"},"id":{"S":"1"}}`, `{}`},
		{"put, old", "PutItem", `"Item":{"customer":{"S":"ann"},"id":{"S":"1"}},"ReturnValues":"ALL_OLD"`, `{"Attributes":` + before + `}`},
		{"put, old of none", "PutItem", `"Item":{"customer":{"S":"ann"},"id":{"S":"2"}},"ReturnValues":"ALL_OLD"`, `{}`},
		{"update", "UpdateItem", `"UpdateExpression":"SET a = :v, m.x = :v",` + valueOf("9"), `{}`},
		{"update, all old", "UpdateItem", `"ReturnValues":"ALL_OLD","UpdateExpression":"SET a = :v",` + valueOf("9"), `{"Attributes":` + before + `}`},
		{"update, updated old", "UpdateItem", `"ReturnValues":"UPDATED_OLD","UpdateExpression":"SET a = :v, m.x = :v, n = :v",` + valueOf("9"), `{"Attributes":{"a":{"N":"1"},"m":{"M":{"x":{"N":"1"}}}}}`},
		{"update, updated new", "UpdateItem", `"ReturnValues":"UPDATED_NEW","UpdateExpression":"SET m.x = :v, n = :v REMOVE a",` + valueOf("9"), `{"Attributes":{"m":{"M":{"x":{"N":"9"}}},"n":{"N":"9"}}}`},
		{"update, all new", "UpdateItem", `"ReturnValues":"ALL_NEW","UpdateExpression":"SET a = :v REMOVE m",` + valueOf("9"), `{"Attributes":{"customer":{"S":"ann"},"id":{"S":"1"},"a":{"N":"9"}}}`},
		{"update of nothing", "UpdateItem", `"ReturnValues":"ALL_NEW"`, `{"Attributes":` + before + `}`},
		{"only removed", "UpdateItem", `"ReturnValues":"UPDATED_NEW","UpdateExpression":"REMOVE a"`, `{}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := start(t, Options{}, orders())
			f.must(t, "PutItem", `{"TableName":"orders","Item":`+before+`}`)
			body := `{"TableName":"orders","Key":{"customer":{"S":"ann"},"id":{"S":"1"}},` + test.body + `}`
			if got := f.must(t, test.action, body); !sameJSON(t, got, test.want) {
				t.Errorf("expected\n%s, got\n%s", test.want, got)
			}
		})
	}
}

func valueOf(n string) string { return `"ExpressionAttributeValues":{":v":{"N":"` + n + `"}}` }

func TestUpdateMakesAnItem(t *testing.T) {
	t.Parallel()
	f := start(t, Options{}, orders())
	got := f.must(t, "UpdateItem", `{"TableName":"orders","Key":{"customer":{"S":"ann"},"id":{"S":"1"}},"ReturnValues":"ALL_NEW"}`)
	if !sameJSON(t, got, `{"Attributes":{"customer":{"S":"ann"},"id":{"S":"1"}}}`) {
		t.Errorf("got %s", got)
	}
	if got := f.must(t, "Scan", `{"TableName":"orders","Select":"COUNT"}`); !sameJSON(t, got, `{"Count":1,"ScannedCount":1}`) {
		t.Errorf("got %s", got)
	}
}

// TestItemOf400KB: exactly 409,600 bytes fit, in a put and in an update.
func TestItemOf400KB(t *testing.T) {
	t.Parallel()
	f := start(t, Options{}, people())
	pad := func(n int) string { return strings.Repeat("x", n) }
	const overhead = len("name") + len("ann") + len("p")
	put := func(n int) error {
		_, err := f.request("PutItem", `{"TableName":"people","Item":{"name":{"S":"ann"},"p":{"S":"`+pad(n)+`"}}}`)
		return err
	}
	update := func(n int) error {
		_, err := f.request("UpdateItem", `{"TableName":"people","Key":{"name":{"S":"ann"}},"UpdateExpression":"SET p = :v","ExpressionAttributeValues":{":v":{"S":"`+pad(n)+`"}}}`)
		return err
	}
	for name, write := range map[string]func(int) error{"put": put, "update": update} {
		if err := write(400<<10 - overhead); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	wantFailure(t, put(400<<10-overhead+1), "ValidationException", "Item size has exceeded the maximum allowed size")
	wantFailure(t, update(400<<10-overhead+1), "ValidationException", "Item size to update has exceeded the maximum allowed size")
}

// wantFailure demands an error of the engine.
func wantFailure(t testing.TB, err error, code, message string) {
	t.Helper()
	f, ok := errors.AsType[*failure](err)
	if !ok || f.wire.Code != code || f.wire.Message != message {
		t.Errorf("expected\n%s: %s, got\n%v", code, message, err)
	}
}

func TestConsumedCapacity(t *testing.T) {
	t.Parallel()
	f := start(t, Options{}, orders(), people())
	const item = `{"customer":{"S":"ann"},"id":{"S":"1"},"amount":{"N":"1"},"label":{"S":"new"}}`
	for _, test := range []struct{ name, action, body, want string }{
		{"none", "PutItem", `"Item":` + item, `{}`},
		{"an item in three indexes that stays as it is", "PutItem", `"Item":` + item + `,"ReturnConsumedCapacity":"INDEXES"`,
			`{"ConsumedCapacity":{"TableName":"orders","CapacityUnits":1,"Table":{"CapacityUnits":1}}}`},
		{"an index entry that moves is two writes", "UpdateItem", `"Key":{"customer":{"S":"ann"},"id":{"S":"1"}},"UpdateExpression":"SET amount = :v",` + valueOf("2") + `,"ReturnConsumedCapacity":"INDEXES"`,
			`{"ConsumedCapacity":{"TableName":"orders","CapacityUnits":5,"Table":{"CapacityUnits":1},"GlobalSecondaryIndexes":{"by-amount":{"CapacityUnits":2},"by-label-amount":{"CapacityUnits":2}}}}`},
		{"an eventually consistent read", "GetItem", `"Key":{"customer":{"S":"ann"},"id":{"S":"1"}},"ReturnConsumedCapacity":"TOTAL"`,
			`{"Item":{"customer":{"S":"ann"},"id":{"S":"1"},"amount":{"N":"2"},"label":{"S":"new"}},"ConsumedCapacity":{"TableName":"orders","CapacityUnits":0.5}}`},
		{"a consistent read", "GetItem", `"Key":{"customer":{"S":"bob"},"id":{"S":"1"}},"ConsistentRead":true,"ReturnConsumedCapacity":"TOTAL"`,
			`{"ConsumedCapacity":{"TableName":"orders","CapacityUnits":1}}`},
		{"a query of an index", "Query", `"IndexName":"by-label","KeyConditionExpression":"label = :v","ExpressionAttributeValues":{":v":{"S":"new"}},"Select":"COUNT","ReturnConsumedCapacity":"INDEXES"`,
			`{"Count":1,"ScannedCount":1,"ConsumedCapacity":{"TableName":"orders","CapacityUnits":0.5,"Table":{"CapacityUnits":0},"GlobalSecondaryIndexes":{"by-label":{"CapacityUnits":0.5}}}}`},
		{"a transaction", "TransactWriteItems", `"TransactItems":[{"Put":{"TableName":"people","Item":{"name":{"S":"a"}}}}],"ReturnConsumedCapacity":"TOTAL"`,
			`{"ConsumedCapacity":[{"TableName":"people","CapacityUnits":2}]}`},
		{"a batch", "BatchGetItem", `"RequestItems":{"people":{"Keys":[{"name":{"S":"b"}},{"name":{"S":"c"}}]}},"ReturnConsumedCapacity":"TOTAL"`,
			`{"Responses":{"people":[]},"UnprocessedKeys":{},"ConsumedCapacity":[{"TableName":"people","CapacityUnits":1}]}`},
		{"a scan of nothing asked", "Scan", `"Select":"COUNT"`, `{"Count":1,"ScannedCount":1}`},
	} {
		if got := f.must(t, test.action, `{"TableName":"orders",`+test.body+`}`); !sameJSON(t, got, test.want) {
			t.Errorf("%s: expected\n%s, got\n%s", test.name, test.want, got)
		}
	}
}
