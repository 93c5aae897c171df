package provider

import (
	"fmt"
	"math"
	"slices"
)

// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
// The runtimes are those for Go.
var function = object(fields{
	"name^": functionNaming.rule(), "code": file, "runtime": oneOf("provided.al2", "provided.al2023"),
	"architectures": list(1, 1, oneOf("arm64", "x86_64")), "handler": length(1, 128), "role!": arn("iam"),
	"memorySize": integer(128, 10_240), "timeout": integer(1, 900), "tags": tags,
	"loggingConfig": object(fields{"logFormat!": oneOf("JSON", "Text"), "logGroup": logGroupNaming.rule()}),
	"environment":   object(fields{"variables": variables}),
	// https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
	"reservedConcurrentExecutions": integer(-1, math.MaxInt32),
}, requires("code", "runtime", "handler"))

// https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
var permission = object(fields{
	"statementId^": permissionNaming.rule(), "action!^": match(256, `lambda:(\*|[A-Za-z]+)|\*`, "lambda:InvokeFunction"),
	"function!^":  functionName,
	"principal!^": match(256, `([0-9a-z-]+\.){1,4}amazonaws\.com|\d{12}|\*|arn:aws:iam::\d{12}:\S+`, "apigateway.amazonaws.com"),
	"sourceArn^":  arn(), "sourceAccount^": match(12, `\d{12}`, "111122223333"),
})

// functionName accepts a function's name or its ARN.
var functionName = match(140, `(arn:aws:lambda:[a-z0-9-]+:\d{12}:function:)?[a-zA-Z0-9_-]+`, "app-items")

// variables: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
var variables = rule{check: func(value any) error {
	entries := mapOf(100, match(256, `[a-zA-Z][a-zA-Z0-9_]+`, "TABLE_NAME"), freeText)
	if err := entries.check(value); err != nil {
		return err
	}
	size := 0
	for name, text := range value.(map[string]any) {
		if slices.Contains(reservedVariables, name) {
			return fmt.Errorf("%q is reserved by Lambda", name)
		}
		content, _ := text.(string)
		size += len(name) + len(content)
	}
	if size > 4<<10 {
		return fmt.Errorf("expected at most 4096 bytes in all, got %d", size)
	}
	return nil
}}

// reservedVariables: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
var reservedVariables = []string{
	"_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME",
	"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME",
	"AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
	"AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
}
