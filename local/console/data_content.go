package console

import (
	"fmt"
	"net/http"
	"slices"

	"api-auth-jwt-auth0/local/redact"
)

// ItemQuery asks for a page of a table, or of an index: of all its items, or of those
// with a partition key.
type ItemQuery struct {
	Table    string `json:"table"`
	Index    string `json:"index"` // empty for the table
	ByKey    bool   `json:"byKey"`
	Hash     string `json:"hash"`
	Operator string `json:"operator"` // of the sort key; empty for any
	Range    string `json:"range"`
	RangeTo  string `json:"rangeTo"`
	Backward bool   `json:"backward"`
	Start    string `json:"start"` // Next of the page before
}

// ItemPage are items and keys in DynamoDB's JSON.
type ItemPage struct {
	Items []Item
	Next  string // empty after the last page
}

// Item is one item of a table.
type Item struct{ Key, Text string }

type itemPageView struct {
	Items []itemView `json:"items"`
	Next  string     `json:"next"` // sealed
}

type itemView struct {
	Key      string `json:"key"` // sealed
	Text     string `json:"text"`
	Editable bool   `json:"editable"` // nothing of it is masked or cut
}

func (c *Console) serveItems(w http.ResponseWriter, r *http.Request) {
	var q ItemQuery
	if !readQuery(w, r, &q) {
		return
	}
	start, err := c.sealer.open(q.Start)
	if err != nil {
		problem(w, http.StatusBadRequest, err.Error())
		return
	}
	q.Start = start
	page, err := c.data.Items(q)
	view := itemPageView{Items: []itemView{}, Next: c.sealer.seal(page.Next)}
	for _, item := range page.Items {
		text := shown([]byte(item.Text))
		_, masked := redact.JSON([]byte(item.Text))
		view.Items = append(view.Items, itemView{
			Key: c.sealer.seal(item.Key), Text: text, Editable: len(masked) == 0 && len(item.Text) <= maxBody,
		})
	}
	answer(w, view, err)
}

// Message is a message in a queue.
type Message struct {
	ID         string      `json:"id"`
	Body       string      `json:"body"`
	Attributes [][2]string `json:"attributes"`
	Group      string      `json:"group"`
	Sent       int64       `json:"sent"`
	VisibleAt  int64       `json:"visibleAt"`
	Received   int         `json:"received"` // how often
	State      string      `json:"state"`    // "visible", "in flight" or "delayed"
	From       string      `json:"from"`     // the queue that it is a dead letter of; empty for none
}

// NewMessage is a message to send.
type NewMessage struct {
	Body          string
	Group         string // of a FIFO queue
	Deduplication string // of a FIFO queue
}

func (c *Console) serveMessages(w http.ResponseWriter, r *http.Request) {
	var q struct{ Queue string }
	if !readQuery(w, r, &q) {
		return
	}
	messages, err := c.data.Messages(q.Queue)
	view := messagePage{Messages: []Message{}}
	for _, m := range messages {
		m.Body, m.Group, m.Attributes = shown([]byte(m.Body)), line(m.Group), maskedPairs(m.Attributes)
		view.Messages = append(view.Messages, m)
	}
	answer(w, view, err)
}

type messagePage struct {
	Messages []Message `json:"messages"`
}

// ObjectPage is what is below a prefix, up to the next slash.
type ObjectPage struct {
	Folders []Folder      `json:"folders"`
	Objects []ObjectEntry `json:"objects"`
	Next    string        `json:"next"` // where the next page starts; empty after the last
}

// Folder is a prefix.
type Folder struct {
	Prefix string `json:"prefix"`
	Name   string `json:"name"` // as it can be shown
}

// ObjectEntry is an object in a list.
type ObjectEntry struct {
	Key      string `json:"key"`
	Name     string `json:"name"` // as it can be shown
	Size     int64  `json:"size"`
	Modified int64  `json:"modified"`
}

func (c *Console) serveObjects(w http.ResponseWriter, r *http.Request) {
	var q struct{ Bucket, Prefix, After string }
	if !readQuery(w, r, &q) {
		return
	}
	page, err := c.data.Objects(q.Bucket, q.Prefix, q.After)
	page.Folders, page.Objects = append([]Folder{}, page.Folders...), append([]ObjectEntry{}, page.Objects...)
	for i := range page.Folders {
		page.Folders[i].Name = line(page.Folders[i].Prefix)
	}
	for i := range page.Objects {
		page.Objects[i].Name = line(page.Objects[i].Key)
	}
	answer(w, page, err)
}

// StoredObject is an object without its content.
type StoredObject struct {
	Size     int64
	Modified int64
	Facts    [][2]string // headers, metadata and tags
}

func (c *Console) serveObject(w http.ResponseWriter, r *http.Request) {
	var q struct{ Bucket, Key string }
	if !readQuery(w, r, &q) {
		return
	}
	o, content, err := c.data.Object(q.Bucket, q.Key)
	text := fmt.Sprintf("(%s, too long to be shown)", size(len(content)))
	if len(content) <= maxObject {
		text = shown(content)
	}
	answer(w, objectDetail{Size: o.Size, Modified: o.Modified, Facts: maskedPairs(o.Facts), Text: text}, err)
}

// maxObject is the longest content of an object that is masked and shown.
const maxObject = 1 << 20

// objectDetail is an object as the page shows it.
type objectDetail struct {
	Size     int64       `json:"size"`
	Modified int64       `json:"modified"`
	Facts    [][2]string `json:"facts"`
	Text     string      `json:"text"`
}

// maskedPairs are names and values as the page may show them, by name.
func maskedPairs(pairs [][2]string) [][2]string {
	shown := [][2]string{}
	for _, p := range pairs {
		shown = append(shown, [2]string{redact.Printable(p[0]), redact.Printable(redact.Value(p[0], p[1]))})
	}
	slices.SortFunc(shown, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	return shown
}
