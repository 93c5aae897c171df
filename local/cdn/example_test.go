package cdn_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	"api-auth-jwt-auth0/local/cdn"
)

// A distribution serves a bucket, with a CloudFront function for deep links.
func Example() {
	site := cdn.New(cdn.Options{})
	commit, err := site.Prepare(context.Background(), cdn.Config{
		Origins: []cdn.Origin{{ID: "files", Bucket: &cdn.Bucket{Listable: true, Objects: []cdn.Object{
			{Key: "index.html", ContentType: "text/html", Body: []byte("<h1>Site</h1>")},
		}}}},
		Default: cdn.Behavior{OriginID: "files", Functions: cdn.Functions{
			ViewerRequest: &cdn.Function{Name: "deep-link", Runtime: "cloudfront-js-2.0", Code: `
				function handler(event) {
					var request = event.request;
					if (!request.uri.includes('.')) {
						request.uri = '/index.html';
					}
					return request;
				}`},
		}},
		DefaultRootObject: "index.html",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	commit()
	for _, path := range []string{"/", "/profile", "/missing.js"} {
		w := httptest.NewRecorder()
		site.Handler().ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		fmt.Println(path, w.Code, w.Header().Get("X-Cache"))
	}
	// Output:
	// / 200 Miss from cloudfront
	// /profile 200 Miss from cloudfront
	// /missing.js 404 Error from cloudfront
}

// A configuration that could not be deployed is refused with all its problems, and
// what was served before still is.
func ExampleDistribution_Prepare() {
	site := cdn.New(cdn.Options{})
	_, err := site.Prepare(context.Background(), cdn.Config{
		Origins: []cdn.Origin{{ID: "files", Bucket: &cdn.Bucket{}}},
		Default: cdn.Behavior{OriginID: "file", AllowedMethods: []string{"GET", "HEAD", "POST"}},
	})
	fmt.Println(err)
	// Output:
	// distribution: default behavior: there is no origin "file"
	// default behavior: allowed methods ["GET" "HEAD" "POST"]: expected one of [["GET" "HEAD"] ["GET" "HEAD" "OPTIONS"] ["DELETE" "GET" "HEAD" "OPTIONS" "PATCH" "POST" "PUT"]]
}
