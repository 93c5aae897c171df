package aws

import (
	"context"
	"errors"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
)

// client returns what the SDK reads of a function's environment, with an endpoint that
// listens. Signatures are of this moment, so that the endpoint has the real clock.
func client(t *testing.T, key sdk.Credentials) sdk.Config {
	t.Helper()
	e, err := New(Options{Caller: func(id string) (Caller, bool) {
		c, known := callers[id]
		return c, known
	}})
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
	return sdk.Config{Region: inRegion, BaseEndpoint: &server.URL, HTTPClient: server.Client(), RetryMaxAttempts: 1,
		Credentials: sdk.CredentialsProviderFunc(func(context.Context) (sdk.Credentials, error) { return key, nil })}
}

// failureOf returns the code and the message of an SDK's error.
func failureOf(t *testing.T, err error) (code, message string) {
	t.Helper()
	var failure smithy.APIError
	if !errors.As(err, &failure) {
		t.Fatalf("expected an error of the API, got %v", err)
	}
	return failure.ErrorCode(), failure.ErrorMessage()
}

func TestSDKDynamoDB(t *testing.T) {
	t.Parallel()
	item := map[string]types.AttributeValue{"customer": &types.AttributeValueMemberS{Value: "anna"}}
	c := dynamodb.NewFromConfig(client(t, orders))
	if _, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: sdk.String("orders"), Item: item}); err != nil {
		t.Errorf("allowed: %v", err)
	}
	_, err := c.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: sdk.String("orders"), Key: item})
	if code, message := failureOf(t, err); code != "AccessDeniedException" || !strings.HasPrefix(message, "User: "+sessionARN+" is not authorized to perform: dynamodb:GetItem on resource: "+tableARN) {
		t.Errorf("refused: %s: %s", code, message)
	}
	unknown := client(t, sdk.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "x"})
	_, err = dynamodb.NewFromConfig(unknown).ListTables(t.Context(), nil)
	if code, _ := failureOf(t, err); code != "UnrecognizedClientException" {
		t.Errorf("another key: %s", code)
	}
}

func TestSDKS3(t *testing.T) {
	t.Parallel()
	c := s3.NewFromConfig(client(t, orders), func(o *s3.Options) { o.UsePathStyle = true })
	for _, algorithm := range []s3types.ChecksumAlgorithm{"", s3types.ChecksumAlgorithmCrc64nvme, s3types.ChecksumAlgorithmSha256} {
		if _, err := c.PutObject(t.Context(), &s3.PutObjectInput{Bucket: sdk.String("bucket"), Key: sdk.String("receipts/ü 1+2.txt"),
			Body: strings.NewReader("paid"), ChecksumAlgorithm: algorithm, Metadata: map[string]string{"owner": "anna"}}); err != nil {
			t.Errorf("PutObject with %q: %v", algorithm, err)
		}
	}
	got, err := c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: sdk.String("bucket"), Key: sdk.String("a/../b//c d")})
	if err != nil {
		t.Fatal(err)
	}
	if body, _ := io.ReadAll(got.Body); string(body) != "/bucket/a/../b//c d\n" {
		t.Errorf("GetObject: %q", body)
	}
	_, err = c.PutObject(t.Context(), &s3.PutObjectInput{Bucket: sdk.String("other"), Key: sdk.String("k"), Body: strings.NewReader("x")})
	if code, message := failureOf(t, err); code != "AccessDenied" || !strings.Contains(message, `on resource: "arn:aws:s3:::other/k"`) {
		t.Errorf("another bucket: %s: %s", code, message)
	}
}

// TestSDKPresignedS3: what a page gets to upload with.
func TestSDKPresignedS3(t *testing.T) {
	t.Parallel()
	cfg := client(t, orders)
	p := s3.NewPresignClient(s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true }))
	put, err := p.PresignPutObject(t.Context(), &s3.PutObjectInput{Bucket: sdk.String("bucket"), Key: sdk.String("k y")})
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{"/bucket/k%20y": 200, "/bucket/other": 403} {
		r := unsignedRequest(t, put.Method, "/", "any body", "Content-Type", "image/png")
		var err error
		r.URL, err = r.URL.Parse(strings.Replace(put.URL, "/bucket/k%20y", path, 1))
		if err != nil {
			t.Fatal(err)
		}
		r.Host = ""
		answer, err := cfg.HTTPClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(answer.Body)
		if _ = answer.Body.Close(); answer.StatusCode != want {
			t.Errorf("%s: expected %d, got %d %s", path, want, answer.StatusCode, body)
		}
	}
}

func TestGetCallerIdentity(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		key            sdk.Credentials
		arn            string
		prefix, suffix string // of the user ID, around 17 characters
	}{
		{orders, sessionARN, "AROA", ":orders-1a2b3c4"},
		{developer, "arn:aws:iam::123456789012:user/developer", "AIDA", ""},
	} {
		got, err := sts.NewFromConfig(client(t, test.key)).GetCallerIdentity(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if *got.Arn != test.arn || *got.Account != account || !strings.HasPrefix(*got.UserId, test.prefix) ||
			!strings.HasSuffix(*got.UserId, test.suffix) || len(*got.UserId) != 21+len(test.suffix) {
			t.Errorf("expected %s, got %s, %s, %s", test.arn, *got.Arn, *got.UserId, *got.Account)
		}
	}
	_, err := sts.NewFromConfig(client(t, orders)).GetSessionToken(t.Context(), nil)
	if code, message := failureOf(t, err); code != "InvalidAction" || !strings.Contains(message, "-aws sts=") {
		t.Errorf("another action: %s: %s", code, message)
	}
	_, err = sts.NewFromConfig(client(t, sdk.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "x"})).GetCallerIdentity(t.Context(), nil)
	if code, message := failureOf(t, err); code != "InvalidClientTokenId" || message != "The security token included in the request is invalid." {
		t.Errorf("another key: %s: %s", code, message)
	}
}

func TestSDKNotServed(t *testing.T) {
	t.Parallel()
	_, err := sqs.NewFromConfig(client(t, orders)).ListQueues(t.Context(), nil)
	if code, message := failureOf(t, err); code != "NotServedLocally" || !strings.HasPrefix(message, "sqs is not served on this machine.") {
		t.Errorf("got %s: %s", code, message)
	}
}
