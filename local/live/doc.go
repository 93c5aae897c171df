// Package live is a developer's session: it answers invocations of a deployed stack on
// this machine. The stack's functions were deployed with a bridge (package bridge); both
// ends meet at AWS IoT Core (package mqtt) and speak the protocol of package wire.
//
//	Lambda ⇄ bridge ⇄ handler            the deployed code
//	            │
//	            ╰─ AWS IoT Core ─ Session ⇄ Config.Run     this machine
//
// # Who is there
//
// A session announces itself on live/PROJECT/STACK/dev/NAME when it connects, each
// minute, and when somebody else wants the same name, who then does not get it: a name
// is a session's own once nobody has objected for 300 ms. Its last will says on the same
// topic that it has gone. A bridge hears that, and, since nothing is retained, says hello
// to all sessions when it connects, and they answer. What a bridge knows is a hint: only
// a claim proves that somebody is there.
//
// A request goes to the developer that its header x-live names, to the one who asked for
// its token's subject, its route, or its handler, in this order, and else to the
// deployed code, which waits for nobody.
//
// # An invocation
//
//	bridge                                       session
//	  │ offer    function, time left, size          │
//	  ├────────────────────────────────────────────▶│  again after 100 and 200 ms
//	  │                         claim    challenge  │
//	  │◀────────────────────────────────────────────┤  none within 300 ms: deployed code
//	  │ run      event, environment      1 … n      │
//	  ├────────────────────────────────────────────▶│
//	  │                         ack      bitmap     │  Config.Run, once, when all
//	  │◀────────────────────────────────────────────┤  pieces are there
//	  │                         beat                │
//	  │◀────────────────────────────────────────────┤  100 ms after the last frame,
//	  │                                             │  and 1 s if it runs for long
//	  │                         answer   1 … n      │
//	  │◀────────────────────────────────────────────┤
//	  │ ack      bitmap                             │
//	  ├────────────────────────────────────────────▶│
//	  ▼ to Lambda
//
// Either may end it: the session declines what it has not begun to run, or has no
// handler for, so that the deployed code answers; the bridge cancels what nobody waits
// for any longer.
//
// Nothing runs twice, and nothing is answered twice (TestExchangeUnderFaults). As long
// as the session cannot have all pieces of the run, the deployed code may answer. After
// that only the session may, or nobody: if it is silent for 5 s, or withdrawn for 2 s,
// or 100 ms are left of the function's time, the request fails as if the function had
// run into its time limit, and the function's log says why. GET and HEAD requests may
// run twice: after 400 ms of silence the deployed code answers those, after 3 s if they
// were claimed 1.5 s ago. While pieces of a long run are still to be sent, which nothing
// can have run, it does so after 1.5 s.
//
// # Secrecy
//
// All frames of an invocation are sealed between the key that the session announced and
// one that the bridge made for this invocation (nacl/box); the latter names the
// invocation in frames. Kind, number and the session's challenge are sealed with each
// frame, and kinds belong to one direction. So a frame of another session, invocation
// or piece is not opened, and one that is sent again changes nothing: a whole exchange
// that was recorded runs nothing, because its challenge is not the new one
// (TestForgedFrames, TestReplayedExchange, TestAttackers).
//
// Readable are presences, hellos and beats, and who talks to whom, when, and how much.
// The credentials of a function's role are sent only to a session that asks for them.
//
// Not prevented: who may publish to a stack's sessions, as its functions may, can offer
// an invocation of its own making. Who may publish presences, as its developers may, can
// take requests, also in another's name. Whoever may call the API chooses the developer.
//
// # Limits
//
// A connection carries 100 messages a second, both ways together; those above are lost.
// An invocation takes five or six. Both ends count, take on no new work at 65, and send
// no piece at 95: a developer who is asked more than some 15 times a second leaves the
// rest to the deployed code.
//
// Every bridge hears the beats of all sessions: ten a second of one that has an invocation,
// and one a second 2 s after it was claimed. So the bridges of a stack take on no new work
// while seven developers have young invocations that last, or 65 wait at breakpoints.
//
// 448 KB a second, of the 512 that a connection carries, make 6 MB that cannot be
// compressed take 14 s each way.
//
// # Assumed of AWS
//
// Not tried against AWS itself:
//
//   - IoT Core delivers messages within some ten milliseconds in a region; if it takes
//     longer than 300 ms from offer to claim, the deployed code answers everything.
//   - A frozen environment thaws with its clocks right; only that the wall clock is, is
//     needed. Its connection may be dead or alive: an invocation pings.
//   - The credentials in a function's environment are valid for as long as the
//     environment lives, as Lambda's documentation implies.
//   - The end of the bridge, by exit status or signal, is reported as that of any
//     bootstrap. There is a /bin/sh in provided.al2023, which dies of the signals that Go's
//     runtime would turn into an exit status.
//   - The limit of 100 messages is one of any second; a window is stricter than a bucket.
package live
