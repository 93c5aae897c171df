package s3_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/aws/s3"
	"api-auth-jwt-auth0/local/programtest"
)

// The AWS command line stores, lists, copies and removes.
func TestCommandLine(t *testing.T) {
	t.Parallel()
	command, err := programtest.AWS.Find()
	if err != nil {
		t.Fatal(err)
	}
	s := newService(t, s3.Options{}, config())
	_, url := newClient(t, s)
	dir := t.TempDir()
	small, large, back := filepath.Join(dir, "a b+c.txt"), filepath.Join(dir, "large"), filepath.Join(dir, "back")
	if err := os.WriteFile(small, []byte("content"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(large, bytesOf(12<<20, 5), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		arguments string // separated by |
		want      string
		fails     bool
	}{
		{"s3|cp|" + small + "|s3://" + bucket + "/dir/", "upload:", false},
		{"s3|cp|" + large + "|s3://" + bucket + "/large", "upload:", false}, // in parts
		{"s3|ls|s3://" + bucket + "/dir/", "7 a b+c.txt", false},
		{"s3api|list-objects-v2|--bucket|" + bucket + "|--max-items|1", `"Key": "dir/a b+c.txt"`, false},
		{"s3api|get-object-tagging|--bucket|" + bucket + "|--key|large", `"TagSet": []`, false},
		{"s3|cp|s3://" + bucket + "/large|" + back, "download:", false},
		{"s3|mv|s3://" + bucket + "/dir/a b+c.txt|s3://" + other + "/x/y%20z", "move:", false},
		{"s3api|head-object|--bucket|" + bucket + "|--key|missing", "(404)", true},
		{"s3|rm|s3://" + bucket + "|--recursive", "delete:", false},
		{"s3|mb|s3://new-bucket", "(NotImplemented)", true},
	} {
		cmd := exec.CommandContext(t.Context(), command, append([]string{"--endpoint-url", url, "--region", "eu-central-1"}, strings.Split(tt.arguments, "|")...)...)
		cmd.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY=secret", "AWS_EC2_METADATA_DISABLED=true",
			"AWS_CONFIG_FILE="+filepath.Join(dir, "none"), "AWS_SHARED_CREDENTIALS_FILE="+filepath.Join(dir, "none"), "AWS_MAX_ATTEMPTS=1", "AWS_PAGER=")
		out, err := cmd.CombinedOutput()
		if (err != nil) != tt.fails || !strings.Contains(string(out), tt.want) {
			t.Errorf("aws %s: expected %q, got %v %s", strings.ReplaceAll(tt.arguments, "|", " "), tt.want, err, out)
		}
	}
	got, err := os.ReadFile(back)
	if err != nil || string(got) != string(bytesOf(12<<20, 5)) {
		t.Errorf("the downloaded file differs: %v", err)
	}
	if _, moved, err := s.Get(other, "x/y%20z"); err != nil || string(moved) != "content" {
		t.Errorf("got %q, %v", moved, err)
	}
	if left := s.Buckets()[1]; left.Objects != 0 {
		t.Errorf("got %+v", left)
	}
}
