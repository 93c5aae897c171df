package provider

import (
	"fmt"
	"math"
	"slices"
)

// retentionDays: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
var retentionDays = anyOf(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)

// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html
var metricFilter = object(fields{
	"name^": metricFilterNaming.rule(), "logGroupName!^": logGroupNaming.rule(), "pattern!": length(0, 1024),
	"metricTransformation!": object(fields{
		"name!": match(255, `[^:*$]+`, "ThrottledRequests"), "namespace!": match(255, `[^:*$]+`, "app/prod"),
		"value!": length(0, 100), "defaultValue": decimal,
	}),
})

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
var metricAlarm = object(fields{
	"name^": alarmNaming.rule(), "alarmDescription": length(0, 1024), "threshold": number(-math.MaxFloat64, math.MaxFloat64), "tags": tags,
	"comparisonOperator!": oneOf("GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold"),
	"evaluationPeriods!":  integer(1, math.MaxInt32), "datapointsToAlarm": integer(1, math.MaxInt32),
	"treatMissingData": oneOf("missing", "ignore", "breaching", "notBreaching"),
	"alarmActions":     list(0, 5, arn()), "okActions": list(0, 5, arn()),
	"metricQueries!": unique("id", list(1, 20, metricQuery)),
}, atMost("datapointsToAlarm", "evaluationPeriods"), requires("metricQueries", "threshold"), oneReturns)

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html
var metricQuery = object(fields{
	"id!": match(255, `[a-z][a-zA-Z0-9_]*`, "requests"), "expression": length(1, 2048), "label": freeText, "returnData": boolean,
	"metric": object(fields{
		"namespace": match(255, `[^:].*`, "AWS/Lambda"), "metricName!": length(1, 255), "period!": period, "stat!": statistic,
		"dimensions": mapOf(30, length(1, 255), length(1, 1024)),
	}),
}, exactlyOne("expression", "metric"))

// period: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricStat.html
var period = rule{check: func(value any) error {
	n, ok := value.(float64)
	if !ok || !slices.Contains([]float64{1, 5, 10, 20, 30}, n) && (n <= 0 || math.Mod(n, 60) != 0) {
		return fmt.Errorf("expected 1, 5, 10, 20, 30 or a multiple of 60 seconds, got %v", value)
	}
	return nil
}}

// statistic: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
var statistic = match(100, `SampleCount|Average|Sum|Minimum|Maximum|IQM|(p|tm|wm|tc|ts)(\d{1,2}(\.\d{1,10})?|100)|(TM|WM|PR|TC|TS)\([^)]+\)`, "p99")

// oneReturns requires one query that returns data: an alarm watches one value.
func oneReturns(object map[string]any) (string, string) {
	n, unknown := 0, false
	for _, query := range items(object["metricQueries"]) {
		value, set := query["returnData"]
		unknown = unknown || set && value == nil
		if value == true {
			n++
		}
	}
	if n != 1 && !unknown && object["metricQueries"] != nil {
		return "metricQueries", fmt.Sprintf("expected one query that returns data, got %d", n)
	}
	return "", ""
}
