package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"api-auth-jwt-auth0/local/programtest"
)

// namespaceEnv makes the tests of this file run in this process, which has a network
// namespace of its own.
const namespaceEnv = "LIVE_TEST_NAMESPACE"

// inNamespace runs the test in a new process with a network namespace of its own, in which
// the routes of the loopback device can be changed. It reports true in that process.
func inNamespace(t *testing.T) bool {
	t.Helper()
	if os.Getenv(namespaceEnv) != "" {
		for _, command := range []string{"link set lo up", "rule add pref 100 lookup local", "rule del pref 0 lookup local"} {
			ip(t, command)
		}
		return true
	}
	if _, err := findIP(); err != nil { // before the namespace, which has no network
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), namespaceEnv+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	if os.Getuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}
	}
	output, err := cmd.CombinedOutput()
	if errors.Is(err, syscall.EPERM) {
		t.Skip("this system does not let the test make a network namespace")
	}
	t.Logf("%s", output)
	if err != nil {
		t.Fatal(err)
	}
	return false
}

// findIP returns the path of iproute2's command, and installs it if it is missing and that
// is allowed.
var findIP = sync.OnceValues(programtest.Program{
	Names: []string{"ip", "/usr/sbin/ip", "/sbin/ip"}, Debian: "iproute2", Fedora: "iproute", Alpine: "iproute2",
}.Find)

// ip changes the namespace's routing.
func ip(t *testing.T, arguments string) {
	t.Helper()
	path, err := findIP()
	if err != nil {
		t.Fatal(err)
	}
	if output, err := exec.Command(path, strings.Fields(arguments)...).CombinedOutput(); err != nil {
		t.Errorf("ip %s: %v\n%s", arguments, err, output)
	}
}

// host is a loopback address that can be cut off from all others.
type host struct{ address string }

var lastHost atomic.Int64

func newHost() host { return host{fmt.Sprintf("127.0.0.%d", 10+lastHost.Add(1))} }

// cut drops all packets from and to the host, without a word to either side.
func (h host) cut(t *testing.T) {
	ip(t, "rule add pref 5 to "+h.address+" blackhole")
	ip(t, "rule add pref 5 from "+h.address+" blackhole")
}

// heal is the reverse of cut.
func (h host) heal(t *testing.T) {
	ip(t, "rule del pref 5 to "+h.address)
	ip(t, "rule del pref 5 from "+h.address)
}

// route forwards connections to the host to the broker, and returns the endpoint there.
func (h host) route(t *testing.T, s *stage) string {
	t.Helper()
	listener, err := net.Listen("tcp", h.address+":0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", strings.TrimPrefix(s.broker.URL(), "ws://"))
			if err != nil {
				near.Close()
				continue
			}
			go forward(near, far)
			go forward(far, near)
		}
	}()
	return "ws://" + listener.Addr().String()
}

// forward copies until one side ends, and then closes the other. A cut ends neither.
func forward(to, from net.Conn) {
	_, _ = io.Copy(to, from)
	to.Close()
}

// TestNetworkIsCut cuts the developer's network as the broker receives a message of the
// exchange. Unlike a killed process, a cut network closes no connection, and the developer's
// will is published only when the broker misses a keep-alive.
func TestNetworkIsCut(t *testing.T) {
	t.Parallel()
	if !inNamespace(t) {
		return
	}
	loseDeveloperAtEachStep(t, func(t *testing.T, s *stage) (*developerProcess, func()) {
		h := newHost()
		return s.startDeveloperProcess(t, h.route(t, s)), func() { h.cut(t) }
	})
}

// TestNetworkIsCutDuringALongGet cuts the developer's network once a GET has run for more than
// two seconds, after which other requests have rarer beats. The deployed code answers.
func TestNetworkIsCutDuringALongGet(t *testing.T) {
	t.Parallel()
	if !inNamespace(t) {
		return
	}
	s := newStage(t, nil)
	defer s.check(t)
	h := newHost()
	ada := s.startDeveloperProcess(t, h.route(t, s))
	beats := len(s.published("/beat/"))
	e := s.give(t, request("GET", "ada", "echo", stays), time.Minute)
	<-ada.runs
	s.awaitMessages(t, beats+25, "/beat/")
	h.cut(t)
	cut := time.Now()
	if got := e.wait(t); by(t, got) != "" {
		t.Errorf("answered by a developer who was cut off: %+v", got)
	}
	if took := time.Since(cut); took > 500*time.Millisecond {
		t.Errorf("the deployed code answers %v after the cut", took)
	}
}

// TestNetworkComesBack cuts the developer's network, and then the function's. The deployed
// code answers until it is back.
func TestNetworkComesBack(t *testing.T) {
	t.Parallel()
	if !inNamespace(t) {
		return
	}
	s := &stage{broker: newBroker(t, nil)}
	function, developer := newHost(), newHost()
	s.process, s.endpoint = startFunction(t, function.route(t, s)), s.broker.URL()
	defer s.check(t)
	s.awaitHello(t)
	s.startDeveloperProcess(t, developer.route(t, s))
	for _, h := range []host{developer, function} {
		h.cut(t)
		s.deployedWithin(t, 400*time.Millisecond)
		s.deployedWithin(t, 400*time.Millisecond)
		h.heal(t)
		s.eventuallyBy(t, "ada")
	}
}
