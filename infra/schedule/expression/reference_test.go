package expression

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestCronAgainstTheClock compares random expressions with a reference that checks each
// minute in turn, in zones that change their clocks by an hour and by half an hour.
func TestCronAgainstTheClock(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	zones := []string{"", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu"}
	found := 0
	for range 1500 {
		zone := zones[random.IntN(len(zones))]
		text := randomCron(random)
		after := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(random.Int64N(int64(365 * 24 * time.Hour))))
		if random.IntN(2) == 0 { // near a change
			after = time.Date(2026, []time.Month{3, 3, 4, 10, 10, 11}[random.IntN(6)], []int{29, 8, 4, 25, 4, 1}[random.IntN(6)], 0, 0, 0, 0, time.UTC).
				Add(-time.Duration(random.IntN(36*60)) * time.Minute)
		}
		e := parse(t, text, zone)
		const days = 2
		want := minuteByMinute(text, e.zone, after, days)
		got := e.Next(after)
		if got.Sub(after) > days*24*time.Hour {
			got = time.Time{}
		}
		if !got.Equal(want) {
			t.Fatalf("%s in %q after %s: expected %s, got %s", text, zone, after, want, got)
		}
		if !want.IsZero() {
			found++
		}
	}
	if found < 250 {
		t.Errorf("only %d of the expressions were due: expected enough to compare", found)
	}
}

// minuteByMinute is the slow reference. It parses the expression independently.
func minuteByMinute(text string, zone *time.Location, after time.Time, days int) time.Time {
	fields := strings.Fields(strings.TrimSuffix(strings.TrimPrefix(text, "cron("), ")"))
	shown := map[int64]bool{} // seconds of the wall clock
	for at := after.Truncate(time.Minute).Add(-3 * time.Hour); at.Before(after.AddDate(0, 0, days)); at = at.Add(time.Minute) {
		local := at.In(zone)
		_, offset := local.Zone()
		wall := local.Unix() + int64(offset)
		if shown[wall] {
			continue
		}
		shown[wall] = true
		if at.After(after) && referenceMatches(fields, local) {
			return at
		}
	}
	return time.Time{}
}

func referenceMatches(fields []string, at time.Time) bool {
	return referenceField(fields[5], at.Year(), 1970, 2199) &&
		referenceField(fields[3], int(at.Month()), 1, 12) &&
		referenceDay(fields[2], at) &&
		referenceWeekday(fields[4], at) &&
		referenceField(fields[1], at.Hour(), 0, 23) &&
		referenceField(fields[0], at.Minute(), 0, 59)
}

func referenceField(text string, value, low, high int) bool {
	for _, item := range strings.Split(text, ",") {
		step := 1
		if before, after, found := strings.Cut(item, "/"); found {
			item = before
			step, _ = strconv.Atoi(after)
			if !strings.ContainsAny(item, "-*") {
				item += "-" + strconv.Itoa(high)
			}
		}
		from, to := low, high
		if item != "*" {
			first, last, isRange := strings.Cut(item, "-")
			from, _ = strconv.Atoi(first)
			if to = from; isRange {
				to, _ = strconv.Atoi(last)
			}
		}
		for v := from; v <= to; v += step {
			if v == value {
				return true
			}
		}
	}
	return false
}

func referenceDay(text string, at time.Time) bool {
	switch {
	case text == "?":
		return true
	case text == "L":
		return at.AddDate(0, 0, 1).Day() == 1
	case strings.HasSuffix(text, "W"):
		nth, _ := strconv.Atoi(strings.TrimSuffix(text, "W"))
		return referenceNearest(at, nth)
	}
	return referenceField(text, at.Day(), 1, 31)
}

// referenceNearest tries the days around the nth day, nearest first.
func referenceNearest(at time.Time, nth int) bool {
	month := time.Date(at.Year(), at.Month(), 1, 12, 0, 0, 0, time.UTC)
	target := month.AddDate(0, 0, nth-1)
	if target.Month() != month.Month() {
		return false
	}
	for _, distance := range []int{0, -1, 1, -2, 2} {
		day := target.AddDate(0, 0, distance)
		if day.Month() == month.Month() && day.Weekday() != time.Saturday && day.Weekday() != time.Sunday {
			return day.Day() == at.Day()
		}
	}
	return false
}

func referenceWeekday(text string, at time.Time) bool {
	weekday := int(at.Weekday()) + 1
	switch {
	case text == "?":
		return true
	case text == "L":
		return weekday == 7
	case strings.HasSuffix(text, "L"):
		return strings.TrimSuffix(text, "L") == strconv.Itoa(weekday) && at.AddDate(0, 0, 7).Month() != at.Month()
	case strings.Contains(text, "#"):
		day, nth, _ := strings.Cut(text, "#")
		place := 1
		for d := at.AddDate(0, 0, -7); d.Month() == at.Month(); d = d.AddDate(0, 0, -7) {
			place++
		}
		return day == strconv.Itoa(weekday) && nth == strconv.Itoa(place)
	}
	return referenceField(text, weekday, 1, 7)
}

func randomCron(random *rand.Rand) string {
	day, weekday := randomField(random, 1, 31), "?"
	switch random.IntN(8) {
	case 0:
		day = "L"
	case 1:
		day = fmt.Sprintf("%dW", 1+random.IntN(31))
	case 2:
		day, weekday = "?", fmt.Sprintf("%dL", 1+random.IntN(7))
	case 3:
		day, weekday = "?", fmt.Sprintf("%d#%d", 1+random.IntN(7), 1+random.IntN(5))
	case 4:
		day, weekday = "?", "L"
	case 5:
		day, weekday = "?", randomField(random, 1, 7)
	}
	return fmt.Sprintf("cron(%s %s %s %s %s %s)", randomField(random, 0, 59), randomField(random, 0, 23), day,
		randomField(random, 1, 12), weekday, []string{"*", "2026", "2025-2027", "2026/3"}[random.IntN(4)])
}

func randomField(random *rand.Rand, low, high int) string {
	value := func() int { return low + random.IntN(high-low+1) }
	switch random.IntN(9) {
	case 0, 1, 2, 7:
		return "*"
	case 6:
		return strconv.Itoa(value())
	case 3:
		return fmt.Sprintf("%d/%d", value(), 1+random.IntN(high))
	case 4:
		return fmt.Sprintf("%d,%d", value(), value())
	case 5:
		return fmt.Sprintf("*/%d", 1+random.IntN(high))
	}
	first, last := value(), value()
	return fmt.Sprintf("%d-%d/%d", min(first, last), max(first, last), 1+random.IntN(4))
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"cron(0/5 8-17 ? * MON-FRI *)", "cron(0 0 15W * ? *)", "cron(0 0 ? * 2#1 2026)", "rate(5 minutes)", "at(2026-12-24T18:00:00)", "cron(((("} {
		f.Add(seed, "Europe/Berlin")
	}
	f.Fuzz(func(t *testing.T, text, zone string) {
		e, err := Parse(text, zone)
		if err != nil {
			return
		}
		after := time.Date(2026, 3, 28, 12, 0, 0, 0, time.UTC)
		for range 3 {
			next := e.Next(after)
			if next.IsZero() {
				return
			}
			if !next.After(after) {
				t.Fatalf("%q in %q: %s does not follow %s", text, zone, next, after)
			}
			after = next
		}
	})
}
