// Package guard ends the processes that this program started and could not end
// itself, however it died.
//
// A shell stands by and waits for the end of its standard input, which comes when
// [Guard.Close] closes the pipe, and just as well when this program is killed. Then
// it kills the process groups that it watches, and cleans up. It knows nothing of
// what the processes do.
package guard
