// What an Action gets from the local tenant. It runs before the Action's code, which
// therefore cannot replace what it uses.
(function () {
  var stringify = JSON.stringify, parse = JSON.parse;

  // Members that a tenant without the feature has not, so that they are undefined with
  // Auth0 too.
  // https://auth0.com/docs/actions/reference/post-login/post-login-event-object
  var absent = {
    'event': ['organization', 'custom_domain', 'prompt', 'agent', 'resource_server'],
    'event.user': ['username', 'given_name', 'family_name', 'phone_number', 'phone_verified'],
    'event.transaction': ['login_hint', 'linking_id'],
  };
  // Objects whose members are up to others.
  var open = ['event.request.query', 'event.request.body', 'event.client.metadata',
    'event.user.app_metadata', 'event.user.user_metadata', 'event.secrets', 'event.connection.metadata'];

  // members makes every use of an unknown member an error, at any depth.
  function members(object, path, host) {
    if (typeof object !== 'object' || object === null || Array.isArray(object) || open.indexOf(path) >= 0) {
      return object;
    }
    Object.keys(object).forEach(function (key) {
      object[key] = members(object[key], path + '.' + key, host);
    });
    return new Proxy(object, {
      get: function (target, key) {
        // Promises look for then, JSON.stringify for toJSON.
        if (typeof key === 'symbol' || key in target || key === 'then' || key === 'toJSON' ||
            (absent[path] || []).indexOf(key) >= 0) {
          return target[key];
        }
        host.unsupported(path + '.' + key);
        throw new TypeError(path + '.' + key + ' does not exist in the local tenant');
      },
    });
  }

  function text(value, what) {
    if (typeof value !== 'string' || value === '') {
      throw new TypeError(what + ': expected a string, got ' + typeof value);
    }
    return value;
  }

  // https://auth0.com/docs/actions/reference/post-login/post-login-api-object
  function apiOf(host) {
    var api;
    var claims = function (token) {
      return function (name, value) {
        var json = stringify(value);
        if (json !== undefined) {
          host.claim(token, text(name, 'setCustomClaim'), json);
        }
        return api;
      };
    };
    api = members({
      access: {
        deny: function (reason) { host.deny(text(reason, 'deny')); return api; },
      },
      accessToken: {
        setCustomClaim: claims('access'),
        addScope: function (scope) { host.addScope(text(scope, 'addScope')); return api; },
        removeScope: function (scope) { host.removeScope(text(scope, 'removeScope')); return api; },
      },
      idToken: {setCustomClaim: claims('ID')},
    }, 'api', host);
    return api;
  }

  return {
    load: function (code, log) {
      var module = {exports: {}};
      var line = function () { log(Array.prototype.map.call(arguments, shown).join(' ')); };
      var none = function (name) { throw new Error('require(' + stringify(name) + '): the local tenant has no modules'); };
      code(module.exports, module, none, {log: line, info: line, warn: line, error: line});
      return module.exports;
    },
    invoke: function (handler, event, host) {
      return handler(members(parse(event), 'event', host), apiOf(host));
    },
  };

  function shown(value) {
    return typeof value === 'object' ? stringify(value) : String(value);
  }
})();
