package lambda

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// testDir holds what the tests share; TestMain removes it.
var testDir string

func TestMain(m *testing.M) {
	if archive := os.Getenv(orphanEnv); archive != "" {
		os.Exit(orphanMain(archive))
	}
	os.Exit(runInDir(m))
}

func runInDir(m *testing.M) int {
	var err error
	if testDir, err = os.MkdirTemp("", "lambda-test-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(testDir)
	return m.Run()
}

// handlerZip is the archive of testdata/handler, built at its first use with
// the flags that deployed handlers are built with, for this machine.
func handlerZip(t testing.TB) string {
	t.Helper()
	path, err := buildHandler()
	if err != nil {
		t.Fatalf("building the test handler: %v", err)
	}
	return path
}

var buildHandler = sync.OnceValues(func() (string, error) {
	binary := filepath.Join(testDir, bootstrap)
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-tags", "lambda.norpc",
		"-ldflags", "-s -w", "-o", binary, "./testdata/handler")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	code, err := os.ReadFile(binary)
	if err != nil {
		return "", err
	}
	path := filepath.Join(testDir, "handler.zip")
	return path, writeZip(path, entry{bootstrap, 0o755, string(code)})
})

type entry struct {
	name    string
	mode    os.FileMode
	content string
}

func writeZip(path string, entries ...entry) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	archive := zip.NewWriter(file)
	for _, e := range entries {
		header := &zip.FileHeader{Name: e.name, Method: zip.Store}
		header.SetMode(e.mode)
		w, err := archive.CreateHeader(header)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, e.content); err != nil {
			return err
		}
	}
	return errors.Join(archive.Close(), file.Close())
}

// testService is a Service with one function, `f`, and the lines it logged.
type testService struct {
	*Service
	log *recorder
}

// setup is what a test's service is made of.
type setup struct {
	Options
	Config
}

// mustNew returns a service that runs what is set up.
func (c setup) mustNew(t testing.TB) *Service {
	t.Helper()
	s, err := New(c.Options)
	if err != nil {
		t.Fatal(err)
	}
	commit, err := s.Prepare(t.Context(), c.Config)
	if err != nil {
		t.Fatal(errors.Join(err, s.Close()))
	}
	commit()
	return s
}

// start makes a service that the test's end closes; change may adjust its
// configuration.
func start(t testing.TB, change func(*setup)) *testService {
	t.Helper()
	log := newRecorder()
	config := setup{
		Options{OnLine: log.add, Dir: t.TempDir()},
		testConfig(Function{Name: "f", Archive: handlerZip(t), Handler: bootstrap, Runtime: "provided.al2023", Timeout: time.Minute}),
	}
	if change != nil {
		change(&config)
	}
	s := config.mustNew(t)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
	})
	return &testService{s, log}
}

func testConfig(functions ...Function) Config {
	return Config{Functions: functions, Region: "eu-central-1", AccountID: "123456789012"}
}

// call returns f's answer. Like the two below it may be used in any goroutine.
func (s *testService) call(t testing.TB, event string) string {
	t.Helper()
	answer, err := s.Invoke(t.Context(), "f", []byte(event))
	if err != nil {
		t.Errorf("%s: %v", event, err)
	}
	return string(answer)
}

// fails invokes f and returns its FunctionError.
func (s *testService) fails(t testing.TB, event string) *FunctionError {
	t.Helper()
	answer, err := s.Invoke(t.Context(), "f", []byte(event))
	fault := &FunctionError{}
	if !errors.As(err, &fault) {
		t.Errorf("%s: expected a FunctionError, got %q, %v", event, answer, err)
	}
	return fault
}

// timeOut ends every running invocation as its timer would.
func (s *testService) timeOut() {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, p := range s.processes {
		p.pool.mu.Lock()
		inv := p.inv
		p.pool.mu.Unlock()
		if inv != nil {
			p.expire(inv)
		}
	}
}

// decode reads a JSON answer.
func decode[T any](t testing.TB, answer string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(answer), &v); err != nil {
		t.Errorf("answer %q: %v", answer, err)
	}
	return v
}

// recorder keeps the lines of a service and lets a test wait for one.
type recorder struct {
	mu    sync.Mutex
	lines []Line
	added *sync.Cond
}

func newRecorder() *recorder {
	r := &recorder{}
	r.added = sync.NewCond(&r.mu)
	return r
}

func (r *recorder) add(line Line) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, line)
	r.added.Broadcast()
}

func (r *recorder) all() []Line {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Line(nil), r.lines...)
}

// await returns once n lines match.
func (r *recorder) await(n int, match func(Line) bool) []Line {
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		var found []Line
		for _, line := range r.lines {
			if match(line) {
				found = append(found, line)
			}
		}
		if len(found) >= n {
			return found
		}
		r.added.Wait()
	}
}

func (r *recorder) texts(kind Kind) []string {
	var texts []string
	for _, line := range r.all() {
		if line.Kind == kind {
			texts = append(texts, line.Text)
		}
	}
	return texts
}

// code lists the folders of the functions' code.
func (s *testService) code(t testing.TB) []string {
	t.Helper()
	folders, err := filepath.Glob(filepath.Join(s.dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return folders
}
