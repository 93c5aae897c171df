// Package auth0 is a tenant that stands in for Auth0 on one machine: an OpenID
// Connect issuer with Auth0's paths, tokens and refusals, and its own login
// pages. [New] takes the same settings that a deployment gives to Auth0 and
// returns a [Tenant] whose Handler serves them.
//
// It serves browser applications: authorization code with PKCE, silent login in
// a hidden frame, rotating refresh tokens. People sign up on its own page or
// are added to [Users]. It promises that what Auth0 refuses is refused here. It
// deliberately has no implicit, password, device or client-credentials grant,
// no social connections, organizations, multi-factor login, roles, actions,
// e-mail, DPoP, /oidc/logout or Management API: a request for one of these gets
// an error, never a silent approximation.
//
// State is kept in memory, apart from configuration: [Tenant.Reload] changes
// clients and APIs while people stay signed in. Only a users file, if one is
// asked for by [LoadUsers], outlives the process.
//
// # Differences
//
// Stricter than Auth0:
//   - PKCE is required, by S256 only; Auth0 takes plain, and no PKCE at all from
//     some clients (TestAuthorizeRefusals, TestPKCEDowngrade)
//   - response_type is code, response_mode is query or web_message
//     (TestAuthorizeRefusals)
//   - acr_values, dpop_jkt, invitation, authorization_details and the DPoP header
//     of /oauth/token are refused, whatever is in them; Auth0 acts on some values
//     and passes over others (TestAuthorizeRefusals, TestTokenRefusals)
//   - redirect_uri is required in both requests (TestAuthorizePages,
//     TestTokenRefusals)
//   - callback and logout URLs and web origins have no wildcards and no custom
//     schemes, and are compared byte by byte (TestConfigProblems,
//     TestRedirectURIAttacks, TestLogout)
//   - a repeated parameter is refused, as is a body that is neither form nor
//     JSON (TestAuthorizePages, TestTokenRefusals)
//   - a code is spent by its first use even if that use fails (TestCodeRules)
//   - pages of unlisted origins are refused by /oauth/token, /oauth/revoke and
//     /userinfo, not only denied the answer (TestCORS)
//   - /userinfo takes only tokens that this process gave and that are not
//     revoked (TestUserinfoRefusals, TestCodeReplayRevokesTokens)
//   - /authorize is refused where a browser says, by Sec-Fetch-Dest, that it
//     fetches it for something else than a window or a frame, and a frame gets an
//     error page in place of a redirect to pages that no browser would frame;
//     websites could fill the table of sign-ins otherwise
//     (TestOnlyWindowsStartASignIn)
//   - the discovery document names what exists here, and no more
//     (TestDiscoveryKeepsItsWord)
//
// Otherwise different:
//   - the issuer may be http, where the specifications of discovery, and Auth0,
//     have https (TestDiscoveryFollowsTheSpecifications)
//   - a callback on localhost needs no confirmation by the person, where Auth0
//     shows a prompt (TestConsent)
//   - the access token of a request without audience is a random string, where
//     Auth0's is an encrypted JWT (TestOpaqueWithoutAudience)
//   - keys have no x5c and x5t, and no next key is published ahead of a rotation
//     (TestKeyRotation)
//   - people who sign up are sent no mail, and email_verified stays false for
//     them (TestSignUpAndSignIn); that an e-mail is taken they are not told, as
//     Auth0 does not unless a tenant's flag says so
//     (TestSignUpDoesNotTellWhoIsHere, TestWorkDoesNotTellWhoIsHere)
//   - ten wrong passwords block an e-mail from everywhere, for a quarter of an
//     hour, and sign-ups are limited for all together; Auth0 blocks an e-mail
//     from one address, until someone lifts it, and throttles addresses
//     (TestTooManyWrongPasswords, TestGuessesSentAtOnce, TestTooManySignUps)
//   - picture is a drawing by the tenant (TestAvatar)
//   - prompt=select_account asks to sign in again (TestPrompts)
//   - the login pages have a cancel button, which denies the request
//     (TestCancel)
//   - cookies are named after the port and limited to the tenant's paths, since
//     browsers share cookies between the ports of localhost, and without TLS are
//     SameSite=Lax where Auth0's are None, so that a frame on another site is
//     signed out (TestCookies, TestCookiesOverTLS). Auth0 has a host of its own;
//     here another server on this machine that somebody visits under those
//     paths gets the cookies, and can plant some (TestPlantedCookies)
//   - logging out without returnTo ends on a page, where Auth0 answers OK in plain
//     text, which has no title and no language (TestLogoutPage)
//   - the ready user cannot be changed or deleted (TestPeopleAreChecked)
//   - API settings for implicit and hybrid flows have no counterpart, because
//     those flows have none (TestConfigDefaults)
//
// Assumed, for want of evidence of what Auth0 does:
//   - the database's password policy, which a deployment takes as its tenant has
//     it, asks for 8 characters of any kind. Auth0's documentation has None, for
//     which one is enough, as the API's default, and the dashboard makes new
//     databases with Good, which asks for three of lower case, upper case, digits
//     and special characters too (TestAssumedPasswordPolicy)
//   - a code lives one minute (TestCodeRules); of several uses at once the first
//     is answered, and revoked by the others (TestSpentTwiceAtOnce)
//   - reuse of a refresh token ends its family, and not the browser's session,
//     which starts another unseen (TestRefreshReuseRevokesTheFamily)
//   - revoking a family takes its access tokens from /userinfo
//     (TestRevoke, TestSpentTwiceAtOnce)
//   - texts and order of the refusals of malformed /authorize and /oauth/token
//     requests, and status 400 for them (TestAuthorizeRefusals,
//     TestTokenRefusals)
//   - an e-mail address with invisible characters and a name with control characters
//     are refused, so that none can pass for another (TestSignUpProblems)
//   - an unknown client_id gets the answer of a failed client authentication
//     (TestTokenRefusals)
//   - an API without a policy for users wants a client grant: Auth0 documents
//     allow_all as the default, and new tenants refuse all the same
//     (TestClientsNeedAGrant). A grant that is gone refuses a refresh, and a
//     code that was given before, in the words of /authorize
//     (TestGrantTakenAway)
//   - no scope in the request means no scope granted (TestScopes)
//   - audience in a refresh is ignored, since no policy for several APIs exists;
//     scope in a refresh narrows (TestRefreshNarrowsScope)
//   - logging out without returnTo leads to the client's first logout URL; an
//     unlisted returnTo ends no session (TestLogout)
//   - another password, by an administrator, ends the user's sessions and grants,
//     as does deleting the user (TestPersonIsChanged, TestDeletedPersonIsSignedOut)
//   - any web page may read discovery and keys (TestDiscovery); the document is
//     not at /.well-known/oauth-authorization-server too
//     (TestDiscoveryKeepsItsWord)
package auth0
