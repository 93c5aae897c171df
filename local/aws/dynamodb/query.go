package dynamodb

import (
	"slices"
	"strconv"

	"api-auth-jwt-auth0/local/aws/dynamodb/attribute"
	"api-auth-jwt-auth0/local/aws/dynamodb/expression"
	"api-auth-jwt-auth0/local/aws/policy"
)

// A search is a query or a scan of a table or an index.
type search struct {
	in    *input
	tests []expression.KeyTest // of a query
	expressions
	start attribute.Item // nil for the beginning
}

func (e *Engine) planQuery(body []byte) (*plan, error) { return e.planSearch("Query", body) }
func (e *Engine) planScan(body []byte) (*plan, error)  { return e.planSearch("Scan", body) }

func (e *Engine) planSearch(action string, body []byte) (*plan, error) {
	var in input
	if err := decode(body, &in); err != nil {
		return nil, err
	}
	s, err := readSearch(action, &in)
	if err != nil {
		return nil, err
	}
	return &plan{
		action: action, resource: in.TableName,
		requests: []policy.Request{e.searchRequest(action, s)},
		run:      func() (any, error) { return e.search(s) },
	}, nil
}

func readSearch(action string, in *input) (*search, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	if err := in.checkPaging(); err != nil {
		return nil, err
	}
	s := &search{in: in}
	if isPresent(in.ExclusiveStartKey) {
		var err error
		if s.start, err = attribute.ParseItem(in.ExclusiveStartKey); err != nil {
			return nil, invalidWithin("The provided starting key is invalid: %s", err)
		}
	}
	kinds := []string{filterExpression, projectionExpression}
	if action == "Query" {
		kinds = []string{keyConditionExpression, filterExpression, projectionExpression}
		if in.KeyConditionExpression == nil {
			return nil, invalid("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
		}
	}
	var err error
	if s.expressions, err = in.expressions(kinds...); err != nil {
		return nil, err
	}
	if err := s.readTests(); err != nil {
		return nil, err
	}
	return s, in.checkSelect(s.projection != nil)
}

func (s *search) readTests() (err error) {
	if s.keyCondition == nil {
		return nil
	}
	if s.tests, err = s.keyCondition.KeyTests(); err != nil {
		return invalidError(err)
	}
	if len(s.tests) > 2 {
		return invalid("Conditions can be of length 1 or 2 only")
	}
	return nil
}

// maxSegments is how many segments a scan may have.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html
const maxSegments = 1000000

func (in *input) checkPaging() error {
	var c constraints
	if in.Limit != nil && *in.Limit < 1 {
		c.add(strconv.Itoa(*in.Limit), "limit", "Member must have value greater than or equal to 1")
	}
	if in.TotalSegments != nil && (*in.TotalSegments < 1 || *in.TotalSegments > maxSegments) {
		c.add(strconv.Itoa(*in.TotalSegments), "totalSegments", "Member must have value between 1 and %d", maxSegments)
	}
	if in.Segment != nil && *in.Segment < 0 {
		c.add(strconv.Itoa(*in.Segment), "segment", "Member must have value greater than or equal to 0")
	}
	if err := c.err(); err != nil {
		return err
	}
	switch {
	case in.Segment != nil && in.TotalSegments == nil:
		return invalid("The TotalSegments parameter is required but was not present in the request when Segment parameter is present")
	case in.Segment == nil && in.TotalSegments != nil:
		return invalid("The Segment parameter is required but was not present in the request when parameter TotalSegments is present")
	case in.Segment != nil && *in.Segment >= *in.TotalSegments:
		return invalid("The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: %d is not less than TotalSegments: %d", *in.Segment, *in.TotalSegments)
	}
	return nil
}

func (in *input) checkSelect(projects bool) error {
	switch {
	case in.Select == "SPECIFIC_ATTRIBUTES" && !projects:
		return invalid("Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES")
	case in.Select == "COUNT" && projects:
		return invalid("Cannot specify the ProjectionExpression when choosing to get only the Count")
	case in.Select != "" && in.Select != "SPECIFIC_ATTRIBUTES" && projects:
		return invalid("Cannot specify the ProjectionExpression when choosing to get %s", in.Select)
	case in.Select == "ALL_PROJECTED_ATTRIBUTES" && in.IndexName == "":
		return invalid("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
	}
	return nil
}

func (e *Engine) searchRequest(action string, s *search) policy.Request {
	k := e.tableKeys(s.in.TableName, s.in.IndexName)
	a := access{
		action: action, table: s.in.TableName, index: s.in.IndexName, attributes: s.attributes(),
		returnCapacity: s.in.ReturnConsumedCapacity, selected: selectOf(s.in.Select, s.in.IndexName, s.projection),
	}
	for _, test := range s.tests {
		if test.Attribute == k.hash.name && test.Operator == "=" {
			a.leading = test.Values
		}
	}
	return e.request(a)
}

// A view is the table or the index that is searched.
type view struct {
	table   *table
	index   *index // nil for the table
	keys    keys
	entries *tree
}

func (t *table) view(indexName string) (view, error) {
	if indexName == "" {
		return view{table: t, keys: t.keys, entries: t.items}, nil
	}
	i := t.index(indexName)
	if i == nil {
		return view{}, invalid("The table does not have the specified index: %s", indexName)
	}
	return view{table: t, index: i, keys: i.keys, entries: i.entries}, nil
}

// startNames returns the attributes that identify where a search continues.
func (v view) startNames() []string {
	if v.index == nil {
		return v.keys.names()
	}
	names := slices.Concat(v.table.keys.names(), v.keys.names())
	slices.Sort(names)
	return slices.Compact(names)
}

// placeOf returns the place of the entry with the start's attributes.
func (v view) placeOf(start attribute.Item) string {
	place := v.keys.encode(start)
	if v.index != nil {
		place = append(place, v.table.keys.encode(start)...)
	}
	return string(place)
}

// project returns the view's part of an item.
func (v view) project(item attribute.Item) attribute.Item {
	if v.index == nil {
		return item
	}
	return v.index.project(item)
}

type searchAnswer struct {
	Items            []attribute.Item `json:"Items,omitzero"`
	Count            int              `json:"Count"`
	ScannedCount     int              `json:"ScannedCount"`
	LastEvaluatedKey attribute.Item   `json:"LastEvaluatedKey,omitzero"`
	ConsumedCapacity *capacity        `json:"ConsumedCapacity,omitzero"`
}

func (e *Engine) search(s *search) (any, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	t, err := e.table(s.in.TableName)
	if err != nil {
		return nil, err
	}
	v, err := t.view(s.in.IndexName)
	if err != nil {
		return nil, err
	}
	if err := s.check(v); err != nil {
		return nil, err
	}
	within, err := s.within(v)
	if err != nil {
		return nil, err
	}
	return s.page(v, within), nil
}

// check returns an error if the search is invalid for this view.
func (s *search) check(v view) error {
	if v.index != nil && s.in.ConsistentRead {
		return invalid("Consistent reads are not supported on global secondary indexes")
	}
	if err := s.checkProjected(v); err != nil {
		return err
	}
	if s.projection != nil {
		if err := v.table.checkNested(s.projection.Nested()); err != nil {
			return err
		}
	}
	if s.filter == nil {
		return nil
	}
	if s.keyCondition != nil {
		for _, name := range v.keys.names() {
			if slices.Contains(s.filter.Attributes(), name) {
				return invalid("Filter Expression can only contain non-primary key attributes: Primary key attribute: %s", name)
			}
		}
	}
	return v.table.checkNested(s.filter.Nested())
}

// checkProjected refuses attributes that are not projected into the index.
func (s *search) checkProjected(v view) error {
	if v.index == nil || v.index.projection == nil {
		return nil
	}
	if s.in.Select == "ALL_ATTRIBUTES" {
		return invalid("One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index %s because its projection type is not ALL", v.index.Name)
	}
	if s.projection == nil {
		return nil
	}
	missing := slices.DeleteFunc(s.projection.Attributes(), func(name string) bool {
		return slices.Contains(v.index.projection.Attributes(), name)
	})
	if len(missing) > 0 {
		return invalid("One or more parameter values were invalid: Global secondary index %s does not project %v", v.index.Name, missing)
	}
	return nil
}

// maxPage is how many bytes of items a search reads before it stops.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
const maxPage = 1 << 20

// page reads entries up to the limit or the size of a page. The filter is applied to the
// entries read.
func (s *search) page(v view, within bounds) searchAnswer {
	answer, size := searchAnswer{}, 0
	if s.in.Select != "COUNT" {
		answer.Items = []attribute.Item{}
	}
	var last *record
	backward := s.in.ScanIndexForward != nil && !*s.in.ScanIndexForward
	within.walk(v.entries, backward, func(r *record) bool {
		item := v.project(r.item)
		answer.ScannedCount++
		size += v.size(r, item)
		if s.filter == nil || s.filter.Matches(item) {
			answer.Count++
			if answer.Items != nil {
				answer.Items = append(answer.Items, projected(item, s.projection))
			}
		}
		if s.in.Limit != nil && answer.ScannedCount == *s.in.Limit || size >= maxPage {
			last = r
		}
		return last == nil
	})
	if last != nil {
		answer.LastEvaluatedKey = attribute.Item{}
		for _, name := range v.startNames() {
			answer.LastEvaluatedKey[name] = last.item[name]
		}
	}
	answer.ConsumedCapacity = s.consumed(v, size).shown(s.in.ReturnConsumedCapacity)
	return answer
}

// size returns the size of an entry in bytes.
func (v view) size(r *record, item attribute.Item) int {
	if v.index == nil || v.index.projection == nil {
		return r.size
	}
	return item.Size()
}

func (s *search) consumed(v view, size int) *capacity {
	c := newCapacity(v.table, s.in.ReturnConsumedCapacity)
	if u := readUnits(size, s.in.ConsistentRead); v.index != nil {
		c.addIndex(v.index.Name, u)
	} else {
		c.addTable(u)
	}
	return c
}
