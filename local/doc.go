// Command local runs the whole stack on this machine: it builds the handlers and the
// site, runs the Pulumi program, and serves what the program describes. It needs no
// account, no container and no network.
//
//	go run ./local
//
// This package only compiles package command, which does all of that, and replaces
// itself with it. It imports little, so that on a new machine the first line appears
// within seconds, and then shows the progress of the compilation.
//
// # Structure of the local cloud
//
//	command    flags and signals; composes terminal and cloud
//	cloud      takes the ports, deploys, reloads what is saved
//	  stack      builds, and runs the program in a separate process: a plain Graph
//	    program    that process: infra.Program on in-memory providers. Links Pulumi
//	    provider   a row for each resource type: what is accepted, computed, returned
//	  wiring     converts the Graph to configurations of the emulators and the console
//	  auth0 gateway lambda cdn    the emulators; none depends on another
//	  loopback   the servers; framing: HTTP messages without ambiguity
//	  realtenant signing in at the deployed stack's tenant
//	  journal    the one record of each request, which terminal and console read
//	  console    the page that shows requests; vite, watch: edited files
//	project    where Pulumi.yaml is
//	terminal   the output on the terminal; redact: removes secrets
//
// A deployment or a reload proceeds in one direction: the program returns a Graph, wiring
// reads it, each emulator prepares its configuration, which may fail and changes nothing,
// and then all commit. A request goes the other way: loopback, cdn, gateway, lambda. Cloud
// passes their reports to the journal, which terminal and console read. Tests check which
// package may import which.
package main
