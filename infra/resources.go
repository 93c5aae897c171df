package infra

// Resources are what the stack has beside its functions: tables, queues, buckets and
// secrets, each declared by a package below this one, such as
//
//	var orders = table.New("orders", table.Key("customer", "id"))
//
// A resource that is taken out of this list is deleted, with what is in it.
var Resources = []Resource{}

// Handlers are what handlers have beyond the stack's settings: what they may use, what
// invokes them besides routes, and limits of their own, such as
//
//	"orders": {Uses: []Use{orders.ReadWrite()}, Timeout: 5 * time.Second},
//
// A handler that is not in this table has none of it.
var Handlers = map[string]Handler{}
