// Package expression parses the schedule expressions of EventBridge Scheduler, cron(…),
// rate(…) and at(…) with a time zone, and computes when they are due.
//
// The program uses it to report what a deployment would refuse, and the local cloud to run
// schedules. It imports only the standard library, and does not depend on what a schedule
// invokes.
//
// It is not robfig/cron/v3, which has neither a year, nor L, W and #, nor rate and at, counts
// the days of the week from 0, and runs at times that a change to daylight saving time skips.
//
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
//
// # Differences
//
// From the real service:
//
//   - A rate is due an interval after the given time; the caller decides where it starts
//     (TestRate).
//
// Assumed, because no evidence was found; the stricter choice:
//
//   - Names of months and days are in capitals, fields are separated by one space, and a
//     range does not wrap around (TestAssumedSyntax).
//   - L and W stand alone in their field: no list, no LW and no L-3. An increment is at most
//     the highest value of its field (TestAssumedSyntax).
//   - The nearest weekday of nW is in the same month, and a month without an nth day or an
//     nth weekday is skipped (TestAssumedNearestWeekday).
//   - Of a time that a change to standard time repeats, the first counts
//     (TestAssumedRepeatedTimesRunFirst). A one-time schedule at a time that is skipped is
//     refused (TestAssumedSkippedOneTime).
package expression
