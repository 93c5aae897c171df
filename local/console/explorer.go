package console

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"
)

// Explorer is how the page calls the API.
type Explorer struct {
	// Describe returns what can be called now, and as whom.
	Describe func() API
	// Token makes an access token of a user, with a defect unless it is empty.
	Token func(user, defect string) (string, error)
	// Client sends the calls. It should follow no redirect.
	Client *http.Client
}

// API is what can be called, through the site or by its own endpoint.
type API struct {
	SiteURL  string   `json:"siteUrl"` // without a path
	APIURL   string   `json:"apiUrl"`
	Routes   []Route  `json:"routes"`
	Users    []Person `json:"users"`
	Defects  []Choice `json:"flaws"`
	Audience string   `json:"audience"`
}

// Route is one route of the API.
type Route struct {
	Key        string   `json:"key"`
	Method     string   `json:"method"`
	Path       string   `json:"path"` // with the stage
	Function   string   `json:"function"`
	Authorizer string   `json:"authorizer"` // its name; empty: open to anyone
	Scopes     []string `json:"scopes"`
}

// Person is a user as whom a call can be sent.
type Person struct {
	ID    string `json:"id"`
	Email string `json:"email"`
	Ready bool   `json:"ready"` // the ready user
}

// Choice is one of several options.
type Choice struct {
	Name        string `json:"name"`
	Description string `json:"words"`
}

// call is a request to the API, as the page wrote it.
type call struct {
	Through string      `json:"through"` // "site" or "api"
	Method  string      `json:"method"`
	Path    string      `json:"path"` // encoded, with the query
	Headers [][2]string `json:"headers"`
	Body    string      `json:"body"`
	User    string      `json:"user"` // empty: without a token
	Defect  string      `json:"flaw"` // of the token; empty: none
}

// outcome is the result of a call.
type outcome struct {
	ID      string      `json:"id"` // of the request in the list
	URL     string      `json:"url"`
	Status  int         `json:"status"`
	Took    float64     `json:"took"`
	Headers [][2]string `json:"headers"`
	Body    string      `json:"body"`
}

const (
	maxCall    = 11 << 20 // more than API Gateway's 10 MB, so that its limit can be tried
	maxOutcome = 7 << 20  // more than a function can return
)

func (c *Console) serveAPI(w http.ResponseWriter, r *http.Request) {
	reply(w, http.StatusOK, c.explorer.Describe())
}

// serveToken makes a complete token for a command that the user copies. Nothing else
// in the console returns a usable token.
func (c *Console) serveToken(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		User   string
		Defect string `json:"flaw"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4096)).Decode(&asked); err != nil {
		problem(w, http.StatusBadRequest, "cannot read the request: "+err.Error())
		return
	}
	token, err := c.explorer.Token(asked.User, asked.Defect)
	if err != nil {
		problem(w, http.StatusConflict, err.Error())
		return
	}
	reply(w, http.StatusOK, struct {
		Token string `json:"token"`
	}{token})
}

// serveCall sends a call over a new connection, as any client would.
func (c *Console) serveCall(w http.ResponseWriter, r *http.Request) {
	var asked call
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxCall)).Decode(&asked); err != nil {
		problem(w, http.StatusBadRequest, "cannot read the call: "+err.Error())
		return
	}
	request, err := c.explorer.request(r.Context(), asked)
	if err != nil {
		problem(w, http.StatusBadRequest, err.Error())
		return
	}
	got, err := c.explorer.send(request)
	if err != nil {
		problem(w, http.StatusBadGateway, "the API does not answer: "+err.Error())
		return
	}
	reply(w, http.StatusOK, got)
}

// request makes the request, which goes to the site or the API only, whatever its
// path.
func (e *Explorer) request(ctx context.Context, asked call) (*http.Request, error) {
	api := e.Describe()
	base := api.APIURL
	if asked.Through == "site" {
		base = api.SiteURL
	}
	if !strings.HasPrefix(asked.Path, "/") {
		return nil, errors.New("invalid path: start it with a slash")
	}
	request, err := http.NewRequestWithContext(ctx, asked.Method, base+asked.Path, strings.NewReader(asked.Body))
	if err != nil {
		return nil, err
	}
	for _, h := range asked.Headers {
		request.Header.Add(h[0], h[1])
	}
	if asked.User == "" {
		return request, nil
	}
	token, err := e.Token(asked.User, asked.Defect)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	return request, nil
}

func (e *Explorer) send(request *http.Request) (outcome, error) {
	start := time.Now()
	response, err := e.Client.Do(request)
	if err != nil {
		return outcome{}, err
	}
	defer response.Body.Close()
	body, err := readAtMost(response.Body, maxOutcome)
	if err != nil {
		return outcome{}, err
	}
	return outcome{
		ID: response.Header.Get("Apigw-Requestid"), URL: line(request.URL.String()), Status: response.StatusCode,
		Took: millis(time.Since(start)), Headers: headerList(response.Header), Body: shown(body),
	}, nil
}
