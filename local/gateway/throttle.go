package gateway

import "golang.org/x/time/rate"

// The account's defaults, for a stage that sets none.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
const (
	accountRate  = 10_000 // requests per second
	accountBurst = 5_000
)

const defaultStage = "$default"

// stage is a compiled Stage: its token buckets, one per route, and its access log
// format.
type stage struct {
	name            string
	throttle        []*rate.Limiter // by route index
	accessLogFormat logFormat
}

// newStage gives each route a bucket of its own, as a stage's default route
// settings do.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
//
// A bucket that before has with the same limits is kept with its tokens.
func newStage(s Stage, routes routeTable, before *api) *stage {
	limit, burst := rate.Limit(s.ThrottleRate), s.ThrottleBurst
	if s.ThrottleRate == 0 && s.ThrottleBurst == 0 {
		limit, burst = accountRate, accountBurst
	}
	compiled := &stage{name: s.Name}
	compiled.accessLogFormat, _ = parseLogFormat(s.AccessLogFormat) // validated
	for _, r := range routes {
		bucket := before.bucket(s.Name, r.key)
		if bucket == nil || bucket.Limit() != limit || bucket.Burst() != burst {
			bucket = rate.NewLimiter(limit, burst)
		}
		compiled.throttle = append(compiled.throttle, bucket)
	}
	return compiled
}

// bucket returns a route's bucket on a stage, nil if there is none.
func (a *api) bucket(stage, key string) *rate.Limiter {
	if a.stages[stage] == nil {
		return nil
	}
	for _, r := range a.routes {
		if r.key == key {
			return a.stages[stage].throttle[r.index]
		}
	}
	return nil
}
