package ssm

import (
	"crypto/hmac"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"

	"api-auth-jwt-auth0/local/aws"
	"api-auth-jwt-auth0/local/aws/policy"
)

// A call is a request that was parsed.
type call struct {
	s       *Service
	store   *store
	action  string
	request request
}

// request is the input of every operation.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html
type request struct {
	Name             string
	Names            []string
	Path             string
	Recursive        bool
	WithDecryption   bool
	MaxResults       int
	NextToken        string
	ParameterFilters []any
}

const (
	targetPrefix = "AmazonSSM."
	maxNames     = 10 // of GetParameters
	maxResults   = 10 // of GetParametersByPath
)

func fail(code, format string, arguments ...any) error {
	return &aws.Error{Status: http.StatusBadRequest, Code: code, Message: fmt.Sprintf(format, arguments...)}
}

func (s *Service) parse(r *http.Request, body []byte) (*call, error) {
	action, found := strings.CutPrefix(r.Header.Get("X-Amz-Target"), targetPrefix)
	if !found || r.Method != http.MethodPost {
		return nil, fail("UnknownOperationException", "expected a POST with a header such as X-Amz-Target: AmazonSSM.GetParameter")
	}
	c := &call{s: s, store: s.current.Load(), action: action}
	if !slices.Contains([]string{"GetParameter", "GetParameters", "GetParametersByPath"}, action) {
		return nil, fail("UnknownOperationException", "The local cloud serves GetParameter, GetParameters and GetParametersByPath of Systems Manager, not %q. Parameters are declared in the Pulumi program; their values on this machine stand in .secrets.env.", action)
	}
	if err := json.Unmarshal(body, &c.request); err != nil {
		// The error's text could contain a part of the body.
		return nil, fail("SerializationException", "the body is not the JSON that %s takes", action)
	}
	return c, c.check()
}

func (c *call) check() error {
	r := c.request
	switch c.action {
	case "GetParameter":
		return checkName(r.Name)
	case "GetParameters":
		return checkNames(r.Names)
	}
	switch {
	case !strings.HasPrefix(r.Path, "/") || r.Path != "/" && !parameterName.MatchString(r.Path):
		return fail("ValidationException", "expected a path that begins with / and has letters, digits and _.-/, got %q", r.Path)
	case r.MaxResults < 0 || r.MaxResults > maxResults:
		return fail("ValidationException", "expected MaxResults from 1 to %d, got %d", maxResults, r.MaxResults)
	case len(r.ParameterFilters) > 0:
		return fail("InvalidFilterKey", "The local cloud serves GetParametersByPath without filters.")
	}
	return nil
}

func checkName(name string) error {
	if name == "" || len(name) > 2048 {
		return fail("ValidationException", "expected a name of 1 to 2048 characters, got %d", len(name))
	}
	return nil
}

func checkNames(names []string) error {
	if len(names) == 0 || len(names) > maxNames {
		return fail("ValidationException", "expected 1 to %d names, got %d", maxNames, len(names))
	}
	for i, name := range names {
		if err := checkName(name); err != nil {
			return err
		}
		if slices.Contains(names[:i], name) {
			return fail("ValidationException", "the name %q is given twice", name)
		}
	}
	return nil
}

// A selector identifies a parameter: its name or ARN, and optionally a version or a label.
type selector struct{ name, arn, version string }

func (c *call) selector(text string) selector {
	if rest, isARN := strings.CutPrefix(text, "arn:"); isARN {
		resource, version, _ := strings.Cut(rest, ":parameter/")
		name, version, _ := strings.Cut(version, ":")
		sel := selector{name: name, arn: "arn:" + resource + ":parameter/" + name, version: version}
		for _, candidate := range []string{name, "/" + name} {
			if p, found := c.store.parameters[candidate]; found && p.ARN == sel.arn {
				sel.name = candidate
				return sel
			}
		}
		sel.name = ""
		return sel
	}
	name, version, _ := strings.Cut(text, ":")
	if p, found := c.store.parameters[name]; found {
		return selector{name: name, arn: p.ARN, version: version}
	}
	return selector{name: name, arn: c.store.arn(name), version: version}
}

// operation returns what IAM must allow: the action on each parameter, or on the path, and
// the use of a customer's own key.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html
func (c *call) operation() aws.Operation {
	if c.action == "GetParametersByPath" {
		op := aws.Operation{Action: c.action, Resource: c.request.Path, Requests: []policy.Request{{
			Action: "ssm:GetParametersByPath", Resource: c.store.arn(strings.TrimSuffix(c.request.Path, "/")),
			Context: policy.Context{"ssm:Recursive": {strconv.FormatBool(c.request.Recursive)}},
		}}}
		for _, p := range c.below() {
			op.Requests = append(op.Requests, c.decryption(p)...)
		}
		return op
	}
	names := c.request.Names
	if c.action == "GetParameter" {
		names = []string{c.request.Name}
	}
	op := aws.Operation{Action: c.action, Resource: strings.Join(names, ", ")}
	for _, name := range names {
		sel := c.selector(name)
		op.Requests = append(op.Requests, policy.Request{Action: "ssm:" + c.action, Resource: sel.arn, Context: policy.Context{}})
		if p, found := c.store.parameters[sel.name]; found {
			op.Requests = append(op.Requests, c.decryption(p)...)
		}
	}
	return op
}

// decryption returns what the key of a parameter needs. The policy of alias/aws/ssm allows
// everyone in the account.
// https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
func (c *call) decryption(p stored) []policy.Request {
	if p.Type != typeSecure || p.KeyARN == "" || !c.request.WithDecryption {
		return nil
	}
	return []policy.Request{{Action: "kms:Decrypt", Resource: p.KeyARN, Context: policy.Context{
		"kms:ViaService":                      {"ssm." + c.store.Region + ".amazonaws.com"},
		"kms:CallerAccount":                   {c.store.AccountID},
		"kms:EncryptionContext:PARAMETER_ARN": {p.ARN},
		"kms:EncryptionContextKeys":           {"PARAMETER_ARN"},
	}}}
}

// answered is a parameter in a response.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Parameter.html
type answered struct {
	ARN              string
	DataType         string
	LastModifiedDate float64 // seconds
	Name             string
	Selector         string `json:",omitempty"`
	Type             string
	Value            string
	Version          int64
}

func (c *call) answer() (any, error) {
	switch c.action {
	case "GetParameter":
		p, err := c.get(c.request.Name)
		return struct{ Parameter answered }{p}, err
	case "GetParameters":
		return c.getAll()
	}
	return c.getPage()
}

// get finds one parameter. The error is ParameterNotFound, or
// ParameterVersionNotFound.
func (c *call) get(text string) (answered, error) {
	sel := c.selector(text)
	p, found := c.store.parameters[sel.name]
	if !found {
		return answered{}, fail("ParameterNotFound", "there is no parameter %q", text)
	}
	if sel.version != "" && sel.version != strconv.FormatInt(p.version, 10) {
		return answered{}, fail("ParameterVersionNotFound", "Systems Manager could not find version %s of %s. Verify the version and try again.", sel.version, p.Name)
	}
	a, err := c.show(p)
	if sel.version != "" {
		a.Selector = ":" + sel.version
	}
	return a, err
}

func (c *call) show(p stored) (answered, error) {
	if !p.HasValue {
		c.s.log.Warn("ssm: a parameter has no value on this machine", "name", p.Name)
		return answered{}, fail("ParameterNotFound", "%s", p.Missing)
	}
	value := p.Value
	if p.Type == typeSecure && !c.request.WithDecryption {
		value = c.s.opaque(p)
	}
	return answered{ARN: p.ARN, DataType: "text", LastModifiedDate: float64(p.modified.UnixMilli()) / 1000, Name: p.Name,
		Type: p.Type, Value: value, Version: p.version}, nil
}

// opaque returns a placeholder for an encrypted value, which is the same for the same value.
// Real ones begin with these characters.
func (s *Service) opaque(p stored) string {
	mac := hmac.New(sha512.New, s.key)
	fmt.Fprintf(mac, "%q %q", p.Name, p.Value)
	return "AQICAH" + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func (c *call) getAll() (any, error) {
	answer := struct {
		InvalidParameters []string
		Parameters        []answered
	}{[]string{}, []answered{}}
	for _, name := range c.request.Names {
		if p, found := c.store.parameters[c.selector(name).name]; found && !p.HasValue {
			_, err := c.show(p)
			return nil, err
		}
		p, err := c.get(name)
		if err != nil {
			answer.InvalidParameters = append(answer.InvalidParameters, name)
			continue
		}
		answer.Parameters = append(answer.Parameters, p)
	}
	return answer, nil
}

// below returns the parameters of the page, sorted by name: those on the path's next level
// or, with Recursive, on every level below it.
func (c *call) below() []stored {
	prefix := strings.TrimSuffix(c.request.Path, "/") + "/"
	var page []stored
	for _, name := range slices.Sorted(maps.Keys(c.store.parameters)) {
		rest, isBelow := strings.CutPrefix(name, prefix)
		if isBelow && name > c.request.NextToken && (c.request.Recursive || !strings.Contains(rest, "/")) {
			page = append(page, c.store.parameters[name])
		}
	}
	return page
}

func (c *call) getPage() (any, error) {
	answer := struct {
		NextToken  string `json:",omitempty"`
		Parameters []answered
	}{Parameters: []answered{}}
	limit := c.request.MaxResults
	if limit == 0 {
		limit = maxResults
	}
	for _, p := range c.below() {
		if len(answer.Parameters) == limit {
			answer.NextToken = answer.Parameters[limit-1].Name
			return answer, nil
		}
		shown, err := c.show(p)
		if err != nil {
			return nil, err
		}
		answer.Parameters = append(answer.Parameters, shown)
	}
	return answer, nil
}
