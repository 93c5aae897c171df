package expression

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// An Expression is a schedule expression in its time zone. It is immutable.
type Expression struct {
	schedule schedule
	zone     *time.Location
}

// A schedule is one of cron, rate and once.
type schedule interface {
	next(after time.Time, zone *time.Location) time.Time
}

// Parse reads an expression, such as "cron(0 6 * * ? *)", "rate(5 minutes)" or
// "at(2026-12-24T18:00:00)". The zone is a name of the IANA database, such as
// "Europe/Berlin"; empty means UTC. An error names the part at fault and what is
// expected there.
func Parse(text, zone string) (*Expression, error) {
	location, err := loadZone(zone)
	if err != nil {
		return nil, err
	}
	kind, rest, found := strings.Cut(text, "(")
	body, closed := strings.CutSuffix(rest, ")")
	if !found || !closed {
		return nil, fmt.Errorf("expected cron(…), rate(…) or at(…), got %q", text)
	}
	s, err := parseKind(kind, body, location)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", text, err)
	}
	return &Expression{schedule: s, zone: location}, nil
}

func parseKind(kind, body string, zone *time.Location) (schedule, error) {
	switch kind {
	case "cron":
		return parseCron(body)
	case "rate":
		return parseRate(body)
	case "at":
		return parseOnce(body, zone)
	}
	return nil, fmt.Errorf("expected cron, rate or at, got %q", kind)
}

// Next returns the first time after the given one at which the schedule is due, in the
// schedule's time zone, or the zero time if there is none. A rate is due its interval after
// the given time, so the caller passes the time of the previous run.
//
// A cron expression's time is skipped if a change to daylight saving time skips it, and is
// due once if a change to standard time repeats it. A rate counts days of 24 hours.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time
func (e *Expression) Next(after time.Time) time.Time {
	return e.schedule.next(after, e.zone)
}

// Interval returns how long after a run the next is due, if the expression is a rate.
func (e *Expression) Interval() (interval time.Duration, isRate bool) {
	r, isRate := e.schedule.(rate)
	return time.Duration(r), isRate
}

func loadZone(name string) (*time.Location, error) {
	if name == "Local" {
		return nil, errors.New(`expected a time zone such as "Europe/Berlin", got "Local"`)
	}
	location, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf(`expected a time zone such as "Europe/Berlin", got %q: %w`, name, err)
	}
	return location, nil
}

// A rate is due at a fixed interval.
type rate time.Duration

func (r rate) next(after time.Time, zone *time.Location) time.Time {
	return after.Add(time.Duration(r)).In(zone)
}

// units of a rate.
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html#scheduler-CreateSchedule-request-ScheduleExpression
var units = map[string]time.Duration{
	"minute": time.Minute, "minutes": time.Minute,
	"hour": time.Hour, "hours": time.Hour,
	"day": 24 * time.Hour, "days": 24 * time.Hour,
}

func parseRate(body string) (schedule, error) {
	count, unit, _ := strings.Cut(body, " ")
	duration, known := units[unit]
	if !known {
		return nil, fmt.Errorf("expected minutes, hours or days after the number, got %q", unit)
	}
	n, err := parseNumber(count)
	if err != nil || n == 0 {
		return nil, fmt.Errorf("expected a positive whole number, got %q", count)
	}
	if n > maxRateDays*int(24*time.Hour/duration) {
		return nil, fmt.Errorf("expected a rate of at most %d days, got %s %s", maxRateDays, count, unit)
	}
	return rate(time.Duration(n) * duration), nil
}

// maxRateDays keeps an interval within a time.Duration; AWS documents no limit.
const maxRateDays = 36500

// once is due at one time. It is a wall clock time, as time.Time in its zone.
type once time.Time

func (o once) next(after time.Time, zone *time.Location) time.Time {
	if at := time.Time(o); at.After(after) {
		return at.In(zone)
	}
	return time.Time{}
}

func parseOnce(body string, zone *time.Location) (schedule, error) {
	const layout = "2006-01-02T15:04:05"
	wall, err := time.Parse(layout, body)
	if err != nil || wall.Format(layout) != body {
		return nil, fmt.Errorf("expected a time such as 2026-12-24T18:00:00, got %q", body)
	}
	at, exists := firstAt(wall, zone)
	if !exists {
		return nil, fmt.Errorf("%s does not exist in %s: the change to daylight saving time skips it", body, zone)
	}
	return once(at), nil
}

// firstAt returns the first time at which the clocks of a zone show the time that wall has in
// UTC, and whether they ever do.
func firstAt(wall time.Time, zone *time.Location) (at time.Time, exists bool) {
	year, month, day := wall.Date()
	hour, minute, second := wall.Clock()
	at = time.Date(year, month, day, hour, minute, second, 0, zone)
	if !shows(at, wall) {
		return time.Time{}, false
	}
	start, _ := at.ZoneBounds()
	if start.IsZero() {
		return at, true
	}
	_, before := start.Add(-time.Second).Zone()
	_, now := at.Zone()
	if earlier := at.Add(time.Duration(now-before) * time.Second); earlier.Before(at) && shows(earlier, wall) {
		return earlier, true
	}
	return at, true
}

func shows(at, wall time.Time) bool {
	return at.Format(time.DateTime) == wall.Format(time.DateTime)
}

// parseNumber parses digits only, at most nine of them.
func parseNumber(text string) (int, error) {
	if text == "" || len(text) > 9 || strings.Trim(text, "0123456789") != "" {
		return 0, fmt.Errorf("expected a whole number, got %q", text)
	}
	return strconv.Atoi(text)
}
