package table

import (
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/dynamodb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"api-auth-jwt-auth0/infra/kind"
)

// indexName: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GlobalSecondaryIndex.html
var indexName = regexp.MustCompile(`^[a-zA-Z0-9_.-]{3,255}$`)

// maxName: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
const maxName = 255

// component is a table in the stack's tree.
type component struct{ pulumi.ResourceState }

// Deploy implements kind.Resource.
func (t *Table) Deploy(ctx *pulumi.Context, s kind.Stack) (*kind.Deployed, error) {
	c := &component{}
	if err := kind.Register(ctx, "Table", t.name, c); err != nil {
		return nil, err
	}
	table, err := dynamodb.NewTable(ctx, s.ResourceName(t.name, maxName), t.args(s), pulumi.Parent(c), pulumi.Protect(s.Protect))
	if err != nil {
		return nil, err
	}
	deployed := &kind.Deployed{ARN: table.Arn, Variables: map[string]pulumi.StringOutput{t.variable(): table.Name}}
	if _, consumed := s.Consumers[t]; consumed {
		deployed.Events = table.StreamArn
	}
	return deployed, ctx.RegisterResourceOutputs(c, pulumi.Map{"name": table.Name})
}

func (t *Table) args(s kind.Stack) *dynamodb.TableArgs {
	args := &dynamodb.TableArgs{
		BillingMode:               pulumi.String("PAY_PER_REQUEST"),
		HashKey:                   pulumi.String(t.keys[0].name),
		Attributes:                t.attributes(),
		GlobalSecondaryIndexes:    t.globalIndexes(),
		DeletionProtectionEnabled: pulumi.Bool(s.Protect),
		PointInTimeRecovery:       dynamodb.TablePointInTimeRecoveryArgs{Enabled: pulumi.Bool(s.Protect)},
		Tags:                      s.Tags(),
	}
	if len(t.keys) > 1 {
		args.RangeKey = pulumi.String(t.keys[1].name)
	}
	if t.expiresAt != "" {
		args.Ttl = dynamodb.TableTtlArgs{AttributeName: pulumi.String(t.expiresAt), Enabled: pulumi.Bool(true)}
	}
	if _, consumed := s.Consumers[t]; consumed {
		args.StreamEnabled, args.StreamViewType = pulumi.Bool(true), pulumi.String("NEW_AND_OLD_IMAGES")
	}
	return args
}

// attributes returns the key attributes, each once, in order of declaration: DynamoDB refuses
// other attributes.
func (t *Table) attributes() (all dynamodb.TableAttributeArray) {
	seen := map[string]bool{}
	for _, key := range t.allKeys() {
		if !seen[key.name] {
			all = append(all, dynamodb.TableAttributeArgs{Name: pulumi.String(key.name), Type: pulumi.String(key.kind)})
		}
		seen[key.name] = true
	}
	return all
}

func (t *Table) globalIndexes() (all dynamodb.TableGlobalSecondaryIndexArray) {
	for _, i := range t.indexes {
		args := dynamodb.TableGlobalSecondaryIndexArgs{
			Name: pulumi.String(i.name), HashKey: pulumi.String(i.keys[0].name), ProjectionType: pulumi.String("ALL"),
		}
		if len(i.keys) > 1 {
			args.RangeKey = pulumi.String(i.keys[1].name)
		}
		all = append(all, args)
	}
	return all
}
