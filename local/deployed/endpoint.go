package deployed

import (
	"net/url"
	"strings"
)

// hosts are the first labels of the hosts of services whose name in a signature is
// another.
// https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html
var hosts = map[string]string{
	"ses": "email",
}

// global are the services that have one endpoint for all regions, and the region that
// signatures for it name.
// https://docs.aws.amazon.com/general/latest/gr/rande.html#global-endpoints
var global = map[string]string{
	"cloudfront": "us-east-1", "iam": "us-east-1", "organizations": "us-east-1", "route53": "us-east-1",
}

// endpoint is where AWS serves a service, by its name in a signature, and the region of
// signatures.
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
