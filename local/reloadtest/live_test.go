package reloadtest

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	local "api-auth-jwt-auth0/local/cloud"
	"api-auth-jwt-auth0/local/cloudtest"
	"api-auth-jwt-auth0/local/credentials"
	"api-auth-jwt-auth0/local/live/standin"
	"api-auth-jwt-auth0/local/live/wire"
	"api-auth-jwt-auth0/local/outputs"
	"api-auth-jwt-auth0/local/sitetest"
	"api-auth-jwt-auth0/local/terminal"
	"api-auth-jwt-auth0/local/terminal/terminaltest"
)

const developerKey = "AKIADEVELOPER0000001"

// developerPolicy is the one that the project gives to developers, for the stack dev.
func developerPolicy(t testing.TB) string {
	t.Helper()
	text := readText(t, filepath.Join("..", "..", ".github", "aws", "live-policy.json"))
	return strings.NewReplacer("REGION", "us-east-1", "ACCOUNT", "000000000000", "PROJECT", "api-auth-jwt-auth0", "STACK", "dev").Replace(text)
}

// deployedCloud plays AWS: it serves the stack dev with live, by a broker that lets the
// functions do what their roles allow.
type deployedCloud struct {
	*local.Cloud
	broker *standin.Broker
}

func newDeployedCloud(t testing.TB) deployedCloud {
	t.Helper()
	var serving atomic.Pointer[local.Cloud]
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
	c := cloudtest.Start(t, local.Config{Stack: "dev", Broker: broker.URL()})
	serving.Store(c)
	return deployedCloud{c, broker}
}

// endpointOf is where the services of AWS are.
func endpointOf(c deployedCloud) string {
	url, _ := c.Developer()
	return url
}

// stack is what pulumi says of the stack that the cloud serves.
func (c deployedCloud) stack(t testing.TB) *local.DeployedStack {
	t.Helper()
	text, err := json.Marshal(c.Exports())
	if err != nil {
		t.Fatal(err)
	}
	all := outputs.Outputs{}
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	d := &local.DeployedStack{Outputs: all, Developer: func(context.Context) (credentials.Credentials, error) {
		return credentials.Credentials{AccessKeyID: developerKey, SecretAccessKey: "secret"}, nil
	}}
	if d.Live, d.SiteURL, err = (outputs.Stack{Name: "dev"}).ReadLive(all); err != nil {
		t.Fatal(err)
	}
	return d
}

// newDeveloper is a local cloud that answers for the deployed one, as its sources are
// watched.
func newDeveloper(t testing.TB, deployed deployedCloud, cfg local.Config) *watched {
	t.Helper()
	w := newUnwatched(t)
	w.output = &terminaltest.Output{}
	cfg.Stack, cfg.Terminal, cfg.Deployed = "dev", terminal.New(w.output), deployed.stack(t)
	w.watchWith(t, cfg)
	w.screen.Ready(w.Ready()) // from then on each request has its line
	return w
}

// as calls the deployed public route as somebody whose site was opened by a developer's
// link; empty for nobody's.
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

// TestDeployedRequestIsAnsweredHere: those of the developer's link, and no others; by the
// code that was saved last.
func TestDeployedRequestIsAnsweredHere(t *testing.T) {
	t.Parallel()
	deployed := newDeployedCloud(t)
	if got := deployed.as(t, "anna"); got != "200 Hello stranger!" {
		t.Fatalf("before anybody is there: got %q", got)
	}
	w := newDeveloper(t, deployed, local.Config{Live: &local.Live{Name: "anna"}})
	w.replace(t, publicHandler, "Hello stranger!", "Hello from anna!")
	w.awaitOutput(t, "reloaded "+publicHandler)
	if got := deployed.as(t, "anna"); got != "200 Hello from anna!" {
		t.Errorf("by the link: got %q\n%s", got, w.output)
	}
	if got := deployed.as(t, ""); got != "200 Hello stranger!" {
		t.Errorf("by nobody's: got %q", got)
	}
	if got := deployed.as(t, "bob"); got != "200 Hello stranger!" {
		t.Errorf("by another's: got %q", got)
	}
	w.awaitOutput(t, " public cold live\n")
	sitetest.AwaitEvent(t, w.ConsoleURL(), `"via":"live"`)
	sitetest.AwaitEvent(t, w.ConsoleURL(), `"state":"online","name":"anna"`)
	// The deployed log and this one have the same request ID.
	w.replace(t, publicHandler, "Hello from anna!", "Hello once more!")
	w.await(t, "the new code answers", func() bool { return deployed.as(t, "anna") == "200 Hello once more!" })
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

// TestPersonIsAnsweredByADevelopersMachine: a person opens the deployed site by a
// developer's link and signs in. Their calls are answered by the code that the developer
// saved last, until they turn it off.
func TestPersonIsAnsweredByADevelopersMachine(t *testing.T) {
	t.Parallel()
	deployed := newDeployedCloud(t)
	w := newDeveloper(t, deployed, local.Config{Live: &local.Live{Name: "anna"}})
	if link := deployed.SiteURL() + "/?live=anna"; w.LiveURL() != link {
		t.Fatalf("expected the link %s, got %s", link, w.LiveURL())
	}
	b := newBrowser(t)
	b.Open(w.LiveURL())
	b.See(sitetest.TestID("live"))
	b.Click(sitetest.TestID("sign-in"))
	b.Click(sitetest.TestID("ready-user"))
	b.See(sitetest.TestID("user-email"))
	b.Accessible("home, of a live stack")
	w.replace(t, "lambdas/private/handler.go", `"Hello "`, `"Live hello "`)
	w.awaitOutput(t, "reloaded lambdas/private/handler.go")
	if got := b.Call("call-private", "200"); !strings.HasPrefix(got, "Live hello auth0|") {
		t.Errorf("expected the saved handler's answer, got %q", got)
	}
	b.Click(sitetest.TestID("live"))
	if got := b.Call("call-private", "200"); !strings.HasPrefix(got, "Hello auth0|") {
		t.Errorf("expected the deployed handler's answer, got %q", got)
	}
}

// TestSavedLiveHandlerThatDoesNotBuild fails the request: neither the old code nor the
// deployed one answers as if it were the new.
func TestSavedLiveHandlerThatDoesNotBuild(t *testing.T) {
	t.Parallel()
	deployed := newDeployedCloud(t)
	w := newDeveloper(t, deployed, local.Config{Live: &local.Live{Name: "anna", For: wire.Selection{Routes: []string{"GET /public"}}}})
	w.replace(t, publicHandler, "Hello stranger!", "Hello \" + undefined + \"!")
	w.await(t, "the request fails", func() bool { return deployed.as(t, "") == `500 {"message":"Internal Server Error"}` })
	w.awaitOutput(t, "undefined: undefined")
}

// whoami answers with whose credentials it has, of the STS at an endpoint, or of its own.
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

// TestLiveRights: a function here has none, and is told how to get those of its role;
// then it has exactly those.
func TestLiveRights(t *testing.T) {
	t.Parallel()
	deployed := newDeployedCloud(t)
	for _, test := range []struct {
		name     string
		live     local.Live
		endpoint string
		want     string
	}{
		{"none", local.Live{Name: "anna"}, "", "start with -live-credentials"},
		{"those of its role", local.Live{Name: "bob", Credentials: true}, endpointOf(deployed), "200 arn:aws:sts::000000000000:assumed-role/api-auth-jwt-auth0--dev--public-"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newDeveloper(t, deployed, local.Config{Live: &test.live})
			w.write(t, publicHandler, strings.Replace(whoami, "ENDPOINT", test.endpoint, 1))
			w.awaitOutput(t, "reloaded "+publicHandler)
			if got := deployed.as(t, test.live.Name); !strings.Contains(got, test.want) {
				t.Errorf("expected %q, got %q", test.want, got)
			}
		})
	}
}

// TestLiveBreakpoint: a debugger holds a deployed request, and the terminal says for how
// long it may.
func TestLiveBreakpoint(t *testing.T) { // not parallel: it sets PATH
	installDelveHere(t)
	deployed := newDeployedCloud(t)
	w := newDeveloper(t, deployed, local.Config{Live: &local.Live{Name: "anna"}, Debug: "public"})
	if got := deployed.as(t, "anna"); got != "200 Hello stranger!" { // Delve starts the handler by itself
		t.Fatalf("got %q", got)
	}
	source := filepath.Join(w.root, publicHandler)
	d := attach(t, w.Debugger())
	d.breakAt(source, lineOf(t, source, "slog.InfoContext"))
	answered := make(chan string, 1)
	go func() { answered <- deployed.as(t, "anna") }()
	if state := d.run(); state.CurrentThread == nil || state.CurrentThread.Breakpoint == nil || state.CurrentThread.Breakpoint.File != source {
		t.Fatalf("expected it to stop at the breakpoint, got %+v", state)
	}
	w.awaitOutput(t, "public   | the request waits: ")
	select {
	case got := <-answered:
		t.Fatalf("answered while it was stopped at the breakpoint: %q\n%s", got, w.output)
	default:
	}
	d.client.Go("RPCServer.Command", command{"continue"}, new(any), nil)
	if got := <-answered; got != "200 Hello stranger!" {
		t.Errorf("got %q", got)
	}
}
