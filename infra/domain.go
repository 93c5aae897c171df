package infra

import (
	"errors"
	"fmt"
	"strings"

	"api-auth-jwt-auth0/infra/kind"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/acm"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Domain is the site's own host with its certificate. A nil Domain means that the
// distribution keeps its default host and certificate.
type Domain struct {
	pulumi.ResourceState

	name        string
	zoneID      string
	certificate pulumi.StringOutput // the ARN, once issued
}

// minimumTLS allows TLS 1.2 and 1.3 with ciphers of forward secrecy only.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html
const minimumTLS = "TLSv1.2_2021"

func newDomain(ctx *pulumi.Context, cfg Config, inUSEast1 pulumi.ResourceOption) (*Domain, error) {
	if cfg.Domain == "" {
		return nil, nil
	}
	d := &Domain{name: cfg.Domain, zoneID: cfg.HostedZoneID}
	if d.zoneID == "" {
		var err error
		if d.zoneID, err = findZone(ctx, cfg.Domain); err != nil {
			return nil, err
		}
	}
	if err := kind.Register(ctx, "Domain", "domain", d); err != nil {
		return nil, err
	}
	if err := newCertificate(ctx, cfg, d, inUSEast1); err != nil {
		return nil, err
	}
	return d, ctx.RegisterResourceOutputs(d, pulumi.Map{"name": pulumi.String(d.name)})
}

// findZone finds the account's most specific public hosted zone that contains the
// domain.
func findZone(ctx *pulumi.Context, domain string) (string, error) {
	public := false
	var problems []error
	for _, name := range zoneNames(domain) {
		zone, err := route53.LookupZone(ctx, &route53.LookupZoneArgs{Name: &name, PrivateZone: &public})
		if err == nil {
			return zone.ZoneId, nil
		}
		problems = append(problems, fmt.Errorf("looking up the hosted zone %s: %w", name, err))
	}
	return "", fmt.Errorf("no hosted zone for the domain %s: create one in Route 53, or set its ID:\n      pulumi config set --stack %s hostedZoneId ZONE_ID\n%w",
		domain, ctx.Stack(), errors.Join(problems...))
}

// zoneNames returns the names of the zones that could contain a domain, the most
// specific first, without top-level domains.
func zoneNames(domain string) []string {
	var names []string
	for name := domain; strings.Contains(name, "."); _, name, _ = strings.Cut(name, ".") {
		names = append(names, name)
	}
	return names
}

// newCertificate requests a certificate for the domain, with a record in the zone
// as proof of ownership, and waits until it is issued: CloudFront accepts no other.
func newCertificate(ctx *pulumi.Context, cfg Config, d *Domain, inUSEast1 pulumi.ResourceOption) error {
	certificate, err := acm.NewCertificate(ctx, "site", &acm.CertificateArgs{
		DomainName:       pulumi.String(d.name),
		ValidationMethod: pulumi.String("DNS"),
		Tags:             tags(ctx),
	}, pulumi.Parent(d), inUSEast1)
	if err != nil {
		return err
	}
	proof := certificate.DomainValidationOptions.Index(pulumi.Int(0))
	record, err := route53.NewRecord(ctx, "certificate", &route53.RecordArgs{
		ZoneId:         pulumi.String(d.zoneID),
		Name:           proof.ResourceRecordName().Elem(),
		Type:           proof.ResourceRecordType().Elem(),
		Records:        pulumi.StringArray{proof.ResourceRecordValue().Elem()},
		Ttl:            pulumi.Int(300),
		AllowOverwrite: pulumi.Bool(true), // stacks of one account prove the same domain by the same record
	}, pulumi.Parent(d))
	if err != nil {
		return err
	}
	issued, err := acm.NewCertificateValidation(ctx, "site", &acm.CertificateValidationArgs{
		CertificateArn:        certificate.Arn,
		ValidationRecordFqdns: pulumi.StringArray{record.Fqdn},
	}, pulumi.Parent(d), inUSEast1)
	if err != nil {
		return err
	}
	d.certificate = issued.CertificateArn
	return nil
}

func (d *Domain) aliases() pulumi.StringArrayInput {
	if d == nil {
		return nil
	}
	return pulumi.StringArray{pulumi.String(d.name)}
}

func (d *Domain) viewerCertificate() cloudfront.DistributionViewerCertificateArgs {
	if d == nil {
		return cloudfront.DistributionViewerCertificateArgs{CloudfrontDefaultCertificate: pulumi.Bool(true)}
	}
	return cloudfront.DistributionViewerCertificateArgs{
		AcmCertificateArn:      d.certificate,
		SslSupportMethod:       pulumi.String("sni-only"),
		MinimumProtocolVersion: pulumi.String(minimumTLS),
	}
}

// pointTo makes the domain's records point to the distribution and returns the
// site's host.
//
// The host is the value that the record returns, not the setting, so that the
// site's URL and the callbacks made from it wait for the record, and so that the
// local cloud can return its own host.
func (d *Domain) pointTo(ctx *pulumi.Context, distribution *cloudfront.Distribution) (pulumi.StringOutput, error) {
	if d == nil {
		return distribution.DomainName, nil
	}
	var host pulumi.StringOutput
	for _, kind := range []string{"AAAA", "A"} {
		record, err := route53.NewRecord(ctx, "site-"+strings.ToLower(kind), &route53.RecordArgs{
			ZoneId: pulumi.String(d.zoneID),
			Name:   pulumi.String(d.name),
			Type:   pulumi.String(kind),
			Aliases: route53.RecordAliasArray{route53.RecordAliasArgs{
				Name:                 distribution.DomainName,
				ZoneId:               distribution.HostedZoneId,
				EvaluateTargetHealth: pulumi.Bool(false), // not supported for a distribution
			}},
		}, pulumi.Parent(d))
		if err != nil {
			return pulumi.StringOutput{}, err
		}
		host = record.Fqdn
	}
	return host, nil
}
