// Package stack runs the Pulumi program in a separate process and returns the
// registered resources as a plain Graph. Only that process, package program, links
// Pulumi packages.
//
// The program is the same one that `pulumi up` runs. It is compiled when its sources
// have changed, while the handlers and the site are built. Its result is cached by the
// content of all its inputs, so that a start without changes compiles, links and runs
// nothing.
//
// Until the program is compiled, a description of its result that is committed with
// the sources can be served; see Described.
//
// The package does not interpret resources; the wiring of the local cloud does.
package stack
