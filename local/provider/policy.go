package provider

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// jsonObject accepts one JSON object.
var jsonObject = rule{check: ofString(func(text string) error {
	_, err := decodeObject(text)
	return err
})}

// A policyKind determines which elements a policy's statements have.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
type policyKind struct {
	name                string
	required, forbidden []string
	size                int // in bytes, without white space
}

var (
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
	trustPolicy    = policyKind{"trust", []string{"Principal"}, []string{"Resource"}, 2048}
	identityPolicy = policyKind{"identity", []string{"Resource"}, []string{"Principal"}, 10_240}
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
	bucketPolicy = policyKind{"bucket", []string{"Principal", "Resource"}, nil, 20 << 10}
	// https://docs.aws.amazon.com/general/latest/gr/sns.html
	topicPolicy = policyKind{"topic", []string{"Principal", "Resource"}, nil, 30 << 10}
)

// The elements of statements.
var (
	statementElements = []string{"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"}
	sidPattern        = regexp.MustCompile(`^[A-Za-z0-9]*$`)
	policyVersions    = []any{"2012-10-17", "2008-10-17"}
)

// policy accepts a policy of a kind, as JSON.
// https://github.com/hashicorp/terraform-provider-aws/blob/v5.100.0/internal/verify/validate.go
func policy(kind policyKind) rule {
	return rule{check: ofString(func(text string) error {
		document, err := decodeObject(text)
		if err != nil {
			return err
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, []byte(text)); err != nil || compact.Len() > kind.size {
			return fmt.Errorf("expected a policy of at most %d bytes, got %d", kind.size, compact.Len())
		}
		return kind.validate(document)
	})}
}

func (k policyKind) validate(document map[string]any) error {
	if !slices.Contains(policyVersions, document["Version"]) {
		return fmt.Errorf("expected a Version among %v, got %v", policyVersions, document["Version"])
	}
	statements, ok := document["Statement"].([]any)
	if !ok || len(statements) == 0 {
		return errors.New("expected a list of statements")
	}
	var ids []any
	for i, item := range statements {
		statement, _ := item.(map[string]any)
		if err := k.validateStatement(statement); err != nil {
			return fmt.Errorf("statement %d: %w", i, err)
		}
		if id := statement["Sid"]; id != nil && slices.Contains(ids, id) {
			return fmt.Errorf("statement %d: duplicate Sid %q", i, id)
		}
		ids = append(ids, statement["Sid"])
	}
	return nil
}

func (k policyKind) validateStatement(statement map[string]any) error {
	for name := range statement {
		if !slices.Contains(statementElements, name) {
			return fmt.Errorf("%q is not an element of a statement", name)
		}
	}
	if effect := statement["Effect"]; effect != "Allow" && effect != "Deny" {
		return fmt.Errorf("expected the Effect Allow or Deny, got %v", effect)
	}
	if sid, _ := statement["Sid"].(string); !sidPattern.MatchString(sid) {
		return fmt.Errorf("expected a Sid of letters and digits, got %q", sid)
	}
	for _, name := range append([]string{"Action"}, k.required...) {
		if statement[name] == nil && statement["Not"+name] == nil {
			return fmt.Errorf("a %s policy needs %s", k.name, name)
		}
	}
	for _, name := range k.forbidden {
		if statement[name] != nil || statement["Not"+name] != nil {
			return fmt.Errorf("a %s policy has no %s", k.name, name)
		}
	}
	return nil
}

// decodeObject decodes one JSON object. It refuses leading white space, as IAM does,
// and duplicate names.
func decodeObject(text string) (map[string]any, error) {
	if len(text) == 0 || text[0] != '{' {
		return nil, fmt.Errorf("expected a JSON object, got %.60q", text)
	}
	if _, err := jsontext.NewDecoder(strings.NewReader(text)).ReadValue(); err != nil {
		return nil, fmt.Errorf("expected a JSON object: %w", err)
	}
	var object map[string]any
	err := json.Unmarshal([]byte(text), &object)
	return object, err
}
