package aws

import (
	"encoding/xml"
	"net/http"
	"net/url"
)

// tokenService is STS. It serves only GetCallerIdentity, usually the first call of a tool. It
// needs no permission, and no policy can deny it.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
type tokenService struct{}

const stsNamespace = "https://sts.amazonaws.com/doc/2011-06-15/"

type callerIdentity struct {
	XMLName   xml.Name `xml:"GetCallerIdentityResponse"`
	Namespace string   `xml:"xmlns,attr"`
	ARN       string   `xml:"GetCallerIdentityResult>Arn"`
	UserID    string   `xml:"GetCallerIdentityResult>UserId"`
	Account   string   `xml:"GetCallerIdentityResult>Account"`
	RequestID string   `xml:"ResponseMetadata>RequestId"`
}

func (tokenService) Name() string { return "sts" }

func (tokenService) Read(r *http.Request, body []byte) (Operation, error) {
	form := r.URL.Query()
	if r.Method == http.MethodPost {
		var err error
		if form, err = url.ParseQuery(string(body)); err != nil {
			return Operation{}, &Error{http.StatusBadRequest, "MalformedInput", "The body is not a form."}
		}
	}
	action := form.Get("Action")
	if action != "GetCallerIdentity" {
		return Operation{Action: action}, &Error{http.StatusBadRequest, "InvalidAction",
			"Of STS, this machine serves GetCallerIdentity alone, got " + action + ". To send its calls to another endpoint, start with -aws sts=http://localhost:PORT."}
	}
	return Operation{Action: action}, nil
}

func (tokenService) Serve(w http.ResponseWriter, r *http.Request, _ []byte) {
	identity := IdentityOf(r.Context())
	body, _ := xml.Marshal(callerIdentity{Namespace: stsNamespace, ARN: identity.ARN, UserID: identity.UserID,
		Account: identity.Account, RequestID: w.Header().Get("X-Amzn-Requestid")})
	write(w, http.StatusOK, "text/xml", body)
}

func (tokenService) Refuse(w http.ResponseWriter, _ *http.Request, e *Error) {
	refuseQuery(w, stsNamespace, e)
}
