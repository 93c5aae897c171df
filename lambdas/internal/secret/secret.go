// Package secret reads secrets for handlers from Parameter Store. It is compiled only into
// the handlers that import it.
package secret

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
)

// lifetime is how long a value is cached. A handler uses a new value after at most that time.
const lifetime = 5 * time.Minute

// A Reader reads secrets and caches each in memory for five minutes. It is safe for
// concurrent use; several calls for the same secret read it once.
type Reader struct {
	client *ssm.Client
	now    func() time.Time

	mu     sync.Mutex
	values map[string]*value // by variable
}

type value struct {
	mu    sync.Mutex
	text  string
	until time.Time
}

// shared is the Reader of this process. All invocations of a function share it.
var shared = sync.OnceValues(func() (*Reader, error) {
	cfg, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		return nil, fmt.Errorf("reading the AWS configuration: %w", err)
	}
	return NewReader(cfg), nil
})

// Read returns the secret whose parameter an environment variable names, such as
// PAYMENTS_KEY_PARAMETER. A failed read is retried once. If it fails again, Read returns the
// error, never an old value. The error names the variable and does not contain the secret.
func Read(ctx context.Context, variable string) (string, error) {
	r, err := shared()
	if err != nil {
		return "", err
	}
	return r.Read(ctx, variable)
}

// Forget makes the next Read request the secret again. Call it when the other side has
// refused the secret, which may have been replaced.
func Forget(variable string) {
	if r, err := shared(); err == nil {
		r.Forget(variable)
	}
}

// NewReader returns a Reader that uses cfg for its requests.
func NewReader(cfg aws.Config) *Reader {
	return &Reader{client: ssm.NewFromConfig(cfg), now: time.Now, values: map[string]*value{}}
}

// Read is the function Read for this Reader.
func (r *Reader) Read(ctx context.Context, variable string) (string, error) {
	name := os.Getenv(variable)
	if name == "" {
		return "", fmt.Errorf("the variable %s is not set: give this handler the use of the secret in infra/resources.go", variable)
	}
	v := r.value(variable)
	v.mu.Lock()
	defer v.mu.Unlock()
	if r.now().Before(v.until) {
		return v.text, nil
	}
	text, err := r.get(ctx, name)
	if err != nil && ctx.Err() == nil {
		text, err = r.get(ctx, name)
	}
	if err != nil {
		return "", fmt.Errorf("reading the secret of %s: %w", variable, err)
	}
	v.text, v.until = text, r.now().Add(lifetime)
	return text, nil
}

// Forget is the function Forget for this Reader.
func (r *Reader) Forget(variable string) {
	v := r.value(variable)
	v.mu.Lock()
	defer v.mu.Unlock()
	v.text, v.until = "", time.Time{}
}

func (r *Reader) value(variable string) *value {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.values[variable] == nil {
		r.values[variable] = &value{}
	}
	return r.values[variable]
}

func (r *Reader) get(ctx context.Context, name string) (string, error) {
	out, err := r.client.GetParameter(ctx, &ssm.GetParameterInput{Name: &name, WithDecryption: aws.Bool(true)})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.Parameter.Value), nil
}
