package artifact

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// An embedding is the path.Match patterns of a package's //go:embed directives, for
// files and folders below the package.
// https://pkg.go.dev/embed#hdr-Directives
type embedding []string

// embeddingOf reads the directives of the package in dir, regardless of build constraints.
func embeddingOf(dir string) (embedding, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	var patterns embedding
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(text)) {
			if directive, ok := strings.CutPrefix(line, "//go:embed "); ok {
				patterns = append(patterns, patternsOf(directive)...)
			}
		}
	}
	return patterns, nil
}

func patternsOf(directive string) embedding {
	if strings.ContainsAny(directive, "\"`") {
		return embedding{"*"} // quoted patterns are rare: include every file
	}
	patterns := strings.Fields(directive)
	for i, pattern := range patterns {
		patterns[i] = strings.TrimPrefix(pattern, "all:")
	}
	return patterns
}

// has reports whether a file, by its slash-separated path below the package, may be
// embedded: a pattern matches it, or a folder that it is in.
func (e embedding) has(file string) bool {
	for at := file; at != "."; at = path.Dir(at) {
		if slices.ContainsFunc(e, func(pattern string) bool { matched, _ := path.Match(pattern, at); return matched }) {
			return true
		}
	}
	return false
}
