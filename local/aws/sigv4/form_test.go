package sigv4

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// exampleForm is the one that AWS publishes with its signature. Its policy is the text
// of the page, with lines that end in CR LF.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html
var exampleForm = Form{
	Algorithm:  "AWS4-HMAC-SHA256",
	Credential: "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request",
	Date:       "20151229T000000Z",
	Policy: "eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAgICB7ImJ1Y2tldCI6ICJzaWd2NGV4YW1wbGVidWNrZXQifSwNCiAgICBb" +
		"InN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91c2VyMS8iXSwNCiAgICB7ImFjbCI6ICJwdWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDov" +
		"L3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250ZW50LVR5cGUiLCAiaW1hZ2Uv" +
		"Il0sDQogICAgeyJ4LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRlLWVuY3J5cHRpb24iOiAiQUVTMjU2In0sDQogICAgWyJzdGFy" +
		"dHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAgICB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJQUlPU0ZPRE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3" +
		"czRfcmVxdWVzdCJ9LA0KICAgIHsieC1hbXotYWxnb3JpdGhtIjogIkFXUzQtSE1BQy1TSEEyNTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9",
	Signature: "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e",
}

// TestForms: a form that is changed in one field is refused. When its time is over
// stands in the policy, and so does not matter here.
func TestForms(t *testing.T) {
	t.Parallel()
	ended := time.Date(2016, 1, 1, 0, 0, 0, 0, time.UTC)
	verifier := exampleVerifier("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", ended)
	temporary := verifier
	temporary.Key = func(string) (Key, bool) {
		return Key{Secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", SessionToken: "token", Expiration: ended}, true
	}
	for _, test := range []struct {
		name     string
		verifier Verifier
		change   func(*Form)
		want     string // code; empty: valid
	}{
		{"as published", verifier, func(*Form) {}, ""},
		{"another time of the day", verifier, func(f *Form) { f.Date = "20151229T235959Z" }, ""},
		{"another day", verifier, func(f *Form) { f.Date = "20151230T000000Z" }, "AuthorizationHeaderMalformed"},
		{"no time", verifier, func(f *Form) { f.Date = "" }, "AccessDenied"},
		{"another policy", verifier, func(f *Form) { f.Policy = "e30=" }, "SignatureDoesNotMatch"},
		{"no policy", verifier, func(f *Form) { f.Policy = "" }, "AccessDenied"},
		{"another signature", verifier, func(f *Form) { f.Signature = strings.Repeat("0", 64) }, "SignatureDoesNotMatch"},
		{"no signature", verifier, func(f *Form) { f.Signature = "" }, "AccessDenied"},
		{"no algorithm", verifier, func(f *Form) { f.Algorithm = "" }, "InvalidRequest"},
		{"another service", verifier, func(f *Form) { f.Credential = strings.Replace(f.Credential, "/s3/", "/sqs/", 1) }, "SignatureDoesNotMatch"},
		{"another region", verifier, func(f *Form) { f.Credential = strings.Replace(f.Credential, "us-east-1", "eu-west-1", 1) }, "AuthorizationHeaderMalformed"},
		{"another key", verifier, func(f *Form) { f.Credential = strings.Replace(f.Credential, "AKIA", "AKIB", 1) }, "InvalidAccessKeyId"},
		{"half a credential", verifier, func(f *Form) { f.Credential = "AKIAIOSFODNN7EXAMPLE" }, "InvalidArgument"},
		{"a token of no key", verifier, func(f *Form) { f.Token = "token" }, "InvalidToken"},
		{"no token", temporary, func(*Form) {}, "InvalidToken"},
		{"an expired key", temporary, func(f *Form) { f.Token = "token" }, "ExpiredToken"},
	} {
		form := exampleForm
		test.change(&form)
		s, err := ParseForm(form)
		if err == nil {
			_, err = test.verifier.Verify(request(t, "POST", "https://sigv4examplebucket.s3.amazonaws.com/", ""), s, nil)
		}
		var got string
		if e := new(Error); errors.As(err, &e) {
			got = e.Code
		}
		if got != test.want || err != nil && test.want == "" {
			t.Errorf("%s: expected %q, got %v", test.name, test.want, err)
		}
	}
}
