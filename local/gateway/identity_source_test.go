package gateway

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// placement is a request with a token in some place.
type placement struct{ name, source, target, headers, want string }

// TestIdentitySource sends each request to the private route over a real
// socket and compares the whole answer.
func TestIdentitySource(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, jwk(testKeyID, testKey()))
	good := i.token(t)
	for _, test := range append(inAuthorization(good), elsewhere(good)...) {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cfg := testConfig(i.authorizer())
			cfg.Routes[1].Authorizer.IdentitySource = test.source
			headers := test.headers
			if headers != "" {
				headers += "\n"
			}
			got := roundTrip(t, serve(t, mustNew(t, cfg)), "GET /api/private"+test.target+" HTTP/1.1"+closing+headers+"\n")
			if diff := cmp.Diff(privateAnswer(test.want), got); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
		})
	}
}

func inAuthorization(good string) []placement {
	const header = "$request.header.Authorization"
	return []placement{
		{"header", header, "", "Authorization: Bearer " + good, passed},
		{"header name in upper case", header, "", "AUTHORIZATION: Bearer " + good, passed},
		{"bare token", header, "", "Authorization: " + good, passed},
		{"spaces around", header, "", "Authorization:  \tBearer " + good + " \t", passed},
		{"no header", header, "", "", noToken},
		{"empty header", header, "", "Authorization:", noToken},
		{"another header", header, "", "X-Token: " + good, noToken},
		{"proxy's header", header, "", "Proxy-Authorization: Bearer " + good, noToken},
		{"header with an underscore", header, "", "Authorization_: Bearer " + good, noToken},
		{"cookie", header, "", "Cookie: Authorization=Bearer " + good, noToken},
		{"query where the header is asked", header, "?Authorization=" + good, "", noToken},
		{"access_token in the query", header, "?access_token=" + good, "", noToken},
		{"good in the query, bad in the header", header, "?access_token=" + good, "Authorization: Bearer x", wrongSegments},
		{"Bearer alone", header, "", "Authorization: Bearer", wrongSegments},
		{"Bearer and a space", header, "", "Authorization: Bearer ", wrongSegments},
		{"lower case", header, "", "Authorization: bearer " + good, malformed},
		{"upper case", header, "", "Authorization: BEARER " + good, malformed},
		{"mixed case", header, "", "Authorization: bEARER " + good, malformed},
		{"tab", header, "", "Authorization: Bearer\t" + good, malformed},
		{"double space", header, "", "Authorization: Bearer  " + good, malformed},
		{"no space", header, "", "Authorization: Bearer" + good, malformed},
		{"no-break space", header, "", "Authorization: Bearer\u00a0" + good, malformed},
		{"colon", header, "", "Authorization: Bearer: " + good, malformed},
		{"comma before", header, "", "Authorization: Bearer ," + good, malformed},
		{"comma after", header, "", "Authorization: Bearer " + good + ",", malformed},
		{"comma and another token", header, "", "Authorization: Bearer x, Bearer " + good, malformed},
		{"comma and a good token", header, "", "Authorization: Bearer " + good + ", Bearer " + good, wrongSegments},
		{"quoted", header, "", `Authorization: Bearer "` + good + `"`, malformed},
		{"parameter", header, "", "Authorization: Bearer token=" + good, malformed},
		{"Basic", header, "", "Authorization: Basic YTpi", wrongSegments},
		{"Token scheme", header, "", "Authorization: Token " + good, malformed},
		{"DPoP scheme", header, "", "Authorization: DPoP " + good, malformed},
		{"two headers", header, "", "Authorization: Bearer " + good + "\nAuthorization: Bearer " + good, wrongSegments},
		{"two headers, the first bad", header, "", "Authorization: Bearer x\nAuthorization: Bearer " + good, malformed},
		{"two headers, the last bad", header, "", "Authorization: Bearer " + good + "\nAuthorization: Bearer x", malformed},
		{"two headers, one empty", header, "", "Authorization:\nAuthorization: " + good, malformed},
	}
}

func elsewhere(good string) []placement {
	const own, query = "$request.header.x-token", "$request.querystring.token"
	return []placement{
		{"own header", own, "", "X-Token: " + good, passed},
		{"own header missing", own, "", "Authorization: Bearer " + good, noToken},
		{"query", query, "?token=" + good, "", passed},
		{"query with Bearer", query, "?token=Bearer%20" + good, "", passed},
		{"query with Bearer and a plus", query, "?token=Bearer+" + good, "", passed},
		{"query missing", query, "?other=" + good, "", noToken},
		{"query of another case", query, "?Token=" + good, "", noToken},
		{"header where the query is asked", query, "", "token: " + good, noToken},
		{"query twice", query, "?token=" + good + "&token=" + good, "", wrongSegments},
		{"query twice, one bad", query, "?token=x&token=" + good, "", malformed},
		{"query with a line break", query, "?token=" + url.QueryEscape(good+"\n"), "", malformed},
		{"query with a space", query, "?token=" + url.QueryEscape(good+" "), "", malformed},
		{"query with a NUL", query, "?token=" + good + "%00", "", malformed},
	}
}
