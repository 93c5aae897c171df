package infra

import (
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// newHeaders registers the security headers of every response of the distribution,
// including the API's. They override those of the origins.
func newHeaders(ctx *pulumi.Context, cfg Config, parent pulumi.Resource) (*cloudfront.ResponseHeadersPolicy, error) {
	return cloudfront.NewResponseHeadersPolicy(ctx, resourceName(ctx, "security"), &cloudfront.ResponseHeadersPolicyArgs{
		Comment: pulumi.String(title(ctx)),
		SecurityHeadersConfig: cloudfront.ResponseHeadersPolicySecurityHeadersConfigArgs{
			ContentSecurityPolicy: cloudfront.ResponseHeadersPolicySecurityHeadersConfigContentSecurityPolicyArgs{
				ContentSecurityPolicy: pulumi.String(contentSecurityPolicy(originURL(cfg.TenantDomain))),
				Override:              pulumi.Bool(true),
			},
			ContentTypeOptions: cloudfront.ResponseHeadersPolicySecurityHeadersConfigContentTypeOptionsArgs{
				Override: pulumi.Bool(true),
			},
			FrameOptions: cloudfront.ResponseHeadersPolicySecurityHeadersConfigFrameOptionsArgs{
				FrameOption: pulumi.String("DENY"),
				Override:    pulumi.Bool(true),
			},
			ReferrerPolicy: cloudfront.ResponseHeadersPolicySecurityHeadersConfigReferrerPolicyArgs{
				ReferrerPolicy: pulumi.String("strict-origin-when-cross-origin"),
				Override:       pulumi.Bool(true),
			},
			StrictTransportSecurity: cloudfront.ResponseHeadersPolicySecurityHeadersConfigStrictTransportSecurityArgs{
				AccessControlMaxAgeSec: pulumi.Int(2 * 365 * 24 * 60 * 60),
				// Subdomains of a custom domain may not belong to this stack; the
				// distribution's default host has none.
				IncludeSubdomains: pulumi.Bool(cfg.Domain == ""),
				Override:          pulumi.Bool(true),
			},
		},
		CustomHeadersConfig: cloudfront.ResponseHeadersPolicyCustomHeadersConfigArgs{Items: customHeaders()},
	}, pulumi.Parent(parent))
}

// customHeaders returns the headers for which CloudFront has no dedicated setting.
func customHeaders() cloudfront.ResponseHeadersPolicyCustomHeadersConfigItemArray {
	var items cloudfront.ResponseHeadersPolicyCustomHeadersConfigItemArray
	for _, h := range [][2]string{
		{"Cross-Origin-Opener-Policy", "same-origin"},
		{"Cross-Origin-Resource-Policy", "same-origin"},
		{"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
	} {
		items = append(items, cloudfront.ResponseHeadersPolicyCustomHeadersConfigItemArgs{
			Header:   pulumi.String(h[0]),
			Value:    pulumi.String(h[1]),
			Override: pulumi.Bool(true),
		})
	}
	return items
}

// contentSecurityPolicy allows the site itself and, from the tenant, what sign-in
// needs: token requests, the hidden frame of silent login, and pictures. Profile
// pictures may come from any host over HTTPS.
func contentSecurityPolicy(tenantURL string) string {
	return strings.Join([]string{
		"default-src 'none'",
		"script-src 'self'",
		"style-src 'self'",
		"img-src 'self' data: https: " + tenantURL,
		"font-src 'self'",
		"connect-src 'self' " + tenantURL,
		"frame-src " + tenantURL,
		"worker-src 'self'",
		"manifest-src 'self'",
		"base-uri 'none'",
		"form-action 'none'",
		"frame-ancestors 'none'",
	}, "; ")
}
