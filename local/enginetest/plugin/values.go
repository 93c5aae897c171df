package plugin

import (
	"encoding/json"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"

	"api-auth-jwt-auth0/local/provider"
)

// plain removes the secret marks of a map's values.
func plain(properties resource.PropertyMap) resource.PropertyMap {
	out := resource.PropertyMap{}
	for key, value := range properties {
		for value.IsSecret() {
			value = value.SecretValue().Element
		}
		out[key] = value
	}
	return out
}

// values converts properties to those of package provider: without nulls and secret
// marks, and with nil for values that are not known yet.
func values(properties resource.PropertyMap) map[string]any {
	out := map[string]any{}
	for key, value := range properties {
		if key != defaults && !value.IsNull() {
			out[string(key)] = valueOf(value)
		}
	}
	return out
}

func valueOf(value resource.PropertyValue) any {
	switch {
	case value.IsSecret():
		return valueOf(value.SecretValue().Element)
	case value.IsComputed() || value.IsOutput():
		return nil
	case value.IsObject():
		return values(value.ObjectValue())
	case value.IsArray():
		items := make([]any, 0, len(value.ArrayValue()))
		for _, item := range value.ArrayValue() {
			items = append(items, valueOf(item))
		}
		return items
	}
	return value.V
}

// outputs returns a resource's inputs and computed values. If unknown, the computed
// values are placeholders.
func outputs(row provider.Type, inputs resource.PropertyMap, computed map[string]any, unknown bool) resource.PropertyMap {
	out := inputs.Copy()
	for name, value := range computed {
		key := resource.PropertyKey(name)
		switch {
		case out.HasValue(key):
		case unknown:
			out[key] = resource.MakeComputed(resource.NewProperty(""))
		default:
			out[key] = resource.NewPropertyValue(value)
		}
	}
	return secrets(row, out)
}

// secrets marks the outputs that the engine must encrypt.
func secrets(row provider.Type, properties resource.PropertyMap) resource.PropertyMap {
	out := resource.PropertyMap{}
	for key, value := range properties {
		if slices.Contains(row.Secrets, string(key)) && !value.IsSecret() {
			value = resource.MakeSecret(value)
		}
		out[key] = value
	}
	return out
}

func marshal(properties resource.PropertyMap) (json.RawMessage, error) {
	fields, err := plugin.MarshalProperties(properties, plugin.MarshalOptions{KeepUnknowns: true})
	if err != nil {
		return nil, err
	}
	return protojson.Marshal(fields)
}

func unmarshal(text json.RawMessage) (resource.PropertyMap, error) {
	var fields structpb.Struct
	if err := protojson.Unmarshal(text, &fields); err != nil {
		return nil, err
	}
	return plugin.UnmarshalProperties(&fields, plugin.MarshalOptions{KeepUnknowns: true})
}
