package live

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"api-auth-jwt-auth0/local/cloud"
	"api-auth-jwt-auth0/local/cloudtest"
	"api-auth-jwt-auth0/local/credentials"
	"api-auth-jwt-auth0/local/live/standin"
	"api-auth-jwt-auth0/local/live/wire"
	"api-auth-jwt-auth0/local/outputs"
	"api-auth-jwt-auth0/local/project"
	"api-auth-jwt-auth0/local/reloadtest"
	"api-auth-jwt-auth0/local/sitetest"
	"api-auth-jwt-auth0/local/stack/stacktest"
	"api-auth-jwt-auth0/local/terminal"
	"api-auth-jwt-auth0/local/terminal/terminaltest"
)

const developerKey = "AKIADEVELOPER0000001"

// developerPolicy returns the policy that the project recommends for developers, for the
// stack dev.
func developerPolicy(t testing.TB) string {
	t.Helper()
	root, err := project.Root()
	if err != nil {
		t.Fatal(err)
	}
	text := reloadtest.ReadText(t, filepath.Join(root, ".github", "aws", "live-policy.json"))
	return strings.NewReplacer("REGION", "us-east-1", "ACCOUNT", "000000000000", "PROJECT", stacktest.ProjectName(t), "STACK", "dev").Replace(text)
}

// deployedCloud plays AWS: it serves the stack dev with live, with a broker that allows the
// functions what their roles allow.
type deployedCloud struct {
	*cloud.Cloud
	broker *standin.Broker
}

func newDeployedCloud(t testing.TB) deployedCloud {
	t.Helper()
	var serving atomic.Pointer[cloud.Cloud]
	broker, err := standin.New(standin.Options{
		Region: "us-east-1", Account: "000000000000",
		Keys: map[string]standin.Key{developerKey: {Secret: "secret", Policies: []string{developerPolicy(t)}}},
		Key: func(accessKeyID string) (standin.Key, bool) {
			c := serving.Load()
			if c == nil {
				return standin.Key{}, false
			}
			s, known := c.Signer(accessKeyID)
			return standin.Key{Secret: s.SecretAccessKey, SessionToken: s.SessionToken, Expiration: s.Expiration, Policies: s.Policies}, known
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { broker.Close() })
	c := cloudtest.Start(t, cloud.Config{Stack: "dev", Broker: broker.URL()})
	serving.Store(c)
	return deployedCloud{c, broker}
}

// endpointOf returns the URL of the services of AWS.
func endpointOf(c deployedCloud) string {
	url, _ := c.Developer()
	return url
}

// stack returns the outputs that pulumi would print for the stack.
func (c deployedCloud) stack(t testing.TB) *cloud.DeployedStack {
	t.Helper()
	text, err := json.Marshal(c.Exports())
	if err != nil {
		t.Fatal(err)
	}
	all := outputs.Outputs{}
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	d := &cloud.DeployedStack{Outputs: all, Developer: func(context.Context) (credentials.Credentials, error) {
		return credentials.Credentials{AccessKeyID: developerKey, SecretAccessKey: "secret"}, nil
	}}
	if d.Live, d.SiteURL, err = (outputs.Stack{Name: "dev"}).ReadLive(all); err != nil {
		t.Fatal(err)
	}
	return d
}

// newDeveloper starts a local cloud that answers for the deployed one and watches its
// sources.
func newDeveloper(t testing.TB, deployed deployedCloud, cfg cloud.Config) *reloadtest.Watched {
	t.Helper()
	w := reloadtest.Prepare(t)
	w.Output = &terminaltest.Output{}
	cfg.Stack, cfg.Terminal, cfg.Deployed = "dev", terminal.New(w.Output), deployed.stack(t)
	w.Run(t, cfg)
	w.Screen.Ready(w.Ready()) // from now on each request is shown
	return w
}

// as calls the deployed public route as a person who opened the site with a developer's
// link, or, if developer is empty, without one.
func (c deployedCloud) as(t testing.TB, developer string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.SiteURL()+"/api/public", nil)
	if err != nil {
		t.Fatal(err)
	}
	if developer != "" {
		r.Header.Set("X-Live", developer)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.Status[:4] + string(body)
}

// TestDeployedRequestIsAnsweredHere tests that requests of the developer's link, and no
// others, are answered by the code that was saved last.
func TestDeployedRequestIsAnsweredHere(t *testing.T) {
	t.Parallel()
	deployed := newDeployedCloud(t)
	if got := deployed.as(t, "anna"); got != "200 Hello stranger!" {
		t.Fatalf("before a developer is present: got %q", got)
	}
	w := newDeveloper(t, deployed, cloud.Config{Live: &cloud.Live{Name: "anna"}})
	w.Replace(t, reloadtest.PublicHandler, "Hello stranger!", "Hello from anna!")
	w.AwaitOutput(t, "reloaded "+reloadtest.PublicHandler)
	if got := deployed.as(t, "anna"); got != "200 Hello from anna!" {
		t.Errorf("with the link: got %q\n%s", got, w.Output)
	}
	if got := deployed.as(t, ""); got != "200 Hello stranger!" {
		t.Errorf("without a link: got %q", got)
	}
	if got := deployed.as(t, "bob"); got != "200 Hello stranger!" {
		t.Errorf("with another developer's link: got %q", got)
	}
	w.AwaitOutput(t, " public cold live\n")
	sitetest.AwaitEvent(t, w.ConsoleURL(), `"via":"live"`)
	sitetest.AwaitEvent(t, w.ConsoleURL(), `"state":"online","name":"anna"`)
	w.Replace(t, reloadtest.PublicHandler, "Hello from anna!", "Hello once more!")
	w.Await(t, "the new code answers", func() bool { return deployed.as(t, "anna") == "200 Hello once more!" })
	for _, r := range deployed.broker.Refused() {
		t.Errorf("refused: %+v", r)
	}
	if err := w.Cloud.Close(); err != nil {
		t.Fatal(err)
	}
	if got := deployed.as(t, "anna"); got != "200 Hello stranger!" {
		t.Errorf("after the end: got %q", got)
	}
}

// TestPersonIsAnsweredByADevelopersMachine opens the deployed site with a developer's link
// and signs in. Calls are answered by the code that the developer saved last, until the
// person turns that off.
func TestPersonIsAnsweredByADevelopersMachine(t *testing.T) {
	t.Parallel()
	deployed := newDeployedCloud(t)
	w := newDeveloper(t, deployed, cloud.Config{Live: &cloud.Live{Name: "anna"}})
	if link := deployed.SiteURL() + "/?live=anna"; w.LiveURL() != link {
		t.Fatalf("expected the link %s, got %s", link, w.LiveURL())
	}
	b := sitetest.NewBrowser(t)
	b.Open(w.LiveURL())
	b.See(sitetest.TestID("live"))
	b.Click(sitetest.TestID("sign-in"))
	b.Click(sitetest.TestID("ready-user"))
	b.See(sitetest.TestID("user-email"))
	b.Accessible("home, of a live stack")
	w.Replace(t, "lambdas/private/handler.go", `"Hello "`, `"Live hello "`)
	w.AwaitOutput(t, "reloaded lambdas/private/handler.go")
	if got := b.Call("call-private", "200"); !strings.HasPrefix(got, "Live hello auth0|") {
		t.Errorf("expected the saved handler's answer, got %q", got)
	}
	b.Click(sitetest.TestID("live"))
	if got := b.Call("call-private", "200"); !strings.HasPrefix(got, "Hello auth0|") {
		t.Errorf("expected the deployed handler's answer, got %q", got)
	}
}

// TestSavedLiveHandlerThatDoesNotBuild tests that the request fails. Neither the old code
// nor the deployed code may answer it.
func TestSavedLiveHandlerThatDoesNotBuild(t *testing.T) {
	t.Parallel()
	deployed := newDeployedCloud(t)
	w := newDeveloper(t, deployed, cloud.Config{Live: &cloud.Live{Name: "anna", For: wire.Selection{Routes: []string{"GET /public"}}}})
	w.Replace(t, reloadtest.PublicHandler, "Hello stranger!", "Hello \" + undefined + \"!")
	w.Await(t, "the request fails", func() bool { return deployed.as(t, "") == `500 {"message":"Internal Server Error"}` })
	w.AwaitOutput(t, "undefined: undefined")
}

// whoami answers with the identity that its credentials have, according to STS at an
// endpoint, or, if that is empty, at the SDK's default one.
const whoami = `package main

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func Handle(ctx context.Context, request events.APIGatewayV2HTTPRequest) (r events.APIGatewayV2HTTPResponse, _ error) {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return r, err
	}
	out, err := sts.NewFromConfig(cfg, func(o *sts.Options) {
		if endpoint := "ENDPOINT"; endpoint != "" {
			o.BaseEndpoint = aws.String(endpoint)
		}
	}).GetCallerIdentity(ctx, nil)
	if r.StatusCode = 200; err != nil {
		r.Body = err.Error()
		return r, nil
	}
	r.Body = aws.ToString(out.Arn)
	return r, nil
}
`

// TestLiveRights tests that a function here has no credentials, with an error that says how
// to get those of its role, and with -live-credentials has exactly those.
func TestLiveRights(t *testing.T) {
	t.Parallel()
	deployed := newDeployedCloud(t)
	for _, test := range []struct {
		name     string
		live     cloud.Live
		endpoint string
		want     string
	}{
		{"none", cloud.Live{Name: "anna"}, "", "start with -live-credentials"},
		{"the role's", cloud.Live{Name: "bob", Credentials: true}, endpointOf(deployed), "200 arn:aws:sts::000000000000:assumed-role/" + stacktest.ProjectName(t) + "--dev--public-"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newDeveloper(t, deployed, cloud.Config{Live: &test.live})
			w.Write(t, reloadtest.PublicHandler, strings.Replace(whoami, "ENDPOINT", test.endpoint, 1))
			w.AwaitOutput(t, "reloaded "+reloadtest.PublicHandler)
			if got := deployed.as(t, test.live.Name); !strings.Contains(got, test.want) {
				t.Errorf("expected %q, got %q", test.want, got)
			}
		})
	}
}

// TestLiveBreakpoint stops a deployed request at a breakpoint. The terminal shows how much
// time it has left.
func TestLiveBreakpoint(t *testing.T) { // not parallel: it sets PATH
	reloadtest.InstallDelve(t)
	deployed := newDeployedCloud(t)
	w := newDeveloper(t, deployed, cloud.Config{Live: &cloud.Live{Name: "anna"}, Debug: "public"})
	if got := deployed.as(t, "anna"); got != "200 Hello stranger!" { // Delve starts the handler by itself
		t.Fatalf("got %q", got)
	}
	source := filepath.Join(w.Root, reloadtest.PublicHandler)
	d := reloadtest.Attach(t, w.Debugger())
	d.Break(source, "slog.InfoContext")
	answered := make(chan string, 1)
	go func() { answered <- deployed.as(t, "anna") }()
	d.MustStop(source)
	w.AwaitOutput(t, "public   | the request waits: ")
	select {
	case got := <-answered:
		t.Fatalf("answered while it was stopped at the breakpoint: %q\n%s", got, w.Output)
	default:
	}
	d.Continue()
	if got := <-answered; got != "200 Hello stranger!" {
		t.Errorf("got %q", got)
	}
}
