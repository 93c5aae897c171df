package cloud

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"api-auth-jwt-auth0/local/aws/scheduler"
	"api-auth-jwt-auth0/local/aws/sqs"
	"api-auth-jwt-auth0/local/aws/ssm"
	"api-auth-jwt-auth0/local/console"
	"api-auth-jwt-auth0/local/secrets"
	"api-auth-jwt-auth0/local/wiring"
)

// consoleData returns the console's access to the AWS services.
func (c *Cloud) consoleData() console.Data {
	return console.Data{
		HasAny: c.observer.hasData, Describe: c.describeData, Shell: c.shellLines,
		Items: c.items, PutItem: c.putItem, DeleteItem: c.deleteItem,
		Messages: c.messages, Send: c.sendMessage, Redrive: c.redrive, Purge: c.purge,
		Objects: c.objects, Object: c.object, DeleteObject: c.deleteObject,
		RunSchedule: c.runSchedule, SetSecret: c.setSecret,
	}
}

// shellLines returns commands for a POSIX shell. Version 1 of the AWS CLI reads the second
// name of the region, and SDKs the first.
// https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html
func (c *Cloud) shellLines() []string {
	url, developer := c.Developer()
	region := c.observer.deployedServices().Functions.Region
	return []string{
		"export AWS_ENDPOINT_URL=" + url,
		"export AWS_ACCESS_KEY_ID=" + developer.AccessKeyID,
		"export AWS_SECRET_ACCESS_KEY=" + developer.SecretAccessKey,
		"export AWS_REGION=" + region + " AWS_DEFAULT_REGION=" + region,
	}
}

// hasData reports whether the stack has resources for the data view. It has none if its
// handlers use the deployed ones.
func (o *observer) hasData() bool {
	if o.deployedNames.Load() != nil {
		return false
	}
	s := o.deployedServices()
	return len(s.Tables.Tables)+len(s.Queues.Queues)+len(s.Buckets.Buckets)+len(s.Schedules.Schedules)+len(s.Unserved) > 0 ||
		slices.ContainsFunc(s.Parameters.Parameters, isSecret)
}

func isSecret(p ssm.Parameter) bool { return p.Type == "SecureString" }

// describeData returns the current content of the resources.
func (c *Cloud) describeData() (state console.DataState) {
	s := c.observer.deployedServices()
	state.Tables, state.Queues = c.describeTables(s), c.describeQueues(s)
	for _, b := range c.services.buckets.Buckets() {
		arn := "arn:aws:s3:::" + b.Name
		state.Buckets = append(state.Buckets, console.Bucket{
			Name: nameIn(s, arn, b.Name), Physical: b.Name, Objects: b.Objects, Bytes: b.Bytes, Uses: usesOf(s, arn),
		})
	}
	for _, one := range c.services.schedules.Schedules() {
		state.Schedules = append(state.Schedules, c.describeSchedule(s, one))
	}
	for _, p := range c.services.parameters.Parameters() {
		if p.Type == "SecureString" {
			state.Secrets = append(state.Secrets, describeSecret(s, p))
		}
	}
	for _, u := range s.Unserved {
		state.Inert = append(state.Inert, console.Inert{Name: u.Name, Type: u.Type, Service: u.Service})
	}
	return state
}

func (c *Cloud) describeTables(s wiring.Services) (tables []console.Table) {
	for _, t := range c.services.tables.Tables() {
		key := func(hash, rng string) console.Key {
			return console.Key{Hash: hash, HashType: t.Types[hash], Range: rng, RangeType: t.Types[rng]}
		}
		table := console.Table{
			Name: nameIn(s, t.ARN, t.Name), Physical: t.Name, Items: t.Items, Bytes: t.Size, Key: key(t.HashKey, t.RangeKey),
			TTL: t.TTLAttribute, Consumers: c.consumers(t.StreamARN), Uses: usesOf(s, t.ARN),
		}
		for _, i := range t.Indexes {
			table.Indexes = append(table.Indexes, console.Index{Name: i.Name, Key: key(i.HashKey, i.RangeKey)})
		}
		tables = append(tables, table)
	}
	return tables
}

func (c *Cloud) describeQueues(s wiring.Services) (queues []console.Queue) {
	names := queueNames(s)
	for _, q := range c.services.queues.Queues() {
		queue := console.Queue{
			Name: nameIn(s, q.ARN, q.Name), Physical: q.Name, FIFO: q.FIFO,
			Visible: q.Visible, InFlight: q.InFlight, Delayed: q.Delayed,
			DeadLetters: names[q.DeadLetterQueue], Consumers: c.consumers(q.ARN), Uses: usesOf(s, q.ARN),
		}
		for _, source := range q.Sources {
			queue.Sources = append(queue.Sources, names[source])
		}
		queues = append(queues, queue)
	}
	return queues
}

func (c *Cloud) describeSchedule(s wiring.Services, one scheduler.Status) console.Schedule {
	schedule := console.Schedule{
		Name: nameIn(s, one.ARN, one.Name), Physical: one.Name, Handler: c.observer.label(lastPart(one.TargetARN)),
		Expression: one.Expression, TimeZone: one.TimeZone, Enabled: one.State == "ENABLED",
		Next: unixMilli(one.Next), Last: unixMilli(one.Last),
	}
	if one.LastError != nil {
		schedule.Problem = one.LastError.Error()
	}
	return schedule
}

func describeSecret(s wiring.Services, p ssm.Summary) console.SecretSetting {
	arn := ""
	for _, parameter := range s.Parameters.Parameters {
		if parameter.Name == p.Name {
			arn = parameter.ARN
		}
	}
	name := nameIn(s, arn, p.Name)
	variable := secrets.Variable(name)
	return console.SecretSetting{
		Name: name, Physical: p.Name, HasValue: p.HasValue, Missing: p.Missing,
		Variable: variable, Fixed: os.Getenv(variable) != "", Uses: usesOf(s, arn),
	}
}

// consumers returns the handlers that a queue or a stream invokes.
func (c *Cloud) consumers(sourceARN string) (consumers []console.Consumer) {
	for _, m := range c.services.sources.Mappings() {
		if m.SourceARN != sourceARN {
			continue
		}
		consumer := console.Consumer{Handler: c.observer.label(m.Function), At: unixMilli(m.Last.Time), Records: m.Last.Records, Failed: m.Last.Failed}
		if m.Last.Err != nil {
			consumer.Problem = m.Last.Err.Error()
		}
		consumers = append(consumers, consumer)
	}
	return consumers
}

func usesOf(s wiring.Services, arn string) (uses []console.Use) {
	for _, u := range s.Uses[arn] {
		uses = append(uses, console.Use(u))
	}
	return uses
}

// nameIn returns the name of a resource in the program.
func nameIn(s wiring.Services, arn, physical string) string {
	if name := s.Labels[arn]; name != "" {
		return name
	}
	return physical
}

func queueNames(s wiring.Services) map[string]string {
	names := map[string]string{}
	for _, q := range s.Queues.Queues {
		names[q.Name] = nameIn(s, queueARN(s, q), q.Name)
	}
	return names
}

func queueARN(s wiring.Services, q sqs.Queue) string {
	return "arn:aws:sqs:" + s.Queues.Region + ":" + s.Queues.AccountID + ":" + q.Name
}

func lastPart(arn string) string { return arn[strings.LastIndex(arn, ":")+1:] }

func (c *Cloud) runSchedule(ctx context.Context, name string) error {
	for _, s := range c.services.schedules.Schedules() {
		if c.observer.label(s.ARN) == name {
			return c.services.schedules.RunNow(ctx, s.Name)
		}
	}
	return unknownResource("schedule", name)
}

func unknownResource(kind, name string) error {
	return fmt.Errorf("the stack has no %s %q: reload the page", kind, name)
}

// setSecret writes a secret's value to this machine's file, and serves it.
func (c *Cloud) setSecret(name, value string) error {
	c.secrets.Lock()
	defer c.secrets.Unlock()
	known := false
	for _, p := range c.observer.deployedServices().Parameters.Parameters {
		known = known || isSecret(p) && c.observer.label(p.ARN) == name
	}
	switch {
	case !known:
		return unknownResource("secret", name)
	case value == "":
		return errors.New("the value is empty: type it")
	case os.Getenv(secrets.Variable(name)) != "":
		return fmt.Errorf("the variable %s has the value, and wins over the file: start without it", secrets.Variable(name))
	}
	if err := secrets.Set(c.cfg.Root, name, value); err != nil {
		return err
	}
	return c.serveSecrets()
}

// serveSecrets serves the current values of this machine. If sources are watched, the file's
// change serves them again.
func (c *Cloud) serveSecrets() error {
	values, err := secrets.Load(c.cfg.Root, os.Getenv)
	if err != nil {
		return err
	}
	_, graph := c.observer.described()
	s, err := wiring.Read(graph, values)
	if err != nil {
		return err
	}
	commit, err := c.services.parameters.Prepare(context.Background(), s.Parameters)
	if err != nil {
		return err
	}
	commit()
	c.observer.serve(s)
	return nil
}
