//go:build !linux

package main

import "syscall"

// endsWithUs returns nil: Lambda runs Linux.
func endsWithUs() *syscall.SysProcAttr { return nil }
