package main

import "syscall"

// endsWithUs makes the kernel kill the handler when the bridge dies for any reason.
func endsWithUs() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
