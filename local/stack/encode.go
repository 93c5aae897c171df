package stack

import (
	"encoding/json"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"
)

// encoded is a resource with its properties in the form in which the engine and
// its plugins hand them to each other, which knows files.
type encoded struct {
	fields
	Inputs, Outputs json.RawMessage
}

// MarshalJSON encodes a resource for another process on this machine: files stay
// paths.
func (r *Resource) MarshalJSON() ([]byte, error) {
	e := encoded{fields: fields(*r)}
	var err error
	if e.Inputs, err = encode(r.Inputs); err != nil {
		return nil, fmt.Errorf("the inputs of %s: %w", r.URN, err)
	}
	if e.Outputs, err = encode(r.Outputs); err != nil {
		return nil, fmt.Errorf("the outputs of %s: %w", r.URN, err)
	}
	return json.Marshal(e)
}

// UnmarshalJSON is the other direction.
func (r *Resource) UnmarshalJSON(text []byte) error {
	var e encoded
	err := json.Unmarshal(text, &e)
	if err != nil {
		return err
	}
	*r = Resource(e.fields)
	if r.Inputs, err = decode(e.Inputs); err != nil {
		return fmt.Errorf("the inputs of %s: %w", r.URN, err)
	}
	if r.Outputs, err = decode(e.Outputs); err != nil {
		return fmt.Errorf("the outputs of %s: %w", r.URN, err)
	}
	return nil
}

// fields are a resource's, without its methods.
type fields Resource

var marshalOptions = plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true}

func encode(properties map[string]any) (json.RawMessage, error) {
	object, err := plugin.MarshalProperties(resource.NewPropertyMapFromMap(properties), marshalOptions)
	if err != nil {
		return nil, err
	}
	return protojson.Marshal(object)
}

func decode(text json.RawMessage) (map[string]any, error) {
	var object structpb.Struct
	if err := protojson.Unmarshal(text, &object); err != nil {
		return nil, err
	}
	properties, err := plugin.UnmarshalProperties(&object, marshalOptions)
	if err != nil {
		return nil, err
	}
	return plain(properties), nil
}
