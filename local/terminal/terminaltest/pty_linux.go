package terminaltest

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"unsafe"
)

// Open makes a pseudo-terminal of this many columns (pty(7)): what is written to
// screen can be read from reader.
func Open(columns uint16) (screen, reader *os.File, err error) {
	reader, err = os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		return nil, nil, err
	}
	var number, unlocked uint32
	size := [4]uint16{24, columns}
	for request, argument := range map[uintptr]unsafe.Pointer{
		syscall.TIOCGPTN:   unsafe.Pointer(&number),
		syscall.TIOCSPTLCK: unsafe.Pointer(&unlocked),
		syscall.TIOCSWINSZ: unsafe.Pointer(&size),
	} {
		if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, reader.Fd(), request, uintptr(argument)); errno != 0 {
			return nil, nil, errors.Join(errno, reader.Close())
		}
	}
	screen, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		return nil, nil, errors.Join(err, reader.Close())
	}
	return screen, reader, nil
}
