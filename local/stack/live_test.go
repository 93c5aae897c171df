package stack

import (
	"archive/zip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestLiveStackIsBuiltWithTheBridge: a live stack also follows the bridge's sources, and
// uses the broker. A stack that is not live has neither.
func TestLiveStackIsBuiltWithTheBridge(t *testing.T) {
	t.Parallel()
	root := projectCopy(t)
	bridge := filepath.Join(root, "local", "live", "bridge")
	if err := os.RemoveAll(bridge); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(bridge, 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(bridge, "main.go"), "package main\n\nfunc main() { println(1) }\n")
	program, record := newProgram(t, root)
	live := request(map[string]string{"live": "true", "protect": "false"})
	if _, err := program.Run(t.Context(), live); err == nil || !strings.Contains(err.Error(), "nothing stands in for AWS IoT Core") {
		t.Errorf("expected a live stack to need a broker, got %v", err)
	}
	record.take()

	live.Origins.Broker = "ws://127.0.0.1:1883"
	if graph, err := program.Described(t.Context(), live); graph != nil || err != nil {
		t.Errorf("expected no description of a live stack, got %v (%v)", graph, err)
	}
	run := func(r Request) (zip, endpoint string) {
		t.Helper()
		graph, err := program.Run(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		function := graph.Of("aws:lambda/function:Function")[0]
		environment, _ := function.Inputs["environment"].(map[string]any)
		variables, _ := environment["variables"].(map[string]any)
		endpoint, _ = variables["LIVE_ENDPOINT"].(string)
		file, _ := function.Inputs["code"].(File)
		return file.Path, endpoint
	}
	first, endpoint := run(live)
	if got := namesIn(t, first); endpoint != live.Origins.Broker || !slices.Equal(got, []string{"bootstrap", "handler"}) {
		t.Errorf("expected the bridge at %s, got %q at %q", live.Origins.Broker, got, endpoint)
	}
	write(t, filepath.Join(bridge, "main.go"), "package main\n\nfunc main() { println(2) }\n")
	if second, _ := run(live); second == first {
		t.Error("a change of the bridge changed nothing")
	}
	if built, _ := record.take(); !slices.Contains(built, "bridge") {
		t.Errorf("expected the bridge to be built, got %q", built)
	}

	plain, endpoint := run(request(map[string]string{"live": "false"}))
	if got := namesIn(t, plain); endpoint != "" || !slices.Equal(got, []string{"bootstrap"}) {
		t.Errorf("expected only the handler, got %q at %q", got, endpoint)
	}
	live.Set["live"] = "false"
	if other, _ := run(live); other != plain {
		t.Error("expected the settings to decide, whether there is a broker or not")
	}
}

// namesIn returns the names of a zip's entries.
func namesIn(t *testing.T, path string) (names []string) {
	t.Helper()
	r, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, file := range r.File {
		names = append(names, file.Name)
	}
	return names
}
