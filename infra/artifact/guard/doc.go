// Package guard ends the processes that this program has started if the program cannot
// end them itself, for example because it is killed.
//
// A shell waits for the end of its standard input, a pipe that closes when [Guard.Close]
// is called or this program dies. Then it kills the process groups that it watches, and
// cleans up. The package must not depend on what the processes do.
package guard
