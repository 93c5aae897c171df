package main

import (
	"fmt"
	"slices"
	"strings"

	"api-auth-jwt-auth0/local/live/mqtt"
	"api-auth-jwt-auth0/local/live/wire"
)

// config is the bridge's configuration, read from its environment.
type config struct {
	all        []string // the whole environment
	runtimeAPI string   // host:port of Lambda's Runtime API, optionally with a path
	taskRoot   string
	function   string

	// Live's part, zero if live is off.
	endpoint, region string
	topics           wire.Topics
	client           string // the prefix of client IDs
	handler          string
	credentials      mqtt.Credentials
}

// live reports whether there is a broker to connect to.
func (c config) live() bool { return c.endpoint != "" }

// readEnvironment returns a config without live and an error if live's part is invalid.
func readEnvironment(environ []string) (config, error) {
	get := func(name string) string { return lookUp(environ, name) }
	c := config{
		all:        environ,
		runtimeAPI: get("AWS_LAMBDA_RUNTIME_API"),
		taskRoot:   get("LAMBDA_TASK_ROOT"),
		function:   get("AWS_LAMBDA_FUNCTION_NAME"),
	}
	if get("LIVE_ENDPOINT") == "" {
		return c, nil
	}
	topics, err := wire.ParseTopics(get("LIVE_TOPICS"))
	if err != nil {
		return c, fmt.Errorf("LIVE_TOPICS: %w", err)
	}
	client := get("LIVE_CLIENT")
	handler, err := handlerOf(client, get("LIVE_TOPICS"))
	if err != nil {
		return c, err
	}
	c.topics, c.client, c.handler = topics, client, handler
	c.endpoint, c.region = get("LIVE_ENDPOINT"), get("AWS_REGION")
	c.credentials = mqtt.Credentials{AccessKeyID: get("AWS_ACCESS_KEY_ID"),
		SecretAccessKey: get("AWS_SECRET_ACCESS_KEY"), SessionToken: get("AWS_SESSION_TOKEN")}
	return c, nil
}

// handlerOf extracts the handler from PROJECT--STACK--fn-HANDLER-, the prefix of client IDs,
// given live/PROJECT/STACK.
func handlerOf(client, topics string) (string, error) {
	prefix := strings.ReplaceAll(strings.TrimPrefix(topics, "live/"), "/", "--") + "--fn-"
	handler, ok := strings.CutPrefix(client, prefix)
	handler, ends := strings.CutSuffix(handler, "-")
	if !ok || !ends || wire.HandlerOf(wire.NewBridge(handler)) == "" {
		return "", fmt.Errorf("LIVE_CLIENT: expected %sHANDLER-, got %q", prefix, client)
	}
	return handler, nil
}

func lookUp(environ []string, name string) string {
	for _, variable := range slices.Backward(environ) {
		if value, ok := strings.CutPrefix(variable, name+"="); ok {
			return value
		}
	}
	return ""
}

// ofHandler returns the environment of the handler, whose Runtime API is at address.
func (c config) ofHandler(address string) []string {
	var kept []string
	for _, variable := range c.all {
		switch name, _, _ := strings.Cut(variable, "="); {
		case strings.HasPrefix(name, "LIVE_"):
		case name == "AWS_LAMBDA_RUNTIME_API":
			kept = append(kept, name+"="+address)
		default:
			kept = append(kept, variable)
		}
	}
	return kept
}

// systemVariables lists variables that Lambda or the system sets rather than the function, in addition
// to those that begin with one of systemPrefixes.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
var (
	systemVariables = []string{"GOMAXPROCS", "HOME", "LANG", "LD_LIBRARY_PATH", "OLDPWD", "PATH", "PWD", "SHLVL", "TZ"}
	systemPrefixes  = []string{"AWS_", "LAMBDA_", "LIVE_", "_"}
)

// functionVariables returns the function's functionVariables variables.
func (c config) functionVariables() map[string]string {
	variables := map[string]string{}
	for _, variable := range c.all {
		name, value, _ := strings.Cut(variable, "=")
		reserved := slices.ContainsFunc(systemPrefixes, func(p string) bool { return strings.HasPrefix(name, p) })
		if !reserved && !slices.Contains(systemVariables, name) {
			variables[name] = value
		}
	}
	return variables
}
