//go:build !linux

package main

import "syscall"

// killWithParent returns nil: Lambda runs Linux.
func killWithParent() *syscall.SysProcAttr { return nil }
