/******/ (() => { // webpackBootstrap
/******/ 	"use strict";
/******/ 	var __webpack_modules__ = ({

/***/ 218:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {



var net = __nccwpck_require__(278);
var tls = __nccwpck_require__(756);
var http = __nccwpck_require__(611);
var https = __nccwpck_require__(692);
var events = __nccwpck_require__(434);
var assert = __nccwpck_require__(613);
var util = __nccwpck_require__(23);


exports.httpOverHttp = httpOverHttp;
exports.httpsOverHttp = httpsOverHttp;
exports.httpOverHttps = httpOverHttps;
exports.httpsOverHttps = httpsOverHttps;


function httpOverHttp(options) {
  var agent = new TunnelingAgent(options);
  agent.request = http.request;
  return agent;
}

function httpsOverHttp(options) {
  var agent = new TunnelingAgent(options);
  agent.request = http.request;
  agent.createSocket = createSecureSocket;
  agent.defaultPort = 443;
  return agent;
}

function httpOverHttps(options) {
  var agent = new TunnelingAgent(options);
  agent.request = https.request;
  return agent;
}

function httpsOverHttps(options) {
  var agent = new TunnelingAgent(options);
  agent.request = https.request;
  agent.createSocket = createSecureSocket;
  agent.defaultPort = 443;
  return agent;
}


function TunnelingAgent(options) {
  var self = this;
  self.options = options || {};
  self.proxyOptions = self.options.proxy || {};
  self.maxSockets = self.options.maxSockets || http.Agent.defaultMaxSockets;
  self.requests = [];
  self.sockets = [];

  self.on('free', function onFree(socket, host, port, localAddress) {
    var options = toOptions(host, port, localAddress);
    for (var i = 0, len = self.requests.length; i < len; ++i) {
      var pending = self.requests[i];
      if (pending.host === options.host && pending.port === options.port) {
        // Detect the request to connect same origin server,
        // reuse the connection.
        self.requests.splice(i, 1);
        pending.request.onSocket(socket);
        return;
      }
    }
    socket.destroy();
    self.removeSocket(socket);
  });
}
util.inherits(TunnelingAgent, events.EventEmitter);

TunnelingAgent.prototype.addRequest = function addRequest(req, host, port, localAddress) {
  var self = this;
  var options = mergeOptions({request: req}, self.options, toOptions(host, port, localAddress));

  if (self.sockets.length >= this.maxSockets) {
    // We are over limit so we'll add it to the queue.
    self.requests.push(options);
    return;
  }

  // If we are under maxSockets create a new one.
  self.createSocket(options, function(socket) {
    socket.on('free', onFree);
    socket.on('close', onCloseOrRemove);
    socket.on('agentRemove', onCloseOrRemove);
    req.onSocket(socket);

    function onFree() {
      self.emit('free', socket, options);
    }

    function onCloseOrRemove(err) {
      self.removeSocket(socket);
      socket.removeListener('free', onFree);
      socket.removeListener('close', onCloseOrRemove);
      socket.removeListener('agentRemove', onCloseOrRemove);
    }
  });
};

TunnelingAgent.prototype.createSocket = function createSocket(options, cb) {
  var self = this;
  var placeholder = {};
  self.sockets.push(placeholder);

  var connectOptions = mergeOptions({}, self.proxyOptions, {
    method: 'CONNECT',
    path: options.host + ':' + options.port,
    agent: false,
    headers: {
      host: options.host + ':' + options.port
    }
  });
  if (options.localAddress) {
    connectOptions.localAddress = options.localAddress;
  }
  if (connectOptions.proxyAuth) {
    connectOptions.headers = connectOptions.headers || {};
    connectOptions.headers['Proxy-Authorization'] = 'Basic ' +
        new Buffer(connectOptions.proxyAuth).toString('base64');
  }

  debug('making CONNECT request');
  var connectReq = self.request(connectOptions);
  connectReq.useChunkedEncodingByDefault = false; // for v0.6
  connectReq.once('response', onResponse); // for v0.6
  connectReq.once('upgrade', onUpgrade);   // for v0.6
  connectReq.once('connect', onConnect);   // for v0.7 or later
  connectReq.once('error', onError);
  connectReq.end();

  function onResponse(res) {
    // Very hacky. This is necessary to avoid http-parser leaks.
    res.upgrade = true;
  }

  function onUpgrade(res, socket, head) {
    // Hacky.
    process.nextTick(function() {
      onConnect(res, socket, head);
    });
  }

  function onConnect(res, socket, head) {
    connectReq.removeAllListeners();
    socket.removeAllListeners();

    if (res.statusCode !== 200) {
      debug('tunneling socket could not be established, statusCode=%d',
        res.statusCode);
      socket.destroy();
      var error = new Error('tunneling socket could not be established, ' +
        'statusCode=' + res.statusCode);
      error.code = 'ECONNRESET';
      options.request.emit('error', error);
      self.removeSocket(placeholder);
      return;
    }
    if (head.length > 0) {
      debug('got illegal response body from proxy');
      socket.destroy();
      var error = new Error('got illegal response body from proxy');
      error.code = 'ECONNRESET';
      options.request.emit('error', error);
      self.removeSocket(placeholder);
      return;
    }
    debug('tunneling connection has established');
    self.sockets[self.sockets.indexOf(placeholder)] = socket;
    return cb(socket);
  }

  function onError(cause) {
    connectReq.removeAllListeners();

    debug('tunneling socket could not be established, cause=%s\n',
          cause.message, cause.stack);
    var error = new Error('tunneling socket could not be established, ' +
                          'cause=' + cause.message);
    error.code = 'ECONNRESET';
    options.request.emit('error', error);
    self.removeSocket(placeholder);
  }
};

TunnelingAgent.prototype.removeSocket = function removeSocket(socket) {
  var pos = this.sockets.indexOf(socket)
  if (pos === -1) {
    return;
  }
  this.sockets.splice(pos, 1);

  var pending = this.requests.shift();
  if (pending) {
    // If we have pending requests and a socket gets closed a new one
    // needs to be created to take over in the pool for the one that closed.
    this.createSocket(pending, function(socket) {
      pending.request.onSocket(socket);
    });
  }
};

function createSecureSocket(options, cb) {
  var self = this;
  TunnelingAgent.prototype.createSocket.call(self, options, function(socket) {
    var hostHeader = options.request.getHeader('host');
    var tlsOptions = mergeOptions({}, self.options, {
      socket: socket,
      servername: hostHeader ? hostHeader.replace(/:.*$/, '') : options.host
    });

    // 0 is dummy port for v0.6
    var secureSocket = tls.connect(0, tlsOptions);
    self.sockets[self.sockets.indexOf(socket)] = secureSocket;
    cb(secureSocket);
  });
}


function toOptions(host, port, localAddress) {
  if (typeof host === 'string') { // since v0.10
    return {
      host: host,
      port: port,
      localAddress: localAddress
    };
  }
  return host; // for v0.11 or later
}

function mergeOptions(target) {
  for (var i = 1, len = arguments.length; i < len; ++i) {
    var overrides = arguments[i];
    if (typeof overrides === 'object') {
      var keys = Object.keys(overrides);
      for (var j = 0, keyLen = keys.length; j < keyLen; ++j) {
        var k = keys[j];
        if (overrides[k] !== undefined) {
          target[k] = overrides[k];
        }
      }
    }
  }
  return target;
}


var debug;
if (process.env.NODE_DEBUG && /\btunnel\b/.test(process.env.NODE_DEBUG)) {
  debug = function() {
    var args = Array.prototype.slice.call(arguments);
    if (typeof args[0] === 'string') {
      args[0] = 'TUNNEL: ' + args[0];
    } else {
      args.unshift('TUNNEL:');
    }
    console.error.apply(console, args);
  }
} else {
  debug = function() {};
}
exports.debug = debug; // for test


/***/ }),

/***/ 613:
/***/ ((module) => {

module.exports = require("assert");

/***/ }),

/***/ 434:
/***/ ((module) => {

module.exports = require("events");

/***/ }),

/***/ 611:
/***/ ((module) => {

module.exports = require("http");

/***/ }),

/***/ 692:
/***/ ((module) => {

module.exports = require("https");

/***/ }),

/***/ 278:
/***/ ((module) => {

module.exports = require("net");

/***/ }),

/***/ 756:
/***/ ((module) => {

module.exports = require("tls");

/***/ }),

/***/ 23:
/***/ ((module) => {

module.exports = require("util");

/***/ })

/******/ 	});
/************************************************************************/
/******/ 	// The module cache
/******/ 	var __webpack_module_cache__ = {};
/******/ 	
/******/ 	// The require function
/******/ 	function __nccwpck_require__(moduleId) {
/******/ 		// Check if module is in cache
/******/ 		var cachedModule = __webpack_module_cache__[moduleId];
/******/ 		if (cachedModule !== undefined) {
/******/ 			return cachedModule.exports;
/******/ 		}
/******/ 		// Create a new module (and put it into the cache)
/******/ 		var module = __webpack_module_cache__[moduleId] = {
/******/ 			// no module.id needed
/******/ 			// no module.loaded needed
/******/ 			exports: {}
/******/ 		};
/******/ 	
/******/ 		// Execute the module function
/******/ 		var threw = true;
/******/ 		try {
/******/ 			__webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
/******/ 			threw = false;
/******/ 		} finally {
/******/ 			if(threw) delete __webpack_module_cache__[moduleId];
/******/ 		}
/******/ 	
/******/ 		// Return the exports of the module
/******/ 		return module.exports;
/******/ 	}
/******/ 	
/************************************************************************/
/******/ 	/* webpack/runtime/asset-relocator-loader */
/******/ 	if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = __dirname + "/";
/******/ 	
/******/ 	/* webpack/runtime/create fake namespace object */
/******/ 	(() => {
/******/ 		var getProto = Object.getPrototypeOf ? (obj) => (Object.getPrototypeOf(obj)) : (obj) => (obj.__proto__);
/******/ 		var leafPrototypes;
/******/ 		// create a fake namespace object
/******/ 		// mode & 1: value is a module id, require it
/******/ 		// mode & 2: merge all properties of value into the ns
/******/ 		// mode & 4: return value when already ns object
/******/ 		// mode & 16: return value when it's Promise-like
/******/ 		// mode & 8|1: behave like require
/******/ 		__nccwpck_require__.t = function(value, mode) {
/******/ 			if(mode & 1) value = this(value);
/******/ 			if(mode & 8) return value;
/******/ 			if(typeof value === 'object' && value) {
/******/ 				if((mode & 4) && value.__esModule) return value;
/******/ 				if((mode & 16) && typeof value.then === 'function') return value;
/******/ 			}
/******/ 			var ns = Object.create(null);
/******/ 			__nccwpck_require__.r(ns);
/******/ 			var def = {};
/******/ 			leafPrototypes = leafPrototypes || [null, getProto({}), getProto([]), getProto(getProto)];
/******/ 			for(var current = mode & 2 && value; typeof current == 'object' && !~leafPrototypes.indexOf(current); current = getProto(current)) {
/******/ 				Object.getOwnPropertyNames(current).forEach((key) => (def[key] = () => (value[key])));
/******/ 			}
/******/ 			def['default'] = () => (value);
/******/ 			__nccwpck_require__.d(ns, def);
/******/ 			return ns;
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/define property getters */
/******/ 	(() => {
/******/ 		// define getter functions for harmony exports
/******/ 		__nccwpck_require__.d = (exports, definition) => {
/******/ 			for(var key in definition) {
/******/ 				if(__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
/******/ 					Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
/******/ 				}
/******/ 			}
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/hasOwnProperty shorthand */
/******/ 	(() => {
/******/ 		__nccwpck_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop))
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/make namespace object */
/******/ 	(() => {
/******/ 		// define __esModule on exports
/******/ 		__nccwpck_require__.r = (exports) => {
/******/ 			if(typeof Symbol !== 'undefined' && Symbol.toStringTag) {
/******/ 				Object.defineProperty(exports, Symbol.toStringTag, { value: 'Module' });
/******/ 			}
/******/ 			Object.defineProperty(exports, '__esModule', { value: true });
/******/ 		};
/******/ 	})();
/******/ 	
/************************************************************************/
var __webpack_exports__ = {};

;// CONCATENATED MODULE: external "node:timers/promises"
const promises_namespaceObject = require("node:timers/promises");
;// CONCATENATED MODULE: ./src/clock.ts

/**
 * Milliseconds on a clock that never jumps. Not `performance.now`: the first use of `performance` costs 1 ms and
 * 0.4 MiB (`npm run bench`), and a scheduled run is mostly start-up.
 */
function monotonicMs() {
    const [seconds, nanoseconds] = process.hrtime();
    return seconds * 1_000 + nanoseconds / 1_000_000;
}
const systemClock = {
    now: monotonicMs,
    date: () => Date.now(),
    sleep: async (ms, signal) => {
        try {
            await (0,promises_namespaceObject.setTimeout)(ms, undefined, { signal });
        }
        catch {
            // Only an abort rejects, and the caller looks at the signal itself.
        }
    },
    random: () => Math.random(),
};

;// CONCATENATED MODULE: external "node:http"
const external_node_http_namespaceObject = require("node:http");
// EXTERNAL MODULE: external "http"
var external_http_ = __nccwpck_require__(611);
var external_http_namespaceObject = /*#__PURE__*/__nccwpck_require__.t(external_http_, 2);
// EXTERNAL MODULE: external "https"
var external_https_ = __nccwpck_require__(692);
var external_https_namespaceObject = /*#__PURE__*/__nccwpck_require__.t(external_https_, 2);
;// CONCATENATED MODULE: ./node_modules/@actions/http-client/lib/proxy.js
function getProxyUrl(reqUrl) {
    const usingSsl = reqUrl.protocol === 'https:';
    if (checkBypass(reqUrl)) {
        return undefined;
    }
    const proxyVar = (() => {
        if (usingSsl) {
            return process.env['https_proxy'] || process.env['HTTPS_PROXY'];
        }
        else {
            return process.env['http_proxy'] || process.env['HTTP_PROXY'];
        }
    })();
    if (proxyVar) {
        try {
            return new DecodedURL(proxyVar);
        }
        catch (_a) {
            if (!proxyVar.startsWith('http://') && !proxyVar.startsWith('https://'))
                return new DecodedURL(`http://${proxyVar}`);
        }
    }
    else {
        return undefined;
    }
}
function checkBypass(reqUrl) {
    if (!reqUrl.hostname) {
        return false;
    }
    const reqHost = reqUrl.hostname;
    if (isLoopbackAddress(reqHost)) {
        return true;
    }
    const noProxy = process.env['no_proxy'] || process.env['NO_PROXY'] || '';
    if (!noProxy) {
        return false;
    }
    // Determine the request port
    let reqPort;
    if (reqUrl.port) {
        reqPort = Number(reqUrl.port);
    }
    else if (reqUrl.protocol === 'http:') {
        reqPort = 80;
    }
    else if (reqUrl.protocol === 'https:') {
        reqPort = 443;
    }
    // Format the request hostname and hostname with port
    const upperReqHosts = [reqUrl.hostname.toUpperCase()];
    if (typeof reqPort === 'number') {
        upperReqHosts.push(`${upperReqHosts[0]}:${reqPort}`);
    }
    // Compare request host against noproxy
    for (const upperNoProxyItem of noProxy
        .split(',')
        .map(x => x.trim().toUpperCase())
        .filter(x => x)) {
        if (upperNoProxyItem === '*' ||
            upperReqHosts.some(x => x === upperNoProxyItem ||
                x.endsWith(`.${upperNoProxyItem}`) ||
                (upperNoProxyItem.startsWith('.') &&
                    x.endsWith(`${upperNoProxyItem}`)))) {
            return true;
        }
    }
    return false;
}
function isLoopbackAddress(host) {
    const hostLower = host.toLowerCase();
    return (hostLower === 'localhost' ||
        hostLower.startsWith('127.') ||
        hostLower.startsWith('[::1]') ||
        hostLower.startsWith('[0:0:0:0:0:0:0:1]'));
}
class DecodedURL extends URL {
    constructor(url, base) {
        super(url, base);
        this._decodedUsername = decodeURIComponent(super.username);
        this._decodedPassword = decodeURIComponent(super.password);
    }
    get username() {
        return this._decodedUsername;
    }
    get password() {
        return this._decodedPassword;
    }
}
//# sourceMappingURL=proxy.js.map
;// CONCATENATED MODULE: ./src/bundle/tunnel.ts
function tunnel() {
    // tunnel 0.0.6 calls `new Buffer` for a proxy's credentials; nobody who reads the log can do anything about it.
    process.noDeprecation = true;
    return __nccwpck_require__(218);
}
const httpOverHttp = (options) => tunnel().httpOverHttp(options);
const httpsOverHttp = (options) => tunnel().httpsOverHttp(options);
const httpOverHttps = (options) => tunnel().httpOverHttps(options);
const httpsOverHttps = (options) => tunnel().httpsOverHttps(options);

;// CONCATENATED MODULE: ./src/bundle/undici.ts
/**
 * Stands in for undici in the bundle (tsconfig.json, paths): 900 kB that @actions/http-client loads for
 * `getAgentDispatcher` alone, which nothing here calls.
 */
class ProxyAgent {
    constructor() {
        throw new Error('undici is not part of this bundle');
    }
}

;// CONCATENATED MODULE: ./node_modules/@actions/http-client/lib/index.js
/* eslint-disable @typescript-eslint/no-explicit-any */
var __awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};





var HttpCodes;
(function (HttpCodes) {
    HttpCodes[HttpCodes["OK"] = 200] = "OK";
    HttpCodes[HttpCodes["MultipleChoices"] = 300] = "MultipleChoices";
    HttpCodes[HttpCodes["MovedPermanently"] = 301] = "MovedPermanently";
    HttpCodes[HttpCodes["ResourceMoved"] = 302] = "ResourceMoved";
    HttpCodes[HttpCodes["SeeOther"] = 303] = "SeeOther";
    HttpCodes[HttpCodes["NotModified"] = 304] = "NotModified";
    HttpCodes[HttpCodes["UseProxy"] = 305] = "UseProxy";
    HttpCodes[HttpCodes["SwitchProxy"] = 306] = "SwitchProxy";
    HttpCodes[HttpCodes["TemporaryRedirect"] = 307] = "TemporaryRedirect";
    HttpCodes[HttpCodes["PermanentRedirect"] = 308] = "PermanentRedirect";
    HttpCodes[HttpCodes["BadRequest"] = 400] = "BadRequest";
    HttpCodes[HttpCodes["Unauthorized"] = 401] = "Unauthorized";
    HttpCodes[HttpCodes["PaymentRequired"] = 402] = "PaymentRequired";
    HttpCodes[HttpCodes["Forbidden"] = 403] = "Forbidden";
    HttpCodes[HttpCodes["NotFound"] = 404] = "NotFound";
    HttpCodes[HttpCodes["MethodNotAllowed"] = 405] = "MethodNotAllowed";
    HttpCodes[HttpCodes["NotAcceptable"] = 406] = "NotAcceptable";
    HttpCodes[HttpCodes["ProxyAuthenticationRequired"] = 407] = "ProxyAuthenticationRequired";
    HttpCodes[HttpCodes["RequestTimeout"] = 408] = "RequestTimeout";
    HttpCodes[HttpCodes["Conflict"] = 409] = "Conflict";
    HttpCodes[HttpCodes["Gone"] = 410] = "Gone";
    HttpCodes[HttpCodes["TooManyRequests"] = 429] = "TooManyRequests";
    HttpCodes[HttpCodes["InternalServerError"] = 500] = "InternalServerError";
    HttpCodes[HttpCodes["NotImplemented"] = 501] = "NotImplemented";
    HttpCodes[HttpCodes["BadGateway"] = 502] = "BadGateway";
    HttpCodes[HttpCodes["ServiceUnavailable"] = 503] = "ServiceUnavailable";
    HttpCodes[HttpCodes["GatewayTimeout"] = 504] = "GatewayTimeout";
})(HttpCodes || (HttpCodes = {}));
var Headers;
(function (Headers) {
    Headers["Accept"] = "accept";
    Headers["ContentType"] = "content-type";
})(Headers || (Headers = {}));
var MediaTypes;
(function (MediaTypes) {
    MediaTypes["ApplicationJson"] = "application/json";
})(MediaTypes || (MediaTypes = {}));
/**
 * Returns the proxy URL, depending upon the supplied url and proxy environment variables.
 * @param serverUrl  The server URL where the request will be sent. For example, https://api.github.com
 */
function lib_getProxyUrl(serverUrl) {
    const proxyUrl = pm.getProxyUrl(new URL(serverUrl));
    return proxyUrl ? proxyUrl.href : '';
}
const HttpRedirectCodes = [
    HttpCodes.MovedPermanently,
    HttpCodes.ResourceMoved,
    HttpCodes.SeeOther,
    HttpCodes.TemporaryRedirect,
    HttpCodes.PermanentRedirect
];
const HttpResponseRetryCodes = [
    HttpCodes.BadGateway,
    HttpCodes.ServiceUnavailable,
    HttpCodes.GatewayTimeout
];
const RetryableHttpVerbs = ['OPTIONS', 'GET', 'DELETE', 'HEAD'];
const ExponentialBackoffCeiling = 10;
const ExponentialBackoffTimeSlice = 5;
class HttpClientError extends Error {
    constructor(message, statusCode) {
        super(message);
        this.name = 'HttpClientError';
        this.statusCode = statusCode;
        Object.setPrototypeOf(this, HttpClientError.prototype);
    }
}
class HttpClientResponse {
    constructor(message) {
        this.message = message;
    }
    readBody() {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve) => __awaiter(this, void 0, void 0, function* () {
                let output = Buffer.alloc(0);
                this.message.on('data', (chunk) => {
                    output = Buffer.concat([output, chunk]);
                });
                this.message.on('end', () => {
                    resolve(output.toString());
                });
            }));
        });
    }
    readBodyBuffer() {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve) => __awaiter(this, void 0, void 0, function* () {
                const chunks = [];
                this.message.on('data', (chunk) => {
                    chunks.push(chunk);
                });
                this.message.on('end', () => {
                    resolve(Buffer.concat(chunks));
                });
            }));
        });
    }
}
function isHttps(requestUrl) {
    const parsedUrl = new URL(requestUrl);
    return parsedUrl.protocol === 'https:';
}
class lib_HttpClient {
    constructor(userAgent, handlers, requestOptions) {
        this._ignoreSslError = false;
        this._allowRedirects = true;
        this._allowRedirectDowngrade = false;
        this._maxRedirects = 50;
        this._allowRetries = false;
        this._maxRetries = 1;
        this._keepAlive = false;
        this._disposed = false;
        this.userAgent = this._getUserAgentWithOrchestrationId(userAgent);
        this.handlers = handlers || [];
        this.requestOptions = requestOptions;
        if (requestOptions) {
            if (requestOptions.ignoreSslError != null) {
                this._ignoreSslError = requestOptions.ignoreSslError;
            }
            this._socketTimeout = requestOptions.socketTimeout;
            if (requestOptions.allowRedirects != null) {
                this._allowRedirects = requestOptions.allowRedirects;
            }
            if (requestOptions.allowRedirectDowngrade != null) {
                this._allowRedirectDowngrade = requestOptions.allowRedirectDowngrade;
            }
            if (requestOptions.maxRedirects != null) {
                this._maxRedirects = Math.max(requestOptions.maxRedirects, 0);
            }
            if (requestOptions.keepAlive != null) {
                this._keepAlive = requestOptions.keepAlive;
            }
            if (requestOptions.allowRetries != null) {
                this._allowRetries = requestOptions.allowRetries;
            }
            if (requestOptions.maxRetries != null) {
                this._maxRetries = requestOptions.maxRetries;
            }
        }
    }
    options(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('OPTIONS', requestUrl, null, additionalHeaders || {});
        });
    }
    get(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('GET', requestUrl, null, additionalHeaders || {});
        });
    }
    del(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('DELETE', requestUrl, null, additionalHeaders || {});
        });
    }
    post(requestUrl, data, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('POST', requestUrl, data, additionalHeaders || {});
        });
    }
    patch(requestUrl, data, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('PATCH', requestUrl, data, additionalHeaders || {});
        });
    }
    put(requestUrl, data, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('PUT', requestUrl, data, additionalHeaders || {});
        });
    }
    head(requestUrl, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request('HEAD', requestUrl, null, additionalHeaders || {});
        });
    }
    sendStream(verb, requestUrl, stream, additionalHeaders) {
        return __awaiter(this, void 0, void 0, function* () {
            return this.request(verb, requestUrl, stream, additionalHeaders);
        });
    }
    /**
     * Gets a typed object from an endpoint
     * Be aware that not found returns a null.  Other errors (4xx, 5xx) reject the promise
     */
    getJson(requestUrl_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, additionalHeaders = {}) {
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            const res = yield this.get(requestUrl, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    postJson(requestUrl_1, obj_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
            const data = JSON.stringify(obj, null, 2);
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            additionalHeaders[Headers.ContentType] =
                this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
            const res = yield this.post(requestUrl, data, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    putJson(requestUrl_1, obj_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
            const data = JSON.stringify(obj, null, 2);
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            additionalHeaders[Headers.ContentType] =
                this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
            const res = yield this.put(requestUrl, data, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    patchJson(requestUrl_1, obj_1) {
        return __awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
            const data = JSON.stringify(obj, null, 2);
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            additionalHeaders[Headers.ContentType] =
                this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
            const res = yield this.patch(requestUrl, data, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    /**
     * Makes a raw http request.
     * All other methods such as get, post, patch, and request ultimately call this.
     * Prefer get, del, post and patch
     */
    request(verb, requestUrl, data, headers) {
        return __awaiter(this, void 0, void 0, function* () {
            if (this._disposed) {
                throw new Error('Client has already been disposed.');
            }
            const parsedUrl = new URL(requestUrl);
            let info = this._prepareRequest(verb, parsedUrl, headers);
            // Only perform retries on reads since writes may not be idempotent.
            const maxTries = this._allowRetries && RetryableHttpVerbs.includes(verb)
                ? this._maxRetries + 1
                : 1;
            let numTries = 0;
            let response;
            do {
                response = yield this.requestRaw(info, data);
                // Check if it's an authentication challenge
                if (response &&
                    response.message &&
                    response.message.statusCode === HttpCodes.Unauthorized) {
                    let authenticationHandler;
                    for (const handler of this.handlers) {
                        if (handler.canHandleAuthentication(response)) {
                            authenticationHandler = handler;
                            break;
                        }
                    }
                    if (authenticationHandler) {
                        return authenticationHandler.handleAuthentication(this, info, data);
                    }
                    else {
                        // We have received an unauthorized response but have no handlers to handle it.
                        // Let the response return to the caller.
                        return response;
                    }
                }
                let redirectsRemaining = this._maxRedirects;
                while (response.message.statusCode &&
                    HttpRedirectCodes.includes(response.message.statusCode) &&
                    this._allowRedirects &&
                    redirectsRemaining > 0) {
                    const redirectUrl = response.message.headers['location'];
                    if (!redirectUrl) {
                        // if there's no location to redirect to, we won't
                        break;
                    }
                    const parsedRedirectUrl = new URL(redirectUrl);
                    if (parsedUrl.protocol === 'https:' &&
                        parsedUrl.protocol !== parsedRedirectUrl.protocol &&
                        !this._allowRedirectDowngrade) {
                        throw new Error('Redirect from HTTPS to HTTP protocol. This downgrade is not allowed for security reasons. If you want to allow this behavior, set the allowRedirectDowngrade option to true.');
                    }
                    // we need to finish reading the response before reassigning response
                    // which will leak the open socket.
                    yield response.readBody();
                    // strip authorization header if redirected to a different hostname
                    if (parsedRedirectUrl.hostname !== parsedUrl.hostname) {
                        for (const header in headers) {
                            // header names are case insensitive
                            if (header.toLowerCase() === 'authorization') {
                                delete headers[header];
                            }
                        }
                    }
                    // let's make the request with the new redirectUrl
                    info = this._prepareRequest(verb, parsedRedirectUrl, headers);
                    response = yield this.requestRaw(info, data);
                    redirectsRemaining--;
                }
                if (!response.message.statusCode ||
                    !HttpResponseRetryCodes.includes(response.message.statusCode)) {
                    // If not a retry code, return immediately instead of retrying
                    return response;
                }
                numTries += 1;
                if (numTries < maxTries) {
                    yield response.readBody();
                    yield this._performExponentialBackoff(numTries);
                }
            } while (numTries < maxTries);
            return response;
        });
    }
    /**
     * Needs to be called if keepAlive is set to true in request options.
     */
    dispose() {
        if (this._agent) {
            this._agent.destroy();
        }
        this._disposed = true;
    }
    /**
     * Raw request.
     * @param info
     * @param data
     */
    requestRaw(info, data) {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve, reject) => {
                function callbackForResult(err, res) {
                    if (err) {
                        reject(err);
                    }
                    else if (!res) {
                        // If `err` is not passed, then `res` must be passed.
                        reject(new Error('Unknown error'));
                    }
                    else {
                        resolve(res);
                    }
                }
                this.requestRawWithCallback(info, data, callbackForResult);
            });
        });
    }
    /**
     * Raw request with callback.
     * @param info
     * @param data
     * @param onResult
     */
    requestRawWithCallback(info, data, onResult) {
        if (typeof data === 'string') {
            if (!info.options.headers) {
                info.options.headers = {};
            }
            info.options.headers['Content-Length'] = Buffer.byteLength(data, 'utf8');
        }
        let callbackCalled = false;
        function handleResult(err, res) {
            if (!callbackCalled) {
                callbackCalled = true;
                onResult(err, res);
            }
        }
        const req = info.httpModule.request(info.options, (msg) => {
            const res = new HttpClientResponse(msg);
            handleResult(undefined, res);
        });
        let socket;
        req.on('socket', sock => {
            socket = sock;
        });
        // If we ever get disconnected, we want the socket to timeout eventually
        req.setTimeout(this._socketTimeout || 3 * 60000, () => {
            if (socket) {
                socket.end();
            }
            handleResult(new Error(`Request timeout: ${info.options.path}`));
        });
        req.on('error', function (err) {
            // err has statusCode property
            // res should have headers
            handleResult(err);
        });
        if (data && typeof data === 'string') {
            req.write(data, 'utf8');
        }
        if (data && typeof data !== 'string') {
            data.on('close', function () {
                req.end();
            });
            data.pipe(req);
        }
        else {
            req.end();
        }
    }
    /**
     * Gets an http agent. This function is useful when you need an http agent that handles
     * routing through a proxy server - depending upon the url and proxy environment variables.
     * @param serverUrl  The server URL where the request will be sent. For example, https://api.github.com
     */
    getAgent(serverUrl) {
        const parsedUrl = new URL(serverUrl);
        return this._getAgent(parsedUrl);
    }
    getAgentDispatcher(serverUrl) {
        const parsedUrl = new URL(serverUrl);
        const proxyUrl = getProxyUrl(parsedUrl);
        const useProxy = proxyUrl && proxyUrl.hostname;
        if (!useProxy) {
            return;
        }
        return this._getProxyAgentDispatcher(parsedUrl, proxyUrl);
    }
    _prepareRequest(method, requestUrl, headers) {
        const info = {};
        info.parsedUrl = requestUrl;
        const usingSsl = info.parsedUrl.protocol === 'https:';
        info.httpModule = usingSsl ? external_https_namespaceObject : external_http_namespaceObject;
        const defaultPort = usingSsl ? 443 : 80;
        info.options = {};
        info.options.host = info.parsedUrl.hostname;
        info.options.port = info.parsedUrl.port
            ? parseInt(info.parsedUrl.port)
            : defaultPort;
        info.options.path =
            (info.parsedUrl.pathname || '') + (info.parsedUrl.search || '');
        info.options.method = method;
        info.options.headers = this._mergeHeaders(headers);
        if (this.userAgent != null) {
            info.options.headers['user-agent'] = this.userAgent;
        }
        info.options.agent = this._getAgent(info.parsedUrl);
        // gives handlers an opportunity to participate
        if (this.handlers) {
            for (const handler of this.handlers) {
                handler.prepareRequest(info.options);
            }
        }
        return info;
    }
    _mergeHeaders(headers) {
        if (this.requestOptions && this.requestOptions.headers) {
            return Object.assign({}, lowercaseKeys(this.requestOptions.headers), lowercaseKeys(headers || {}));
        }
        return lowercaseKeys(headers || {});
    }
    /**
     * Gets an existing header value or returns a default.
     * Handles converting number header values to strings since HTTP headers must be strings.
     * Note: This returns string | string[] since some headers can have multiple values.
     * For headers that must always be a single string (like Content-Type), use the
     * specialized _getExistingOrDefaultContentTypeHeader method instead.
     */
    _getExistingOrDefaultHeader(additionalHeaders, header, _default) {
        let clientHeader;
        if (this.requestOptions && this.requestOptions.headers) {
            const headerValue = lowercaseKeys(this.requestOptions.headers)[header];
            if (headerValue) {
                clientHeader =
                    typeof headerValue === 'number' ? headerValue.toString() : headerValue;
            }
        }
        const additionalValue = additionalHeaders[header];
        if (additionalValue !== undefined) {
            return typeof additionalValue === 'number'
                ? additionalValue.toString()
                : additionalValue;
        }
        if (clientHeader !== undefined) {
            return clientHeader;
        }
        return _default;
    }
    /**
     * Specialized version of _getExistingOrDefaultHeader for Content-Type header.
     * Always returns a single string (not an array) since Content-Type should be a single value.
     * Converts arrays to comma-separated strings and numbers to strings to ensure type safety.
     * This was split from _getExistingOrDefaultHeader to provide stricter typing for callers
     * that assign the result to places expecting a string (e.g., additionalHeaders[Headers.ContentType]).
     */
    _getExistingOrDefaultContentTypeHeader(additionalHeaders, _default) {
        let clientHeader;
        if (this.requestOptions && this.requestOptions.headers) {
            const headerValue = lowercaseKeys(this.requestOptions.headers)[Headers.ContentType];
            if (headerValue) {
                if (typeof headerValue === 'number') {
                    clientHeader = String(headerValue);
                }
                else if (Array.isArray(headerValue)) {
                    clientHeader = headerValue.join(', ');
                }
                else {
                    clientHeader = headerValue;
                }
            }
        }
        const additionalValue = additionalHeaders[Headers.ContentType];
        // Return the first non-undefined value, converting numbers or arrays to strings if necessary
        if (additionalValue !== undefined) {
            if (typeof additionalValue === 'number') {
                return String(additionalValue);
            }
            else if (Array.isArray(additionalValue)) {
                return additionalValue.join(', ');
            }
            else {
                return additionalValue;
            }
        }
        if (clientHeader !== undefined) {
            return clientHeader;
        }
        return _default;
    }
    _getAgent(parsedUrl) {
        let agent;
        const proxyUrl = getProxyUrl(parsedUrl);
        const useProxy = proxyUrl && proxyUrl.hostname;
        if (this._keepAlive && useProxy) {
            agent = this._proxyAgent;
        }
        if (!useProxy) {
            agent = this._agent;
        }
        // if agent is already assigned use that agent.
        if (agent) {
            return agent;
        }
        const usingSsl = parsedUrl.protocol === 'https:';
        let maxSockets = 100;
        if (this.requestOptions) {
            maxSockets = this.requestOptions.maxSockets || external_http_.globalAgent.maxSockets;
        }
        // This is `useProxy` again, but we need to check `proxyURl` directly for TypeScripts's flow analysis.
        if (proxyUrl && proxyUrl.hostname) {
            const agentOptions = {
                maxSockets,
                keepAlive: this._keepAlive,
                proxy: Object.assign(Object.assign({}, ((proxyUrl.username || proxyUrl.password) && {
                    proxyAuth: `${proxyUrl.username}:${proxyUrl.password}`
                })), { host: proxyUrl.hostname, port: proxyUrl.port })
            };
            let tunnelAgent;
            const overHttps = proxyUrl.protocol === 'https:';
            if (usingSsl) {
                tunnelAgent = overHttps ? httpsOverHttps : httpsOverHttp;
            }
            else {
                tunnelAgent = overHttps ? httpOverHttps : httpOverHttp;
            }
            agent = tunnelAgent(agentOptions);
            this._proxyAgent = agent;
        }
        // if tunneling agent isn't assigned create a new agent
        if (!agent) {
            const options = { keepAlive: this._keepAlive, maxSockets };
            agent = usingSsl ? new external_https_.Agent(options) : new external_http_.Agent(options);
            this._agent = agent;
        }
        if (usingSsl && this._ignoreSslError) {
            // we don't want to set NODE_TLS_REJECT_UNAUTHORIZED=0 since that will affect request for entire process
            // http.RequestOptions doesn't expose a way to modify RequestOptions.agent.options
            // we have to cast it to any and change it directly
            agent.options = Object.assign(agent.options || {}, {
                rejectUnauthorized: false
            });
        }
        return agent;
    }
    _getProxyAgentDispatcher(parsedUrl, proxyUrl) {
        let proxyAgent;
        if (this._keepAlive) {
            proxyAgent = this._proxyAgentDispatcher;
        }
        // if agent is already assigned use that agent.
        if (proxyAgent) {
            return proxyAgent;
        }
        const usingSsl = parsedUrl.protocol === 'https:';
        proxyAgent = new ProxyAgent(Object.assign({ uri: proxyUrl.href, pipelining: !this._keepAlive ? 0 : 1 }, ((proxyUrl.username || proxyUrl.password) && {
            token: `Basic ${Buffer.from(`${proxyUrl.username}:${proxyUrl.password}`).toString('base64')}`
        })));
        this._proxyAgentDispatcher = proxyAgent;
        if (usingSsl && this._ignoreSslError) {
            // we don't want to set NODE_TLS_REJECT_UNAUTHORIZED=0 since that will affect request for entire process
            // http.RequestOptions doesn't expose a way to modify RequestOptions.agent.options
            // we have to cast it to any and change it directly
            proxyAgent.options = Object.assign(proxyAgent.options.requestTls || {}, {
                rejectUnauthorized: false
            });
        }
        return proxyAgent;
    }
    _getUserAgentWithOrchestrationId(userAgent) {
        const baseUserAgent = userAgent || 'actions/http-client';
        const orchId = process.env['ACTIONS_ORCHESTRATION_ID'];
        if (orchId) {
            // Sanitize the orchestration ID to ensure it contains only valid characters
            // Valid characters: 0-9, a-z, _, -, .
            const sanitizedId = orchId.replace(/[^a-z0-9_.-]/gi, '_');
            return `${baseUserAgent} actions_orchestration_id/${sanitizedId}`;
        }
        return baseUserAgent;
    }
    _performExponentialBackoff(retryNumber) {
        return __awaiter(this, void 0, void 0, function* () {
            retryNumber = Math.min(ExponentialBackoffCeiling, retryNumber);
            const ms = ExponentialBackoffTimeSlice * Math.pow(2, retryNumber);
            return new Promise(resolve => setTimeout(() => resolve(), ms));
        });
    }
    _processResponse(res, options) {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve, reject) => __awaiter(this, void 0, void 0, function* () {
                const statusCode = res.message.statusCode || 0;
                const response = {
                    statusCode,
                    result: null,
                    headers: {}
                };
                // not found leads to null obj returned
                if (statusCode === HttpCodes.NotFound) {
                    resolve(response);
                }
                // get the result from the body
                function dateTimeDeserializer(key, value) {
                    if (typeof value === 'string') {
                        const a = new Date(value);
                        if (!isNaN(a.valueOf())) {
                            return a;
                        }
                    }
                    return value;
                }
                let obj;
                let contents;
                try {
                    contents = yield res.readBody();
                    if (contents && contents.length > 0) {
                        if (options && options.deserializeDates) {
                            obj = JSON.parse(contents, dateTimeDeserializer);
                        }
                        else {
                            obj = JSON.parse(contents);
                        }
                        response.result = obj;
                    }
                    response.headers = res.message.headers;
                }
                catch (err) {
                    // Invalid resource (contents not json);  leaving result obj null
                }
                // note that 3xx redirects are handled by the http layer.
                if (statusCode > 299) {
                    let msg;
                    // if exception/error in body, attempt to get better error
                    if (obj && obj.message) {
                        msg = obj.message;
                    }
                    else if (contents && contents.length > 0) {
                        // it may be the case that the exception is in the body message as string
                        msg = contents;
                    }
                    else {
                        msg = `Failed request: (${statusCode})`;
                    }
                    const err = new HttpClientError(msg, statusCode);
                    err.result = response.result;
                    reject(err);
                }
                else {
                    resolve(response);
                }
            }));
        });
    }
}
const lowercaseKeys = (obj) => Object.keys(obj).reduce((c, k) => ((c[k.toLowerCase()] = obj[k]), c), {});
//# sourceMappingURL=index.js.map
;// CONCATENATED MODULE: ./package.json
const package_namespaceObject = {"rE":"1.0.0"};
;// CONCATENATED MODULE: ./src/endpoint.ts
/**
 * The vocabulary of the Friendli Dedicated Endpoints API (beta): its statuses, phases and error codes, the
 * status object, and what each status means for a restart. The lists are those of Friendli's published
 * OpenAPI document; a value outside them is possible at any time and is passed through as it came.
 */
/** Every status that the API documents. */
const STATUSES = [
    'UNKNOWN',
    'INITIALIZING',
    'RUNNING',
    'UPDATING',
    'SLEEPING',
    'AWAKING',
    'FAILED',
    'STOPPING',
    'TERMINATING',
    'TERMINATED',
    'READY',
];
/** Every phase of INITIALIZING and AWAKING that the API documents, in the order in which they pass. */
const PHASES = ['REQUESTING_VIRTUAL_MACHINE', 'DOWNLOADING_MODEL', 'ENGINE_INITIALIZING'];
/** Every error code that the API documents. */
const ERROR_CODES = [
    'WORKLOAD_INIT_UNKNOWN_ERROR',
    'WORKLOAD_INIT_SETTINGS_ERROR',
    'WORKLOAD_INIT_GRPC_ERROR',
    'WORKLOAD_INIT_MANIFEST_NOT_FOUND_ERROR',
    'WORKLOAD_INIT_MANIFEST_TYPE_ERROR',
    'WORKLOAD_INIT_DOWNLOAD_ERROR',
    'WORKLOAD_INIT_INVALID_TOKEN_ERROR',
    'WORKLOAD_INIT_CANNOT_ACCESS_REPO_ERROR',
    'WORKLOAD_INIT_HF_WANDB_API_ERROR',
    'WORKLOAD_INIT_INSUFFICIENT_DISK_ERROR',
    'INFERENCE_ENGINE_UNKNOWN_ERROR',
    'INFERENCE_ENGINE_INVALID_ARGUMENT_ERROR',
    'INFERENCE_ENGINE_MEMORY_ERROR',
    'INFERENCE_ENGINE_METERING_CLIENT_CONFIG_ERROR',
];
/** The two statuses in which the API accepts a restart. */
const RESTARTABLE_STATUSES = ['FAILED', 'TERMINATED'];
const CONDITIONS = new Map([
    ['FAILED', 'down'],
    ['TERMINATED', 'down'],
    ['RUNNING', 'up'],
    ['SLEEPING', 'asleep'],
    ['READY', 'ready'],
    ['INITIALIZING', 'starting'],
    ['AWAKING', 'starting'],
    ['UPDATING', 'starting'],
    ['STOPPING', 'stopping'],
    ['TERMINATING', 'stopping'],
    ['UNKNOWN', 'unknown'],
]);
/** What `status` means for a restart; a status that the API has not documented is `unknown`. */
function conditionOf(status) {
    return CONDITIONS.get(status) ?? 'unknown';
}
/**
 * Whether two answers tell the same: equal status, error code and time of update. Right after a restart such
 * an answer is old news (behaviour.md section 4, stale reads).
 */
function tellsTheSame(one, other) {
    return (one.status === other.status && one.errorCode === other.errorCode && one.updatedAt === other.updatedAt);
}

;// CONCATENATED MODULE: ./src/fault.ts
/** Names for faults that the system has no single name for. */
const FAULT_CODES = { certificate: 'CERTIFICATE', proxy: 'PROXY', timeout: 'TIMEOUT' };
/** A request to the API that brought no usable answer. Its message is one line, safe to print. */
class ApiError extends Error {
    name = 'ApiError';
    kind;
    httpStatus;
    retryAfter;
    code;
    constructor(message, details) {
        super(message, { cause: details.cause });
        this.kind = details.kind;
        this.httpStatus = details.httpStatus;
        this.retryAfter = details.retryAfter;
        this.code = details.code;
    }
}

;// CONCATENATED MODULE: ./src/friendli.ts






/** The bound on an answer's body in bytes (behaviour.md section 5). */
const LARGEST_BODY = 1024 * 1024;
/** How many objects deep an error body's message is looked for. */
const DEEPEST_MESSAGE = 4;
/** Values that stand in our own source are no foreign text, whatever the key looks like. */
const VOCABULARY = new Set([...STATUSES, ...PHASES, ...ERROR_CODES]);
/** Makes a client for one endpoint. It keeps its connection open between requests. */
function createFriendliClient(options) {
    const { clean } = options;
    const send = createSender();
    const headers = {
        accept: 'application/json',
        authorization: `Bearer ${options.apiKey}`,
        ...(options.team === '' ? {} : { 'x-friendli-team': options.team }),
    };
    async function exchange(method, call, limits) {
        const url = `${options.apiUrl}/dedicated/beta/endpoint/${options.endpointId}/${call}`;
        const startedAt = monotonicMs();
        const tell = (result) => options.onExchange?.({
            method,
            path: new URL(url).pathname,
            result,
            durationMs: monotonicMs() - startedAt,
        });
        const stop = new AbortController();
        const giveUp = () => stop.abort();
        const timer = setTimeout(giveUp, limits.timeoutMs);
        limits.signal.addEventListener('abort', giveUp, { once: true });
        if (limits.signal.aborted)
            giveUp();
        const faultOf = (error) => {
            if (error instanceof ApiError)
                return error;
            return stop.signal.aborted ? unansweredFault(limits) : networkFault(error, clean);
        };
        try {
            const message = await send(method, url, headers, stop.signal);
            const httpStatus = message.statusCode ?? 0;
            const body = await readBody(message).catch(faultOf);
            tell(`HTTP ${httpStatus}${body instanceof ApiError ? `, ${body.message}` : ''}`);
            return { httpStatus, retryAfter: message.headers['retry-after'], body };
        }
        catch (error) {
            const fault = faultOf(error);
            tell(fault.message);
            throw fault;
        }
        finally {
            clearTimeout(timer);
            limits.signal.removeEventListener('abort', giveUp);
        }
    }
    return {
        async getStatus(limits) {
            const answer = await exchange('GET', 'status', limits);
            if (!isSuccess(answer))
                throw httpFault(answer, clean);
            return readState(answer, clean);
        },
        async restart(limits) {
            const answer = await exchange('PUT', 'restart', limits);
            if (!isSuccess(answer))
                throw httpFault(answer, clean);
            try {
                return readState(answer, clean);
            }
            catch {
                return undefined;
            }
        },
    };
}
/** Sends requests through one @actions/http-client, which brings proxies and kept-alive connections. */
function createSender() {
    let inFlight;
    const http = new lib_HttpClient(`restart-friendli-endpoint/${package_namespaceObject.rE}`, [
        {
            // The library takes no AbortSignal of its own; this is its door to Node's options.
            prepareRequest(request) {
                request.signal = inFlight;
                // It passes an IPv6 host in brackets, which Node looks up as a name. A tunnel wants the brackets.
                if (request.agent instanceof external_node_http_namespaceObject.Agent)
                    request.host = request.host?.replace(/^\[|\]$/g, '');
            },
            canHandleAuthentication: () => false,
            handleAuthentication: () => Promise.reject(new Error('not reached: canHandleAuthentication is false')),
        },
    ], { allowRedirects: false, keepAlive: true });
    return async (method, url, headers, signal) => {
        signal.throwIfAborted();
        // The library prepares a request before it first yields, so this is the signal of no other request.
        inFlight = signal;
        // Node tells nobody of the end of a request that has no socket: one that waits for a proxy to open a tunnel, or
        // whose answer was a change of protocol.
        const aborted = new Promise((_, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        });
        const { message } = await Promise.race([http.request(method, url, null, headers), aborted]);
        return message;
    };
}
/**
 * Reads a body to its end. The library's own reader never settles when the body is cut short, and has no bound.
 *
 * @throws ApiError when the body is too large, any other error when the connection breaks
 */
async function readBody(message) {
    const chunks = [];
    let size = 0;
    for await (const chunk of message) {
        const bytes = chunk;
        size += bytes.length;
        // Leaving the loop early closes the connection.
        if (size > LARGEST_BODY)
            throw new ApiError('the answer is larger than 1 MiB', { kind: 'transient' });
        chunks.push(bytes);
    }
    return Buffer.concat(chunks, size);
}
function isSuccess(answer) {
    return answer.httpStatus >= 200 && answer.httpStatus < 300;
}
/**
 * Reads the status object, trusting nothing in it.
 *
 * @throws ApiError when the body is no valid status object, which is a transient fault (behaviour.md section 5)
 */
function readState(answer, clean) {
    const { httpStatus, retryAfter, body } = answer;
    if (body instanceof ApiError) {
        throw new ApiError(`HTTP ${httpStatus}, but ${body.message}`, {
            kind: 'transient',
            httpStatus,
            retryAfter,
            code: body.code,
            cause: body,
        });
    }
    const text = new TextDecoder().decode(body);
    const state = parseState(parseJson(text), clean);
    if (state !== undefined)
        return state;
    throw new ApiError(`HTTP ${httpStatus}, but the answer is no status object${excerptOf(text, clean)}`, {
        kind: 'transient',
        httpStatus,
        retryAfter,
    });
}
function parseJson(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}
function parseState(value, clean) {
    if (!isRecord(value))
        return undefined;
    const { status, createdAt } = value;
    const errorCode = optionalText(value['errorCode']);
    const updatedAt = optionalText(value['updatedAt']);
    const phase = optionalText(value['phase']);
    if (typeof status !== 'string' || clean(status) === '')
        return undefined;
    if (typeof createdAt !== 'string' || Number.isNaN(Date.parse(createdAt)))
        return undefined;
    if (errorCode === undefined || updatedAt === undefined || phase === undefined)
        return undefined;
    const safe = (text) => (VOCABULARY.has(text) ? text : clean(text));
    // The time of the update is compared and never shown.
    return { status: safe(status), phase: safe(phase), errorCode: safe(errorCode), updatedAt };
}
/** A text, empty where the field is null or absent; `undefined` for a value of another type. */
function optionalText(value) {
    if (value === undefined || value === null)
        return '';
    return typeof value === 'string' ? value : undefined;
}
function isRecord(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
/** Tells transient from permanent (behaviour.md section 5). A status below 300 is here no valid answer at all. */
function kindOf(httpStatus) {
    if (httpStatus === 429)
        return 'rate-limited';
    if (httpStatus === 408 || httpStatus === 425 || httpStatus >= 500 || httpStatus < 300)
        return 'transient';
    return httpStatus === 400 ? 'bad-request' : 'permanent';
}
function httpFault({ httpStatus, retryAfter, body }, clean) {
    const text = body instanceof ApiError ? '' : new TextDecoder().decode(body);
    return new ApiError(`HTTP ${nameOf(httpStatus)}${excerptOf(text, clean)}`, {
        kind: kindOf(httpStatus),
        httpStatus,
        retryAfter,
    });
}
/** The status with Node's name for it; the server's own reason phrase is foreign text. */
function nameOf(httpStatus) {
    const name = external_node_http_namespaceObject.STATUS_CODES[httpStatus];
    return name === undefined ? String(httpStatus) : `${httpStatus} ${name}`;
}
/** What an error body says, in brackets after a blank: the message of a JSON body, else its text without tags. */
function excerptOf(text, clean) {
    const told = messageIn(parseJson(text));
    const excerpt = told === undefined ? clean(text, withoutTags) : clean(told);
    return excerpt === '' ? '' : ` (${excerpt})`;
}
function withoutTags(html) {
    return html.replace(/<[^<>]*>/g, ' ').replace(/\s+/g, ' ');
}
/**
 * The usual places in which JSON error bodies keep their message. A hostile body is nested deeper than any stack: no
 * deeper than `depth` is looked.
 */
function messageIn(value, depth = DEEPEST_MESSAGE) {
    if (!isRecord(value) || depth === 0)
        return undefined;
    for (const name of ['message', 'detail', 'error', 'title', 'reason']) {
        const field = value[name];
        if (typeof field === 'string' && field !== '')
            return field;
        const nested = messageIn(field, depth - 1);
        if (nested !== undefined)
            return nested;
    }
    return undefined;
}
/** Why no answer came in time: the request's own limit, or the run was cancelled. */
function unansweredFault({ signal, timeoutMs }) {
    if (signal.aborted)
        return new ApiError('the request was given up', { kind: 'transient' });
    const seconds = Math.max(1, Math.round(timeoutMs / 1_000));
    return new ApiError(`no complete answer within ${seconds} s`, {
        kind: 'transient',
        code: FAULT_CODES.timeout,
    });
}
/** Words for the system's names of what goes wrong below HTTP. */
const NETWORK_WORDS = new Map([
    ['ECONNREFUSED', 'the connection was refused'],
    ['ECONNRESET', 'the connection was closed before the answer was complete'],
    ['ECONNABORTED', 'the connection was closed before the answer was complete'],
    ['EPIPE', 'the connection was closed before the answer was complete'],
    ['ETIMEDOUT', 'the connection timed out'],
    ['EHOSTUNREACH', 'the host is unreachable'],
    ['ENETUNREACH', 'the network is unreachable'],
    ['ENOTFOUND', 'the host name was not found'],
    ['EAI_AGAIN', 'the host name could not be looked up'],
]);
/** Node's and OpenSSL's names for a certificate that cannot be trusted. */
const CERTIFICATE_CODES = /CERT|SIGNATURE|ISSUER|CRL|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH_EXCEEDED/;
const PERMANENT_KINDS = new Set(['permanent', 'bad-request']);
/** Turns a failure below HTTP into an ApiError: connections are worth another try, a bad certificate is not. */
function networkFault(error, clean) {
    const cause = innermost(error);
    const message = clean(cause instanceof Error ? cause.message : String(cause));
    const code = codeOf(cause);
    const tunnel = /^tunneling socket could not be established, (?:statusCode=(\d+))?/.exec(message);
    if (tunnel !== null) {
        const httpStatus = Number(tunnel[1] ?? 502);
        const reason = tunnel[1] === undefined ? message : `the proxy answered HTTP ${nameOf(httpStatus)}`;
        // A proxy's 400 says nothing about a restart.
        const kind = PERMANENT_KINDS.has(kindOf(httpStatus)) ? 'permanent' : 'transient';
        return new ApiError(reason, { kind, code: FAULT_CODES.proxy, cause });
    }
    if (CERTIFICATE_CODES.test(code)) {
        return new ApiError(`the server's certificate cannot be trusted (${code}: ${message})`, {
            kind: 'permanent',
            code: FAULT_CODES.certificate,
            cause,
        });
    }
    const words = NETWORK_WORDS.get(code);
    return new ApiError(words === undefined ? message : `${words} (${message})`, {
        kind: 'transient',
        code,
        cause,
    });
}
/** Where several addresses were tried, the first failure stands for all; the wrapper has no message of its own. */
function innermost(error) {
    return error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error;
}
function codeOf(error) {
    return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

;// CONCATENATED MODULE: external "os"
const external_os_namespaceObject = require("os");
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/utils.js
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */
/**
 * Sanitizes an input into a string so it can be passed into issueCommand safely
 * @param input input to sanitize into a string
 */
function utils_toCommandValue(input) {
    if (input === null || input === undefined) {
        return '';
    }
    else if (typeof input === 'string' || input instanceof String) {
        return input;
    }
    return JSON.stringify(input);
}
/**
 *
 * @param annotationProperties
 * @returns The command properties to send with the actual annotation command
 * See IssueCommandProperties: https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionCommandManager.cs#L646
 */
function toCommandProperties(annotationProperties) {
    if (!Object.keys(annotationProperties).length) {
        return {};
    }
    return {
        title: annotationProperties.title,
        file: annotationProperties.file,
        line: annotationProperties.startLine,
        endLine: annotationProperties.endLine,
        col: annotationProperties.startColumn,
        endColumn: annotationProperties.endColumn
    };
}
//# sourceMappingURL=utils.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/command.js


/**
 * Issues a command to the GitHub Actions runner
 *
 * @param command - The command name to issue
 * @param properties - Additional properties for the command (key-value pairs)
 * @param message - The message to include with the command
 * @remarks
 * This function outputs a specially formatted string to stdout that the Actions
 * runner interprets as a command. These commands can control workflow behavior,
 * set outputs, create annotations, mask values, and more.
 *
 * Command Format:
 *   ::name key=value,key=value::message
 *
 * @example
 * ```typescript
 * // Issue a warning annotation
 * issueCommand('warning', {}, 'This is a warning message');
 * // Output: ::warning::This is a warning message
 *
 * // Set an environment variable
 * issueCommand('set-env', { name: 'MY_VAR' }, 'some value');
 * // Output: ::set-env name=MY_VAR::some value
 *
 * // Add a secret mask
 * issueCommand('add-mask', {}, 'secretValue123');
 * // Output: ::add-mask::secretValue123
 * ```
 *
 * @internal
 * This is an internal utility function that powers the public API functions
 * such as setSecret, warning, error, and exportVariable.
 */
function command_issueCommand(command, properties, message) {
    const cmd = new Command(command, properties, message);
    process.stdout.write(cmd.toString() + external_os_namespaceObject.EOL);
}
function command_issue(name, message = '') {
    command_issueCommand(name, {}, message);
}
const CMD_STRING = '::';
class Command {
    constructor(command, properties, message) {
        if (!command) {
            command = 'missing.command';
        }
        this.command = command;
        this.properties = properties;
        this.message = message;
    }
    toString() {
        let cmdStr = CMD_STRING + this.command;
        if (this.properties && Object.keys(this.properties).length > 0) {
            cmdStr += ' ';
            let first = true;
            for (const key in this.properties) {
                if (this.properties.hasOwnProperty(key)) {
                    const val = this.properties[key];
                    if (val) {
                        if (first) {
                            first = false;
                        }
                        else {
                            cmdStr += ',';
                        }
                        cmdStr += `${key}=${escapeProperty(val)}`;
                    }
                }
            }
        }
        cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
        return cmdStr;
    }
}
function escapeData(s) {
    return utils_toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A');
}
function escapeProperty(s) {
    return utils_toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A')
        .replace(/:/g, '%3A')
        .replace(/,/g, '%2C');
}
//# sourceMappingURL=command.js.map
;// CONCATENATED MODULE: external "crypto"
const external_crypto_namespaceObject = require("crypto");
;// CONCATENATED MODULE: external "fs"
const external_fs_namespaceObject = require("fs");
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/file-command.js
// For internal use, subject to change.
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */




function file_command_issueFileCommand(command, message) {
    const filePath = process.env[`GITHUB_${command}`];
    if (!filePath) {
        throw new Error(`Unable to find environment variable for file command ${command}`);
    }
    if (!external_fs_namespaceObject.existsSync(filePath)) {
        throw new Error(`Missing file at path: ${filePath}`);
    }
    external_fs_namespaceObject.appendFileSync(filePath, `${utils_toCommandValue(message)}${external_os_namespaceObject.EOL}`, {
        encoding: 'utf8'
    });
}
function file_command_prepareKeyValueMessage(key, value) {
    const delimiter = `ghadelimiter_${external_crypto_namespaceObject.randomUUID()}`;
    const convertedValue = utils_toCommandValue(value);
    // These should realistically never happen, but just in case someone finds a
    // way to exploit uuid generation let's not allow keys or values that contain
    // the delimiter.
    if (key.includes(delimiter)) {
        throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
    }
    if (convertedValue.includes(delimiter)) {
        throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
    }
    return `${key}<<${delimiter}${external_os_namespaceObject.EOL}${convertedValue}${external_os_namespaceObject.EOL}${delimiter}`;
}
//# sourceMappingURL=file-command.js.map
;// CONCATENATED MODULE: external "path"
const external_path_namespaceObject = require("path");
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/oidc-utils.js
var oidc_utils_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};



class oidc_utils_OidcClient {
    static createHttpClient(allowRetry = true, maxRetry = 10) {
        const requestOptions = {
            allowRetries: allowRetry,
            maxRetries: maxRetry
        };
        return new HttpClient('actions/oidc-client', [new BearerCredentialHandler(oidc_utils_OidcClient.getRequestToken())], requestOptions);
    }
    static getRequestToken() {
        const token = process.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
        if (!token) {
            throw new Error('Unable to get ACTIONS_ID_TOKEN_REQUEST_TOKEN env variable');
        }
        return token;
    }
    static getIDTokenUrl() {
        const runtimeUrl = process.env['ACTIONS_ID_TOKEN_REQUEST_URL'];
        if (!runtimeUrl) {
            throw new Error('Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable');
        }
        return runtimeUrl;
    }
    static getCall(id_token_url) {
        return oidc_utils_awaiter(this, void 0, void 0, function* () {
            var _a;
            const httpclient = oidc_utils_OidcClient.createHttpClient();
            const res = yield httpclient
                .getJson(id_token_url)
                .catch(error => {
                throw new Error(`Failed to get ID Token. \n 
        Error Code : ${error.statusCode}\n 
        Error Message: ${error.message}`);
            });
            const id_token = (_a = res.result) === null || _a === void 0 ? void 0 : _a.value;
            if (!id_token) {
                throw new Error('Response json body do not have ID Token field');
            }
            return id_token;
        });
    }
    static getIDToken(audience) {
        return oidc_utils_awaiter(this, void 0, void 0, function* () {
            try {
                // New ID Token is requested from action service
                let id_token_url = oidc_utils_OidcClient.getIDTokenUrl();
                if (audience) {
                    const encodedAudience = encodeURIComponent(audience);
                    id_token_url = `${id_token_url}&audience=${encodedAudience}`;
                }
                debug(`ID token url is ${id_token_url}`);
                const id_token = yield oidc_utils_OidcClient.getCall(id_token_url);
                setSecret(id_token);
                return id_token;
            }
            catch (error) {
                throw new Error(`Error message: ${error.message}`);
            }
        });
    }
}
//# sourceMappingURL=oidc-utils.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/summary.js
var summary_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const { access, appendFile, writeFile } = external_fs_namespaceObject.promises;
const SUMMARY_ENV_VAR = 'GITHUB_STEP_SUMMARY';
const SUMMARY_DOCS_URL = 'https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions#adding-a-job-summary';
class Summary {
    constructor() {
        this._buffer = '';
    }
    /**
     * Finds the summary file path from the environment, rejects if env var is not found or file does not exist
     * Also checks r/w permissions.
     *
     * @returns step summary file path
     */
    filePath() {
        return summary_awaiter(this, void 0, void 0, function* () {
            if (this._filePath) {
                return this._filePath;
            }
            const pathFromEnv = process.env[SUMMARY_ENV_VAR];
            if (!pathFromEnv) {
                throw new Error(`Unable to find environment variable for $${SUMMARY_ENV_VAR}. Check if your runtime environment supports job summaries.`);
            }
            try {
                yield access(pathFromEnv, external_fs_namespaceObject.constants.R_OK | external_fs_namespaceObject.constants.W_OK);
            }
            catch (_a) {
                throw new Error(`Unable to access summary file: '${pathFromEnv}'. Check if the file has correct read/write permissions.`);
            }
            this._filePath = pathFromEnv;
            return this._filePath;
        });
    }
    /**
     * Wraps content in an HTML tag, adding any HTML attributes
     *
     * @param {string} tag HTML tag to wrap
     * @param {string | null} content content within the tag
     * @param {[attribute: string]: string} attrs key-value list of HTML attributes to add
     *
     * @returns {string} content wrapped in HTML element
     */
    wrap(tag, content, attrs = {}) {
        const htmlAttrs = Object.entries(attrs)
            .map(([key, value]) => ` ${key}="${value}"`)
            .join('');
        if (!content) {
            return `<${tag}${htmlAttrs}>`;
        }
        return `<${tag}${htmlAttrs}>${content}</${tag}>`;
    }
    /**
     * Writes text in the buffer to the summary buffer file and empties buffer. Will append by default.
     *
     * @param {SummaryWriteOptions} [options] (optional) options for write operation
     *
     * @returns {Promise<Summary>} summary instance
     */
    write(options) {
        return summary_awaiter(this, void 0, void 0, function* () {
            const overwrite = !!(options === null || options === void 0 ? void 0 : options.overwrite);
            const filePath = yield this.filePath();
            const writeFunc = overwrite ? writeFile : appendFile;
            yield writeFunc(filePath, this._buffer, { encoding: 'utf8' });
            return this.emptyBuffer();
        });
    }
    /**
     * Clears the summary buffer and wipes the summary file
     *
     * @returns {Summary} summary instance
     */
    clear() {
        return summary_awaiter(this, void 0, void 0, function* () {
            return this.emptyBuffer().write({ overwrite: true });
        });
    }
    /**
     * Returns the current summary buffer as a string
     *
     * @returns {string} string of summary buffer
     */
    stringify() {
        return this._buffer;
    }
    /**
     * If the summary buffer is empty
     *
     * @returns {boolen} true if the buffer is empty
     */
    isEmptyBuffer() {
        return this._buffer.length === 0;
    }
    /**
     * Resets the summary buffer without writing to summary file
     *
     * @returns {Summary} summary instance
     */
    emptyBuffer() {
        this._buffer = '';
        return this;
    }
    /**
     * Adds raw text to the summary buffer
     *
     * @param {string} text content to add
     * @param {boolean} [addEOL=false] (optional) append an EOL to the raw text (default: false)
     *
     * @returns {Summary} summary instance
     */
    addRaw(text, addEOL = false) {
        this._buffer += text;
        return addEOL ? this.addEOL() : this;
    }
    /**
     * Adds the operating system-specific end-of-line marker to the buffer
     *
     * @returns {Summary} summary instance
     */
    addEOL() {
        return this.addRaw(external_os_namespaceObject.EOL);
    }
    /**
     * Adds an HTML codeblock to the summary buffer
     *
     * @param {string} code content to render within fenced code block
     * @param {string} lang (optional) language to syntax highlight code
     *
     * @returns {Summary} summary instance
     */
    addCodeBlock(code, lang) {
        const attrs = Object.assign({}, (lang && { lang }));
        const element = this.wrap('pre', this.wrap('code', code), attrs);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML list to the summary buffer
     *
     * @param {string[]} items list of items to render
     * @param {boolean} [ordered=false] (optional) if the rendered list should be ordered or not (default: false)
     *
     * @returns {Summary} summary instance
     */
    addList(items, ordered = false) {
        const tag = ordered ? 'ol' : 'ul';
        const listItems = items.map(item => this.wrap('li', item)).join('');
        const element = this.wrap(tag, listItems);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML table to the summary buffer
     *
     * @param {SummaryTableCell[]} rows table rows
     *
     * @returns {Summary} summary instance
     */
    addTable(rows) {
        const tableBody = rows
            .map(row => {
            const cells = row
                .map(cell => {
                if (typeof cell === 'string') {
                    return this.wrap('td', cell);
                }
                const { header, data, colspan, rowspan } = cell;
                const tag = header ? 'th' : 'td';
                const attrs = Object.assign(Object.assign({}, (colspan && { colspan })), (rowspan && { rowspan }));
                return this.wrap(tag, data, attrs);
            })
                .join('');
            return this.wrap('tr', cells);
        })
            .join('');
        const element = this.wrap('table', tableBody);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds a collapsable HTML details element to the summary buffer
     *
     * @param {string} label text for the closed state
     * @param {string} content collapsable content
     *
     * @returns {Summary} summary instance
     */
    addDetails(label, content) {
        const element = this.wrap('details', this.wrap('summary', label) + content);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML image tag to the summary buffer
     *
     * @param {string} src path to the image you to embed
     * @param {string} alt text description of the image
     * @param {SummaryImageOptions} options (optional) addition image attributes
     *
     * @returns {Summary} summary instance
     */
    addImage(src, alt, options) {
        const { width, height } = options || {};
        const attrs = Object.assign(Object.assign({}, (width && { width })), (height && { height }));
        const element = this.wrap('img', null, Object.assign({ src, alt }, attrs));
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML section heading element
     *
     * @param {string} text heading text
     * @param {number | string} [level=1] (optional) the heading level, default: 1
     *
     * @returns {Summary} summary instance
     */
    addHeading(text, level) {
        const tag = `h${level}`;
        const allowedTag = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].includes(tag)
            ? tag
            : 'h1';
        const element = this.wrap(allowedTag, text);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML thematic break (<hr>) to the summary buffer
     *
     * @returns {Summary} summary instance
     */
    addSeparator() {
        const element = this.wrap('hr', null);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML line break (<br>) to the summary buffer
     *
     * @returns {Summary} summary instance
     */
    addBreak() {
        const element = this.wrap('br', null);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML blockquote to the summary buffer
     *
     * @param {string} text quote text
     * @param {string} cite (optional) citation url
     *
     * @returns {Summary} summary instance
     */
    addQuote(text, cite) {
        const attrs = Object.assign({}, (cite && { cite }));
        const element = this.wrap('blockquote', text, attrs);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML anchor tag to the summary buffer
     *
     * @param {string} text link text/content
     * @param {string} href hyperlink
     *
     * @returns {Summary} summary instance
     */
    addLink(text, href) {
        const element = this.wrap('a', text, { href });
        return this.addRaw(element).addEOL();
    }
}
const _summary = new Summary();
/**
 * @deprecated use `core.summary`
 */
const markdownSummary = (/* unused pure expression or super */ null && (_summary));
const summary = _summary;
//# sourceMappingURL=summary.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/path-utils.js

/**
 * toPosixPath converts the given path to the posix form. On Windows, \\ will be
 * replaced with /.
 *
 * @param pth. Path to transform.
 * @return string Posix path.
 */
function toPosixPath(pth) {
    return pth.replace(/[\\]/g, '/');
}
/**
 * toWin32Path converts the given path to the win32 form. On Linux, / will be
 * replaced with \\.
 *
 * @param pth. Path to transform.
 * @return string Win32 path.
 */
function toWin32Path(pth) {
    return pth.replace(/[/]/g, '\\');
}
/**
 * toPlatformPath converts the given path to a platform-specific path. It does
 * this by replacing instances of / and \ with the platform-specific path
 * separator.
 *
 * @param pth The path to platformize.
 * @return string The platform-specific path.
 */
function toPlatformPath(pth) {
    return pth.replace(/[/\\]/g, path.sep);
}
//# sourceMappingURL=path-utils.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/platform.js
var platform_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const getWindowsInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    const { stdout: version } = yield exec.getExecOutput('powershell -command "(Get-CimInstance -ClassName Win32_OperatingSystem).Version"', undefined, {
        silent: true
    });
    const { stdout: name } = yield exec.getExecOutput('powershell -command "(Get-CimInstance -ClassName Win32_OperatingSystem).Caption"', undefined, {
        silent: true
    });
    return {
        name: name.trim(),
        version: version.trim()
    };
});
const getMacOsInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    var _a, _b, _c, _d;
    const { stdout } = yield exec.getExecOutput('sw_vers', undefined, {
        silent: true
    });
    const version = (_b = (_a = stdout.match(/ProductVersion:\s*(.+)/)) === null || _a === void 0 ? void 0 : _a[1]) !== null && _b !== void 0 ? _b : '';
    const name = (_d = (_c = stdout.match(/ProductName:\s*(.+)/)) === null || _c === void 0 ? void 0 : _c[1]) !== null && _d !== void 0 ? _d : '';
    return {
        name,
        version
    };
});
const getLinuxInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    const { stdout } = yield exec.getExecOutput('lsb_release', ['-i', '-r', '-s'], {
        silent: true
    });
    const [name, version] = stdout.trim().split('\n');
    return {
        name,
        version
    };
});
const platform = external_os_namespaceObject.platform();
const arch = external_os_namespaceObject.arch();
const isWindows = platform === 'win32';
const isMacOS = platform === 'darwin';
const isLinux = platform === 'linux';
function getDetails() {
    return platform_awaiter(this, void 0, void 0, function* () {
        return Object.assign(Object.assign({}, (yield (isWindows
            ? getWindowsInfo()
            : isMacOS
                ? getMacOsInfo()
                : getLinuxInfo()))), { platform,
            arch,
            isWindows,
            isMacOS,
            isLinux });
    });
}
//# sourceMappingURL=platform.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/core.js
var core_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};






/**
 * The code to exit an action
 */
var ExitCode;
(function (ExitCode) {
    /**
     * A code indicating that the action was successful
     */
    ExitCode[ExitCode["Success"] = 0] = "Success";
    /**
     * A code indicating that the action was a failure
     */
    ExitCode[ExitCode["Failure"] = 1] = "Failure";
})(ExitCode || (ExitCode = {}));
//-----------------------------------------------------------------------
// Variables
//-----------------------------------------------------------------------
/**
 * Sets env variable for this action and future actions in the job
 * @param name the name of the variable to set
 * @param val the value of the variable. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function exportVariable(name, val) {
    const convertedVal = toCommandValue(val);
    process.env[name] = convertedVal;
    const filePath = process.env['GITHUB_ENV'] || '';
    if (filePath) {
        return issueFileCommand('ENV', prepareKeyValueMessage(name, val));
    }
    issueCommand('set-env', { name }, convertedVal);
}
/**
 * Registers a secret which will get masked from logs
 *
 * @param secret - Value of the secret to be masked
 * @remarks
 * This function instructs the Actions runner to mask the specified value in any
 * logs produced during the workflow run. Once registered, the secret value will
 * be replaced with asterisks (***) whenever it appears in console output, logs,
 * or error messages.
 *
 * This is useful for protecting sensitive information such as:
 * - API keys
 * - Access tokens
 * - Authentication credentials
 * - URL parameters containing signatures (SAS tokens)
 *
 * Note that masking only affects future logs; any previous appearances of the
 * secret in logs before calling this function will remain unmasked.
 *
 * @example
 * ```typescript
 * // Register an API token as a secret
 * const apiToken = "abc123xyz456";
 * setSecret(apiToken);
 *
 * // Now any logs containing this value will show *** instead
 * console.log(`Using token: ${apiToken}`); // Outputs: "Using token: ***"
 * ```
 */
function core_setSecret(secret) {
    command_issueCommand('add-mask', {}, secret);
}
/**
 * Prepends inputPath to the PATH (for this action and future actions)
 * @param inputPath
 */
function addPath(inputPath) {
    const filePath = process.env['GITHUB_PATH'] || '';
    if (filePath) {
        issueFileCommand('PATH', inputPath);
    }
    else {
        issueCommand('add-path', {}, inputPath);
    }
    process.env['PATH'] = `${inputPath}${path.delimiter}${process.env['PATH']}`;
}
/**
 * Gets the value of an input.
 * Unless trimWhitespace is set to false in InputOptions, the value is also trimmed.
 * Returns an empty string if the value is not defined.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string
 */
function getInput(name, options) {
    const val = process.env[`INPUT_${name.replace(/ /g, '_').toUpperCase()}`] || '';
    if (options && options.required && !val) {
        throw new Error(`Input required and not supplied: ${name}`);
    }
    if (options && options.trimWhitespace === false) {
        return val;
    }
    return val.trim();
}
/**
 * Gets the values of an multiline input.  Each value is also trimmed.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string[]
 *
 */
function getMultilineInput(name, options) {
    const inputs = getInput(name, options)
        .split('\n')
        .filter(x => x !== '');
    if (options && options.trimWhitespace === false) {
        return inputs;
    }
    return inputs.map(input => input.trim());
}
/**
 * Gets the input value of the boolean type in the YAML 1.2 "core schema" specification.
 * Support boolean input list: `true | True | TRUE | false | False | FALSE` .
 * The return value is also in boolean type.
 * ref: https://yaml.org/spec/1.2/spec.html#id2804923
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   boolean
 */
function getBooleanInput(name, options) {
    const trueValue = ['true', 'True', 'TRUE'];
    const falseValue = ['false', 'False', 'FALSE'];
    const val = getInput(name, options);
    if (trueValue.includes(val))
        return true;
    if (falseValue.includes(val))
        return false;
    throw new TypeError(`Input does not meet YAML 1.2 "Core Schema" specification: ${name}\n` +
        `Support boolean input list: \`true | True | TRUE | false | False | FALSE\``);
}
/**
 * Sets the value of an output.
 *
 * @param     name     name of the output to set
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function setOutput(name, value) {
    const filePath = process.env['GITHUB_OUTPUT'] || '';
    if (filePath) {
        return file_command_issueFileCommand('OUTPUT', file_command_prepareKeyValueMessage(name, value));
    }
    process.stdout.write(external_os_namespaceObject.EOL);
    command_issueCommand('set-output', { name }, utils_toCommandValue(value));
}
/**
 * Enables or disables the echoing of commands into stdout for the rest of the step.
 * Echoing is disabled by default if ACTIONS_STEP_DEBUG is not set.
 *
 */
function setCommandEcho(enabled) {
    issue('echo', enabled ? 'on' : 'off');
}
//-----------------------------------------------------------------------
// Results
//-----------------------------------------------------------------------
/**
 * Sets the action status to failed.
 * When the action exits it will be with an exit code of 1
 * @param message add error issue message
 */
function setFailed(message) {
    process.exitCode = ExitCode.Failure;
    error(message);
}
//-----------------------------------------------------------------------
// Logging Commands
//-----------------------------------------------------------------------
/**
 * Gets whether Actions Step Debug is on or not
 */
function isDebug() {
    return process.env['RUNNER_DEBUG'] === '1';
}
/**
 * Writes debug message to user log
 * @param message debug message
 */
function core_debug(message) {
    command_issueCommand('debug', {}, message);
}
/**
 * Adds an error issue
 * @param message error issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function error(message, properties = {}) {
    command_issueCommand('error', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a warning issue
 * @param message warning issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function warning(message, properties = {}) {
    command_issueCommand('warning', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a notice issue
 * @param message notice issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function notice(message, properties = {}) {
    command_issueCommand('notice', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Writes info to log with console.log.
 * @param message info message
 */
function info(message) {
    process.stdout.write(message + external_os_namespaceObject.EOL);
}
/**
 * Begin an output group.
 *
 * Output until the next `groupEnd` will be foldable in this group
 *
 * @param name The name of the output group
 */
function startGroup(name) {
    issue('group', name);
}
/**
 * End an output group.
 */
function endGroup() {
    issue('endgroup');
}
/**
 * Wrap an asynchronous function call in a group.
 *
 * Returns the same type as the function itself.
 *
 * @param name The name of the group
 * @param fn The function to wrap in the group
 */
function group(name, fn) {
    return core_awaiter(this, void 0, void 0, function* () {
        startGroup(name);
        let result;
        try {
            result = yield fn();
        }
        finally {
            endGroup();
        }
        return result;
    });
}
//-----------------------------------------------------------------------
// Wrapper action state
//-----------------------------------------------------------------------
/**
 * Saves state for current action, the state can only be retrieved by this action's post job execution.
 *
 * @param     name     name of the state to store
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function saveState(name, value) {
    const filePath = process.env['GITHUB_STATE'] || '';
    if (filePath) {
        return issueFileCommand('STATE', prepareKeyValueMessage(name, value));
    }
    issueCommand('save-state', { name }, toCommandValue(value));
}
/**
 * Gets the value of an state set by this action's main execution.
 *
 * @param     name     name of the state to get
 * @returns   string
 */
function getState(name) {
    return process.env[`STATE_${name}`] || '';
}
function getIDToken(aud) {
    return core_awaiter(this, void 0, void 0, function* () {
        return yield OidcClient.getIDToken(aud);
    });
}
/**
 * Summary exports
 */

/**
 * @deprecated use core.summary
 */

/**
 * Path exports
 */

/**
 * Platform utilities exports
 */

//# sourceMappingURL=core.js.map
;// CONCATENATED MODULE: ./src/text.ts
/** How much of a foreign text is shown, in UTF-16 code units (behaviour.md section 6). */
const LONGEST_TEXT = 500;
/** Encoded forms of a shorter secret would match by chance and blot out innocent text. */
const SHORTEST_ENCODED = 6;
const REDACTED = '***';
/** Control and format characters, line and paragraph separators, and halves of surrogate pairs. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;
/**
 * Makes the one gate through which text from outside (the API's answers, system errors, mistaken inputs) passes
 * before it is kept or shown (behaviour.md section 6): the secret is redacted in every form in which a server could
 * echo it, control characters and line breaks become spaces, nothing in it can start a workflow command, and at
 * most 500 characters remain.
 *
 * @param secret the API key; an empty one redacts nothing
 */
function createCleaner(secret) {
    const needles = formsOf(secret);
    const redact = (text) => needles.reduce((rest, needle) => rest.replaceAll(needle, REDACTED), text);
    return (text, prepare = (redacted) => redacted) => shorten(defuse(prepare(redact(text)).replace(UNPRINTABLE, ' ').trim()));
}
/**
 * The runner takes `##[` anywhere and `::` at a line's start, white space aside, for a command (actions/runner,
 * ActionCommand.TryParse and TryParseV2).
 */
function defuse(line) {
    return line.replaceAll('##[', '## [').replace(/^::/, ': :');
}
function shorten(line) {
    if (line.length <= LONGEST_TEXT)
        return line;
    // Never half a surrogate pair, and the ellipsis counts too.
    return `${line.slice(0, LONGEST_TEXT - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
/** The secret and the encodings of it that a server or a library could echo, the longest first. */
function formsOf(secret) {
    if (secret === '')
        return [];
    const percentEncoded = encodeURIComponent(secret);
    const hex = Buffer.from(secret).toString('hex');
    const encoded = [
        percentEncoded,
        percentEncoded.replace(/%../g, (triplet) => triplet.toLowerCase()),
        JSON.stringify(secret).slice(1, -1),
        escapeHtml(secret),
        hex,
        hex.toUpperCase(),
        ...base64FormsOf(secret),
    ].filter((form) => form.length >= SHORTEST_ENCODED);
    return [...new Set([secret, ...encoded])].sort((one, other) => other.length - one.length);
}
/**
 * What base64 makes of the secret depends on where in a group of three bytes it begins, as in `Bearer <key>` encoded
 * whole; only the characters that the secret alone decides are looked for.
 */
function base64FormsOf(secret) {
    return [0, 1, 2].flatMap((offset) => {
        const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
        const from = Math.ceil((offset * 8) / 6);
        const to = Math.floor((bytes.length * 8) / 6);
        const form = bytes.toString('base64').slice(from, to);
        return [form, form.replaceAll('+', '-').replaceAll('/', '_')];
    });
}
/** Escapes text for HTML, in attributes as between tags. */
function escapeHtml(text) {
    return text
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll('"', '&quot;')
        .replaceAll("'", '&#39;');
}

;// CONCATENATED MODULE: ./src/inputs.ts



const DEFAULT_API_URL = 'https://api.friendli.ai';
const DEFAULT_TIMEOUT_MINUTES = 60;
/** One or more inputs break their rule. Each problem is a sentence that is safe to print. */
class InputError extends Error {
    name = 'InputError';
    problems;
    constructor(problems) {
        super(problems.join('\n'));
        this.problems = problems;
    }
}
/**
 * Reads and checks every input. The API key is masked before anything else is looked at.
 *
 * @throws InputError that tells every broken rule, not just the first
 */
function readInputs() {
    const apiKey = getInput('api-key');
    if (apiKey !== '')
        core_setSecret(apiKey);
    const clean = createCleaner(apiKey);
    const problems = [];
    const read = (name, parse) => {
        const result = parse(getInput(name), clean);
        if (!(result instanceof Problem))
            return result;
        problems.push(`${name}: ${result.text}`);
        return undefined;
    };
    const inputs = {
        endpointId: read('endpoint-id', parseEndpointId),
        apiKey: read('api-key', parseApiKey),
        team: read('team', parseTeam),
        wait: read('wait', parseWait),
        timeoutMinutes: read('timeout-minutes', parseTimeoutMinutes),
        restartOn: read('restart-on', parseRestartOn),
        apiUrl: read('api-url', parseApiUrl),
    };
    const pollIntervalSeconds = read('poll-interval', parsePollInterval);
    if (!isComplete(inputs) || problems.length > 0)
        throw new InputError(problems);
    return { ...inputs, pollIntervalSeconds };
}
function isComplete(values) {
    return Object.values(values).every((value) => value !== undefined);
}
/** What is wrong with one input: the rule and, where it is no secret, the value. */
class Problem {
    text;
    constructor(text) {
        this.text = text;
    }
}
function parseEndpointId(value, clean) {
    const wanted = 'wanted is the ID of the Dedicated Endpoint as Friendli Suite shows it: letters, digits, "-" and "_", ' +
        'at most 128 characters';
    if (value === '')
        return new Problem(`is required but empty; ${wanted}.`);
    // Not shown: whoever mixes up two secrets must not find one of them in the log.
    if (/^flp_/i.test(value))
        return new Problem(`an API key (flp_…) was pasted; ${wanted}.`);
    if (/^[A-Za-z0-9_-]{1,128}$/.test(value))
        return value;
    const shown = `"${clean(value, hideUserInfo)}"`;
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value))
        return new Problem(`a URL was pasted, ${shown}; ${wanted}.`);
    if (/[/\\]/.test(value))
        return new Problem(`a path was pasted, ${shown}; ${wanted}.`);
    if (/^\.+$/.test(value))
        return new Problem(`${shown} is a folder's name; ${wanted}.`);
    if (/^[A-Za-z0-9_-]+:/.test(value)) {
        return new Problem(`an ID with an adapter was pasted, ${shown}; wanted is only the part before the ":".`);
    }
    if (value.length > 128)
        return new Problem(`${value.length} characters were pasted, ${shown}; ${wanted}.`);
    return new Problem(`${shown} has characters that no ID has; ${wanted}.`);
}
function parseApiKey(value) {
    if (value === '') {
        return new Problem('is required but empty. Is the secret set under the name that the workflow uses? Secrets are not passed to ' +
            'runs from forks and Dependabot.');
    }
    if (/^bearer\s/i.test(value)) {
        return new Problem('starts with "Bearer "; wanted is the key alone (flp_…). The value is not shown.');
    }
    // Node sends header values as Latin-1 and refuses what does not fit.
    if (/[\s\p{Cc}\u{100}-\u{10ffff}]/u.test(value)) {
        return new Problem('has white space, a line break or another character inside that no key can have. Was it pasted whole, and ' +
            'nothing else with it? The value is not shown.');
    }
    return value;
}
function parseTeam(value, clean) {
    if (/^[\x21-\x7e]*$/.test(value))
        return value;
    return new Problem(`wanted is a team ID of printable ASCII characters without spaces, not "${clean(value)}".`);
}
function parseWait(value, clean) {
    if (value === '')
        return false;
    try {
        return getBooleanInput('wait');
    }
    catch {
        return new Problem(`wanted is true or false (also True, TRUE, False, FALSE), not "${clean(value)}".`);
    }
}
function parseTimeoutMinutes(value, clean) {
    if (value === '')
        return DEFAULT_TIMEOUT_MINUTES;
    const minutes = parseDecimal(value);
    if (minutes > 0 && minutes <= 7200)
        return minutes;
    return new Problem(`wanted is a number of minutes above 0 and up to 7200, such as 90 or 0.5, not "${clean(value)}".`);
}
function parsePollInterval(value, clean) {
    if (value === '')
        return undefined;
    const seconds = parseDecimal(value);
    if (seconds >= 0.1 && seconds <= 300)
        return seconds;
    return new Problem(`wanted is a number of seconds from 0.1 to 300, such as 10 or 0.5, not "${clean(value)}".`);
}
/** A decimal number in plain notation; NaN for anything else, such as 1e3, 0x10, -1, Infinity or 1,5. */
function parseDecimal(value) {
    return /^(\d+\.?\d*|\.\d+)$/.test(value) ? Number(value) : Number.NaN;
}
function parseRestartOn(value, clean) {
    if (value === '')
        return RESTARTABLE_STATUSES;
    const names = value.split(/[\s,]+/).filter((name) => name !== '');
    const listed = RESTARTABLE_STATUSES.filter((status) => names.some((name) => name.toUpperCase() === status));
    const foreign = names.find((name) => !isRestartable(name.toUpperCase()));
    if (foreign === undefined && listed.length > 0)
        return listed;
    return new Problem(`wanted is FAILED, TERMINATED or both, separated by commas, spaces or lines; "${clean(foreign ?? value)}" is neither.`);
}
function isRestartable(name) {
    return RESTARTABLE_STATUSES.some((status) => status === name);
}
function parseApiUrl(value, clean) {
    if (value === '')
        return DEFAULT_API_URL;
    const shown = `"${clean(value, hideUserInfo)}"`;
    // The parser passes over line breaks and control characters, the checks below would not.
    const url = /[\s\p{Cc}]/u.test(value) ? undefined : parseUrl(value);
    if (url === undefined)
        return new Problem(`wanted is a URL such as ${DEFAULT_API_URL}, not ${shown}.`);
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
        return new Problem(`wanted is an https: URL, so that the key is never sent in the clear (http: only to a loopback host), not ${shown}.`);
    }
    // Asked of the text: the parser drops an empty user, query or fragment.
    if (USER_INFO.test(value) || /[?#]/.test(value)) {
        return new Problem(`wanted is a URL without user, query and fragment, not ${shown}.`);
    }
    return url.href.replace(/\/+$/, '');
}
function parseUrl(value) {
    try {
        return new URL(value);
    }
    catch {
        return undefined;
    }
}
function isLoopback(hostname) {
    return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
const USER_INFO = /^[a-z][a-z0-9+.-]*:[/\\]*[^/\\?#]*@/i;
/** A URL that someone pasted may carry a password, and an unescaped one may hold any character. */
function hideUserInfo(url) {
    return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1***@');
}

;// CONCATENATED MODULE: ./src/advice.ts

const KEYS_URL = 'https://friendli.ai/suite/~/setting/keys';
const INTEGRATIONS_URL = 'https://friendli.ai/suite/~/setting/integrations';
/** What a status says where its name does not say it. */
const STATUS_WORDS = new Map([
    ['INITIALIZING', 'starting'],
    ['UPDATING', 'applying a change of its settings'],
    ['SLEEPING', 'the next request wakes it'],
    ['AWAKING', 'waking up'],
]);
const PHASE_WORDS = new Map([
    ['REQUESTING_VIRTUAL_MACHINE', 'requesting a virtual machine'],
    ['DOWNLOADING_MODEL', 'downloading the model'],
    ['ENGINE_INITIALIZING', 'initializing the engine'],
]);
const UNKNOWN_CAUSE = {
    cause: 'the service gives no cause',
    next: 'Restart once more; if it fails again, contact support@friendli.ai with the endpoint ID and the time',
};
const SETTINGS = {
    cause: 'the endpoint’s configuration is not accepted',
    next: 'Check the engine settings of the endpoint; a restart alone will not help',
};
const MODEL_FILES = {
    cause: 'files of the model are missing or of the wrong kind',
    next: 'Put the safetensors files and config.json at the top of the model’s repository, then restart again',
};
/** behaviour.md section 7. The names are the API's, the causes are the likely ones. */
const ERROR_CODE_ADVICE = new Map([
    ['WORKLOAD_INIT_UNKNOWN_ERROR', UNKNOWN_CAUSE],
    ['INFERENCE_ENGINE_UNKNOWN_ERROR', UNKNOWN_CAUSE],
    ['WORKLOAD_INIT_SETTINGS_ERROR', SETTINGS],
    ['INFERENCE_ENGINE_INVALID_ARGUMENT_ERROR', SETTINGS],
    [
        'WORKLOAD_INIT_GRPC_ERROR',
        {
            cause: 'a call inside the service failed',
            next: 'Restart again later; if it fails again, contact support@friendli.ai with the endpoint ID and the time',
        },
    ],
    ['WORKLOAD_INIT_MANIFEST_NOT_FOUND_ERROR', MODEL_FILES],
    ['WORKLOAD_INIT_MANIFEST_TYPE_ERROR', MODEL_FILES],
    [
        'WORKLOAD_INIT_DOWNLOAD_ERROR',
        {
            cause: 'the model could not be downloaded',
            next: 'Check that the model’s repository and revision exist, then restart again',
        },
    ],
    [
        'WORKLOAD_INIT_INVALID_TOKEN_ERROR',
        {
            cause: 'the Hugging Face or Weights & Biases token was revoked or has expired',
            next: `Renew it in Friendli Suite, Personal Settings, Integrations (${INTEGRATIONS_URL}), then restart again`,
        },
    ],
    [
        'WORKLOAD_INIT_CANNOT_ACCESS_REPO_ERROR',
        {
            cause: 'the token may not read the model’s repository',
            next: `Grant it read access and accept the model’s licence (token: ${INTEGRATIONS_URL}), then restart again`,
        },
    ],
    [
        'WORKLOAD_INIT_HF_WANDB_API_ERROR',
        {
            cause: 'Hugging Face or Weights & Biases did not answer',
            next: 'See https://status.huggingface.co or https://status.wandb.com, and restart later',
        },
    ],
    [
        'WORKLOAD_INIT_INSUFFICIENT_DISK_ERROR',
        {
            cause: 'the model does not fit on the disk',
            next: 'Choose a larger instance or a smaller model',
        },
    ],
    [
        'INFERENCE_ENGINE_MEMORY_ERROR',
        {
            cause: 'the model does not fit in the GPU’s memory',
            next: 'Choose a larger GPU, quantization or a smaller batch size',
        },
    ],
    [
        'INFERENCE_ENGINE_METERING_CLIENT_CONFIG_ERROR',
        {
            cause: 'Friendli’s own metering is misconfigured',
            next: 'Contact support@friendli.ai with the endpoint ID and the time',
        },
    ],
]);
const KEY_ADVICE = {
    cause: 'the API key is not accepted',
    next: `Check that the secret holds a valid personal API key, or make a new one (${KEYS_URL})`,
};
const RIGHTS_ADVICE = {
    cause: 'the API key has no right to this endpoint, or the team is not the endpoint’s',
    next: `Use the key of a member who may manage the endpoint (${KEYS_URL}), and check the team input`,
};
const NOT_FOUND_ADVICE = {
    cause: 'there is no endpoint with this ID, or it belongs to another team',
    next: 'Check endpoint-id, and set team to the ID of the team that owns the endpoint',
};
const HTTP_STATUS_ADVICE = new Map([
    [
        400,
        {
            cause: 'the API takes the request for a mistake; for a restart it means that the endpoint cannot be restarted now',
            next: 'Look at the endpoint in Friendli Suite; another restart may be under way',
        },
    ],
    [401, KEY_ADVICE],
    [403, RIGHTS_ADVICE],
    [404, NOT_FOUND_ADVICE],
    [
        422,
        {
            cause: 'the API does not take this for an endpoint ID',
            next: 'Check endpoint-id: wanted is the ID of a Dedicated Endpoint as Friendli Suite shows it',
        },
    ],
    [
        429,
        {
            cause: 'too many requests were made with this key',
            next: 'Run fewer workflows at once, or set a longer poll-interval',
        },
    ],
]);
const REDIRECT_ADVICE = {
    cause: 'the API answers with a redirect, which is not followed so that the key goes nowhere else',
    next: 'Check api-url: it must be the final address',
};
const OUTAGE_ADVICE = {
    cause: 'the API or the network has an outage',
    next: 'Run again later; if it lasts, contact support@friendli.ai',
};
const UNEXPECTED_ADVICE = {
    cause: 'the API answers in a way that is not documented',
    next: 'Look at the endpoint in Friendli Suite, and run again with debug logging for details',
};
const FAULT_CODE_ADVICE = new Map([
    [
        FAULT_CODES.certificate,
        {
            cause: 'the connection does not end at the API, or the runner does not know the authority that signed for it',
            next: 'Check api-url; behind a proxy that opens TLS, point NODE_EXTRA_CA_CERTS at its CA certificate',
        },
    ],
    [
        FAULT_CODES.proxy,
        {
            cause: 'the proxy does not let the request through',
            next: 'Check the https_proxy variable of the runner, with user and password where the proxy wants them, and no_proxy',
        },
    ],
    [
        'ENOTFOUND',
        {
            cause: 'the name of the API’s host is not known on this runner',
            next: 'Check api-url and the runner’s DNS; behind a proxy set https_proxy',
        },
    ],
]);
/** The words behind a status: the phase where one is told, else what the status means; empty for a bare name. */
function wordsFor(status, phase) {
    if (phase !== '')
        return PHASE_WORDS.get(phase) ?? phase;
    return STATUS_WORDS.get(status) ?? '';
}
/** The likely cause of an error code and the next step (behaviour.md section 7). */
function errorCodeAdvice(errorCode) {
    return (ERROR_CODE_ADVICE.get(errorCode) ?? {
        cause: 'a cause that this action does not know yet',
        next: 'Look it up in Friendli’s documentation, or contact support@friendli.ai with the endpoint ID and the time',
    });
}
/** The likely cause of a fault and the next step. */
function faultAdvice(fault) {
    const known = FAULT_CODE_ADVICE.get(fault.code ?? '') ?? HTTP_STATUS_ADVICE.get(fault.httpStatus ?? 0);
    if (known !== undefined)
        return known;
    if (fault.httpStatus !== undefined && fault.httpStatus >= 300 && fault.httpStatus < 400)
        return REDIRECT_ADVICE;
    return fault.kind === 'permanent' ? UNEXPECTED_ADVICE : OUTAGE_ADVICE;
}

;// CONCATENATED MODULE: ./src/duration.ts
/** A duration for a sentence: `44 s`, `7 min 44 s`, `2 h 5 min`. */
function inWords(ms) {
    const seconds = Math.round(ms / 1_000);
    if (seconds < 60)
        return `${seconds} s`;
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60)
        return join(`${minutes} min`, seconds % 60, 's');
    return join(`${Math.floor(minutes / 60)} h`, minutes % 60, 'min');
}
function join(large, rest, unit) {
    return rest === 0 ? large : `${large} ${rest} ${unit}`;
}
/** A duration for the start of a log line: `0:44`, `7:44`, `2:05:00`. */
function asClock(ms) {
    const seconds = Math.floor(ms / 1_000);
    const pad = (value) => String(value).padStart(2, '0');
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60)
        return `${minutes}:${pad(seconds % 60)}`;
    return `${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${pad(seconds % 60)}`;
}

;// CONCATENATED MODULE: ./src/conclusion.ts



/** Whether the step succeeds (behaviour.md section 3). */
function isGood(outcome) {
    return outcome === 'restarted' || outcome === 'not-needed';
}
const NOT_STOPPED = 'The endpoint was not stopped: it goes on by itself, and is billed once a replica runs.';
const NOT_CHANGED = 'It was neither restarted nor stopped.';
const WORDS = {
    restarted,
    'not-needed': notNeeded,
    failed,
    'timed-out': timedOut,
    cancelled,
    error: conclusion_error,
};
/** Puts into words how a run ended. */
function conclude(result, inputs) {
    return { outcome: result.outcome, ...WORDS[result.outcome](result, inputs) };
}
/** What came out when the inputs were bad: nothing was requested. */
function concludeBadInput(problems) {
    return {
        outcome: 'error',
        title: problems.length === 1 ? 'An input is wrong' : `${problems.length} inputs are wrong`,
        what: `${problems.join('\n')}\nNothing was sent to Friendli.`,
        next: 'Correct the inputs of this step in the workflow.',
    };
}
/** What came out when the action itself broke. */
function concludeCrash(message) {
    return {
        outcome: 'error',
        title: 'The action broke',
        what: `This is a fault in the action, not in the endpoint: ${message}`,
        next: 'Look at the endpoint in Friendli Suite, and report this with the log to the authors of the action.',
    };
}
/** A state for a line or a table: `INITIALIZING, downloading the model`, `FAILED, INFERENCE_ENGINE_MEMORY_ERROR`. */
function describeState(state) {
    const words = wordsFor(state.status, state.phase);
    return [state.status, words, state.errorCode].filter((part) => part !== '').join(', ');
}
function restarted({ state, elapsedMs }, { endpointId, wait }) {
    const status = state?.status ?? '';
    if (!wait) {
        return {
            title: 'Restart accepted',
            what: sentences(`The restart of endpoint ${endpointId} was accepted.`, conditionOf(status) === 'down' ? '' : lastSeen(state), 'This step does not wait for it; with wait: true it would wait until the endpoint is RUNNING.'),
            next: '',
        };
    }
    return {
        title: `Restarted, ${status}`,
        what: `Endpoint ${endpointId} was restarted and is ${status} after ${inWords(elapsedMs)}${ifAsleep(status)}.`,
        next: '',
    };
}
function notNeeded({ state, previous }, { endpointId, restartOn }) {
    const status = state?.status ?? '';
    const tell = (what) => ({ title: 'Nothing to restart', what, next: '' });
    switch (conditionOf(status)) {
        case 'down':
            return tell(`Endpoint ${endpointId} is ${status} and was left alone: restart-on lists only ${restartOn.join(', ')}.`);
        case 'starting':
            return tell(`Endpoint ${endpointId} is already on its way. ${lastSeen(state)} With wait: true this step would wait until it is RUNNING.`);
        default: {
            const came = previous === undefined || previous.status === status
                ? ''
                : `It was ${previous.status} at first, and came up without a restart from this run.`;
            return tell(sentences(`Endpoint ${endpointId} is ${status}${ifAsleep(status)}.`, came));
        }
    }
}
function failed({ state, previous, elapsedMs }, { endpointId }) {
    const { status = '', errorCode = '' } = state ?? {};
    const again = status === previous?.status ? ' again' : '';
    const title = `${status}${again} after the restart`;
    const what = `Endpoint ${endpointId} was restarted, but is ${status}${again} after ${inWords(elapsedMs)}.`;
    if (errorCode !== '') {
        const { cause, next } = errorCodeAdvice(errorCode);
        return {
            title: `${title}: ${errorCode}`,
            what: `${what} Its error code is ${errorCode}: likely ${cause}.`,
            next: `${next}.`,
        };
    }
    const next = status === 'TERMINATED'
        ? 'Somebody or a policy stopped it while it was starting: look at its history in Friendli Suite.'
        : 'Look at the endpoint’s events in Friendli Suite, then restart once more.';
    return { title, what: `${what} The API gives no error code.`, next };
}
function timedOut(result, { endpointId, timeoutMinutes }) {
    const limit = inWords(timeoutMinutes * 60_000);
    return {
        title: `Not RUNNING after ${limit}`,
        what: sentences(`Endpoint ${endpointId} was not RUNNING within ${limit}, the limit that timeout-minutes sets.`, lastSeen(result.state), trouble(result), doubt(result), goesOn(result) ? NOT_STOPPED : NOT_CHANGED),
        next: goesOn(result)
            ? 'It may still come up. Run the step again to go on waiting, or set a longer timeout-minutes.'
            : 'Look at the endpoint in Friendli Suite, then run the step again, or set a longer timeout-minutes.',
    };
}
function cancelled(result, { endpointId }) {
    return {
        title: 'The run was cancelled',
        what: sentences(`Endpoint ${endpointId} is no longer watched.`, lastSeen(result.state), doubt(result), goesOn(result) ? NOT_STOPPED : NOT_CHANGED),
        next: goesOn(result)
            ? 'Run the step again to go on waiting.'
            : 'Run the step again to restart the endpoint.',
    };
}
function conclusion_error(result, { endpointId }) {
    const { reason, state, fault } = result;
    const status = state?.status ?? '';
    const advice = fault && faultAdvice(fault);
    const cause = advice ? `Likely ${advice.cause}.` : '';
    const next = `${advice?.next ?? 'Look at the endpoint in Friendli Suite, and run the step again'}.`;
    const after = goesOn(result) ? NOT_STOPPED : '';
    switch (reason) {
        case 'stopping':
            return {
                title: `No restart while ${status}`,
                what: `Endpoint ${endpointId} is ${status}: it can be restarted once it is TERMINATED.`,
                next: 'Set wait: true to wait for that and restart it then.',
            };
        case 'unknown-status':
            return {
                title: `No restart while ${status}`,
                what: `Endpoint ${endpointId} is ${status}: the API does not say what that means for a restart.`,
                next: 'Look at the endpoint in Friendli Suite, or set wait: true to wait for another status.',
            };
        case 'refused': {
            const { httpStatus } = fault ?? {};
            const refused = httpStatus === undefined ? 'did not reach the API' : 'was refused';
            const what = `The request for endpoint ${endpointId} ${refused}: ${messageOf(result)}`;
            return {
                title: httpStatus === undefined ? 'No connection to the API' : `Refused: HTTP ${httpStatus}`,
                what: sentences(what, cause, state ? lastSeen(state) : '', doubt(result), after),
                next,
            };
        }
        case 'restart-not-accepted': {
            const what = `Endpoint ${endpointId} is still ${status} after five requests to restart it.`;
            return {
                title: 'The restart was not accepted',
                what: sentences(what, trouble(result), cause, doubt(result)),
                next,
            };
        }
        default: {
            const what = `What became of endpoint ${endpointId} is not known.`;
            return {
                title: 'The API is out of reach',
                what: sentences(what, lastSeen(state), trouble(result), cause, doubt(result), after),
                next,
            };
        }
    }
}
/** Whether the endpoint comes up, as far as is known, without anybody's help. */
function goesOn({ state, restarted, restartInDoubt }) {
    return restarted || restartInDoubt || conditionOf(state?.status ?? '') === 'starting';
}
function ifAsleep(status) {
    return conditionOf(status) === 'asleep' ? ': it is healthy, and the next request wakes it' : '';
}
function lastSeen(state) {
    return state === undefined ? 'Its status was never seen.' : `Its last status is ${describeState(state)}.`;
}
/** Why the end of the run saw nothing of the endpoint, or could not restart it. */
function trouble(result) {
    const { unobservedSinceMs, fault, elapsedMs, state } = result;
    if (fault === undefined)
        return '';
    if (unobservedSinceMs === undefined)
        return `The last request to restart it failed: ${messageOf(result)}`;
    const since = state === undefined ? '' : `, since ${asClock(unobservedSinceMs)} in the log`;
    return `It could not be observed for ${inWords(elapsedMs - unobservedSinceMs)}${since}: ${messageOf(result)}`;
}
function doubt({ restartInDoubt }) {
    return restartInDoubt
        ? 'A restart was requested, but its answer got lost: whether it was accepted is not known.'
        : '';
}
/** Why a request failed, with a full stop unless the foreign words have brought one. */
function messageOf({ fault }) {
    const { message = 'no reason is known' } = fault ?? {};
    return /[.!?…][)"]*$/.test(message) ? message : `${message}.`;
}
function sentences(...parts) {
    return parts.filter((part) => part !== '').join(' ');
}

;// CONCATENATED MODULE: ./src/gantt.ts




/** Rows kept at either end of a long list; one row stands for the rest. */
const ROWS_KEPT = 6;
/** The marks of the axis for so many minutes; where midnight may pass, with the day. */
const AXES = [
    [1, '10second', '%H:%M:%S'],
    [4, '30second', '%H:%M:%S'],
    [10, '1minute', '%H:%M'],
    [40, '5minute', '%H:%M'],
    [100, '15minute', '%H:%M'],
    [240, '30minute', '%H:%M'],
    [480, '1hour', '%a %H:%M'],
    [1_440, '3hour', '%a %H:%M'],
    [7_300, '12hour', '%a %H:%M'],
];
/** Words stand beside the bars, where every theme shows them; a narrow screen gets all of it smaller. */
const LAYOUT = '{"useWidth": 900, "leftPadding": 310, "rightPadding": 30, "sectionFontSize": 13, "numberSectionStyles": 2}';
/** Bars must have names, and sections of one name would be one. */
const INVISIBLE = '\u2060';
/**
 * A Mermaid gantt of the states that a run has seen, in the reader's own time zone.
 *
 * @param startedDate when the run started, in milliseconds since 1970
 */
function renderGantt(sightings, result, startedDate) {
    const { elapsedMs } = result;
    const [, tick, format] = AXES.find(([minutes]) => elapsedMs <= minutes * 60_000) ?? AXES[8];
    const rows = condense(rowsOf(sightings, result)).map(({ label, tag, fromMs, toMs }, index) => {
        const ms = toMs - fromMs;
        const lasted = ms < 1_000 ? '' : `, ${inWords(ms)}${tag === 'active' ? ' so far' : ''}`;
        const shape = ms <= elapsedMs / 100 ? 'milestone, ' : '';
        const dates = [fromMs, toMs].map((atMs) => Math.round(startedDate + atMs)).join(', ');
        return `section ${label}${lasted}${INVISIBLE.repeat(index)}\n${INVISIBLE} :${shape}${tag}, ${dates}`;
    });
    return `%%{init: {"gantt": ${LAYOUT}}}%%
gantt
dateFormat x
axisFormat ${format}
tickInterval ${tick}
todayMarker off
${rows.join('\n')}`;
}
function rowsOf(sightings, { outcome, elapsedMs, unobservedSinceMs }) {
    const rows = sightings.map(({ state, atMs }, index) => {
        const toMs = sightings[index + 1]?.atMs ?? unobservedSinceMs ?? elapsedMs;
        return { label: labelOf(state), tag: tagOf(outcome, sightings.length - index), fromMs: atMs, toMs };
    });
    if (unobservedSinceMs === undefined)
        return rows;
    return [...rows, { label: 'Not observed', tag: 'crit', fromMs: unobservedSinceMs, toMs: elapsedMs }];
}
/** @param fromEnd 1 for the last state, 2 for the one before */
function tagOf(outcome, fromEnd) {
    if (outcome === 'failed')
        return fromEnd <= 2 ? 'crit' : 'done';
    return fromEnd === 1 && !isGood(outcome) ? 'active' : 'done';
}
function condense(rows) {
    const middle = rows.slice(ROWS_KEPT, -ROWS_KEPT);
    const [first, last] = [middle[0], middle.at(-1)];
    if (first === undefined || last === undefined || first === last)
        return rows;
    const rest = { ...last, label: `${middle.length} more states`, fromMs: first.fromMs };
    return [...rows.slice(0, ROWS_KEPT), rest, ...rows.slice(-ROWS_KEPT)];
}
/** Words where there are some, else the API's name; one that is not documented stands in quotes. */
function labelOf({ status, phase }) {
    const condition = conditionOf(status);
    if (condition !== 'starting' && condition !== 'unknown')
        return status;
    const words = wordsFor(status, phase);
    if (words === phase)
        return quoted(phase || status);
    return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
/** Nothing in it means anything to Mermaid. */
function quoted(name) {
    const plain = name.replace(/[^\p{L}\p{N}_.-]+/gu, ' ').trim();
    return `“${/^.{0,24}/u.exec(plain)?.[0].trimEnd() ?? ''}”`;
}

;// CONCATENATED MODULE: ./src/markdown.ts
/** What stands for itself neither in HTML nor in GitHub's mathematics, whatever a backslash says. */
const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', $: '&#36;' };
/**
 * GitHub looks for mentions, issues and emoji in the finished HTML, where a backslash is long gone; a word joiner,
 * which is invisible, stops it.
 */
const REFERENCES = /@(?=\w)|#(?=\d)|:(?=[\w+-]+:)/g;
/** What Markdown could take for its own. `_` and `-` inside a word are safe, and so stay greppable. */
const PUNCTUATION = /[\\`*{}[\]()#+!|~@=&<>$]|:(?=\/)|(?<![a-z0-9])[_-]|[_-](?![a-z0-9])|(?<=www)\.|(?<=^\d+)\./gi;
/**
 * Escapes text for one line of Markdown as GitHub renders it (behaviour.md section 6): nothing in it becomes HTML,
 * markup, a link, a mention, an emoji or the end of a table cell.
 */
function escapeMarkdown(text) {
    return text
        .replace(/\s+/g, ' ')
        .trim()
        .replace(REFERENCES, '$&\u2060')
        .replace(PUNCTUATION, (character) => ENTITIES[character] ?? `\\${character}`);
}
/** A value from outside: as code where it is a plain name, else escaped. */
function asValue(text) {
    return /^[\w-]+$/.test(text) ? `\`${text}\`` : escapeMarkdown(text);
}

;// CONCATENATED MODULE: ./src/summary.ts




/** An emoji for the eye, and GitHub's alert around the text. Neither says what the words do not. */
const DRESS = {
    restarted: ['✅', ''],
    'not-needed': ['ℹ️', 'NOTE'],
    failed: ['❌', 'CAUTION'],
    'timed-out': ['⏳', 'WARNING'],
    cancelled: ['🚫', 'WARNING'],
    error: ['❌', 'CAUTION'],
};
/** The job summary in GitHub-flavoured Markdown (behaviour.md section 6). */
function renderSummary(facts) {
    const { conclusion, inputs, result, sightings, startedDate } = facts;
    const [emoji, alert] = DRESS[conclusion.outcome];
    const parts = [
        `### ${emoji} Friendli endpoint: ${escapeMarkdown(conclusion.title)}`,
        message(conclusion, alert),
    ];
    if (inputs !== undefined && result !== undefined) {
        parts.push(table(inputs, result));
        if (inputs.wait && sightings.length > 1) {
            parts.push('Where the time went, in your time zone:', `\`\`\`mermaid\n${renderGantt(sightings, result, startedDate)}\n\`\`\``);
        }
    }
    return `${parts.join('\n\n')}\n`;
}
/** What happened and what to do next. The next step is our own text, and its links work. */
function message({ what, next }, alert) {
    const paragraphs = what.split('\n').map(escapeMarkdown);
    if (next !== '')
        paragraphs.push(`**Next:** ${next}`);
    return alert === '' ? paragraphs.join('\n\n') : `> [!${alert}]\n> ${paragraphs.join('\n>\n> ')}`;
}
function table({ endpointId }, result) {
    const cells = [
        asValue(endpointId),
        stateCell(result.previous),
        stateCell(result.state),
        result.restarted ? 'yes' : result.restartInDoubt ? 'not known' : 'no',
        inWords(result.elapsedMs).replaceAll(' ', '\u00a0'),
    ];
    return `| Endpoint | Before | Now | Restarted | Took |
| --- | --- | --- | --- | --- |
| ${cells.join(' | ')} |`;
}
function stateCell(state) {
    if (state === undefined)
        return 'not seen';
    const { status, phase, errorCode } = state;
    const words = wordsFor(status, phase);
    return [asValue(status), words === phase ? asValue(phase) : words, asValue(errorCode)]
        .filter((part) => part !== '')
        .join(', ');
}

;// CONCATENATED MODULE: ./src/report.ts






/** GitHub shows so many characters of an annotation. */
const LONGEST_ANNOTATION = 4_096;
/** The width of the time at the start of a log line. */
const TIME_WIDTH = 7;
/** Tells the run to people and to later steps: log, annotations, outputs and job summary (behaviour.md 3 and 6). */
class Report {
    startedDate;
    written = new Map();
    sightings = [];
    outputFault;
    /** @param startedDate when the run started, in milliseconds since 1970 */
    constructor(startedDate) {
        this.startedDate = startedDate;
    }
    /** The first line: what will be done. */
    start({ endpointId, restartOn, wait, timeoutMinutes }) {
        const then = wait
            ? `then wait until it is RUNNING, up to ${inWords(timeoutMinutes * 60_000)}`
            : 'and do not wait for it';
        info(`Restart endpoint ${endpointId} if it is ${restartOn.join(' or ')}, ${then}.`);
    }
    /** One event of the run: a line where something changed, outputs as soon as they are known. */
    onEvent = (event) => {
        switch (event.type) {
            case 'seen':
                this.sightings.push({ state: event.state, atMs: event.atMs });
                this.line(event.atMs, seenLine(event.state));
                this.writeState(event.state);
                return;
            case 'restart-accepted':
                this.line(event.atMs, event.inferred ? 'The restart was accepted after all.' : 'Restart accepted.');
                this.write('restarted', 'true');
                return;
            case 'restart-refused':
                this.line(event.atMs, `Restart refused, reading the status again: ${event.fault.message}`);
                return;
            case 'trouble':
                warning(event.call === 'status'
                    ? `The status cannot be read, still trying: ${event.fault.message}`
                    : `The restart got no clear answer, reading the status before asking again: ${event.fault.message}`, { title: 'Trouble with the Friendli API' });
                return;
            case 'recovered':
                this.line(event.atMs, `The API answers again, after ${inWords(event.troubleMs)}.`);
                return;
            case 'heartbeat':
                this.line(event.atMs, heartbeatLine(event));
                return;
            case 'paused':
                report_debug(`${asClock(event.atMs)} pause of ${(event.forMs / 1_000).toFixed(1)} s (${event.why})`);
        }
    };
    /** One request, under debug logging. */
    onExchange = ({ method, path, result, durationMs }) => {
        report_debug(`${method} ${path}: ${result} in ${Math.round(durationMs)} ms`);
    };
    /** The end of a run. @returns whether the step succeeds */
    async finish(result, inputs) {
        return await this.conclude(conclude(result, inputs), { result, inputs });
    }
    /** The end of a run whose inputs were bad. @returns false, the step fails */
    async finishBadInput(problems) {
        return await this.conclude(concludeBadInput(problems));
    }
    /** The end of a run that broke after so many ms. @param message safe to print @returns false, the step fails */
    async finishCrash(message, elapsedMs) {
        return await this.conclude(concludeCrash(message), {}, elapsedMs);
    }
    async conclude(conclusion, facts = {}, elapsedMs = facts.result?.elapsedMs ?? 0) {
        const { result } = facts;
        this.writeState(result?.state ?? this.sightings.at(-1)?.state);
        this.write('outcome', conclusion.outcome);
        this.write('elapsedSeconds', String(Math.round(elapsedMs / 1_000)));
        this.announce(conclusion);
        await this.writeSummary(renderSummary({ conclusion, ...facts, sightings: this.sightings, startedDate: this.startedDate }));
        return isGood(conclusion.outcome) && this.outputFault === undefined;
    }
    /** The last line, and the one annotation where there is one. */
    announce({ outcome, title, what, next }) {
        const text = next === '' ? what : `${what}\n${next}`;
        if (this.outputFault !== undefined && isGood(outcome)) {
            error(`${text}\nBut the outputs could not be written: ${this.outputFault}`, {
                title: 'Outputs are missing',
            });
        }
        else if (outcome === 'restarted' || outcome === 'cancelled')
            info(`${title}. ${text.replaceAll('\n', ' ')}`);
        else if (outcome === 'not-needed')
            notice(text, { title });
        else
            error(text.slice(0, LONGEST_ANNOTATION), { title });
    }
    line(atMs, text) {
        info(`${asClock(atMs).padStart(TIME_WIDTH)}  ${text}`);
    }
    writeState(state) {
        const { status = '', errorCode = '', phase = '' } = state ?? {};
        this.write('status', status);
        this.write('errorCode', errorCode);
        this.write('phase', phase);
        if (this.written.has('previousStatus'))
            return;
        this.write('previousStatus', status);
        this.write('previousErrorCode', errorCode);
        this.write('restarted', 'false');
    }
    /** Writes an output when it changes; the last line for a name is the one that counts. */
    write(name, value) {
        if (this.written.get(name) === value)
            return;
        this.written.set(name, value);
        if ((process.env['GITHUB_OUTPUT'] ?? '') === '')
            return;
        try {
            setOutput(name, value);
        }
        catch (error) {
            // The endpoint matters more than the outputs: the run goes on, and ends red.
            this.outputFault ??= report_messageOf(error);
        }
    }
    async writeSummary(markdown) {
        try {
            await summary.addRaw(markdown).write();
        }
        catch (error) {
            report_debug(`no job summary: ${report_messageOf(error)}`);
        }
    }
}
function seenLine(state) {
    const { status, errorCode } = state;
    const line = describeState(state);
    return conditionOf(status) === 'down' && errorCode !== ''
        ? `${line}: likely ${errorCodeAdvice(errorCode).cause}`
        : line;
}
function heartbeatLine({ state, unchangedMs, inTrouble, }) {
    if (state === undefined)
        return 'Still no answer from the API.';
    if (inTrouble)
        return `Still no answer from the API; last seen: ${describeState(state)}`;
    return `Still ${describeState(state)}, for ${inWords(unchangedMs)}`;
}
/** Not core.debug alone: the runner would throw the lines away, but only after they were written by the thousand. */
function report_debug(message) {
    if (isDebug())
        core_debug(message);
}
function report_messageOf(error) {
    return error instanceof Error ? error.message : String(error);
}

;// CONCATENATED MODULE: ./src/polling.ts

/** The longest pause that doubling after a 429 leads to, in milliseconds (behaviour.md section 5). */
const SLOWEST_POLL_MS = 60_000;
/** Back-off after a transient fault: the first and the longest ceiling, in milliseconds (section 5). */
const FIRST_BACK_OFF_MS = 1_000;
const LONGEST_BACK_OFF_MS = 30_000;
/** How long before the deadline the last look is taken, when a pause would sleep past it, in milliseconds. */
const LAST_LOOK_MS = 2_000;
/**
 * Pauses between polls in milliseconds, chosen from the polling table of `npm run bench`: closely in the last phase,
 * whose end is waited for; slowly in the long ones before it, but so that a last phase of 15 s is not slept through.
 * On the grid's average RUNNING is noticed 1.4 s late, with 63 requests (a fixed 10 s: 5 s late, with 71).
 */
const PAUSE_MS = { closely: 2_500, slowly: 20_000, otherwise: 5_000 };
/**
 * The pause before the next poll, in milliseconds.
 *
 * @param state the endpoint as last seen
 * @param options.pollIntervalMs a fixed pause that replaces the adaptive one
 * @param options.rateLimits how many 429 this run has had: each doubles the pause, up to a minute
 */
function pollPauseMs(state, options) {
    const base = options.pollIntervalMs ?? adaptivePauseMs(state);
    return Math.max(base, Math.min(base * 2 ** options.rateLimits, SLOWEST_POLL_MS));
}
function adaptivePauseMs(state) {
    if (conditionOf(state.status) !== 'starting')
        return PAUSE_MS.otherwise;
    switch (state.phase) {
        case 'ENGINE_INITIALIZING':
            return PAUSE_MS.closely;
        case 'REQUESTING_VIRTUAL_MACHINE':
        case 'DOWNLOADING_MODEL':
            return PAUSE_MS.slowly;
        default:
            return PAUSE_MS.otherwise;
    }
}
/**
 * The pause after a fault, in milliseconds: full jitter under a ceiling of 1 s that doubles with each fault up to
 * 30 s, but never shorter than what the server asked for (behaviour.md section 5).
 *
 * @param options.faults how many faults came in a row, the one just seen included
 * @param options.random a number from 0 up to 1
 * @param options.askedForMs what `Retry-After` asked for, if it did
 */
function backOffMs(options) {
    const ceiling = Math.min(FIRST_BACK_OFF_MS * 2 ** (options.faults - 1), LONGEST_BACK_OFF_MS);
    return Math.max(options.random * ceiling, options.askedForMs ?? 0);
}
/**
 * Shortens a pause that would end after the deadline, so that one last look is taken shortly before it.
 *
 * @param options.pauseMs the pause that is due
 * @param options.leftMs the time until the deadline; nothing sleeps longer
 */
function pauseBeforeDeadlineMs(options) {
    const { pauseMs, leftMs } = options;
    const untilLastLookMs = leftMs - LAST_LOOK_MS;
    return pauseMs > untilLastLookMs && untilLastLookMs > 0 ? untilLastLookMs : Math.min(pauseMs, leftMs);
}
/** `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`; Node's own parser takes almost anything. */
const DATE_IN_GMT = /^[A-Z][a-z]{2,8}, \d\d([ -])[A-Z][a-z]{2}\1\d\d(\d\d)? \d\d:\d\d:\d\d GMT$/;
/** The oldest of the three forms, `Sun Nov  6 08:49:37 1994`, names no zone and means GMT all the same. */
const DATE_WITHOUT_ZONE = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/;
/**
 * Reads a `Retry-After` header (RFC 9110, section 10.2.3): whole seconds, or a date in any of the three HTTP forms.
 *
 * @param header the header as it came
 * @param nowMs the present in milliseconds since 1970
 * @returns how long to wait in milliseconds, 0 for a date that has passed, `undefined` for anything else
 */
function retryAfterMs(header, nowMs) {
    const value = header?.trim() ?? '';
    if (/^\d+$/.test(value))
        return Number(value) * 1_000;
    const date = DATE_IN_GMT.test(value) ? value : DATE_WITHOUT_ZONE.test(value) ? `${value} GMT` : '';
    const dateMs = Date.parse(date);
    return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}

;// CONCATENATED MODULE: ./src/restart.ts



/** The total time of one request, in milliseconds (behaviour.md section 5). */
const REQUEST_TIMEOUT_MS = 30_000;
/** How long transient faults are borne while nothing was ever answered, and in all without `wait`, in milliseconds. */
const PATIENCE_MS = 120_000;
/** For so long after an accepted restart the state from before it may still be answered, in milliseconds. */
const STALE_MS = 60_000;
/** How often the restart is asked for at the most. */
const MOST_RESTART_REQUESTS = 5;
/** So many permanent faults in a row are believed once the API has given a good answer. */
const PERMANENT_FAULTS_BELIEVED = 3;
/** A line is due when nothing has changed for so long, in milliseconds (behaviour.md section 6). */
const HEARTBEAT_MS = 60_000;
/**
 * What to do about a state: the table of behaviour.md section 4.
 *
 * @param status the status just read
 * @param restarted whether the API has already accepted a restart from this run
 */
function nextStep(status, options) {
    const { restarted, wait, restartOn } = options;
    const condition = conditionOf(status);
    if (condition === 'down') {
        if (restarted)
            return { type: 'end', outcome: 'failed' };
        return restartOn.includes(status) ? { type: 'restart' } : { type: 'end', outcome: 'not-needed' };
    }
    if (condition === 'up' || condition === 'asleep') {
        return { type: 'end', outcome: restarted ? 'restarted' : 'not-needed' };
    }
    if (condition === 'ready' && !restarted)
        return { type: 'end', outcome: 'not-needed' };
    if (wait)
        return { type: 'go-on' };
    if (restarted)
        return { type: 'end', outcome: 'restarted' };
    if (condition === 'stopping')
        return { type: 'end', outcome: 'error', reason: 'stopping' };
    if (condition === 'unknown')
        return { type: 'end', outcome: 'error', reason: 'unknown-status' };
    return { type: 'end', outcome: 'not-needed' };
}
/**
 * Restarts the endpoint if it needs it and, with `wait`, follows it until it is up (behaviour.md sections 4 and 5).
 * Reads before it writes, has at most one restart accepted, and ends by the deadline.
 *
 * @returns how it ended; every fault of the API is part of the result
 * @throws whatever the listener throws, or a client that breaks its contract
 */
async function restartEndpoint(options) {
    return await new Run(options).follow();
}
class Run {
    options;
    startedAt;
    deadline;
    first;
    last;
    lastChangeAt;
    lastLineAt;
    accepted;
    /** The last restart whose answer got lost, so that it may have been accepted. */
    doubtful;
    restartRequests = 0;
    restartFault;
    trouble;
    permanentReads = 0;
    permanentRestarts = 0;
    rateLimits = 0;
    constructor(options) {
        this.options = options;
        this.startedAt = options.clock.now();
        this.deadline = this.startedAt + (options.wait ? options.timeoutMs : PATIENCE_MS);
        this.lastChangeAt = this.startedAt;
        this.lastLineAt = this.startedAt;
    }
    async follow() {
        for (;;) {
            const next = await this.lookAndAct();
            if (next.type === 'end')
                return this.result(next);
            await this.pause(next);
            if (this.options.signal.aborted)
                return this.result({ type: 'end', outcome: 'cancelled' });
            if (this.leftMs() <= 0)
                return this.result(this.outOfTime());
        }
    }
    /** One look at the endpoint, and what follows from it. */
    async lookAndAct() {
        const { client, wait, restartOn } = this.options;
        const lookedAt = this.now();
        const state = await this.attempt((limits) => client.getStatus(limits));
        if (state instanceof ApiError)
            return this.afterFailedRead(state, lookedAt);
        this.afterGoodRead();
        if (this.isStale(state, lookedAt))
            return this.pollPause(this.last ?? state, 'stale');
        this.settleDoubt(state);
        this.note(state);
        const step = nextStep(state.status, { restarted: this.accepted !== undefined, wait, restartOn });
        if (step.type === 'end')
            return step;
        return step.type === 'restart' ? await this.askForRestart(state, lookedAt) : this.pollPause(state);
    }
    async askForRestart(before, lookedAt) {
        const { client, wait, signal } = this.options;
        if (signal.aborted)
            return { type: 'end', outcome: 'cancelled' };
        if (this.leftMs() <= 0)
            return this.outOfTime();
        if (this.isRefusedAfterDoubt(lookedAt))
            return this.pollPause(before, 'stale');
        if (this.restartRequests === MOST_RESTART_REQUESTS) {
            return { type: 'end', outcome: 'error', reason: 'restart-not-accepted', fault: this.restartFault };
        }
        this.restartRequests += 1;
        const answer = await this.attempt((limits) => client.restart(limits));
        if (answer instanceof ApiError)
            return this.afterFailedRestart(answer, before);
        this.accepted = { at: this.now(), before };
        this.tell({ type: 'restart-accepted', inferred: false });
        if (answer !== undefined)
            this.note(answer);
        return wait ? this.pollPause(answer ?? before) : { type: 'end', outcome: 'restarted' };
    }
    afterFailedRead(fault, lookedAt) {
        if (this.options.signal.aborted)
            return { type: 'end', outcome: 'cancelled' };
        const isNew = this.trouble === undefined;
        const faults = (this.trouble?.faults ?? 0) + 1;
        this.trouble = { since: this.trouble?.since ?? lookedAt, fault, faults };
        this.permanentReads = isPermanent(fault) ? this.permanentReads + 1 : 0;
        const believed = this.first === undefined ? 1 : PERMANENT_FAULTS_BELIEVED;
        if (this.permanentReads >= believed)
            return { type: 'end', outcome: 'error', reason: 'refused', fault };
        if (isNew && this.leftMs() > 0)
            this.tell({ type: 'trouble', call: 'status', fault });
        return this.faultPause(fault, faults);
    }
    afterGoodRead() {
        this.permanentReads = 0;
        if (this.trouble === undefined)
            return;
        this.tell({ type: 'recovered', troubleMs: this.now() - this.trouble.since });
        this.trouble = undefined;
    }
    afterFailedRestart(fault, before) {
        if (fault.kind === 'transient')
            this.doubtful = { at: this.now(), before };
        if (this.options.signal.aborted)
            return { type: 'end', outcome: 'cancelled' };
        const isNew = this.restartFault === undefined || this.restartFault.kind === 'bad-request';
        this.restartFault = fault;
        this.permanentRestarts = fault.kind === 'permanent' ? this.permanentRestarts + 1 : 0;
        if (this.permanentRestarts >= PERMANENT_FAULTS_BELIEVED) {
            return { type: 'end', outcome: 'error', reason: 'refused', fault };
        }
        if (fault.kind === 'bad-request')
            this.tell({ type: 'restart-refused', fault });
        else if (isNew && this.leftMs() > 0)
            this.tell({ type: 'trouble', call: 'restart', fault });
        return this.faultPause(fault, this.restartRequests);
    }
    /**
     * A 400 that follows a lost answer says that the lost restart was accepted; a state from before it is then stale
     * for as long as after any accepted restart, and no reason to ask again.
     */
    isRefusedAfterDoubt(lookedAt) {
        return (this.doubtful !== undefined &&
            this.restartFault?.kind === 'bad-request' &&
            lookedAt - this.doubtful.at < STALE_MS);
    }
    /** A state other than the one before a restart whose answer got lost: the restart was accepted. */
    settleDoubt(state) {
        if (this.accepted !== undefined || this.doubtful === undefined)
            return;
        if (tellsTheSame(state, this.doubtful.before))
            return;
        this.accepted = this.doubtful;
        this.tell({ type: 'restart-accepted', inferred: true });
    }
    /** @param lookedAt when the read was sent: a slow answer may be as old as that */
    isStale(state, lookedAt) {
        return (this.accepted !== undefined &&
            lookedAt - this.accepted.at < STALE_MS &&
            tellsTheSame(state, this.accepted.before));
    }
    note(state) {
        const { last } = this;
        this.first ??= state;
        this.last = state;
        if (last?.status === state.status && last.phase === state.phase && last.errorCode === state.errorCode)
            return;
        this.lastChangeAt = this.now();
        this.tell({ type: 'seen', state });
    }
    /** Sends one request within the time that is left. An ApiError comes back as a value. */
    async attempt(send) {
        const timeoutMs = Math.min(REQUEST_TIMEOUT_MS, this.leftMs());
        try {
            return await send({ timeoutMs, signal: this.options.signal });
        }
        catch (error) {
            if (!(error instanceof ApiError))
                throw error;
            if (error.kind === 'rate-limited')
                this.rateLimits += 1;
            return error;
        }
    }
    pollPause(state, why = 'poll') {
        const { pollIntervalMs } = this.options;
        const pauseMs = pollPauseMs(state, { pollIntervalMs, rateLimits: this.rateLimits });
        return { type: 'pause', forMs: pauseBeforeDeadlineMs({ pauseMs, leftMs: this.leftMs() }), why };
    }
    faultPause(fault, faults) {
        const { clock } = this.options;
        const askedForMs = retryAfterMs(fault.retryAfter, clock.date());
        // A 400 is an answer, not congestion. Without jitter five of them take 31 s, time for most stale reads to pass.
        const random = fault.kind === 'bad-request' ? 1 : clock.random();
        const pauseMs = backOffMs({ faults, random, askedForMs });
        const leftMs = this.leftMs();
        // What the server asked for is not shortened for a last look.
        const forMs = askedForMs === undefined ? pauseBeforeDeadlineMs({ pauseMs, leftMs }) : Math.min(pauseMs, leftMs);
        return { type: 'pause', forMs, why: 'fault' };
    }
    /** Sleeps, with a heartbeat whenever nothing was told for a minute. */
    async pause({ forMs, why }) {
        const { clock, signal } = this.options;
        this.tell({ type: 'paused', forMs, why });
        const until = this.now() + forMs;
        while (!signal.aborted && this.now() < until) {
            await clock.sleep(Math.max(0, Math.min(until, this.lastLineAt + HEARTBEAT_MS) - this.now()), signal);
            if (this.now() - this.lastLineAt < HEARTBEAT_MS)
                continue;
            this.tell({
                type: 'heartbeat',
                state: this.last,
                unchangedMs: this.now() - this.lastChangeAt,
                inTrouble: this.trouble !== undefined,
            });
        }
    }
    outOfTime() {
        const isDown = conditionOf(this.last?.status ?? '') === 'down';
        const fault = this.trouble?.fault ?? (isDown ? this.restartFault : undefined);
        if (this.options.wait && this.now() >= this.deadline)
            return { type: 'end', outcome: 'timed-out', fault };
        return { type: 'end', outcome: 'error', reason: 'unreachable', fault };
    }
    result({ outcome, reason, fault }) {
        return {
            outcome,
            reason,
            state: this.last,
            previous: this.first,
            restarted: this.accepted !== undefined,
            restartInDoubt: this.accepted === undefined && this.doubtful !== undefined,
            fault,
            unobservedSinceMs: this.trouble === undefined ? undefined : this.trouble.since - this.startedAt,
            elapsedMs: this.now() - this.startedAt,
        };
    }
    tell(event) {
        if (event.type !== 'paused')
            this.lastLineAt = this.now();
        this.options.listener({ ...event, atMs: this.now() - this.startedAt });
    }
    now() {
        return this.options.clock.now();
    }
    /** The time until the run gives up, in milliseconds. */
    leftMs() {
        const giveUpAt = this.first === undefined ? Math.min(this.deadline, this.startedAt + PATIENCE_MS) : this.deadline;
        return Math.max(0, giveUpAt - this.now());
    }
}
function isPermanent(fault) {
    return fault.kind === 'permanent' || fault.kind === 'bad-request';
}

;// CONCATENATED MODULE: ./src/main.ts






/**
 * One run of the action: inputs, loop, report. Never rejects: whatever goes wrong ends in the report.
 *
 * @param signal ends the run; aborted with an Error, the run ends as broken, else as cancelled
 * @returns whether the step succeeds
 */
async function run(signal) {
    const report = new Report(systemClock.date());
    const startedAt = systemClock.now();
    try {
        return await restart(readInputs(), report, signal);
    }
    catch (error) {
        if (error instanceof InputError)
            return await report.finishBadInput(error.problems);
        return await report.finishCrash(describe(error), systemClock.now() - startedAt);
    }
}
async function restart(inputs, report, signal) {
    const clean = createCleaner(inputs.apiKey);
    report.start(inputs);
    const result = await restartEndpoint({
        client: createFriendliClient({ ...inputs, clean, onExchange: report.onExchange }),
        clock: systemClock,
        listener: report.onEvent,
        signal,
        wait: inputs.wait,
        timeoutMs: inputs.timeoutMinutes * 60_000,
        pollIntervalMs: inputs.pollIntervalSeconds === undefined ? undefined : inputs.pollIntervalSeconds * 1_000,
        restartOn: inputs.restartOn,
    });
    if (signal.reason instanceof Error)
        throw signal.reason;
    return await report.finish(result, inputs);
}
/** An unforeseen error, with its cause, for a report to the authors. The key is cleaned out of it. */
function describe(error) {
    const clean = createCleaner(process.env['INPUT_API-KEY']?.trim() ?? '');
    if (!(error instanceof Error))
        return clean(String(error));
    const cause = error.cause instanceof Error ? `, caused by ${error.cause.message}` : '';
    return clean(`${error.stack ?? error.message}${cause}`);
}

;// CONCATENATED MODULE: ./src/index.ts

/** The runner kills 10 s after a cancel; after so long the process goes without waiting for anything. */
const LONGEST_FAREWELL_MS = 900;
// Whatever happens, an end that nobody foresaw is red: the event loop running dry, too, would else be exit code 0.
process.exitCode = 1;
process.once('beforeExit', tellNoResult);
const stop = new AbortController();
process.on('SIGINT', end);
process.on('SIGTERM', end);
// An Error is what tells a breakdown from a cancel.
process.on('uncaughtException', (thrown) => end(thrown instanceof Error ? thrown : new Error(String(thrown))));
function end(reason) {
    stop.abort(reason);
    setTimeout(() => {
        tellNoResult();
        exit(1);
    }, LONGEST_FAREWELL_MS);
}
function tellNoResult() {
    process.stdout.write('::error title=The action ended without a result::Look at the endpoint in Friendli Suite.\n');
}
function exit(code) {
    // process.exit waits for a pending name look-up, which nothing can cancel and which may take half a minute.
    if (code !== 0 && process.getActiveResourcesInfo().includes('GetAddrInfoReqWrap')) {
        process.kill(process.pid, 'SIGKILL');
    }
    process.exit(code);
}
void run(stop.signal).then((good) => {
    // Not process.exit alone: what is still on its way to a pipe would be lost.
    process.stdout.write('', () => exit(good ? 0 : 1));
});

module.exports = __webpack_exports__;
/******/ })()
;