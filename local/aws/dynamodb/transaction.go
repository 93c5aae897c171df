package dynamodb

import (
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// The limits of transactions.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
const (
	maxTransaction      = 100
	maxTransactionBytes = 4 << 20
	tokenLife           = 10 * time.Minute
)

// A clientToken is a transaction's token, and its result.
type clientToken struct {
	request [sha256.Size]byte
	until   time.Time
	answer  any
}

type transactWriteInput struct {
	TransactItems []struct {
		Put, Update, Delete, ConditionCheck *input
	}
	ClientRequestToken          string
	ReturnConsumedCapacity      string
	ReturnItemCollectionMetrics string
}

func (e *Engine) planTransactWrite(body []byte) (*plan, error) {
	var in transactWriteInput
	if err := decode(body, &in); err != nil {
		return nil, err
	}
	if err := checkTransaction(len(in.TransactItems), in.ReturnConsumedCapacity, in.ReturnItemCollectionMetrics); err != nil {
		return nil, err
	}
	writes, err := in.writes()
	if err != nil {
		return nil, err
	}
	p := &plan{action: "TransactWriteItems"}
	for _, w := range writes {
		p.requests = append(p.requests, e.writeRequest(w, p.action))
		p.addResource(w.table)
	}
	request := fingerprint(body)
	p.run = func() (any, error) {
		return e.transactOnce(in.ClientRequestToken, request, writes, in.ReturnConsumedCapacity)
	}
	return p, nil
}

// addResource names another table, once.
func (p *plan) addResource(name string) {
	if !slices.Contains(strings.Split(p.resource, ", "), name) {
		p.resource = joinResources(p.resource, name)
	}
}

// fingerprint is the same for equal requests, however their JSON is written.
func fingerprint(body []byte) [sha256.Size]byte {
	canonical := jsontext.Value(body).Clone()
	if err := canonical.Canonicalize(); err != nil {
		canonical = jsontext.Value(body)
	}
	return sha256.Sum256(canonical)
}

func checkTransaction(items int, returnCapacity, returnMetrics string) error {
	var c constraints
	c.capacity(returnCapacity)
	c.enum(returnMetrics, "returnItemCollectionMetrics", "SIZE", "NONE")
	switch {
	case items == 0:
		c.add("[]", "transactItems", "Member must have length greater than or equal to 1")
	case items > maxTransaction:
		c.add("[...]", "transactItems", "Member must have length less than or equal to 100")
	}
	return c.err()
}

func (in *transactWriteInput) writes() ([]write, error) {
	var writes []write
	for _, item := range in.TransactItems {
		var only *input
		var action string
		for _, one := range []struct {
			action string
			in     *input
		}{{"PutItem", item.Put}, {"UpdateItem", item.Update}, {"DeleteItem", item.Delete}, {"ConditionCheckItem", item.ConditionCheck}} {
			if one.in != nil && only != nil {
				return nil, invalid("TransactItems can only contain one of Check, Put, Update or Delete")
			}
			if one.in != nil {
				only, action = one.in, one.action
			}
		}
		if only == nil {
			return nil, invalid("Invalid Request: TransactWriteRequest should contain Delete or Put or Update request")
		}
		if action == "ConditionCheckItem" && only.ConditionExpression == nil {
			return nil, invalid("1 validation error detected: Value null at 'transactItems.member.conditionCheck.conditionExpression' failed to satisfy constraint: Member must not be null")
		}
		w, err := readWrite(action, only)
		if err != nil {
			return nil, err
		}
		w.returnValues, w.capacity = "", in.ReturnConsumedCapacity
		writes = append(writes, w)
	}
	return writes, nil
}

type transactWriteAnswer struct {
	ConsumedCapacity []*capacity `json:"ConsumedCapacity,omitzero"`
}

// transactOnce runs a transaction, unless one with the same token has run.
func (e *Engine) transactOnce(token string, request [sha256.Size]byte, writes []write, asked string) (any, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.options.Now()
	for name, t := range e.tokens {
		if !now.Before(t.until) {
			delete(e.tokens, name)
		}
	}
	if done, found := e.tokens[token]; found {
		if done.request != request {
			return nil, newFailure("IdempotentParameterMismatchException", "The request uses the same client token as a previous, but non-identical request.")
		}
		return done.answer, nil
	}
	answer, err := e.transact(writes, asked)
	if err == nil && token != "" {
		e.tokens[token] = clientToken{request: request, until: now.Add(tokenLife), answer: answer}
	}
	return answer, err
}

func (e *Engine) transact(writes []write, asked string) (any, error) {
	tables, err := e.transactTables(writes)
	if err != nil {
		return nil, err
	}
	all, reasons := make([]staged, len(writes)), newReasons(len(writes))
	consumed := newCapacities(asked)
	size := 0
	for i, w := range writes {
		if all[i], err = w.stage(tables[i]); err != nil {
			reasons.set(i, err)
			continue
		}
		size += max(sizeOf(all[i].old), sizeOf(all[i].replacement))
		consumed.of(tables[i]).addWrite(tables[i], all[i].old, all[i].replacement, transactional)
	}
	if err := reasons.err(); err != nil {
		return nil, err
	}
	if size > maxTransactionBytes {
		return nil, invalid("the items of a transaction have %d bytes together: at most %d are allowed", size, maxTransactionBytes)
	}
	if err := e.apply(all...); err != nil {
		return nil, err
	}
	return transactWriteAnswer{ConsumedCapacity: consumed.shown()}, nil
}

// transactTables returns the table of each write, and refuses two writes of one
// item.
func (e *Engine) transactTables(writes []write) ([]*table, error) {
	tables := make([]*table, len(writes))
	for i, w := range writes {
		var err error
		if tables[i], err = e.table(w.table); err != nil {
			return nil, err
		}
	}
	seen := map[string]bool{}
	for i, w := range writes {
		target := orItem(w.item, w.key)
		if w.checkKeys(tables[i]) != nil {
			continue // has its own reason
		}
		place := tables[i].Name + "/" + string(tables[i].keys.encode(target))
		if seen[place] {
			return nil, invalid("Transaction request cannot include multiple operations on one item")
		}
		seen[place] = true
	}
	return tables, nil
}

// reasonList has a reason for each action of a transaction.
type reasonList []reason

func newReasons(n int) reasonList {
	reasons := make(reasonList, n)
	for i := range reasons {
		reasons[i].Code = "None"
	}
	return reasons
}

// reasonCodes maps the errors of actions to a transaction's codes.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
var reasonCodes = map[string]string{
	"ConditionalCheckFailedException": "ConditionalCheckFailed",
	"ValidationException":             "ValidationError",
}

func (l reasonList) set(i int, err error) {
	f, ok := errors.AsType[*failure](err)
	if !ok {
		f = asFailure(err)
	}
	l[i] = reason{Code: reasonCodes[f.wire.Code], Message: f.wire.Message, Item: f.item}
}

// err returns the failure of the transaction, or nil if no action failed.
func (l reasonList) err() error {
	codes, failed := make([]string, len(l)), false
	for i, r := range l {
		codes[i] = r.Code
		failed = failed || r.Code != "None"
	}
	if !failed {
		return nil
	}
	f := newFailure("TransactionCanceledException", "Transaction cancelled, please refer cancellation reasons for specific reasons [%s]", strings.Join(codes, ", "))
	f.reasons = l
	return f
}

type transactGetInput struct {
	TransactItems          []struct{ Get *input }
	ReturnConsumedCapacity string
}

func (e *Engine) planTransactGet(body []byte) (*plan, error) {
	var in transactGetInput
	if err := decode(body, &in); err != nil {
		return nil, err
	}
	if err := checkTransaction(len(in.TransactItems), in.ReturnConsumedCapacity, ""); err != nil {
		return nil, err
	}
	p := &plan{action: "TransactGetItems"}
	var gets []get
	for _, item := range in.TransactItems {
		if item.Get == nil {
			return nil, invalid("1 validation error detected: Value null at 'transactItems.member.get' failed to satisfy constraint: Member must not be null")
		}
		g, err := readGet(item.Get)
		if err != nil {
			return nil, err
		}
		g.capacity = in.ReturnConsumedCapacity
		gets = append(gets, g)
		p.requests = append(p.requests, e.getRequest(g, p.action))
		p.addResource(g.table)
	}
	p.run = func() (any, error) { return e.transactGet(gets, in.ReturnConsumedCapacity) }
	return p, nil
}

type transactGetAnswer struct {
	Responses        []getAnswer `json:"Responses"`
	ConsumedCapacity []*capacity `json:"ConsumedCapacity,omitzero"`
}

func (e *Engine) transactGet(gets []get, asked string) (any, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	answer := transactGetAnswer{Responses: []getAnswer{}}
	consumed, reasons := newCapacities(asked), newReasons(len(gets))
	seen := map[string]bool{}
	for i, g := range gets {
		t, err := e.table(g.table)
		if err != nil {
			return nil, err
		}
		if err := t.checkKey(g.key); err != nil {
			reasons.set(i, err)
			continue
		}
		place := t.Name + "/" + string(t.keys.encode(g.key))
		if seen[place] {
			return nil, invalid("Transaction request cannot include multiple operations on one item")
		}
		seen[place] = true
		r := t.find(g.key)
		consumed.of(t).addTable(transactional * readUnits(sizeOf(r), true))
		answer.Responses = append(answer.Responses, g.answer(r))
	}
	if err := reasons.err(); err != nil {
		return nil, err
	}
	answer.ConsumedCapacity = consumed.shown()
	return answer, nil
}
