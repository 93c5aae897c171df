package infra

import (
	"net/http/httptest"
	"testing"

	"api-auth-jwt-auth0/local/cdn"
)

// TestFilesAndPages: the program and the function agree which paths are files. Every
// other path is a page.
func TestFilesAndPages(t *testing.T) {
	t.Parallel()
	rewrite, err := cdn.NewRewriter(&cdn.Function{Name: "deep-link", Runtime: "cloudfront-js-2.0", Code: deepLinkFunction()})
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]bool{
		"index.html": true, "config.json": true, "assets/index-BkP2s4WU.js": true, "assets/LICENSE": true, "a/b.c/photo.webp": true,
		".well-known/apple-app-site-association": true, ".well-known/security.txt": true,
		"": false, "profile": false, "items/1.1": false, "users/jane.doe@example.com": false, "CNAME": false, "data.csv": false,
		"assets": false, ".well-known": false, "page.js/": false, "photo.PNG": false, "html": false, "xhtml": false,
	}
	for extension := range contentTypes {
		files["x"+extension], files["x"+extension+"x"] = true, contentTypes[extension+"x"] != ""
	}
	for key, want := range files {
		request, err := rewrite(httptest.NewRequest("GET", "/"+key, nil))
		if err != nil {
			t.Fatal(err)
		}
		served := request.URL.Path == "/"+key && (key == "index.html" || request.URL.Path != "/index.html") && key != ""
		if served != want || isFile(key) != want {
			t.Errorf("%q: expected a file: %t; the function says %t, the program %t", key, want, served, isFile(key))
		}
	}
}

func TestContentType(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{
		"index.html":                             "text/html; charset=utf-8",
		".well-known/apple-app-site-association": "application/json",
		"apple-app-site-association":             "application/octet-stream",
		"assets/LICENSE":                         "application/octet-stream",
		"data.csv":                               "application/octet-stream",
	} {
		if got := contentType(key); got != want {
			t.Errorf("%s: expected %s, got %s", key, want, got)
		}
	}
}
