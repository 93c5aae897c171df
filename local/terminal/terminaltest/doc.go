// Package terminaltest makes terminals for tests, on Linux. Only tests use it.
package terminaltest
