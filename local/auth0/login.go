package auth0

import (
	"cmp"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"

	"api-auth-jwt-auth0/local/auth0/action"
)

// logins decides which scopes and claims a user gets: Auth0's pipeline of roles and
// Actions.
type logins struct{ log *slog.Logger }

// login is a sign-in or a renewal, before the decision.
type login struct {
	client   Client
	audience string // an API's identifier, or ""
	user     User
	// requested are the scopes that the client wants. Those that it may not have are
	// left out.
	requested []string
	protocol  string // action.ProtocolSignIn or action.ProtocolRenewal
	request   action.Request
}

// decide returns the scopes and claims of the tokens, or why there are none.
func (l *logins) decide(s *settings, in login) (action.Outcome, *oauthError) {
	api, refused := s.accessible(in.client.ID, in.audience)
	if refused != nil {
		return action.Outcome{}, refused
	}
	outcome := action.Outcome{Scopes: grantedScopes(strings.Join(in.requested, " "), in.client, api)}
	if api != nil && api.RBAC {
		held := s.permissions(in.user.ID, api.Identifier)
		outcome.Scopes = slices.DeleteFunc(outcome.Scopes, func(scope string) bool {
			return !isOIDCScope(scope) && !slices.Contains(held, scope)
		})
	}
	if err := l.run(s, in, &outcome); err != nil {
		l.log.Error("running Actions", "error", err)
		return action.Outcome{}, errServer.because(err.Error())
	}
	if outcome.Denied {
		return action.Outcome{}, &oauthError{Status: 403, Code: "access_denied", Description: outcome.Reason}
	}
	for _, scope := range outcome.Scopes {
		if !allowedScope(scope, in.client, api) {
			err := fmt.Errorf("an Action added the scope %q, which the application may not have: add it to the API and to the client grant", scope)
			l.log.Error("running Actions", "error", err)
			return action.Outcome{}, errServer.because(err.Error())
		}
	}
	return outcome, nil
}

// run runs the Actions, one after the other, until one denies access.
func (l *logins) run(s *settings, in login, outcome *action.Outcome) error {
	if len(s.actions) == 0 {
		return nil
	}
	event := s.event(in)
	for _, a := range s.actions {
		if err := a.Run(event, outcome, func(line string) { l.log.Info(line, "action", a.Name) }); err != nil {
			return err
		}
		if outcome.Denied {
			return nil
		}
	}
	return nil
}

func (s *settings) event(in login) action.Event {
	const stamp = "2006-01-02T15:04:05.000Z"
	event := action.Event{
		User: action.User{
			ID: in.user.ID, Email: in.user.Email, EmailVerified: in.user.EmailVerified,
			Name: in.user.Name, Nickname: in.user.Nickname(), Picture: s.issuer + "avatars/" + in.user.avatar() + ".svg",
			CreatedAt: in.user.CreatedAt.UTC().Format(stamp), UpdatedAt: in.user.UpdatedAt.UTC().Format(stamp),
		},
		Client:        action.Client{ID: in.client.ID, Name: in.client.Name},
		Connection:    action.Connection{Name: databaseConnection, Strategy: "auth0"},
		Authorization: action.Authorization{Roles: s.rolesOf(in.user.ID)},
		Transaction:   action.Transaction{Protocol: in.protocol, RequestedScopes: []string{}},
		Request:       in.request,
	}
	if in.audience != "" {
		event.ResourceServer = &action.ResourceServer{Identifier: in.audience}
	}
	if in.protocol == action.ProtocolSignIn {
		event.Transaction.RequestedScopes = append(event.Transaction.RequestedScopes, in.requested...)
	}
	return event
}

// actionRequest is the request as Actions see it: query is that of /authorize, body
// that of /oauth/token. Neither contains credentials, codes, or values that protect
// the flow.
func actionRequest(r *http.Request, query, body params) action.Request {
	ip, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		ip = r.RemoteAddr
	}
	return action.Request{
		IP: ip, Hostname: r.Host, Method: r.Method, UserAgent: r.UserAgent(),
		Query: withoutProofs(query), Body: withoutProofs(body),
	}
}

func withoutProofs(p params) map[string]string {
	kept := map[string]string{}
	for name, value := range p {
		if !slices.Contains([]string{"refresh_token", "code", "code_verifier", "code_challenge", "client_secret", "state", "nonce"}, name) {
			kept[name] = value
		}
	}
	return kept
}

// addAction compiles an Action of a Config.
func (s *settings) addAction(a Action) error {
	compiled, err := action.Compile(cmp.Or(a.Name, "unnamed"), a.Code)
	if err != nil {
		return err
	}
	s.actions = append(s.actions, compiled)
	return nil
}

// withClaims is claims with more of them, as JSON.
func withClaims(claims any, more map[string]json.RawMessage) (any, error) {
	if len(more) == 0 {
		return claims, nil
	}
	text, err := json.Marshal(claims)
	if err != nil {
		return nil, err
	}
	merged := map[string]any{}
	for _, part := range [][]byte{text, members(more)} {
		if err := json.Unmarshal(part, &merged); err != nil {
			return nil, err
		}
	}
	return merged, nil
}

// members is the JSON object of values that are JSON.
func members(values map[string]json.RawMessage) []byte {
	text, _ := json.Marshal(values)
	return text
}
