package sqs

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/go-json-experiment/json"
)

// A store keeps messages in a file: one JSON object a line, each a change, appended as it
// happens. An incomplete last line after a crash is dropped when the file is read. The file
// is rewritten when most of it concerns deleted messages.
type store struct {
	path    string
	file    *os.File
	records int // in the file
}

type op string

const (
	opSend    op = "send"
	opReceive op = "receive"
	opDelete  op = "delete"
	opPurge   op = "purge"
	opSeen    op = "seen" // a deduplication ID whose message is gone
)

// A record is a line of the file.
type record struct {
	Op       op         `json:"op"`
	Queue    string     `json:"queue"`
	ID       string     `json:"id,omitempty"`
	Message  *Message   `json:"message,omitempty"`
	Key      string     `json:"key,omitempty"` // of deduplication
	Seen     *duplicate `json:"seen,omitempty"`
	Received int        `json:"received,omitempty"`
	First    time.Time  `json:"first,omitzero"`
}

const (
	fileName = "messages.jsonl"
	// spare is how many records about deleted messages a file may always have.
	spare = 1000
)

// openStore reads the messages of a folder, by queue. Those that were in flight are
// visible.
func openStore(dir string) (*store, map[string]*contents, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, nil, fmt.Errorf("making the folder of the queues' messages: %w", err)
	}
	s := &store{path: filepath.Join(dir, fileName)}
	file, err := os.OpenFile(s.path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, nil, fmt.Errorf("opening the queues' messages: %w", err)
	}
	s.file = file
	kept, err := s.load()
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("reading %s: %w: delete it to start without messages", s.path, err), file.Close())
	}
	return s, kept, nil
}

// load applies the file's records, and cuts off a last line that is incomplete.
func (s *store) load() (map[string]*contents, error) {
	kept, whole := map[string]*contents{}, int64(0)
	lines := bufio.NewReader(s.file)
	for {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			return kept, s.file.Truncate(whole)
		}
		if err != nil {
			return nil, err
		}
		var r record
		if err := json.Unmarshal(bytes.TrimSpace(line), &r); err != nil {
			return nil, fmt.Errorf("line %d: %w", s.records+1, err)
		}
		if kept[r.Queue] == nil {
			kept[r.Queue] = newContents()
		}
		if err := kept[r.Queue].apply(r); err != nil {
			return nil, fmt.Errorf("line %d: %w", s.records+1, err)
		}
		whole += int64(len(line))
		s.records++
	}
}

// apply applies a record.
func (c *contents) apply(r record) error {
	switch {
	case r.Op == opSend && r.Message != nil:
		c.add(r.Message)
		if r.Key != "" {
			c.seen[r.Key] = duplicate{r.Message.ID, r.Message.Sequence, r.Message.Sent}
		}
	case r.Op == opReceive:
		if e := c.byID[r.ID]; e != nil {
			m := e.Value.(*Message)
			m.Received, m.FirstReceived = r.Received, r.First
		}
	case r.Op == opDelete:
		c.remove(r.ID)
	case r.Op == opPurge:
		c.clear()
	case r.Op == opSeen && r.Seen != nil:
		c.seen[r.Key] = *r.Seen
		c.sequence = max(c.sequence, r.Seen.Sequence)
	default:
		return fmt.Errorf("expected a change of a queue, got %q", r.Op)
	}
	return nil
}

// append writes records in one write.
func (s *store) append(records []record) error {
	text, err := encode(records)
	if err != nil {
		return err
	}
	if _, err := s.file.Write(text); err != nil {
		return fmt.Errorf("writing the queues' messages: %w", err)
	}
	s.records += len(records)
	return nil
}

func encode(records []record) ([]byte, error) {
	var text bytes.Buffer
	for _, r := range records {
		line, err := json.Marshal(r, json.Deterministic(true))
		if err != nil {
			return nil, fmt.Errorf("encoding a change of queue %q: %w", r.Queue, err)
		}
		text.Write(line)
		text.WriteByte('\n')
	}
	return text.Bytes(), nil
}

// rewrite replaces the file with one that has only these records. A crash leaves either one.
func (s *store) rewrite(records []record) error {
	text, err := encode(records)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(s.path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("rewriting the queues' messages: %w", err)
	}
	_, err = file.Write(text)
	if err = errors.Join(err, file.Sync()); err == nil {
		err = os.Rename(s.path+".new", s.path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("rewriting the queues' messages: %w", err), file.Close())
	}
	old := s.file
	s.file, s.records = file, len(records)
	return old.Close()
}

func (s *store) close() error { return errors.Join(s.file.Sync(), s.file.Close()) }

// append stores changes, if messages are stored at all.
func (s *Service) append(records ...record) error {
	if s.store == nil || s.closed || len(records) == 0 {
		return nil
	}
	if err := s.store.append(records); err != nil {
		return err
	}
	if live := s.countRecords(); s.store.records > 2*live+spare {
		s.compact()
	}
	return nil
}

func (s *Service) countRecords() int {
	n := 0
	for _, q := range s.queues {
		n += q.messages.Len() + len(q.seen)
	}
	return n
}

// compact rewrites the file. A failure leaves it unchanged, and is logged.
func (s *Service) compact() {
	if s.store == nil {
		return
	}
	var records []record
	for _, q := range s.queues {
		q.sweep(s.options.Now())
		for key, d := range q.seen {
			records = append(records, record{Op: opSeen, Queue: q.Name, Key: key, Seen: &d})
		}
		for e := q.messages.Front(); e != nil; e = e.Next() {
			records = append(records, record{Op: opSend, Queue: q.Name, Message: withoutFlight(e.Value.(*Message))})
		}
	}
	if err := s.store.rewrite(records); err != nil {
		s.options.Logger.Error("compacting the queues' messages", "error", err)
	}
}

// withoutFlight returns a message as it is read back: one in flight is visible.
func withoutFlight(m *Message) *Message {
	if m.receipt == "" {
		return m
	}
	visible := *m
	visible.VisibleAt = m.Enqueued
	return &visible
}
