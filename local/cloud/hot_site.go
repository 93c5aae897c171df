package cloud

import (
	"context"
	"net/http"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"api-auth-jwt-auth0/infra/artifact"
	"api-auth-jwt-auth0/local/cdn"
	"api-auth-jwt-auth0/local/framing"
	"api-auth-jwt-auth0/local/journal"
	"api-auth-jwt-auth0/local/lambda"
	"api-auth-jwt-auth0/local/vite"
)

// siteDir is deployed instead of the built web app if Vite serves the page, so that a failing
// build of the page delays nothing else. It has the files that are the same in both cases.
func (c *Cloud) siteDir() string {
	if !c.cfg.Hot {
		return ""
	}
	return filepath.Join(c.cfg.Root, "web", "site", "public")
}

// startVite starts Vite's server once, if the web app is served as it is edited.
func (c *Cloud) startVite(ctx context.Context) (err error) {
	if !c.cfg.Hot || c.hot != nil {
		return nil
	}
	builder := artifact.Builder{Root: c.cfg.Root, Report: c.cfg.Terminal.Step}
	if err := builder.InstallPackages(ctx); err != nil {
		return err
	}
	c.hot, err = vite.New(ctx, vite.Config{
		Dir:      filepath.Join(c.cfg.Root, "web"),
		Origin:   c.SiteURL(),
		Unframed: framing.Unframed,
		OnLine:   c.viteLine,
		OnExit:   func(err error) { c.failed <- err },
	})
	return err
}

var colors = regexp.MustCompile("\x1b\\[[0-9;]*m")

// viteLine shows Vite's log lines among those of the functions.
func (c *Cloud) viteLine(line vite.Line) {
	kind := lambda.Output
	if line.Level == "error" {
		kind = lambda.Fault
	}
	for _, text := range strings.Split(strings.TrimSpace(colors.ReplaceAllString(line.Text, "")), "\n") {
		c.cfg.Terminal.FunctionLine(lambda.Line{Function: "web", Kind: kind, Text: text})
	}
}

// hotSite returns the deployed site with Vite instead of the bucket's files. Paths that a
// behavior sends elsewhere, and /config.json, which the program makes, are unchanged; and the
// deployed function distinguishes pages and files.
func (c *Cloud) hotSite(cfg cdn.Config, deployed http.Handler) (http.Handler, error) {
	if c.hot == nil {
		return deployed, nil
	}
	var headers []vite.Header
	for _, h := range cfg.Default.ResponseHeaders {
		headers = append(headers, vite.Header{Name: h.Name, Value: h.Value})
	}
	edited, err := c.hot.Handler(headers)
	if err != nil {
		return nil, err
	}
	rewrite, err := cdn.NewRewriter(cfg.Default.Functions.ViewerRequest)
	if err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isOfPage(cfg, r) {
			deployed.ServeHTTP(w, r)
			return
		}
		journal.LeaveOut(r.Context())                                    // a page has dozens of modules
		if r.Header.Get("Upgrade") == "" && !vite.IsModule(r.URL.Path) { // Vite's socket is at /
			rewritten, err := rewrite(r)
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadGateway)
				return
			}
			r = rewritten
		}
		edited.ServeHTTP(w, r)
	}), nil
}

// isOfPage reports whether a request is for the page or its parts. All others are answered as
// deployed: those of a behavior other than the default one, methods other than GET and HEAD,
// and paths that CloudFront would clean before it selects a behavior.
func isOfPage(cfg cdn.Config, r *http.Request) bool {
	at := r.URL.Path
	if r.Method != http.MethodGet && r.Method != http.MethodHead || at == "/config.json" {
		return false
	}
	if at != "/" && path.Clean(at) != strings.TrimSuffix(at, "/") {
		return false
	}
	return !slices.ContainsFunc(cfg.Behaviors, func(b cdn.Behavior) bool {
		return strings.HasPrefix(at, strings.TrimSuffix(b.PathPattern, "*"))
	})
}
