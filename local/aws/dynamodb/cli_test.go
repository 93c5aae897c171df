package dynamodb

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/programtest"
)

// TestWithTheAWSCommandLine: put, get, query, scan, and a condition that fails.
func TestWithTheAWSCommandLine(t *testing.T) {
	t.Parallel()
	program, err := programtest.AWS.Find()
	if err != nil {
		t.Fatal(err)
	}
	f := withOrders(t)
	aws := func(arguments ...string) (string, error) {
		command := exec.CommandContext(t.Context(), program, append([]string{"dynamodb", "--endpoint-url", f.url, "--region", testRegion, "--output", "json"}, arguments...)...)
		command.Env = []string{"AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY=secret", "AWS_EC2_METADATA_DISABLED=true", "HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH"), "AWS_PAGER="}
		output, err := command.CombinedOutput()
		return string(output), err
	}
	put := []string{"put-item", "--table-name", "orders", "--item", `{"customer":{"S":"cli"},"id":{"S":"1"},"amount":{"N":"1.50"}}`, "--condition-expression", "attribute_not_exists(id)"}
	if output, err := aws(put...); err != nil || output != "" {
		t.Fatalf("put: %s%v", output, err)
	}
	output, err := aws(put...)
	if err == nil || !strings.Contains(output, "An error occurred (ConditionalCheckFailedException) when calling the PutItem operation: The conditional request failed") {
		t.Errorf("put again: %s%v", output, err)
	}
	output, err = aws("get-item", "--table-name", "orders", "--key", `{"customer":{"S":"cli"},"id":{"S":"1"}}`)
	if err != nil || !sameJSON(t, output, `{"Item":{"customer":{"S":"cli"},"id":{"S":"1"},"amount":{"N":"1.5"}}}`) {
		t.Errorf("get: %s%v", output, err)
	}
	output, err = aws("query", "--table-name", "orders", "--index-name", "by-amount", "--key-condition-expression", "customer = :c AND amount > :t",
		"--expression-attribute-values", `{":c":{"S":"ann"},":t":{"N":"85"}}`, "--projection-expression", "id")
	if err != nil || !sameJSON(t, output, `{"Items":[{"id":{"S":"i9"}}],"Count":1,"ScannedCount":1,"ConsumedCapacity":null}`) {
		t.Errorf("query: %s%v", output, err)
	}
	output, err = aws("scan", "--table-name", "orders", "--select", "COUNT", "--page-size", "3")
	if err != nil || !sameJSON(t, output, `{"Count":12,"ScannedCount":12,"ConsumedCapacity":null}`) {
		t.Errorf("scan: %s%v", output, err)
	}
	output, err = aws("scan", "--table-name", "others")
	if err == nil || !strings.Contains(output, "An error occurred (ResourceNotFoundException) when calling the Scan operation: Requested resource not found") {
		t.Errorf("scan of another table: %s%v", output, err)
	}
}
