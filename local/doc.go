// Command local runs the whole stack on this machine: it builds the handlers and the
// site, runs the Pulumi program, and serves what the program describes. No account,
// no container and no network is needed.
//
//	go run ./local
//
// This package only compiles package command, which does all of that, and becomes it.
// It imports little, so that on a new machine the first line appears within seconds,
// and what is compiled then is counted, not silent.
//
// # How the local cloud is made
//
//	command    flags and signals; composes terminal and cloud
//	cloud      takes the ports, deploys, reloads what is saved
//	  stack      builds, and runs the program in a process of its own: a plain Graph
//	    program    that process: infra.Program on in-memory providers. Links Pulumi
//	    provider   a row for each resource type: what is accepted, computed, returned
//	  wiring     the Graph as configurations of the emulators, and for the console
//	  auth0 gateway lambda cdn    the emulators; none knows another
//	  loopback   the servers; framing: HTTP messages without ambiguity
//	  realtenant signing in at the deployed stack's tenant
//	  journal    the one record of each request, which terminal and console read
//	  console    the page that shows what happens; vite, watch: files as they are edited
//	project    where Pulumi.yaml is
//	terminal   what a person sees; redact: without secrets
//
// A deployment or a reload goes one way: the program gives a Graph, wiring reads it,
// each emulator prepares its configuration, which may fail and changes nothing, and
// then all commit. A request goes the other way: loopback, cdn, gateway, lambda; what
// they report reaches the journal through cloud, and terminal and console read that. Tests hold the packages to
// who may import whom.
package main
