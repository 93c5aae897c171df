package gateway_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"

	"api-auth-jwt-auth0/local/gateway"
)

// An API with one public route, whose function is a Go function here.
func Example() {
	api, err := gateway.New(gateway.Options{
		Invoke: func(_ context.Context, function string, event []byte) ([]byte, error) {
			return []byte(`{"statusCode":200,"body":"Hello from ` + function + `!"}`), nil
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	server := httptest.NewServer(api.Handler())
	defer server.Close()

	commit, err := api.Prepare(context.Background(), gateway.Config{
		ID: "a1b2c3d4e5", AccountID: "123456789012", DomainName: server.Listener.Addr().String(),
		Stages: []gateway.Stage{{Name: "api"}},
		Routes: []gateway.Route{{Key: "GET /greeting/{name}", Function: "greeting"}},
	})
	if err != nil {
		log.Fatal(err)
	}
	commit() // until now, it has answered 503

	for _, path := range []string{"/api/greeting/you", "/api/nothing"} {
		response, err := http.Get(server.URL + path)
		if err != nil {
			log.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(response.StatusCode, string(body))
	}
	// Output:
	// 200 Hello from greeting!
	// 404 {"message":"Not Found"}
}

// A configuration that cannot be deployed is refused with all that is wrong with
// it, and what is served stays.
func ExampleGateway_Prepare() {
	api, err := gateway.New(gateway.Options{
		Invoke: func(context.Context, string, []byte) ([]byte, error) { return nil, nil },
	})
	if err != nil {
		log.Fatal(err)
	}
	_, err = api.Prepare(context.Background(), gateway.Config{
		ID: "a1b2c3d4e5", AccountID: "12", DomainName: "localhost",
		Stages: []gateway.Stage{{Name: "api"}},
		Routes: []gateway.Route{{Key: "GET greeting", Function: "greeting"}},
	})
	fmt.Println(err)
	// Output:
	// gateway: AccountID: expected 12 digits, got "12"
	// gateway: route "GET greeting": expected a path that starts with /, got "greeting"
}
