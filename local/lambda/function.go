package lambda

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Function is a deployed function. Only Name and Archive are required.
type Function struct {
	Name        string
	ARN         string            // "" = made from region, account and name
	Version     string            // "" = "$LATEST"
	Archive     string            // path of the deployed zip, with an executable `bootstrap` for this machine
	Handler     string            // the process gets it as _HANDLER
	Runtime     string            // provided.al2023 alone
	MemoryMB    int               // 0 = 128; a process that uses more is killed, on Linux
	Timeout     time.Duration     // 0 = 3 s; at most 15 min
	Environment map[string]string // the function's own variables
	LogGroup    string            // "" = "/aws/lambda/" + Name
	LogFormat   string            // "Text" (also "") or "JSON"
	LogLevel    string            // application log level of the JSON format
	Debugger    *Debugger         // runs the function's one process; nil: no debugger
	// Delegated makes the processes call AWS itself, with the credentials of their
	// invocations (Terms), instead of AWSEndpoint with their own.
	Delegated bool
}

// Quotas: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const (
	defaultMemoryMB = 128
	maxMemoryMB     = 10240
	defaultTimeout  = 3 * time.Second
	maxTimeout      = 15 * time.Minute
	maxEnvironment  = 4 << 10

	runtimeAL2023 = "provided.al2023"
)

// The name pattern is that of CreateFunction, the key pattern that of its
// Environment: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
var (
	namePattern = regexp.MustCompile(`^[a-zA-Z0-9-_]{1,64}$`)
	keyPattern  = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]+$`)
)

// reserved are the keys a function may not set:
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
// The rest of _HANDLER and _X_AMZN_TRACE_ID is caught by keyPattern.
var reserved = []string{
	"AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_EXECUTION_ENV",
	"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION",
	"AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME",
	"AWS_LAMBDA_RUNTIME_API", "AWS_REGION", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
	"LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT",
}

// withDefaults sets CreateFunction's defaults.
func (f Function) withDefaults(region, account string) Function {
	f.ARN = cmp.Or(f.ARN, "arn:aws:lambda:"+region+":"+account+":function:"+f.Name)
	f.Version = cmp.Or(f.Version, "$LATEST")
	f.LogGroup = cmp.Or(f.LogGroup, "/aws/lambda/"+f.Name)
	f.MemoryMB = cmp.Or(f.MemoryMB, defaultMemoryMB)
	f.Timeout = cmp.Or(f.Timeout, defaultTimeout)
	f.LogFormat = cmp.Or(f.LogFormat, "Text")
	return f
}

// validate returns all problems of the function, each with what to change.
func (f Function) validate() error {
	var problems []error
	report := func(format string, args ...any) {
		problems = append(problems, fmt.Errorf("function %q: "+format, append([]any{f.Name}, args...)...))
	}
	if !namePattern.MatchString(f.Name) {
		report("the name needs 1 to 64 letters, digits, hyphens and underscores")
	}
	if f.Archive == "" {
		report("no archive: name the zip that is deployed")
	}
	if f.Runtime != runtimeAL2023 {
		report("runtime %q cannot run here: only %s can, whose zip brings its own bootstrap", f.Runtime, runtimeAL2023)
	}
	if f.MemoryMB < defaultMemoryMB || f.MemoryMB > maxMemoryMB {
		report("memory of %d MB: expected %d to %d", f.MemoryMB, defaultMemoryMB, maxMemoryMB)
	}
	if f.Timeout <= 0 || f.Timeout > maxTimeout {
		report("timeout of %v: expected more than 0 and at most %v", f.Timeout, maxTimeout)
	}
	if f.LogFormat != "Text" && f.LogFormat != "JSON" {
		report("log format %q: expected Text or JSON", f.LogFormat)
	}
	if f.Debugger != nil && (f.Debugger.Path == "" || f.Debugger.Address == "") {
		report("a debugger needs the path of Delve and an address to listen on")
	}
	f.validateEnvironment(report)
	return errors.Join(problems...)
}

func (f Function) validateEnvironment(report func(string, ...any)) {
	size := 0
	for _, key := range slices.Sorted(maps.Keys(f.Environment)) {
		value := f.Environment[key]
		size += len(key) + len(value)
		switch {
		case slices.Contains(reserved, key):
			report("environment variable %s is reserved by Lambda: choose another name", key)
		case !keyPattern.MatchString(key):
			report("environment variable %q: expected a letter, then letters, digits and underscores", key)
		case strings.ContainsRune(value, 0):
			report("environment variable %s contains a NUL character", key)
		}
	}
	if size > maxEnvironment {
		report("environment of %d bytes: Lambda allows %d in all", size, maxEnvironment)
	}
}

// IsOwnVariable reports whether a function may set an environment variable of this name.
func IsOwnVariable(name string) bool {
	return keyPattern.MatchString(name) && !slices.Contains(reserved, name)
}

// A place holds the differences between a function's processes.
type place struct {
	region, endpoint      string
	taskRoot              string
	runtimeAPI, logStream string
	credentials           Credentials
}

// environment returns the whole environment of a function's process; nothing comes from the
// developer's own. A function's own PATH, LANG or TZ wins, as on Lambda. AWS_EXECUTION_ENV is
// not set, as documented for the OS-only runtimes. That AWS_ENDPOINT_URL is set, and that
// SDKs find no files of the developer, whose profile would precede a role's credentials, is
// listed under Differences.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
func (f Function) environment(at place) []string {
	vars := map[string]string{
		"LANG":                           "en_US.UTF-8",
		"PATH":                           "/usr/local/bin:/usr/bin:/bin:/opt/bin",
		"TZ":                             ":UTC",
		"GOMAXPROCS":                     strconv.Itoa(f.vCPUs()),
		"AWS_ACCESS_KEY_ID":              at.credentials.AccessKeyID,
		"AWS_SECRET_ACCESS_KEY":          at.credentials.SecretAccessKey,
		"AWS_SESSION_TOKEN":              at.credentials.SessionToken,
		"AWS_CONFIG_FILE":                os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE":    os.DevNull,
		"AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
		"AWS_LAMBDA_LOG_FORMAT":          f.LogFormat,
	}
	switch {
	case f.Delegated:
		for _, own := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"} {
			delete(vars, own)
		}
		vars["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://" + at.runtimeAPI + "/" + credentialsPath
	case at.endpoint != "":
		vars["AWS_ENDPOINT_URL"] = at.endpoint
	}
	if f.LogFormat == "JSON" {
		vars["AWS_LAMBDA_LOG_LEVEL"] = cmp.Or(f.LogLevel, "INFO")
	}
	maps.Copy(vars, f.Environment)
	maps.Copy(vars, map[string]string{
		"AWS_DEFAULT_REGION":              at.region,
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": strconv.Itoa(f.MemoryMB),
		"AWS_LAMBDA_FUNCTION_NAME":        f.Name,
		"AWS_LAMBDA_FUNCTION_VERSION":     f.Version,
		"AWS_LAMBDA_LOG_GROUP_NAME":       f.LogGroup,
		"AWS_LAMBDA_LOG_STREAM_NAME":      at.logStream,
		"AWS_LAMBDA_RUNTIME_API":          at.runtimeAPI,
		"AWS_REGION":                      at.region,
		"LAMBDA_RUNTIME_DIR":              "/var/runtime",
		"LAMBDA_TASK_ROOT":                at.taskRoot,
		"_HANDLER":                        f.Handler,
	})
	list := make([]string, 0, len(vars))
	for _, key := range slices.Sorted(maps.Keys(vars)) {
		list = append(list, key+"="+vars[key])
	}
	return list
}

// vCPUs is the function's share of the processor, rounded up: 1,769 MB of
// memory come with one vCPU.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
func (f Function) vCPUs() int { return (f.MemoryMB + 1768) / 1769 }
