package dynamodb

import (
	"api-auth-jwt-auth0/local/aws/dynamodb/attribute"
	"api-auth-jwt-auth0/local/aws/dynamodb/expression"
	"api-auth-jwt-auth0/local/aws/policy"
)

// A get reads one item.
type get struct {
	table      string
	key        attribute.Item
	projection *expression.Projection
	consistent bool
	capacity   string
}

func (e *Engine) planGet(body []byte) (*plan, error) {
	var in input
	if err := decode(body, &in); err != nil {
		return nil, err
	}
	g, err := readGet(&in)
	if err != nil {
		return nil, err
	}
	return &plan{
		action: "GetItem", resource: g.table,
		requests: []policy.Request{e.getRequest(g, "")},
		run:      func() (any, error) { return e.get(g) },
	}, nil
}

func readGet(in *input) (g get, err error) {
	if err := in.check(); err != nil {
		return g, err
	}
	g = get{table: in.TableName, consistent: in.ConsistentRead, capacity: in.ReturnConsumedCapacity}
	if g.key, err = in.item("key", in.Key); err != nil {
		return g, err
	}
	read, err := in.expressions(projectionExpression)
	g.projection = read.projection
	return g, err
}

func (e *Engine) getRequest(g get, enclosing string) policy.Request {
	a := access{
		action: "GetItem", table: g.table, enclosing: enclosing, returnCapacity: g.capacity,
		leading: e.leadingKey(g.table, g.key), attributes: names(g.key), selected: selectOf("", "", g.projection),
	}
	if g.projection != nil {
		a.attributes = append(a.attributes, g.projection.Attributes()...)
	}
	return e.request(a)
}

// selectOf returns what a read selects, explicitly or by its other parameters.
func selectOf(said, index string, projection *expression.Projection) string {
	switch {
	case said != "":
		return said
	case projection != nil:
		return "SPECIFIC_ATTRIBUTES"
	case index != "":
		return "ALL_PROJECTED_ATTRIBUTES"
	default:
		return "ALL_ATTRIBUTES"
	}
}

type getAnswer struct {
	Item             attribute.Item `json:"Item,omitzero"`
	ConsumedCapacity *capacity      `json:"ConsumedCapacity,omitzero"`
}

func (e *Engine) get(g get) (any, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	t, err := e.table(g.table)
	if err != nil {
		return nil, err
	}
	if err := t.checkKey(g.key); err != nil {
		return nil, err
	}
	if g.projection != nil {
		if err := t.checkNested(g.projection.Nested()); err != nil {
			return nil, err
		}
	}
	r := t.find(g.key)
	consumed := newCapacity(t, g.capacity)
	consumed.addTable(readUnits(sizeOf(r), g.consistent))
	answer := g.answer(r)
	answer.ConsumedCapacity = consumed.shown(g.capacity)
	return answer, nil
}

func (g get) answer(r *record) getAnswer {
	if r == nil {
		return getAnswer{}
	}
	return getAnswer{Item: projected(r.item, g.projection)}
}
