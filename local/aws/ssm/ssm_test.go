package ssm_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	client "github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/aws/smithy-go"

	"api-auth-jwt-auth0/local/aws"
	"api-auth-jwt-auth0/local/aws/ssm"
	"api-auth-jwt-auth0/local/programtest"
)

var _ aws.Service = (*ssm.Service)(nil)

const (
	arns    = "arn:aws:ssm:eu-central-1:123456789012:parameter"
	planted = "planted-value-7f3a"
)

func parameter(name, kind, value string) ssm.Parameter {
	return ssm.Parameter{Name: name, ARN: arns + "/" + strings.TrimPrefix(name, "/"), Type: kind, Value: value, HasValue: true}
}

func config(parameters ...ssm.Parameter) ssm.Config {
	return ssm.Config{Region: "eu-central-1", AccountID: "123456789012", Parameters: parameters}
}

func newService(t testing.TB, o ssm.Options, cfg ssm.Config) *ssm.Service {
	t.Helper()
	s := ssm.New(o)
	prepare(t, s, cfg)
	return s
}

func prepare(t testing.TB, s *ssm.Service, cfg ssm.Config) {
	t.Helper()
	commit, err := s.Prepare(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	commit()
}

// newClient starts a server without signatures and permissions.
func newClient(t testing.TB, s *ssm.Service) (*client.Client, string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if _, err := s.Read(r, body); err != nil {
			var refused *aws.Error
			if !errors.As(err, &refused) {
				t.Errorf("expected an *aws.Error, got %v", err)
				return
			}
			s.Refuse(w, r, refused)
			return
		}
		s.Serve(w, r, body)
	}))
	t.Cleanup(server.Close)
	return client.New(client.Options{Region: "eu-central-1", BaseEndpoint: &server.URL, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("AKIAIOSFODNN7EXAMPLE", "secret", "")}), server.URL
}

func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func get(t *testing.T, c *client.Client, name string, decrypt bool) (*types.Parameter, error) {
	t.Helper()
	out, err := c.GetParameter(t.Context(), &client.GetParameterInput{Name: &name, WithDecryption: &decrypt})
	if err != nil {
		return nil, err
	}
	return out.Parameter, nil
}

func TestDecryption(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, newService(t, ssm.Options{}, config(parameter("/dev/key", "SecureString", planted), parameter("flat", "String", "plain"))))
	p, err := get(t, c, "/dev/key", true)
	if err != nil || *p.Value != planted || p.Type != types.ParameterTypeSecureString || *p.Name != "/dev/key" || *p.ARN != arns+"/dev/key" || *p.DataType != "text" {
		t.Errorf("got %+v, %v", p, err)
	}
	p, err = get(t, c, arns+"/dev/key", false)
	if err != nil || strings.Contains(*p.Value, planted) || !strings.HasPrefix(*p.Value, "AQICAH") || *p.Name != "/dev/key" {
		t.Errorf("without decryption: got %+v, %v", p, err)
	}
	if p, err = get(t, c, "flat", false); err != nil || *p.Value != "plain" {
		t.Errorf("got %+v, %v", p, err)
	}
	if p, err = get(t, c, arns+"/flat", true); err != nil || *p.Value != "plain" || *p.Name != "flat" {
		t.Errorf("by ARN: got %+v, %v", p, err)
	}
}

func TestVersions(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)
	s := newService(t, ssm.Options{Now: func() time.Time { return now }}, config(parameter("/a", "String", "one")))
	c, _ := newClient(t, s)
	first := now
	now = now.Add(time.Hour)
	prepare(t, s, config(parameter("/a", "String", "one"), parameter("/b", "String", "b")))
	if p, err := get(t, c, "/a:1", false); err != nil || p.Version != 1 || !p.LastModifiedDate.Equal(first) || *p.Selector != ":1" {
		t.Errorf("got %+v, %v", p, err)
	}
	prepare(t, s, config(parameter("/a", "String", "two")))
	if p, err := get(t, c, "/a", false); err != nil || p.Version != 2 || *p.Value != "two" || !p.LastModifiedDate.Equal(now) {
		t.Errorf("got %+v, %v", p, err)
	}
	for _, name := range []string{"/a:1", "/a:label", arns + "/a:7"} {
		if _, err := get(t, c, name, false); code(err) != "ParameterVersionNotFound" {
			t.Errorf("%s: expected ParameterVersionNotFound, got %v", name, err)
		}
	}
	if _, err := get(t, c, "/b", false); code(err) != "ParameterNotFound" {
		t.Errorf("removed: %v", err)
	}
}

func TestGetParameters(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, newService(t, ssm.Options{}, config(parameter("/a", "String", "1"), parameter("/b", "StringList", "1,2"))))
	out, err := c.GetParameters(t.Context(), &client.GetParametersInput{Names: []string{"/b", "/missing", "/a:9", arns + "/a"}})
	if err != nil || len(out.Parameters) != 2 || *out.Parameters[0].Value != "1,2" || !slices.Equal(out.InvalidParameters, []string{"/missing", "/a:9"}) {
		t.Errorf("got %+v, %v", out, err)
	}
}

func TestByPath(t *testing.T) {
	t.Parallel()
	var parameters []ssm.Parameter
	for i := range 12 {
		parameters = append(parameters, parameter(fmt.Sprintf("/dev/%02d", i), "String", "v"))
	}
	parameters = append(parameters, parameter("/dev/deep/a", "String", "v"), parameter("/device", "String", "v"), parameter("flat", "String", "v"))
	c, _ := newClient(t, newService(t, ssm.Options{}, config(parameters...)))
	for _, tt := range []struct {
		path      string
		recursive bool
		limit     int32
		want      int
	}{{"/dev", false, 0, 12}, {"/dev/", false, 5, 12}, {"/dev", true, 0, 13}, {"/", true, 10, 14}, {"/", false, 10, 1}, {"/de", true, 10, 0}} {
		in := &client.GetParametersByPathInput{Path: &tt.path, Recursive: &tt.recursive}
		if tt.limit > 0 {
			in.MaxResults = &tt.limit
		}
		got := 0
		for pages := client.NewGetParametersByPathPaginator(c, in); pages.HasMorePages(); {
			page, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			got += len(page.Parameters)
		}
		if got != tt.want {
			t.Errorf("%s, recursive %t: expected %d, got %d", tt.path, tt.recursive, tt.want, got)
		}
	}
}

func TestMissingValue(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	missing := parameter("/dev/key", "SecureString", "")
	missing.HasValue, missing.Missing = false, "write paymentsKey=… into .secrets.env"
	s := newService(t, ssm.Options{Logger: slog.New(slog.NewTextHandler(&log, nil))}, config(missing, parameter("/dev/other", "SecureString", planted)))
	c, _ := newClient(t, s)
	_, one := get(t, c, "/dev/key", true)
	_, several := c.GetParameters(t.Context(), &client.GetParametersInput{Names: []string{"/dev/other", "/dev/key"}})
	_, path := c.GetParametersByPath(t.Context(), &client.GetParametersByPathInput{Path: sdk.String("/dev")})
	for _, err := range []error{one, several, path} {
		if code(err) != "ParameterNotFound" || !strings.Contains(err.Error(), missing.Missing) {
			t.Errorf("expected ParameterNotFound with the words, got %v", err)
		}
	}
	if !strings.Contains(log.String(), "/dev/key") || strings.Contains(log.String(), planted) {
		t.Errorf("expected only the name in the log, got %s", &log)
	}
	if got := s.Parameters(); len(got) != 2 || got[0].HasValue || got[0].Missing == "" || !got[1].HasValue {
		t.Errorf("got %+v", got)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	c, url := newClient(t, newService(t, ssm.Options{}, config(parameter("/dev/key", "SecureString", planted))))
	_, err := c.PutParameter(t.Context(), &client.PutParameterInput{Name: sdk.String("/a"), Value: sdk.String(planted), Type: types.ParameterTypeString})
	if code(err) != "UnknownOperationException" || !strings.Contains(err.Error(), "declared in the Pulumi program") || strings.Contains(err.Error(), planted) {
		t.Errorf("got %v", err)
	}
	for _, tt := range []struct{ name, method, target, body, code string }{
		{"unknown", "POST", "AmazonSSM.GetParameter", `{"Name": "/missing"}`, "ParameterNotFound"},
		{"AWS's own", "POST", "AmazonSSM.GetParameter", `{"Name": "/aws/service/x"}`, "ParameterNotFound"},
		{"another account's", "POST", "AmazonSSM.GetParameter", `{"Name": "arn:aws:ssm:eu-central-1:210987654321:parameter/dev/key"}`, "ParameterNotFound"},
		{"without its slash", "POST", "AmazonSSM.GetParameter", `{"Name": "dev/key"}`, "ParameterNotFound"},
		{"another case", "POST", "AmazonSSM.GetParameter", `{"Name": "/dev/KEY"}`, "ParameterNotFound"},
		{"no name", "POST", "AmazonSSM.GetParameter", `{}`, "ValidationException"},
		{"no JSON", "POST", "AmazonSSM.GetParameter", `{"Name": "` + planted, "SerializationException"},
		{"type", "POST", "AmazonSSM.GetParameter", `{"Name": 1}`, "SerializationException"},
		{"no names", "POST", "AmazonSSM.GetParameters", `{}`, "ValidationException"},
		{"name twice", "POST", "AmazonSSM.GetParameters", `{"Names": ["/a", "/a"]}`, "ValidationException"},
		{"eleven names", "POST", "AmazonSSM.GetParameters", `{"Names": ["0","1","2","3","4","5","6","7","8","9","10"]}`, "ValidationException"},
		{"path", "POST", "AmazonSSM.GetParametersByPath", `{"Path": "dev"}`, "ValidationException"},
		{"results", "POST", "AmazonSSM.GetParametersByPath", `{"Path": "/", "MaxResults": 11}`, "ValidationException"},
		{"filters", "POST", "AmazonSSM.GetParametersByPath", `{"Path": "/", "ParameterFilters": [{}]}`, "InvalidFilterKey"},
		{"history", "POST", "AmazonSSM.GetParameterHistory", `{}`, "UnknownOperationException"},
		{"other service", "POST", "DynamoDB_20120810.GetItem", `{}`, "UnknownOperationException"},
		{"method", "GET", "AmazonSSM.GetParameter", ``, "UnknownOperationException"},
		{"bytes", "POST", "AmazonSSM.\xff", `{}`, "UnknownOperationException"},
	} {
		r, err := http.NewRequestWithContext(t.Context(), tt.method, url, strings.NewReader(tt.body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Amz-Target", tt.target)
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		var body struct {
			Type    string `json:"__type"`
			Message string `json:"message"`
		}
		if err != nil || json.Unmarshal(text, &body) != nil || resp.StatusCode != 400 || body.Type != tt.code || body.Message == "" || strings.Contains(body.Message, planted) {
			t.Errorf("%s: expected %s, got %d %s", tt.name, tt.code, resp.StatusCode, text)
		}
	}
}

func TestRequests(t *testing.T) {
	t.Parallel()
	const key = "arn:aws:kms:eu-central-1:123456789012:key/1"
	own := parameter("/dev/own", "SecureString", planted)
	own.KeyARN = key
	s := newService(t, ssm.Options{}, config(parameter("/dev/key", "SecureString", planted), parameter("flat", "String", "v"), own))
	for _, tt := range []struct {
		action, body, resource string
		want                   []string
	}{
		{"GetParameter", `{"Name": "/dev/key"}`, "/dev/key", []string{"ssm:GetParameter " + arns + "/dev/key"}},
		{"GetParameter", `{"Name": "/dev/key:3"}`, "/dev/key:3", []string{"ssm:GetParameter " + arns + "/dev/key"}},
		{"GetParameter", `{"Name": "flat"}`, "flat", []string{"ssm:GetParameter " + arns + "/flat"}},
		{"GetParameter", `{"Name": "/missing"}`, "/missing", []string{"ssm:GetParameter " + arns + "/missing"}},
		{"GetParameter", `{"Name": "` + arns + `/dev/key:1"}`, arns + "/dev/key:1", []string{"ssm:GetParameter " + arns + "/dev/key"}},
		{"GetParameter", `{"Name": "arn:aws:ssm:eu-west-1:1:parameter/x"}`, "arn:aws:ssm:eu-west-1:1:parameter/x", []string{"ssm:GetParameter arn:aws:ssm:eu-west-1:1:parameter/x"}},
		{"GetParameter", `{"Name": "/dev/own", "WithDecryption": true}`, "/dev/own", []string{"ssm:GetParameter " + arns + "/dev/own", "kms:Decrypt " + key}},
		{"GetParameter", `{"Name": "/dev/own"}`, "/dev/own", []string{"ssm:GetParameter " + arns + "/dev/own"}},
		{"GetParameters", `{"Names": ["/dev/key", "flat"]}`, "/dev/key, flat", []string{"ssm:GetParameters " + arns + "/dev/key", "ssm:GetParameters " + arns + "/flat"}},
		{"GetParametersByPath", `{"Path": "/dev/"}`, "/dev/", []string{"ssm:GetParametersByPath " + arns + "/dev"}},
		{"GetParametersByPath", `{"Path": "/", "Recursive": true, "WithDecryption": true}`, "/", []string{"ssm:GetParametersByPath " + arns + "/", "kms:Decrypt " + key}},
	} {
		r, _ := http.NewRequest("POST", "http://127.0.0.1/", nil)
		r.Header.Set("X-Amz-Target", "AmazonSSM."+tt.action)
		op, err := s.Read(r, []byte(tt.body))
		var got []string
		for _, request := range op.Requests {
			got = append(got, request.Action+" "+request.Resource)
		}
		if err != nil || op.Action != tt.action || op.Resource != tt.resource || !slices.Equal(got, tt.want) {
			t.Errorf("%s %s: expected %q, got %+v, %v", tt.action, tt.body, tt.want, op, err)
		}
	}
}

func TestPrepareRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(*ssm.Parameter)
		want   string
	}{
		{"name", func(p *ssm.Parameter) { p.Name = "/a b" }, "expected a name of letters"},
		{"levels", func(p *ssm.Parameter) { p.Name = strings.Repeat("/a", 16) }, "at most 15 levels"},
		{"AWS's", func(p *ssm.Parameter) { p.Name = "/aws/x" }, "AWS's own"},
		{"no slash", func(p *ssm.Parameter) { p.Name = "a/b" }, "begins with a slash"},
		{"ARN", func(p *ssm.Parameter) { p.ARN = arns + "//a" }, "expected the ARN " + arns + "/a"},
		{"type", func(p *ssm.Parameter) { p.Type = "Secret" }, `got "Secret"`},
		{"empty", func(p *ssm.Parameter) { p.Value = "" }, "got 0"},
		{"long", func(p *ssm.Parameter) { p.Value = strings.Repeat(planted, 1000) }, "got 18000"},
		{"bytes", func(p *ssm.Parameter) { p.Value = planted + "\xff" }, "UTF-8"},
		{"words", func(p *ssm.Parameter) { p.HasValue = false }, "what to do about"},
		{"twice", func(p *ssm.Parameter) { p.Name, p.ARN = "/b", arns+"/b" }, "declared twice"},
	} {
		p := parameter("/a", "SecureString", planted)
		tt.change(&p)
		_, err := ssm.New(ssm.Options{}).Prepare(t.Context(), config(parameter("/b", "String", "v"), p))
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), planted) {
			t.Errorf("%s: expected %q, got %v", tt.name, tt.want, err)
		}
	}
}

// Nothing that prints a parameter prints its value.
func TestValueIsNotPrinted(t *testing.T) {
	t.Parallel()
	cfg := config(parameter("/dev/key", "SecureString", planted))
	var log bytes.Buffer
	for _, h := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
		slog.New(h).Info("m", "cfg", cfg, "parameters", cfg.Parameters, "one", cfg.Parameters[0], "pointer", &cfg.Parameters[0])
	}
	text, err := json.Marshal(cfg)
	all := log.String() + string(text) + fmt.Sprintf("%v %+v %#v %s %q %v", cfg, cfg, cfg, cfg.Parameters, cfg.Parameters, &cfg.Parameters[0])
	if err != nil || strings.Contains(all, planted) || !strings.Contains(all, "/dev/key") {
		t.Errorf("got %v %s", err, all)
	}
}

func FuzzService(f *testing.F) {
	s := newService(f, ssm.Options{}, config(parameter("/dev/key", "SecureString", planted)))
	f.Add("GetParameter", `{"Name": "/dev/key:1"}`)
	f.Add("GetParameters", `{"Names": ["arn:aws:ssm:eu-central-1:123456789012:parameter/dev/key"]}`)
	f.Add("GetParametersByPath", `{"Path": "/", "Recursive": true, "NextToken": "/dev"}`)
	f.Fuzz(func(t *testing.T, action, body string) {
		r := httptest.NewRequest(http.MethodPost, "/", nil)
		r.Header.Set("X-Amz-Target", "AmazonSSM."+action)
		op, err := s.Read(r, []byte(body))
		w := httptest.NewRecorder()
		s.Serve(w, r, []byte(body))
		if (err == nil) != (w.Code == 200) && !strings.Contains(w.Body.String(), "NotFound") || !json.Valid(w.Body.Bytes()) {
			t.Errorf("read %v, served %d %s", err, w.Code, w.Body)
		}
		// A value is given only to who must be allowed to read that very parameter.
		if !strings.Contains(w.Body.String(), planted) {
			return
		}
		for _, request := range op.Requests {
			if request.Resource == arns+"/dev/key" || request.Action == "ssm:GetParametersByPath" && strings.HasPrefix(arns+"/dev/key", request.Resource) {
				return
			}
		}
		t.Errorf("the value was given for %+v", op)
	})
}

func TestCommandLine(t *testing.T) {
	t.Parallel()
	command, err := programtest.AWS.Find()
	if err != nil {
		t.Fatal(err)
	}
	_, url := newClient(t, newService(t, ssm.Options{}, config(parameter("/dev/key", "SecureString", planted))))
	none := filepath.Join(t.TempDir(), "none")
	for _, tt := range []struct {
		arguments, want string
		fails           bool
	}{
		{"get-parameter --name /dev/key --with-decryption --query Parameter.Value --output text", planted, false},
		{"get-parameters-by-path --path /dev --query Parameters[].Name --output text", "/dev/key", false},
		{"get-parameter --name /missing", "(ParameterNotFound)", true},
		{"put-parameter --name /a --value v --type String", "(UnknownOperationException)", true},
	} {
		cmd := exec.CommandContext(t.Context(), command, append([]string{"--endpoint-url", url, "--region", "eu-central-1", "ssm"}, strings.Fields(tt.arguments)...)...)
		cmd.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY=secret", "AWS_EC2_METADATA_DISABLED=true",
			"AWS_CONFIG_FILE="+none, "AWS_SHARED_CREDENTIALS_FILE="+none, "AWS_MAX_ATTEMPTS=1", "AWS_PAGER=")
		out, err := cmd.CombinedOutput()
		if (err != nil) != tt.fails || !strings.Contains(string(out), tt.want) {
			t.Errorf("aws ssm %s: expected %q, got %v %s", tt.arguments, tt.want, err, out)
		}
	}
}
