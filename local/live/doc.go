// Package live runs a developer's session, which answers invocations of a deployed stack on
// this machine. The stack's functions are deployed with a bridge (package bridge). Both ends
// connect to AWS IoT Core (package mqtt) and speak the protocol of package wire.
//
//	Lambda ⇄ bridge ⇄ handler            the deployed code
//	            │
//	            ╰─ AWS IoT Core ─ Session ⇄ Config.Run     this machine
//
// # Presence
//
// A session announces itself on live/PROJECT/STACK/dev/NAME when it connects, every minute,
// and to defend its name against another session. A session owns a name once nobody has
// objected for 300 ms. Its last will, on the same topic, withdraws the presence. Nothing is
// retained, so a bridge sends a hello to all sessions when it connects, and they answer. A
// bridge's list of sessions is only a hint: a claim proves that a session is there.
//
// A request goes to the developer named in its x-live header, or to the one who selected its
// token's subject, its route, or its handler, in this order. The deployed code answers all
// others without waiting.
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
// Either side may end an invocation. The session declines one that it has not begun to run or
// has no handler for, and the deployed code answers. The bridge cancels one whose answer is
// no longer needed.
//
// Nothing runs twice, and nothing is answered twice (TestExchangeUnderFaults). Until the
// session may have received the whole run, the deployed code may answer. After that only the
// session may: if it is silent for 5 s, has been withdrawn for 2 s, or 100 ms of the
// function's time are left, the request fails as if the function had timed out, and the
// function's log gives the reason. GET and HEAD requests may run twice: the deployed code
// answers them after 400 ms of silence. With a debugger it is 3 s once 1.5 s have passed
// since the claim: a request may stand at a breakpoint for minutes, in which no beat may be
// missed. While pieces of a long run remain to be sent, the deployed code answers 480 ms after the
// request if the session has been silent since its claim, and otherwise after 1.5 s of
// silence (TestNetworkIsCut).
//
// # Secrecy
//
// All frames of an invocation are sealed (nacl/box) between the key that the session
// announced and a key that the bridge made for this invocation. The bridge's public key
// identifies the invocation in frames. Each frame's kind, number and challenge are sealed
// with it, and each kind belongs to one direction. A frame of another session, invocation or
// piece therefore does not open, and a repeated frame changes nothing. A recorded exchange
// that is replayed runs nothing, because the session makes a new challenge (TestForgedFrames,
// TestReplayedExchange, TestAttackers).
//
// Presences, hellos and beats are not sealed, and subscribers can see who talks to whom,
// when, and how much. The credentials of a function's role are sent only to a session that
// asks for them.
//
// Not prevented: a principal that may publish to a stack's sessions, as its functions may,
// can offer invocations of its own. One that may publish presences, as its developers may,
// can take requests, even in another's name. Any caller of the API chooses the developer.
//
// # Limits
//
// A connection carries 100 messages a second in both directions together; the broker discards
// the rest. An invocation takes five or six. Both ends count messages, accept no new work at
// 65, and send no piece at 95. If a developer gets more than about 15 requests a second, the
// deployed code answers the rest.
//
// Every bridge receives the beats of all sessions: ten a second from a session with an
// invocation, and one a second from 2 s after its claim, except for a GET or HEAD request
// without a debugger. A stack's bridges therefore accept no new work while seven developers
// have such requests or invocations younger than 2 s, or 65 are stopped at breakpoints.
//
// At 448 KB a second, of the 512 KB that a connection carries, 6 MB that cannot be compressed
// take 14 s each way.
//
// # Assumptions about AWS
//
// Not verified against AWS itself:
//
//   - IoT Core delivers messages within some ten milliseconds in a region. If offer to claim
//     takes longer than 300 ms, the deployed code answers everything.
//   - A frozen environment thaws with correct clocks; only the wall clock needs to be
//     correct. Its connection may be dead or alive, so an invocation pings.
//   - The credentials in a function's environment are valid for as long as the environment
//     lives, as Lambda's documentation implies.
//   - The bridge's exit status or signal is reported as any bootstrap's is. provided.al2023
//     has a /bin/sh, which dies of the signals that Go's runtime would turn into an exit
//     status.
//   - The limit of 100 messages applies to any second: a sliding window is stricter than a
//     token bucket.
package live
