package credentials

import (
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"api-auth-jwt-auth0/infra/artifact"
	"api-auth-jwt-auth0/local/aws/sigv4"
)

// source compiles the real program, once.
var source = sync.OnceValue(func() *Source {
	return New(artifact.Builder{Root: filepath.Join("..", "..")})
})

const (
	roleARN = "arn:aws:iam::123456789012:role/orders"
	region  = "eu-west-1"
)

// isolated sets an environment that contains only a key of the developer.
func isolated(t *testing.T, accessKeyID string) {
	t.Helper()
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": accessKeyID, "AWS_SECRET_ACCESS_KEY": "", "AWS_SESSION_TOKEN": "", "AWS_PROFILE": "",
		"AWS_CONFIG_FILE": filepath.Join(t.TempDir(), "config"), "AWS_SHARED_CREDENTIALS_FILE": filepath.Join(t.TempDir(), "credentials"),
		"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "", "AWS_CONTAINER_CREDENTIALS_FULL_URI": "",
		"AWS_WEB_IDENTITY_TOKEN_FILE": "", "AWS_ENDPOINT_URL": "", "AWS_ENDPOINT_URL_STS": "",
	} {
		t.Setenv(name, value)
	}
	if accessKeyID != "" {
		t.Setenv("AWS_SECRET_ACCESS_KEY", "the developer's")
	}
}

// sts simulates STS: it verifies the signature, issues credentials for one role with an
// expiration, and refuses others.
type sts struct {
	mu       sync.Mutex
	asked    []url.Values
	lifetime time.Duration
}

func (s *sts) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	v := sigv4.Verifier{Region: region, Now: time.Now, Key: func(id string) (sigv4.Key, bool) {
		return sigv4.Key{Secret: "the developer's"}, id == "AKIADEVELOPER"
	}}
	signature, err := sigv4.Parse(r, "")
	if err == nil {
		_, err = v.Verify(r, signature, body)
	}
	form, _ := url.ParseQuery(string(body))
	switch {
	case err != nil:
		fail(w, "InvalidClientTokenId", err.Error())
	case form.Get("RoleArn") != roleARN:
		fail(w, "AccessDenied", "User: arn:aws:iam::123456789012:user/anna is not authorized to perform: sts:AssumeRole on resource: "+form.Get("RoleArn"))
	default:
		s.mu.Lock()
		s.asked = append(s.asked, form)
		s.mu.Unlock()
		io.WriteString(w, `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>`+
			`<AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>the role's</SecretAccessKey><SessionToken>token</SessionToken>`+
			`<Expiration>`+time.Now().Add(s.lifetime).UTC().Format(time.RFC3339)+`</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`)
	}
}

func fail(w http.ResponseWriter, code, message string) {
	w.WriteHeader(http.StatusForbidden)
	var escaped strings.Builder
	_ = xml.EscapeText(&escaped, []byte(message))
	io.WriteString(w, `<ErrorResponse><Error><Type>Sender</Type><Code>`+code+`</Code><Message>`+escaped.String()+`</Message></Error></ErrorResponse>`)
}

func startSTS(t *testing.T, lifetime time.Duration) *sts {
	t.Helper()
	s := &sts{lifetime: lifetime}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	t.Setenv("AWS_ENDPOINT_URL_STS", server.URL)
	return s
}

func TestDeveloper(t *testing.T) { // not parallel: it sets the environment
	isolated(t, "AKIADEVELOPER")
	c, err := source().Developer(t.Context())
	if err != nil || c.AccessKeyID != "AKIADEVELOPER" || c.SecretAccessKey != "the developer's" || !c.Expiration.IsZero() {
		t.Errorf("got %+v, %v", c, err)
	}
}

func TestNobodyIsLoggedIn(t *testing.T) { // not parallel: it sets the environment
	isolated(t, "")
	_, err := source().Developer(t.Context())
	if err == nil || !strings.Contains(err.Error(), "log in, such as with aws sso login, or name a profile with AWS_PROFILE") {
		t.Errorf("got %v", err)
	}
	_, err = (&Role{ARN: roleARN, Region: region, Session: "local", Source: source()}).Get(t.Context())
	if err == nil || !strings.Contains(err.Error(), "log in, such as with aws sso login") {
		t.Errorf("for a role: got %v", err)
	}
}

// TestRole: credentials are requested once, and again before they expire.
func TestRole(t *testing.T) { // not parallel: it sets the environment
	isolated(t, "AKIADEVELOPER")
	s := startSTS(t, time.Hour)
	var after time.Duration
	r := &Role{ARN: roleARN, Region: region, Session: "local", Source: source(), Now: func() time.Time { return time.Now().Add(after) }}
	for _, at := range []time.Duration{0, 0, 54 * time.Minute} {
		after = at
		c, err := r.Get(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if c.AccessKeyID != "ASIAROLE" || c.SecretAccessKey != "the role's" || c.SessionToken != "token" {
			t.Errorf("got %+v", c)
		}
	}
	if len(s.asked) != 1 || s.asked[0].Get("RoleSessionName") != "local" {
		t.Errorf("expected one question, got %v", s.asked)
	}
	after = 56 * time.Minute
	if _, err := r.Get(t.Context()); err != nil || len(s.asked) != 2 {
		t.Errorf("expected another question before the end, got %d, %v", len(s.asked), err)
	}
}

func TestRoleThatMayNotBeAssumed(t *testing.T) { // not parallel: it sets the environment
	isolated(t, "AKIADEVELOPER")
	startSTS(t, time.Hour)
	_, err := (&Role{ARN: roleARN + "-of-prod", Region: region, Session: "local", Source: source()}).Get(t.Context())
	failed := new(Failure)
	if !errors.As(err, &failed) || failed.Code != "AccessDenied" || !strings.Contains(failed.Message, "is not authorized to perform: sts:AssumeRole") {
		t.Errorf("got %v", err)
	}
	if err != nil && strings.Contains(err.Error(), "the developer's") {
		t.Errorf("a secret is in %v", err)
	}
}
