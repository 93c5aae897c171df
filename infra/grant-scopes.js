// Gives people the scopes of the API that everyone has, and those of their roles, as
// far as the site asks for them. Auth0 alone would give those of roles only; and
// according to its documentation an Action that changes scopes overrides what roles
// give, so all of them are set here, and none is left to the defaults. What the API
// has is in stack.rights; other scopes are never added. Auth0 ignores scopes that are
// added for third-party applications; the site is not one.
exports.onExecutePostLogin = async function (event, api) {
  var rights = stack.rights;
  var server = event.resource_server;
  if (event.client.client_id !== stack.clientId || !server || server.identifier !== stack.audience) {
    return;
  }
  var held = rights.everyone.slice();
  ((event.authorization && event.authorization.roles) || []).forEach(function (role) {
    if (Object.prototype.hasOwnProperty.call(rights.roles, role)) {
      held = held.concat(rights.roles[role]);
    }
  });
  var requested = requestedScopes(event);
  rights.scopes.forEach(function (scope) {
    if (held.indexOf(scope) >= 0 && (!requested || requested.indexOf(scope) >= 0)) {
      api.accessToken.addScope(scope);
    } else {
      api.accessToken.removeScope(scope);
    }
  });
  ['openid', 'profile', 'email', 'offline_access'].forEach(function (scope) {
    if (requested && requested.indexOf(scope) >= 0) {
      api.accessToken.addScope(scope);
    }
  });
};

// The scopes that the site asks for. A renewal has them in its body; one that names none
// is for those of the sign-in, which are not known here: null.
// https://support.auth0.com/center/s/article/find-requested-scopes-in-actions-for-refresh-token-client-credential-exchange-or-resource-owner-password-grant
function requestedScopes(event) {
  var body = (event.request && event.request.body) || {};
  if (body.grant_type !== 'refresh_token') {
    return (event.transaction && event.transaction.requested_scopes) || [];
  }
  return typeof body.scope === 'string' ? body.scope.split(' ') : null;
}
