package main

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/lambda"
)

// TestFailuresAreTheSame runs the zip of a live function, and that of its handler alone, as
// the local cloud does: their callers and logs get the same.
func TestFailuresAreTheSame(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	lines := map[string][]string{}
	service, err := lambda.New(lambda.Options{Dir: t.TempDir(), OnLine: func(l lambda.Line) {
		mu.Lock()
		defer mu.Unlock()
		lines[l.Function] = append(lines[l.Function], strings.ReplaceAll(l.Text, l.RequestID, "ID"))
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := service.Close(); err != nil {
			t.Error(err)
		}
	}()
	alone, live := zipOf(t, map[string]string{"bootstrap": handlerBinary(t)}), zipOf(t, map[string]string{"bootstrap": bridgeBinary(t), "handler": handlerBinary(t)})
	cfg := lambda.Config{Region: "eu-west-1", AccountID: "123456789012"}
	add := func(name, archive string, environment map[string]string) {
		cfg.Functions = append(cfg.Functions, lambda.Function{Name: name, Archive: archive, Runtime: "provided.al2023",
			Handler: "bootstrap", Timeout: 2 * time.Second, Environment: environment})
	}
	inits := []string{"", "crash", "exit0", "panic", "kill"}
	for i, kind := range inits {
		environment := withoutBroker()
		environment["INIT"] = kind
		add(fmt.Sprint("live", i), live, environment)
		add(fmt.Sprint("alone", i), alone, map[string]string{"INIT": kind})
	}
	commit, err := service.Prepare(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	commit()
	invoke := func(name, event string) string {
		answer, err := service.Invoke(t.Context(), name, []byte(event))
		var fault *lambda.FunctionError
		if errors.As(err, &fault) {
			return fault.Type + " " + requestID.ReplaceAllString(string(fault.Payload), "ID")
		}
		return fmt.Sprintf("%s %v", answer, err)
	}
	for i, kind := range inits {
		events := []string{`{"do":"echo","value":1}`}
		if kind == "" {
			events = nil
			for _, do := range []string{"echo", "error", "panic", "crash", "exit0", "exit1", "kill", "segfault", "stray panic", "hang", "broken", "spawn-and-crash", "log"} {
				events = append(events, `{"do":"`+do+`","value":1}`)
			}
			events = append(events, `{"do":"big","size":7000000}`)
		}
		for _, event := range events {
			if a, z := invoke(fmt.Sprint("alone", i), event), invoke(fmt.Sprint("live", i), event); a != z {
				t.Errorf("init %q, %s:\nalone: %s\n live: %s", kind, event, a, z)
			}
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if a, z := kinds(lines["alone0"]), kinds(lines["live0"]); a != z {
		t.Errorf("logs:\nalone: %s\n live: %s", a, z)
	}
}

var requestID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}`)

// kinds returns the platform's lines of the log without the variable parts. The end of a
// process after its answer is reported concurrently with the next invocation's start.
func kinds(lines []string) string {
	var kept []string
	for _, line := range lines {
		if word, _, _ := strings.Cut(line, " "); word == "START" || word == "END" || word == "REPORT" || strings.Contains(line, "Error:") {
			kept = append(kept, word)
		}
	}
	slices.Sort(kept)
	return strings.Join(kept, " ")
}

func zipOf(t *testing.T, files map[string]string) string {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "function.zip"))
	if err != nil {
		t.Fatal(err)
	}
	archive := zip.NewWriter(file)
	for name, path := range files {
		header := &zip.FileHeader{Name: name, Method: zip.Store}
		header.SetMode(0o755)
		w, err := archive.CreateHeader(header)
		if err != nil {
			t.Fatal(err)
		}
		binary, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(w, binary); err != nil {
			t.Fatal(err)
		}
		binary.Close()
	}
	if err := errors.Join(archive.Close(), file.Close()); err != nil {
		t.Fatal(err)
	}
	return file.Name()
}
