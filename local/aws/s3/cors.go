package s3

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"api-auth-jwt-auth0/local/aws"
)

// Preflight answers an OPTIONS request by the rules of its bucket. It has no
// signature.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
func (s *Service) Preflight(w http.ResponseWriter, r *http.Request) {
	method := r.Header.Get("Access-Control-Request-Method")
	if r.Header.Get("Origin") == "" || method == "" {
		s.Refuse(w, r, &aws.Error{Status: http.StatusBadRequest, Code: "BadRequest", Message: "Insufficient information. Origin request header needed."})
		return
	}
	rules := s.rules(r)
	if len(rules) == 0 {
		s.Refuse(w, r, &aws.Error{Status: http.StatusForbidden, Code: "AccessForbidden", Message: "CORSResponse: CORS is not enabled for this bucket."})
		return
	}
	requested := headerNames(r.Header.Values("Access-Control-Request-Headers"))
	i := slices.IndexFunc(rules, func(rule CORSRule) bool { return rule.allows(r.Header.Get("Origin"), method, requested) })
	if i < 0 {
		s.Refuse(w, r, &aws.Error{Status: http.StatusForbidden, Code: "AccessForbidden",
			Message: "CORSResponse: This CORS request is not allowed. This is usually because the evaluation of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec."})
		return
	}
	rules[i].write(w.Header(), r.Header.Get("Origin"))
	if len(requested) > 0 {
		w.Header().Set("Access-Control-Allow-Headers", strings.Join(requested, ", "))
	}
	w.WriteHeader(http.StatusOK)
}

// AllowOrigin reports whether a page of the request's Origin may send it, and adds the
// headers that let the page read the response. It checks neither signature nor permissions.
func (s *Service) AllowOrigin(w http.ResponseWriter, r *http.Request) bool {
	origin := r.Header.Get("Origin")
	for _, rule := range s.rules(r) {
		if rule.allows(origin, r.Method, nil) {
			rule.write(w.Header(), origin)
			return true
		}
	}
	return false
}

func (s *Service) rules(r *http.Request) []CORSRule {
	name, _, err := target(r)
	if err != nil {
		return nil
	}
	b := s.bucket(name)
	if b == nil {
		return nil
	}
	return b.declared().CORS
}

// headerNames returns the names in lists, in lower case.
func headerNames(lists []string) (names []string) {
	for name := range strings.SplitSeq(strings.Join(lists, ","), ",") {
		if name = strings.ToLower(strings.TrimSpace(name)); name != "" {
			names = append(names, name)
		}
	}
	return names
}

func (r CORSRule) allows(origin, method string, headers []string) bool {
	_, isAllowed := r.origin(origin)
	if !isAllowed || !slices.Contains(r.AllowedMethods, method) {
		return false
	}
	for _, header := range headers {
		if !slices.ContainsFunc(r.AllowedHeaders, func(p string) bool { return matchesStar(strings.ToLower(p), header) }) {
			return false
		}
	}
	return true
}

// origin returns the pattern that allows an origin.
func (r CORSRule) origin(origin string) (pattern string, found bool) {
	i := slices.IndexFunc(r.AllowedOrigins, func(p string) bool { return matchesStar(p, origin) })
	if i < 0 {
		return "", false
	}
	return r.AllowedOrigins[i], true
}

// matchesStar compares text with a pattern that has at most one "*".
func matchesStar(pattern, text string) bool {
	before, after, found := strings.Cut(pattern, "*")
	if !found {
		return pattern == text
	}
	return len(text) >= len(before)+len(after) && strings.HasPrefix(text, before) && strings.HasSuffix(text, after)
}

func (r CORSRule) write(h http.Header, origin string) {
	if pattern, _ := r.origin(origin); pattern == "*" {
		h.Set("Access-Control-Allow-Origin", "*")
	} else {
		h.Set("Access-Control-Allow-Origin", origin)
		h.Set("Access-Control-Allow-Credentials", "true")
	}
	h.Set("Access-Control-Allow-Methods", strings.Join(r.AllowedMethods, ", "))
	if len(r.ExposeHeaders) > 0 {
		h.Set("Access-Control-Expose-Headers", strings.Join(r.ExposeHeaders, ", "))
	}
	if r.MaxAge > 0 {
		h.Set("Access-Control-Max-Age", strconv.Itoa(int(r.MaxAge/time.Second)))
	}
	h.Set("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method")
}
