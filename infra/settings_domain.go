package infra

import (
	"net/mail"
	"regexp"
	"strings"
)

// domain reads the site's own host, or "".
func (s *settings) domain(key string) string {
	text, _ := s.own(key, `""`)
	if text == "" {
		return ""
	}
	host := strings.ToLower(originHost(text))
	host, _, _ = strings.Cut(host, "/")
	switch {
	case !hostPattern.MatchString(host):
		s.problem(key, `""`, "expected a host such as app.example.com, got %q", text)
	case text != host:
		s.problem(key, host, "expected the bare host, without scheme, path or slash, in lower case; got %q", text)
	case len(host) > maxCertificateName:
		s.problem(key, `""`, "%q has %d characters, and a certificate's first name %d at most", host, len(host), maxCertificateName)
	}
	return host
}

// maxCertificateName is ACM's limit for the first name of a certificate.
// https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html
const maxCertificateName = 64

// zonePattern: https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetHostedZone.html
var zonePattern = regexp.MustCompile(`^Z[A-Z0-9]{1,31}$`)

func (s *settings) hostedZone(key, domain string) string {
	id, _ := s.own(key, `""`)
	switch {
	case id == "":
	case domain == "":
		s.problem(key, `""`, "has no effect without a domain: set that too, or clear this")
	case !zonePattern.MatchString(id):
		s.problem(key, `""`, "expected the id of a hosted zone, such as Z0123456789ABCDEFGHIJ, or nothing to find it by name; got %q", id)
	}
	return id
}

func (s *settings) email(key string) string {
	text, _ := s.own(key, `""`)
	if text == "" {
		return ""
	}
	if address, err := mail.ParseAddress(text); err != nil || address.Address != text {
		s.problem(key, `""`, "expected one e-mail address without a name, such as team@example.com, got %q", text)
	}
	return text
}
