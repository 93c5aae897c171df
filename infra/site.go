package infra

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"api-auth-jwt-auth0/infra/kind"
)

// Site is the private bucket and the distribution that serves it and the API from
// one origin.
type Site struct {
	pulumi.ResourceState

	// URL is the site's origin, without a trailing slash.
	URL pulumi.StringOutput
	// Bucket is where the site's files go.
	Bucket *s3.BucketV2
	// Distribution serves them.
	Distribution *cloudfront.Distribution
}

// CloudFront's managed policies.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
const (
	cachingOptimized          = "658327ea-f89d-4fab-a63d-7e88639e58f6"
	cachingDisabled           = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
	allViewerExceptHostHeader = "b689b0a8-53d0-40ab-baf2-68738e2966ac" // API Gateway refuses another Host
)

// The distribution's two origins.
const (
	filesOrigin = "files"
	apiOrigin   = "api"
)

func newSite(ctx *pulumi.Context, cfg Config, api *API, domain *Domain) (*Site, error) {
	site := &Site{}
	if err := kind.Register(ctx, "Site", "site", site); err != nil {
		return nil, err
	}
	bucket, err := newBucket(ctx, cfg, "site", site)
	if err != nil {
		return nil, err
	}
	distribution, err := newDistribution(ctx, cfg, site, bucket, api, domain)
	if err != nil {
		return nil, err
	}
	if err := newBucketPolicy(ctx, bucket, distribution); err != nil {
		return nil, err
	}
	host, err := domain.pointTo(ctx, distribution)
	if err != nil {
		return nil, err
	}
	site.Bucket, site.Distribution = bucket, distribution
	site.URL = apply(host, originURL)
	return site, ctx.RegisterResourceOutputs(site, pulumi.Map{"url": site.URL})
}

func newDistribution(ctx *pulumi.Context, cfg Config, site *Site, bucket *s3.BucketV2, api *API, domain *Domain) (*cloudfront.Distribution, error) {
	access, err := cloudfront.NewOriginAccessControl(ctx, resourceName(ctx, "site"), &cloudfront.OriginAccessControlArgs{
		Description:                   pulumi.String(title(ctx)),
		OriginAccessControlOriginType: pulumi.String("s3"),
		SigningBehavior:               pulumi.String("always"),
		SigningProtocol:               pulumi.String("sigv4"),
	}, pulumi.Parent(site))
	if err != nil {
		return nil, err
	}
	headers, err := newHeaders(ctx, cfg, site)
	if err != nil {
		return nil, err
	}
	deepLink, err := cloudfront.NewFunction(ctx, resourceName(ctx, "deep-link"), &cloudfront.FunctionArgs{
		Runtime: pulumi.String("cloudfront-js-2.0"),
		Code:    pulumi.String(deepLinkFunction()),
		Publish: pulumi.Bool(true),
	}, pulumi.Parent(site))
	if err != nil {
		return nil, err
	}
	return cloudfront.NewDistribution(ctx, "site", &cloudfront.DistributionArgs{
		Comment:               pulumi.String(title(ctx)),
		Enabled:               pulumi.Bool(true),
		HttpVersion:           pulumi.String("http2and3"),
		IsIpv6Enabled:         pulumi.Bool(true),
		PriceClass:            pulumi.String("PriceClass_100"),
		DefaultRootObject:     pulumi.String("index.html"),
		Origins:               origins(bucket, access, api),
		DefaultCacheBehavior:  filesBehavior(headers, deepLink),
		OrderedCacheBehaviors: cloudfront.DistributionOrderedCacheBehaviorArray{apiBehavior(headers)},
		Restrictions: cloudfront.DistributionRestrictionsArgs{
			GeoRestriction: cloudfront.DistributionRestrictionsGeoRestrictionArgs{RestrictionType: pulumi.String("none")},
		},
		Aliases:           domain.aliases(),
		ViewerCertificate: domain.viewerCertificate(),
		// The rest of the program needs only its domain name, which is known minutes
		// before the last edge location is ready.
		WaitForDeployment: pulumi.Bool(false),
		Tags:              tags(ctx),
	}, pulumi.Parent(site), pulumi.Protect(cfg.Protect))
}

func origins(bucket *s3.BucketV2, access *cloudfront.OriginAccessControl, api *API) cloudfront.DistributionOriginArray {
	return cloudfront.DistributionOriginArray{
		cloudfront.DistributionOriginArgs{
			OriginId:              pulumi.String(filesOrigin),
			DomainName:            bucket.BucketRegionalDomainName,
			OriginAccessControlId: access.ID(),
		},
		cloudfront.DistributionOriginArgs{
			OriginId:   pulumi.String(apiOrigin),
			DomainName: api.Host,
			CustomOriginConfig: cloudfront.DistributionOriginCustomOriginConfigArgs{
				HttpPort:             pulumi.Int(80),
				HttpsPort:            pulumi.Int(443),
				OriginProtocolPolicy: pulumi.String("https-only"),
				OriginSslProtocols:   pulumi.ToStringArray([]string{"TLSv1.2"}),
			},
		},
	}
}

// filesBehavior serves the site's files, and its pages for deep links.
func filesBehavior(headers *cloudfront.ResponseHeadersPolicy, deepLink *cloudfront.Function) cloudfront.DistributionDefaultCacheBehaviorArgs {
	return cloudfront.DistributionDefaultCacheBehaviorArgs{
		TargetOriginId:          pulumi.String(filesOrigin),
		ViewerProtocolPolicy:    pulumi.String("redirect-to-https"),
		AllowedMethods:          pulumi.ToStringArray([]string{"GET", "HEAD"}),
		CachedMethods:           pulumi.ToStringArray([]string{"GET", "HEAD"}),
		Compress:                pulumi.Bool(true),
		CachePolicyId:           pulumi.String(cachingOptimized),
		ResponseHeadersPolicyId: headers.ID(),
		FunctionAssociations: cloudfront.DistributionDefaultCacheBehaviorFunctionAssociationArray{
			cloudfront.DistributionDefaultCacheBehaviorFunctionAssociationArgs{
				EventType:   pulumi.String("viewer-request"),
				FunctionArn: deepLink.Arn,
			},
		},
	}
}

// apiBehavior forwards calls to the API unchanged, and caches nothing. Plain http
// is refused instead of redirected: a redirect would come after the token had
// crossed the network unencrypted.
func apiBehavior(headers *cloudfront.ResponseHeadersPolicy) cloudfront.DistributionOrderedCacheBehaviorArgs {
	return cloudfront.DistributionOrderedCacheBehaviorArgs{
		PathPattern:             pulumi.String("/" + stageName + "/*"),
		TargetOriginId:          pulumi.String(apiOrigin),
		ViewerProtocolPolicy:    pulumi.String("https-only"),
		AllowedMethods:          pulumi.ToStringArray([]string{"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"}),
		CachedMethods:           pulumi.ToStringArray([]string{"GET", "HEAD"}),
		Compress:                pulumi.Bool(true),
		CachePolicyId:           pulumi.String(cachingDisabled),
		OriginRequestPolicyId:   pulumi.String(allViewerExceptHostHeader),
		ResponseHeadersPolicyId: headers.ID(),
	}
}
