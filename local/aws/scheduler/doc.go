// Package scheduler simulates EventBridge Scheduler: it calls a schedule's target at the
// times of its expression, retries according to its retry policy, and runs a schedule
// immediately on request.
//
// [New] makes a [Scheduler], which follows what [Scheduler.Prepare] commits. It does not
// depend on the kind of target: [Options] OnDue receives the input that the schedule's role
// would deliver. It has no API: schedules are declared in the program.
//
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/what-is-scheduler.html
//
// # Differences
//
// From the real service:
//
//   - A run starts at its time, not within the following minute (TestRunsAtItsTimes). Of the
//     runs that a machine slept through, one is made up for (TestSleptThrough).
//   - The role is not assumed and its policies are not evaluated here (TestDueHasTheRole).
//   - There are no flexible time windows, start and end dates, groups, dead-letter queues,
//     and no deletion after the last run (TestOneTimeScheduleStays).
//   - A schedule's history is lost when the process ends, so that a rate starts again
//     (TestRateStartsAtOnce).
//
// Assumed, because no evidence was found:
//
//   - Attempts are 1 s apart at first and then twice as long, up to 60 s
//     (TestAssumedBackoff). The service documents an exponential backoff without figures.
//   - A target without an input receives the event of an EventBridge rule's schedule, with
//     the source aws.scheduler and the detail "{}" (TestAssumedDefaultInput).
//   - A changed schedule starts like a new one, unless its expression, time zone and state
//     stay the same (TestReloadKeepsTheNextRun).
package scheduler
