package program

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"api-auth-jwt-auth0/local/stack"
)

// plain unwraps secrets, outputs and references in a property map, and converts assets
// and archives to stack.Files.
func plain(properties resource.PropertyMap) map[string]any {
	return properties.MapRepl(nil, func(v resource.PropertyValue) (any, bool) {
		switch {
		case v.IsSecret():
			return plainValue(v.SecretValue().Element), true
		case v.IsOutput():
			return plainValue(v.OutputValue().Element), true
		case v.IsAsset():
			return stack.File{Path: v.AssetValue().Path, Text: v.AssetValue().Text}, true
		case v.IsArchive():
			return stack.File{Path: v.ArchiveValue().Path}, true
		}
		return nil, false
	})
}

func plainValue(v resource.PropertyValue) any {
	return plain(resource.PropertyMap{"value": v})["value"]
}

// secretsOf returns the names of the properties that are secret or contain a secret.
func secretsOf(properties resource.PropertyMap) []string {
	var names []string
	for name, value := range properties {
		if value.ContainsSecrets() {
			names = append(names, string(name))
		}
	}
	slices.Sort(names)
	return names
}
