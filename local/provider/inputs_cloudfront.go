package provider

import (
	"fmt"
	"math"
	"slices"
)

// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionConfig.html
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
var distribution = object(fields{
	"comment": length(0, 128), "enabled!": boolean, "httpVersion": oneOf("http1.1", "http2", "http3", "http2and3"),
	"isIpv6Enabled": boolean, "priceClass": oneOf("PriceClass_100", "PriceClass_200", "PriceClass_All"),
	"defaultRootObject": match(255, `|[^/].*`, "index.html"), "aliases": list(0, 100, hostName),
	"origins!": unique("originId", list(1, 100, origin)), "defaultCacheBehavior!": object(behavior(nil)),
	"orderedCacheBehaviors": unique("pathPattern", list(0, 75, object(behavior(fields{
		"pathPattern!": match(255, `[A-Za-z0-9_.*$/~"'@:+&?-]+`, "/api/*"),
	})))),
	"restrictions!": object(fields{"geoRestriction!": object(fields{
		"restrictionType!": oneOf("none"), // the others need locations, which no stack of this project sets
	})}),
	"viewerCertificate!": object(fields{
		"cloudfrontDefaultCertificate": boolean,
		"acmCertificateArn":            match(2048, `arn:aws:acm:us-east-1:\d{12}:certificate/.+`, "arn:aws:acm:us-east-1:111122223333:certificate/id"),
		"sslSupportMethod":             oneOf("sni-only", "static-ip", "vip"),
		// The values that this provider's version knows; CloudFront has newer ones.
		"minimumProtocolVersion": oneOf("SSLv3", "TLSv1", "TLSv1_2016", "TLSv1.1_2016", "TLSv1.2_2018", "TLSv1.2_2019", "TLSv1.2_2021"),
	}, exactlyOne("cloudfrontDefaultCertificate", "acmCertificateArn"), requires("acmCertificateArn", "sslSupportMethod")),
	"waitForDeployment": boolean, "tags": tags,
}, targetsExist, aliasesHaveCertificate)

// origin is a bucket with an origin access control, or a server.
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CustomOriginConfig.html
var origin = object(fields{
	"originId!": length(1, 128), "domainName!": hostOfOrigin, "originAccessControlId": reference,
	"customOriginConfig": object(fields{
		"httpPort!": port, "httpsPort!": port, "originProtocolPolicy!": oneOf("http-only", "https-only", "match-viewer"),
		"originSslProtocols!": list(1, 4, oneOf("SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2")),
	}),
}, exactlyOne("originAccessControlId", "customOriginConfig"))

// behavior returns the fields of a cache behavior, including those in more.
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CacheBehavior.html
func behavior(more fields) fields {
	f := fields{
		"targetOriginId!": length(1, 128), "viewerProtocolPolicy!": oneOf("allow-all", "https-only", "redirect-to-https"),
		"allowedMethods!": setOf([]string{"GET", "HEAD"}, []string{"GET", "HEAD", "OPTIONS"},
			[]string{"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"}),
		"cachedMethods!": setOf([]string{"GET", "HEAD"}, []string{"GET", "HEAD", "OPTIONS"}),
		"compress":       boolean, "cachePolicyId!": reference, "originRequestPolicyId": reference, "responseHeadersPolicyId": reference,
		"functionAssociations": unique("eventType", list(0, 2, object(fields{
			"eventType!": oneOf("viewer-request", "viewer-response"), "functionArn!": arn("cloudfront"),
		}))),
	}
	for name, r := range more {
		f[name] = r
	}
	return f
}

// targetsExist requires that every behavior's origin exists (NoSuchOrigin).
func targetsExist(object map[string]any) (string, string) {
	var names []any
	for _, item := range items(object["origins"]) {
		names = append(names, item["originId"])
	}
	for _, b := range append(items([]any{object["defaultCacheBehavior"]}), items(object["orderedCacheBehaviors"])...) {
		if target := b["targetOriginId"]; target != nil && len(names) > 0 && !slices.Contains(names, target) {
			return "origins", fmt.Sprintf("expected the originId %q, which a behavior targets", target)
		}
	}
	return "", ""
}

// aliasesHaveCertificate requires a certificate for aliases, which CloudFront's default
// certificate does not cover (InvalidViewerCertificate).
func aliasesHaveCertificate(object map[string]any) (string, string) {
	certificate, _ := object["viewerCertificate"].(map[string]any)
	if aliases, _ := object["aliases"].([]any); len(aliases) > 0 && certificate != nil && certificate["cloudfrontDefaultCertificate"] == true {
		return "aliases", "require a certificate: set acmCertificateArn"
	}
	return "", ""
}

// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ResponseHeadersPolicyConfig.html
var responseHeaders = object(fields{
	"name": headersPolicyNaming.rule(), "comment": length(0, 128),
	"securityHeadersConfig": object(fields{
		"contentSecurityPolicy": object(fields{"contentSecurityPolicy!": headerValue, "override!": boolean}),
		"contentTypeOptions":    object(fields{"override!": boolean}),
		"frameOptions":          object(fields{"frameOption!": oneOf("DENY", "SAMEORIGIN"), "override!": boolean}),
		"referrerPolicy": object(fields{"override!": boolean, "referrerPolicy!": oneOf("no-referrer", "no-referrer-when-downgrade", "origin",
			"origin-when-cross-origin", "same-origin", "strict-origin", "strict-origin-when-cross-origin", "unsafe-url")}),
		"strictTransportSecurity": object(fields{
			"accessControlMaxAgeSec!": integer(0, math.MaxInt32), "includeSubdomains": boolean, "override!": boolean, "preload": boolean,
		}),
	}),
	"customHeadersConfig": object(fields{"items": unique("header", list(0, 10, object(fields{
		"header!": match(256, `[A-Za-z0-9!#$%&'*+.^_|~-]+`, "Permissions-Policy"), "value!": headerValue, "override!": boolean,
	})))}),
}, atLeastOne("securityHeadersConfig", "customHeadersConfig"))

// headerValue: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-custom-headers
var headerValue = match(1783, `[\x20-\x7e]+`, "same-origin")

// port: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CustomOriginConfig.html
var port = rule{check: func(value any) error {
	if n, ok := value.(float64); !ok || n != 80 && n != 443 && (n < 1024 || n > 65_535) || n != math.Trunc(n) {
		return fmt.Errorf("expected 80, 443 or 1024 to 65535, got %v", value)
	}
	return nil
}}

// hostName accepts a host name in lower case.
var hostName = match(253, `([a-z0-9*_]([a-z0-9_-]*[a-z0-9])?\.)+[a-z0-9-]{2,}`, "app.example.com")

// hostOfOrigin accepts a host name, or the local cloud's with its port.
var hostOfOrigin = match(253, `([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}|(localhost|127\.0\.0\.1)(:\d+)?`, "bucket.s3.us-east-1.amazonaws.com")

// setOf accepts a list with exactly the strings of one of the sets, in any order.
func setOf(sets ...[]string) rule {
	return rule{check: func(value any) error {
		got, _ := value.([]any)
		for _, set := range sets {
			if len(got) == len(set) && !slices.ContainsFunc(set, func(text string) bool { return !slices.Contains(got, any(text)) }) {
				return nil
			}
		}
		return fmt.Errorf("expected all of one of %v, got %v", sets, value)
	}}
}

// items returns the objects of a list.
func items(value any) []map[string]any {
	var objects []map[string]any
	all, _ := value.([]any)
	for _, item := range all {
		if object, ok := item.(map[string]any); ok {
			objects = append(objects, object)
		}
	}
	return objects
}
