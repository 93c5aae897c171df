package provider

import (
	"fmt"
	"math"
	"strings"
)

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
// https://github.com/hashicorp/terraform-provider-aws/blob/v5.100.0/internal/service/s3/bucket_lifecycle_configuration.go
var lifecycle = object(fields{
	"bucket!^": bucketNaming.rule(),
	"rules": unique("id", list(1, 1000, object(fields{
		"id!": length(1, 255), "status!": oneOf("Enabled", "Disabled"),
		"filter!": object(fields{"prefix": length(0, 1024)}),
		"expiration": object(fields{
			"date": midnight, "days": integer(1, math.MaxInt32),
		}, exactlyOne("date", "days")),
		"abortIncompleteMultipartUpload": object(fields{"daysAfterInitiation!": integer(1, math.MaxInt32)}),
	}, atLeastOne("expiration", "abortIncompleteMultipartUpload")))),
})

// mediaType: https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1
var mediaType = match(1024, `[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+(; ?[a-z]+=[^\s;]+)*`, "text/html; charset=utf-8")

// tags: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
var tags = mapOf(50, tagKey, match(256, tagCharacters+`*`, "prod"))

const tagCharacters = `[\p{L}\p{Z}\p{N}_.:/=+\-@]`

// tagKey accepts no key that AWS reserves.
var tagKey = rule{check: ofString(func(text string) error {
	if err := match(128, tagCharacters+`+`, "Project").check(text); err != nil {
		return err
	}
	if strings.HasPrefix(strings.ToLower(text), "aws:") {
		return fmt.Errorf("expected a key without the prefix aws:, which AWS reserves, got %q", text)
	}
	return nil
})}
