package gateway

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"
)

type jsonObject = map[string]any

// with returns the good claims with some replaced; nil removes one.
func (i *issuer) with(changes map[string]any) map[string]any {
	claims := i.testClaims()
	maps.Copy(claims, changes)
	maps.DeleteFunc(claims, func(_ string, value any) bool { return value == nil })
	return claims
}

func headerWith(changes map[string]any) map[string]any {
	header := goodHeader()
	maps.Copy(header, changes)
	maps.DeleteFunc(header, func(_ string, value any) bool { return value == nil })
	return header
}

func goodTokens(t *testing.T, i *issuer) []tokenCase {
	rs256 := func(header, claims any) string {
		return sign(t, testKey(), jwt.SigningMethodRS256, header.(jsonObject), claims)
	}
	return []tokenCase{
		{"good", i.token(t), ""},
		{"good: access token type", rs256(headerWith(jsonObject{"typ": "at+jwt"}), i.testClaims()), ""},
		{"good: no typ", rs256(headerWith(jsonObject{"typ": nil}), i.testClaims()), ""},
		{"good: unknown header", rs256(headerWith(jsonObject{"x": jsonObject{"y": 1}}), i.testClaims()), ""},
		{"good: aud a string", rs256(goodHeader(), i.with(jsonObject{"aud": testAudience})), ""},
		{"good: client_id without aud", rs256(goodHeader(), i.with(jsonObject{"aud": nil, "client_id": testAudience})), ""},
		{"good: scp an array", rs256(goodHeader(), i.with(jsonObject{"scope": nil, "scp": []string{"x", testScope}})), ""},
		{"good: scp words", rs256(goodHeader(), i.with(jsonObject{"scope": nil, "scp": "x " + testScope})), ""},
		{"good: scope an array", rs256(goodHeader(), i.with(jsonObject{"scope": []string{testScope}})), ""},
		{"good: no iat", rs256(goodHeader(), i.with(jsonObject{"iat": nil})), ""},
		{"good: RS384", signText(t, testKey(), jwt.SigningMethodRS384, `{"alg":"RS384","kid":"any"}`, marshal(t, i.testClaims())), ""},
		{"good: RS512", signText(t, testKey(), jwt.SigningMethodRS512, `{"alg":"RS512","kid":"any"}`, marshal(t, i.testClaims())), ""},
		{"good: no sub", rs256(goodHeader(), i.with(jsonObject{"sub": nil})), ""},
	}
}

func marshal(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func badForms(t *testing.T, i *issuer) []tokenCase {
	good := i.token(t)
	parts := strings.Split(good, ".")
	head, _ := json.Marshal(goodHeader())
	body, _ := json.Marshal(i.testClaims())
	text := func(head, body string) string {
		return signText(t, testKey(), jwt.SigningMethodRS256, head, body)
	}
	last := good[len(good)-1:]
	flipped := map[string]string{"A": "B", "Q": "R", "g": "h", "w": "x"}[last] // the two unused bits of 256 octets
	return []tokenCase{
		{"form: one segment", parts[0], wrongSegments},
		{"form: two segments", parts[0] + "." + parts[1], wrongSegments},
		{"form: four segments", good + ".x", wrongSegments},
		{"form: JWE", encode(`{"alg":"RSA-OAEP","enc":"A256GCM","kid":"`+testKeyID+`"}`) + ".AA.AA.AA.AA", wrongSegments},
		{"form: JWE of direct encryption", encode(`{"alg":"dir","enc":"A256GCM","kid":"`+testKeyID+`"}`) + "..AA.AA.AA", wrongSegments},
		{"form: five good segments", good + ".x.y", wrongSegments},
		{"form: JWS in JSON serialization", `{"payload":"` + parts[1] + `","protected":"` + parts[0] + `","signature":"` + parts[2] + `"}`, wrongSegments},
		{"form: dot before", "." + good, wrongSegments},
		{"form: dot after", good + ".", wrongSegments},
		{"form: percent encoding", strings.ReplaceAll(good, ".", "%2E"), wrongSegments},
		{"form: NUL's escape", good + "%00", malformed},
		{"form: letters of another script", strings.Replace(good, "e", "\u0435", 1), malformed},
		{"form: byte order mark before", "\uFEFF" + good, malformed},
		{"form: a byte that is no UTF-8", good + "\xff", malformed},
		{"form: trailing bytes", good + "AAAA", wrongSignature},
		{"form: header empty", "." + parts[1] + "." + parts[2], malformed},
		{"form: payload empty", parts[0] + ".." + parts[2], wrongSignature},
		{"form: segments in another order", parts[1] + "." + parts[0] + "." + parts[2], noAlgorithm},
		{"form: two tokens", good + "," + good, wrongSegments},
		{"form: only dots", "..", malformed},
		{"form: no signature", parts[0] + "." + parts[1] + ".", wrongSignature},
		{"form: padding", good + "=", malformed},
		{"form: unused bits set", good[:len(good)-1] + flipped, malformed},
		{"form: base64 of another alphabet", strings.Replace(good, ".", "+.", 1), malformed},
		{"form: space inside", parts[0] + ". " + parts[1] + "." + parts[2], malformed},
		{"form: two spaces after Bearer", " " + good, malformed},
		{"form: Bearer twice", "Bearer " + good, malformed},
		{"form: header no JSON", text("{", string(body)), malformed},
		{"form: header an array", text("[]", string(body)), malformed},
		{"form: header with byte order mark", text("\uFEFF"+string(head), string(body)), malformed},
		{"form: header with trailing bytes", text(string(head)+"{}", string(body)), malformed},
		{"form: header names alg twice", text(`{"alg":"none",`+string(head)[1:], string(body)), malformed},
		{"form: header names alg twice by escape", text(`{"\u0061lg":"none",`+string(head)[1:], string(body)), malformed},
		{"form: header names kid twice", text(`{"kid":"x",`+string(head)[1:], string(body)), malformed},
		{"form: header with a number beyond float64", text(`{"x":1e999,`+string(head)[1:], string(body)), malformed},
		{"form: header not UTF-8", text("{\"x\":\"\xff\","+string(head)[1:], string(body)), malformed},
		{"form: claims of another token", parts[0] + "." + encode(strings.Replace(string(body), "123", "124", 1)) + "." + parts[2], wrongSignature},
		{"form: header of another token", encode(`{"alg":"RS256","kid":"`+testKeyID+`"}`) + "." + parts[1] + "." + parts[2], wrongSignature},
		{"form: signature cut", good[:len(good)-10], wrongSignature},
	}
}

// badSizes are limits: of the headers, 10,240 bytes, and of the reader.
func badSizes(t *testing.T, i *issuer) []tokenCase {
	head, _ := json.Marshal(goodHeader())
	body, _ := json.Marshal(i.testClaims())
	with := func(member string) string {
		return signText(t, testKey(), jwt.SigningMethodRS256, string(head), `{"x":`+member+","+string(body)[1:])
	}
	nested := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	return []tokenCase{
		{"size: 9 KB, within the headers' limit", with(`"` + strings.Repeat("x", 6000) + `"`), passed},
		{"size: 10,240 bytes", strings.Repeat("a", 10_240), tooLong},
		{"size: 1 MB of one letter", strings.Repeat("a", 1<<20), tooLong},
		{"size: 1 MB of dots", strings.Repeat(".", 1<<20), tooLong},
		{"size: 1 MB and signed", with(`"` + strings.Repeat("x", 3<<18-1024) + `"`), tooLong},
		{"size: 9,000 dots", strings.Repeat(".", 9000), wrongSegments},
		{"size: deep nesting that is balanced", with(nested(3000)), passed},
		{"size: deep objects", with(strings.Repeat(`{"a":`, 1000) + "1" + strings.Repeat("}", 1000)), passed},
		{"size: deep nesting that is not", with(strings.Repeat("[", 6000)), malformed},
		{"size: deep nesting in the header", signText(t, testKey(), jwt.SigningMethodRS256, `{"x":`+nested(2000)+","+string(head)[1:], string(body)), passed},
		{"size: unbalanced nesting in the header", encode(`{"x":`+strings.Repeat("[", 6000)) + ".e30.AA", malformed},
	}
}

func badClaimForms(t *testing.T, i *issuer) []tokenCase {
	good := i.token(t)
	head, _ := json.Marshal(goodHeader())
	body, _ := json.Marshal(i.testClaims())
	text := func(head, body string) string {
		return signText(t, testKey(), jwt.SigningMethodRS256, head, body)
	}
	return []tokenCase{
		{"form: claims no JSON", text(string(head), "claims"), malformed},
		{"form: claims empty", text(string(head), ""), malformed},
		{"form: claims null", text(string(head), "null"), malformed},
		{"form: claims an array", text(string(head), "[]"), malformed},
		{"form: claims a string", text(string(head), `"`+good+`"`), malformed},
		{"form: nested token", text(string(head), good), malformed},
		{"form: claims with byte order mark", text(string(head), "\uFEFF"+string(body)), malformed},
		{"form: claims with trailing bytes", text(string(head), string(body)+"x"), malformed},
		{"form: claims with NUL", text(string(head), string(body)+"\x00"), malformed},
		{"form: claims name exp twice", text(string(head), `{"exp":99999999999,`+string(body)[1:]), malformed},
		{"form: claims name scope twice", text(string(head), `{"scope":"admin",`+string(body)[1:]), malformed},
		{"form: duplicate deep inside", text(string(head), `{"x":[{"a":1,"a":2}],`+string(body)[1:]), malformed},
		{"form: claims not UTF-8", text(string(head), "{\"x\":\"\xc0\xaf\","+string(body)[1:]), malformed},
		{"form: claims name iss twice", text(string(head), `{"iss":"x",`+string(body)[1:]), malformed},
		{"form: claims name aud twice", text(string(head), `{"aud":"x",`+string(body)[1:]), malformed},
		{"form: claims name sub twice by escape", text(string(head), `{"s\u0075b":"admin",`+string(body)[1:]), malformed},
		{"form: claims in UTF-16", text(string(head), utf16Text(string(body))), malformed},
		{"form: claims with overlong UTF-8", text(string(head), "{\"x\":\"\xe0\x80\xaf\","+string(body)[1:]), malformed},
		{"form: claims with a surrogate in UTF-8", text(string(head), "{\"x\":\"\xed\xa0\x80\","+string(body)[1:]), malformed},
		{"form: claims with a comment", text(string(head), "/**/"+string(body)), malformed},
		{"form: claims with a last comma", text(string(head), strings.TrimSuffix(string(body), "}")+",}"), malformed},
		{"form: claims in single quotes", text(string(head), strings.ReplaceAll(string(body), `"`, "'")), malformed},
		{"form: claims with NaN", text(string(head), `{"x":NaN,`+string(body)[1:]), malformed},
		{"form: claims with a hexadecimal date", text(string(head), `{"nbf":0x1,`+string(body)[1:]), malformed},
		{"form: claims with a date of leading zeros", text(string(head), `{"nbf":01,`+string(body)[1:]), malformed},
		{"form: a claim beyond float64", text(string(head), `{"x":1e999,`+string(body)[1:]), malformed},
		{"form: a claim below float64", text(string(head), `{"x":-1e999,`+string(body)[1:]), malformed},
		{"form: a number beyond float64 in an object", text(string(head), `{"x":{"y":{"z":1E+999}},`+string(body)[1:]), malformed},
		{"form: a number beyond float64 in an array", text(string(head), `{"x":["1e9", [1, 1e999]],`+string(body)[1:]), malformed},
		{"form: a number of 310 digits", text(string(head), `{"x":`+strings.Repeat("9", 310)+`,`+string(body)[1:]), malformed},
		{"form: the largest float64, and the smallest", text(string(head), `{"x":[1.7976931348623157e308,5e-324,1e-999,-0],`+string(body)[1:]), passed},
		{"form: a string like a number beyond float64", text(string(head), `{"x":"1e999","y":"\" 1e999","1e999":0,`+string(body)[1:]), passed},
		{"form: claims twice", text(string(head), string(body)+string(body)), malformed},
		{"form: claims compressed", text(string(head), deflated(body)), malformed},
		{"form: claims in base64 once more", text(string(head), encode(string(body))), malformed},
		{"form: claims an expired second half", text(string(head), string(body)+`{"exp":1}`), malformed},
	}
}

// utf16Text is text in UTF-16, big endian, without a mark.
func utf16Text(text string) string {
	return "\x00" + strings.Join(strings.Split(text, ""), "\x00")
}

func deflated(text []byte) string {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, flate.BestCompression)
	w.Write(text)
	w.Close()
	return b.String()
}
