package dynamodb

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func TestBatchesWithTheSDK(t *testing.T) {
	t.Parallel()
	f := start(t, Options{}, orders(), people())
	f.put(t, order("ann", "0", "1"))
	written, err := f.client.BatchWriteItem(t.Context(), &sdk.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{
		"orders": {
			{PutRequest: &types.PutRequest{Item: order("ann", "1", "1")}},
			{PutRequest: &types.PutRequest{Item: order("ann", "2", "2")}},
			{DeleteRequest: &types.DeleteRequest{Key: values{"customer": text("ann"), "id": text("0")}}},
		},
		"people": {{PutRequest: &types.PutRequest{Item: values{"name": text("ann")}}}},
	}})
	if err != nil || len(written.UnprocessedItems) != 0 {
		t.Fatalf("got %v, %v", written, err)
	}
	read, err := f.client.BatchGetItem(t.Context(), &sdk.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
		"orders": {ProjectionExpression: awssdk.String("id"), Keys: []map[string]types.AttributeValue{
			{"customer": text("ann"), "id": text("0")}, {"customer": text("ann"), "id": text("1")}, {"customer": text("ann"), "id": text("2")},
		}},
		"people": {Keys: []map[string]types.AttributeValue{{"name": text("ann")}, {"name": text("bob")}}},
	}})
	if err != nil || ids(read.Responses["orders"]) != "1 2" || len(read.Responses["orders"][0]) != 1 || len(read.Responses["people"]) != 1 || len(read.UnprocessedKeys) != 0 {
		t.Fatalf("got %v, %v", read, err)
	}
}

func TestBatchValidation(t *testing.T) {
	t.Parallel()
	f := start(t, Options{}, people())
	puts := func(n int) string {
		var all []string
		for i := range n {
			all = append(all, fmt.Sprintf(`{"PutRequest":{"Item":{"name":{"S":"p%d"}}}}`, i))
		}
		return strings.Join(all, ",")
	}
	keys := func(n int) string {
		var all []string
		for i := range n {
			all = append(all, fmt.Sprintf(`{"name":{"S":"p%d"}}`, i))
		}
		return strings.Join(all, ",")
	}
	const notSatisfied = "1 validation error detected: "
	for _, test := range []struct{ name, action, items, code, want string }{
		{"no tables", "BatchWriteItem", ``, "ValidationException", notSatisfied + "Value '{}' at 'requestItems' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		{"26 writes", "BatchWriteItem", `"people":[` + puts(26) + `]`, "ValidationException", notSatisfied + "Value '' at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 25, Member must have length greater than or equal to 1]"},
		{"26 writes to two tables", "BatchWriteItem", `"people":[` + puts(20) + `],"others":[` + puts(6) + `]`, "ValidationException", "Too many items requested for the BatchWriteItem call"},
		{"an item twice", "BatchWriteItem", `"people":[` + puts(1) + `,{"DeleteRequest":{"Key":{"name":{"S":"p0"}}}}]`, "ValidationException", "Provided list of item keys contains duplicates"},
		{"neither put nor delete", "BatchWriteItem", `"people":[{}]`, "ValidationException", "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"},
		{"a wrong key", "BatchWriteItem", `"people":[` + puts(1) + `,{"DeleteRequest":{"Key":{"id":{"S":"p0"}}}}]`, "ValidationException", "The provided key element does not match the schema"},
		{"an unknown table", "BatchWriteItem", `"people":[` + puts(1) + `],"others":[` + puts(1) + `]`, "ResourceNotFoundException", "Requested resource not found"},
		{"101 keys", "BatchGetItem", `"people":{"Keys":[` + keys(101) + `]}`, "ValidationException", notSatisfied + "Value '101 keys' at 'requestItems.people.member.keys' failed to satisfy constraint: Member must have length less than or equal to 100"},
		{"101 keys of two tables", "BatchGetItem", `"people":{"Keys":[` + keys(100) + `]},"others":{"Keys":[` + keys(1) + `]}`, "ValidationException", "Too many items requested for the BatchGetItem call"},
		{"a key twice", "BatchGetItem", `"people":{"Keys":[` + keys(1) + `,` + keys(1) + `]}`, "ValidationException", "Provided list of item keys contains duplicates"},
		{"no such table", "BatchGetItem", `"others":{"Keys":[` + keys(1) + `]}`, "ResourceNotFoundException", "Requested resource not found"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := f.request(test.action, `{"RequestItems":{`+test.items+`}}`)
			wantFailure(t, err, test.code, test.want)
		})
	}
	t.Cleanup(func() {
		if got := f.Tables()[0].Items; got != 0 {
			t.Errorf("a refused batch wrote %d items", got)
		}
	})
}

// TestBatchGetOf16MB: what is more comes back as unprocessed, in the form of a
// request.
func TestBatchGetOf16MB(t *testing.T) {
	t.Parallel()
	f := start(t, Options{}, people())
	pad := strings.Repeat("x", 390<<10)
	var keys []map[string]types.AttributeValue
	for i := range 50 {
		name := fmt.Sprintf("p%02d", i)
		f.must(t, "PutItem", `{"TableName":"people","Item":{"name":{"S":"`+name+`"},"filler":{"S":"`+pad+`"}}}`)
		keys = append(keys, values{"name": text(name)})
	}
	seen := 0
	for rounds := 0; len(keys) > 0; rounds++ {
		out, err := f.client.BatchGetItem(t.Context(), &sdk.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{"people": {Keys: keys, ProjectionExpression: awssdk.String("#n"), ExpressionAttributeNames: map[string]string{"#n": "name"}}}})
		if err != nil || rounds > 2 {
			t.Fatalf("round %d: %v", rounds, err)
		}
		seen += len(out.Responses["people"])
		rest := out.UnprocessedKeys["people"]
		if keys = rest.Keys; len(keys) > 0 && *rest.ProjectionExpression != "#n" {
			t.Errorf("the rest is read by %v", rest)
		}
	}
	if seen != 50 {
		t.Errorf("expected 50 items, got %d", seen)
	}
}

func transactPut(table string, item values, condition string) types.TransactWriteItem {
	put := &types.Put{TableName: &table, Item: item}
	if condition != "" {
		put.ConditionExpression = &condition
		put.ReturnValuesOnConditionCheckFailure = types.ReturnValuesOnConditionCheckFailureAllOld
	}
	return types.TransactWriteItem{Put: put}
}

func TestTransactionsWithTheSDK(t *testing.T) {
	t.Parallel()
	f := start(t, Options{}, orders(), people())
	f.put(t, order("ann", "0", "1"))
	f.put(t, order("ann", "1", "1"))
	check := types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: awssdk.String("people"), Key: values{"name": text("ann")}, ConditionExpression: awssdk.String("attribute_not_exists(#n)"),
		ExpressionAttributeNames: map[string]string{"#n": "name"},
	}}
	writes := []types.TransactWriteItem{
		check,
		transactPut("orders", order("ann", "2", "2"), "attribute_not_exists(id)"),
		{Update: &types.Update{TableName: awssdk.String("orders"), Key: values{"customer": text("ann"), "id": text("1")}, UpdateExpression: awssdk.String("ADD amount :n"), ExpressionAttributeValues: values{":n": number("5")}}},
		{Delete: &types.Delete{TableName: awssdk.String("orders"), Key: values{"customer": text("ann"), "id": text("0")}}},
	}
	if _, err := f.client.TransactWriteItems(t.Context(), &sdk.TransactWriteItemsInput{TransactItems: writes}); err != nil {
		t.Fatal(err)
	}
	read, err := f.client.TransactGetItems(t.Context(), &sdk.TransactGetItemsInput{TransactItems: []types.TransactGetItem{
		{Get: &types.Get{TableName: awssdk.String("orders"), Key: values{"customer": text("ann"), "id": text("1")}, ProjectionExpression: awssdk.String("amount")}},
		{Get: &types.Get{TableName: awssdk.String("orders"), Key: values{"customer": text("ann"), "id": text("0")}}},
	}})
	if err != nil || len(read.Responses) != 2 || read.Responses[0].Item["amount"].(*types.AttributeValueMemberN).Value != "6" || read.Responses[1].Item != nil {
		t.Fatalf("got %v, %v", read, err)
	}
	// The same again fails by the second action alone, and changes nothing.
	_, err = f.client.TransactWriteItems(t.Context(), &sdk.TransactWriteItemsInput{TransactItems: writes})
	canceled, ok := errors.AsType[*types.TransactionCanceledException](err)
	if !ok || canceled.ErrorMessage() != "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, None, None]" {
		t.Fatalf("got %v", err)
	}
	if r := canceled.CancellationReasons; len(r) != 4 || *r[0].Code != "None" || r[0].Message != nil || *r[1].Message != "The conditional request failed" || len(r[1].Item) != 5 {
		t.Errorf("got %+v", r)
	}
	if got := f.must(t, "GetItem", `{"TableName":"orders","Key":{"customer":{"S":"ann"},"id":{"S":"1"}},"ProjectionExpression":"amount"}`); !sameJSON(t, got, `{"Item":{"amount":{"N":"6"}}}`) {
		t.Errorf("got %s", got)
	}
}

func TestTransactionValidation(t *testing.T) {
	t.Parallel()
	put := func(name string) string {
		return `{"Put":{"TableName":"people","Item":{"name":{"S":"` + name + `"}}}}`
	}
	update := func(name, expression string) string {
		return `{"Update":{"TableName":"people","Key":{"name":{"S":"` + name + `"}},"UpdateExpression":"` + expression + `"}}`
	}
	many := strings.TrimSuffix(strings.Repeat(put("p")+",", 101), ",")
	for _, test := range []struct{ name, action, items, code, want string }{
		{"nothing", "TransactWriteItems", ``, "ValidationException", "1 validation error detected: Value '[]' at 'transactItems' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		{"101 actions", "TransactWriteItems", many, "ValidationException", "1 validation error detected: Value '[...]' at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100"},
		{"an item twice", "TransactWriteItems", put("p") + "," + update("p", "REMOVE a"), "ValidationException", "Transaction request cannot include multiple operations on one item"},
		{"two actions in one", "TransactWriteItems", strings.Replace(put("p"), "}}}}", `}}},`, 1) + strings.TrimPrefix(update("q", "REMOVE a"), "{"), "ValidationException", "TransactItems can only contain one of Check, Put, Update or Delete"},
		{"an unknown table", "TransactWriteItems", `{"Put":{"TableName":"others","Item":{"name":{"S":"p"}}}}`, "ResourceNotFoundException", "Requested resource not found"},
		{"a syntax error", "TransactWriteItems", update("p", "SET"), "ValidationException", `Invalid UpdateExpression: Syntax error; token: "<EOF>", near: "SET"`},
		{"a failing update", "TransactWriteItems", put("q") + "," + update("p", "SET a = b"), "TransactionCanceledException", "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ValidationError]"},
		{"a wrong key", "TransactWriteItems", `{"Delete":{"TableName":"people","Key":{"id":{"S":"p"}}}}`, "TransactionCanceledException", "Transaction cancelled, please refer cancellation reasons for specific reasons [ValidationError]"},
		{"no read", "TransactGetItems", ``, "ValidationException", "1 validation error detected: Value '[]' at 'transactItems' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		{"an item read twice", "TransactGetItems", `{"Get":{"TableName":"people","Key":{"name":{"S":"p"}}}},{"Get":{"TableName":"people","Key":{"name":{"S":"p"}}}}`, "ValidationException", "Transaction request cannot include multiple operations on one item"},
		{"a wrong key read", "TransactGetItems", `{"Get":{"TableName":"people","Key":{"id":{"S":"p"}}}}`, "TransactionCanceledException", "Transaction cancelled, please refer cancellation reasons for specific reasons [ValidationError]"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := start(t, Options{}, people())
			_, err := f.request(test.action, `{"TransactItems":[`+test.items+`]}`)
			wantFailure(t, err, test.code, test.want)
			if got := f.Tables()[0].Items; got != 0 {
				t.Errorf("a refused transaction wrote %d items", got)
			}
		})
	}
}

// TestClientTokens: within ten minutes the same request with the same token is done
// once, and another one is refused.
func TestClientTokens(t *testing.T) {
	t.Parallel()
	f := start(t, Options{}, people())
	request := func(by string) error {
		_, err := f.request("TransactWriteItems", `{"ClientRequestToken":"t","TransactItems":[{"Update":{"TableName":"people","Key":{"name":{"S":"p"}},"UpdateExpression":"ADD n :v",`+valueOf(by)+`}}]}`)
		return err
	}
	want := func(n string) {
		t.Helper()
		if got := f.must(t, "GetItem", `{"TableName":"people","Key":{"name":{"S":"p"}},"ProjectionExpression":"n"}`); !sameJSON(t, got, `{"Item":{"n":{"N":"`+n+`"}}}`) {
			t.Errorf("expected %s, got %s", n, got)
		}
	}
	for range 3 {
		if err := request("1"); err != nil {
			t.Fatal(err)
		}
	}
	want("1")
	wantFailure(t, request("2"), "IdempotentParameterMismatchException", "The request uses the same client token as a previous, but non-identical request.")
	f.clock.advance(10 * time.Minute)
	if err := request("2"); err != nil {
		t.Fatal(err)
	}
	want("3")
}

// TestAssumedTransactionOf4MB: the service's words for it are not known.
func TestAssumedTransactionOf4MB(t *testing.T) {
	t.Parallel()
	f := start(t, Options{}, people())
	pad := strings.Repeat("x", 390<<10)
	var items []string
	for i := range 11 {
		items = append(items, fmt.Sprintf(`{"Put":{"TableName":"people","Item":{"name":{"S":"p%02d"},"filler":{"S":"%s"}}}}`, i, pad))
	}
	_, err := f.request("TransactWriteItems", `{"TransactItems":[`+strings.Join(items, ",")+`]}`)
	wantFailure(t, err, "ValidationException", "the items of a transaction have 4393103 bytes together: at most 4194304 are allowed")
	f.must(t, "TransactWriteItems", `{"TransactItems":[`+strings.Join(items[:10], ",")+`]}`)
}
