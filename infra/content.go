package infra

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"api-auth-jwt-auth0/infra/artifact"
	"api-auth-jwt-auth0/infra/kind"
)

// The site's two cache classes. A file under assets/ has the hash of its
// content in its name, so that caches can keep it forever; everything else is
// revalidated on each use, so that no deployment needs an invalidation.
const (
	immutable  = "public, max-age=31536000, immutable"
	revalidate = "no-cache"
)

// contentTypes maps the extensions of the site's files to their content types. The
// deep-link function serves the page for every other path. The operating system's
// table is not used, since it differs between machines.
var contentTypes = map[string]string{
	".avif":        "image/avif",
	".css":         "text/css; charset=utf-8",
	".gif":         "image/gif",
	".html":        "text/html; charset=utf-8",
	".ico":         "image/x-icon",
	".jpeg":        "image/jpeg",
	".jpg":         "image/jpeg",
	".js":          "text/javascript; charset=utf-8",
	".json":        "application/json",
	".map":         "application/json",
	".mp4":         "video/mp4",
	".pdf":         "application/pdf",
	".png":         "image/png",
	".svg":         "image/svg+xml",
	".txt":         "text/plain; charset=utf-8",
	".wasm":        "application/wasm",
	".webm":        "video/webm",
	".webmanifest": "application/manifest+json",
	".webp":        "image/webp",
	".woff":        "font/woff",
	".woff2":       "font/woff2",
	".xml":         "application/xml",
}

// contentType returns the content type of a file of the site. A file of unknown type
// is served as a download, which browsers neither run nor render.
func contentType(key string) string {
	// https://developer.apple.com/documentation/xcode/supporting-associated-domains
	if key == ".well-known/apple-app-site-association" {
		return "application/json"
	}
	return cmp.Or(contentTypes[path.Ext(key)], "application/octet-stream")
}

//go:embed deep-link.js
var deepLinkSource string

// deepLinkFunction returns the code of the function that distinguishes files from pages.
func deepLinkFunction() string {
	var extensions []string
	for _, extension := range slices.Sorted(maps.Keys(contentTypes)) {
		extensions = append(extensions, strings.TrimPrefix(extension, "."))
	}
	return strings.Replace(deepLinkSource, "(FILE_TYPES)", "("+strings.Join(extensions, "|")+")", 1)
}

// isFile reports whether the site serves a file under its own path, by the same
// rule as the deep-link function (TestFilesAndPages).
func isFile(key string) bool {
	return contentTypes[path.Ext(key)] != "" || isAsset(key) || strings.HasPrefix(key, ".well-known/")
}

// Content is the files of the site.
type Content struct {
	pulumi.ResourceState

	// Assets are the hashed files that are in the bucket; see retainedAssets.
	Assets map[string]string
}

// newContent uploads the built site in dir, and its configuration, so that no
// open page breaks:
//
//   - Hashed files come first. Those of replaced builds stay for a while, since
//     a page that was opened before may still ask for them.
//   - The page comes after everything that it refers to.
//   - /config.json comes last: if the upload stops half-way, either page and
//     configuration are both old, or only the page is new. So a page must treat a
//     new key as optional, and no key may be removed that the previous page reads.
func newContent(ctx *pulumi.Context, cfg Config, site *Site, dir string, config pulumi.StringOutput, previous any, today time.Time) (*Content, error) {
	content := &Content{}
	if err := kind.Register(ctx, "Content", "content", content); err != nil {
		return nil, err
	}
	keys, err := files(dir)
	if err != nil {
		return nil, err
	}
	if err := newObjects(ctx, site, content, dir, keys, config); err != nil {
		return nil, err
	}
	content.Assets = retainedAssets(previous, keys, today, cfg.KeepAssetsDays)
	if err := newExpirations(ctx, site, content.Assets); err != nil {
		return nil, err
	}
	return content, ctx.RegisterResourceOutputs(content, pulumi.Map{})
}

func newObjects(ctx *pulumi.Context, site *Site, content *Content, dir string, keys []string, config pulumi.StringOutput) error {
	var before []pulumi.Resource
	for _, key := range keys {
		options := []pulumi.ResourceOption{pulumi.Parent(content)}
		switch {
		case path.Ext(key) == ".html":
			options = append(options, pulumi.DependsOn(before))
		case isAsset(key):
			options = append(options, pulumi.RetainOnDelete(true))
		}
		object, err := newFile(ctx, site, dir, key, options...)
		if err != nil {
			return err
		}
		before = append(before, object)
	}
	_, err := s3.NewBucketObjectv2(ctx, "config.json", &s3.BucketObjectv2Args{
		Bucket:       site.Bucket.ID(),
		Key:          pulumi.String("config.json"),
		Content:      config,
		ContentType:  pulumi.String(contentTypes[".json"]),
		CacheControl: pulumi.String(revalidate),
	}, pulumi.Parent(content), pulumi.DependsOn(before))
	return err
}

func newFile(ctx *pulumi.Context, site *Site, dir, key string, options ...pulumi.ResourceOption) (*s3.BucketObjectv2, error) {
	if !isFile(key) {
		err := ctx.Log.Warn(fmt.Sprintf("web/site/public/%s: the site answers this path with the page: move the file below web/site/public/assets, or add %q to contentTypes in infra/content.go", key, path.Ext(key)), nil)
		if err != nil {
			return nil, err
		}
	}
	cache := revalidate
	if isAsset(key) {
		cache = immutable
	}
	return s3.NewBucketObjectv2(ctx, key, &s3.BucketObjectv2Args{
		Bucket:       site.Bucket.ID(),
		Key:          pulumi.String(key),
		Source:       pulumi.NewFileAsset(filepath.Join(dir, filepath.FromSlash(key))),
		ContentType:  pulumi.String(contentType(key)),
		CacheControl: pulumi.String(cache),
	}, options...)
}

// isAsset reports whether a file has the hash of its content in its name.
func isAsset(key string) bool { return strings.HasPrefix(key, "assets/") }

// files lists the files below dir by their slash-separated keys, HTML last.
func files(dir string) ([]string, error) {
	var assets, pages []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(key string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil || entry.IsDir() || !artifact.IsSource(key):
		case path.Ext(key) == ".html":
			pages = append(pages, key)
		default:
			assets = append(assets, key)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("listing the built site: %w", err)
	}
	return append(assets, pages...), nil
}

// siteSettings is the site's /config.json.
type siteSettings struct {
	Auth0  siteAuth0 `json:"auth0"`
	APIURL string    `json:"apiUrl"`
	Live   bool      `json:"live,omitempty"` // whether developers' machines may answer
}

type siteAuth0 struct {
	Domain     string     `json:"domain"`
	ClientID   string     `json:"clientId"`
	Audience   string     `json:"audience"`
	Scope      string     `json:"scope"`
	TokenCache TokenCache `json:"tokenCache,omitempty"` // memory when absent
	Roles      []siteRole `json:"roles,omitempty"`      // so that the site can name a role that has a missing scope
}

// siteRole is a role by its name in Auth0.
type siteRole struct {
	Name   string   `json:"name"`
	Scopes []string `json:"scopes"`
}

// siteConfig returns the JSON of /config.json, which the site reads when it loads, so
// that one build serves every stack.
func siteConfig(cfg Config, audience *Audience, application *Application, roles []tenantRole) pulumi.StringOutput {
	return pulumi.All(audience.Identifier, application.ClientID).ApplyT(func(args []any) (string, error) {
		s := siteSettings{
			Auth0: siteAuth0{
				Domain:   cfg.TenantDomain,
				Audience: args[0].(string),
				ClientID: args[1].(string),
				Scope:    siteScope(audience.names),
			},
			APIURL: "/" + stageName,
			Live:   cfg.Live,
		}
		if cfg.TokenCache != Memory {
			s.Auth0.TokenCache = cfg.TokenCache
		}
		for _, r := range roles {
			s.Auth0.Roles = append(s.Auth0.Roles, siteRole{r.name, r.scopes})
		}
		text, err := json.MarshalIndent(s, "", "  ")
		return string(text), err
	}).(pulumi.StringOutput)
}

// siteScope returns the scopes that the site requests when people sign in: those for
// their profile, and all scopes of the API.
func siteScope(scopes []string) string {
	return strings.Join(append([]string{"openid", "profile", "email"}, scopes...), " ")
}
