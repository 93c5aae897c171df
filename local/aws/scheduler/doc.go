// Package scheduler stands in for EventBridge Scheduler: it calls a schedule's
// target at the times of its expression, tries again as its retry policy says, and
// at once when a person asks for it.
//
// A [Scheduler] is made by [New] for life and follows what [Scheduler.Prepare]
// commits. It must not know what a target is: [Options] OnDue receives the input that
// the schedule's role would deliver. It has no API of its own: schedules are
// declared in the program.
//
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/what-is-scheduler.html
//
// # Differences
//
// From the real service:
//
//   - A run starts at its time, not within the minute that follows it
//     (TestRunsAtItsTimes). Of the runs that a machine slept through, one is made
//     up for (TestSleptThrough).
//   - The role is not assumed and its policies are not evaluated here
//     (TestDueHasTheRole).
//   - There are no flexible time windows, start and end dates, groups, dead-letter
//     queues, and no deletion after the last run (TestOneTimeScheduleStays).
//   - What a schedule did is forgotten when the process ends, so that a rate starts
//     again (TestRateStartsAtOnce).
//
// Assumed, because no evidence was found:
//
//   - Attempts are 1 s apart at first and then twice as long, up to 60 s
//     (TestAssumedBackoff). The service documents an exponential backoff without
//     its figures.
//   - A target without an input receives the event of an EventBridge rule's
//     schedule, with the source aws.scheduler and the detail "{}"
//     (TestAssumedDefaultInput).
//   - A schedule that changes starts like a new one, unless its expression, time
//     zone and state stay (TestReloadKeepsTheNextRun).
package scheduler
