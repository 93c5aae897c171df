package infra

import (
	"fmt"
	"slices"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Config is a stack's settings, read once and checked together. Pulumi.yaml
// declares each with its default and its unit.
type Config struct {
	Region                   string // of everything except what CloudFront needs in us-east-1
	Profile                  string // of the AWS configuration files; empty for the environment's
	TenantDomain             string // the Auth0 tenant's host, such as "example.eu.auth0.com"
	Audience                 string
	DevelopmentOrigins       []string // such as "http://localhost:3000", without a trailing slash
	LogRetentionDays         int
	ThrottleRate             int // requests a second
	ThrottleBurst            int // requests
	FunctionMemoryMB         int
	FunctionTimeout          time.Duration
	AccessTokenLifetime      time.Duration
	IDTokenLifetime          time.Duration
	RefreshTokenLifetime     time.Duration
	RefreshTokenIdleLifetime time.Duration
	TokenCache               TokenCache
	Protect                  bool
	Domain                   string // the site's own host, such as "app.example.com"; empty for the distribution's
	HostedZoneID             string // of Domain's zone; empty to find it by name
	AlarmEmail               string // empty to send no alarms
	AlarmLatency             time.Duration
	KeepAssetsDays           int
	PermissionsBoundary      string // ARN of the policy that limits the functions' roles; empty for none
	Live                     bool   // whether developers' machines may answer
	LiveDevelopers           string // ARN of the role that may assume the functions' roles while the stack is live; empty for none
}

// TokenCache is where the site keeps its tokens.
type TokenCache string

const (
	// Memory keeps tokens where only the page itself can read them.
	Memory TokenCache = "memory"
	// LocalStorage survives a reload without asking the tenant, and can be
	// read by any script that runs in the page.
	LocalStorage TokenCache = "localstorage"
)

// ReadConfig reads the stack's settings, and checks those whose values are secrets of
// resources. Its error is an *InvalidConfigError with all problems.
func ReadConfig(ctx *pulumi.Context, secrets []string) (Config, error) {
	s := &settings{project: ctx.Project(), stack: ctx.Stack(), get: ctx.GetConfig, secret: ctx.IsConfigSecret}
	return s.read(secrets)
}

// CheckSettings checks a stack's settings without running the program. It returns the
// same errors as ReadConfig. get and secret look up full keys, such as "aws:region".
func CheckSettings(project, stack string, get func(key string) (string, bool), secret func(key string) bool) error {
	_, err := (&settings{project: project, stack: stack, get: get, secret: secret}).read(SecretSettings(Resources))
	return err
}

func (s *settings) read(secrets []string) (Config, error) {
	cfg := s.values()
	for _, key := range secrets {
		s.checkSecret(key)
	}
	s.checkProject()
	if len(s.problems) > 0 {
		return Config{}, &InvalidConfigError{Stack: s.stack, Problems: s.problems}
	}
	return cfg, nil
}

func (s *settings) values() Config {
	s.checkCredentials()
	profile, _ := s.get("aws:profile")
	cfg := Config{
		Region:               s.region(),
		Profile:              profile,
		TenantDomain:         s.tenantDomain(),
		Audience:             s.audience(),
		DevelopmentOrigins:   s.origins("developmentOrigins"),
		LogRetentionDays:     s.logRetention("logRetentionDays"),
		ThrottleRate:         s.integer("throttleRate", 1, 10_000),
		ThrottleBurst:        s.integer("throttleBurst", 1, 5_000),
		FunctionMemoryMB:     s.integer("functionMemory", 128, 10_240),
		FunctionTimeout:      s.duration("functionTimeout", time.Second, 29*time.Second),
		AccessTokenLifetime:  s.duration("accessTokenLifetime", time.Minute, 24*time.Hour),
		IDTokenLifetime:      s.duration("idTokenLifetime", time.Minute, 30*24*time.Hour),
		RefreshTokenLifetime: s.duration("refreshTokenLifetime", time.Minute, maxRefreshTokenLifetime),
		TokenCache:           TokenCache(s.oneOf("tokenCache", string(Memory), string(LocalStorage))),
		Protect:              s.protect(),
		Domain:               s.domain("domain"),
		AlarmEmail:           s.email("alarmEmail"),
		AlarmLatency:         time.Duration(s.integer("alarmLatency", 1, 30_000)) * time.Millisecond,
		KeepAssetsDays:       s.integer("keepAssetsDays", 1, 365),
		PermissionsBoundary:  s.managedPolicy("permissionsBoundary"),
		LiveDevelopers:       s.role("liveDevelopers"),
	}
	cfg.Live = s.live("live", cfg.Protect)
	cfg.HostedZoneID = s.hostedZone("hostedZoneId", cfg.Domain)
	// Auth0 requires an idle lifetime below the absolute one.
	longest := maxRefreshTokenLifetime
	if cfg.RefreshTokenLifetime > 0 {
		longest = cfg.RefreshTokenLifetime
	}
	cfg.RefreshTokenIdleLifetime = s.duration("refreshTokenIdleLifetime", time.Minute, longest-time.Second)
	return cfg
}

// maxRefreshTokenLifetime is Auth0's limit.
// https://auth0.com/docs/secure/tokens/refresh-tokens/configure-refresh-token-expiration
const maxRefreshTokenLifetime = 31_557_600 * time.Second

// retentionSteps are the days that CloudWatch Logs accepts.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
var retentionSteps = []int{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731,
	1096, 1827, 2192, 2557, 2922, 3288, 3653}

func (s *settings) logRetention(key string) int {
	days := s.integer(key, retentionSteps[0], retentionSteps[len(retentionSteps)-1])
	if days != 0 && !slices.Contains(retentionSteps, days) {
		i, _ := slices.BinarySearch(retentionSteps, days)
		s.problem(key, fmt.Sprint(retentionSteps[i]), "CloudWatch keeps logs for one of %v days, and %d is not among them", retentionSteps, days)
	}
	return days
}

// seconds returns the whole number of seconds in d.
func seconds(d time.Duration) int { return int(d / time.Second) }
