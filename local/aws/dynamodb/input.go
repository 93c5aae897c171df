package dynamodb

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"api-auth-jwt-auth0/local/aws/dynamodb/attribute"
	"api-auth-jwt-auth0/local/aws/dynamodb/expression"
)

// An input has the members of the requests that concern one table, or of an action of a
// transaction. Each operation reads its own.
type input struct {
	TableName string
	IndexName string

	Item, Key jsontext.Value
	Keys      []jsontext.Value

	UpdateExpression, ConditionExpression, KeyConditionExpression *string
	FilterExpression, ProjectionExpression                        *string
	ExpressionAttributeNames                                      map[string]string
	ExpressionAttributeValues                                     map[string]jsontext.Value

	ConsistentRead    bool
	ExclusiveStartKey jsontext.Value
	Limit             *int
	ScanIndexForward  *bool
	Select            string
	Segment           *int
	TotalSegments     *int

	ReturnValues                        string
	ReturnValuesOnConditionCheckFailure string
	ReturnConsumedCapacity              string
	ReturnItemCollectionMetrics         string

	legacy
}

// legacy contains the parameters that expressions replaced. They are refused by name.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html
type legacy struct {
	AttributesToGet, AttributeUpdates, ConditionalOperator, Expected jsontext.Value
	KeyConditions, QueryFilter, ScanFilter                           jsontext.Value
}

func (l legacy) check() error {
	for _, parameter := range []struct {
		name, instead string
		value         jsontext.Value
	}{
		{"AttributesToGet", "ProjectionExpression", l.AttributesToGet},
		{"AttributeUpdates", "UpdateExpression", l.AttributeUpdates},
		{"ConditionalOperator", "ConditionExpression", l.ConditionalOperator},
		{"Expected", "ConditionExpression", l.Expected},
		{"KeyConditions", "KeyConditionExpression", l.KeyConditions},
		{"QueryFilter", "FilterExpression", l.QueryFilter},
		{"ScanFilter", "FilterExpression", l.ScanFilter},
	} {
		if isPresent(parameter.value) {
			return invalid("the legacy parameter %s is not served by the local cloud: use %s", parameter.name, parameter.instead)
		}
	}
	return nil
}

func isPresent(value jsontext.Value) bool { return len(value) > 0 && value.Kind() != 'n' }

// check validates the members that have a fixed set of values, and refuses those that are not
// served.
func (in *input) check() error {
	if in.TableName == "" {
		return invalid("1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null")
	}
	if !isTableName(in.TableName) {
		return invalid("Invalid table/index name.  Table/index names must be between 3 and 255 characters long, and may contain only the characters a-z, A-Z, 0-9, '_', '-', and '.'")
	}
	var c constraints
	c.enum(in.Select, "select", "SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES")
	c.enum(in.ReturnValues, "returnValues", "ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW")
	c.enum(in.ReturnValuesOnConditionCheckFailure, "returnValuesOnConditionCheckFailure", "ALL_OLD", "NONE")
	c.enum(in.ReturnItemCollectionMetrics, "returnItemCollectionMetrics", "SIZE", "NONE")
	c.capacity(in.ReturnConsumedCapacity)
	if err := c.err(); err != nil {
		return err
	}
	return in.legacy.check()
}

func (c *constraints) capacity(value string) {
	c.enum(value, "returnConsumedCapacity", "INDEXES", "TOTAL", "NONE")
}

// isTableName reports whether text is a table's name or ARN.
func isTableName(text string) bool {
	if strings.HasPrefix(text, "arn:") {
		name, ok := nameInARN(text)
		return ok && namePattern.MatchString(name)
	}
	return namePattern.MatchString(text)
}

// nameInARN returns the name in arn:aws:dynamodb:REGION:ACCOUNT:table/NAME.
func nameInARN(arn string) (string, bool) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[2] != "dynamodb" {
		return "", false
	}
	return strings.CutPrefix(parts[5], "table/")
}

// item reads a required member, an item or a key.
func (in *input) item(member string, text jsontext.Value) (attribute.Item, error) {
	if !isPresent(text) {
		return nil, invalid("1 validation error detected: Value null at '%s' failed to satisfy constraint: Member must not be null", member)
	}
	item, err := attribute.ParseItem(text)
	return item, invalidError(err)
}

// expressions are the expressions of a request. A missing one is nil.
type expressions struct {
	update                          *expression.Update
	condition, keyCondition, filter *expression.Condition
	projection                      *expression.Projection
}

// Kinds of expressions, as named by the operations.
const (
	updateExpression       = "UpdateExpression"
	conditionExpression    = "ConditionExpression"
	keyConditionExpression = "KeyConditionExpression"
	filterExpression       = "FilterExpression"
	projectionExpression   = "ProjectionExpression"
)

func (in *input) text(kind string) *string {
	switch kind {
	case updateExpression:
		return in.UpdateExpression
	case conditionExpression:
		return in.ConditionExpression
	case keyConditionExpression:
		return in.KeyConditionExpression
	case filterExpression:
		return in.FilterExpression
	default:
		return in.ProjectionExpression
	}
}

// expressions parses the expressions of the given kinds, which are in the order in which the
// service reads them.
func (in *input) expressions(kinds ...string) (expressions, error) {
	if err := in.checkPlaceholders(kinds); err != nil {
		return expressions{}, err
	}
	values, err := in.values()
	if err != nil {
		return expressions{}, err
	}
	scope := expression.NewScope(in.ExpressionAttributeNames, values)
	if err := scope.Check(); err != nil {
		return expressions{}, invalidError(err)
	}
	var read expressions
	for _, kind := range kinds {
		if text := in.text(kind); text != nil {
			if err := read.parse(scope, kind, *text); err != nil {
				return expressions{}, invalid("Invalid %s: %s", kind, err.Error())
			}
		}
	}
	return read, invalidError(scope.Unused())
}

// checkPlaceholders refuses placeholders if there is no expression that could use them.
func (in *input) checkPlaceholders(kinds []string) error {
	absent := func(kind string) bool { return in.text(kind) == nil }
	if in.ExpressionAttributeNames != nil && !slices.ContainsFunc(kinds, func(kind string) bool { return !absent(kind) }) {
		return invalid("ExpressionAttributeNames can only be specified when using expressions")
	}
	kinds = slices.DeleteFunc(slices.Clone(kinds), func(kind string) bool { return kind == projectionExpression })
	if in.ExpressionAttributeValues == nil || slices.ContainsFunc(kinds, func(kind string) bool { return !absent(kind) }) {
		return nil
	}
	verb := "is"
	if len(kinds) > 1 {
		verb = "are"
	}
	return invalid("ExpressionAttributeValues can only be specified when using expressions: %s %s null", strings.Join(kinds, " and "), verb)
}

func (in *input) values() (attribute.Item, error) {
	if in.ExpressionAttributeValues == nil {
		return nil, nil
	}
	values := attribute.Item{}
	for name, text := range in.ExpressionAttributeValues {
		value, err := attribute.ParseValue(text)
		if err != nil {
			return nil, invalidWithin("ExpressionAttributeValues contains invalid value: %s for key "+name, err)
		}
		values[name] = value
	}
	return values, nil
}

func (read *expressions) parse(scope *expression.Scope, kind, text string) (err error) {
	switch kind {
	case updateExpression:
		read.update, err = scope.Update(text)
	case conditionExpression:
		read.condition, err = scope.Condition(text)
	case keyConditionExpression:
		read.keyCondition, err = scope.Condition(text)
	case filterExpression:
		read.filter, err = scope.Condition(text)
	default:
		read.projection, err = scope.Projection(text)
	}
	return err
}

// attributes returns the names of the attributes that the expressions use.
func (read *expressions) attributes() []string {
	var names []string
	if read.update != nil {
		names = append(append(names, read.update.Attributes()...), read.update.Reads()...)
	}
	for _, c := range []*expression.Condition{read.condition, read.keyCondition, read.filter} {
		if c != nil {
			names = append(names, c.Attributes()...)
		}
	}
	if read.projection != nil {
		names = append(names, read.projection.Attributes()...)
	}
	return names
}
