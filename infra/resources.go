package infra

// Resources are the stack's resources besides its functions: tables, queues, buckets and
// secrets, each declared by a package below this one, such as
//
//	var orders = table.New("orders", table.Key("customer", "id"))
//
// Removing a resource from this list deletes it and its data.
var Resources = []Resource{}

// Handlers configure handlers beyond the stack's settings: what they may use, what invokes
// them besides routes, and their own limits, such as
//
//	"orders": {Uses: []Use{orders.ReadWrite()}, Timeout: 5 * time.Second},
//
// A handler that is not in this table has only the settings.
var Handlers = map[string]Handler{}
