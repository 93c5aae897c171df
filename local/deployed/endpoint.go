package deployed

import (
	"net/url"
	"strings"
)

// hosts maps the name of a service in a signature to the first label of its host, where they
// differ.
// https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html
var hosts = map[string]string{
	"ses": "email",
}

// global maps a service with one endpoint for all regions to the region in its signatures.
// https://docs.aws.amazon.com/general/latest/gr/rande.html#global-endpoints
var global = map[string]string{
	"cloudfront": "us-east-1", "iam": "us-east-1", "organizations": "us-east-1", "route53": "us-east-1",
}

// endpoint returns AWS's endpoint of a service, by its name in a signature, and the region
// for signatures.
func endpoint(service, region string) (at *url.URL, signed string) {
	host := service
	if other := hosts[service]; other != "" {
		host = other
	}
	suffix := ".amazonaws.com"
	if strings.HasPrefix(region, "cn-") {
		suffix += ".cn"
	}
	if signed = global[service]; signed != "" {
		return &url.URL{Scheme: "https", Host: host + suffix}, signed
	}
	return &url.URL{Scheme: "https", Host: host + "." + region + suffix}, region
}
