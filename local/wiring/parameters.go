package wiring

import (
	"fmt"

	"api-auth-jwt-auth0/local/aws/ssm"
	"api-auth-jwt-auth0/local/provider"
	"api-auth-jwt-auth0/local/secrets"
)

type parameterInputs struct {
	Type, Value string

	Name, Description, Tags noEffect
}

// parameters returns the configuration of the parameters. A secret has this machine's own
// value: the stack's is encrypted.
func (w *wiring) parameters(values secrets.Values) (cfg ssm.Config) {
	for _, r := range w.graph.Of(provider.SSMParameter) {
		in := read[parameterInputs](r)
		cfg.Region, cfg.AccountID = accountOf(r.Output("arn"))
		p := ssm.Parameter{Name: r.Output("name"), ARN: r.Output("arn"), Type: in.Type, Value: in.Value, HasValue: true}
		if setting := label(r.Parent); in.Type == "SecureString" {
			p.Value, p.HasValue = values.Get(setting)
			p.Missing = missing(setting)
		}
		cfg.Parameters = append(cfg.Parameters, p)
	}
	return cfg
}

// missing says how to give a secret a value on this machine.
func missing(setting string) string {
	return fmt.Sprintf("the secret %s has no value on this machine: add the line %s=VALUE to %s, which Git ignores", setting, setting, secrets.File)
}
