package main

import "syscall"

// endsWithUs has the kernel kill the handler when the bridge dies, however it dies.
func endsWithUs() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
