// Package mosquitto runs Eclipse Mosquitto, a broker independent of AWS IoT Core, for tests.
// Only tests use it.
package mosquitto

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/programtest"
)

// program is Mosquitto; Debian's has WebSockets.
var program = programtest.Program{Names: []string{"/usr/sbin/mosquitto", "mosquitto"}, Debian: "mosquitto", Fedora: "mosquitto", Alpine: "mosquitto"}

// config accepts any client on one port of this machine, over WebSocket. Version 2.0.11 exits
// without another listener.
const config = `listener 0 %s
listener %d 127.0.0.1
protocol websockets
allow_anonymous true
persistence false
`

// Start runs a broker until the test ends, and returns its endpoint: ws://127.0.0.1:PORT.
func Start(t testing.TB) (endpoint string) {
	t.Helper()
	path, err := program.Find()
	if err != nil {
		t.Fatal(err)
	}
	const attempts = 5 // another process may take the port that was free
	for range attempts {
		port := freePort(t)
		if err = run(t, path, port); err == nil {
			return fmt.Sprintf("ws://127.0.0.1:%d", port)
		}
	}
	t.Fatalf("starting mosquitto: %v", err)
	return ""
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// run starts the program, and returns once it reports that it runs.
func run(t testing.TB, path string, port int) error {
	dir, err := os.MkdirTemp("", "mosquitto") // the path of a socket must be short
	if err != nil {
		return err
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o777); err != nil { // as root, mosquitto switches to another user
		return err
	}
	file := filepath.Join(dir, "conf")
	if err := os.WriteFile(file, fmt.Appendf(nil, config, filepath.Join(dir, "socket"), port), 0o644); err != nil {
		return err
	}
	cmd := exec.Command(path, "-v", "-c", file)
	out, err := cmd.StderrPipe()
	if err != nil {
		return err
	}
	cmd.Stdout = cmd.Stderr
	if err := cmd.Start(); err != nil {
		return err
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	var said strings.Builder
	for lines := bufio.NewScanner(out); lines.Scan(); {
		fmt.Fprintln(&said, lines.Text())
		if strings.HasSuffix(lines.Text(), " running") {
			go io.Copy(io.Discard, out)
			return nil
		}
	}
	return fmt.Errorf("mosquitto ended: %s", said.String())
}
