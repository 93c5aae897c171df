package wire

import (
	"bytes"
	"encoding/json"
	"slices"
)

// Request holds the fields of an HTTP request that determine its developer. It is zero for
// other events.
type Request struct {
	Developer string // value of the header x-live
	Subject   string // of the token that the authorizer accepted
	Route     string // route key
	Method    string
}

var headerName = []byte(`x-live`)

// NamesDeveloper quickly reports whether an event may have the header x-live.
func NamesDeveloper(event []byte) bool { return bytes.Contains(event, headerName) }

// ReadRequest reads an event in API Gateway's payload format 2.0. For any other event it
// returns the zero Request.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
func ReadRequest(event []byte) Request {
	var e struct {
		RouteKey string `json:"routeKey"`
		Headers  struct {
			Live string `json:"x-live"`
		} `json:"headers"`
		Context struct {
			HTTP struct {
				Method string `json:"method"`
			} `json:"http"`
			Authorizer struct {
				JWT struct {
					Claims struct {
						Subject string `json:"sub"`
					} `json:"claims"`
				} `json:"jwt"`
			} `json:"authorizer"`
		} `json:"requestContext"`
	}
	if json.Unmarshal(event, &e) != nil || e.Context.HTTP.Method == "" {
		return Request{}
	}
	return Request{e.Headers.Live, e.Context.Authorizer.JWT.Claims.Subject, e.RouteKey, e.Context.HTTP.Method}
}

// Idempotent reports whether the request may run a second time.
func (r Request) Idempotent() bool { return r.Method == "GET" || r.Method == "HEAD" }

// Choose returns the session to offer a request to. A request that names a developer goes to
// that developer or to nobody. Otherwise the subject, the route and the handler decide, in
// this order. Among several sessions the first wins.
func Choose(present []Presence, r Request, handler string) (Presence, bool) {
	if r.Developer != "" {
		return first(present, func(p Presence) bool { return p.Name == r.Developer })
	}
	for _, meant := range []func(Presence) bool{
		func(p Presence) bool { return r.Subject != "" && slices.Contains(p.For.Subjects, r.Subject) },
		func(p Presence) bool { return r.Route != "" && slices.Contains(p.For.Routes, r.Route) },
		func(p Presence) bool { return slices.Contains(p.For.Handlers, handler) },
	} {
		if p, ok := first(present, meant); ok {
			return p, true
		}
	}
	return Presence{}, false
}

func first(present []Presence, meant func(Presence) bool) (found Presence, ok bool) {
	for _, p := range present {
		if meant(p) && (!ok || p.Before(found)) {
			found, ok = p, true
		}
	}
	return found, ok
}
