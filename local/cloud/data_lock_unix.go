//go:build unix

package cloud

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
)

// lockData locks a data folder against other local clouds until it is closed, or this process
// ends: each would overwrite the other's data.
func lockData(folder string) (io.Closer, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("making the folder of -data: %w", err)
	}
	file, err := os.OpenFile(filepath.Join(folder, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("locking the folder of -data: %w", err)
	}
	switch err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); {
	case errors.Is(err, syscall.EWOULDBLOCK):
		file.Close()
		return nil, fmt.Errorf("-data: another local cloud uses %s: stop it, or choose another folder", folder)
	case err != nil && !errors.Is(err, syscall.ENOTSUP): // some network file systems have no locks
		file.Close()
		return nil, fmt.Errorf("locking %s: %w", folder, err)
	}
	return file, nil
}
