package gateway

import "golang.org/x/time/rate"

// The account's defaults, for a stage that sets none.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
const (
	accountRate  = 10_000 // requests a second
	accountBurst = 5_000
)

const defaultStage = "$default"

// stage is a Stage in service: its token buckets, one a route, and its access
// log format.
type stage struct {
	name            string
	throttle        []*rate.Limiter // by route index
	accessLogFormat logFormat
}

// newStage gives each route a bucket of its own, as a stage's default route
// settings do.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
//
// One that is before's, with the same limits, stays as full as it is.
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

// bucket is a route's on a stage; nil: there is none.
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
