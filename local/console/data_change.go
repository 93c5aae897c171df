package console

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"api-auth-jwt-auth0/local/redact"
)

// dataChange is one change of a resource. Name is the resource.
type dataChange struct {
	Do, Name string
	Key      string // of an item, sealed; of an object
	Text     string // an item, a message, a secret's value

	Group, Deduplication string // of a message
}

// dataDone describes what a change did.
type dataDone struct {
	Done string `json:"done"`
}

// serveDataChange makes one change.
func (c *Console) serveDataChange(w http.ResponseWriter, r *http.Request) {
	var asked dataChange
	if !readData(w, r, maxChange, &asked) {
		return
	}
	done, err := c.changeData(r.Context(), asked)
	answer(w, dataDone{line(done)}, err)
}

func (c *Console) changeData(ctx context.Context, o dataChange) (done string, err error) {
	switch o.Do {
	case "put-item":
		return fmt.Sprintf("The item is in the table %s.", o.Name), c.putItem(o)
	case "delete-item":
		return fmt.Sprintf("The item of the table %s is deleted.", o.Name), c.deleteItem(o)
	case "send":
		return fmt.Sprintf("The message is in the queue %s.", o.Name), c.data.Send(o.Name, NewMessage{o.Text, o.Group, o.Deduplication})
	case "redrive":
		moved, err := c.data.Redrive(o.Name)
		return fmt.Sprintf("%s of %s moved back.", count(moved, "message"), o.Name), err
	case "purge":
		return fmt.Sprintf("The queue %s is empty.", o.Name), c.data.Purge(o.Name)
	case "delete-object":
		return fmt.Sprintf("%s is deleted from the bucket %s.", o.Key, o.Name), c.data.DeleteObject(o.Name, o.Key)
	case "run":
		return fmt.Sprintf("The schedule %s has run.", o.Name), c.data.RunSchedule(ctx, o.Name)
	case "set-secret":
		return fmt.Sprintf("The secret %s has a new value.", o.Name), c.data.SetSecret(o.Name, o.Text)
	}
	return "", fmt.Errorf("unknown change %q of a resource", o.Do)
}

// putItem refuses an item that was copied from the page with something masked, which
// would replace the value by the mark.
func (c *Console) putItem(o dataChange) error {
	if !json.Valid([]byte(o.Text)) {
		return errors.New("the item is not JSON: fix it")
	}
	if strings.Contains(o.Text, redact.Mark) {
		return fmt.Errorf("the item has a masked value: replace %s by the value itself", redact.Mark)
	}
	return c.data.PutItem(o.Name, o.Text)
}

func (c *Console) deleteItem(o dataChange) error {
	key, err := c.sealer.open(o.Key)
	if err != nil {
		return err
	}
	return c.data.DeleteItem(o.Name, key)
}

// count is a number of things in words.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
