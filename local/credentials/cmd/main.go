// Command cmd prints AWS credentials as JSON: those of the default chain of the AWS SDK or,
// with -role, those of a role that it assumes with them. Package credentials compiles and
// runs it.
//
// It prints a failure of AWS as {"Failure": {"Code": …, "Message": …}}.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
)

func main() {
	role := flag.String("role", "", "the `ARN` of a role to assume")
	region := flag.String("region", "", "the `region` whose STS is asked for the role")
	session := flag.String("session", "developer", "the session's `name`")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := json.NewEncoder(os.Stdout).Encode(answer(get(ctx, *role, *region, *session))); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// get returns the caller's credentials or those of a role.
func get(ctx context.Context, role, region, session string) (aws.Credentials, error) {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return aws.Credentials{}, err
	}
	if role == "" {
		return cfg.Credentials.Retrieve(ctx)
	}
	cfg.Region = region
	return stscreds.NewAssumeRoleProvider(sts.NewFromConfig(cfg), role, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = session
	}).Retrieve(ctx)
}

// answer returns the output, with the names of the AWS CLI's credential processes.
// https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sourcing-external.html
func answer(c aws.Credentials, err error) any {
	if err != nil {
		type failure struct{ Code, Message string }
		f := failure{Message: err.Error()}
		if refused := smithy.APIError(nil); errors.As(err, &refused) {
			f = failure{refused.ErrorCode(), refused.ErrorCode() + ": " + refused.ErrorMessage()}
		}
		return struct{ Failure failure }{f}
	}
	type credentials struct {
		AccessKeyID     string `json:"AccessKeyId"`
		SecretAccessKey string
		SessionToken    string `json:",omitempty"`
		Expiration      any    `json:",omitempty"`
	}
	printed := credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken}
	if c.CanExpire {
		printed.Expiration = c.Expires
	}
	return struct{ Credentials credentials }{printed}
}
