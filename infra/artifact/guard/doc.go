// Package guard ends the processes that this program has started if the program cannot
// end them itself, for example because it is killed.
//
// A shell waits for the end of its standard input, a pipe that [Guard.Close] closes and
// that closes as well when this program dies. Then it kills the process groups that it
// watches, and cleans up. The package must not know what the processes do.
package guard
