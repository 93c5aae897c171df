package main

import "syscall"

// killWithParent makes the kernel kill the handler when the bridge dies for any reason.
func killWithParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
