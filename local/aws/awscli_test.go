package aws

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/programtest"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
)

// TestAWSCommandLine: botocore is another signer than the SDK for Go.
func TestAWSCommandLine(t *testing.T) {
	t.Parallel()
	program, err := programtest.AWS.Find()
	if err != nil {
		t.Fatal(err)
	}
	e, err := New(Options{Caller: func(id string) (Caller, bool) { c, known := callers[id]; return c, known }})
	if err != nil {
		t.Fatal(err)
	}
	commit, err := e.Prepare(t.Context(), config())
	if err != nil {
		t.Fatal(err)
	}
	commit()
	server := httptest.NewServer(e.Handler())
	t.Cleanup(server.Close)
	object := filepath.Join(t.TempDir(), "receipt.txt")
	if err := os.WriteFile(object, []byte("paid"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		key     sdk.Credentials
		command string
		want    string
	}{
		{orders, "sts get-caller-identity --query Arn --output text", sessionARN},
		{orders, `dynamodb put-item --table-name orders --item {"customer":{"S":"anna"}}`, ""},
		{orders, `dynamodb get-item --table-name orders --key {"customer":{"S":"anna"}}`, "An error occurred (AccessDeniedException) when calling the GetItem operation: User: " + sessionARN + " is not authorized to perform: dynamodb:GetItem on resource: " + tableARN},
		{orders, "s3api put-object --bucket bucket --key receipts/ü+1 --body " + object, ""},
		{mailer, "s3api put-object --bucket bucket --key receipts/ü+1 --body " + object, `(AccessDenied) when calling the PutObject operation: User: arn:aws:sts::123456789012:assumed-role/mailer-role/mailer-5d6e7f8 is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::bucket/receipts/ü+1" because no identity-based policy`},
		{orders, "sns list-topics", "(NotServedLocally) when calling the ListTopics operation: sns is not served on this machine."},
	} {
		t.Run(test.command, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), program, append(strings.Fields(test.command), "--endpoint-url", server.URL)...)
			cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "AWS_REGION=" + inRegion, "AWS_DEFAULT_REGION=" + inRegion, "AWS_PAGER=", "AWS_EC2_METADATA_DISABLED=true", "LC_ALL=C.UTF-8",
				"AWS_ACCESS_KEY_ID=" + test.key.AccessKeyID, "AWS_SECRET_ACCESS_KEY=" + test.key.SecretAccessKey, "AWS_SESSION_TOKEN=" + test.key.SessionToken}
			out, err := cmd.CombinedOutput()
			if fails := strings.Contains(test.want, "when calling"); (err != nil) != fails || !strings.Contains(string(out), test.want) {
				t.Errorf("expected %q, got %v: %s", test.want, err, out)
			}
		})
	}
}
