package cloud

import (
	"context"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"api-auth-jwt-auth0/local/aws/sqs"
	"api-auth-jwt-auth0/local/credentials"
	"api-auth-jwt-auth0/local/eventsource"
	"api-auth-jwt-auth0/local/outputs"
	"api-auth-jwt-auth0/local/sitetest"
)

// newAWS is a local cloud whose services play AWS. It consumes nothing itself.
func newAWS(t *testing.T) dataCloud {
	t.Helper()
	c := newDataCloud(t)
	c.addData(t)
	commit, err := c.services.sources.Prepare(t.Context(), eventsource.Config{Region: region})
	if err != nil {
		t.Fatal(err)
	}
	commit()
	return c
}

// newRealResources is a local cloud whose handlers use what another one has.
func newRealResources(t *testing.T, there dataCloud, failure error) dataCloud {
	t.Helper()
	at, err := url.Parse(there.awsURL())
	if err != nil {
		t.Fatal(err)
	}
	root := newProject(t)
	fixed := filepath.Join(root, "fixed")
	live := outputs.Live{Region: region, Functions: map[string]outputs.Function{"mailer": {
		Name: "dev-mailer", Role: "arn:aws:iam::" + account + ":role/dev-mailer",
		Environment: map[string]string{"FIXED": fixed, "MAILS_QUEUE_URL": there.awsURL() + "/" + account + "/dev-mails"},
	}}}
	c := newCloudWith(t, Config{Root: root, Stack: "dev", RealResources: true, Forwards: map[string]*url.URL{"sqs": at, "s3": at, "dynamodb": at}}, func(c *Cloud) {
		c.deployed = &DeployedStack{Live: live, Assume: func(context.Context, string) (credentials.Credentials, error) {
			_, key := there.Developer()
			return credentials.Credentials{AccessKeyID: key.AccessKeyID, SecretAccessKey: key.SecretAccessKey}, failure
		}}
	})
	return dataCloud{c, fixed}
}

// TestRealResources: a handler here consumes a queue there, by its name, and what it
// stores is there; each of its calls is in its record.
func TestRealResources(t *testing.T) {
	t.Parallel()
	there := newAWS(t)
	here := newRealResources(t, there, nil)
	here.cfg.Consume = []string{"mailer"}
	here.addData(t)
	if _, err := there.services.queues.Send("dev-mails", sqs.Sending{Body: "hello"}); err != nil {
		t.Fatal(err)
	}
	sitetest.AwaitEvent(t, here.ConsoleURL(), `"via":"queue"`)
	sitetest.AwaitEvent(t, here.ConsoleURL(), `"calls":2,"refused":0`) // a scan of the table, and the object
	if text, err := objectText(there, "mails/hello.txt"); err != nil || text != "thanks for hello" {
		t.Errorf("there: got %q, %v", text, err)
	}
	if _, err := objectText(here, "mails/hello.txt"); err == nil {
		t.Error("the object is here, too")
	}
	if here.observer.hasData() {
		t.Error("expected no view of the data of this machine")
	}
}

func objectText(c dataCloud, key string) (string, error) {
	_, text, err := c.object("receipts", key)
	return string(text), err
}

// TestConsumeMistakes name the handler, and what to do.
func TestConsumeMistakes(t *testing.T) {
	t.Parallel()
	there := newAWS(t)
	here := newRealResources(t, there, nil)
	here.cfg.Consume = []string{"public"}
	graph := here.withData(t)
	if err := here.apply(t.Context(), deployment{graph: graph}); err == nil || !strings.Contains(err.Error(), "-consume public: no queue and no schedule invokes this handler") {
		t.Errorf("got %v", err)
	}
	here.cfg.Consume = nil
	if err := here.apply(t.Context(), deployment{graph: graph}); err != nil {
		t.Fatal(err)
	}
	for _, m := range here.services.sources.Mappings() {
		if !m.Disabled {
			t.Errorf("expected no consumer, got %+v", m)
		}
	}
	for _, s := range here.services.schedules.Schedules() {
		if s.State != "DISABLED" {
			t.Errorf("expected no schedule, got %+v", s)
		}
	}
}

// TestRoleThatMayNotBeAssumed keeps the local cloud from starting.
func TestRoleThatMayNotBeAssumed(t *testing.T) {
	t.Parallel()
	c, err := Listen(Config{Root: sharedProject(t), Stack: "dev", RealResources: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.deployed = &DeployedStack{
		Live: outputs.Live{Region: region, Functions: map[string]outputs.Function{"public": {Role: "arn:aws:iam::" + account + ":role/public", Environment: map[string]string{"A": "b"}}}},
		Assume: func(context.Context, string) (credentials.Credentials, error) {
			return credentials.Credentials{}, &credentials.Failure{Code: "AccessDenied", Message: "anna is not authorized to perform: sts:AssumeRole"}
		},
	}
	if err := c.Deploy(t.Context()); err == nil || !strings.Contains(err.Error(), "pulumi config set --stack dev liveDevelopers") {
		t.Errorf("got %v", err)
	}
}
