// Package kind defines what all kinds of resources for handlers have in common: how one is
// declared, deployed and used, and how its events reach a handler.
//
// Each kind is a separate package next to this one, and only infra/resources.go imports them,
// so the AWS package of a kind is compiled only if a stack has a resource of it. This package
// depends neither on them nor on the rest of the program.
package kind

import (
	"fmt"
	"regexp"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// A Resource is a resource of the stack besides its functions, such as a table. Each pointer
// is one resource.
type Resource interface {
	// Declaration describes the resource. It deploys nothing.
	Declaration() Declaration
	// Deploy registers the resource. Its declaration has no problems.
	Deploy(ctx *pulumi.Context, s Stack) (*Deployed, error)
}

// A Declaration describes a resource before it is deployed.
type Declaration struct {
	Kind string // such as "table"
	Name string // of the resource among those of its kind
	// Variables are the environment variables of the handlers that use it.
	Variables []string
	// Setting is the encrypted setting with its value; empty for none.
	Setting string
	// Problems are the problems of the declaration, each with its fix.
	Problems []error
}

// String names the resource in messages: table "orders".
func (d Declaration) String() string { return fmt.Sprintf("%s %q", d.Kind, d.Name) }

// Deployed is a resource that has been registered.
type Deployed struct {
	ARN pulumi.StringOutput
	// Events is the ARN that its events come from, or the zero Output without events.
	Events pulumi.StringOutput
	// Variables are the values of the environment variables of its declaration.
	Variables map[string]pulumi.StringOutput
	Alarms    []Alarm
	// Bucket is the name of the resource's S3 bucket, whose requests the stack logs, or the
	// zero Output if it is not a bucket.
	Bucket pulumi.StringOutput
}

// An Alarm goes off when one metric is above its threshold in one period of five
// minutes.
type Alarm struct {
	Name        string
	Description string // what it means and where to look
	Namespace   string // such as "AWS/SQS"
	Metric      string
	Statistic   string // such as "Maximum"
	Dimensions  pulumi.StringMap
	Threshold   float64
}

// A Use is one handler's use of one resource.
type Use struct {
	Of     Resource
	Grants []Grant
}

// A Grant allows actions on a resource or on parts of it.
type Grant struct {
	Actions []string // such as "dynamodb:GetItem"
	On      []string // what follows the resource's ARN: "", "/index/*"
	// Condition limits the grant; nil for no condition.
	Condition map[string]map[string]string
}

// A Source invokes a handler: the messages of a queue, the changes of a table, a
// schedule.
type Source interface {
	// Of returns the resource whose events it delivers, or nil.
	Of() Resource
	// Problems returns its problems for this handler, each with its fix.
	Problems(Consumer) []error
	// Grants returns what the handler needs on the resource's Events.
	Grants() []Grant
	// Deploy registers the source. of is nil if Of returns nil.
	Deploy(ctx *pulumi.Context, s Stack, f Function, of *Deployed) ([]Alarm, error)
}

// A Consumer is a handler that a source invokes.
type Consumer struct {
	Handler string
	Timeout time.Duration
	// Concurrency is how many of its invocations may run concurrently; 0 for no limit of its
	// own.
	Concurrency int
}

// A Function is a deployed handler.
type Function struct {
	Handler   string
	Name, ARN pulumi.StringOutput
	Resource  pulumi.Resource // whose child a source is
}

// namePattern allows names that are valid in every service, and in environment variables.
var namePattern = regexp.MustCompile(`^[a-z]([A-Za-z0-9]|-[A-Za-z0-9])*$`)

// maxName is the longest name of a resource.
const maxName = 40

// CheckName returns an error if a resource cannot have the name.
func CheckName(name string) error {
	if len(name) > maxName || !namePattern.MatchString(name) {
		return fmt.Errorf("expected a name of 1 to %d letters, digits and single dashes that starts with a lower-case letter, such as \"orders\"; rename it", maxName)
	}
	return nil
}
