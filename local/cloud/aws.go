package cloud

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sync/atomic"

	"api-auth-jwt-auth0/local/aws"
	"api-auth-jwt-auth0/local/aws/dynamodb"
	"api-auth-jwt-auth0/local/aws/s3"
	"api-auth-jwt-auth0/local/aws/scheduler"
	"api-auth-jwt-auth0/local/aws/sqs"
	"api-auth-jwt-auth0/local/aws/ssm"
	"api-auth-jwt-auth0/local/deployed"
	"api-auth-jwt-auth0/local/eventsource"
	"api-auth-jwt-auth0/local/journal"
	"api-auth-jwt-auth0/local/lambda"
	"api-auth-jwt-auth0/local/wiring"
)

// awsServices are the AWS services that handlers call, behind one endpoint, and those that
// invoke handlers besides the API.
type awsServices struct {
	endpoint   *aws.Endpoint
	tables     *dynamodb.Engine
	queues     *sqs.Service
	buckets    *s3.Service
	parameters *ssm.Service
	schedules  *scheduler.Scheduler
	sources    *eventsource.Service

	// consumed are the queues of the deployed stack that local handlers consume, by the ARN
	// of the local queue; see consume.
	consumed atomic.Pointer[map[string]deployed.Queue]

	developer lambda.Credentials // may do everything
	expiry    context.CancelFunc // stops the expiry of items
	data      io.Closer          // the lock of the folder; nil in memory
}

// Developer returns the URL of the local AWS endpoint, and credentials with which a developer
// may call it, such as with the AWS CLI.
func (c *Cloud) Developer() (url string, credentials lambda.Credentials) {
	return c.awsURL(), c.services.developer
}

// awsURL uses an IP address: for one, SDKs write a bucket into the path and not into the host
// name, which would not resolve.
func (c *Cloud) awsURL() string { return "http://127.0.0.1:" + c.aws.Port() }

func (c *Cloud) newAWSServices() (err error) {
	a := &c.services
	if c.cfg.Data != "" {
		if a.data, err = lockData(c.cfg.Data); err != nil {
			return err
		}
	}
	a.consumed.Store(&map[string]deployed.Queue{})
	a.developer = lambda.Credentials{AccessKeyID: "AKIALOCALDEVELOPER00", SecretAccessKey: rand.Text()}
	if a.endpoint, err = aws.New(aws.Options{Now: c.cfg.Now, Logger: c.logger("aws"), Caller: c.caller, OnCall: c.called}); err != nil {
		return fmt.Errorf("starting the endpoint of AWS: %w", err)
	}
	a.tables, err = dynamodb.New(dynamodb.Options{
		Now: c.cfg.Now, Logger: c.logger("dynamodb"), Dir: c.dataDir("dynamodb"),
		OnChange: func(change dynamodb.Change) { a.sources.OnChange(streamChange(change)) },
	})
	if err != nil {
		return fmt.Errorf("starting DynamoDB: %w", err)
	}
	if a.queues, err = sqs.New(sqs.Options{Now: c.cfg.Now, Logger: c.logger("sqs"), Dir: c.dataDir("sqs")}); err != nil {
		return fmt.Errorf("starting SQS: %w", err)
	}
	a.buckets = s3.New(s3.Options{Now: c.cfg.Now, Logger: c.logger("s3"), Dir: c.dataDir("s3")})
	a.parameters = ssm.New(ssm.Options{Now: c.cfg.Now, Logger: c.logger("ssm")})
	if a.sources, err = eventsource.New(eventsource.Options{
		Invoke: c.invokeSource, Receive: a.receiveFrom, Delete: a.deleteFrom, Send: a.send,
		Now: c.cfg.Now, Logger: c.logger("lambda"),
	}); err != nil {
		return fmt.Errorf("starting the event sources: %w", err)
	}
	if a.schedules, err = scheduler.New(scheduler.Options{OnDue: c.invokeSchedule, Now: c.cfg.Now, Logger: c.logger("scheduler")}); err != nil {
		return fmt.Errorf("starting the schedules: %w", err)
	}
	var ctx context.Context
	ctx, a.expiry = context.WithCancel(context.Background())
	go a.tables.Run(ctx)
	c.aws.Handle(a.endpoint.Handler())
	return nil
}

// dataDir returns the folder of a service's data, or "" for memory.
func (c *Cloud) dataDir(service string) string {
	if c.cfg.Data == "" {
		return ""
	}
	return filepath.Join(c.cfg.Data, c.cfg.Stack, service)
}

// prepare prepares each service's configuration. target returns where functions' calls go,
// and is nil for the local services.
func (a *awsServices) prepare(ctx context.Context, s wiring.Services, cfg Config, target targetFunc) (commits []func(), err error) {
	var problems []error
	add := func(name string, commit func(), err error) {
		if err != nil {
			problems = append(problems, fmt.Errorf("starting the %s: %w", name, err))
		}
		commits = append(commits, commit)
	}
	commit, err := a.tables.Prepare(ctx, s.Tables)
	add("tables", commit, err)
	commit, err = a.queues.Prepare(ctx, s.Queues)
	add("queues", commit, err)
	commit, err = a.buckets.Prepare(ctx, s.Buckets)
	add("buckets", commit, err)
	commit, err = a.parameters.Prepare(ctx, s.Parameters)
	add("parameters", commit, err)
	endpoint := a.endpointConfig(s, cfg)
	endpoint.Deployed = target
	commit, err = a.endpoint.Prepare(ctx, endpoint)
	add("endpoint of AWS", commit, err)
	// Last, since they invoke functions that call the others.
	commit, err = a.schedules.Prepare(ctx, s.Schedules)
	add("schedules", commit, err)
	commit, err = a.sources.Prepare(ctx, s.Mappings)
	add("event sources", commit, err)
	return commits, errors.Join(problems...)
}

func (a *awsServices) endpointConfig(s wiring.Services, cfg Config) aws.Config {
	endpoint := aws.Config{
		Region: s.Functions.Region, AccountID: s.Functions.AccountID, Roles: s.Roles,
		Services: []aws.Service{a.tables, a.queues, a.buckets, a.parameters},
		Forwards: cfg.Forwards, Labels: s.Labels, Unserved: map[string]string{},
	}
	for _, u := range s.Unserved {
		if u.Service != "" {
			endpoint.Unserved[u.Service] = u.Type + " " + u.Name
		}
	}
	return endpoint
}

func (a *awsServices) close() error {
	var errs []error
	if a.schedules != nil {
		errs = append(errs, a.schedules.Close())
	}
	if a.sources != nil {
		errs = append(errs, a.sources.Close())
	}
	if a.expiry != nil {
		a.expiry()
	}
	if a.queues != nil {
		errs = append(errs, a.queues.Close())
	}
	if a.tables != nil {
		errs = append(errs, a.tables.Close())
	}
	if a.data != nil {
		errs = append(errs, a.data.Close())
	}
	return errors.Join(errs...)
}

// caller returns the owner of an access key: a function's process, or the developer.
func (c *Cloud) caller(accessKeyID string) (aws.Caller, bool) {
	if d := c.services.developer; accessKeyID == d.AccessKeyID {
		return aws.Caller{SecretAccessKey: d.SecretAccessKey}, true
	}
	caller, known := c.functions.Caller(accessKeyID)
	refusal := ""
	if !known && c.live.functions != nil {
		caller, known = c.live.functions.Caller(accessKeyID)
		refusal = withoutCredentials
	}
	return aws.Caller{
		Function: caller.Function, Invocation: caller.Invocation,
		SecretAccessKey: caller.SecretAccessKey, SessionToken: caller.SessionToken, Expiration: caller.Expiration,
		Refusal: refusal,
	}, known
}

// called adds a call to the record of the invocation that made it, with the resource's name
// in the program.
func (c *Cloud) called(call aws.Call) {
	if call.Invocation == "" {
		return
	}
	c.journal.Call(call.Invocation, journal.Call{
		Service: call.Service, Action: call.Action, Resource: c.observer.resource(call.Service, call.Resource),
		Start: call.Start, End: call.End, Status: call.Status, Refusal: call.Refusal,
	})
}
