package expression

import (
	"strings"
	"testing"
	"time"
)

func parse(t testing.TB, text, zone string) *Expression {
	t.Helper()
	e, err := Parse(text, zone)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func instant(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// wants checks the runs after a time, written with their offsets; "" means none.
func wants(t *testing.T, text, zone, after string, want ...string) {
	t.Helper()
	e, at := parse(t, text, zone), instant(t, after)
	for _, next := range want {
		at = e.Next(at)
		got := ""
		if !at.IsZero() {
			got = at.Format(time.RFC3339)
		}
		if got != next {
			t.Errorf("%s in %q after %s: expected %q, got %q", text, zone, after, next, got)
			return
		}
	}
}

func TestCron(t *testing.T) {
	t.Parallel()
	const start = "2026-11-29T18:18:30Z" // a Sunday
	for _, test := range []struct {
		expression string
		want       []string
	}{
		// The examples of
		// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
		// and of the page of EventBridge rules, which use the same syntax.
		{"cron(15 10 * * ? *)", []string{"2026-11-30T10:15:00Z", "2026-12-01T10:15:00Z"}},
		{"cron(15 10 ? * 6L 2026-2027)", []string{"2026-12-25T10:15:00Z", "2027-01-29T10:15:00Z"}},
		{"cron(0 18 ? * MON-FRI *)", []string{"2026-11-30T18:00:00Z", "2026-12-01T18:00:00Z"}},
		{"cron(0 8 1 * ? *)", []string{"2026-12-01T08:00:00Z", "2027-01-01T08:00:00Z"}},
		{"cron(0/15 * * * ? *)", []string{"2026-11-29T18:30:00Z", "2026-11-29T18:45:00Z", "2026-11-29T19:00:00Z"}},
		{"cron(0/5 8-17 ? * MON-FRI *)", []string{"2026-11-30T08:00:00Z", "2026-11-30T08:05:00Z"}},
		{"cron(0 9 ? * 2#1 *)", []string{"2026-12-07T09:00:00Z", "2027-01-04T09:00:00Z"}},

		{"cron(19 18 * * ? *)", []string{"2026-11-29T18:19:00Z"}},
		{"cron(18 18 * * ? *)", []string{"2026-11-30T18:18:00Z"}},
		{"cron(0 0 L * ? *)", []string{"2026-11-30T00:00:00Z", "2026-12-31T00:00:00Z", "2027-01-31T00:00:00Z", "2027-02-28T00:00:00Z"}},
		{"cron(0 0 29 2 ? *)", []string{"2028-02-29T00:00:00Z"}},
		{"cron(0 0 ? * L *)", []string{"2026-12-05T00:00:00Z", "2026-12-12T00:00:00Z"}},
		{"cron(0 0 ? * SAT,SUN *)", []string{"2026-12-05T00:00:00Z", "2026-12-06T00:00:00Z"}},
		{"cron(0 0 ? * FRIL *)", []string{"2026-12-25T00:00:00Z"}},
		{"cron(0 0 1 JAN,JUL ? *)", []string{"2027-01-01T00:00:00Z", "2027-07-01T00:00:00Z"}},
		{"cron(10-20/5,50 6 * * ? 2030)", []string{"2030-01-01T06:10:00Z", "2030-01-01T06:15:00Z", "2030-01-01T06:20:00Z", "2030-01-01T06:50:00Z", "2030-01-02T06:10:00Z"}},
		{"cron(59 23 31 12 ? 2199)", []string{"2199-12-31T23:59:00Z", ""}},
		{"cron(0 0 31 2 ? *)", []string{""}},
		{"cron(0 0 1 1 ? 2020)", []string{""}},
		{"cron(0 0 ? 2 2#5 2027)", []string{""}},
	} {
		wants(t, test.expression, "", start, test.want...)
	}
}

func TestRate(t *testing.T) {
	t.Parallel()
	wants(t, "rate(5 minutes)", "", "2026-01-01T00:00:07Z", "2026-01-01T00:05:07Z", "2026-01-01T00:10:07Z")
	wants(t, "rate(1 hour)", "", "2026-01-01T00:00:07Z", "2026-01-01T01:00:07Z")
	// A day is 24 hours, even if a clock change makes it 23.
	wants(t, "rate(1 days)", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T14:00:00+02:00")
	if interval, isRate := parse(t, "rate(2 hours)", "").Interval(); !isRate || interval != 2*time.Hour {
		t.Errorf("expected an interval of 2 h, got %v, %v", interval, isRate)
	}
	if _, isRate := parse(t, "cron(0 0 * * ? *)", "").Interval(); isRate {
		t.Error("expected no interval of a cron expression")
	}
}

func TestOneTime(t *testing.T) {
	t.Parallel()
	wants(t, "at(2026-12-24T18:00:05)", "Europe/Berlin", "2026-11-29T00:00:00Z", "2026-12-24T18:00:05+01:00", "")
	wants(t, "at(2026-12-24T18:00:05)", "", "2026-12-24T18:00:05Z", "")
}

func TestDaylightSavingTime(t *testing.T) {
	t.Parallel()
	// Clocks in Berlin skip 02:00 to 03:00 on 2026-03-29 and repeat it on 2026-10-25.
	wants(t, "cron(30 2 * * ? *)", "Europe/Berlin", "2026-03-27T12:00:00Z",
		"2026-03-28T02:30:00+01:00", "2026-03-30T02:30:00+02:00")
	wants(t, "cron(30 3 * * ? *)", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T03:30:00+02:00")
	wants(t, "cron(0/30 2-3 25 10 ? 2026)", "Europe/Berlin", "2026-10-24T12:00:00Z",
		"2026-10-25T02:00:00+02:00", "2026-10-25T02:30:00+02:00", "2026-10-25T03:00:00+01:00", "2026-10-25T03:30:00+01:00", "")
	// A day that a zone skipped has no times at all.
	wants(t, "cron(0 12 30 12 ? *)", "Pacific/Apia", "2011-01-01T00:00:00Z", "2012-12-30T12:00:00+14:00")
	// A clock change of half an hour.
	wants(t, "cron(45 1 5 4 ? 2026)", "Australia/Lord_Howe", "2026-04-01T00:00:00Z", "2026-04-05T01:45:00+11:00", "")
}

func TestAssumedRepeatedTimesRunFirst(t *testing.T) {
	t.Parallel()
	wants(t, "cron(30 2 25 10 ? *)", "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-25T02:30:00+02:00", "2027-10-25T02:30:00+02:00")
	wants(t, "cron(30 2 25 10 ? 2026)", "Europe/Berlin", "2026-10-25T00:45:00Z", "")
	wants(t, "at(2026-10-25T02:30:00)", "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-25T02:30:00+02:00", "")
}

func TestAssumedSkippedOneTime(t *testing.T) {
	t.Parallel()
	_, err := Parse("at(2026-03-29T02:30:00)", "Europe/Berlin")
	if err == nil || !strings.Contains(err.Error(), "does not exist in Europe/Berlin") {
		t.Errorf("expected a refusal of a time that does not exist, got %v", err)
	}
}

func TestAssumedNearestWeekday(t *testing.T) {
	t.Parallel()
	// 2026-08-01 is a Saturday, 2026-08-15 too, 2026-05-31 a Sunday.
	wants(t, "cron(0 0 1W 8 ? 2026)", "", "2026-01-01T00:00:00Z", "2026-08-03T00:00:00Z", "")
	wants(t, "cron(0 0 15W 8 ? 2026)", "", "2026-01-01T00:00:00Z", "2026-08-14T00:00:00Z", "")
	wants(t, "cron(0 0 31W 5 ? 2026)", "", "2026-01-01T00:00:00Z", "2026-05-29T00:00:00Z", "")
	wants(t, "cron(0 0 3W 5 ? 2026)", "", "2026-01-01T00:00:00Z", "2026-05-04T00:00:00Z", "")
	wants(t, "cron(0 0 31W 2-3 ? 2026)", "", "2026-01-01T00:00:00Z", "2026-03-31T00:00:00Z", "")
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	refuses(t, [][2]string{
		{"", "expected cron(…), rate(…) or at(…)"},
		{"cron", "expected cron(…), rate(…) or at(…)"},
		{"cron(0 0 * * ? *", "expected cron(…), rate(…) or at(…)"},
		{"Cron(0 0 * * ? *)", `expected cron, rate or at, got "Cron"`},
		{"every(1 day)", `got "every"`},
		{"cron(0 0 * * *)", "expected six fields"},
		{"cron(0 0 * * ? * *)", "expected six fields"},
		{"cron(0 0 * * * *)", "expected ? as the day of the month or as the day of the week"},
		{"cron(0 0 ? * ? *)", "and not as both"},
		{"cron(0 0 1 * MON *)", "expected ? as the day"},
		{"cron(60 0 * * ? *)", `minute: expected a value from 0 to 59, got "60"`},
		{"cron(0 24 * * ? *)", `hour: expected a value from 0 to 23, got "24"`},
		{"cron(0 0 0 * ? *)", `day of the month: expected a value from 1 to 31, got "0"`},
		{"cron(0 0 1 13 ? *)", `month: expected a value from 1 to 12, got "13"`},
		{"cron(0 0 ? * 0 *)", `day of the week: expected a value from 1 to 7, got "0"`},
		{"cron(0 0 * * ? 1969)", `year: expected a value from 1970 to 2199, got "1969"`},
		{"cron(0 0 * * ? 2200)", `got "2200"`},
		{"cron(? 0 * * ? *)", `minute: expected a value from 0 to 59, got "?"`},
		{"cron(0, 0 * * ? *)", `minute: expected a value from 0 to 59, got ""`},
		{"cron(*/0 0 * * ? *)", "minute: expected an increment from 1 to 59"},
		{"cron(+5 0 * * ? *)", `got "+5"`},
		{"cron(0 0 32W * ? *)", `day of the month: expected a value from 1 to 31, got "32"`},
		{"cron(0 0 W * ? *)", `day of the month: expected a value from 1 to 31, got ""`},
		{"cron(0 0 ? * 8L *)", `day of the week: expected a value from 1 to 7, got "8"`},
		{"cron(0 0 ? * 2#6 *)", `expected a number from 1 to 5 after #, got "6"`},
		{"cron(0 0 ? * 2#0 *)", `expected a number from 1 to 5 after #, got "0"`},
		{"cron(0 0 ? * 3#1,6#3 *)", `after #, got "1,6#3"`},
		{"cron(0 L * * ? *)", `hour: expected a value from 0 to 23, got "L"`},
		{"rate(0 minutes)", `expected a positive whole number, got "0"`},
		{"rate(-1 minutes)", `got "-1"`},
		{"rate(1.5 hours)", `got "1.5"`},
		{"rate(5 seconds)", `expected minutes, hours or days after the number, got "seconds"`},
		{"rate(5)", `expected minutes, hours or days after the number, got ""`},
		{"rate(999999999 days)", "at most 36500 days"},
		{"at(2026-02-30T00:00:00)", "expected a time such as"},
		{"at(2026-12-24 18:00:00)", "expected a time such as"},
		{"at(2026-12-24T18:00:00Z)", "expected a time such as"},
		{"at(2026-12-24T18:00:00.5)", "expected a time such as"},
	})
	for _, zone := range []string{"Local", "Mars/Olympus", "../etc/passwd", "CEST"} {
		if _, err := Parse("rate(1 day)", zone); err == nil || !strings.Contains(err.Error(), "expected a time zone such as") {
			t.Errorf("zone %q: expected a refusal, got %v", zone, err)
		}
	}
}

func TestAssumedSyntax(t *testing.T) {
	t.Parallel()
	refuses(t, [][2]string{
		{"cron(0 0 ? * mon *)", `day of the week: expected a value from 1 to 7, got "mon"`},
		{"cron(0 0  * * ? *)", "expected six fields separated by one space"},
		{"cron(0 0 ? * FRI-MON *)", "expected a range that ascends"},
		{"cron(0 0 LW * ? *)", `got "L"`},
		{"cron(0 0 L-3 * ? *)", `got "L"`},
		{"cron(0 0 1,L * ? *)", `got "L"`},
		{"cron(0/60 0 * * ? *)", "expected an increment from 1 to 59"},
	})
}

func refuses(t *testing.T, tests [][2]string) {
	t.Helper()
	for _, test := range tests {
		_, err := Parse(test[0], "")
		if err == nil || !strings.Contains(err.Error(), test[1]) {
			t.Errorf("%q: expected an error with %q, got %v", test[0], test[1], err)
		}
	}
}
