// Package stack runs the Pulumi program in a process of its own and returns the
// resources that it registered as a plain Graph. It links no Pulumi package: that
// process, package program, does.
//
// The program is the very one that `pulumi up` runs. It is compiled when its
// sources have changed, while the handlers and the site are built, and its result
// is cached by the content of everything that goes into it, so that a start with
// nothing changed compiles, links and runs nothing.
//
// Where the program is not compiled yet, a description of its result that is
// committed with the sources can be served meanwhile; see Described.
//
// It does not know what a resource means; the wiring of the local cloud does.
package stack
