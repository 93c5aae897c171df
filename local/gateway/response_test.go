package gateway

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"
)

// answerTo returns what a client gets for a function's output: status, the
// given header and the body.
func answerTo(t testing.TB, output string) *http.Response {
	t.Helper()
	cfg := testConfig(nil)
	cfg.Routes = []Route{{Key: "GET /x", Function: named(functionOutput(output))}}
	return do(t, mustNew(t, cfg), "GET", "/api/x")
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	const plain, asJSON = "text/plain; charset=utf-8", "application/json"
	for _, test := range []struct {
		name, output string
		status       int
		contentType  string
		body         string
	}{
		{"status alone", `{"statusCode":201}`, 201, plain, ""},
		{"as aws-lambda-go writes it", hello, 200, plain, "Hello"},
		{"content type", `{"statusCode":200,"headers":{"content-type":"text/html"},"body":"<p>"}`, 200, "text/html", "<p>"},
		{"content type of any case", `{"statusCode":200,"headers":{"CONTENT-type":"text/html"}}`, 200, "text/html", ""},
		{"base64", `{"statusCode":200,"body":"AP8=","isBase64Encoded":true}`, 200, plain, "\x00\xff"},
		{"base64 of nothing", `{"statusCode":200,"isBase64Encoded":true}`, 200, plain, ""},
		{"not base64", `{"statusCode":200,"body":"AP8=","isBase64Encoded":false}`, 200, plain, "AP8="},
		{"body null", `{"statusCode":200,"body":null,"isBase64Encoded":null}`, 200, plain, ""},
		{"escapes", `{"statusCode":200,"body":"\u00e9\n\"\ud83d\ude00"}`, 200, plain, "é\n\"😀"},
		{"unknown members", `{"statusCode":200,"x":{"y":1}}`, 200, plain, ""},
		{"an error of the function's", `{"statusCode":404,"body":"mine"}`, 404, plain, "mine"},
		{"no content", `{"statusCode":204,"body":"x"}`, 204, "", ""},
		{"not modified", `{"statusCode":304,"headers":{"etag":"x"}}`, 304, "", ""},

		{"object without statusCode", ` {"a": 1, "body":"x"} `, 200, asJSON, `{"a": 1, "body":"x"}`},
		{"empty object", `{}`, 200, asJSON, `{}`},
		{"array", `[1, 2]`, 200, asJSON, `[1, 2]`},
		{"string", `"Hello\n"`, 200, asJSON, "Hello\n"},
		{"number", `1.5`, 200, asJSON, `1.5`},
		{"boolean", `true`, 200, asJSON, `true`},
		{"null", `null`, 200, asJSON, `null`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := answerTo(t, test.output)
			if body := readAll(t, got.Body); got.StatusCode != test.status || body != test.body || got.Header.Get("Content-Type") != test.contentType {
				t.Errorf("got %d %q %q", got.StatusCode, got.Header.Get("Content-Type"), body)
			}
		})
	}
}

// TestBadAnswersAre500, each for its own reason.
func TestBadAnswersAre500(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, output, want string }{
		{"nothing", ``, "not one JSON value"},
		{"no JSON", `Hello`, "not one JSON value"},
		{"cut off", `{"statusCode":200`, "not one JSON value"},
		{"two values", `{"statusCode":200}{}`, "not one JSON value"},
		{"statusCode 0", `{"statusCode":0}`, "statusCode: expected an integer of 200 to 599, got 0"},
		{"statusCode null", `{"statusCode":null}`, "got null"},
		{"statusCode a string", `{"statusCode":"200"}`, `got "200"`},
		{"statusCode fractional", `{"statusCode":200.5}`, "got 200.5"},
		{"statusCode with a point", `{"statusCode":200.0}`, "got 200.0"},
		{"statusCode in exponents", `{"statusCode":2e2}`, "got 2e2"},
		{"statusCode negative", `{"statusCode":-200}`, "got -200"},
		{"statusCode an object", `{"statusCode":{}}`, "got {}"},
		{"statusCode informational", `{"statusCode":101}`, "got 101"},
		{"statusCode too large", `{"statusCode":600}`, "got 600"},
		{"statusCode huge", `{"statusCode":99999999999999999999}`, "expected an integer"},
		{"headers an array", `{"statusCode":200,"headers":[]}`, "headers: expected an object"},
		{"headers a string", `{"statusCode":200,"headers":"a: b"}`, "headers: expected an object"},
		{"header a number", `{"statusCode":200,"headers":{"a":1}}`, `headers: expected a string for "a"`},
		{"header null", `{"statusCode":200,"headers":{"a":null}}`, `headers: expected a string for "a"`},
		{"header an array", `{"statusCode":200,"headers":{"a":["b"]}}`, `headers: expected a string for "a"`},
		{"header name with a space", `{"statusCode":200,"headers":{"a b":"c"}}`, "is no header name"},
		{"header name empty", `{"statusCode":200,"headers":{"":"c"}}`, "is no header name"},
		{"header splits the answer", `{"statusCode":200,"headers":{"a":"b\r\nset-cookie: c"}}`, "control character"},
		{"cookie splits the answer", `{"statusCode":200,"cookies":["a\nb"]}`, "control character"},
		{"cookies a string", `{"statusCode":200,"cookies":"a=b"}`, "cookies: expected an array of strings"},
		{"cookies of numbers", `{"statusCode":200,"cookies":[1]}`, "cookies: expected an array of strings"},
		{"body an object", `{"statusCode":200,"body":{}}`, "body: expected a string"},
		{"body a number", `{"statusCode":200,"body":1}`, "body: expected a string"},
		{"isBase64Encoded a string", `{"statusCode":200,"isBase64Encoded":"true"}`, "isBase64Encoded: expected a boolean"},
		{"isBase64Encoded a number", `{"statusCode":200,"isBase64Encoded":1}`, "isBase64Encoded: expected a boolean"},
		{"bad base64", `{"statusCode":200,"body":"%","isBase64Encoded":true}`, "body: illegal base64"},
		{"statusCode twice", `{"statusCode":200,"statusCode":500}`, "occurs twice"},
		{"not UTF-8", "{\"statusCode\":200,\"body\":\"\xff\"}", "not UTF-8"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if _, err := parseAnswer([]byte(test.output)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("expected %q, got %v", test.want, err)
			}
			got := answerTo(t, test.output)
			if body := readAll(t, got.Body); got.StatusCode != 500 || body != `{"message":"Internal Server Error"}` {
				t.Errorf("got %d %s", got.StatusCode, body)
			}
		})
	}
}

// TestAnswerBytes compares a whole answer as it comes out of a socket: the
// function's cookies and headers, and the gateway's own, which no function may set.
func TestAnswerBytes(t *testing.T) {
	t.Parallel()
	cfg := testConfig(nil)
	cfg.Routes = []Route{{Key: "GET /x", Function: named(functionOutput(`{"statusCode":418,"body":"teapot","cookies":["a=1; Path=/","b=2"],"headers":{
		"X-Own":"é, 1","date":"never","Content-Length":"99","connection":"upgrade","transfer-encoding":"chunked",
		"apigw-requestid":"mine","keep-alive":"1","upgrade":"h2c","Access-Control-Allow-Origin":"*"}}`))}}
	got := roundTrip(t, serve(t, mustNew(t, cfg)), "GET /api/x HTTP/1.1"+closing+"\n")
	want := "HTTP/1.1 418 I'm a teapot\nAccess-Control-Allow-Origin: *\nContent-Length: 6\n" +
		"Content-Type: text/plain; charset=utf-8\nSet-Cookie: a=1; Path=/\nSet-Cookie: b=2\nX-Own: é, 1\n" +
		"apigw-requestid: X\nDate: X\nConnection: close\n\nteapot"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
}

// TestAssumedMultiValueHeadersAreIgnored: format 2.0 does not have them.
func TestAssumedMultiValueHeadersAreIgnored(t *testing.T) {
	t.Parallel()
	got := answerTo(t, `{"statusCode":200,"multiValueHeaders":{"x-a":["1","2"]}}`)
	if got.StatusCode != 200 || got.Header.Get("X-A") != "" {
		t.Errorf("got %d %v", got.StatusCode, got.Header)
	}
}

// TestAssumedContentTypes: an empty one is not sent, and of two that differ in case
// the last one in the output wins.
func TestAssumedContentTypes(t *testing.T) {
	t.Parallel()
	for headers, want := range map[string]string{
		`{"content-type":""}`:                         "text/plain; charset=utf-8",
		`{"content-type":"a/b","Content-Type":"c/d"}`: "c/d",
		`{"Content-Type":"c/d","content-type":"a/b"}`: "a/b",
	} {
		got := answerTo(t, `{"statusCode":200,"headers":`+headers+`}`)
		if types := got.Header["Content-Type"]; len(types) != 1 || types[0] != want {
			t.Errorf("%s: expected %q, got %q", headers, want, types)
		}
	}
}

// TestAnswerSurvives has aws-lambda-go write random answers, which the client
// must get unchanged.
func TestAnswerSurvives(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 8))
	for range 300 {
		body := make([]byte, random.IntN(64))
		for i := range body {
			body[i] = byte(random.Uint32())
		}
		sent := events.APIGatewayV2HTTPResponse{
			StatusCode:      200 + random.IntN(400),
			Headers:         map[string]string{"X-Random": base64.URLEncoding.EncodeToString(body), "Content-Type": "a/b"},
			Body:            base64.StdEncoding.EncodeToString(body),
			IsBase64Encoded: true,
			Cookies:         []string{"a=1", "b=2"}[:random.IntN(3)],
		}
		if sent.StatusCode == 204 || sent.StatusCode == 304 {
			continue
		}
		output, err := json.Marshal(sent)
		if err != nil {
			t.Fatal(err)
		}
		got := answerTo(t, string(output))
		if got.StatusCode != sent.StatusCode || readAll(t, got.Body) != string(body) || got.Header.Get("X-Random") != sent.Headers["X-Random"] ||
			strings.Join(got.Header["Set-Cookie"], " ") != strings.Join(sent.Cookies, " ") {
			t.Errorf("sent %s, got %d %v", output, got.StatusCode, got.Header)
		}
	}
}

// FuzzAnswer checks that every output becomes an error, or an answer that HTTP can
// carry with the content that encoding/json reads in the output.
func FuzzAnswer(f *testing.F) {
	f.Add([]byte(hello))
	f.Add([]byte(`{"statusCode":200,"headers":{"a":"b","Content-Type":"x/y"},"cookies":["c"],"body":"AA==","isBase64Encoded":true}`))
	f.Add([]byte(`"text"`))
	f.Add([]byte(`[{"a":[1,{"a":"\ud800"}]}]`))
	f.Add([]byte(`{"statusCode":204,"body":"\ud83d\ude00"}`))
	f.Add([]byte(`{"statusCode":2e2,"body":"a","more":1e999}`))
	f.Add([]byte("\r " + strings.Repeat("1", 400)))
	f.Fuzz(func(t *testing.T, output []byte) {
		a, err := parseAnswer(output)
		if err != nil {
			return
		}
		w := httptest.NewRecorder()
		a.write(w, "id")
		var wire bytes.Buffer
		if err := w.Result().Write(&wire); err != nil {
			t.Fatal(err)
		}
		head, _, _ := strings.Cut(wire.String(), "\r\n\r\n")
		for line := range strings.SplitSeq(head, "\r\n") {
			if strings.ContainsAny(line, "\r\n\x00") {
				t.Errorf("%q carries %q", output, line)
			}
		}
		if !json.Valid(output) {
			t.Fatalf("%q is no JSON and became %d", output, w.Code)
		}
		var value any
		numbers := json.NewDecoder(bytes.NewReader(output))
		numbers.UseNumber() // some are too large for a float64
		if err := numbers.Decode(&value); err != nil {
			t.Fatal(err)
		}
		if members, ok := value.(map[string]any); ok && members["statusCode"] != nil {
			checkAnswer(t, members, w)
		} else if text, ok := value.(string); ok && w.Body.String() != text || w.Code != 200 {
			t.Errorf("%q became %d %q", output, w.Code, w.Body)
		}
	})
}

// checkAnswer compares an answer with a function's output.
func checkAnswer(t *testing.T, members map[string]any, w *httptest.ResponseRecorder) {
	t.Helper()
	code, err := members["statusCode"].(json.Number).Float64()
	if err != nil || float64(w.Code) != code || w.Code < 200 || w.Code > 599 {
		t.Errorf("expected the status %v, got %d", members["statusCode"], w.Code)
	}
	body, _ := members["body"].(string)
	if members["isBase64Encoded"] == true {
		decoded, _ := base64.StdEncoding.DecodeString(body)
		body = string(decoded)
	}
	if w.Code == 204 || w.Code == 304 {
		body = ""
	}
	if w.Body.String() != body {
		t.Errorf("expected the body %q, got %q", body, w.Body)
	}
	headers, _ := members["headers"].(map[string]any)
	for name, value := range headers {
		canonical := http.CanonicalHeaderKey(name)
		if canonical == "Content-Type" {
			continue // TestAssumedContentTypes
		}
		if !ownHeaders[strings.ToLower(name)] && !slices.Contains(w.Header()[canonical], value.(string)) {
			t.Errorf("expected %s: %q, got %q", name, value, w.Header()[canonical])
		}
	}
	cookies, _ := members["cookies"].([]any)
	for _, cookie := range cookies {
		if !slices.Contains(w.Header()["Set-Cookie"], cookie.(string)) {
			t.Errorf("expected the cookie %q, got %q", cookie, w.Header()["Set-Cookie"])
		}
	}
}
