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
		d := dashboard{
			region: cfg.Region, namespace: metricNamespace(ctx),
			api: string(values[0].(pulumi.ID)), accessLog: values[1].(string), distribution: string(values[2].(pulumi.ID)),
		}
		for i, value := range values[3:] {
			d.functions = append(d.functions, [2]string{names[i], value.(string)})
		}
		return d.body()
	}).(pulumi.StringOutput)
	_, err := cloudwatch.NewDashboard(ctx, "stack", &cloudwatch.DashboardArgs{
		DashboardName: pulumi.String(dashboardName(ctx, cfg)),
		DashboardBody: body,
	}, pulumi.Parent(parent))
	return err
}

// dashboardName contains the region: dashboard names are unique in an account
// across regions, and a stack that moves creates the new dashboard before it
// deletes the old one. A stack's name may contain periods, a dashboard's may not.
func dashboardName(ctx *pulumi.Context, cfg Config) string {
	return strings.ReplaceAll(ctx.Project()+"-"+ctx.Stack(), ".", "-") + "-" + cfg.Region
}

// dashboard contains the names of the resources that a dashboard shows.
type dashboard struct {
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

// body arranges the widgets in rows of two, on a grid of 24 columns.
func (d dashboard) body() (string, error) {
	var widgets []widget
	for i, properties := range append(d.charts(), d.failures()) {
		w := widget{Type: "metric", X: i % 2 * 12, Y: i / 2 * 6, Width: 12, Height: 6, Properties: properties}
		if properties.Query != "" {
			w.Type = "log"
		}
		widgets = append(widgets, w)
	}
	text, err := json.Marshal(map[string]any{"widgets": widgets})
	return string(text), err
}

func (d dashboard) charts() []widgetProperties {
	gateway := func(name, statistic string) []any {
		return []any{"AWS/ApiGateway", name, "ApiId", d.api, "Stage", stageName, map[string]string{"stat": statistic}}
	}
	fromLog := func(name string) []any { return []any{d.namespace, name, map[string]string{"stat": "Sum"}} }
	edge := func(name, statistic string) []any {
		return []any{"AWS/CloudFront", name, "DistributionId", d.distribution, "Region", "Global", map[string]string{"stat": statistic}}
	}
	return []widgetProperties{
		d.chart("API: requests and failures", gateway("Count", "Sum"), gateway("4xx", "Sum"), gateway("5xx", "Sum")),
		d.chart("API: latency, ms", gateway("Latency", "p50"), gateway("Latency", "p99"), gateway("IntegrationLatency", "p99")),
		d.chart("API: refused", fromLog(authorizerFailedMetric), fromLog(throttledMetric)),
		d.chart("Functions: errors and throttles", d.ofFunctions("Sum", "Errors", "Throttles")...),
		d.chart("Functions: duration, ms", d.ofFunctions("p99", "Duration")...),
		d.chart("Functions: running at once", d.ofFunctions("Maximum", "ConcurrentExecutions")...),
		d.global("Site: requests", edge("Requests", "Sum")),
		d.global("Site: error rate, %", edge("4xxErrorRate", "Average"), edge("5xxErrorRate", "Average")),
	}
}

func (d dashboard) chart(title string, metrics ...[]any) widgetProperties {
	return widgetProperties{Title: title, Region: d.region, View: "timeSeries", Period: alarmPeriod, Metrics: metrics}
}

// global returns a chart of CloudFront's metrics, which are in globalRegion only.
func (d dashboard) global(title string, metrics ...[]any) widgetProperties {
	properties := d.chart(title, metrics...)
	properties.Region = globalRegion
	return properties
}

func (d dashboard) ofFunctions(statistic string, metricNames ...string) [][]any {
	var metrics [][]any
	for _, f := range d.functions {
		for _, name := range metricNames {
			options := map[string]string{"stat": statistic, "label": f[0] + " " + name}
			metrics = append(metrics, []any{"AWS/Lambda", name, "FunctionName", f[1], options})
		}
	}
	return metrics
}

// failures lists the latest failed requests.
func (d dashboard) failures() widgetProperties {
	return widgetProperties{
		Title: "API: last failures", Region: d.region, View: "table",
		Query: fmt.Sprintf("SOURCE '%s' | fields time, status, routeKey, integrationError, authorizerError, requestId | filter status >= 400 | sort @timestamp desc | limit 20", d.accessLog),
	}
}
