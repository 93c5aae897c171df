// Package lambda runs the functions of the stack on this machine, as AWS Lambda would run
// them.
//
// A function is the deployed zip, with a bootstrap for this machine. Prepare unpacks it. Invoke
// passes an event, from any source, to a process that uses the Lambda Runtime API over HTTP,
// and returns the process's answer:
//
//	Invoke ─> pool ─> process ⇄ GET  …/invocation/next
//	                          ⇄ POST …/invocation/{id}/response, …/error
//
// Each process runs one invocation at a time, in its own process group, with Lambda's
// environment and nothing of the developer's. More processes start as concurrency requires. A
// process's output is emitted as lines that carry the request they belong to, together with
// Lambda's own START, END and REPORT lines.
//
// Whatever a process does, the next request works. After a crash, an exit, a signal, a hang,
// or an answer that is too large, the caller gets Lambda's error for it, byte for byte
// (TestFailures, TestInitFailures, TestTimeoutEndsTheProcess), and concurrent requests get
// their own answers (TestNoCrossedAnswers). Output of any size blocks the process and is not
// buffered (TestFloodWithoutEnd, TestFloodBesideTheAnswer, TestIdleLog).
//
// Prepare replaces functions while they run: invocations given to the old code end with it,
// and all later ones run the new (TestReloadLetsInvocationsEnd,
// TestReloadUnderLoadFailsNothing).
//
// Close leaves no process and no file behind (TestCloseFailsWhatRuns,
// TestCloseWhileProcessesStart, TestStrayChildren, TestChildThatLeftItsGroup), nor does the
// death of this program, even by kill -9 (TestNothingOutlivesItsParent). A shell is on guard
// for that: it detects the end of a pipe, and kills and removes what is left. On Linux the
// kernel also ends the processes, though not their children, if the shell is gone, too
// (TestNoProcessOutlivesItsParentAndGuard).
//
// A handler has the same environment as on Lambda: its variables and none of the developer's
// (TestEnvironmentOfAProcess), its code read-only, as the working directory (TestUnpack,
// TestWorkingDirectoryIsTheTaskRoot), the deadline of its invocation
// (TestDeadlineIsTheTimeout, TestHandlerSeesItsDeadline), a trace ID (TestTraceID), and no
// more memory than its function has (TestMemoryLimit).
//
// With a Debugger, a function's one process runs under Delve, has no time limit, and may use
// any amount of memory (TestDebuggedFunction, TestCrashUnderDelve, TestEndUnderDelve).
//
// The package does not depend on where events come from or what answers mean: the payload
// formats of API Gateway belong to the gateway. It builds nothing and watches nothing. It
// runs on Linux and macOS, not on Windows. It has no extensions, layers, container images,
// response streaming, asynchronous invocation, versions or aliases.
//
// # Differences
//
// From the real service, known and intended:
//
//   - A process shares this machine: its file system, network, user, and /tmp, which on
//     Lambda is the process's own and holds 512 MB, while nothing else can be written. The
//     code is at LAMBDA_TASK_ROOT in a temporary folder, not at /var/task, and is read-only
//     for all users except root (TestUnpack, TestWorkingDirectoryIsTheTaskRoot).
//   - Code is built for this machine's processor and runs on it, whatever the function's
//     architecture: a handler that depends on the architecture is first tested when it is
//     deployed (TestBootstrapForAnotherMachine).
//   - Memory is checked ten times a second while a process works, only on Linux: what is
//     released in between goes unnoticed, as does what children use (TestMemoryLimit).
//     Lambda's kernel refuses immediately.
//   - Under a debugger there are no limits of time and memory, and the variable CGO_CFLAGS is
//     Delve's (TestDebuggedFunction). A process that crashes is detected only on Linux
//     (TestCrashUnderDelve).
//   - AWS_LAMBDA_RUNTIME_API is host:port/token, where Lambda has host:port. A runtime that
//     appends its path, as aws-lambda-go does, works unchanged; other programs on this
//     machine cannot guess it (TestRuntimeAPIHasSecretPaths).
//   - GOMAXPROCS is set to the vCPUs that the function's memory pays for, rounded up, unless
//     the function sets it (TestEnvironmentOfAProcess, TestVCPUs). Lambda shows two or more
//     and withholds their time. Without it an invocation costs a third more processor time
//     here.
//   - Each process has its own credentials, valid only at AWS_ENDPOINT_URL, which Lambda does
//     not set, and AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE are empty files, so that
//     no handler uses the developer's (TestEnvironmentOfAProcess, TestCaller).
//     LD_LIBRARY_PATH and the variables of X-Ray are not set.
//   - A delegated function calls AWS itself. Its SDK gets the credentials of its invocation
//     from the containers' endpoint instead of variables (TestDelegatedFunction).
//   - An invocation whose deadline passes before a process has it is not run
//     (TestInvocationAfterItsDeadline).
//   - A request may wait for a process that is busy, where Lambda would start another. Two
//     processes for each core work concurrently, and start as requests wait for 1 ms or more.
//     Twice as many may work each time that the queue has not moved for 5 ms, because the
//     handlers block, or its head has waited for 100 ms; one starts every 5 ms; and half as
//     many a second later (TestBlockingHandlersGetTheirOwnProcesses,
//     TestOneCallerNeedsOneProcess, TestBusyProcessesAreFew). A function has at most 100
//     processes; then requests wait, where Lambda throttles (TestProcessLimit). The wait does
//     not count as run time.
//   - A process ends after a minute without work; Lambda does not say when
//     (TestIdleProcessesEnd). It is killed; Lambda freezes it between invocations, here it
//     keeps running.
//   - A process that crashes or hangs in its init phase immediately fails one request. Lambda
//     runs the init phase once more first, with the function's own time limit
//     (TestInitFailures).
//   - Processes get no SIGTERM. The Extensions, Logs and Telemetry APIs answer 404, so that
//     aws-lambda-go's WithEnableSIGTERM only logs a warning (TestNoExtensions).
//   - A response is read to its end before its caller has it, even a streamed one, and is
//     limited to 6,291,556 bytes (TestLargestResponse, TestFailures).
//   - Lines are text even if the function's log format is JSON, for which Lambda makes its
//     own lines JSON and filters them by level. INIT_START is omitted
//     (TestLogOfAnInvocation).
//   - Children that a process starts end with its process group (TestStrayChildren). One that
//     left the group lives until Close, where Lambda ends it with the environment. It is
//     found by its own environment in /proc (TestChildThatLeftItsGroup): on macOS, which has
//     no /proc, and if it cleared its environment, it lives on.
//
// Assumed, because no evidence was found:
//
//   - A caller's context that ends does not stop the function (TestCallerThatGoesAway).
//   - A request of exactly 6 MB is accepted, one byte more is not (TestRequestOfSixMegabytes,
//     TestInvokeRefuses).
//   - An empty request is the event {} (TestEmptyEvent). One that is not JSON in UTF-8 is
//     refused, without the parser's words that Lambda adds (TestInvokeRefuses).
//   - A process that answers and never asks for the next event ends with the invocation's
//     time limit, which is a failure only in the log (TestAnswerWithoutNext).
//   - A process that ends between two requests fails nothing (TestKilledWhileIdle).
//   - A runtime that breaks the protocol gets 400 for a wrong request ID and 403 for a wrong
//     state, with texts like those of AWS's own emulator of the Runtime API
//     (TestRuntimeSpeaksOutOfTurn).
//   - A process that used too much memory fails its caller with the type that the REPORT line
//     has on Lambda, Runtime.OutOfMemory (TestMemoryLimit).
//   - An error body that is not in Lambda's format passes through, with the type of the
//     header or Runtime.Unknown (TestPostedError).
//   - An event handed to a connection that closes in the same moment is delivered again
//     (TestRuntimeThatReconnects).
package lambda
