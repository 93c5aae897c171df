package program

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"api-auth-jwt-auth0/infra"
	"api-auth-jwt-auth0/infra/artifact"
	"api-auth-jwt-auth0/local/provider"
	"api-auth-jwt-auth0/local/stack"
)

var settings = stack.Settings{Project: "demo", Stack: "dev", Values: map[string]string{"aws:region": "eu-central-1"}}

func run(t *testing.T, program pulumi.RunFunc) (*stack.Graph, error) {
	t.Helper()
	return Run(t.Context(), program, settings, stack.Origins{Site: "http://localhost:3000", API: "http://localhost:3001"}, nil)
}

type group struct{ pulumi.ResourceState }

func TestRunReturnsGraph(t *testing.T) {
	t.Parallel()
	graph, err := run(t, func(ctx *pulumi.Context) error {
		parent := &group{}
		if err := ctx.RegisterComponentResource("demo:index:Group", "group", parent); err != nil {
			return err
		}
		bucket, err := s3.NewBucketV2(ctx, "files", nil, pulumi.Parent(parent), pulumi.Protect(true))
		if err != nil {
			return err
		}
		_, err = s3.NewBucketObjectv2(ctx, "page", &s3.BucketObjectv2Args{
			Bucket:       bucket.ID(),
			Key:          pulumi.String("index.html"),
			Source:       pulumi.NewStringAsset("<html>"),
			CacheControl: pulumi.ToSecret(pulumi.String("hidden")).(pulumi.StringOutput),
		}, pulumi.Parent(bucket))
		ctx.Export("arn", bucket.Arn)
		ctx.Export("plain", pulumi.String("text"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	bucket, page := graph.Of(provider.S3Bucket)[0], graph.Of(provider.S3Object)[0]
	if want := "urn:pulumi:dev::demo::demo:index:Group$aws:s3/bucketV2:BucketV2::files"; bucket.URN != want {
		t.Errorf("expected the URN %s, got %s", want, bucket.URN)
	}
	if !bucket.Protected || bucket.Component || !strings.HasSuffix(bucket.Parent, "::group") {
		t.Errorf("expected a protected child of the group, got %+v", bucket)
	}
	if diff := cmp.Diff([]string{bucket.URN}, page.Dependencies); diff != "" {
		t.Errorf("dependencies (-want +got):\n%s", diff)
	}
	if source, ok := page.Inputs["source"].(stack.File); !ok || source.Text != "<html>" {
		t.Errorf("expected the asset, got %v", page.Inputs["source"])
	}
	if page.Inputs["cacheControl"] != "hidden" {
		t.Errorf("expected the secret's plain value, got %v", page.Inputs["cacheControl"])
	}
	if diff := cmp.Diff(map[string]any{"arn": "arn:aws:s3:::" + bucket.ID, "plain": "text"}, graph.Exports); diff != "" {
		t.Errorf("exports (-want +got):\n%s", diff)
	}
}

func TestOwnProviderIsAccepted(t *testing.T) {
	t.Parallel()
	settings := projectSettings(t)
	settings.Set("aws:region", "eu-central-1")
	settings.Set(settings.Project+":domain", "app.example.com")
	graph, err := deploy(t.Context(), artifact.Builder{Target: artifact.Host()}, settings,
		stack.Origins{Site: "http://localhost:3000", API: "http://localhost:3001", Domain: "http://localhost:3000"})
	if err != nil {
		t.Fatal(err)
	}
	certificate := graph.Of(provider.ACMCertificate)[0]
	if !strings.Contains(certificate.Provider, "pulumi:providers:aws::global") || !strings.HasPrefix(certificate.ID, "arn:aws:acm:us-east-1:") {
		t.Errorf("expected a certificate of us-east-1 by the provider for it, got %q and %q", certificate.ID, certificate.Provider)
	}
	if got := graph.Exports["siteUrl"]; got != "http://localhost:3000" {
		t.Errorf("expected the site where it is served, got %v", got)
	}
}

// TestUnknownTypeIsRegistered with a name and an ARN, for what refers to it.
func TestUnknownTypeIsRegistered(t *testing.T) {
	t.Parallel()
	graph, err := run(t, func(ctx *pulumi.Context) error {
		user, err := iam.NewUser(ctx, "somebody", nil)
		if err != nil {
			return err
		}
		ctx.Export("arn", user.Arn)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	user := graph.Of("aws:iam/user:User")[0]
	want := "arn:aws:iam:" + strings.Split(user.Output("arn"), ":")[3] + ":000000000000:user/" + user.ID
	if !strings.HasPrefix(user.ID, "somebody-") || user.Output("name") != user.ID || graph.Exports["arn"] != want {
		t.Errorf("expected a user with a name and an ARN, got %q, %q and %v", user.ID, user.Output("name"), graph.Exports["arn"])
	}
}

func TestValueThatTheProviderRefusesIsRefused(t *testing.T) {
	t.Parallel()
	_, err := run(t, func(ctx *pulumi.Context) error {
		_, err := s3.NewBucketOwnershipControls(ctx, "files", &s3.BucketOwnershipControlsArgs{
			Bucket: pulumi.String("files"),
			Rule:   s3.BucketOwnershipControlsRuleArgs{ObjectOwnership: pulumi.String("Everybody")},
		})
		return err
	})
	if err == nil || !strings.Contains(err.Error(), `::files: property "rule.objectOwnership": expected one of BucketOwnerEnforced`) {
		t.Errorf("expected an error that names the resource and the value's path, got %v", err)
	}
}

func TestSameURNTwiceIsRefused(t *testing.T) {
	t.Parallel()
	_, err := run(t, func(ctx *pulumi.Context) error {
		for range 2 {
			if _, err := cloudwatch.NewLogGroup(ctx, "logs", nil); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil || !strings.Contains(err.Error(), "two resources have the URN") {
		t.Errorf("expected the second to be refused, got %v", err)
	}
}

func TestFunctionCallsAndReadsAreRefused(t *testing.T) {
	t.Parallel()
	_, err := run(t, func(ctx *pulumi.Context) error {
		_, err := s3.LookupBucket(ctx, &s3.LookupBucketArgs{Bucket: "other"})
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "aws:s3/getBucket:getBucket") {
		t.Errorf("expected an error that names the function, got %v", err)
	}
	_, err = run(t, func(ctx *pulumi.Context) error {
		_, err := s3.GetBucketV2(ctx, "existing", pulumi.ID("other"), nil)
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "already exist") {
		t.Errorf("expected reading an existing resource to be refused, got %v", err)
	}
}

func TestProgramErrorIsItsOwn(t *testing.T) {
	t.Parallel()
	own := errors.New("own error")
	_, err := run(t, func(*pulumi.Context) error { return own })
	if !errors.Is(err, own) || err.Error() != own.Error() {
		t.Errorf("expected the program's own error, got %q", err)
	}
}

func TestGraphIsReproducible(t *testing.T) {
	t.Parallel()
	var graphs []*stack.Graph
	for range 2 {
		graphs = append(graphs, deployProject(t))
	}
	// Two clones in two folders would differ only in the paths of their builds.
	if diff := cmp.Diff(graphs[0], graphs[1]); diff != "" {
		t.Errorf("two runs differ (-first +second):\n%s", diff)
	}
	function := graphs[0].Of(provider.LambdaFunction)[0]
	if arn := function.Output("arn"); !strings.HasPrefix(arn, "arn:aws:lambda:us-east-1:000000000000:function:"+function.Name+"-") {
		t.Errorf("expected an ARN of the region and the local account, got %q", arn)
	}
}

func projectSettings(t testing.TB) stack.Settings {
	t.Helper()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	settings, err := LoadSettings(root, "dev")
	if err != nil {
		t.Fatal(err)
	}
	settings.Set("auth0:domain", "http://localhost:3002")
	settings.Set("auth0:clientId", "local")
	settings.SetSecret("auth0:clientSecret", "local")
	return settings
}

// deploy runs the project's program.
func deploy(ctx context.Context, builder artifact.Builder, settings stack.Settings, origins stack.Origins) (*stack.Graph, error) {
	return Run(ctx, infra.Program(builder), settings, origins, nil)
}

func deployProject(t testing.TB) *stack.Graph {
	t.Helper()
	graph, err := deploy(t.Context(), artifact.Builder{Target: artifact.Host()}, projectSettings(t),
		stack.Origins{Site: "http://localhost:3000", API: "http://localhost:3001"})
	if err != nil {
		t.Fatal(err)
	}
	return graph
}

// BenchmarkRun is the in-process run of the whole program, once everything is
// built.
func BenchmarkRun(b *testing.B) {
	settings := projectSettings(b)
	builder := artifact.Builder{Target: artifact.Host()}
	deployProject(b) // builds
	for b.Loop() {
		if _, err := deploy(b.Context(), builder, settings, stack.Origins{Site: "http://localhost:3000", API: "http://localhost:3001"}); err != nil {
			b.Fatal(err)
		}
	}
}

// TestSecretInputsAreNamed, even if the secret is deeply nested, while their values are
// plain.
func TestSecretInputsAreNamed(t *testing.T) {
	t.Parallel()
	graph, err := run(t, func(ctx *pulumi.Context) error {
		_, err := s3.NewBucketV2(ctx, "b", &s3.BucketV2Args{
			Bucket: pulumi.ToSecret(pulumi.String("hush")).(pulumi.StringOutput),
			Tags:   pulumi.StringMap{"deep": pulumi.ToSecret(pulumi.String("hush")).(pulumi.StringOutput), "x": pulumi.String("y")},

			ForceDestroy: pulumi.Bool(true),
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	r := graph.Resources[0]
	if !slices.Equal(r.Secrets, []string{"bucket", "tags"}) || r.Inputs["bucket"] != "hush" {
		t.Errorf("got the secrets %q and the inputs %v", r.Secrets, r.Inputs)
	}
}
