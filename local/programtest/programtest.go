// Package programtest finds programs that tests run. It installs a missing one with the
// system's package manager if the user may. Only tests use it. It does not define the
// programs.
package programtest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// A Program is a program that tests run.
type Program struct {
	// Names are names on PATH, or paths; the first that exists is used.
	Names []string
	// Debian, Fedora and Alpine name the packages that contain it; empty if there is none.
	Debian, Fedora, Alpine string
}

// Find returns the program's path. The error says what to install.
func (p Program) Find() (string, error) {
	if path := p.look(); path != "" {
		return path, nil
	}
	if err := p.install(); err != nil {
		return "", err
	}
	if path := p.look(); path != "" {
		return path, nil
	}
	return "", fmt.Errorf("the tests need one of %s on PATH: install it (on Debian: apt-get install %s)", strings.Join(p.Names, ", "), p.Debian)
}

func (p Program) look() string {
	for _, name := range p.Names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// install does nothing for a user who may not install, or without a known package manager.
// One test installs at a time: package managers do not wait for each other.
func (p Program) install() error {
	if os.Geteuid() != 0 {
		return nil
	}
	unlock, err := lockedfile.MutexAt(filepath.Join(os.TempDir(), "install-program.lock")).Lock()
	if err != nil {
		return fmt.Errorf("waiting to install %s: %w", p.Names[0], err)
	}
	defer unlock()
	if p.look() != "" {
		return nil
	}
	for _, commands := range p.commands() {
		if _, err := exec.LookPath(commands[0][0]); err != nil {
			continue
		}
		for _, command := range commands {
			if out, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil {
				return fmt.Errorf("installing %s: %q: %w\n%s", p.Names[0], command, err, out)
			}
		}
	}
	return nil
}

// commands returns the commands of each package manager.
func (p Program) commands() (managers [][][]string) {
	if p.Debian != "" {
		managers = append(managers, [][]string{{"apt-get", "update"}, {"apt-get", "install", "--yes", "--no-install-recommends", p.Debian}})
	}
	if p.Fedora != "" {
		managers = append(managers, [][]string{{"dnf", "install", "--assumeyes", p.Fedora}})
	}
	if p.Alpine != "" {
		managers = append(managers, [][]string{{"apk", "add", p.Alpine}})
	}
	return managers
}

// AWS is the AWS CLI. Debian's is preferred: it is version 2.9 and the only one of the tests'
// clients that uses SQS's query protocol.
var AWS = Program{Names: []string{"/usr/bin/aws", "aws"}, Debian: "awscli", Fedora: "awscli2", Alpine: "aws-cli"}
