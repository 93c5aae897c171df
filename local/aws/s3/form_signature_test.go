package s3_test

import (
	"context"
	"maps"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	client "github.com/aws/aws-sdk-go-v2/service/s3"

	"api-auth-jwt-auth0/local/aws"
	"api-auth-jwt-auth0/local/aws/s3"
)

// TestSignedForm: a form that the SDK has signed for a function is accepted by the
// endpoint; what the function may not store, or did not sign, is not.
func TestSignedForm(t *testing.T) {
	t.Parallel()
	s := newService(t, s3.Options{}, config())
	e, err := aws.New(aws.Options{Caller: func(id string) (aws.Caller, bool) {
		return aws.Caller{Function: "uploads", SecretAccessKey: "secret", SessionToken: "token"}, id == "ASIAIOSFODNN7EXAMPLE"
	}})
	if err != nil {
		t.Fatal(err)
	}
	cfg := aws.Config{Region: "eu-central-1", AccountID: account, Services: []aws.Service{s}, Roles: map[string]aws.Role{
		"uploads": {ARN: "arn:aws:iam::" + account + ":role/uploads", Policies: []string{
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::` + bucket + `/cats/*"}]}`}}}}
	commit, err := e.Prepare(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	commit()
	server := httptest.NewServer(e.Handler())
	t.Cleanup(server.Close)
	presign := client.NewPresignClient(client.New(client.Options{Region: "eu-central-1", BaseEndpoint: &server.URL, UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider("ASIAIOSFODNN7EXAMPLE", "secret", "token")}))
	for _, tt := range []struct {
		name, key string
		set       map[string]string // fields, after signing
		code      string
	}{
		{"signed", "cats/1", nil, ""},
		{"not allowed to the signer", "dogs/1", nil, "AccessDenied"},
		{"another policy", "cats/1", map[string]string{"policy": "e30="}, "SignatureDoesNotMatch"},
		{"another key", "cats/1", map[string]string{"key": "cats/2"}, "AccessDenied"},
		{"an unknown signer", "cats/1", map[string]string{"X-Amz-Credential": "ASIA0/20260314/eu-central-1/s3/aws4_request"}, "InvalidAccessKeyId"},
		{"no token", "cats/1", map[string]string{"X-Amz-Security-Token": ""}, "InvalidToken"},
		{"no signature", "cats/1", map[string]string{"X-Amz-Signature": ""}, "AccessDenied"},
	} {
		post, err := presign.PresignPostObject(t.Context(), &client.PutObjectInput{Bucket: sdk.String(bucket), Key: &tt.key})
		if err != nil {
			t.Fatal(err)
		}
		maps.Copy(post.Values, tt.set)
		var fields [][2]string
		for _, name := range slices.Sorted(maps.Keys(post.Values)) {
			fields = append(fields, [2]string{name, post.Values[name]})
		}
		status, _, body := upload(t, server.URL+"/"+bucket, "content", fields...)
		if tt.code == "" && status != 204 || tt.code != "" && !strings.Contains(body, "<Code>"+tt.code+"</Code>") {
			t.Errorf("%s: expected %q, got %d %s", tt.name, tt.code, status, body)
		}
	}
	if stored := s.Buckets()[1]; stored.Name != bucket || stored.Objects != 1 {
		t.Errorf("expected one object, got %+v", stored)
	}

	// A form is not signed again for a bucket elsewhere, of whose policy nothing is known.
	cfg.Deployed = func(context.Context, string, string) (aws.Target, error) {
		t.Error("the form was passed on")
		return aws.Target{}, nil
	}
	if commit, err = e.Prepare(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	commit()
	post, err := presign.PresignPostObject(t.Context(), &client.PutObjectInput{Bucket: sdk.String(bucket), Key: sdk.String("cats/1")})
	if err != nil {
		t.Fatal(err)
	}
	var fields [][2]string
	for _, name := range slices.Sorted(maps.Keys(post.Values)) {
		fields = append(fields, [2]string{name, post.Values[name]})
	}
	if status, _, body := upload(t, server.URL+"/"+bucket, "content", fields...); status != 400 || !strings.Contains(body, "cannot be signed again") {
		t.Errorf("to a deployed bucket: got %d %s", status, body)
	}
}
