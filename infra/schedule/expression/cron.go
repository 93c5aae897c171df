package expression

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// cron is due at each minute whose date and time all fields match.
type cron struct {
	minute, hour, month, year set
	dayOfMonth                set // of numbers; empty: see lastDay, nearest and dayOfWeek
	dayOfWeek                 set // of numbers, Sunday is 1

	lastDay     bool // L: the last day of the month
	nearest     int  // nW: the weekday nearest to the nth; 0 if not given
	lastWeekday int  // nL: the last weekday n of the month; 0 if not given
	nthWeekday  int  // n#nth: the weekday, with
	nth         int  // its place in the month; 0 if not given
}

// A set of the values that a field matches.
type set map[int]bool

// A field of a cron expression, with the values that AWS documents.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
type field struct {
	name     string
	min, max int
	names    string // of the values from min on, separated by spaces
}

var (
	minuteField     = field{name: "minute", min: 0, max: 59}
	hourField       = field{name: "hour", min: 0, max: 23}
	dayOfMonthField = field{name: "day of the month", min: 1, max: 31}
	monthField      = field{name: "month", min: 1, max: 12, names: "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"}
	dayOfWeekField  = field{name: "day of the week", min: 1, max: 7, names: "SUN MON TUE WED THU FRI SAT"}
	yearField       = field{name: "year", min: 1970, max: 2199}
)

func parseCron(body string) (schedule, error) {
	fields := strings.Split(body, " ")
	if len(fields) != 6 {
		return nil, fmt.Errorf("expected six fields separated by one space (minute, hour, day of the month, month, day of the week, year), got %d", len(fields))
	}
	if (fields[2] == "?") == (fields[4] == "?") {
		return nil, errors.New("expected ? as the day of the month or as the day of the week, and not as both: write ? for the one that does not matter")
	}
	c := &cron{}
	return c, errors.Join(
		minuteField.parse(fields[0], &c.minute),
		hourField.parse(fields[1], &c.hour),
		c.parseDayOfMonth(fields[2]),
		monthField.parse(fields[3], &c.month),
		c.parseDayOfWeek(fields[4]),
		yearField.parse(fields[5], &c.year),
	)
}

func (c *cron) parseDayOfMonth(text string) error {
	if text == "?" {
		return nil
	}
	if text == "L" {
		c.lastDay = true
		return nil
	}
	if day, found := strings.CutSuffix(text, "W"); found {
		var err error
		c.nearest, err = dayOfMonthField.value(day)
		return err
	}
	return dayOfMonthField.parse(text, &c.dayOfMonth)
}

func (c *cron) parseDayOfWeek(text string) (err error) {
	if text == "?" {
		return nil
	}
	if text == "L" { // the last day of the week
		c.dayOfWeek = set{dayOfWeekField.max: true}
		return nil
	}
	if day, found := strings.CutSuffix(text, "L"); found {
		c.lastWeekday, err = dayOfWeekField.value(day)
		return err
	}
	if day, nth, found := strings.Cut(text, "#"); found {
		if c.nthWeekday, err = dayOfWeekField.value(day); err != nil {
			return err
		}
		if c.nth, err = parseNumber(nth); err != nil || c.nth < 1 || c.nth > 5 {
			return fmt.Errorf("%s: expected a number from 1 to 5 after #, got %q", dayOfWeekField.name, nth)
		}
		return nil
	}
	return dayOfWeekField.parse(text, &c.dayOfWeek)
}

// parse reads a list of values, ranges and increments into a set.
func (f field) parse(text string, into *set) error {
	*into = set{}
	for item := range strings.SplitSeq(text, ",") {
		if err := f.parseItem(item, *into); err != nil {
			return err
		}
	}
	return nil
}

func (f field) parseItem(item string, into set) error {
	span, increment, hasIncrement := strings.Cut(item, "/")
	step := 1
	if hasIncrement {
		var err error
		if step, err = parseNumber(increment); err != nil || step < 1 || step > f.max {
			return fmt.Errorf("%s: expected an increment from 1 to %d, got %q", f.name, f.max, increment)
		}
	}
	from, to, err := f.span(span, hasIncrement)
	if err != nil {
		return err
	}
	for value := from; value <= to; value += step {
		into[value] = true
	}
	return nil
}

// span reads *, a value or a range. A value that has an increment starts a range.
func (f field) span(text string, open bool) (from, to int, err error) {
	if text == "*" {
		return f.min, f.max, nil
	}
	first, last, isRange := strings.Cut(text, "-")
	if from, err = f.value(first); err != nil {
		return 0, 0, err
	}
	switch {
	case isRange:
		to, err = f.value(last)
	case open:
		to = f.max
	default:
		to = from
	}
	if err == nil && from > to {
		err = fmt.Errorf("%s: expected a range that ascends, got %q", f.name, text)
	}
	return from, to, err
}

func (f field) value(text string) (int, error) {
	if f.names != "" {
		for i, name := range strings.Fields(f.names) {
			if name == text {
				return f.min + i, nil
			}
		}
	}
	value, err := parseNumber(text)
	if err != nil || value < f.min || value > f.max {
		return 0, fmt.Errorf("%s: expected a value from %d to %d, got %q", f.name, f.min, f.max, text)
	}
	return value, nil
}

// next tries the wall clock's minutes in order. The first times at which clocks show them are
// in the same order.
func (c *cron) next(after time.Time, zone *time.Location) time.Time {
	local := after.In(zone)
	for year := max(local.Year(), yearField.min); year <= yearField.max; year++ {
		if !c.year[year] {
			continue
		}
		for month := time.January; month <= time.December; month++ {
			if at := c.nextInMonth(local, year, month); !at.IsZero() {
				return at
			}
		}
	}
	return time.Time{}
}

func (c *cron) nextInMonth(after time.Time, year int, month time.Month) time.Time {
	if !c.month[int(month)] {
		return time.Time{}
	}
	today := time.Date(after.Year(), after.Month(), after.Day(), 0, 0, 0, 0, time.UTC)
	for day := time.Date(year, month, 1, 0, 0, 0, 0, time.UTC); day.Month() == month; day = day.AddDate(0, 0, 1) {
		if day.Before(today) || !c.matchesDay(day) {
			continue
		}
		if at := c.nextInDay(after, day); !at.IsZero() {
			return at
		}
	}
	return time.Time{}
}

func (c *cron) nextInDay(after, day time.Time) time.Time {
	for minute := range 24 * 60 {
		if !c.hour[minute/60] || !c.minute[minute%60] {
			continue
		}
		at, exists := firstAt(day.Add(time.Duration(minute)*time.Minute), after.Location())
		if exists && at.After(after) {
			return at
		}
	}
	return time.Time{}
}

func (c *cron) matchesDay(day time.Time) bool {
	last := time.Date(day.Year(), day.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	weekday := int(day.Weekday()) + 1
	switch {
	case c.lastDay:
		return day.Day() == last
	case c.nearest != 0:
		return day.Day() == nearestWeekday(day, c.nearest, last)
	case c.lastWeekday != 0:
		return weekday == c.lastWeekday && day.Day() > last-7
	case c.nth != 0:
		return weekday == c.nthWeekday && (day.Day()-1)/7+1 == c.nth
	case c.dayOfMonth != nil:
		return c.dayOfMonth[day.Day()]
	}
	return c.dayOfWeek[weekday]
}

// nearestWeekday returns the day from Monday to Friday nearest to the nth of a month, within
// the month; 0 if the month has no nth day.
func nearestWeekday(month time.Time, nth, last int) int {
	if nth > last {
		return 0
	}
	switch time.Date(month.Year(), month.Month(), nth, 0, 0, 0, 0, time.UTC).Weekday() {
	case time.Saturday:
		if nth == 1 {
			return 3
		}
		return nth - 1
	case time.Sunday:
		if nth == last {
			return nth - 2
		}
		return nth + 1
	}
	return nth
}
