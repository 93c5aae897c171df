//go:build !linux

package main

import "syscall"

// endsWithUs does nothing special: Lambda runs Linux.
func endsWithUs() *syscall.SysProcAttr { return nil }
