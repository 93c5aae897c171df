package sqs

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// restart opens a folder's queues again, without closing who had them: a crash.
func restart(t *testing.T, dir string, queues ...Queue) *Service {
	t.Helper()
	return newService(t, Options{Dir: dir}, queues...)
}

func TestMessagesAreKept(t *testing.T) {
	bubble(t, func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "data")
		queues := []Queue{standard("q", redriveTo("dead", "1")), standard("dead"), fifo("f", byContent)}
		s := restart(t, dir, queues...)
		for _, body := range []string{"deleted", "dead", "in flight", "waiting"} {
			send(t, s, "q", body, attribute("k", "String", "v"), object{"MessageBody": body})
		}
		send(t, s, "q", "delayed", object{"DelaySeconds": 900})
		first := receiveAll(t, s, "q", object{"MaxNumberOfMessages": 2})
		remove(t, s, "q", first.handles[0]).ok()
		pass(DefaultVisibilityTimeout)
		equal(t, "before", receiveAll(t, s, "q", object{"MaxNumberOfMessages": 1}).bodies, []string{"in flight"})
		before := send(t, s, "f.fifo", "x", group("g")).body

		s = restart(t, dir, queues...)
		equal(t, "q", counts(t, s, "q"), Counts{Visible: 2, Delayed: 1})
		equal(t, "dead", counts(t, s, "dead"), Counts{Visible: 1})
		peeked, err := s.Peek("q", 10)
		if err != nil || peeked[0].Body != "in flight" || peeked[0].Received != 1 || *peeked[0].Attributes["k"].StringValue != "v" {
			t.Errorf("unexpected messages %+v, %v", peeked, err)
		}
		// The one in flight was received as often as it may be.
		equal(t, "received", receiveAll(t, s, "q").bodies, []string{"waiting"})
		equal(t, "dead", counts(t, s, "dead"), Counts{Visible: 2})
		equal(t, "a duplicate", send(t, s, "f.fifo", "x", group("g")).body["MessageId"], before["MessageId"])
		if after := send(t, s, "f.fifo", "y", group("g")).body; after["SequenceNumber"].(string) <= before["SequenceNumber"].(string) {
			t.Error("expected the sequence to go on")
		}
		for name, mode := range map[string]os.FileMode{"": 0o700, fileName: 0o600} {
			info, err := os.Stat(filepath.Join(dir, name))
			if err != nil || info.Mode().Perm() != mode {
				t.Errorf("%q: expected the mode %o, got %v, %v", name, mode, info.Mode(), err)
			}
		}
	})
}

// TestCrashWithinALine: wherever the file is cut off, what was written before is read, and
// the next change is readable.
func TestCrashWithinALine(t *testing.T) {
	dir := t.TempDir()
	s := restart(t, dir, standard("q"))
	s.Send("q", Sending{Body: "first"})
	s.Send("q", Sending{Body: "second"})
	s.Close()
	path := filepath.Join(dir, fileName)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for size := 0; size < len(whole); size += 1 + size%7 {
		if err := os.WriteFile(path, whole[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		s := restart(t, dir, standard("q"))
		s.Send("q", Sending{Body: "third"})
		s.Close()
		s = restart(t, dir, standard("q"))
		if got, want := counts(t, s, "q").Visible, 1+strings.Count(string(whole[:size]), "\n"); got != want {
			t.Fatalf("cut at byte %d: expected %d messages, got %d", size, want, got)
		}
		s.Close()
	}
}

func TestFileThatIsDamaged(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"no JSON": "{x}\n", "no change": "{\"op\":\"fly\",\"queue\":\"q\"}\n", "no message": "{\"op\":\"send\",\"queue\":\"q\"}\n"} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, fileName), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := New(Options{Dir: dir})
		if err == nil || !strings.Contains(err.Error(), "line 1: ") || !strings.Contains(err.Error(), "delete it to start without messages") {
			t.Errorf("%s: unexpected %v", name, err)
		}
	}
}

func TestFileIsCompacted(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := restart(t, dir, standard("q"))
	s.Send("q", Sending{Body: "stays"})
	for i := range 2 * spare {
		s.Send("q", Sending{Body: fmt.Sprint(i)})
		got, err := s.Receive(t.Context(), arnOf+"q", 2, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range got {
			if m.Body != "stays" {
				s.Delete(arnOf+"q", []string{m.ReceiptHandle})
			}
		}
	}
	if s.store.records > spare+10 {
		t.Errorf("expected at most %d records, got %d", spare+10, s.store.records)
	}
	s = restart(t, dir, standard("q"))
	equal(t, "messages", counts(t, s, "q"), Counts{Visible: 1})
}

// TestFileThatCannotBeWritten: a message that is not kept is not accepted.
func TestFileThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	s := restart(t, t.TempDir(), standard("q"))
	s.store.file.Close()
	a := call(t, s, "SendMessage", "q", object{"MessageBody": "x"})
	equal(t, "status", a.status, 500)
	equal(t, "refusal", a.refusal(), "com.amazon.coral.service#InternalFailure: We encountered an internal error. Please try again.")
	equal(t, "counts", counts(t, s, "q"), Counts{})
}

// TestReloadKeepsMessages of the queues that stay, in memory and in a file.
func TestReloadKeepsMessages(t *testing.T) {
	bubble(t, func(t *testing.T) {
		dir := t.TempDir()
		s := restart(t, dir, standard("stays"), standard("goes"))
		send(t, s, "stays", "a")
		send(t, s, "goes", "b")
		handle := receiveAll(t, s, "stays").handles[0]
		prepare(t, s, endpoint, standard("stays", func(q *Queue) { q.VisibilityTimeout = time.Hour }))
		equal(t, "in flight", counts(t, s, "stays"), Counts{InFlight: 1})
		remove(t, s, "stays", handle).ok()
		equal(t, "its handle still deletes", counts(t, s, "stays"), Counts{})
		prepare(t, s, endpoint, standard("stays"), standard("goes"))
		equal(t, "gone", counts(t, s, "goes"), Counts{})
		s = restart(t, dir, standard("stays"), standard("goes"))
		equal(t, "gone from the file", counts(t, s, "goes"), Counts{})
	})
}
