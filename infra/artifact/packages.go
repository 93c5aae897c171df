package artifact

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// InstallPackages installs the web app's npm packages, in the versions of the lock
// file, unless the last installation used the same lock file.
func (b Builder) InstallPackages(ctx context.Context) error {
	if err := checkNode(ctx); err != nil {
		return err
	}
	stamp := filepath.Join(b.web(), "node_modules", ".installed")
	wanted, err := os.ReadFile(filepath.Join(b.web(), "package-lock.json"))
	if err != nil {
		return fmt.Errorf("web app: %w", err)
	}
	isInstalled := func() bool {
		installed, err := os.ReadFile(stamp)
		return err == nil && bytes.Equal(installed, digest(wanted))
	}
	unlock, err := b.lockPackages(ctx, isInstalled)
	if err != nil {
		return err
	}
	defer unlock()
	if isInstalled() {
		return nil
	}
	if err := b.Do(packagesStep, func() error { return b.npmCI(ctx) }); err != nil {
		return fmt.Errorf("web app: its npm packages cannot be installed: %w", err)
	}
	return os.WriteFile(stamp, digest(wanted), 0o644)
}

const packagesStep = "npm packages"

// unreachable matches the codes of npm and Node.js for an unreachable host.
var unreachable = regexp.MustCompile(`\b(ECONNREFUSED|ECONNRESET|ENOTFOUND|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|EAI_AGAIN|ERR_SOCKET_TIMEOUT)\b`)

// npmCI runs npm ci. It retries a refused connection for seconds; by default npm
// does so for more than a minute, without a message. A registry that does not respond
// is only reported as a note: npm may have everything in its cache. npm's check for a
// newer npm is disabled, since npm would wait for the response.
func (b Builder) npmCI(ctx context.Context) error {
	waiting, stop := context.WithCancel(ctx)
	defer stop()
	time.AfterFunc(registryTimeout, func() { b.noteRegistry(waiting) })
	err := Run(ctx, b.web(), toolEnvironment(), "npm", "ci", "--include=dev", "--no-audit", "--no-fund", "--no-update-notifier",
		"--fetch-retries=2", "--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=2000")
	if err != nil && unreachable.MatchString(err.Error()) {
		return fmt.Errorf("npm cannot reach its registry: check the network, the proxy, and what npm config get registry prints\n%w", err)
	}
	return err
}

// registryTimeout is how long npm may run before its registry is checked, and the
// timeout of that check.
const registryTimeout = 5 * time.Second

// noteRegistry reports that npm's registry cannot be reached, unless ctx ends first.
// With a proxy it cannot check that, and reports nothing.
func (b Builder) noteRegistry(ctx context.Context) {
	if ctx.Err() != nil || b.Report == nil || hasProxy() {
		return
	}
	cmd := exec.CommandContext(ctx, "npm", "config", "get", "registry")
	cmd.Dir, cmd.Env = b.web(), toolEnvironment()
	out, err := cmd.Output()
	if err != nil {
		return
	}
	registry := strings.TrimSpace(string(out))
	if err := dial(ctx, registry); err != nil && ctx.Err() == nil {
		b.Report(Step{Name: packagesStep, Note: fmt.Sprintf("npm is waiting for its registry %s, which does not answer (%v): check the network, or set another registry with npm config set registry", registry, err)})
	}
}

func dial(ctx context.Context, address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	conn, err := (&net.Dialer{Timeout: registryTimeout}).DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return err
	}
	return conn.Close()
}

func hasProxy() bool {
	return slices.ContainsFunc(toolEnvironment(), func(variable string) bool {
		name, value, _ := strings.Cut(strings.ToUpper(variable), "=")
		return value != "" && strings.HasSuffix(name, "PROXY") && !strings.HasSuffix(name, "NO_PROXY") && !strings.HasSuffix(name, "NOPROXY")
	})
}

// lockPackages prevents other processes from installing packages into the same folder.
func (b Builder) lockPackages(ctx context.Context, isInstalled func() bool) (unlock func(), err error) {
	root, err := filepath.Abs(b.Root)
	if err != nil {
		return nil, err
	}
	path, err := b.cache("locks", string(digest([]byte(root))))
	if err != nil {
		return nil, err
	}
	return b.lock(ctx, packagesStep, path, isInstalled)
}

func digest(data []byte) []byte {
	d := sha256.Sum256(data)
	return []byte(hex.EncodeToString(d[:]))
}
