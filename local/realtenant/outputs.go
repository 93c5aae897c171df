package realtenant

import (
	"context"

	"api-auth-jwt-auth0/local/outputs"
	"api-auth-jwt-auth0/local/stack"
)

// stackOutputs are the outputs of a deployed stack that this package needs.
type stackOutputs struct{ Domain, ClientID, Audience string }

// orClientID is the advice if there is no deployed stack.
const orClientID = "or pass the client ID of the site, which Auth0's dashboard shows under Applications: -client-id ID"

// readOutputs returns the outputs of a deployed stack, and reads them unless they are
// known.
func readOutputs(ctx context.Context, known outputs.Outputs, settings stack.Settings) (stackOutputs, error) {
	s := outputs.Stack{Root: settings.Root, Name: settings.Stack, For: "the stack's client ID", Or: orClientID}
	if known == nil {
		var err error
		if known, err = outputs.Read(ctx, s); err != nil {
			return stackOutputs{}, err
		}
	}
	o := stackOutputs{Domain: known.Text("auth0Domain"), ClientID: known.Text("auth0ClientId"), Audience: known.Text("auth0Audience")}
	if o.ClientID == "" {
		return stackOutputs{}, s.NotDeployed("auth0ClientId")
	}
	return o, nil
}
