package infra

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// newDashboard registers the stack's one dashboard.
func newDashboard(ctx *pulumi.Context, cfg Config, parent pulumi.Resource, api *API, functions map[string]*Function, site *Site) error {
	names := slices.Sorted(maps.Keys(functions))
	values := []any{api.ID, api.AccessLog, site.Distribution.ID()}
	for _, name := range names {
		values = append(values, functions[name].Name)
	}
	body := pulumi.All(values...).ApplyT(func(values []any) (string, error) {
		shown := shown{
			region: cfg.Region, namespace: metricNamespace(ctx),
			api: string(values[0].(pulumi.ID)), accessLog: values[1].(string), distribution: string(values[2].(pulumi.ID)),
		}
		for i, value := range values[3:] {
			shown.functions = append(shown.functions, [2]string{names[i], value.(string)})
		}
		return shown.body()
	}).(pulumi.StringOutput)
	_, err := cloudwatch.NewDashboard(ctx, "stack", &cloudwatch.DashboardArgs{
		DashboardName: pulumi.String(dashboardName(ctx, cfg)),
		DashboardBody: body,
	}, pulumi.Parent(parent))
	return err
}

// dashboardName has the region in it: an account's dashboards share their names,
// and in another region the new one is there before the old one is deleted. A
// stack's name may have full stops, and a dashboard's may not.
func dashboardName(ctx *pulumi.Context, cfg Config) string {
	return strings.ReplaceAll(ctx.Project()+"-"+ctx.Stack(), ".", "-") + "-" + cfg.Region
}

// shown are the names that the dashboard shows the values of.
type shown struct {
	region, namespace, api, accessLog, distribution string
	functions                                       [][2]string // the handler's name and the function's
}

// The wire format of dashboards.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
type (
	widget struct {
		Type       string           `json:"type"`
		X          int              `json:"x"`
		Y          int              `json:"y"`
		Width      int              `json:"width"`
		Height     int              `json:"height"`
		Properties widgetProperties `json:"properties"`
	}
	widgetProperties struct {
		Title   string  `json:"title"`
		Region  string  `json:"region"`
		View    string  `json:"view"`
		Period  int     `json:"period,omitempty"`
		Metrics [][]any `json:"metrics,omitempty"`
		Query   string  `json:"query,omitempty"`
	}
)

// body lays the widgets out two in a row, of the 24 columns that there are.
func (s shown) body() (string, error) {
	var widgets []widget
	for i, properties := range append(s.charts(), s.failures()) {
		w := widget{Type: "metric", X: i % 2 * 12, Y: i / 2 * 6, Width: 12, Height: 6, Properties: properties}
		if properties.Query != "" {
			w.Type = "log"
		}
		widgets = append(widgets, w)
	}
	text, err := json.Marshal(map[string]any{"widgets": widgets})
	return string(text), err
}

func (s shown) charts() []widgetProperties {
	gateway := func(name, statistic string) []any {
		return []any{"AWS/ApiGateway", name, "ApiId", s.api, "Stage", stageName, map[string]string{"stat": statistic}}
	}
	fromLog := func(name string) []any { return []any{s.namespace, name, map[string]string{"stat": "Sum"}} }
	edge := func(name, statistic string) []any {
		return []any{"AWS/CloudFront", name, "DistributionId", s.distribution, "Region", "Global", map[string]string{"stat": statistic}}
	}
	return []widgetProperties{
		s.chart("API: requests and failures", gateway("Count", "Sum"), gateway("4xx", "Sum"), gateway("5xx", "Sum")),
		s.chart("API: latency, ms", gateway("Latency", "p50"), gateway("Latency", "p99"), gateway("IntegrationLatency", "p99")),
		s.chart("API: refused", fromLog(authorizerFailedMetric), fromLog(throttledMetric)),
		s.chart("Functions: errors and throttles", s.ofFunctions("Sum", "Errors", "Throttles")...),
		s.chart("Functions: duration, ms", s.ofFunctions("p99", "Duration")...),
		s.chart("Functions: running at once", s.ofFunctions("Maximum", "ConcurrentExecutions")...),
		s.global("Site: requests", edge("Requests", "Sum")),
		s.global("Site: error rate, %", edge("4xxErrorRate", "Average"), edge("5xxErrorRate", "Average")),
	}
}

func (s shown) chart(title string, metrics ...[]any) widgetProperties {
	return widgetProperties{Title: title, Region: s.region, View: "timeSeries", Period: alarmPeriod, Metrics: metrics}
}

// global is a chart of CloudFront's metrics, which are in one region.
func (s shown) global(title string, metrics ...[]any) widgetProperties {
	properties := s.chart(title, metrics...)
	properties.Region = globalRegion
	return properties
}

func (s shown) ofFunctions(statistic string, metricNames ...string) [][]any {
	var metrics [][]any
	for _, f := range s.functions {
		for _, name := range metricNames {
			options := map[string]string{"stat": statistic, "label": f[0] + " " + name}
			metrics = append(metrics, []any{"AWS/Lambda", name, "FunctionName", f[1], options})
		}
	}
	return metrics
}

// failures lists the requests that failed last.
func (s shown) failures() widgetProperties {
	return widgetProperties{
		Title: "API: last failures", Region: s.region, View: "table",
		Query: fmt.Sprintf("SOURCE '%s' | fields time, status, routeKey, integrationError, authorizerError, requestId | filter status >= 400 | sort @timestamp desc | limit 20", s.accessLog),
	}
}
