package provider

import "math"

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html
var record = object(fields{
	"name!^": length(1, 1024), "zoneId!^": match(32, `(/hostedzone/)?[A-Z0-9]+`, "Z0123456789ABCDEFGHIJ"),
	"type!":   oneOf("A", "AAAA", "CAA", "CNAME", "DS", "HTTPS", "MX", "NAPTR", "NS", "PTR", "SOA", "SPF", "SRV", "SSHFP", "SVCB", "TLSA", "TXT"),
	"records": list(1, 400, length(1, 4000)), "ttl": integer(0, math.MaxInt32), "allowOverwrite": boolean,
	"aliases": list(1, 1, object(fields{
		"name!": length(1, 1024), "zoneId!": match(32, `[A-Z0-9]+`, "Z2FDTNDATAQYW2"), "evaluateTargetHealth!": boolean,
	})),
}, exactlyOne("aliases", "records"), requires("records", "ttl"), requires("ttl", "records"))
