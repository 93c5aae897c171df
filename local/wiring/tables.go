package wiring

import (
	"api-auth-jwt-auth0/local/aws/dynamodb"
	"api-auth-jwt-auth0/local/provider"
)

type tableInputs struct {
	HashKey, RangeKey      string
	Attributes             []struct{ Name, Type string }
	GlobalSecondaryIndexes []struct {
		Name, HashKey, RangeKey, ProjectionType string
		NonKeyAttributes                        []string
	}
	TTL struct {
		AttributeName string
		Enabled       bool
	}
	StreamEnabled  bool
	StreamViewType string

	Name, BillingMode, Tags                        noEffect
	PointInTimeRecovery, DeletionProtectionEnabled noEffect
}

// tables returns the configuration of the DynamoDB tables.
func (w *wiring) tables() (cfg dynamodb.Config) {
	for _, r := range w.graph.Of(provider.DynamoDBTable) {
		in := read[tableInputs](r)
		cfg.Region, cfg.AccountID = accountOf(r.Output("arn"))
		table := dynamodb.Table{
			Name: r.Output("name"), ARN: r.Output("arn"),
			HashKey: in.HashKey, RangeKey: in.RangeKey, Types: map[string]string{},
		}
		for _, a := range in.Attributes {
			table.Types[a.Name] = a.Type
		}
		for _, i := range in.GlobalSecondaryIndexes {
			table.Indexes = append(table.Indexes, dynamodb.Index{
				Name: i.Name, HashKey: i.HashKey, RangeKey: i.RangeKey, Projection: i.ProjectionType, NonKey: i.NonKeyAttributes,
			})
		}
		if in.TTL.Enabled {
			table.TTLAttribute = in.TTL.AttributeName
		}
		if in.StreamEnabled {
			table.StreamARN, table.StreamView = r.Output("streamArn"), in.StreamViewType
		}
		cfg.Tables = append(cfg.Tables, table)
	}
	return cfg
}
