package cloud

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"

	"api-auth-jwt-auth0/infra/artifact"
	"api-auth-jwt-auth0/local/framing"
	"api-auth-jwt-auth0/local/gateway"
	"api-auth-jwt-auth0/local/lambda"
)

// bareMain is the ceiling: a server of net/http that answers and does nothing
// else.
func bareMain() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Printf("Site http://%s\n", listener.Addr())
	panic(http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "Hello auth0|0123456789abcdef01234567!")
	})))
}

// relayMain is the ceiling of everything that runs compiled handlers in processes of their
// own: a server that passes a constant event to the private route's handler, and its answer
// back, and does nothing else.
func relayMain() {
	if err := serveRelay(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serveRelay() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	handler, err := os.MkdirTemp("", "relay-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(handler)
	build := exec.CommandContext(ctx, "go", "build", "-tags", "lambda.norpc", "-o", handler+"/", "./lambdas/private")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: newRelay(), ReadHeaderTimeout: 10 * time.Second}
	go server.Serve(listener)
	for range 2 * runtime.GOMAXPROCS(0) { // as many as the local cloud runs
		cmd := exec.CommandContext(ctx, filepath.Join(handler, "private"))
		cmd.Env = []string{"AWS_LAMBDA_RUNTIME_API=" + listener.Addr().String(), "GOMAXPROCS=1", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128"}
		if err := cmd.Start(); err != nil {
			return err
		}
		defer cmd.Wait()
	}
	fmt.Printf("API http://%s\n", listener.Addr())
	<-ctx.Done()
	return server.Close()
}

// newRelay serves the route and the Runtime API.
func newRelay() http.Handler {
	event, _ := json.Marshal(events.APIGatewayV2HTTPRequest{ // strings alone
		Version: "2.0", RouteKey: "GET /private", RawPath: "/private", Headers: map[string]string{"host": "localhost"},
		RequestContext: events.APIGatewayV2HTTPRequestContext{
			RouteKey: "GET /private", RequestID: "id", Authorizer: &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
				JWT: &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{Claims: map[string]string{"sub": "auth0|0123456789abcdef01234567"}},
			},
		},
	})
	var latest atomic.Int64
	var running sync.Map // the channels of requests, by the ID of their invocation
	requests := make(chan chan string)
	deadline := strconv.FormatInt(time.Now().Add(time.Hour).UnixMilli(), 10)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /private", func(w http.ResponseWriter, _ *http.Request) {
		answer := make(chan string, 1)
		requests <- answer
		io.WriteString(w, <-answer)
	})
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", func(w http.ResponseWriter, r *http.Request) {
		select {
		case answer := <-requests:
			id := strconv.FormatInt(latest.Add(1), 10)
			running.Store(id, answer)
			w.Header()["Lambda-Runtime-Aws-Request-Id"] = []string{id}
			w.Header()["Lambda-Runtime-Deadline-Ms"] = []string{deadline}
			w.Write(event)
		case <-r.Context().Done():
		}
	})
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/response", func(w http.ResponseWriter, r *http.Request) {
		var response events.APIGatewayV2HTTPResponse
		err := json.NewDecoder(r.Body).Decode(&response)
		if answer, ok := running.LoadAndDelete(r.PathValue("id")); ok && err == nil {
			answer.(chan string) <- response.Body
		}
		w.WriteHeader(http.StatusAccepted)
	})
	return mux
}

// emulatorsMain serves the private route by the gateway and the functions alone.
func emulatorsMain() {
	if err := serveEmulators(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serveEmulators() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	archives, err := artifact.Builder{Target: artifact.Host(), Local: true}.Handlers(ctx, []string{"private"})
	if err != nil {
		return err
	}
	functions, err := lambda.New(lambda.Options{})
	if err != nil {
		return err
	}
	defer functions.Close()
	commit, err := functions.Prepare(ctx, lambda.Config{Region: "us-east-1", AccountID: "123456789012", Functions: []lambda.Function{
		{Name: "private", Archive: archives["private"], Handler: "bootstrap", Runtime: "provided.al2023", Timeout: 10 * time.Second},
	}})
	if err != nil {
		return err
	}
	commit()
	issuer, token, err := serveIssuer()
	if err != nil {
		return err
	}
	api, err := gateway.New(gateway.Options{Invoke: functions.Invoke})
	if err != nil {
		return err
	}
	commit, err = api.Prepare(ctx, gateway.Config{
		ID: "bench", AccountID: "123456789012", DomainName: "localhost",
		Stages: []gateway.Stage{{Name: "$default", ThrottleRate: 1e6, ThrottleBurst: 1e6}},
		Routes: []gateway.Route{{Key: "GET /private", Function: "private", Scopes: []string{"read:private"}, Authorizer: &gateway.JWTAuthorizer{
			Name: "issuer", Issuer: issuer, Audiences: []string{"https://api"}, IdentitySource: "$request.header.Authorization",
		}}},
	})
	if err != nil {
		return err
	}
	commit()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: api.Handler(), ReadHeaderTimeout: 10 * time.Second}
	go server.Serve(framing.Listener{Listener: listener})
	fmt.Printf("API http://%s\nToken %s\n", listener.Addr(), token)
	<-ctx.Done()
	return server.Close()
}

// serveIssuer serves the keys of an issuer and returns a token of it.
func serveIssuer() (issuer, token string, err error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return "", "", err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", "", err
	}
	issuer = "http://" + listener.Addr().String() + "/"
	keys := map[string]any{"keys": []jose.JSONWebKey{{Key: key.Public(), KeyID: "1", Algorithm: "RS256", Use: "sig"}}}
	documents := map[string]any{"/.well-known/openid-configuration": map[string]string{"issuer": issuer, "jwks_uri": issuer + "keys"}, "/keys": keys}
	go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		json.NewEncoder(w).Encode(documents[r.URL.Path])
	}))
	claims := jwt.MapClaims{
		"iss": issuer, "sub": "auth0|0123456789abcdef01234567", "aud": []string{"https://api", issuer + "userinfo"}, "azp": "client",
		"iat": time.Now().Unix() - 5, "exp": time.Now().Add(time.Hour).Unix(), "scope": "openid profile email read:private",
	}
	signed := jwt.NewWithClaims(jwt.SigningMethodRS256, claims)
	signed.Header["kid"] = "1"
	token, err = signed.SignedString(key)
	return issuer, token, err
}
