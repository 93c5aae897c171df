package s3_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/s3"

	"api-auth-jwt-auth0/local/aws/s3"
	"api-auth-jwt-auth0/local/aws/sigv4"
)

func TestPresigned(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, newService(t, s3.Options{}, config()))
	presign := client.NewPresignClient(c)
	putURL, err := presign.PresignPutObject(t.Context(), &client.PutObjectInput{Bucket: sdk.String(bucket), Key: sdk.String("up load"),
		ContentType: sdk.String("image/png"), Metadata: map[string]string{"by": "me"}, Tagging: sdk.String("a=b")})
	if err != nil {
		t.Fatal(err)
	}
	var headers []string
	for name, values := range putURL.SignedHeader {
		if name != "Host" && name != "Content-Length" {
			headers = append(headers, name+": "+values[0])
		}
	}
	if status, _, body := send(t, putURL.Method, putURL.URL, "content", headers...); status != 200 {
		t.Fatalf("%s: %d %s", putURL.URL, status, body)
	}
	getURL, err := presign.PresignGetObject(t.Context(), &client.GetObjectInput{Bucket: sdk.String(bucket), Key: sdk.String("up load"),
		ResponseContentType: sdk.String("text/plain")})
	if err != nil {
		t.Fatal(err)
	}
	status, h, body := send(t, "GET", getURL.URL, "")
	if status != 200 || body != "content" || h.Get("Content-Type") != "text/plain" || h.Get("X-Amz-Meta-By") != "me" || h.Get("X-Amz-Tagging-Count") != "1" {
		t.Errorf("%s: %d %v %s", getURL.URL, status, h, body)
	}
}

// upload posts a form with the fields in order, and a file.
func upload(t *testing.T, url, content string, fields ...[2]string) (int, http.Header, string) {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, field := range fields {
		if err := w.WriteField(field[0], field[1]); err != nil {
			t.Fatal(err)
		}
	}
	file, err := w.CreateFormFile("file", "cat.png")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return send(t, "POST", url, body.String(), "Content-Type: "+w.FormDataContentType())
}

func TestPresignedPost(t *testing.T) {
	t.Parallel()
	s := newService(t, s3.Options{}, config())
	c, url := newClient(t, s)
	post, err := client.NewPresignClient(c).PresignPostObject(t.Context(), &client.PutObjectInput{Bucket: sdk.String(bucket), Key: sdk.String("cats/1")},
		func(o *client.PresignPostOptions) { o.Conditions = []any{[]any{"content-length-range", 1, 10}} })
	if err != nil {
		t.Fatal(err)
	}
	var fields [][2]string
	for name, value := range post.Values {
		fields = append(fields, [2]string{name, value})
	}
	if status, h, body := upload(t, post.URL, "content", fields...); status != 204 || h.Get("Location") != url+"/"+bucket+"/cats/1" {
		t.Fatalf("%d %v %s", status, h, body)
	}
	if got := get(t, c, "cats/1"); got != "content" {
		t.Errorf("got %q", got)
	}
	if _, _, body := upload(t, post.URL, "longer than that", fields...); element(body, "Code") != "EntityTooLarge" {
		t.Errorf("got %s", body)
	}
}

func TestFormSignature(t *testing.T) {
	t.Parallel()
	s := newService(t, s3.Options{}, config())
	const body = "--b\r\nContent-Disposition: form-data; name=\"X-Amz-Credential\"\r\n\r\nkey/20260314/eu-central-1/s3/aws4_request\r\n" +
		"--b\r\nContent-Disposition: form-data; name=\"policy\"\r\n\r\ne30=\r\n--b\r\nContent-Disposition: form-data; name=\"x-amz-signature\"\r\n\r\nabc\r\n" +
		"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\ncontent\r\n--b--\r\n"
	for _, tt := range []struct {
		name, method, path, contentType string
		isForm                          bool
	}{
		{"form", "POST", "/" + bucket, "multipart/form-data; boundary=b", true},
		{"put", "PUT", "/" + bucket, "multipart/form-data; boundary=b", false},
		{"of a key", "POST", "/" + bucket + "/a", "multipart/form-data; boundary=b", false},
		{"with a query", "POST", "/" + bucket + "?delete", "multipart/form-data; boundary=b", false},
		{"other type", "POST", "/" + bucket, "text/plain; boundary=b", false},
		{"other boundary", "POST", "/" + bucket, "multipart/form-data; boundary=c", false},
	} {
		r, _ := http.NewRequest(tt.method, "http://127.0.0.1"+tt.path, nil)
		r.Header.Set("Content-Type", tt.contentType)
		got, isForm := s.FormSignature(r, []byte(body))
		want := sigv4.Form{Credential: "key/20260314/eu-central-1/s3/aws4_request", Policy: "e30=", Signature: "abc"}
		if isForm != tt.isForm || isForm && got != want {
			t.Errorf("%s: got %+v, %t", tt.name, got, isForm)
		}
	}
}

func TestFormPolicy(t *testing.T) {
	t.Parallel()
	clock := newClock()
	_, url := newClient(t, newService(t, s3.Options{Now: clock.Now}, config()))
	policy := func(conditions ...any) string {
		text, _ := json.Marshal(map[string]any{"expiration": clock.now.Add(time.Hour), "conditions": conditions})
		return base64.StdEncoding.EncodeToString(text)
	}
	expired, _ := json.Marshal(map[string]any{"expiration": clock.now, "conditions": []any{}})
	anyKey := []any{"starts-with", "$key", ""}
	key := [2]string{"key", "a"}
	for _, tt := range []struct {
		name, policy string
		fields       [][2]string
		code, words  string
	}{
		{"allowed", policy(map[string]string{"bucket": bucket}, anyKey), [][2]string{key}, "", ""},
		{"names have no case", policy([]any{"eq", "$KEY", "a"}), [][2]string{key}, "", ""},
		{"ignored field", policy(anyKey), [][2]string{key, {"x-ignore-me", "1"}}, "", ""},
		{"metadata", policy(anyKey, map[string]string{"x-amz-meta-a": "b"}), [][2]string{key, {"x-amz-meta-a", "b"}}, "", ""},
		{"content type", policy(anyKey, []string{"starts-with", "$Content-Type", "image/"}), [][2]string{key, {"Content-Type", "image/png"}}, "", ""},
		{"one type of several", policy(anyKey, []string{"starts-with", "$Content-Type", "image/"}), [][2]string{key, {"Content-Type", "image/png,text/html"}}, "AccessDenied", "Condition failed"},
		{"no policy", "", [][2]string{key}, "AccessDenied", "Access Denied"},
		{"expired", base64.StdEncoding.EncodeToString(expired), [][2]string{key}, "AccessDenied", "Policy expired"},
		{"other bucket", policy(map[string]string{"bucket": other}, anyKey), [][2]string{key}, "AccessDenied", `{"bucket":"` + other + `"}`},
		{"other key", policy([]any{"eq", "$key", "b"}), [][2]string{key}, "AccessDenied", "Condition failed"},
		{"other prefix", policy([]any{"starts-with", "$key", "user/"}), [][2]string{key}, "AccessDenied", "Condition failed"},
		{"field without a condition", policy(anyKey), [][2]string{key, {"Content-Type", "text/html"}}, "AccessDenied", "Extra input fields: content-type"},
		{"field twice", policy(anyKey), [][2]string{key, {"KEY", "b"}}, "AccessDenied", "Extra input fields: key"},
		{"too small", policy(anyKey, []any{"content-length-range", 100, 200}), [][2]string{key}, "EntityTooSmall", ""},
		{"no key", policy(anyKey), nil, "InvalidArgument", "a field named 'key'"},
		{"ACL", policy(anyKey, map[string]string{"acl": "public-read"}), [][2]string{key, {"acl", "public-read"}}, "AccessControlListNotSupported", ""},
		{"unknown header", policy(anyKey, map[string]string{"x-amz-unknown": "1"}), [][2]string{key, {"x-amz-unknown", "1"}}, "NotImplemented", ""},
		{"no base64", "%", [][2]string{key}, "InvalidPolicyDocument", ""},
		{"no expiration", base64.StdEncoding.EncodeToString([]byte("{}")), [][2]string{key}, "InvalidPolicyDocument", ""},
		{"operator", policy([]any{"matches", "$key", "a"}), [][2]string{key}, "InvalidPolicyDocument", ""},
		{"two fields", policy(map[string]string{"key": "a", "acl": "private"}), [][2]string{key}, "InvalidPolicyDocument", ""},
		{"many fields", policy(anyKey), [][2]string{key, {"x-ignore-a", strings.Repeat("x", 21<<10)}}, "MaxPostPreDataLengthExceeded", ""},
	} {
		fields := tt.fields
		if tt.policy != "" {
			fields = append(fields, [2]string{"Policy", tt.policy})
		}
		status, _, body := upload(t, url+"/"+bucket, "content", fields...)
		if element(body, "Code") != tt.code || !strings.Contains(strings.NewReplacer("&#34;", `"`, "&#39;", "'").Replace(body), tt.words) || tt.code == "" && status != 204 {
			t.Errorf("%s: expected %q %q, got %d %s", tt.name, tt.code, tt.words, status, body)
		}
	}
}

func TestFormAnswers(t *testing.T) {
	t.Parallel()
	clock := newClock()
	c, url := newClient(t, newService(t, s3.Options{Now: clock.Now}, config()))
	text, _ := json.Marshal(map[string]any{"expiration": clock.now.Add(time.Hour), "conditions": []any{
		[]any{"starts-with", "$key", ""}, []any{"starts-with", "$success_action_status", ""}, []any{"starts-with", "$success_action_redirect", ""},
		[]any{"starts-with", "$tagging", ""}}})
	policy := [2]string{"policy", base64.StdEncoding.EncodeToString(text)}
	key := [2]string{"key", "cats/${filename}"}
	status, h, body := upload(t, url+"/"+bucket, "content", policy, key, [2]string{"success_action_status", "201"})
	if status != 201 || element(body, "Key") != "cats/cat.png" || h.Get("Location") != url+"/"+bucket+"/cats/cat.png" {
		t.Errorf("201: got %d %v %s", status, h, body)
	}
	if status, _, _ := upload(t, url+"/"+bucket, "content", policy, key, [2]string{"success_action_status", "200"}); status != 200 {
		t.Errorf("200: got %d", status)
	}
	status, h, _ = upload(t, url+"/"+bucket, "content", policy, key, [2]string{"success_action_redirect", "http://localhost:1/done?x=1"},
		[2]string{"tagging", "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"})
	if status != 303 || h.Get("Location") != "http://localhost:1/done?bucket="+bucket+"&etag=%229a0364b9e99bb480dd25e1f0284c8555%22&key=cats%2Fcat.png&x=1" {
		t.Errorf("303: got %d %v", status, h)
	}
	out, err := c.GetObjectTagging(t.Context(), &client.GetObjectTaggingInput{Bucket: sdk.String(bucket), Key: sdk.String("cats/cat.png")})
	if err != nil || len(out.TagSet) != 1 {
		t.Errorf("got %+v, %v", out, err)
	}
	if status, _, body := send(t, "POST", url+"/"+bucket, "a=b", "Content-Type: application/x-www-form-urlencoded"); status != 412 {
		t.Errorf("other type: got %d %s", status, body)
	}
}

func TestCORS(t *testing.T) {
	t.Parallel()
	s := newService(t, s3.Options{}, config(func(b *s3.Bucket) {
		b.CORS = []s3.CORSRule{
			{AllowedOrigins: []string{"http://localhost:5173", "https://*.example.com"}, AllowedMethods: []string{"PUT", "POST"},
				AllowedHeaders: []string{"content-type", "X-Amz-Meta-*"}, ExposeHeaders: []string{"ETag"}, MaxAge: 5 * time.Minute},
			{AllowedOrigins: []string{"*"}, AllowedMethods: []string{"GET"}},
		}
	}))
	_, url := newClient(t, s)
	for _, tt := range []struct {
		name, bucket, origin, method, headers string
		status                                int
		allowed, words                        string
	}{
		{"put", bucket, "http://localhost:5173", "PUT", "Content-Type, x-amz-meta-by", 200, "http://localhost:5173", ""},
		{"wildcard", bucket, "https://a.example.com", "POST", "", 200, "https://a.example.com", ""},
		{"any origin", bucket, "http://evil.test", "GET", "", 200, "*", ""},
		{"other origin", bucket, "http://evil.test", "PUT", "", 403, "", "This CORS request is not allowed"},
		{"suffix alone", bucket, "https://example.com", "PUT", "", 403, "", "This CORS request is not allowed"},
		{"longer", bucket, "http://localhost:51731", "PUT", "", 403, "", "This CORS request is not allowed"},
		{"other method", bucket, "http://localhost:5173", "DELETE", "", 403, "", "This CORS request is not allowed"},
		{"other header", bucket, "http://localhost:5173", "PUT", "x-amz-acl", 403, "", "This CORS request is not allowed"},
		{"no rules", other, "http://localhost:5173", "PUT", "", 403, "", "CORS is not enabled for this bucket"},
		{"no bucket", "unknown-bucket", "http://localhost:5173", "PUT", "", 403, "", "CORS is not enabled for this bucket"},
		{"no origin", bucket, "", "PUT", "", 400, "", "Origin request header needed"},
		{"no method", bucket, "http://localhost:5173", "", "", 400, "", "Origin request header needed"},
	} {
		status, h, body := send(t, "OPTIONS", url+"/"+tt.bucket+"/a", "", "Origin: "+tt.origin, "Access-Control-Request-Method: "+tt.method,
			"Access-Control-Request-Headers: "+tt.headers)
		if status != tt.status || h.Get("Access-Control-Allow-Origin") != tt.allowed || !strings.Contains(body, tt.words) {
			t.Errorf("%s: expected %d %q %q, got %d %v %s", tt.name, tt.status, tt.allowed, tt.words, status, h, body)
		}
		if tt.name == "put" && (h.Get("Access-Control-Allow-Headers") != "content-type, x-amz-meta-by" || h.Get("Access-Control-Max-Age") != "300" ||
			h.Get("Access-Control-Expose-Headers") != "ETag" || h.Get("Access-Control-Allow-Methods") != "PUT, POST" || !strings.HasPrefix(h.Get("Vary"), "Origin")) {
			t.Errorf("%s: got %v", tt.name, h)
		}
	}
	for _, tt := range []struct {
		origin, method string
		want           bool
	}{{"http://localhost:5173", "PUT", true}, {"http://evil.test", "PUT", false}, {"http://evil.test", "GET", true}, {"http://localhost:5173", "DELETE", false}} {
		r, _ := http.NewRequest(tt.method, "http://127.0.0.1/"+bucket+"/a", nil)
		r.Header.Set("Origin", tt.origin)
		w := discard{http.Header{}}
		if got := s.AllowOrigin(w, r); got != tt.want || (w.header.Get("Access-Control-Allow-Origin") != "") != tt.want {
			t.Errorf("%s from %s: got %t, %v", tt.method, tt.origin, got, w.header)
		}
	}
}
