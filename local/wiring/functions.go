package wiring

import (
	"strings"

	"api-auth-jwt-auth0/local/lambda"
	"api-auth-jwt-auth0/local/provider"
)

type functionInputs struct {
	Name          string
	Code          file
	Handler       string
	Runtime       string
	MemorySize    int
	Timeout       int
	LoggingConfig struct {
		LogFormat           string
		LogGroup            string
		ApplicationLogLevel string

		SystemLogLevel noEffect
	}
	Environment struct{ Variables map[string]string }
	Role        string

	Architectures                noEffect // the handler is built for this machine
	ReservedConcurrentExecutions noEffect
	Tags                         noEffect
}

// functions returns the configuration of the Lambda functions.
func (w *wiring) functions() lambda.Config {
	var cfg lambda.Config
	for _, r := range w.graph.Of(provider.LambdaFunction) {
		in := read[functionInputs](r)
		arn := strings.Split(r.Output("arn"), ":")
		cfg.Region, cfg.AccountID = arn[3], arn[4]
		cfg.Functions = append(cfg.Functions, lambda.Function{
			Name:        r.Output("name"),
			ARN:         r.Output("arn"),
			Version:     r.Output("version"),
			Archive:     in.Code.Path,
			Handler:     in.Handler,
			Runtime:     in.Runtime,
			MemoryMB:    in.MemorySize,
			Timeout:     secondsOf(in.Timeout),
			Environment: in.Environment.Variables,
			LogGroup:    in.LoggingConfig.LogGroup,
			LogFormat:   in.LoggingConfig.LogFormat,
			LogLevel:    in.LoggingConfig.ApplicationLogLevel,
		})
	}
	return cfg
}
