package dynamodb

import (
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/aws"
	"api-auth-jwt-auth0/local/aws/policy"
)

func (f *fixture) read(t testing.TB, action, body string) aws.Operation {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	r.Header.Set("X-Amz-Target", targetPrefix+action)
	operation, err := f.Read(r, []byte(body))
	if err != nil {
		t.Fatalf("%s %s: %v", action, body, err)
	}
	return operation
}

// shown writes the requests with the context keys that have values.
func shown(requests []policy.Request) []string {
	var all []string
	for _, r := range requests {
		line := strings.TrimPrefix(r.Action, "dynamodb:") + " " + strings.TrimPrefix(r.Resource, arnOf(""))
		for _, key := range slices.Sorted(maps.Keys(r.Context)) {
			if values := r.Context[key]; len(values) > 0 && (key != keyReturnCapacity || values[0] != "NONE") {
				line += " " + strings.TrimPrefix(key, "dynamodb:") + "=" + strings.Join(values, ",")
			}
		}
		all = append(all, line)
	}
	return all
}

// TestRequestsToIAM: actions, resources and condition keys of each operation.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
func TestRequestsToIAM(t *testing.T) {
	t.Parallel()
	f := start(t, Options{}, orders(), people())
	const (
		key    = `"Key":{"customer":{"S":"ann"},"id":{"S":"1"}}`
		values = `"ExpressionAttributeValues":{":v":{"S":"v"}}`
	)
	for _, test := range []struct {
		name, action, body, resource string
		want                         []string
	}{
		{"get", "GetItem", `{"TableName":"orders",` + key + `}`, "orders", []string{"GetItem orders Attributes=customer,id LeadingKeys=ann Select=ALL_ATTRIBUTES"}},
		{"get a part", "GetItem", `{"TableName":"orders",` + key + `,"ProjectionExpression":"a.b, c"}`, "orders", []string{"GetItem orders Attributes=a,c,customer,id LeadingKeys=ann Select=SPECIFIC_ATTRIBUTES"}},
		{"by ARN", "GetItem", `{"TableName":"` + arnOf("orders") + `",` + key + `}`, arnOf("orders"), []string{"GetItem orders Attributes=customer,id LeadingKeys=ann Select=ALL_ATTRIBUTES"}},
		{"put", "PutItem", `{"TableName":"orders","Item":{"customer":{"S":"ann"},"id":{"S":"1"},"x":{"S":""}},"ConditionExpression":"attribute_not_exists(y)"}`, "orders", []string{"PutItem orders Attributes=customer,id,x,y LeadingKeys=ann ReturnValues=NONE"}},
		{"update", "UpdateItem", `{"TableName":"orders",` + key + `,"UpdateExpression":"SET a.b = c, d = :v","ConditionExpression":"e = :v",` + values + `,"ReturnValues":"ALL_NEW","ReturnConsumedCapacity":"TOTAL"}`, "orders", []string{"UpdateItem orders Attributes=a,c,customer,d,e,id LeadingKeys=ann ReturnConsumedCapacity=TOTAL ReturnValues=ALL_NEW"}},
		{"delete", "DeleteItem", `{"TableName":"orders",` + key + `}`, "orders", []string{"DeleteItem orders Attributes=customer,id LeadingKeys=ann ReturnValues=NONE"}},
		{"query", "Query", `{"TableName":"orders","KeyConditionExpression":"customer = :v",` + values + `,"FilterExpression":"x = :v"}`, "orders", []string{"Query orders Attributes=customer,x LeadingKeys=v Select=ALL_ATTRIBUTES"}},
		{"query an index", "Query", `{"TableName":"orders","IndexName":"by-label","KeyConditionExpression":"label = :v",` + values + `}`, "orders", []string{"Query orders/index/by-label Attributes=label LeadingKeys=v Select=ALL_PROJECTED_ATTRIBUTES"}},
		{"count", "Query", `{"TableName":"orders","KeyConditionExpression":"customer = :v",` + values + `,"Select":"COUNT"}`, "orders", []string{"Query orders Attributes=customer LeadingKeys=v Select=COUNT"}},
		{"scan", "Scan", `{"TableName":"orders"}`, "orders", []string{"Scan orders Select=ALL_ATTRIBUTES"}},
		{"scan an index", "Scan", `{"TableName":"orders","IndexName":"by-label","ProjectionExpression":"id"}`, "orders", []string{"Scan orders/index/by-label Attributes=id Select=SPECIFIC_ATTRIBUTES"}},
		{"batch get", "BatchGetItem", `{"RequestItems":{"people":{"Keys":[{"name":{"S":"a"}},{"name":{"S":"b"}}]},"orders":{"Keys":[{"customer":{"S":"ann"},"id":{"S":"1"}}],"ProjectionExpression":"x"}}}`, "orders, people",
			[]string{"BatchGetItem orders Attributes=customer,id,x LeadingKeys=ann Select=SPECIFIC_ATTRIBUTES", "BatchGetItem people Attributes=name LeadingKeys=a,b Select=ALL_ATTRIBUTES"}},
		{"batch write", "BatchWriteItem", `{"RequestItems":{"people":[{"PutRequest":{"Item":{"name":{"S":"a"},"x":{"S":""}}}},{"DeleteRequest":{"Key":{"name":{"S":"b"}}}}]}}`, "people",
			[]string{"BatchWriteItem people Attributes=name,x LeadingKeys=a,b"}},
		{"transact write", "TransactWriteItems", `{"TransactItems":[{"Put":{"TableName":"people","Item":{"name":{"S":"a"}}}},{"ConditionCheck":{"TableName":"orders",` + key + `,"ConditionExpression":"attribute_exists(id)"}},{"Update":{"TableName":"people","Key":{"name":{"S":"b"}},"UpdateExpression":"REMOVE x"}},{"Delete":{"TableName":"people","Key":{"name":{"S":"c"}}}}]}`, "people, orders",
			[]string{
				"PutItem people Attributes=name EnclosingOperation=TransactWriteItems LeadingKeys=a ReturnValues=NONE",
				"ConditionCheckItem orders Attributes=customer,id EnclosingOperation=TransactWriteItems LeadingKeys=ann ReturnValues=NONE",
				"UpdateItem people Attributes=name,x EnclosingOperation=TransactWriteItems LeadingKeys=b ReturnValues=NONE",
				"DeleteItem people Attributes=name EnclosingOperation=TransactWriteItems LeadingKeys=c ReturnValues=NONE",
			}},
		{"transact get", "TransactGetItems", `{"TransactItems":[{"Get":{"TableName":"people","Key":{"name":{"S":"a"}}}}]}`, "people", []string{"GetItem people Attributes=name EnclosingOperation=TransactGetItems LeadingKeys=a Select=ALL_ATTRIBUTES"}},
		{"describe", "DescribeTable", `{"TableName":"orders"}`, "orders", []string{"DescribeTable orders"}},
		{"describe the time to live", "DescribeTimeToLive", `{"TableName":"orders"}`, "orders", []string{"DescribeTimeToLive orders"}},
		{"list", "ListTables", `{}`, "", []string{"ListTables *"}},
		{"an unknown table", "GetItem", `{"TableName":"others",` + key + `}`, "others", []string{"GetItem others Attributes=customer,id Select=ALL_ATTRIBUTES"}},
		{"create", "CreateTable", `{"TableName":"others"}`, "others", []string{"CreateTable others"}},
		{"not served", "ExecuteStatement", `{}`, "", []string{"ExecuteStatement *"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			operation := f.read(t, test.action, test.body)
			if got := shown(operation.Requests); !slices.Equal(got, test.want) {
				t.Errorf("expected\n%s, got\n%s", strings.Join(test.want, "\n"), strings.Join(got, "\n"))
			}
			if operation.Action != test.action || operation.Resource != test.resource {
				t.Errorf("got the operation %s of %q", operation.Action, operation.Resource)
			}
			for _, r := range operation.Requests {
				if len(r.Context) != len(noContext()) {
					t.Errorf("expected each condition key to be known, got %v", r.Context)
				}
			}
		})
	}
}

// TestAssumedSelectOfAReadWithoutProjection: the documentation's policies deny reads
// of all attributes by dynamodb:Select, so that a GetItem without a projection has
// ALL_ATTRIBUTES.
func TestAssumedSelectOfAReadWithoutProjection(t *testing.T) {
	t.Parallel()
	f := start(t, Options{}, people())
	d, err := policy.Parse([]byte(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:GetItem","Resource":"*","Condition":{
		"ForAllValues:StringEquals":{"dynamodb:Attributes":["name"]},"StringEqualsIfExists":{"dynamodb:Select":"SPECIFIC_ATTRIBUTES"}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	allowed := func(more string) bool {
		r := f.read(t, "GetItem", `{"TableName":"people","Key":{"name":{"S":"a"}}`+more+`}`).Requests[0]
		return policy.Policies{Identity: []*policy.Document{d}}.Evaluate(r).Allowed
	}
	if allowed("") || allowed(`,"ProjectionExpression":"secret_of"`) {
		t.Error("a read of what the policy does not name is allowed")
	}
	if !allowed(`,"ProjectionExpression":"#n","ExpressionAttributeNames":{"#n":"name"}`) {
		t.Error("a read of what the policy names is denied")
	}
}

// TestReadRefuses: what cannot be read is an *aws.Error, and Read changes nothing.
func TestReadRefuses(t *testing.T) {
	t.Parallel()
	f := start(t, Options{}, people())
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	r.Header.Set("X-Amz-Target", targetPrefix+"PutItem")
	for body, code := range map[string]string{
		`{`:                      "SerializationException",
		`{"TableName":"people"}`: "ValidationException",
		`{"TableName":"people","Item":{"name":{"S":"a"}},"ConditionExpression":"("}`: "ValidationException",
	} {
		_, err := f.Read(r, []byte(body))
		if e, ok := errors.AsType[*aws.Error](err); !ok || e.Code != code || e.Status != http.StatusBadRequest {
			t.Errorf("%s: expected %s, got %v", body, code, err)
		}
	}
	if _, err := f.Read(r, []byte(`{"TableName":"people","Item":{"name":{"S":"a"}}}`)); err != nil || f.Tables()[0].Items != 0 {
		t.Errorf("reading a put: %v, %d items", err, f.Tables()[0].Items)
	}
}

// TestRefuse: the wire form of an error.
func TestRefuse(t *testing.T) {
	t.Parallel()
	f := start(t, Options{}, people())
	for _, test := range []struct {
		name string
		e    aws.Error
		want string
	}{
		{"access denied", aws.Error{Status: 400, Code: "AccessDeniedException", Message: "no"}, `{"Message":"no","__type":"com.amazon.coral.service#AccessDeniedException"}`},
		{"a signature", aws.Error{Status: 400, Code: "InvalidSignatureException", Message: "no"}, `{"__type":"com.amazon.coral.service#InvalidSignatureException","message":"no"}`},
		{"not found", aws.Error{Status: 400, Code: "ResourceNotFoundException", Message: "no"}, `{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"no"}`},
		{"validation", aws.Error{Status: 400, Code: "ValidationException", Message: "no"}, `{"__type":"com.amazon.coral.validate#ValidationException","message":"no"}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := httptest.NewRecorder()
			f.Refuse(w, nil, &test.e)
			if w.Code != 400 || w.Body.String() != test.want || w.Header().Get("Content-Type") != "application/x-amz-json-1.0" || len(w.Header().Get("X-Amzn-Requestid")) != 52 {
				t.Errorf("got %d, %v, %s", w.Code, w.Header(), w.Body)
			}
		})
	}
}

func TestDescriptions(t *testing.T) {
	t.Parallel()
	f := start(t, Options{}, orders(), people())
	f.put(t, order("ann", "1", "5"))
	want := `{"Table":{"TableName":"orders","TableArn":"` + arnOf("orders") + `","TableStatus":"ACTIVE","CreationDateTime":1782907200,
		"KeySchema":[{"AttributeName":"customer","KeyType":"HASH"},{"AttributeName":"id","KeyType":"RANGE"}],
		"AttributeDefinitions":[{"AttributeName":"amount","AttributeType":"N"},{"AttributeName":"customer","AttributeType":"S"},{"AttributeName":"id","AttributeType":"S"},{"AttributeName":"label","AttributeType":"S"}],
		"ItemCount":1,"TableSizeBytes":36,"BillingModeSummary":{"BillingMode":"PAY_PER_REQUEST"},"ProvisionedThroughput":{"ReadCapacityUnits":0,"WriteCapacityUnits":0,"NumberOfDecreasesToday":0},
		"GlobalSecondaryIndexes":[
			{"IndexName":"by-amount","IndexArn":"` + arnOf("orders") + `/index/by-amount","IndexStatus":"ACTIVE","KeySchema":[{"AttributeName":"customer","KeyType":"HASH"},{"AttributeName":"amount","KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"},"ItemCount":1,"IndexSizeBytes":36,"ProvisionedThroughput":{"ReadCapacityUnits":0,"WriteCapacityUnits":0,"NumberOfDecreasesToday":0}},
			{"IndexName":"by-label","IndexArn":"` + arnOf("orders") + `/index/by-label","IndexStatus":"ACTIVE","KeySchema":[{"AttributeName":"label","KeyType":"HASH"}],"Projection":{"ProjectionType":"KEYS_ONLY"},"ItemCount":1,"IndexSizeBytes":22,"ProvisionedThroughput":{"ReadCapacityUnits":0,"WriteCapacityUnits":0,"NumberOfDecreasesToday":0}},
			{"IndexName":"by-label-amount","IndexArn":"` + arnOf("orders") + `/index/by-label-amount","IndexStatus":"ACTIVE","KeySchema":[{"AttributeName":"label","KeyType":"HASH"},{"AttributeName":"amount","KeyType":"RANGE"}],"Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["note"]},"ItemCount":1,"IndexSizeBytes":36,"ProvisionedThroughput":{"ReadCapacityUnits":0,"WriteCapacityUnits":0,"NumberOfDecreasesToday":0}}],
		"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"},"LatestStreamArn":"` + arnOf("orders") + `/stream/2026-07-01T12:00:00.000","LatestStreamLabel":"2026-07-01T12:00:00.000"}}`
	if got := f.must(t, "DescribeTable", `{"TableName":"orders"}`); !sameJSON(t, got, want) {
		t.Errorf("expected\n%s, got\n%s", canonical(t, want), canonical(t, got))
	}
	for body, want := range map[string]string{
		`{"TableName":"orders"}`: `{"TimeToLiveDescription":{"TimeToLiveStatus":"ENABLED","AttributeName":"expires"}}`,
		`{"TableName":"people"}`: `{"TimeToLiveDescription":{"TimeToLiveStatus":"DISABLED"}}`,
	} {
		if got := f.must(t, "DescribeTimeToLive", body); !sameJSON(t, got, want) {
			t.Errorf("expected %s, got %s", want, got)
		}
	}
	_, err := f.request("DescribeTable", `{"TableName":"others"}`)
	wantFailure(t, err, "ResourceNotFoundException", "Requested resource not found: Table: others not found")
	for body, want := range map[string]string{
		`{}`:          `{"TableNames":["orders","people"]}`,
		`{"Limit":1}`: `{"TableNames":["orders"],"LastEvaluatedTableName":"orders"}`,
		`{"Limit":1,"ExclusiveStartTableName":"orders"}`: `{"TableNames":["people"]}`,
	} {
		if got := f.must(t, "ListTables", body); !sameJSON(t, got, want) {
			t.Errorf("%s: expected %s, got %s", body, want, got)
		}
	}
}
