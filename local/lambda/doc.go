// Package lambda runs the functions of the stack on this machine, as AWS
// Lambda would run them.
//
// A function is the zip that is deployed, with a bootstrap for this machine.
// New unpacks it; Invoke hands an event, from any source, to a process that
// speaks the Lambda Runtime API over HTTP, and returns what the process
// answered:
//
//	Invoke ─> pool ─> process ⇄ GET  …/invocation/next
//	                          ⇄ POST …/invocation/{id}/response, …/error
//
// Each process runs one invocation at a time, in a process group of its own,
// with the environment Lambda gives it and nothing of the developer's. More
// processes start as concurrency needs them. What a process writes comes out
// as lines that carry the request they belong to, together with Lambda's own
// START, END and REPORT lines.
//
// Whatever a process does, the next request works. A crash, an exit, a signal,
// a hang, an answer that is too large: the caller gets Lambda's error for it,
// byte for byte (TestFailures, TestInitFailures, TestTimeoutEndsTheProcess),
// and requests that run beside it their own answers (TestNoCrossedAnswers).
// However much it writes, it has to wait and is not buffered (TestFloodWithoutEnd,
// TestFloodBesideTheAnswer, TestLogThatStandsStill).
//
// Reload replaces functions while they run: what was given to the old code ends
// with it, and everything later runs the new (TestReloadLetsInvocationsEnd,
// TestReloadUnderLoadFailsNothing).
//
// Close leaves no process and no file behind (TestCloseFailsWhatRuns,
// TestCloseWhileProcessesStart, TestStrayChildren, TestChildThatLeftItsGroup),
// nor does the death of this program, even by kill -9
// (TestNothingOutlivesItsParent). A shell stands by for that: it notices the
// end of a pipe, and kills and removes what is left. On Linux the kernel ends
// the processes as well, though not their children, should the shell be gone
// too (TestNoProcessOutlivesItsParentAndGuard).
//
// A handler finds here what it finds on Lambda: the environment's variables and
// none of the developer's (TestEnvironmentOfAProcess), its code read-only, as the
// working directory (TestUnpack, TestWorkingDirectoryIsTheTaskRoot), the deadline
// of its invocation (TestDeadlineIsTheTimeout, TestHandlerSeesItsDeadline), a
// trace id (TestTraceID), and no more memory than its function has
// (TestMemoryLimit).
//
// With a Debugger, a function's one process runs under Delve, has no time limit,
// and may take any memory (TestDebuggedFunction, TestCrashUnderDelve,
// TestEndUnderDelve).
//
// The package does not know where events come from or what answers mean: the
// payload formats of API Gateway belong to the gateway. It builds nothing and
// watches nothing. It runs on Linux and macOS, not on Windows. It has no
// extensions, layers, container images, response streaming, asynchronous
// invocation, versions or aliases.
//
// # Differences
//
// From the real service, known and meant:
//
//   - A process shares this machine: its file system, network, user, and /tmp,
//     which on Lambda is the process's own and holds 512 MB, while nothing else
//     can be written. The code is at LAMBDA_TASK_ROOT in a temporary folder, not
//     at /var/task, and is read-only for all but root (TestUnpack,
//     TestWorkingDirectoryIsTheTaskRoot).
//   - Code is built for this machine's processor and runs on it, whatever the
//     function's architecture: a handler that depends on the architecture is
//     tried out when it is deployed (TestBootstrapForAnotherMachine).
//   - Memory is checked ten times a second while a process works, on Linux
//     alone: what is given back in between goes unnoticed, as does what children
//     take (TestMemoryLimit). Lambda's kernel refuses at once.
//   - Under a debugger there are no limits of time and memory, and the variable
//     CGO_CFLAGS is Delve's (TestDebuggedFunction). A process that crashes is
//     noticed on Linux alone (TestCrashUnderDelve).
//   - AWS_LAMBDA_RUNTIME_API is host:port/token, where Lambda has host:port. A
//     runtime that appends its path, as aws-lambda-go does, does not notice;
//     other programs on this machine cannot guess it
//     (TestRuntimeAPIHasSecretPaths).
//   - GOMAXPROCS is set to the vCPUs that the function's memory pays for,
//     rounded up, unless the function sets it (TestEnvironmentOfAProcess,
//     TestVCPUs). Lambda shows two or more and withholds their time. Without
//     it an invocation costs a third more processor time here.
//   - The credentials are each process's own, and valid nowhere but at
//     AWS_ENDPOINT_URL, which Lambda does not set, and AWS_CONFIG_FILE and
//     AWS_SHARED_CREDENTIALS_FILE are empty files, so that no handler acts with
//     the developer's (TestEnvironmentOfAProcess, TestCaller). Not set are
//     LD_LIBRARY_PATH and the variables of X-Ray.
//   - A function that is delegated calls AWS itself. Its SDK asks for the credentials of
//     its invocation where containers' SDKs do, in place of variables
//     (TestDelegatedFunction).
//   - An invocation with a deadline that is over before a process has it is not run
//     (TestInvocationWhoseTimeIsOver).
//   - A request may wait for a process that is busy, where Lambda would start
//     another. Two processes for each core work at once, and start as requests
//     wait for 1 ms or more. Twice as many may work each time that the
//     queue has not moved for 5 ms, because the handlers block, or its head has
//     waited for 100 ms; one starts every 5 ms; and half as many a second later
//     (TestBlockingHandlersGetTheirOwnProcesses, TestOneCallerNeedsOneProcess,
//     TestBusyProcessesAreFew).
//     A function has at most 100 processes; then requests wait, where Lambda
//     throttles (TestProcessLimit). The wait does not count as run time.
//   - A process ends after a minute without work; Lambda does not say when
//     (TestIdleProcessesEnd). It is killed; Lambda freezes it between
//     invocations, here it runs on.
//   - A process that crashes or hangs in its init phase fails one request at
//     once. Lambda runs the init phase once more first, with the function's
//     own time limit (TestInitFailures).
//   - Processes get no SIGTERM. The Extensions, Logs and Telemetry APIs answer
//     404, so that aws-lambda-go's WithEnableSIGTERM only logs a warning
//     (TestNoExtensions).
//   - A response is read to its end before its caller has it, also one that
//     asks to be streamed, and is limited to 6,291,556 bytes
//     (TestLargestResponse, TestFailures).
//   - Lines are text even where the function's log format is JSON, for which
//     Lambda makes its own lines JSON and filters them by level.
//     INIT_START is left out (TestLogOfAnInvocation).
//   - Children that a process starts end with its process group
//     (TestStrayChildren). One that left the group lives until Close, where
//     Lambda ends it with the environment. It is found by its own environment
//     in /proc (TestChildThatLeftItsGroup): on macOS, which has no /proc, and
//     if it cleared its environment, it lives on.
//
// Assumed, for want of evidence:
//
//   - A caller's context that ends does not stop the function
//     (TestCallerThatGoesAway).
//   - A request of exactly 6 MB is accepted, one byte more is not
//     (TestRequestOfSixMegabytes, TestInvokeRefuses).
//   - A request without a byte is the event {} (TestEmptyEvent). One that is
//     not JSON in UTF-8 is refused, without the parser's words that Lambda adds
//     (TestInvokeRefuses).
//   - A process that answers and never asks for the next event ends with the
//     invocation's time limit, which is a failure in the log alone
//     (TestAnswerWithoutNext).
//   - A process that ends between two requests fails nothing
//     (TestKilledWhileIdle).
//   - A runtime that speaks out of turn gets 400 for a wrong request id and
//     403 for a wrong state, with texts like those of AWS's own emulator of
//     the Runtime API (TestRuntimeSpeaksOutOfTurn).
//   - A process that took too much memory fails its caller with the type that
//     the REPORT line has on Lambda, Runtime.OutOfMemory (TestMemoryLimit).
//   - An error body that is not in Lambda's format passes through, with the
//     type of the header or Runtime.Unknown (TestPostedError).
//   - An event handed to a connection that closes in the same moment is given
//     again (TestRuntimeThatReconnects).
package lambda
