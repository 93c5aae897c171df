package dynamodb

// A capacity is what an operation consumed, in units.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ConsumedCapacity.html
type capacity struct {
	TableName     string           `json:"TableName"`
	CapacityUnits float64          `json:"CapacityUnits"`
	Table         *units           `json:"Table,omitzero"`
	Indexes       map[string]units `json:"GlobalSecondaryIndexes,omitzero"`
}

type units struct {
	CapacityUnits float64 `json:"CapacityUnits"`
}

// The bytes that a unit reads and writes.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
const (
	readUnit  = 4 << 10
	writeUnit = 1 << 10
)

// transactional is the factor by which a transaction consumes more.
const transactional = 2

// newCapacity returns nil, which counts nothing, if the request does not ask for it.
func newCapacity(t *table, asked string) *capacity {
	if asked != "TOTAL" && asked != "INDEXES" {
		return nil
	}
	return &capacity{TableName: t.Name, Table: &units{}}
}

func (c *capacity) addTable(u float64) {
	if c == nil {
		return
	}
	c.CapacityUnits += u
	c.Table.CapacityUnits += u
}

func (c *capacity) addIndex(name string, u float64) {
	if c == nil {
		return
	}
	if c.Indexes == nil {
		c.Indexes = map[string]units{}
	}
	c.CapacityUnits += u
	c.Indexes[name] = units{CapacityUnits: c.Indexes[name].CapacityUnits + u}
}

// shown returns what the request asked for: all, or only the sum.
func (c *capacity) shown(asked string) *capacity {
	if asked == "TOTAL" {
		return &capacity{TableName: c.TableName, CapacityUnits: c.CapacityUnits}
	}
	return c
}

// readUnits returns the units for reading size bytes.
func readUnits(size int, consistent bool) float64 {
	u := float64(max((size+readUnit-1)/readUnit, 1))
	if !consistent {
		u /= 2
	}
	return u
}

// writeUnits returns the units for writing an item of a size.
func writeUnits(size int) float64 { return float64(max((size+writeUnit-1)/writeUnit, 1)) }

// addWrite adds the units for replacing old with replacement. Either may be nil.
func (c *capacity) addWrite(t *table, old, replacement *record, factor float64) {
	if c == nil {
		return
	}
	c.addTable(factor * writeUnits(max(sizeOf(old), sizeOf(replacement))))
	for _, i := range t.indexes {
		if u := i.writeUnits(old, replacement); u > 0 {
			c.addIndex(i.Name, factor*u)
		}
	}
}

func sizeOf(r *record) int {
	if r == nil {
		return 0
	}
	return r.size
}

// writeUnits returns the units for a change in an index: none if its entry is unchanged, and
// two writes if the entry moves.
func (i *index) writeUnits(old, replacement *record) float64 {
	oldPlace, oldSize := i.entrySize(old)
	newPlace, newSize := i.entrySize(replacement)
	switch {
	case oldPlace == "" && newPlace == "":
		return 0
	case oldPlace == newPlace && i.project(old.item).Equal(i.project(replacement.item)):
		return 0
	case oldPlace == newPlace || oldPlace == "" || newPlace == "":
		return writeUnits(max(oldSize, newSize))
	default:
		return writeUnits(oldSize) + writeUnits(newSize)
	}
}

func (i *index) entrySize(r *record) (place string, size int) {
	if r == nil {
		return "", 0
	}
	place, has := i.place(r)
	if !has {
		return "", 0
	}
	return place, i.project(r.item).Size()
}
