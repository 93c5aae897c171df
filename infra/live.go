package infra

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"api-auth-jwt-auth0/infra/naming"
)

// A live adds to the functions of a live stack what developers' machines need to answer in
// their place: each function's zip has the bridge (local/live/bridge) as bootstrap, which
// exchanges messages with developers through AWS IoT Core. It needs no resource there. The
// methods of a nil *live, of any other stack, return nothing.
//
// Every message is on a topic below live/<project>/<stack>/:
//
//	dev/<developer>           a developer's presence
//	beat/<session>            a developer's session works on an event
//	to/<session>              from functions to a session, or to all
//	env/<handler>-<random>    from sessions to one environment of a function
//
// Every client ID begins with <project>--<stack>--. Project and stack are labels, as in the
// names of resources, so that names are short enough for IoT Core, whatever the project and
// the stack are called, and no pattern for one stack matches another's
// (TestLiveNamesAreWithinLimits).
type live struct {
	project, stack string // labels
	region         string
	endpoint       string // host of IoT Core
	developers     string // ARN of the role that may assume the functions' roles; empty for none
}

// liveHeader names the developer whose machine is to answer a request.
const liveHeader = "x-live"

// newLive looks up the endpoint of IoT Core, and warns that the stack is live. It returns nil
// if it is not.
func newLive(ctx *pulumi.Context, cfg Config) (*live, error) {
	if !cfg.Live {
		return nil, nil
	}
	warning := "this stack is live: developers' machines may answer requests and get their data. To switch it off:\n      pulumi config set --stack " + ctx.Stack() + " live false"
	if err := ctx.Log.Warn(warning, nil); err != nil {
		return nil, err
	}
	endpoint, err := findEndpoint(ctx)
	return &live{
		project: naming.ProjectLabel(ctx.Project()), stack: naming.StackLabel(ctx.Stack()),
		region: cfg.Region, endpoint: endpoint, developers: cfg.LiveDevelopers,
	}, err
}

// awsVersion is the version of the SDK in go.mod. Its functions request the plugin of the
// same version (TestEndpointIsOfTheSDKsPlugin).
const awsVersion = "6.83.4"

// findEndpoint returns the account's host of IoT Core in the stack's region. AWS creates it
// on the first request. It invokes the provider's function by name: otherwise the SDK's
// package iot would be compiled for this alone.
// https://www.pulumi.com/registry/packages/aws/api-docs/iot/getendpoint/
func findEndpoint(ctx *pulumi.Context) (string, error) {
	args := struct {
		EndpointType string `pulumi:"endpointType"`
	}{"iot:Data-ATS"}
	var found struct {
		EndpointAddress string `pulumi:"endpointAddress"`
	}
	if err := ctx.Invoke("aws:iot/getEndpoint:getEndpoint", &args, &found, pulumi.Version(awsVersion)); err != nil {
		return "", fmt.Errorf("looking up the endpoint of AWS IoT Core, which a live stack needs: %w", err)
	}
	return found.EndpointAddress, nil
}

// topics returns the prefix of every topic, without the trailing slash.
func (l *live) topics() string { return "live/" + l.project + "/" + l.stack }

// client returns the prefix of the client IDs of a handler's environments.
func (l *live) client(handler string) string {
	return naming.Prefix(l.project, l.stack) + "fn-" + handler + "-"
}

// random matches exactly the 16 hexadecimal digits of an environment: the pattern for a
// handler matches no other handler whose name begins with its name.
const random = "????????????????"

// liveVariable is the prefix of variables that only the bridge gets.
const liveVariable = "LIVE_"

// variables returns the bridge's variables in a handler's function.
func (l *live) variables(handler string) map[string]string {
	if l == nil {
		return nil
	}
	return map[string]string{
		liveVariable + "ENDPOINT": l.endpoint,
		liveVariable + "TOPICS":   l.topics(),
		liveVariable + "CLIENT":   l.client(handler),
	}
}

// statements allow a handler's function to connect as itself, to see which developers are
// present, to send to them, and to receive what they send to it. The account, its partition
// and its region are taken from another ARN.
// https://docs.aws.amazon.com/iot/latest/developerguide/iot-action-resources.html
func (l *live) statements(handler, otherARN string) []Statement {
	if l == nil {
		return nil
	}
	part := strings.Split(otherARN, ":")
	on := func(kind string, names ...string) (arns []string) {
		for _, name := range names {
			arns = append(arns, strings.Join([]string{"arn", part[1], "iot", part[3], part[4], kind + "/" + name}, ":"))
		}
		return arns
	}
	dev, beat, to, env := l.topics()+"/dev/", l.topics()+"/beat/", l.topics()+"/to/", l.topics()+"/env/"+handler+"-"+random
	allow := func(action string, on []string) Statement {
		return Statement{Effect: "Allow", Action: []string{"iot:" + action}, Resource: on}
	}
	return []Statement{
		allow("Connect", on("client", l.client(handler)+random)),
		// In the ARN of a subscription a wildcard is an ordinary character.
		allow("Subscribe", on("topicfilter", dev+"+", beat+"+", env)),
		allow("Receive", on("topic", dev+"*", beat+"*", env)),
		allow("Publish", on("topic", to+"*")),
	}
}

// trusted returns the roles that may assume the functions' roles.
func (l *live) trusted() []string {
	if l == nil || l.developers == "" {
		return nil
	}
	return []string{l.developers}
}

// exportLive sets the output live of a live stack: where a developer's machine connects, which
// names it uses there, and what each handler has.
func (u *uses) exportLive(ctx *pulumi.Context, functions map[string]*Function) {
	if u.live == nil {
		return
	}
	byHandler := pulumi.Map{}
	for name, f := range functions {
		environment := pulumi.Map{}
		for key, value := range u.variables(name) {
			environment[key] = value
		}
		byHandler[name] = pulumi.Map{"name": f.Name, "role": f.RoleARN, "environment": environment}
	}
	ctx.Export("live", pulumi.Map{
		"endpoint": pulumi.String(u.live.endpoint), "region": pulumi.String(u.live.region),
		"project": pulumi.String(u.live.project), "stack": pulumi.String(u.live.stack),
		"functions": byHandler,
	})
}

// checkLive reports handlers' variables that the bridge would treat as its own and not pass
// on. On a stack that is not live they are ordinary variables.
func (d Deployment) checkLive(cfg Config) (problems []error) {
	if !cfg.Live {
		return nil
	}
	for _, name := range d.handlerNames() {
		h := d.Handlers[name]
		variables := slices.Collect(maps.Keys(h.Environment))
		for _, use := range h.Uses {
			variables = append(variables, use.Of.Declaration().Variables...)
		}
		slices.Sort(variables)
		for _, v := range slices.Compact(variables) {
			if strings.HasPrefix(v, liveVariable) {
				problems = append(problems, fmt.Errorf("infra/resources.go: handler %q: has the variable %s, and on a live stack those that begin with %s are not the handler's: rename it, or the resource that sets it", name, v, liveVariable))
			}
		}
	}
	return problems
}
