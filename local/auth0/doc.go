// Package auth0 emulates an Auth0 tenant on one machine: an OpenID Connect issuer
// with Auth0's paths, tokens and errors, and its own login pages. A [Tenant] is made
// by [New]; [Tenant.Prepare] takes the settings that a deployment gives to Auth0, and
// [Tenant.Handler] serves them.
//
// It serves browser applications: authorization code with PKCE, silent login in
// a hidden frame, rotating refresh tokens. People sign up on its own page or
// are added to [Users]. Roles limit the scopes of an API that enforces them, and Actions
// of the trigger post-login decide at each sign-in and renewal. What Auth0 refuses is
// refused here. It deliberately has no implicit, password, device or client-credentials
// grant, no social connections, organizations, multi-factor login, other triggers,
// permissions without a role, e-mail, DPoP, /oidc/logout or Management API: a request
// for one of these gets an error, never a silent approximation.
//
// It must not know what else runs on the machine: to it, the site and the API are an
// ordinary client and an ordinary audience.
//
// State is kept in memory, and separately from the configuration: another [Config]
// changes clients and APIs while people stay signed in. Only the file of [LoadUsers]
// outlives the process.
//
// # Differences
//
// Stricter than Auth0:
//   - PKCE is required, by S256 only; Auth0 accepts plain, and no PKCE at all from
//     some clients (TestAuthorizeRefusals, TestPKCEDowngrade)
//   - response_type is code, response_mode is query or web_message
//     (TestAuthorizeRefusals)
//   - acr_values, dpop_jkt, invitation, authorization_details and the DPoP header
//     of /oauth/token are refused, whatever their values; Auth0 acts on some values
//     and ignores others (TestAuthorizeRefusals, TestTokenRefusals)
//   - redirect_uri is required in both requests (TestAuthorizePages,
//     TestTokenRefusals)
//   - callback and logout URLs and web origins have no wildcards and no custom
//     schemes, and are compared byte by byte (TestConfigProblems,
//     TestRedirectURIAttacks, TestLogout)
//   - a repeated parameter is refused, as is a body that is neither form nor
//     JSON (TestAuthorizePages, TestTokenRefusals)
//   - a code is used up by its first use even if that use fails (TestCodeRules)
//   - pages of unlisted origins are refused by /oauth/token, /oauth/revoke and
//     /userinfo, not only denied the answer (TestCORS)
//   - /userinfo accepts only tokens that this process issued and that are not
//     revoked (TestUserinfoRefusals, TestCodeReplayRevokesTokens)
//   - /authorize is refused if a browser reports, by Sec-Fetch-Dest, that the request
//     is not for a window or a frame, and a frame gets an error page instead of a
//     redirect to pages that no browser would frame; otherwise websites could fill
//     the table of sign-ins
//     (TestOnlyWindowsStartASignIn)
//   - the discovery document lists only what exists here
//     (TestDiscoveryMatchesBehavior)
//   - an Action that adds a scope which the API or the application's grant does not have
//     fails the sign-in; Auth0 adds it (TestActionsRefuse)
//   - the dialects of RFC 9068 are refused (TestRightsProblems)
//
// Otherwise different:
//   - the issuer may be http, where the specifications of discovery, and Auth0,
//     have https (TestDiscoveryFollowsTheSpecifications)
//   - a callback on localhost needs no confirmation by the user, where Auth0 shows
//     a prompt (TestConsent)
//   - the access token of a request without audience is a random string, where
//     Auth0's is an encrypted JWT (TestOpaqueWithoutAudience)
//   - keys have no x5c and x5t, and no next key is published ahead of a rotation
//     (TestKeyRotation)
//   - people who sign up get no mail, and email_verified stays false for them
//     (TestSignUpAndSignIn); they are not informed that an e-mail is taken, as with
//     Auth0 unless a tenant's flag says so (TestSignUpDoesNotRevealAccounts,
//     TestTimingDoesNotRevealAccounts)
//   - ten wrong passwords block an e-mail from everywhere, for 15 minutes, and
//     sign-ups are limited for all clients together; Auth0 blocks an e-mail from
//     one address, until the block is removed, and throttles addresses
//     (TestTooManyWrongPasswords, TestGuessesSentAtOnce, TestTooManySignUps)
//   - picture is a drawing by the tenant (TestAvatar)
//   - prompt=select_account requires signing in again (TestPrompts)
//   - the login pages have a cancel button, which denies the request
//     (TestCancel)
//   - cookies are named after the port and limited to the tenant's paths, since
//     browsers share cookies between the ports of localhost, and without TLS are
//     SameSite=Lax where Auth0's are None, so that a frame on another site is
//     signed out (TestCookies, TestCookiesOverTLS). Auth0 has a host of its own;
//     here another server on this machine that is visited under those paths
//     receives the cookies, and can plant some (TestPlantedCookies)
//   - logging out without returnTo ends on a page, where Auth0 answers OK in plain
//     text, which has no title and no language (TestLogoutPage)
//   - a ready user cannot be changed or deleted, except for its roles, which last as long
//     as the process (TestPeopleAreChecked, TestSecondUser, TestRolesAreSaved)
//   - an Action sees only the requested scopes that the application may have
//     (TestRolesLimitScopes), and runs after the person has consented; Auth0 runs
//     it before, so that consent is for what remains (TestConsent)
//   - claims that an Action adds are not in the answer of /userinfo, where Auth0 has
//     those of the ID token (TestActionsAddClaims)
//   - API settings for implicit and hybrid flows have no counterpart, because
//     those flows have none (TestConfigDefaults)
//
// Assumed, without evidence of what Auth0 does:
//   - the database's password policy, which a deployment does not set, requires 8
//     characters of any kind. Auth0's documentation has None, for which one is
//     enough, as the API's default, and the dashboard creates new databases with
//     Good, which also requires three of lower case, upper case, digits and special
//     characters (TestAssumedPasswordPolicy)
//   - a code is valid for one minute (TestCodeRules); of several concurrent uses the
//     first is answered, and revoked by the others (TestSpentTwiceAtOnce)
//   - reuse of a refresh token revokes its family but not the browser's session,
//     which can start another without a prompt (TestRefreshReuseRevokesTheFamily)
//   - revoking a family makes /userinfo refuse its access tokens
//     (TestRevoke, TestSpentTwiceAtOnce)
//   - texts and order of the refusals of malformed /authorize and /oauth/token
//     requests, and status 400 for them (TestAuthorizeRefusals,
//     TestTokenRefusals)
//   - an e-mail address with invisible characters and a name with control characters
//     are refused, so that none can pass for another (TestSignUpProblems)
//   - an unknown client_id gets the answer of a failed client authentication
//     (TestTokenRefusals)
//   - an API without a policy for users requires a client grant: Auth0 documents
//     allow_all as the default, but new tenants refuse
//     (TestClientsNeedAGrant). After a grant is removed, a refresh and a
//     code that was issued before are refused with the error of /authorize
//     (TestGrantTakenAway)
//   - no scope in the request means no scope granted (TestScopes)
//   - a refresh evaluates roles and Actions again, for the scopes that were requested at
//     the sign-in, and one that is refused uses up its token (TestRolesFollow,
//     TestActionsRefuse)
//   - an Action that fails ends the sign-in with server_error, and a denial at a refresh
//     is access_denied with status 403 (TestActionsRefuse)
//   - audience in a refresh is ignored, since no policy for several APIs exists;
//     scope in a refresh narrows (TestRefreshNarrowsScope)
//   - logging out without returnTo redirects to the client's first logout URL; an
//     unlisted returnTo ends no session (TestLogout)
//   - another password, by an administrator, ends the user's sessions and grants,
//     as does deleting the user (TestPersonIsChanged, TestDeletedPersonIsSignedOut)
//   - any web page may read discovery and keys (TestDiscovery); the document is not
//     also at /.well-known/oauth-authorization-server (TestDiscoveryMatchesBehavior)
package auth0
