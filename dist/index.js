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

/***/ 522:
/***/ ((module) => {

module.exports = require("node:zlib");

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

;// CONCATENATED MODULE: ./package.json
const package_namespaceObject = {"rE":"1.0.0"};
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
        const until = monotonicMs() + ms;
        try {
            // A timer can end a moment early, and drops fractions of a millisecond.
            for (let leftMs = ms; leftMs > 0; leftMs = until - monotonicMs()) {
                await (0,promises_namespaceObject.setTimeout)(Math.ceil(leftMs), undefined, { signal });
            }
        }
        catch {
            // Only an abort rejects, and the caller checks the signal itself.
        }
    },
    random: () => Math.random(),
};

;// CONCATENATED MODULE: ./src/api/error.ts
/** A request that brought no usable answer. Its message is one sanitized line without a full stop. */
class ApiError extends Error {
    name = 'ApiError';
    kind;
    source;
    httpStatus;
    retryAfterMs;
    systemCode;
    isHtml;
    explanation;
    constructor(message, details) {
        super(message, { cause: details.cause });
        this.kind = details.kind;
        this.source = details.source;
        this.httpStatus = details.httpStatus;
        this.retryAfterMs = details.retryAfterMs;
        this.systemCode = details.systemCode;
        this.isHtml = details.isHtml ?? false;
        this.explanation = details.explanation;
    }
}

;// CONCATENATED MODULE: external "node:http"
const external_node_http_namespaceObject = require("node:http");
;// CONCATENATED MODULE: ./src/error-codes.ts
/** The error codes of a failed endpoint: docs/behavior.md section 7 as one list. */
const CONTACT_SUPPORT = 'contact support@friendli.ai with the endpoint ID and the time';
const INTEGRATIONS = 'Friendli Suite, Personal Settings, Integrations (https://friendli.ai/suite/~/setting/integrations)';
const NO_CAUSE = {
    likelyCause: 'a cause that the API does not name',
    nextStep: `Restart once more; if it fails again, ${CONTACT_SUPPORT}`,
    recoverable: true,
};
const SETTINGS = {
    likelyCause: 'the endpoint’s configuration is not accepted',
    nextStep: 'Check the endpoint’s engine settings; a restart alone will not help',
    recoverable: false,
};
const MODEL_FILES = {
    likelyCause: 'model files are missing or of the wrong kind',
    nextStep: 'Put the safetensors files and config.json at the top of the model’s repository',
    recoverable: false,
};
/** Every error code that the API documents. */
const ERROR_CODES = {
    WORKLOAD_INIT_UNKNOWN_ERROR: NO_CAUSE,
    WORKLOAD_INIT_SETTINGS_ERROR: SETTINGS,
    WORKLOAD_INIT_GRPC_ERROR: {
        likelyCause: 'an internal call of the service failed',
        nextStep: `Restart again later; if it fails again, ${CONTACT_SUPPORT}`,
        recoverable: true,
    },
    WORKLOAD_INIT_MANIFEST_NOT_FOUND_ERROR: MODEL_FILES,
    WORKLOAD_INIT_MANIFEST_TYPE_ERROR: MODEL_FILES,
    WORKLOAD_INIT_DOWNLOAD_ERROR: {
        likelyCause: 'the model could not be downloaded',
        nextStep: 'Check that the model’s repository and revision exist, then restart again',
        recoverable: true,
    },
    WORKLOAD_INIT_INVALID_TOKEN_ERROR: {
        likelyCause: 'the Hugging Face or Weights & Biases token was revoked or has expired',
        nextStep: `Renew it in ${INTEGRATIONS}, then restart again`,
        recoverable: false,
    },
    WORKLOAD_INIT_CANNOT_ACCESS_REPO_ERROR: {
        likelyCause: 'the token lacks read access to the model’s repository',
        nextStep: `Grant the token read access and accept the model’s license, then restart again; the token is set in ${INTEGRATIONS}`,
        recoverable: false,
    },
    WORKLOAD_INIT_HF_WANDB_API_ERROR: {
        likelyCause: 'Hugging Face or Weights & Biases did not respond',
        nextStep: 'Check https://status.huggingface.co and https://status.wandb.com, then restart later',
        recoverable: true,
    },
    WORKLOAD_INIT_INSUFFICIENT_DISK_ERROR: {
        likelyCause: 'the model does not fit on the disk',
        nextStep: 'Use a larger instance or a smaller model',
        recoverable: false,
    },
    INFERENCE_ENGINE_UNKNOWN_ERROR: NO_CAUSE,
    INFERENCE_ENGINE_INVALID_ARGUMENT_ERROR: SETTINGS,
    INFERENCE_ENGINE_MEMORY_ERROR: {
        likelyCause: 'the model does not fit in GPU memory',
        nextStep: 'Use a larger GPU, enable quantization, or reduce the batch size',
        recoverable: false,
    },
    INFERENCE_ENGINE_METERING_CLIENT_CONFIG_ERROR: {
        likelyCause: 'Friendli’s own metering is misconfigured',
        nextStep: 'Contact support@friendli.ai with the endpoint ID and the time',
        recoverable: true,
    },
};
const UNDOCUMENTED = {
    likelyCause: 'a cause that this version of the action does not know',
    nextStep: `Look it up in Friendli’s documentation, or ${CONTACT_SUPPORT}`,
    recoverable: true,
};
/** What is known of an error code; an undocumented one counts as recoverable. */
function errorCodeEntry(errorCode) {
    return isErrorCode(errorCode) ? ERROR_CODES[errorCode] : UNDOCUMENTED;
}
/** Whether another restart can cure a failure with this error code; `''` stands for none. */
function isRecoverable(errorCode) {
    return errorCode === '' || errorCodeEntry(errorCode).recoverable;
}
function isErrorCode(errorCode) {
    return Object.hasOwn(ERROR_CODES, errorCode);
}

;// CONCATENATED MODULE: ./src/endpoint.ts
/**
 * The vocabulary of the Friendli Dedicated Endpoints API (beta), docs/behavior.md section 1. The lists are those of
 * Friendli's published OpenAPI document; a value outside them is passed through as it came.
 */

/** What a status says about the endpoint; what follows from it is the policy's. */
const STATUSES = {
    UNKNOWN: 'unknown',
    INITIALIZING: 'starting',
    RUNNING: 'up',
    UPDATING: 'starting',
    SLEEPING: 'asleep',
    AWAKING: 'starting',
    FAILED: 'down',
    STOPPING: 'stopping',
    TERMINATING: 'stopping',
    TERMINATED: 'down',
    READY: 'up',
};
/** Every phase of INITIALIZING and AWAKING that the API documents, in their order. */
const PHASES = ['REQUESTING_VIRTUAL_MACHINE', 'DOWNLOADING_MODEL', 'ENGINE_INITIALIZING'];
/** What `restart-on` can list; RECOVERABLE is FAILED with an error code that a restart can cure. */
const RESTART_CONDITIONS = ['FAILED', 'TERMINATED', 'RECOVERABLE'];
/** Our own words, which are no foreign text even if the key contains one of them. */
const VOCABULARY = new Set([
    ...Object.keys(STATUSES),
    ...PHASES,
    ...Object.keys(ERROR_CODES),
]);
/** What `status` says about the endpoint; an unlisted one says nothing. */
function conditionOf(status) {
    return isListed(status) ? STATUSES[status] : 'unknown';
}
function isListed(status) {
    return status !== undefined && Object.hasOwn(STATUSES, status);
}
/** Whether two answers describe the same moment: equal status, error code and time of update (docs/behavior.md section 4). */
function isSameObservation(one, other) {
    return (one.status === other.status && one.errorCode === other.errorCode && one.updatedAt === other.updatedAt);
}
/** Whether people see the same: equal status, phase and error code. */
function looksSame(one, other) {
    return one.status === other?.status && one.phase === other.phase && one.errorCode === other.errorCode;
}
/** Whether `state` was updated before `reference`, as far as both say when. */
function isOlder(state, reference) {
    return Date.parse(state.updatedAt) < Date.parse(reference.updatedAt);
}
/** Whether `restart-on` covers a FAILED or TERMINATED endpoint (docs/behavior.md section 2). */
function isCovered(state, restartOn) {
    const { status, errorCode } = state;
    return restartOn.some((condition) => condition === status ||
        (condition === 'RECOVERABLE' && status === 'FAILED' && isRecoverable(errorCode)));
}

;// CONCATENATED MODULE: ./src/api/explanation.ts

/** How many levels deep the message of a JSON body is looked for. */
const MAX_DEPTH = 6;
/** How many entries of a list are read. */
const MAX_ENTRIES = 5;
/** The usual places in which JSON error bodies keep their message; `msg` is FastAPI's. */
const MESSAGE_FIELDS = ['message', 'msg', 'detail', 'error', 'errors', 'title', 'reason'];
/** What the body of an error answer says: the message of a JSON body, else its text without markup. */
function findExplanation(answer) {
    const { text, httpStatus, headers, sanitize } = answer;
    const json = parseJson(text);
    const message = json === undefined ? undefined : messageIn(json);
    const isHtml = json === undefined &&
        (/^\s*<(!doctype html|html|head|body)\b/i.test(text) ||
            (headers['content-type'] ?? '').toLowerCase().startsWith('text/html'));
    const line = message === undefined ? sanitize(text, { transform: withoutMarkup }) : sanitize(message);
    const excerpt = withoutReasonPhrase(line, httpStatus);
    const isReason = excerpt !== '' && (json === undefined || message !== undefined);
    return { excerpt, explanation: isReason ? excerpt : undefined, isHtml };
}
function parseJson(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}
/**
 * The message of a JSON body, or the messages of a list: `{"errors":[{"message"}]}`, FastAPI's
 * `{"detail":[{"loc","msg"}]}`. A hostile body is nested deeper than any stack, so the depth is bounded.
 */
function messageIn(value, depth = MAX_DEPTH) {
    if (typeof value === 'string')
        return value.trim() === '' ? undefined : value;
    if (typeof value !== 'object' || value === null || depth === 0)
        return undefined;
    if (Array.isArray(value)) {
        const messages = value.slice(0, MAX_ENTRIES).flatMap((entry) => messageIn(entry, depth - 1) ?? []);
        return messages.length === 0 ? undefined : messages.join('; ');
    }
    const fields = new Map(Object.entries(value));
    for (const name of MESSAGE_FIELDS) {
        const message = messageIn(fields.get(name), depth - 1);
        if (message !== undefined)
            return `${locationIn(fields.get('loc'))}${message}`;
    }
    return undefined;
}
/** The place that FastAPI names, such as `header.x-friendli-team: `. */
function locationIn(loc) {
    if (!Array.isArray(loc))
        return '';
    const parts = loc.slice(0, MAX_ENTRIES).filter((part) => ['string', 'number'].includes(typeof part));
    return parts.length === 0 ? '' : `${parts.join('.')}: `;
}
/**
 * The text of an HTML page. Each pattern that looks for an end also takes a text that has none, so that no page takes
 * more than linear time.
 */
function withoutMarkup(html) {
    return html
        .replace(/<!--[\s\S]*?(?:-->|$)/g, ' ')
        .replace(/<(style|script)\b[\s\S]*?(?:<\/\1[^>]*>?|$)/gi, ' ')
        .replace(/<[^<>]*>/g, ' ')
        .replace(/\s+/g, ' ');
}
/** nginx's pages repeat status and reason phrase in title and heading, FastAPI's `detail` is the phrase. */
function withoutReasonPhrase(line, httpStatus) {
    const phrase = external_node_http_namespaceObject.STATUS_CODES[httpStatus] ?? '';
    const statusLine = `${httpStatus} ${phrase}`.trim();
    let rest = line;
    while (rest.startsWith(statusLine))
        rest = rest.slice(statusLine.length).trim();
    return rest.toLowerCase().replace(/\.$/, '') === phrase.toLowerCase() ? '' : rest;
}

;// CONCATENATED MODULE: ./src/api/retry-after.ts

/** `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`; Node's own parser accepts almost anything. */
const DATE_IN_GMT = /^[A-Z][a-z]{2,8}, \d\d([ -])[A-Z][a-z]{2}\1\d\d(\d\d)? \d\d:\d\d:\d\d GMT$/;
/** The oldest of the three forms, `Sun Nov  6 08:49:37 1994`, names no zone and means GMT all the same. */
const DATE_WITHOUT_ZONE = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/;
/**
 * Reads a `Retry-After` header (RFC 9110, section 10.2.3): whole seconds, or a date in any of the three HTTP forms. A
 * date is counted from the answer's own `Date`, since the runner's clock can be wrong (docs/behavior.md section 5).
 *
 * @returns how long to wait in milliseconds, 0 for a date that has passed, `undefined` for anything else
 */
function parseRetryAfter(headers) {
    const value = headers['retry-after']?.trim() ?? '';
    if (/^\d+$/.test(value))
        return Number(value) * 1_000;
    const untilMs = parseHttpDate(value);
    if (untilMs === undefined)
        return undefined;
    return Math.max(0, untilMs - (parseHttpDate(headers.date?.trim() ?? '') ?? systemClock.date()));
}
function parseHttpDate(text) {
    const date = DATE_IN_GMT.test(text) ? text : DATE_WITHOUT_ZONE.test(text) ? `${text} GMT` : '';
    const ms = Date.parse(date);
    return Number.isNaN(ms) ? undefined : ms;
}

;// CONCATENATED MODULE: ./src/api/response.ts





/** The part of a field that is looked at, in UTF-16 code units; what is kept is shorter still. */
const MAX_FIELD_LENGTH = 2_000;
/** RFC 3339: nothing in it could do harm, or is worth the work of sanitizing it. */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;
/**
 * Reads the status object, trusting nothing in it.
 *
 * @throws ApiError when the answer holds none, which is a transient fault (docs/behavior.md section 5)
 */
function readState(answer, sanitize) {
    const { httpStatus, headers, body } = answer;
    const retryAfterMs = parseRetryAfter(headers);
    if (body instanceof ApiError) {
        const { message, source, systemCode } = body;
        const details = { kind: 'transient', source, systemCode, httpStatus, retryAfterMs, cause: body };
        throw new ApiError(`HTTP ${httpStatus}, but ${message}`, details);
    }
    const text = new TextDecoder().decode(body);
    const state = parseState(parseJson(text), sanitize);
    if (state !== undefined)
        return state;
    const { excerpt, ...found } = findExplanation({ text, httpStatus, headers, sanitize });
    throw new ApiError(`HTTP ${httpStatus}, but the answer is not a status object${inBrackets(excerpt)}`, {
        kind: 'transient',
        source: 'body',
        httpStatus,
        retryAfterMs,
        ...found,
    });
}
/** The fault that an HTTP status outside 200 to 299 means. */
function httpFault(answer, options) {
    const { httpStatus, headers, body } = answer;
    const text = body instanceof ApiError ? '' : new TextDecoder().decode(body);
    const { excerpt, ...found } = findExplanation({ text, httpStatus, headers, sanitize: options.sanitize });
    return new ApiError(`HTTP ${statusLabel(httpStatus)}${inBrackets(excerpt)}`, {
        kind: kindOf(httpStatus, options.method),
        source: 'http',
        httpStatus,
        retryAfterMs: parseRetryAfter(headers),
        ...found,
    });
}
/** Separates transient from permanent (docs/behavior.md section 5). A status below 200 is not an answer at all. */
function kindOf(httpStatus, method) {
    if (httpStatus === 429)
        return 'rate-limited';
    if (httpStatus < 200 || httpStatus === 408 || httpStatus === 425 || httpStatus >= 500)
        return 'transient';
    return method === 'PUT' && [400, 409, 423].includes(httpStatus) ? 'rejected' : 'permanent';
}
/** The status with Node's name for it; the server's own reason phrase is foreign text. */
function statusLabel(httpStatus) {
    const name = external_node_http_namespaceObject.STATUS_CODES[httpStatus];
    return name === undefined ? String(httpStatus) : `${httpStatus} ${name}`;
}
function inBrackets(excerpt) {
    return excerpt === '' ? '' : ` (${excerpt})`;
}
function parseState(value, sanitize) {
    if (!isRecord(value))
        return undefined;
    const [status, createdAt] = [readText(value['status']), readText(value['createdAt'])];
    const [errorCode, phase] = [readText(value['errorCode']), readText(value['phase'])];
    const updatedAt = readText(value['updatedAt']);
    if (!status || !createdAt || !isDate(createdAt))
        return undefined;
    if (errorCode === undefined || phase === undefined || updatedAt === undefined)
        return undefined;
    const safe = (text) => text === '' || VOCABULARY.has(text) || TIMESTAMP.test(text)
        ? text
        : sanitize(text, { keepWhitespace: true });
    if (safe(status).trim() === '')
        return undefined;
    return { status: safe(status), phase: safe(phase), errorCode: safe(errorCode), updatedAt: safe(updatedAt) };
}
/** A date and time in RFC 3339, or nearly; Node's own parser accepts almost anything. */
function isDate(text) {
    return /^\d{4}-\d\d-\d\d[Tt ]/.test(text) && !Number.isNaN(Date.parse(text));
}
/** A bounded text, empty where the field is null or absent; `undefined` for a value of another type. */
function readText(value) {
    if (value === undefined || value === null)
        return '';
    return typeof value === 'string' ? value.slice(0, MAX_FIELD_LENGTH) : undefined;
}
function isRecord(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

;// CONCATENATED MODULE: external "node:https"
const external_node_https_namespaceObject = require("node:https");
;// CONCATENATED MODULE: external "node:net"
const external_node_net_namespaceObject = require("node:net");
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
;// CONCATENATED MODULE: ./src/shims/tunnel.ts
function tunnel_open(name) {
    return (options) => {
        // tunnel 0.0.6 calls `new Buffer` for a proxy's credentials, which a reader of the log can do nothing about.
        process.noDeprecation = true;
        const tunnel = __nccwpck_require__(218);
        // Node looks up an IPv6 address in brackets as a name.
        const host = options.proxy.host.replace(/^\[|\]$/g, '');
        return tunnel[name]({ ...options, proxy: { ...options.proxy, host } });
    };
}
const httpOverHttp = tunnel_open('httpOverHttp');
const httpsOverHttp = tunnel_open('httpsOverHttp');
const httpOverHttps = tunnel_open('httpOverHttps');
const httpsOverHttps = tunnel_open('httpsOverHttps');

;// CONCATENATED MODULE: ./src/shims/unused.ts
/**
 * Stands in, in the bundle, for what nothing here calls (tsconfig.json, paths): undici is 900 kB that
 * @actions/http-client loads for `getAgentDispatcher`; @actions/core starts programs in `platform.getDetails`, and sends
 * the bearer of its OIDC requests.
 */
const message = 'This module is not part of the bundle.';
/** For undici. */
class ProxyAgent {
    constructor() {
        throw new Error(message);
    }
}
/** For @actions/http-client/lib/auth. */
class unused_BearerCredentialHandler {
    constructor() {
        throw new Error(message);
    }
}
/** For @actions/exec. */
function getExecOutput() {
    throw new Error(message);
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
;// CONCATENATED MODULE: external "node:util"
const external_node_util_namespaceObject = require("node:util");
;// CONCATENATED MODULE: ./src/api/body.ts


/** The bound on a body in bytes, as it comes and decoded (docs/behavior.md section 5). */
const MAX_BODY_BYTES = 1024 * 1024;
/**
 * Reads a body to its end and decodes it.
 *
 * @throws ApiError when the body is too large or cannot be decoded, any other error when the connection breaks
 */
async function readBody(message, sanitize) {
    const chunks = [];
    let size = 0;
    for await (const chunk of message) {
        const bytes = chunk;
        size += bytes.length;
        // Leaving the loop early closes the connection.
        if (size > MAX_BODY_BYTES)
            throw tooLarge();
        chunks.push(bytes);
    }
    const coding = message.headers['content-encoding']?.trim() ?? '';
    const body = Buffer.concat(chunks, size);
    return size === 0 || coding === '' || /^identity$/i.test(coding)
        ? body
        : await decode(body, coding, sanitize);
}
/** Undoes a content coding that the request did not ask for. */
async function decode(body, coding, sanitize) {
    // Loaded here, since hardly any run needs it.
    const { brotliDecompress, gunzip, inflate, inflateRaw } = await Promise.resolve(/* import() */).then(__nccwpck_require__.t.bind(__nccwpck_require__, 522, 23));
    const decoders = new Map([
        ['gzip', gunzip],
        ['x-gzip', gunzip],
        // Servers disagree on what deflate is: RFC 9110 means the zlib format, some send the raw one.
        ['deflate', hasZlibHeader(body) ? inflate : inflateRaw],
        ['br', brotliDecompress],
    ]);
    const decoder = decoders.get(coding.toLowerCase());
    const name = sanitize(coding.slice(0, 40));
    if (decoder === undefined)
        throw bodyFault(`the answer’s content coding "${name}" is not supported`);
    try {
        return await (0,external_node_util_namespaceObject.promisify)(decoder)(body, {
            maxOutputLength: MAX_BODY_BYTES,
        });
    }
    catch (error) {
        if (error instanceof RangeError)
            throw tooLarge();
        throw bodyFault(`the answer cannot be decoded as ${name}`);
    }
}
/** RFC 1950: compression method 8, and a checksum over the first two bytes. */
function hasZlibHeader(body) {
    const [first = 0, second = 0] = body;
    return first % 16 === 8 && (first * 256 + second) % 31 === 0;
}
function tooLarge() {
    return bodyFault('the answer is larger than 1 MiB');
}
function bodyFault(message) {
    return new ApiError(message, { kind: 'transient', source: 'body' });
}

;// CONCATENATED MODULE: ./src/api/network-fault.ts


/** Plain words for the system's names of what goes wrong below HTTP. */
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
/** The first match counts: the alerts of a server about the client's certificate also contain CERT. */
const CODE_PATTERNS = [
    {
        // No client certificate is ever sent, so an alert about certificates asks for one. TLS 1.2 has no alert of its own
        // for that and says that the handshake failed.
        codes: /_ALERT_.*(CERT|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE)/,
        words: 'the server refused the TLS handshake, as it does when it requires a client certificate',
        kind: 'permanent',
        source: 'client-certificate',
    },
    {
        // Node's and OpenSSL's names for a certificate that cannot be trusted.
        codes: /CERT|SIGNATURE|ISSUER|CRL|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH_EXCEEDED/,
        words: 'the server’s certificate cannot be trusted',
        kind: 'permanent',
        source: 'certificate',
    },
    {
        codes: /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)$/,
        words: 'the server does not speak TLS',
        kind: 'transient',
        source: 'network',
    },
    {
        codes: /^(ERR_SSL_|EPROTO$)/,
        words: 'no TLS connection could be established',
        kind: 'transient',
        source: 'network',
    },
    { codes: /^HPE_/, words: 'the answer is not valid HTTP', kind: 'transient', source: 'network' },
];
/** Turns a failure below HTTP into an ApiError: a connection is worth another try, a certificate is not. */
function networkFault(error, sanitize) {
    const cause = innermost(error);
    const tunnel = TUNNEL_MESSAGE.exec(cause instanceof Error ? cause.message : '');
    if (tunnel !== null)
        return tunnelFault({ status: tunnel[1], reason: tunnel[2], cause, sanitize });
    const code = codeOf(cause);
    const pattern = CODE_PATTERNS.find(({ codes }) => codes.test(code));
    const words = pattern?.words ?? NETWORK_WORDS.get(code);
    const reason = sanitize(reasonOf(cause));
    const detail = pattern?.source === 'certificate' ? `${code}: ${reason}` : reason;
    return new ApiError(words === undefined ? detail : `${words} (${detail})`, {
        kind: pattern?.kind ?? 'transient',
        source: pattern?.source ?? 'network',
        systemCode: code === '' ? undefined : code,
        cause,
    });
}
/** How the package tunnel reports that the proxy did not open a tunnel: an answer to CONNECT, or a connection that failed. */
const TUNNEL_MESSAGE = /^tunneling socket could not be established, (?:statusCode=(\d+)|cause=(.*))$/s;
/** The proxy's 400 says nothing about a restart, and its 429 nothing about the API's limits. */
function tunnelFault({ status, reason = '', cause, sanitize }) {
    if (status !== undefined) {
        const httpStatus = Number(status);
        const kind = kindOf(httpStatus, 'GET') === 'permanent' ? 'permanent' : 'transient';
        return new ApiError(`the proxy answered HTTP ${statusLabel(httpStatus)}`, {
            kind,
            source: 'proxy',
            cause,
        });
    }
    // The library keeps the message of the failed connection, and its code only within.
    const code = /\bE[A-Z_]{4,}\b/.exec(reason)?.[0] ?? codeOf(cause);
    const { message, kind, systemCode } = networkFault(Object.assign(new Error(reason), { code }), sanitize);
    return new ApiError(`the connection to the proxy failed: ${message}`, {
        kind,
        source: 'proxy',
        systemCode,
        cause,
    });
}
/** Where several addresses were tried, the first failure stands for all; the wrapper has no message of its own. */
function innermost(error) {
    return error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error;
}
/** OpenSSL's own line, as Node passes it on for a failed write: `…:error:0A00010B:SSL routines:…:wrong version number:…`. */
const OPENSSL_LINE = /:error:[0-9A-F]+:SSL routines:[^:]*:([^:]+):/;
/** Node's code; for OpenSSL's line, the one that Node would give it elsewhere. */
function codeOf(error) {
    if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string')
        return '';
    const reason = OPENSSL_LINE.exec(error.message)?.[1];
    return reason === undefined ? error.code : `ERR_SSL_${reason.toUpperCase().replaceAll(' ', '_')}`;
}
/** OpenSSL's messages name threads and source lines, and Node's of the HTTP parser repeat themselves. */
function reasonOf(error) {
    if (!(error instanceof Error))
        return String(error);
    if ('reason' in error && typeof error.reason === 'string')
        return error.reason;
    return OPENSSL_LINE.exec(error.message)?.[1] ?? error.message;
}

;// CONCATENATED MODULE: ./src/api/proxy.ts



/**
 * The proxy that the environment names for a URL: `https_proxy` or `http_proxy`, unless `no_proxy` or a loopback host
 * rules it out (docs/behavior.md section 5).
 *
 * @throws ApiError when the variable's value is not a proxy; a request must not go direct for that reason
 */
function findProxy(url) {
    if (checkBypass(url))
        return undefined;
    const name = `${url.protocol.slice(0, -1)}_proxy`;
    const variable = [name, name.toUpperCase()].find((candidate) => readVariable(candidate) !== '');
    if (variable === undefined)
        return undefined;
    const proxy = parseProxy(readVariable(variable));
    if (proxy !== undefined)
        return proxy;
    throw new ApiError(`the environment variable ${variable} does not name a proxy; expected a value such as http://proxy.example:3128`, { kind: 'permanent', source: 'proxy' });
}
/**
 * Writes the proxy for a URL back in the one form that @actions/http-client, which reads the environment itself,
 * understands: other forms it takes for no proxy, and goes direct.
 *
 * @throws ApiError as `findProxy` does
 */
function normalizeProxy(url) {
    const proxy = findProxy(url);
    if (proxy === undefined)
        return;
    const { isTls, host, port, credentials } = proxy;
    const normalized = new URL(`${isTls ? 'https' : 'http'}://${(0,external_node_net_namespaceObject.isIPv6)(host) ? `[${host}]` : host}:${port}`);
    const [, user = '', password = ''] = /^([^:]*):(.*)$/s.exec(credentials ?? '') ?? [];
    normalized.username = encodeURIComponent(user);
    normalized.password = encodeURIComponent(password);
    process.env[`${url.protocol.slice(0, -1)}_proxy`] = normalized.href;
}
function readVariable(name) {
    return process.env[name]?.trim() ?? '';
}
/** Scheme, credentials up to the last `@`, and the rest: a password can contain what a URL would have to escape. */
const PROXY_VALUE = /^(?:(https?):\/\/)?(?:(.*)@)?([^@]+)$/is;
function parseProxy(value) {
    const [, scheme = 'http', userInfo, rest = ''] = PROXY_VALUE.exec(value) ?? [];
    // The URL parser would drop line breaks and skip further slashes.
    if (/[\s\p{Cc}]/u.test(value) || /^[/\\]/.test(rest))
        return undefined;
    // Any other scheme, such as socks5:, stays part of the user info or the rest. A number alone would be an address.
    const text = `${scheme}://${rest}`;
    if (/:\/\//.test(rest) || /^\w+:\/\//.test(userInfo ?? '') || /^\d+$/.test(rest))
        return undefined;
    if (!URL.canParse(text))
        return undefined;
    const { protocol, hostname, port } = new URL(text);
    const isTls = protocol === 'https:';
    if (port === '0')
        return undefined;
    return {
        isTls,
        host: hostname.replace(/^\[|\]$/g, ''),
        port: port === '' ? (isTls ? 443 : 80) : Number(port),
        credentials: userInfo === undefined ? undefined : decodeUserInfo(userInfo),
    };
}
function decodeUserInfo(userInfo) {
    const [, user = '', password = ''] = /^([^:]*):?(.*)$/s.exec(userInfo) ?? [];
    return `${decodeEscapes(user)}:${decodeEscapes(password)}`;
}
/** Percent escapes as in a URL; a bare `%` stands for itself. */
function decodeEscapes(text) {
    try {
        return decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, '%25'));
    }
    catch {
        return text;
    }
}

;// CONCATENATED MODULE: ./src/api/transport.ts








/** The time to connect to each address of a name (docs/behavior.md section 5). Node's 250 ms are too few for far hosts. */
const CONNECT_TIMEOUT_MS = 5_000;
/**
 * How long an idle connection is kept. Servers close theirs after 5 s and more, and what stands in between forgets them
 * without a word: the next request must not be sent on one of those.
 */
const MAX_IDLE_MS = 2_000;
/** Makes a transport for one API. It keeps its connection open between requests that follow each other closely. */
function createTransport({ sanitize, onNotice, ...options }) {
    (0,external_node_net_namespaceObject.setDefaultAutoSelectFamilyAttemptTimeout)(CONNECT_TIMEOUT_MS);
    const send = createSender(options);
    return async (request) => {
        const { signal, timeoutMs } = request;
        const stop = new AbortController();
        const abort = () => stop.abort();
        const faultOf = (error) => {
            if (stop.signal.aborted)
                return unansweredFault(request);
            return error instanceof ApiError ? error : networkFault(error, sanitize);
        };
        const timer = setTimeout(abort, timeoutMs);
        signal.addEventListener('abort', abort, { once: true });
        try {
            if (signal.aborted)
                throw unansweredFault(request);
            verifyCertificates(request.url, onNotice);
            normalizeProxy(request.url);
            const message = await send(request, stop.signal);
            const body = await readBody(message, sanitize).catch(faultOf);
            return { httpStatus: message.statusCode ?? 0, headers: message.headers, body };
        }
        catch (error) {
            throw faultOf(error);
        }
        finally {
            clearTimeout(timer);
            signal.removeEventListener('abort', abort);
        }
    };
}
/** Sends requests, one at a time, through one @actions/http-client, which brings the proxies. */
function createSender({ userAgent, headers }) {
    let current;
    let keepsConnections = true;
    const onReuse = (socket) => {
        if (current !== undefined)
            current.kept = { socket, bytesRead: socket.bytesRead };
    };
    const agents = { http: createAgent(external_node_http_namespaceObject.Agent, onReuse), https: createAgent(external_node_https_namespaceObject.Agent, onReuse) };
    const http = new lib_HttpClient(userAgent, [
        {
            // The library has no AbortSignal and no choice of connections of its own; this is its door to Node's options.
            prepareRequest: (options) => prepare(options, current, agents),
            canHandleAuthentication: () => false,
            handleAuthentication: () => Promise.reject(new Error('canHandleAuthentication is false')),
        },
    ], { allowRedirects: false, keepAlive: true });
    async function attempt({ method, url }, exchange) {
        // The library prepares a request before it first yields.
        current = exchange;
        // Node reports no end of a request that has no connection yet, as while a proxy opens a tunnel.
        const aborted = new Promise((_, reject) => {
            exchange.signal.addEventListener('abort', () => reject(exchange.signal.reason), { once: true });
        });
        const { message } = await Promise.race([http.request(method, url.href, null, headers), aborted]);
        return message;
    }
    return async (request, signal) => {
        const exchange = { signal, canReuse: keepsConnections };
        try {
            return await attempt(request, exchange);
        }
        catch (error) {
            const { kept } = exchange;
            if (kept === undefined || kept.socket.bytesRead > kept.bytesRead)
                throw error;
            // Whatever closes or forgets connections here does so again.
            keepsConnections = false;
            if (request.method === 'PUT' || signal.aborted)
                throw error;
            return await attempt(request, { signal, canReuse: false });
        }
    };
}
/** What the library cannot be told otherwise about the next request. */
function prepare(options, exchange, agents) {
    const { agent } = options;
    options.signal = exchange?.signal;
    if (isTunnel(agent)) {
        agent.proxyOptions.signal = exchange?.signal;
        return;
    }
    options.agent = exchange?.canReuse === true && (agent instanceof external_node_https_namespaceObject.Agent ? agents.https : agents.http);
    // The library leaves an IPv6 address in brackets, which Node looks up as a name. A tunnel needs them.
    options.host = options.host?.replace(/^\[|\]$/g, '');
}
/** An agent of the package tunnel: it opens each connection through the proxy with these options. */
function isTunnel(agent) {
    return typeof agent === 'object' && agent !== null && 'proxyOptions' in agent;
}
function createAgent(Agent, onReuse) {
    const agent = new Agent({ keepAlive: true, timeout: MAX_IDLE_MS });
    const reuse = agent.reuseSocket.bind(agent);
    agent.reuseSocket = (socket, request) => {
        if (socket instanceof external_node_net_namespaceObject.Socket)
            onReuse(socket);
        reuse(socket, request);
    };
    return agent;
}
/** Why there is no answer in time: the request's own limit, or the run was canceled. */
function unansweredFault({ signal, timeoutMs }) {
    if (signal.aborted)
        return new ApiError('the request was aborted', { kind: 'transient', source: 'aborted' });
    const seconds = Math.max(1, Math.round(timeoutMs / 1_000));
    return new ApiError(`no complete answer within ${seconds} s`, { kind: 'transient', source: 'timeout' });
}
/** The key goes only to a server whose certificate is verified, or to this machine itself. */
function verifyCertificates({ hostname }, onNotice) {
    const isLoopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
    if (process.env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0' || isLoopback)
        return;
    // Node reads it at each connection.
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    onNotice('NODE_TLS_REJECT_UNAUTHORIZED is ignored: certificates are always verified');
}

;// CONCATENATED MODULE: ./src/api/client.ts





/** Makes a client for one endpoint: the three calls of the API that the action uses. */
function createClient(options) {
    const { apiUrl, endpointId, sanitize, onRequest = () => { }, onNotice = () => { } } = options;
    const send = createTransport({
        userAgent: `restart-friendli-endpoint/${package_namespaceObject.rE}`,
        headers: {
            accept: 'application/json',
            authorization: `Bearer ${options.apiKey}`,
            ...(options.team === '' ? {} : { 'x-friendli-team': options.team }),
        },
        sanitize,
        onNotice,
    });
    async function call(method, name, limits) {
        const url = new URL(`${apiUrl}/dedicated/beta/endpoint/${endpointId}/${name}`);
        const startedAt = monotonicMs();
        const log = (result) => onRequest({ method, path: url.pathname, result, durationMs: monotonicMs() - startedAt });
        const answer = await send({ method, url, ...limits }).catch((fault) => {
            log(fault.message);
            throw fault;
        });
        const { httpStatus, body } = answer;
        log(`HTTP ${httpStatus}${body instanceof ApiError ? `, ${body.message}` : ''}`);
        if (httpStatus < 200 || httpStatus > 299)
            throw httpFault(answer, { method, sanitize });
        return readState(answer, sanitize);
    }
    return {
        read: (limits) => call('GET', 'status', limits),
        restart: (limits) => call('PUT', 'restart', limits),
        wake: (limits) => call('PUT', 'wake', limits),
    };
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
;// CONCATENATED MODULE: ./src/redact.ts
/** Encoded forms of a shorter secret would match innocent text by chance. */
const MIN_ENCODED_LENGTH = 6;
/** A truncated echo of the secret is redacted from this length on. */
const MIN_PREFIX_LENGTH = 10;
const REDACTED = '***';
/** A Friendli key is known by its beginning; what follows are the characters of a bearer token (RFC 6750). */
const KEY_LIKE = /flp_[\w.~+/=%-]+/gi;
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{DI}\u2028\u2029]/gu;
const TAG = /<[/!A-Za-z][^<>]{0,200}>/u;
const TERMINAL_SEQUENCE = /(?!\s)\p{Cc}\[[0-?]*[ -/]*[@-~]/u;
const PERCENT_ESCAPE = /%[0-9A-Fa-f]{2}/u;
const ENTITY = /&(?:#\d{1,6}|#[xX][0-9A-Fa-f]{1,5}|[a-z]{2,4});/u;
const BACKSLASH_ESCAPE = /\\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|[ -~])/u;
const DISGUISES = [TERMINAL_SEQUENCE, PERCENT_ESCAPE, ENTITY, BACKSLASH_ESCAPE, INVISIBLE];
const NAMED_ENTITIES = new Map(Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", shy: '' }));
const LINE_ESCAPES = ['\\n', '\\r', '\\t'];
/**
 * Makes a function that replaces each echo of the secret by `***`: as it is, in hexadecimal, in base64, with percent,
 * HTML or JSON escapes, with tags or invisible characters inside, and truncated; and whatever looks like a Friendli key.
 * Its time grows linearly with the length of the text.
 */
function createRedaction(secret) {
    const variants = secretVariants(secret);
    const plainVariants = plainSecretVariants(secret);
    return (text) => replaceRanges(text, [
        ...variants.flatMap((variant) => echoesIn(text, variant)),
        ...viewsOf(text).flatMap((view) => [
            ...plainVariants
                .flatMap((variant) => echoesIn(view.plain, variant))
                .map((range) => originOf(range, view)),
            ...keyLikeRanges(text, view),
        ]),
    ]);
}
/** Whether the text holds something that begins as a Friendli API key does. */
function looksLikeKey(text) {
    return viewsOf(text).some((view) => keyLikeRanges(text, view).length > 0);
}
/** The secret as it is and as a server or a library can encode it. */
function secretVariants(secret) {
    const prefixes = encodedForms(beginningOf(secret));
    return encodedForms(secret)
        .map((whole, at) => ({ whole, prefix: prefixes[at] ?? whole }))
        .filter(({ whole }) => (whole === secret && secret !== '') || whole.length >= MIN_ENCODED_LENGTH);
}
/** What to look for in a view: the secret, and what a view makes of it if it holds an escape or a tag itself. */
function plainSecretVariants(secret) {
    return [...new Set([secret, ...viewsOf(secret).map(({ plain }) => plain)])]
        .filter((whole) => whole.length >= MIN_ENCODED_LENGTH)
        .map((whole) => ({ whole, prefix: beginningOf(whole) }));
}
function beginningOf(secret) {
    return [...secret].slice(0, MIN_PREFIX_LENGTH).join('');
}
function encodedForms(secret) {
    const percentEncoded = encodeURIComponent(secret);
    const hex = Buffer.from(secret).toString('hex');
    return [
        secret,
        percentEncoded,
        percentEncoded.replace(/%../g, (triplet) => triplet.toLowerCase()),
        JSON.stringify(secret).slice(1, -1),
        escapeHtml(secret),
        hex,
        hex.toUpperCase(),
        ...base64Forms(secret),
    ];
}
/**
 * The base64 of the secret depends on where in a group of three bytes it begins, as in `Bearer <key>` encoded whole;
 * these are the characters that the secret alone decides.
 */
function base64Forms(secret) {
    return [0, 1, 2].flatMap((offset) => {
        const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
        const from = Math.ceil((offset * 8) / 6);
        const to = Math.floor((bytes.length * 8) / 6);
        const form = bytes.toString('base64').slice(from, to);
        return [form, form.replaceAll('+', '-').replaceAll('/', '_')];
    });
}
function escapeHtml(text) {
    return text
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll('"', '&quot;')
        .replaceAll("'", '&#39;');
}
/** Where a variant stands in the text, whole or truncated. */
function echoesIn(text, { whole, prefix }) {
    const ranges = [];
    for (let start = text.indexOf(whole); start >= 0; start = text.indexOf(whole, start + whole.length)) {
        ranges.push({ start, end: start + whole.length });
    }
    for (let start = text.indexOf(prefix); start >= 0;) {
        let end = start + prefix.length;
        while (end - start < whole.length && text[end] === whole[end - start])
            end += 1;
        ranges.push({ start, end });
        start = text.indexOf(prefix, end);
    }
    return ranges;
}
/** Both with and without tags: an echo can have a tag inside it, or stand inside a tag. */
function viewsOf(text) {
    // Most texts are plain, and compiling the pattern takes longer than all else here.
    if (!/[^ -~]|[%&<\\]/.test(text))
        return [{ plain: text }];
    const view = viewOf(text, anyOf(DISGUISES));
    return text.includes('<') ? [view, viewOf(text, anyOf([TAG, ...DISGUISES]))] : [view];
}
function viewOf(text, disguise) {
    let plain = '';
    const origins = [];
    let done = 0;
    const keep = (end) => {
        plain += text.slice(done, end);
        for (; done < end; done += 1)
            origins.push({ start: done, end: done + 1 });
    };
    for (const { 0: found, index } of text.matchAll(disguise)) {
        keep(index);
        done = index + found.length;
        const decoded = redact_decode(found).replace(INVISIBLE, '');
        plain += decoded;
        for (let at = 0; at < decoded.length; at += 1)
            origins.push({ start: index, end: done });
    }
    keep(text.length);
    return { plain, origins };
}
/** What an escape stands for; nothing for a tag, a terminal sequence, an escaped line break or an invisible character. */
function redact_decode(found) {
    const [, hex] = /^(?:%|&#[xX]|\\u|\\x)([0-9A-Fa-f]+);?$/.exec(found) ?? [];
    if (hex !== undefined)
        return String.fromCodePoint(Number.parseInt(hex, 16));
    const [, decimal] = /^&#(\d+);$/.exec(found) ?? [];
    if (decimal !== undefined)
        return String.fromCodePoint(Number(decimal));
    if (found.startsWith('&'))
        return NAMED_ENTITIES.get(found.slice(1, -1)) ?? found;
    return found.startsWith('\\') && !LINE_ESCAPES.includes(found) ? found.slice(1) : '';
}
function originOf(range, { origins }) {
    if (origins === undefined)
        return range;
    return { start: origins[range.start]?.start ?? 0, end: origins[range.end - 1]?.end ?? 0 };
}
/** What begins as a key, unless it is the rest of a longer word, as in the endpoint ID `my_flp_1`. */
function keyLikeRanges(text, view) {
    return [...view.plain.matchAll(KEY_LIKE)].flatMap(({ 0: found, index }) => {
        const range = originOf({ start: index, end: index + found.length }, view);
        const isRestOfWord = endsInWord(view.plain, index) && endsInWord(text, range.start);
        return isRestOfWord ? [] : [range];
    });
}
function endsInWord(text, end) {
    return /[\w-]/.test(text.charAt(end - 1));
}
function replaceRanges(text, ranges) {
    let shown = '';
    let done = 0;
    for (const { start, end } of [...ranges].sort((one, other) => one.start - other.start)) {
        if (start >= done)
            shown += text.slice(done, start) + REDACTED;
        done = Math.max(done, end);
    }
    return shown + text.slice(done);
}
function anyOf(patterns) {
    return new RegExp(patterns.map(({ source }) => source).join('|'), 'gu');
}

;// CONCATENATED MODULE: ./src/input-parsers.ts
/** What each input can be (docs/behavior.md section 2). No pattern backtracks, and every value is bounded before. */


const DEFAULT_API_URL = 'https://api.friendli.ai';
const MAX_ENDPOINT_ID_LENGTH = 128;
const ENDPOINT_ID = `the ID shown in Friendli Suite (letters, digits, "-", and "_", at most ${MAX_ENDPOINT_ID_LENGTH} characters)`;
/** What is wrong with an input; follows its name. */
class InputIssue {
    text;
    constructor(text) {
        this.text = text;
    }
}
function expected(rule, got) {
    return new InputIssue(`: expected ${rule}, got ${got}.`);
}
const parseEndpointId = (value, quote) => {
    const isPlain = /^[\w-]+$/.test(value);
    if (isPlain ? /^flp_/i.test(value) : looksLikeKey(value)) {
        return expected(ENDPOINT_ID, 'an API key (flp_…)');
    }
    if (isPlain) {
        if (value.length <= MAX_ENDPOINT_ID_LENGTH)
            return value;
        return expected(ENDPOINT_ID, `${value.length} characters: ${quote()}`);
    }
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value))
        return expected(ENDPOINT_ID, `the URL ${quote()}`);
    if (/[/\\]/.test(value) || /^\.+$/.test(value))
        return expected(ENDPOINT_ID, `the path ${quote()}`);
    if (/^[\w-]+:/.test(value)) {
        return expected(ENDPOINT_ID, `${quote()}. Leave out the adapter: the ":" and what follows it`);
    }
    return new InputIssue(` contains invalid characters: expected ${ENDPOINT_ID}, got ${quote()}.`);
};
const parseApiKey = (value, quote) => {
    if (/^bearer\s/i.test(value)) {
        return new InputIssue(` starts with "Bearer ": expected the key alone (flp_…), got ${quote()}.`);
    }
    if (/^[!-~]+$/.test(value))
        return value;
    return new InputIssue(` contains invalid characters: expected printable ASCII without spaces, such as flp_…, got ${quote()}. ` +
        'Check that the secret holds the whole key and nothing else.');
};
const parseTeam = (value, quote) => /^[!-~]+$/.test(value) ? value : expected('a team ID of printable ASCII without spaces', quote());
/** YAML 1.2 booleans, as `core.getBooleanInput` takes them. */
const parseBoolean = (value, quote) => {
    if (['true', 'True', 'TRUE'].includes(value))
        return true;
    if (['false', 'False', 'FALSE'].includes(value))
        return false;
    return expected('true or false', quote());
};
const parseTimeoutMinutes = (value, quote) => {
    const minutes = parseDecimal(value);
    if (minutes > 0 && minutes <= 7_200)
        return minutes;
    return expected('a number of minutes above 0 and up to 7200, such as 90 or 0.5', quote());
};
const parsePollInterval = (value, quote) => {
    const seconds = parseDecimal(value);
    if (seconds >= 0.1 && seconds <= 300)
        return seconds;
    return expected('a number of seconds from 0.1 to 300, such as 10 or 0.5', quote());
};
const parseStableFor = (value, quote) => {
    const seconds = parseDecimal(value);
    if (seconds >= 0 && seconds <= 600)
        return seconds;
    return expected('a number of seconds from 0 to 600, such as 60', quote());
};
const parseAttempts = (value, quote) => {
    const attempts = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    return attempts >= 1 && attempts <= 5 ? attempts : expected('a whole number from 1 to 5', quote());
};
/** A decimal number in plain notation; NaN for anything else, such as 1e3, 0x10, -1, Infinity, or 1,5. */
function parseDecimal(value) {
    return /^(\d+(\.\d*)?|\.\d+)$/.test(value) ? Number(value) : Number.NaN;
}
const parseRestartOn = (value, quote) => {
    const names = value.split(/[\s,]+/).filter((name) => name !== '');
    const unknown = names.find((name) => !RESTART_CONDITIONS.some((condition) => condition === name.toUpperCase()));
    const listed = RESTART_CONDITIONS.filter((condition) => names.some((name) => name.toUpperCase() === condition));
    if (unknown === undefined && listed.length > 0)
        return listed;
    return expected(`one or more of ${RESTART_CONDITIONS.join(', ')}, separated by commas, spaces, or lines`, quote(unknown));
};
const parseApiUrl = (value, quote) => {
    // The parser skips line breaks and control characters, which the checks below would not.
    const url = /[\s\p{Cc}]/u.test(value) ? undefined : parseUrl(value);
    if (url === undefined)
        return expected(`a URL such as ${DEFAULT_API_URL}`, quote());
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
        return expected('an https: URL (http: only for a loopback host), which keeps the key encrypted', quote());
    }
    // In the text, since the parser drops an empty user, query or fragment.
    if (USER_INFO.test(value) || /[?#]/.test(value)) {
        return expected('a URL without user, query, and fragment', quote());
    }
    let end = url.href.length;
    while (url.href[end - 1] === '/')
        end -= 1;
    return url.href.slice(0, end);
};
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
/** A pasted URL can carry a password, which can hold any character if it is not escaped. */
function hideUserInfo(value) {
    return value.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1***@');
}
/** A pasted URL can also carry a token in its query or fragment. */
function hideUrlSecrets(value) {
    return hideUserInfo(value).replace(/([?#]).+$/s, '$1***');
}

;// CONCATENATED MODULE: ./src/inputs.ts


const DEFAULT_RESTART_ON = ['FAILED', 'TERMINATED'];
const MAX_INPUT_LENGTH = 512;
const MAX_URL_LENGTH = 2_048;
/** Where a URL is pasted, on purpose or not. */
const URL_INPUTS = ['endpoint-id', 'api-url'];
const AVAILABILITY = 'If it comes from a secret or a variable, check the name: one that belongs to an environment is available only to ' +
    'jobs that name the environment, and secrets are not passed to runs from forks and Dependabot.';
const MISSING = {
    'endpoint-id': new InputIssue(` is required. Use the ID shown in Friendli Suite. ${AVAILABILITY}`),
    'api-key': new InputIssue(` is required. Pass a personal API key (flp_…) from a secret. ${AVAILABILITY}`),
};
/** One or more inputs are invalid. Each issue is a sanitized line that begins with the input's name. */
class InputError extends Error {
    name = 'InputError';
    issues;
    constructor(issues) {
        super(issues.join('\n'));
        this.issues = issues;
    }
}
/** Reads the API key and masks it in the log. To be called before anything else can be printed. */
function readApiKey() {
    const apiKey = getInput('api-key');
    if (apiKey !== '')
        core_setSecret(apiKey);
    return apiKey;
}
/**
 * Reads and validates every input.
 *
 * @param options the key as `readApiKey` returned it, and the sanitizer for the values that are shown
 * @throws InputError with all issues together
 */
function readInputs({ apiKey, sanitize }) {
    const issues = new Map();
    /** Returns the fallback for an empty input, and for an invalid one, whose issue is thrown at the end. */
    function read(name, fallback, parse, maxLength = MAX_INPUT_LENGTH) {
        const value = name === 'api-key' ? apiKey : getInput(name);
        const transform = URL_INPUTS.includes(name) ? hideUrlSecrets : hideUserInfo;
        const quote = (text = value) => name === 'api-key' ? 'a value that is not shown' : `"${sanitize(text, { transform })}"`;
        const result = value.length > maxLength
            ? expected(`at most ${maxLength} characters`, `${value.length}: ${quote()}`)
            : value === ''
                ? (MISSING[name] ?? fallback)
                : parse(value, quote);
        if (!(result instanceof InputIssue))
            return result;
        issues.set(name, `${name}${result.text}`);
        return fallback;
    }
    const endpointId = read('endpoint-id', '', (value, quote) => value === apiKey ? expected(ENDPOINT_ID, 'the same value as in api-key') : parseEndpointId(value, quote));
    read('api-key', '', parseApiKey);
    const team = read('team', '', parseTeam);
    const wait = read('wait', false, parseBoolean);
    const timeoutMinutes = read('timeout-minutes', 60, parseTimeoutMinutes);
    const pollIntervalSeconds = read('poll-interval', undefined, parsePollInterval);
    const restartOn = read('restart-on', DEFAULT_RESTART_ON, parseRestartOn);
    const attempts = read('attempts', 1, parseAttempts);
    const wake = read('wake', false, parseBoolean);
    const stableForSeconds = read('stable-for', 0, parseStableFor);
    const dryRun = read('dry-run', false, parseBoolean);
    const apiUrl = read('api-url', DEFAULT_API_URL, parseApiUrl, MAX_URL_LENGTH);
    if (attempts > 1 && !wait && !issues.has('wait')) {
        issues.set('attempts', `attempts: expected 1 without wait, got "${attempts}". Set wait: true as well.`);
    }
    if (issues.size > 0)
        throw new InputError([...issues.values()]);
    return {
        endpointId,
        apiKey,
        team,
        apiUrl,
        policy: {
            restartOn,
            wait,
            timeoutMs: timeoutMinutes * 60_000,
            pollIntervalMs: pollIntervalSeconds === undefined ? undefined : pollIntervalSeconds * 1_000,
            attempts,
            wake,
            stableForMs: stableForSeconds * 1_000,
            dryRun,
        },
    };
}

;// CONCATENATED MODULE: ./src/backoff.ts
/** How long to pause (docs/behavior.md section 5). Pure functions; every duration is in milliseconds. */

/** The limit of the poll pause that doubling after 429s leads to. */
const MAX_SLOWED_POLL_MS = 60_000;
/** Back-off after a fault: the first ceiling, which doubles, and the last. */
const FIRST_BACK_OFF_MS = 1_000;
const MAX_BACK_OFF_MS = 30_000;
/** A server's Retry-After is honored up to here. */
const MAX_RETRY_AFTER_MS = 600_000;
/** How long before the deadline the final poll is sent, if a pause would end after it. */
const FINAL_POLL_LEAD_MS = 2_000;
/** Pauses before the second, third, fourth and fifth restart (section 4). */
const RETRY_PAUSES_MS = [30_000, 60_000, 120_000, 240_000];
/**
 * Adaptive pauses between polls, chosen from the polling table of `npm run bench`: short in the last phase, whose end
 * matters; long in the phases before it, but so that a last phase of 15 s is not missed.
 */
const ADAPTIVE_PAUSES_MS = { engine: 2_500, earlier: 20_000, otherwise: 5_000 };
/** @param slowdowns how many times the pause is doubled after 429s, up to a minute */
function pollPauseMs(state, options) {
    const base = options.pollIntervalMs ?? adaptivePauseMs(state);
    return Math.max(base, Math.min(base * 2 ** options.slowdowns, MAX_SLOWED_POLL_MS));
}
function adaptivePauseMs(state) {
    if (conditionOf(state?.status) !== 'starting')
        return ADAPTIVE_PAUSES_MS.otherwise;
    switch (state?.phase) {
        case 'ENGINE_INITIALIZING':
            return ADAPTIVE_PAUSES_MS.engine;
        case 'REQUESTING_VIRTUAL_MACHINE':
        case 'DOWNLOADING_MODEL':
            return ADAPTIVE_PAUSES_MS.earlier;
        default:
            return ADAPTIVE_PAUSES_MS.otherwise;
    }
}
/**
 * The pause after faults: full jitter below a ceiling, and never shorter than what the server asks for.
 *
 * @param options.faults how many came in a row
 * @param options.random from 0 up to 1
 */
function backOffMs(options) {
    const { faults, random, retryAfterMs = 0 } = options;
    return Math.max(random * backOffCeilingMs(faults), Math.min(retryAfterMs, MAX_RETRY_AFTER_MS));
}
/** 1, 2, 4, 8, 16, 30 s and so on: also the pauses, without jitter, between requests that the API rejects. */
function backOffCeilingMs(count) {
    return Math.min(FIRST_BACK_OFF_MS * 2 ** (count - 1), MAX_BACK_OFF_MS);
}
/** @param restarts how many restarts were accepted so far, at least one */
function retryPauseMs(restarts) {
    return RETRY_PAUSES_MS[restarts - 1] ?? RETRY_PAUSES_MS[3];
}
/** Shortens a pause that would end after the deadline, so that a final poll is sent shortly before it. */
function pauseBeforeDeadlineMs(options) {
    const { pauseMs, leftMs } = options;
    const untilFinalPollMs = leftMs - FINAL_POLL_LEAD_MS;
    return pauseMs > untilFinalPollMs && untilFinalPollMs > 0 ? untilFinalPollMs : Math.min(pauseMs, leftMs);
}

;// CONCATENATED MODULE: ./src/state.ts

/** How long transient faults are tolerated while nothing was ever answered, and in all without `wait`. */
const MAX_OUTAGE_MS = 120_000;
/** How long a state from before an accepted request counts as stale. */
const STALE_READ_WINDOW_MS = 120_000;
/** The same where the API says when the state was updated, and that it was not since. */
const LONG_STALE_READ_WINDOW_MS = 600_000;
/** No restart or wake-up is sent so shortly before the deadline; of a shorter timeout it is a tenth. */
const REQUEST_RESERVE_MS = 5_000;
const REQUEST_RESERVE_SHARE = 0.1;
/** The condition of an endpoint in which the API accepts a request. */
const ALLOWED_WHILE = { restart: 'down', wake: 'asleep' };
/** Whether the run continues after what it can do at once. */
function isWaiting({ policy }) {
    return policy.wait && !policy.dryRun;
}
function restartCount(run) {
    return run.accepted.filter(({ kind }) => kind === 'restart').length;
}
function isWoken(run) {
    return run.accepted.some(({ kind }) => kind === 'wake');
}
function deadlineOf(run) {
    return run.startedAt + timeoutOf(run);
}
/** Whether a read has shown the endpoint starting or up since the last accepted request. */
function hasProgressed({ accepted, progressedAt }) {
    const sentAt = accepted.at(-1)?.sentAt;
    return sentAt !== undefined && progressedAt !== undefined && progressedAt >= sentAt;
}
/** When the run ends, however things stand. */
function giveUpAt(run) {
    if (isWaiting(run) && run.first === undefined) {
        return Math.min(deadlineOf(run), run.startedAt + MAX_OUTAGE_MS);
    }
    const open = isWaiting(run) ? undefined : openAmbiguity(run);
    return Math.max(deadlineOf(run), open === undefined ? 0 : open.sentAt + MAX_OUTAGE_MS);
}
/** From then on no restart or wake-up is sent. */
function lastRequestAt(run) {
    return deadlineOf(run) - Math.min(REQUEST_RESERVE_MS, timeoutOf(run) * REQUEST_RESERVE_SHARE);
}
function timeoutOf(run) {
    return isWaiting(run) ? run.policy.timeoutMs : MAX_OUTAGE_MS;
}
/** An ambiguous request that the last state leaves open: neither shown as accepted, nor possible once more. */
function openAmbiguity(run) {
    const { ambiguous, last } = run;
    const condition = conditionOf(last?.status);
    if (condition === 'down' || (condition === 'asleep' && ambiguous?.kind === 'wake'))
        return undefined;
    return ambiguous;
}
/**
 * Which request a read is older than, if any (section 4, stale reads).
 *
 * @param sentAt when the read was sent: a slow answer can be as old as that
 */
function staleFor(run, state, sentAt) {
    const { sent, accepted, lastReadAt = 0 } = run;
    const isWithin = (request, windowMs) => sentAt - request.sentAt < windowMs;
    if (sent !== undefined && isOlder(state, sent.before) && isWithin(sent, LONG_STALE_READ_WINDOW_MS)) {
        return sent.kind;
    }
    const repeats = (request) => [request.before, request.answered].some((it) => it !== undefined && isSameObservation(state, it));
    const windowMs = (request) => state.updatedAt !== '' && lastReadAt <= request.sentAt ? LONG_STALE_READ_WINDOW_MS : STALE_READ_WINDOW_MS;
    return accepted.find((request) => repeats(request) && isWithin(request, windowMs(request)))?.kind;
}
function resultOf(run, end, now) {
    const { first, last, outages, startedAt, lastReadAt = 0 } = run;
    return {
        outcome: end.outcome,
        reason: end.reason,
        first,
        last,
        restarts: restartCount(run),
        woken: isWoken(run),
        hasProgressed: hasProgressed(run),
        ambiguous: run.ambiguous?.kind,
        planned: end.planned,
        nextAttempt: run.retryAt === undefined ? undefined : restartCount(run) + 1,
        stableMs: run.runningSince === undefined ? undefined : lastReadAt - run.runningSince,
        fault: end.fault,
        faultCall: end.faultCall,
        unobservedSinceMs: outages.read === undefined ? undefined : outages.read.since - startedAt,
        elapsedMs: now - startedAt,
    };
}

;// CONCATENATED MODULE: ./src/changes.ts


/** The pause before the second look at a failure. */
const CONFIRM_PAUSE_MS = 10_000;
/** The number of good polls in a row that undo one slow-down. */
const GOOD_POLLS_PER_SPEED_UP = 5;
const MAX_SLOWDOWNS = 10;
function unchanged(run) {
    return { run, events: [] };
}
function withEvent({ run, events }, event) {
    return { run, events: [...events, event] };
}
function joined(first, second) {
    return { run: second.run, events: [...first.events, ...second.events] };
}
function apply(run, changes) {
    return changes.reduce((before, change) => joined(before, change(before.run)), unchanged(run));
}
/** The state shows that an ambiguous request was accepted. */
function inferAcceptance(run, { state }) {
    const { ambiguous, accepted, policy } = run;
    if (ambiguous === undefined || accepted.some(({ sentAt }) => sentAt > ambiguous.sentAt))
        return unchanged(run);
    const { rejected, before } = ambiguous;
    const isShown = ['INITIALIZING', 'AWAKING', 'RUNNING', ...(policy.wait ? ['READY'] : [])].includes(state.status) &&
        !isOlder(state, before);
    const hasChanged = rejected !== undefined && !isSameObservation(state, rejected.before);
    return isShown || hasChanged ? accept(run, ambiguous, { isInferred: true }) : unchanged(run);
}
function accept(run, request, { isInferred }) {
    const { kind, sentAt, before, answered } = request;
    const accepted = [...run.accepted, { kind, sentAt, before, answered }];
    const next = {
        ...run,
        accepted,
        ambiguous: run.ambiguous?.kind === kind ? undefined : run.ambiguous,
        rejections: undefined,
        confirming: undefined,
        retryAt: undefined,
        readySince: undefined,
    };
    const attempt = kind === 'restart' ? restartCount(next) : 1;
    return withEvent(unchanged(next), { type: 'accepted', request: kind, attempt, inferred: isInferred });
}
/** Takes in a fresh state, and since when it has lasted. */
function observe(run, { state, sentAt }, moment) {
    const { status } = state;
    const condition = conditionOf(status);
    const known = {
        ...run,
        first: run.first ?? state,
        lastReadAt: sentAt,
        progressedAt: isProgress(status) ? sentAt : run.progressedAt,
        confirming: confirmationOf(run, status, moment),
        retryAt: condition === 'down' ? run.retryAt : undefined,
        runningSince: status === 'RUNNING' ? (run.runningSince ?? sentAt) : undefined,
        readySince: status === 'READY' ? (run.readySince ?? sentAt) : undefined,
    };
    const { stableForMs } = run.policy;
    const isStabilizing = isWaiting(run) && stableForMs > 0 && status === 'RUNNING' && run.last?.status !== status;
    return apply(known, [
        (it) => see(it, state),
        (it) => isStabilizing ? withEvent(unchanged(it), { type: 'stabilizing', forMs: stableForMs }) : unchanged(it),
        (it) => forgetFailedRequests(it, condition, moment),
    ]);
}
/** The first of the reads in a row with this status: a later one can confirm it. */
function confirmationOf({ confirming, policy }, status, { now }) {
    if (confirming?.status === status)
        return confirming;
    return { status, readyAt: now + (policy.pollIntervalMs ?? CONFIRM_PAUSE_MS) };
}
function isProgress(status) {
    return ['starting', 'up'].includes(conditionOf(status));
}
/** A request that failed is no longer due once the endpoint is in another state than the one it is for. */
function forgetFailedRequests(run, condition, moment) {
    const moot = ['restart', 'wake'].filter((kind) => condition !== 'unknown' && condition !== ALLOWED_WHILE[kind]);
    const isMoot = run.rejections !== undefined && moot.includes(run.rejections.kind);
    return apply(isMoot ? { ...run, rejections: undefined } : run, moot.map((kind) => (it) => endOutage(it, kind, moment)));
}
function see(run, state) {
    const next = unchanged({ ...run, last: state });
    return looksSame(state, run.last) ? next : withEvent(next, { type: 'observed', state });
}
function endOutage(run, call, { now }) {
    const { [call]: outage, ...outages } = run.outages;
    if (outage === undefined)
        return unchanged(run);
    const next = unchanged({ ...run, outages });
    return outage.isReported
        ? withEvent(next, { type: 'recovered', call, outageMs: now - outage.since })
        : next;
}
function countGoodPoll(run) {
    const { level } = run.slowdown;
    if (level === 0)
        return unchanged(run);
    const goodPolls = run.slowdown.goodPolls + 1;
    const isFaster = goodPolls === GOOD_POLLS_PER_SPEED_UP;
    const slowdown = isFaster ? { level: level - 1, goodPolls: 0 } : { level, goodPolls };
    return unchanged({ ...run, slowdown });
}
/** One more fault of a call, which counts from when its request was sent. */
function countFault(run, { call, sentAt, fault, isCutShort }) {
    const before = run.outages[call];
    const isRateLimited = fault.kind === 'rate-limited';
    const outage = {
        since: before?.since ?? sentAt,
        faults: (before?.faults ?? 0) + 1,
        fault: isCutShort && before !== undefined ? before.fault : fault,
        isRateLimited: isRateLimited || before?.isRateLimited === true,
        isReported: before?.isReported ?? false,
        permanent: fault.kind === 'permanent'
            ? { since: before?.permanent?.since ?? sentAt, count: (before?.permanent?.count ?? 0) + 1 }
            : undefined,
    };
    const isNewSpell = isRateLimited && before?.isRateLimited !== true;
    const level = Math.min(run.slowdown.level + (isNewSpell ? 1 : 0), MAX_SLOWDOWNS);
    const goodPolls = isRateLimited ? 0 : run.slowdown.goodPolls;
    const outages = { ...run.outages, [call]: outage };
    return { run: { ...run, runningSince: undefined, outages, slowdown: { level, goodPolls } }, outage };
}

;// CONCATENATED MODULE: ./src/policy.ts
/**
 * What a run does next: docs/behavior.md sections 4 and 5 as pure, synchronous transitions. Each takes what just
 * happened into the run's state, and gives the events to report and the command to carry out.
 */






/** The total time of one request. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Once the API has answered, this many permanent faults in a row, over this long, end the run. */
const PERMANENT_FAULT_THRESHOLD = 3;
const PERMANENT_FAULT_SPAN_MS = 30_000;
/** Trouble is reported at its second fault, or once it lasts longer. */
const REPORTED_FAULT_COUNT = 2;
const REPORTED_OUTAGE_MS = 5_000;
/** How long rejected requests (400, 409, 423) are repeated, counted from the first one. */
const MAX_REJECTION_MS = 120_000;
/** How long nothing is requested after a rejection that follows an ambiguous request. */
const REJECTED_AFTER_AMBIGUITY_MS = 120_000;
/** How long READY is given to become RUNNING after a restart or wake-up. */
const MAX_READY_MS = 120_000;
/** The table of docs/behavior.md section 4. */
const TABLE = {
    FAILED: { withoutWait: 'down', withWait: 'down' },
    TERMINATED: { withoutWait: 'down', withWait: 'down' },
    RUNNING: { withoutWait: 'healthy', withWait: 'running' },
    SLEEPING: { withoutWait: 'asleep', withWait: 'asleep' },
    READY: { withoutWait: 'healthy', withWait: 'ready' },
    INITIALIZING: { withoutWait: 'healthy', withWait: 'progressing' },
    AWAKING: { withoutWait: 'healthy', withWait: 'progressing' },
    UPDATING: { withoutWait: 'healthy', withWait: 'progressing' },
    STOPPING: { withoutWait: 'stopping', withWait: 'progressing' },
    TERMINATING: { withoutWait: 'stopping', withWait: 'progressing' },
    UNKNOWN: { withoutWait: 'unknown', withWait: 'progressing' },
};
const RULES = {
    down,
    asleep,
    running: (run, { sentAt }) => hasLasted(run.runningSince, sentAt, run.policy.stableForMs) ? healthy(run) : { type: 'poll' },
    ready: (run, { sentAt }) => run.accepted.length === 0 || hasLasted(run.readySince, sentAt, MAX_READY_MS + run.policy.stableForMs)
        ? healthy(run)
        : { type: 'poll' },
    healthy,
    progressing: () => ({ type: 'poll' }),
    stopping: () => ({ type: 'end', outcome: 'error', reason: 'stopping' }),
    unknown: () => ({ type: 'end', outcome: 'error', reason: 'unknown-status' }),
};
function down(run, { state, sentAt }, { now }) {
    const { policy, confirming } = run;
    const restarts = restartCount(run);
    const isInScope = isCovered(state, policy.restartOn);
    if (restarts === 0 && isInScope)
        return { type: 'restart' };
    if (run.accepted.length === 0)
        return { type: 'end', outcome: outcomeOfLeavingAlone(state, policy) };
    const confirmAt = confirming?.readyAt ?? sentAt;
    if (sentAt < confirmAt)
        return { type: 'poll', why: 'confirm', at: confirmAt };
    // Whoever terminated the endpoint after a restart wants it terminated.
    const isCurable = state.status === 'FAILED' && isRecoverable(state.errorCode) && isInScope;
    if (!isCurable || restarts >= policy.attempts)
        return { type: 'end', outcome: 'failed' };
    const retryAt = run.retryAt ?? now + retryPauseMs(restarts);
    return now < retryAt ? { type: 'poll', why: 'retry', at: retryAt } : { type: 'restart' };
}
/** Still asleep after its wake-up, the endpoint has not come up; asleep again after that, it is healthy. */
function asleep(run) {
    if (run.policy.wake && !isWoken(run))
        return { type: 'wake' };
    return run.accepted.at(-1)?.kind === 'wake' && !hasProgressed(run) ? { type: 'poll' } : healthy(run);
}
function outcomeOfLeavingAlone({ status }, { restartOn }) {
    return status === 'FAILED' && restartOn.includes('RECOVERABLE') ? 'not-recoverable' : 'not-needed';
}
function healthy(run) {
    const outcome = restartCount(run) > 0 ? 'restarted' : isWoken(run) ? 'woken' : 'not-needed';
    return { type: 'end', outcome };
}
function hasLasted(since, now, forMs) {
    return since !== undefined && now - since >= forMs;
}
/** The first command of a run. */
function start(policy, moment) {
    const run = {
        policy,
        startedAt: moment.now,
        outages: {},
        accepted: [],
        slowdown: { level: 0, goodPolls: 0 },
    };
    return afterPause(run, moment);
}
/** A pause has passed: the status is read, unless the time is over. */
function afterPause(run, moment) {
    const isOver = moment.now >= giveUpAt(run);
    const timeoutMs = requestTimeoutMs(run, moment);
    return step(unchanged(run), isOver ? outOfTime(run, moment) : { type: 'read', timeoutMs }, moment);
}
/** A read is over. */
function afterRead(run, { sentAt, result }, moment) {
    if (result instanceof ApiError)
        return afterFault(run, { call: 'read', sentAt, fault: result }, moment);
    const reading = { state: result, sentAt };
    const answered = apply(run, [(it) => endOutage(it, 'read', moment), countGoodPoll]);
    const request = staleFor(answered.run, result, sentAt);
    if (request !== undefined) {
        const ignored = { run: { ...answered.run, runningSince: undefined }, events: [] };
        return act(joined(answered, withEvent(ignored, { type: 'stale-read', request })), POLL_STALE, moment);
    }
    const seen = apply(answered.run, [
        (it) => inferAcceptance(it, reading),
        (it) => observe(it, reading, moment),
    ]);
    return act(joined(answered, seen), decide(seen.run, reading, moment), moment);
}
const POLL_STALE = { type: 'poll', why: 'stale' };
/** A restart or wake-up is over. */
function afterRequest(run, { kind, sentAt, result }, moment) {
    if (run.last === undefined)
        throw new Error('A restart or wake-up follows a read.');
    const sent = { kind, sentAt, before: run.last };
    if (result instanceof ApiError) {
        const fault = { call: kind, sentAt, fault: result };
        if (result.kind === 'rejected')
            return afterRejection({ ...run, sent }, sent, result, moment);
        return afterFault({ ...run, sent, ...(isAmbiguous(result) && { ambiguous: sent }) }, fault, moment);
    }
    const isFromBefore = ['down', 'asleep'].includes(conditionOf(result.status));
    const accepted = apply({ ...run, sent }, [
        (it) => endOutage(it, kind, moment),
        (it) => accept(it, { ...sent, answered: isFromBefore ? result : undefined }, { isInferred: false }),
        (it) => see(it, result),
    ]);
    return act(accepted, isWaiting(run) ? { type: 'poll' } : healthy(accepted.run), moment);
}
/** The end of a run that was canceled while events were reported. */
function afterCancel(run) {
    return { run, events: [], command: { type: 'end', outcome: 'cancelled' } };
}
/** Reads the table for a fresh state. */
function decide(run, reading, moment) {
    const { wait, dryRun } = run.policy;
    if (!isWaiting(run) && openAmbiguity(run) !== undefined)
        return { type: 'poll' };
    const { status } = reading.state;
    const row = TABLE[isListed(status) ? status : 'UNKNOWN'];
    const verdict = RULES[wait ? row.withWait : row.withoutWait](run, reading, moment);
    return dryRun ? { type: 'end', outcome: 'dry-run', planned: planned(verdict) } : verdict;
}
function planned(verdict) {
    if (verdict.type === 'end')
        return { type: 'end', outcome: verdict.outcome, reason: verdict.reason };
    return { type: verdict.type === 'poll' ? 'wait' : verdict.type };
}
/** Turns a verdict into a command, as far as the time left allows. */
function act(change, verdict, moment) {
    const { run } = change;
    switch (verdict.type) {
        case 'end':
            return step(change, verdict, moment);
        case 'poll':
            return pause(verdict.why === 'retry' ? scheduleRetry(change, verdict.at, moment) : change, {
                pauseMs: verdict.at === undefined ? pollPause(run) : verdict.at - moment.now,
                why: verdict.why ?? 'poll',
                moment,
            });
        default:
            if (isRejectedForLong(run, verdict.type, moment) && run.ambiguous?.rejected === undefined) {
                return step(change, notAccepted(run, verdict.type), moment);
            }
            if (moment.now >= lastRequestAt(run))
                return act(change, { type: 'poll', why: 'deadline' }, moment);
            if (isSilenced(run, moment))
                return act(change, POLL_STALE, moment);
            return step(change, { type: verdict.type, timeoutMs: requestTimeoutMs(run, moment) }, moment);
    }
}
function scheduleRetry({ run, events }, retryAt, { now }) {
    if (run.retryAt !== undefined || retryAt === undefined)
        return { run, events };
    const event = { type: 'retry-scheduled', attempt: restartCount(run) + 1, inMs: retryAt - now };
    return { run: { ...run, retryAt }, events: [...events, event] };
}
/** A request that was rejected after an ambiguous one says that the ambiguous one was probably accepted. */
function isSilenced({ ambiguous }, { now }) {
    const rejectedAt = ambiguous?.rejected?.sentAt;
    return rejectedAt !== undefined && now - rejectedAt < REJECTED_AFTER_AMBIGUITY_MS;
}
/** The API rejected a restart or wake-up (400, 409, 423), which is an answer: the request had no effect. */
function afterRejection(run, sent, fault, moment) {
    const { ambiguous } = run;
    const rejections = run.rejections?.kind === sent.kind ? run.rejections : undefined;
    const count = (rejections?.count ?? 0) + 1;
    const since = rejections?.since ?? sent.sentAt;
    const isAfterAmbiguity = ambiguous?.kind === sent.kind;
    const rejected = {
        ...run,
        rejections: { kind: sent.kind, since, count, fault },
        ...(isAfterAmbiguity && { ambiguous: { ...ambiguous, rejected: sent } }),
    };
    const change = apply(rejected, [
        (it) => endOutage(it, sent.kind, moment),
        (it) => withEvent(unchanged(it), { type: 'rejected', request: sent.kind, fault }),
    ]);
    const until = Math.min(since + MAX_REJECTION_MS, isWaiting(run) ? Number.POSITIVE_INFINITY : lastRequestAt(run));
    const leftMs = Math.max(0, until - moment.now);
    const backOff = fault.retryAfterMs === undefined
        ? pauseBeforeDeadlineMs({ pauseMs: backOffCeilingMs(count), leftMs })
        : backOffMs({ faults: count, random: 1, retryAfterMs: fault.retryAfterMs });
    if (isRejectedForLong(change.run, sent.kind, moment)) {
        return step(change, notAccepted(rejected, sent.kind), moment);
    }
    return pause(change, { pauseMs: isAfterAmbiguity ? pollPause(rejected) : backOff, why: 'fault', moment });
}
/** Whether the API has rejected a request for too long, and rejected the last one: other faults have limits of their own. */
function isRejectedForLong({ rejections, outages }, kind, { now }) {
    if (rejections?.kind !== kind || outages[kind] !== undefined)
        return false;
    return now - rejections.since >= MAX_REJECTION_MS;
}
function notAccepted({ rejections }, faultCall) {
    return { type: 'end', outcome: 'error', reason: 'not-accepted', fault: rejections?.fault, faultCall };
}
/** A call failed, transiently or permanently. */
function afterFault(run, { call, sentAt, fault }, moment) {
    if (moment.isCancelled)
        return afterCancel(run);
    const isCutShort = fault.source === 'timeout' && sentAt + REQUEST_TIMEOUT_MS > giveUpAt(run);
    const isBrief = moment.now - sentAt <= REPORTED_OUTAGE_MS;
    if (isCutShort && isBrief && run.outages[call] === undefined && run.last !== undefined) {
        return afterPause(run, moment);
    }
    const { run: failing, outage } = countFault(run, { call, sentAt, fault, isCutShort });
    const noted = withEvent(unchanged(failing), { type: 'fault', call, fault });
    if (isBelieved(run, outage, sentAt)) {
        return step(noted, { type: 'end', outcome: 'error', reason: 'refused', fault, faultCall: call }, moment);
    }
    const { random } = moment;
    const backOff = backOffMs({ faults: outage.faults, random, retryAfterMs: fault.retryAfterMs });
    const pauseMs = Math.max(backOff, fault.kind === 'rate-limited' ? pollPause(failing) : 0);
    const lastsMs = moment.now + pauseMs - outage.since;
    const isTrouble = outage.faults >= REPORTED_FAULT_COUNT || lastsMs > REPORTED_OUTAGE_MS;
    const isReported = outage.isReported || (isTrouble && moment.now < giveUpAt(run));
    const reported = { ...failing, outages: { ...failing.outages, [call]: { ...outage, isReported } } };
    const events = isReported && !outage.isReported ? [{ type: 'outage', call, fault }] : [];
    return pause({ run: reported, events: [...noted.events, ...events] }, { pauseMs, why: 'fault', moment });
}
/** Whether a failed request can have been accepted all the same: no answer, a 5xx, or a 2xx without a status object. */
function isAmbiguous({ kind, httpStatus }) {
    return kind === 'transient' && (httpStatus === undefined || httpStatus >= 500 || httpStatus < 300);
}
/** Before the first good answer one permanent fault ends the run. */
function isBelieved(run, { permanent }, sentAt) {
    if (permanent === undefined)
        return false;
    if (run.first === undefined)
        return true;
    return permanent.count >= PERMANENT_FAULT_THRESHOLD && sentAt - permanent.since >= PERMANENT_FAULT_SPAN_MS;
}
/** The time is over, with what kept the run from its goal. */
function outOfTime(run, { now }) {
    const { outages, last, rejections } = run;
    const condition = conditionOf(last?.status);
    const pending = condition === 'down' ? 'restart' : condition === 'asleep' ? 'wake' : undefined;
    const faultCall = outages.read === undefined ? pending : 'read';
    const rejected = rejections?.kind === faultCall ? rejections : undefined;
    const failing = faultCall && (outages[faultCall] ?? rejected);
    const end = { type: 'end', fault: failing?.fault, faultCall: failing && faultCall };
    if (isWaiting(run) && now >= deadlineOf(run))
        return { ...end, outcome: 'timed-out' };
    const isUnreachable = outages.read !== undefined || last === undefined;
    const pendingReason = openAmbiguity(run) === undefined ? 'not-accepted' : 'ambiguous';
    return { ...end, outcome: 'error', reason: isUnreachable ? 'unreachable' : pendingReason };
}
function pollPause({ policy, last, slowdown }) {
    return pollPauseMs(last, { pollIntervalMs: policy.pollIntervalMs, slowdowns: slowdown.level });
}
function requestTimeoutMs(run, { now }) {
    return Math.min(REQUEST_TIMEOUT_MS, giveUpAt(run) - now);
}
function pause(change, { pauseMs, why, moment }) {
    const leftMs = Math.max(0, giveUpAt(change.run) - moment.now);
    const forMs = pauseBeforeDeadlineMs({ pauseMs: Math.max(0, pauseMs), leftMs });
    return step(withEvent(change, { type: 'paused', forMs, why }), { type: 'pause', forMs }, moment);
}
/** A cancel goes before every other command. */
function step({ run, events }, command, { isCancelled }) {
    return { run, events, command: isCancelled ? { type: 'end', outcome: 'cancelled' } : command };
}

;// CONCATENATED MODULE: ./src/loop.ts



/**
 * Carries out what the policy commands, with client and clock; it holds no rule of its own.
 *
 * @returns how the run ended; every fault of the API is part of the result
 * @throws what the listener throws, or a client that breaks its contract
 */
async function runLoop(options) {
    const { clock, policy, listener, signal, onTransition } = options;
    const moment = () => ({ now: clock.now(), random: clock.random(), isCancelled: signal.aborted });
    let step = start(policy, moment());
    for (;;) {
        const { run, events, command } = step;
        onTransition?.(run);
        for (const event of events)
            listener({ ...event, atMs: clock.now() - run.startedAt });
        if (command.type === 'end')
            return resultOf(run, command, clock.now());
        // A listener can have canceled the run.
        step = signal.aborted ? afterCancel(run) : await carryOut(run, command, options, moment);
    }
}
async function carryOut(run, command, { client, clock, signal }, moment) {
    if (command.type === 'pause') {
        await clock.sleep(command.forMs, signal);
        return afterPause(run, moment());
    }
    const { type, timeoutMs } = command;
    const sentAt = clock.now();
    const result = await settled(client[type]({ timeoutMs, signal }));
    const reply = { sentAt, result };
    return type === 'read'
        ? afterRead(run, reply, moment())
        : afterRequest(run, { kind: type, ...reply }, moment());
}
/** An ApiError comes back as a value. */
async function settled(request) {
    try {
        return await request;
    }
    catch (error) {
        if (error instanceof ApiError)
            return error;
        throw error;
    }
}

;// CONCATENATED MODULE: ./src/run.ts
/** Whether the step succeeds (docs/behavior.md section 3). */
function isSuccess(outcome) {
    return ['restarted', 'woken', 'not-needed', 'dry-run'].includes(outcome);
}

;// CONCATENATED MODULE: ./src/report/duration.ts
/** A duration for a sentence: `44 s`, `7 min 44 s`, `2 h 5 min`. */
function formatDuration(ms) {
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
/** A pause, which can be shorter than a second: `0.1 s`, `2.5 s`, `20 s`, `5 min`. */
function formatPause(ms) {
    return ms < 59_950 ? `${Number((ms / 1_000).toFixed(1))} s` : formatDuration(ms);
}
/** The time since the start of the run for a log line: `0:44`, `7:44`, `2:05:00`. */
function formatTimestamp(ms) {
    const seconds = Math.floor(ms / 1_000);
    const pad = (value) => String(value).padStart(2, '0');
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60)
        return `${minutes}:${pad(seconds % 60)}`;
    return `${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${pad(seconds % 60)}`;
}

;// CONCATENATED MODULE: ./src/report/labels.ts
/** States in words, for log, annotations and summary. */


/** What a request is called in a sentence. */
const REQUEST_NAMES = { restart: 'restart', wake: 'wake-up' };
/** What a status means, where its name does not say it. */
const STATUS_LABELS = new Map([
    ['INITIALIZING', 'starting'],
    ['UPDATING', 'rolling out a new version'],
    ['SLEEPING', 'the next request wakes it'],
    ['AWAKING', 'waking up'],
]);
const PHASE_LABELS = new Map(Object.entries({
    REQUESTING_VIRTUAL_MACHINE: 'requesting a virtual machine',
    DOWNLOADING_MODEL: 'downloading the model',
    ENGINE_INITIALIZING: 'initializing the engine',
}));
/** The words behind a status: the phase if there is one, else what the status means; empty if the name says it all. */
function labels_statusLabel(status, phase) {
    if (phase !== '')
        return PHASE_LABELS.get(phase) ?? phase;
    return STATUS_LABELS.get(status) ?? '';
}
/** A state for a line: `INITIALIZING, downloading the model`, `FAILED, INFERENCE_ENGINE_MEMORY_ERROR`. */
function describeState({ status, phase, errorCode }) {
    return [status, labels_statusLabel(status, phase), errorCode].filter((part) => part !== '').join(', ');
}
/** A state as it is first seen, with the likely cause of a failure. */
function describeNewState(state) {
    const { status, errorCode } = state;
    if (conditionOf(status) !== 'down' || errorCode === '')
        return describeState(state);
    return `${describeState(state)}: likely ${errorCodeEntry(errorCode).likelyCause}`;
}

;// CONCATENATED MODULE: ./src/report/advice.ts
const SUITE = 'Friendli Suite (https://friendli.ai/suite)';
const KEYS = 'Friendli Suite, Personal Settings, API keys (https://friendli.ai/suite/~/setting/keys)';
const BY_HTTP_STATUS = {
    401: {
        cause: 'the API key is not valid',
        nextStep: `Check that the secret holds a valid personal API key, or create a new one in ${KEYS}`,
    },
    402: {
        cause: 'the team’s billing or payment method needs attention',
        nextStep: `Check the team’s billing in ${SUITE}, then re-run the job`,
    },
    403: {
        cause: 'the API key has no access to this endpoint, or the endpoint belongs to another team',
        nextStep: `Use the key of a member who can manage the endpoint (${KEYS}), and check the team input`,
    },
    404: {
        cause: 'no endpoint with this ID exists, or it belongs to another team',
        nextStep: `Compare endpoint-id with the ID in ${SUITE}, and set team to the ID of the team that owns the endpoint`,
    },
    422: {
        cause: 'the API does not accept this endpoint ID or team ID',
        nextStep: `Compare endpoint-id and team with the IDs in ${SUITE}`,
    },
    429: {
        cause: 'too many requests were sent with this API key',
        nextStep: 'Run fewer workflows at the same time, or set a longer poll-interval',
    },
};
const FIREWALL = {
    cause: 'a firewall or bot protection in front of the API blocked the request',
    nextStep: 'Check api-url and the runner’s network; if the runner’s IP address is blocked, use another runner or contact support@friendli.ai',
};
const INVALID_REQUEST = {
    cause: 'the API considers the request invalid',
    nextStep: `Compare endpoint-id and team with the IDs in ${SUITE}`,
};
const WRONG_STATE = {
    cause: 'the endpoint does not allow this in its current state; another restart or an update can be in progress',
    nextStep: `Check the endpoint in ${SUITE}, then re-run the job`,
};
const REDIRECT = {
    cause: 'api-url is not the final address; redirects are not followed, so that the API key goes nowhere else',
    nextStep: 'Set api-url to the final address of the API',
};
const OUTAGE = {
    cause: 'an outage of the API or of the network',
    nextStep: 'Re-run the job later; if the problem persists, contact support@friendli.ai',
};
const WRONG_ANSWER = {
    cause: 'something other than the Friendli API answered, such as a maintenance page or a gateway',
    nextStep: 'Check api-url, and re-run the job later; if the problem persists, contact support@friendli.ai',
};
const advice_UNDOCUMENTED = {
    cause: 'the API answered in an undocumented way',
    nextStep: `Check the endpoint in ${SUITE}, and re-run the job with debug logging for details`,
};
const NETWORK = {
    cause: 'the runner’s network or firewall does not let it reach the API',
    nextStep: 'Check the runner’s network, DNS and firewall; if it needs a proxy, set https_proxy',
};
const BY_SOURCE = {
    proxy: {
        cause: 'the runner’s proxy settings are wrong, or the proxy does not allow the request',
        nextStep: 'Check the https_proxy and no_proxy variables of the runner, including user name and password if the proxy requires them',
    },
    certificate: {
        cause: 'something other than the API answered, such as a TLS-inspecting proxy, or the runner does not know the certificate authority',
        nextStep: 'Check api-url; behind a TLS-inspecting proxy, set NODE_EXTRA_CA_CERTS to the file with its CA certificate',
    },
    'client-certificate': {
        cause: 'a gateway in front of the API requires a client certificate, which this action cannot present',
        nextStep: 'Check api-url and the proxy variables: the Friendli API requires no client certificate',
    },
};
/** Codes of a host that this runner cannot reach at all, unless the API was reached before. */
const UNREACHABLE_CODES = [
    'EAI_AGAIN',
    'ETIMEDOUT',
    'ENETUNREACH',
    'EHOSTUNREACH',
];
const HOST_NOT_FOUND = {
    cause: 'the host name of the API cannot be resolved on this runner',
    nextStep: 'Check api-url and the runner’s DNS; if the runner needs a proxy, set https_proxy',
};
/** What is likely behind a failed call, and what to do. */
function faultAdvice({ fault, call, wasReached }) {
    return BY_SOURCE[fault.source] ?? httpAdvice(fault, call) ?? networkAdvice(fault, wasReached);
}
function httpAdvice({ httpStatus, isHtml, kind }, call) {
    if (httpStatus === undefined)
        return undefined;
    if (httpStatus === 403 && isHtml)
        return FIREWALL;
    if (kind === 'rejected')
        return WRONG_STATE;
    if (httpStatus === 400)
        return call === 'read' ? INVALID_REQUEST : WRONG_STATE;
    if (httpStatus >= 200 && httpStatus < 300)
        return WRONG_ANSWER;
    if (httpStatus >= 300 && httpStatus < 400)
        return REDIRECT;
    return BY_HTTP_STATUS[httpStatus] ?? (kind === 'permanent' ? advice_UNDOCUMENTED : OUTAGE);
}
function networkAdvice({ systemCode, kind }, wasReached) {
    if (systemCode === 'ENOTFOUND')
        return HOST_NOT_FOUND;
    if (!wasReached && UNREACHABLE_CODES.includes(systemCode))
        return NETWORK;
    return kind === 'permanent' ? advice_UNDOCUMENTED : OUTAGE;
}
/**
 * How a call failed, as a sentence: a 4xx is an answer, and only a fault without one is called unanswered.
 *
 * @param of which endpoint it was for, if that is not clear: ` for endpoint X`
 */
function describeFault(fault, call, of = '') {
    const { message, httpStatus, source, kind } = fault;
    const name = `${CALL_NAMES[call]}${of}`;
    if (BY_SOURCE[source] !== undefined)
        return `The ${name} did not reach the API: ${message}.`;
    if (httpStatus === undefined)
        return `The ${name} got no answer: ${message}.`;
    if (kind === 'rate-limited')
        return `The API limits the rate of requests: ${message}.`;
    if (httpStatus >= 400 && httpStatus < 500)
        return `The API rejected the ${name}: ${message}.`;
    if (httpStatus >= 500)
        return `The API answered the ${name} with an error: ${message}.`;
    return `The ${name} got an unusable answer: ${message}.`;
}
const CALL_NAMES = {
    read: 'status request',
    restart: 'restart request',
    wake: 'wake-up request',
};

;// CONCATENATED MODULE: ./src/report/log.ts
/** The lines of the log: one when something changes, with the time since the start (docs/behavior.md section 6). */




/** The width of the time at the start of a line. */
const TIME_WIDTH = 7;
/** After this number of changes, the log has at most one line a minute. */
const MAX_CHANGES = 200;
const THINNED_INTERVAL_MS = 60_000;
/** Maximum number of warnings that GitHub shows for a step. */
const MAX_WARNINGS = 10;
class Log {
    changes = 0;
    warnings = 0;
    lastLineMs = 0;
    lastChange;
    /** When the last line was printed, in milliseconds from the start of the run. */
    get lastLineAtMs() {
        return this.lastLineMs;
    }
    line(atMs, text) {
        this.lastLineMs = atMs;
        info(`${formatTimestamp(atMs).padStart(TIME_WIDTH)}  ${text}`);
    }
    /** One event, if it is one that people see. */
    event(event, attempts) {
        if (event.type === 'outage') {
            this.outage(event);
        }
        else if (event.type === 'accepted' || event.type === 'retry-scheduled') {
            this.line(event.atMs, event.type === 'accepted' ? acceptedLine(event, attempts) : retryLine(event, attempts));
        }
        else {
            const text = changeLine(event);
            if (text === undefined)
                return;
            // A request that is rejected again and again is one piece of news.
            if (event.type !== 'rejected' || text !== this.lastChange)
                this.change(event.atMs, text);
            this.lastChange = text;
        }
    }
    change(atMs, text) {
        if (this.changes >= MAX_CHANGES && atMs - this.lastLineMs < THINNED_INTERVAL_MS)
            return;
        this.changes += 1;
        this.line(atMs, text);
        if (this.changes === MAX_CHANGES) {
            this.line(atMs, `${MAX_CHANGES} changes so far; from now on at most one line a minute`);
        }
    }
    outage({ atMs, fault, call }) {
        const then = call === 'read' ? 'Retrying.' : 'The status is read before the request is sent again.';
        const text = `${describeFault(fault, call)} ${then}`;
        this.warnings += 1;
        if (this.warnings > MAX_WARNINGS) {
            this.change(atMs, text);
            return;
        }
        this.lastLineMs = atMs;
        warning(text, { title: 'Problem with the Friendli API' });
    }
}
function changeLine(event) {
    switch (event.type) {
        case 'observed':
            return describeNewState(event.state);
        case 'rejected':
            return `${describeFault(event.fault, event.request)} Reading the status again`;
        case 'stabilizing':
            return `Waiting until it has been RUNNING for ${formatDuration(event.forMs)}`;
        case 'recovered':
            return `The API is responding again after ${formatDuration(event.outageMs)}`;
        default:
            return undefined;
    }
}
/** What the run will do. */
function startLine({ endpointId, policy }) {
    const { wait, timeoutMs, stableForMs, wake, attempts, dryRun } = policy;
    if (dryRun)
        return `Dry run for endpoint ${endpointId}: the status is read, and nothing is changed`;
    const goal = stableForMs > 0 ? `for ${formatDuration(stableForMs)} of RUNNING` : 'for RUNNING';
    return [
        `Restarting endpoint ${endpointId} if it is ${scopeOf(policy)}`,
        attempts > 1 ? `, up to ${attempts} times` : '',
        wake ? ', waking it if it is SLEEPING' : '',
        wait ? `, then waiting up to ${formatDuration(timeoutMs)} ${goal}` : ', without waiting',
    ].join('');
}
function scopeOf({ restartOn }) {
    const isNarrowed = !restartOn.includes('FAILED');
    const listed = restartOn.filter((name) => name !== 'RECOVERABLE' || isNarrowed);
    const names = listed.map((name) => name === 'RECOVERABLE' ? 'FAILED with a recoverable error code' : name);
    return names.join(' or ');
}
function acceptedLine(event, attempts) {
    const noun = REQUEST_NAMES[event.request];
    const number = event.request === 'restart' && attempts > 1 ? ` (attempt ${event.attempt} of ${attempts})` : '';
    return event.inferred
        ? `The ${noun} had been accepted${number}`
        : `${noun === 'restart' ? 'Restart' : 'Wake-up'} accepted${number}`;
}
function retryLine(next, attempts) {
    return `Restarting again in ${formatDuration(next.inMs)} (attempt ${next.attempt} of ${attempts})`;
}

;// CONCATENATED MODULE: ./src/report/heartbeat.ts



const INTERVAL_MS = 60_000;
/** No line so shortly before a poll: it can bring news. */
const POLL_LEAD_MS = 1_000;
/** A virtual machine that is requested for longer than this is a question of capacity. */
const LONG_REQUEST_MS = 600_000;
class Heartbeat {
    options;
    pause;
    outages = new Set();
    accepted;
    attempt = 1;
    constructor(options) {
        this.options = options;
    }
    /** Takes note of an event; within a pause, lines come by themselves until the next event or `stop`. */
    onEvent(event) {
        this.stop();
        if (event.type === 'outage')
            this.outages.add(event.call);
        if (event.type === 'recovered')
            this.outages.delete(event.call);
        if (event.type === 'accepted')
            this.accepted = event.request;
        if (event.type === 'retry-scheduled')
            this.attempt = event.attempt;
        if (event.type === 'paused')
            this.onPause(event);
    }
    /** Ends the lines; no timer stays behind. */
    stop() {
        this.pause?.abort();
        this.pause = undefined;
    }
    onPause(event) {
        // The poll before this pause has brought no news for a minute.
        if (event.atMs - this.options.situation().lastLineAtMs >= INTERVAL_MS)
            this.print(event, event.atMs);
        this.pause = new AbortController();
        void this.printDuring(event, this.pause.signal);
    }
    async printDuring(event, signal) {
        const { clock, situation } = this.options;
        const startedAt = clock.now() - event.atMs;
        for (;;) {
            const dueMs = situation().lastLineAtMs + INTERVAL_MS;
            if (dueMs >= event.atMs + event.forMs - POLL_LEAD_MS)
                return;
            await clock.sleep(startedAt + dueMs - clock.now(), signal);
            if (signal.aborted)
                return;
            this.print(event, clock.now() - startedAt);
        }
    }
    print(event, atMs) {
        this.options.print(atMs, this.describe(event, atMs));
    }
    describe({ why, atMs: pausedAtMs, forMs }, atMs) {
        const { state, changedAtMs, attempts } = this.options.situation();
        if (this.outages.has('read')) {
            const last = state === undefined ? '' : `; last status: ${describeState(state)}`;
            return `The API is still not responding${last}`;
        }
        if (state === undefined)
            return 'The status is still unknown';
        if (why === 'retry')
            return retryLine({ inMs: pausedAtMs + forMs - atMs, attempt: this.attempt }, attempts);
        if (why === 'stale' && this.accepted !== undefined) {
            return `The accepted ${REQUEST_NAMES[this.accepted]} has taken no effect yet`;
        }
        const [failing] = this.outages;
        if (failing !== undefined && failing !== 'read') {
            return `The ${REQUEST_NAMES[failing]} is still not accepted; last status: ${describeState(state)}`;
        }
        const unchangedMs = atMs - changedAtMs;
        // The log has thinned out, and left the change out.
        if (unchangedMs < INTERVAL_MS)
            return describeState(state);
        const hint = state.phase === 'REQUESTING_VIRTUAL_MACHINE' && unchangedMs >= LONG_REQUEST_MS
            ? '; likely there is no free capacity for its instance type'
            : '';
        return `Still ${describeState(state)}, for ${formatDuration(unchangedMs)}${hint}`;
    }
}

;// CONCATENATED MODULE: ./src/report/history.ts
/** How many entries are kept at either end. */
const FIRST_ENTRIES = 6;
const LAST_ENTRIES = 7;
class History {
    first = [];
    last = [];
    omitted;
    seen;
    failed;
    reached = false;
    shortestMs = Number.POSITIVE_INFINITY;
    longestMs = 0;
    /** The last state seen. */
    get state() {
        return this.seen?.state;
    }
    /** When it was first seen, in milliseconds from the start of the run. */
    get changedAtMs() {
        return this.seen?.atMs ?? 0;
    }
    /** The first FAILED state: why the endpoint had failed. */
    get failure() {
        return this.failed;
    }
    /** Whether any HTTP answer has come. */
    get wasReached() {
        return this.reached;
    }
    /** The shortest and the longest pause between two looks at the endpoint; absent where there was none. */
    get pausesMs() {
        return this.longestMs === 0 ? undefined : { shortest: this.shortestMs, longest: this.longestMs };
    }
    /** In order, with one entry for the middle of a long run. */
    get entries() {
        if (this.omitted === undefined)
            return [...this.first, ...this.last];
        const { atMs, count } = this.omitted;
        // One of the last entries goes with them, so that the entry never stands for a single one.
        return [...this.first, { type: 'omitted', atMs, count: count + 1 }, ...this.last.slice(1)];
    }
    record(event) {
        const { atMs } = event;
        switch (event.type) {
            case 'observed':
                this.reached = true;
                this.seen = { type: 'state', state: event.state, atMs };
                if (event.state.status === 'FAILED')
                    this.failed ??= event.state;
                this.add(this.seen);
                break;
            case 'accepted':
                this.add({ type: 'accepted', request: event.request, attempt: event.attempt, atMs });
                break;
            case 'retry-scheduled':
                this.add({ type: 'retry', attempt: event.attempt, atMs });
                break;
            case 'recovered':
                if (event.call === 'read')
                    this.addOutage(atMs - event.outageMs, atMs);
                break;
            case 'fault':
                this.reached ||= event.fault.httpStatus !== undefined;
                break;
            case 'paused':
                if (event.why === 'poll' || event.why === 'stale')
                    this.addPause(event.forMs);
        }
    }
    addPause(forMs) {
        if (forMs <= 0)
            return;
        this.shortestMs = Math.min(this.shortestMs, forMs);
        this.longestMs = Math.max(this.longestMs, forMs);
    }
    /** An outage that is over: what was before it continues after it. */
    addOutage(fromMs, toMs) {
        const current = this.last.at(-1) ?? this.first.at(-1);
        if (current === undefined)
            return;
        this.add({ type: 'unobserved', atMs: Math.max(fromMs, current.atMs) });
        this.add({ ...current, atMs: toMs, isContinued: true });
    }
    add(entry) {
        const isFull = this.first.length === FIRST_ENTRIES;
        const list = isFull ? this.last : this.first;
        list.push(entry);
        if (list.length <= LAST_ENTRIES)
            return;
        const dropped = list.shift();
        this.omitted = { atMs: this.omitted?.atMs ?? dropped?.atMs ?? 0, count: (this.omitted?.count ?? 0) + 1 };
    }
}

;// CONCATENATED MODULE: ./src/report/phrases.ts
/** Sentences that several outcomes share. */





/** How often, to follow "restarted"; empty for once. */
function times(restarts) {
    return restarts > 1 ? ` ${restarts} times` : '';
}
function sentences(...parts) {
    return parts.filter((part) => part !== undefined && part !== '').join(' ');
}
/** The last status, to follow "is". */
function currentStatus({ last }) {
    return last?.status ?? 'in an unknown state';
}
function lastSeen(state) {
    return state === undefined ? 'Its status is unknown.' : `Its last status is ${describeState(state)}.`;
}
/** Why a FAILED or TERMINATED endpoint is in that state, as a clause: ` with error code X: likely …`. */
function withErrorCode({ status, errorCode }) {
    if (errorCode !== '')
        return ` with error code ${errorCode}: likely ${errorCodeEntry(errorCode).likelyCause}`;
    return status === 'FAILED' ? ', and the API gives no error code' : '';
}
/** Why the run could not observe the endpoint, or could not restart or wake it. */
function faultNote({ result }) {
    const { fault, faultCall = 'read', unobservedSinceMs, elapsedMs, first } = result;
    if (fault === undefined)
        return '';
    if (unobservedSinceMs === undefined || faultCall !== 'read')
        return describeFault(fault, faultCall);
    const since = first === undefined ? '' : ` (since ${formatTimestamp(unobservedSinceMs)} in the log)`;
    const lasted = formatDuration(elapsedMs - unobservedSinceMs);
    return `For the last ${lasted}${since} its status could not be read. ${describeFault(fault, faultCall)}`;
}
/** The advice that belongs to the fault that ended the run or kept it from its goal. */
function adviceOf({ result, wasReached }) {
    const { fault, faultCall = 'read' } = result;
    return fault && faultAdvice({ fault, call: faultCall, wasReached });
}
function likely(advice) {
    return advice === undefined ? '' : `Likely cause: ${advice.cause}.`;
}
/** What is known of a request that may have been accepted; "lost" is said only of an answer that never came. */
function ambiguityNote({ ambiguous, fault, faultCall }) {
    if (ambiguous === undefined)
        return '';
    const noun = REQUEST_NAMES[ambiguous];
    const isLost = faultCall === ambiguous && (fault?.source === 'network' || fault?.source === 'timeout');
    return isLost
        ? `The answer to the ${CALL_NAMES[ambiguous]} was lost, so it is unknown whether the ${noun} was accepted.`
        : `A ${noun} was requested, but it is unknown whether the API accepted it.`;
}
/** Whether the endpoint, as far as is known, comes up without help. */
function isProgressing(result) {
    const { last, restarts, woken, hasProgressed, nextAttempt, fault, faultCall } = result;
    const condition = conditionOf(last?.status);
    if (condition === 'starting')
        return true;
    if (hasProgressed || (condition !== 'down' && condition !== 'asleep'))
        return false;
    // The state from before an accepted request, unless a further request shows that the endpoint failed again.
    const isRequestedAgain = nextAttempt !== undefined || (fault !== undefined && faultCall !== 'read');
    return (restarts > 0 || woken) && !isRequestedAgain;
}
/** What becomes of the endpoint now that the run no longer looks. */
function closing(result) {
    const { last, restarts, woken, ambiguous } = result;
    if (last?.status === 'UPDATING') {
        return sentences('The rollout of the new version continues in the background.', ambiguityNote(result));
    }
    if (isProgressing(result)) {
        return 'The endpoint was not stopped: it keeps starting in the background, and is billed once a replica runs.';
    }
    if (conditionOf(last?.status) === 'up')
        return 'The endpoint was not stopped, and is billed while it runs.';
    if (ambiguous !== undefined)
        return ambiguityNote(result);
    if (restarts > 0)
        return restarts === 1
            ? 'This run restarted the endpoint once.'
            : `This run restarted the endpoint ${restarts} times.`;
    return woken ? 'This run woke the endpoint.' : 'The endpoint was neither restarted nor stopped.';
}

;// CONCATENATED MODULE: ./src/report/failure.ts
/** The words for runs that end red, and for canceled ones. */





function notRecoverable({ result, inputs }) {
    const { last } = result;
    const errorCode = last?.errorCode ?? '';
    return {
        title: `A restart cannot fix ${errorCode}`,
        summary: sentences(`Endpoint ${inputs.endpointId} is FAILED${last === undefined ? '' : withErrorCode(last)}.`, 'A restart cannot fix that, so the endpoint was left alone: restart-on lists RECOVERABLE but not FAILED.'),
        nextStep: `${errorCodeEntry(errorCode).nextStep}.`,
    };
}
function failed({ result, inputs }) {
    const { first, last, restarts, elapsedMs } = result;
    const { status = 'FAILED', errorCode = '' } = last ?? {};
    const again = restarts > 1 || (restarts === 1 && first?.status === status) ? ' again' : '';
    const isGivenUp = restarts > 0 && restarts < inputs.policy.attempts && status === 'FAILED' && !isRecoverable(errorCode);
    if (restarts === 1 && hadNoEffect(result)) {
        return {
            title: `Still ${status} after the restart`,
            summary: `Endpoint ${inputs.endpointId} is still ${status} ${formatDuration(elapsedMs)} after the run began: the API accepted a restart, but it had no visible effect.`,
            nextStep: `Check the endpoint in ${SUITE}, then re-run the job; if this happens again, contact support@friendli.ai with the endpoint ID and the time.`,
        };
    }
    const action = restarts > 0 ? 'restarted' : 'woken';
    const became = status === 'FAILED' ? `failed${again}` : `is ${status}${again}`;
    const title = `${status}${again} after the ${restarts > 0 ? 'restart' : 'wake-up'}`;
    return {
        title: errorCode === '' ? title : `${title}: ${errorCode}`,
        summary: sentences(`Endpoint ${inputs.endpointId} was ${action}${times(restarts)}, but ${became} after ${formatDuration(elapsedMs)}${last === undefined ? '' : withErrorCode(last)}.`, isGivenUp ? 'Another restart cannot fix that, so no further attempt was made.' : ''),
        nextStep: `${afterFailure(status, errorCode)}.`,
    };
}
/** Whether the endpoint was never seen in another state than before the restart. */
function hadNoEffect({ first, last, hasProgressed }) {
    return first !== undefined && last !== undefined && !hasProgressed && isSameObservation(first, last);
}
/** What to do about an endpoint that is FAILED or TERMINATED after a restart or wake-up. */
function afterFailure(status, errorCode) {
    if (status === 'TERMINATED') {
        return `A person or a policy stopped it while it was starting: check its history in ${SUITE}`;
    }
    if (errorCode !== '')
        return errorCodeEntry(errorCode).nextStep;
    return `Check the events of the endpoint in ${SUITE}, then re-run the job`;
}
function cancelled({ result, inputs }) {
    return {
        title: 'The run was canceled',
        summary: sentences(`Endpoint ${inputs.endpointId} is no longer being monitored.`, lastSeen(result.last), closing(result)),
        nextStep: isProgressing(result) ? 'Re-run the job to keep waiting.' : 'Re-run the job to try again.',
    };
}
const REASONS = {
    stopping: ({ result, inputs }) => {
        const status = currentStatus(result);
        const restart = inputs.policy.restartOn.includes('TERMINATED')
            ? 'restart it then'
            : 'add TERMINATED to restart-on to restart it then';
        return {
            title: `Cannot restart while ${status}`,
            summary: `Endpoint ${inputs.endpointId} is ${status}: it can be restarted once it is TERMINATED.`,
            nextStep: `Set wait: true to wait until it is TERMINATED and ${restart}.`,
        };
    },
    'unknown-status': ({ result, inputs }) => ({
        title: `Cannot restart while ${currentStatus(result)}`,
        summary: `Endpoint ${inputs.endpointId} is ${currentStatus(result)}: the API does not document what that means for a restart.`,
        nextStep: `Check the endpoint in ${SUITE}, or set wait: true to wait for another status.`,
    }),
    refused: (ending) => {
        const { fault, faultCall = 'read' } = ending.result;
        const { httpStatus } = fault ?? {};
        return {
            title: httpStatus === undefined ? 'No connection to the API' : `Request rejected: HTTP ${httpStatus}`,
            summary: sentences(fault && describeFault(fault, faultCall, ` for endpoint ${ending.inputs.endpointId}`), likely(adviceOf(ending)), afterwards(ending)),
            nextStep: nextStepOf(ending),
        };
    },
    unreachable: (ending) => ({
        title: 'API unreachable',
        summary: sentences(`The state of endpoint ${ending.inputs.endpointId} is unknown.`, faultNote(ending), likely(adviceOf(ending)), afterwards(ending)),
        nextStep: nextStepOf(ending),
    }),
    'not-accepted': (ending) => {
        const noun = conditionOf(ending.result.last?.status) === 'asleep' ? 'wake-up' : 'restart';
        return {
            title: noun === 'restart' ? 'Restart not accepted' : 'Wake-up not accepted',
            summary: sentences(`Endpoint ${ending.inputs.endpointId} is still ${currentStatus(ending.result)}: the API did not accept the ${noun} in time.`, faultNote(ending), likely(adviceOf(ending)), closing(ending.result)),
            nextStep: nextStepOf(ending),
        };
    },
    ambiguous: (ending) => {
        const { result, inputs } = ending;
        const isWake = result.ambiguous === 'wake';
        return {
            title: `${isWake ? 'Wake-up' : 'Restart'} not confirmed`,
            summary: sentences(`The state of endpoint ${inputs.endpointId} does not show whether its ${isWake ? 'wake-up' : 'restart'} was accepted.`, lastSeen(result.last), faultNote(ending), ambiguityNote(result)),
            nextStep: `Check the endpoint in ${SUITE} before you restart it again, or set wait: true to follow it.`,
        };
    },
};
function failure_error(ending) {
    return REASONS[ending.result.reason ?? 'unreachable'](ending);
}
function afterwards({ result }) {
    if (result.last === undefined)
        return ambiguityNote(result);
    return sentences(lastSeen(result.last), closing(result));
}
function nextStepOf(ending) {
    return `${adviceOf(ending)?.nextStep ?? `Check the endpoint in ${SUITE}, then re-run the job`}.`;
}

;// CONCATENATED MODULE: ./src/report/success.ts
/** The words for runs that end green. */




function restarted({ result, inputs }) {
    const { last, restarts } = result;
    if (!inputs.policy.wait)
        return accepted({ result, inputs }, 'restart');
    return {
        title: `Restarted and ${UP[last?.status ?? ''] ?? 'up'}`,
        summary: cameUp({ result, inputs }, `restarted${times(restarts)}`, 'again '),
        nextStep: '',
    };
}
function woken({ result, inputs }) {
    if (!inputs.policy.wait)
        return accepted({ result, inputs }, 'wake-up');
    return {
        title: `Woken and ${UP[result.last?.status ?? ''] ?? 'up'}`,
        summary: cameUp({ result, inputs }, 'woken'),
        nextStep: '',
    };
}
const UP = { RUNNING: 'running', SLEEPING: 'asleep', READY: 'ready' };
function accepted({ result, inputs }, noun) {
    const { last } = result;
    const isNew = conditionOf(last?.status) === 'starting' || conditionOf(last?.status) === 'up';
    return {
        title: noun === 'restart' ? 'Restart accepted' : 'Wake-up accepted',
        summary: sentences(`The API accepted the ${noun} of endpoint ${inputs.endpointId}.`, isNew ? lastSeen(last) : '', 'This run does not wait for it; with wait: true it would wait until the endpoint is RUNNING.'),
        nextStep: '',
    };
}
/** Says what was done, too: as the `message` output it stands without its title. */
function cameUp({ result, inputs }, done, again = '') {
    const { endpointId, policy } = inputs;
    const took = formatDuration(result.elapsedMs);
    if (result.last?.status === 'SLEEPING') {
        const became = result.hasProgressed ? ', came up, and went to sleep within' : ' and is SLEEPING after';
        return `Endpoint ${endpointId} was ${done}${became} ${took}: it is healthy, and the next request wakes it.`;
    }
    const stable = policy.stableForMs > 0 ? `, and has been stable for ${formatDuration(policy.stableForMs)}` : '';
    return `Endpoint ${endpointId} was ${done} and serves requests ${again}after ${took}${stable}.`;
}
function notNeeded({ result, inputs }) {
    const isAmbiguous = result.ambiguous !== undefined;
    return {
        title: isAmbiguous ? 'Nothing more to restart' : 'Nothing to restart',
        summary: sentences(whyNotNeeded({ result, inputs }), ambiguityNote(result)),
        nextStep: '',
    };
}
function whyNotNeeded({ result, inputs }) {
    const { last, first } = result;
    const { endpointId, policy } = inputs;
    if (last === undefined)
        return `The status of endpoint ${endpointId} is unknown.`;
    const { status } = last;
    switch (conditionOf(status)) {
        case 'down':
            return result.ambiguous === undefined
                ? `Endpoint ${endpointId} is ${status} and was left alone: ${success_scopeOf(policy)}.`
                : `Endpoint ${endpointId} is ${status}: ${success_scopeOf(policy)}.`;
        case 'starting':
            return `Endpoint ${endpointId} is already ${status === 'UPDATING' ? 'being updated' : 'starting'}: ${describeState(last)}. With wait: true, the run would wait until it is RUNNING.`;
        case 'asleep':
            return `Endpoint ${endpointId} is SLEEPING: it is healthy, and the next request wakes it. With wake: true, the run would wake it.`;
        default: {
            const came = first === undefined || first.status === status
                ? ''
                : `It was ${first.status} at first, and came up without a restart from this run.`;
            return sentences(`Endpoint ${endpointId} is ${status}.`, came);
        }
    }
}
function success_scopeOf({ restartOn }) {
    return `restart-on lists only ${restartOn.join(' and ')}`;
}
function dryRun({ result, inputs }) {
    const { last, planned } = result;
    const { endpointId, policy } = inputs;
    const { would, title } = describePlan(planned, policy);
    const change = planned?.type === 'restart' || planned?.type === 'wake';
    return {
        title: `Dry run: ${title}`,
        summary: sentences(`Endpoint ${endpointId} is ${last === undefined ? 'in an unknown state' : stateAndCause(last)}.`, `Without dry-run, this run would ${would}${change && policy.wait ? ` and wait up to ${formatDuration(policy.timeoutMs)} for RUNNING` : ''}${last === undefined ? '' : `, because ${whyPlanned(planned, last, policy)}`}.`, 'Nothing was changed.'),
        nextStep: change ? 'Remove dry-run to carry this out.' : '',
    };
}
function stateAndCause(state) {
    const isFailed = conditionOf(state.status) === 'down';
    return isFailed ? `${state.status}${withErrorCode(state)}` : describeState(state);
}
function describePlan(planned, policy) {
    const limit = formatDuration(policy.timeoutMs);
    switch (planned?.type) {
        case 'restart':
            return { would: 'restart it', title: 'would restart' };
        case 'wake':
            return { would: 'wake it', title: 'would wake' };
        case 'wait':
            return { would: `wait up to ${limit} for RUNNING`, title: 'would wait' };
        default: {
            const isError = planned?.outcome === 'error' || planned?.outcome === 'not-recoverable';
            return isError
                ? { would: `fail with the outcome ${planned.outcome}`, title: 'would fail' }
                : { would: 'leave it alone', title: 'nothing to do' };
        }
    }
}
/** The row of the table in docs/behavior.md section 4 as a reason. */
function whyPlanned(planned, { status }, policy) {
    if (planned?.type === 'restart')
        return `restart-on lists ${policy.restartOn.join(' and ')}`;
    if (planned?.type === 'wake')
        return 'wake is true';
    switch (conditionOf(status)) {
        case 'down':
            return planned?.type === 'end' && planned.outcome === 'not-recoverable'
                ? 'a restart cannot fix this error code, and restart-on lists RECOVERABLE but not FAILED'
                : success_scopeOf(policy);
        case 'starting':
            return policy.wait ? 'it is already starting' : 'it is already starting and wait is false';
        case 'asleep':
            return 'it is healthy and wake is false';
        case 'up':
            return 'it is up';
        case 'stopping':
            return 'it can be restarted once it is TERMINATED';
        default:
            return 'the API does not document what this status means';
    }
}

;// CONCATENATED MODULE: ./src/report/timed-out.ts
/** The words for runs that ran out of time. */




const NO_CAPACITY = 'For most of the time it was requesting a virtual machine: likely there is no free capacity for its instance type.';
function timedOut(ending) {
    const { result, inputs } = ending;
    const { last, nextAttempt, stableMs } = result;
    const { endpointId, policy } = inputs;
    const limit = formatDuration(policy.timeoutMs);
    if (last?.status === 'RUNNING' && policy.stableForMs > 0) {
        const required = formatDuration(policy.stableForMs);
        const stability = stableMs === undefined
            ? `was RUNNING when last seen, but not yet for the ${required} without a break`
            : `is RUNNING, but only for ${formatDuration(stableMs)} of the ${required}`;
        return {
            title: `Not yet stable after ${limit}`,
            summary: sentences(`Endpoint ${endpointId} ${stability} that stable-for requires when the limit of ${limit}, set by timeout-minutes, was reached.`, faultNote(ending), closing(result)),
            nextStep: 'Set a longer timeout-minutes or a shorter stable-for, then re-run the job.',
        };
    }
    const isWaitingForAttempt = nextAttempt !== undefined && last !== undefined;
    return {
        title: `Not RUNNING after ${limit}`,
        summary: sentences(`Endpoint ${endpointId} was not RUNNING within ${limit}, the limit set by timeout-minutes.`, isWaitingForAttempt
            ? `It failed again${withErrorCode(last)}. Attempt ${nextAttempt} of ${policy.attempts} was still to come.`
            : lastSeen(last), faultNote(ending), likely(adviceOf(ending)), lacksCapacity(ending) ? NO_CAPACITY : '', closing(result)),
        nextStep: afterTimeout(ending),
    };
}
/** Whether the endpoint spent most of the run in its first phase. */
function lacksCapacity({ result, unchangedMs }) {
    return result.last?.phase === 'REQUESTING_VIRTUAL_MACHINE' && unchangedMs >= result.elapsedMs / 2;
}
function afterTimeout(ending) {
    const { result } = ending;
    const advice = adviceOf(ending);
    if (advice !== undefined)
        return `${advice.nextStep}.`;
    if (result.nextAttempt !== undefined && result.last !== undefined) {
        return `${afterFailure(result.last.status, result.last.errorCode)}. Or set a longer timeout-minutes.`;
    }
    if (lacksCapacity(ending)) {
        return `Choose another instance type in ${SUITE}, or contact support@friendli.ai with the endpoint ID and the time.`;
    }
    return isProgressing(result)
        ? 'It may still come up: re-run the job to keep waiting, or set a longer timeout-minutes.'
        : `Check the endpoint in ${SUITE}, then re-run the job or set a longer timeout-minutes.`;
}

;// CONCATENATED MODULE: ./src/report/message.ts




const WORDS = {
    restarted: restarted,
    woken: woken,
    'not-needed': notNeeded,
    'dry-run': dryRun,
    'not-recoverable': notRecoverable,
    failed: failed,
    'timed-out': timedOut,
    cancelled: cancelled,
    error: failure_error,
};
/** Puts the end of a run into words. `ending` is what `completed` ends with; the other ends have none. */
function composeMessage(end, ending) {
    if (end.type === 'invalid-input')
        return invalidInput(end.issues);
    if (end.type === 'crashed' || ending === undefined) {
        return internalError(end.type === 'crashed' ? end.message : 'the run ended before it started');
    }
    return { outcome: end.result.outcome, ...WORDS[end.result.outcome](ending) };
}
function invalidInput(issues) {
    return {
        outcome: 'error',
        title: issues.length === 1 ? 'Invalid input' : `${issues.length} invalid inputs`,
        summary: [...issues, 'No request was sent.'].join('\n'),
        nextStep: 'Correct the inputs of this step in the workflow.',
    };
}
function internalError(message) {
    return {
        outcome: 'error',
        title: 'Internal error in the action',
        summary: `This is a bug in the action, not a problem with the endpoint: ${message}`,
        nextStep: `Check the endpoint in ${SUITE}, and report this error with the log to the authors of the action.`,
    };
}
/** What happened and what to do next, in one line. */
function oneLine({ summary, nextStep }) {
    return `${summary} ${nextStep}`.trim().replaceAll('\n', ' ');
}

;// CONCATENATED MODULE: external "node:fs"
const external_node_fs_namespaceObject = require("node:fs");
;// CONCATENATED MODULE: ./src/report/outputs.ts
/** The outputs of the step (docs/behavior.md section 3). */


/** After this number of changes of state, outputs are written at most once a minute. */
const outputs_MAX_CHANGES = 200;
const outputs_THINNED_INTERVAL_MS = 60_000;
/** What GITHUB_OUTPUT can hold before the end of the run; the runner takes 1 MiB. */
const MAX_INTERIM_BYTES = 512 * 1_024;
/** A bound on what core.setOutput writes around a value: the name, and twice a delimiter with its line breaks. */
const BYTES_PER_ENTRY = 150;
class Outputs {
    sanitize;
    written = new Map();
    changes = 0;
    writtenAtMs = 0;
    interimBytes = 0;
    isFinal = false;
    writeFault;
    /** A write to a pipe would block the process, and with it the reaction to a cancel. */
    isPipe;
    constructor(sanitize) {
        this.sanitize = sanitize;
    }
    /** Why an output could not be written; absent if all were. */
    get fault() {
        return this.writeFault;
    }
    /** A new state. However often it changes, the file stays small. */
    observe(state, atMs) {
        this.changes += 1;
        if (this.changes > outputs_MAX_CHANGES && atMs - this.writtenAtMs < outputs_THINNED_INTERVAL_MS)
            return;
        this.writtenAtMs = atMs;
        this.writeState(state);
    }
    /** The last state seen; the first one is also what came before any restart. */
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
    writeRestarted() {
        this.write('restarted', 'true');
    }
    /** The values that are known at the end only, and whatever had no room before. */
    finish(end) {
        this.isFinal = true;
        this.writeState(end.state);
        this.write('outcome', end.outcome);
        this.write('message', end.message);
        this.write('elapsedSeconds', String(Math.round(end.elapsedMs / 1_000)));
    }
    /** Writes an output when it changes; the last entry for a name is the one that counts. */
    write(name, value) {
        if (this.written.get(name) === value)
            return;
        const bytes = Buffer.byteLength(value) + BYTES_PER_ENTRY;
        if (!this.isFinal && this.interimBytes + bytes > MAX_INTERIM_BYTES)
            return;
        this.interimBytes += bytes;
        this.written.set(name, value);
        // Without a file, core.setOutput would print an old-style command.
        const file = process.env['GITHUB_OUTPUT'] ?? '';
        if (file === '')
            return;
        try {
            this.isPipe ??= (0,external_node_fs_namespaceObject.statSync)(file, { throwIfNoEntry: false })?.isFIFO() === true;
            if (this.isPipe)
                throw new Error(`${file} is not a file`);
            setOutput(name, value);
        }
        catch (error) {
            // The endpoint matters more than the outputs: the run continues, and ends red.
            this.writeFault ??= this.sanitize(error instanceof Error ? error.message : String(error));
        }
    }
}

;// CONCATENATED MODULE: ./src/report/markdown.ts
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
 * Escapes text for one line of Markdown as GitHub renders it (docs/behavior.md section 6): nothing in it becomes HTML,
 * markup, a link, a mention, an emoji or the end of a table cell.
 */
function escapeMarkdown(text) {
    return text
        .replace(/\s+/g, ' ')
        .trim()
        .replace(REFERENCES, '$&\u2060')
        .replace(PUNCTUATION, (character) => ENTITIES[character] ?? `\\${character}`);
}
/** A foreign value: as code if it is a plain name, else escaped. A long name can break after each of its words. */
function formatValue(text) {
    if (/^[a-z0-9]+(?:_[a-z0-9]+)+$/i.test(text))
        return `<code>${text.replaceAll('_', '_<wbr>')}</code>`;
    return /^[\w-]+$/.test(text) ? `\`${text}\`` : escapeMarkdown(text);
}

;// CONCATENATED MODULE: ./src/report/timeline.ts
/** The picture of a run: a Mermaid gantt in the reader's own time zone, and the same as one line of text. */




/** Mermaid's tags, and the colors that they get: they can be told apart on GitHub's light and dark background. */
const KINDS = {
    phase: { tag: '', fill: 'taskBkgColor', line: 'taskBorderColor', color: '#388bfd' },
    waiting: { tag: 'done, ', fill: 'doneTaskBkgColor', line: 'doneTaskBorderColor', color: '#848d97' },
    up: { tag: 'active, ', fill: 'activeTaskBkgColor', line: 'activeTaskBorderColor', color: '#2da44e' },
    failure: { tag: 'crit, ', fill: 'critBkgColor', line: 'critBorderColor', color: '#da3633' },
};
/** Marks of the axis for runs of at most `minutes`, at most seven marks; where midnight can pass, with the day. */
const AXES = [
    { minutes: 1, tick: '10second', format: '%H:%M:%S' },
    { minutes: 3, tick: '30second', format: '%H:%M:%S' },
    { minutes: 6, tick: '1minute', format: '%H:%M' },
    { minutes: 12, tick: '2minute', format: '%H:%M' },
    { minutes: 30, tick: '5minute', format: '%H:%M' },
    { minutes: 60, tick: '10minute', format: '%H:%M' },
    { minutes: 180, tick: '30minute', format: '%H:%M' },
    { minutes: 360, tick: '1hour', format: '%a %H:%M' },
    { minutes: 1_080, tick: '3hour', format: '%a %H:%M' },
    { minutes: 2_520, tick: '6hour', format: '%a %H:%M' },
    { minutes: 5_040, tick: '12hour', format: '%a %H:%M' },
];
const LONGEST_AXIS = { tick: '1day', format: '%a %d' };
/** Labels stand beside the bars, where every theme shows them. */
const GANTT = {
    useWidth: 760,
    leftPadding: 285,
    rightPadding: 30,
    sectionFontSize: 13,
    fontSize: 12,
    numberSectionStyles: 2,
};
/** Every other row is a little darker than the background, or lighter. Mermaid draws it at a fifth of its opacity. */
const SECTIONS = {
    sectionBkgColor: '#848d97',
    sectionBkgColor2: '#848d97',
    altSectionBkgColor: 'transparent',
};
/** Bars must have names, and sections of one name would be one. */
const timeline_INVISIBLE = '\u2060';
/** The bars of a run, without gaps and overlaps. */
function barsOf(all, result) {
    const entries = all.filter(({ isContinued, atMs }, index) => !isContinued || (all[index + 1]?.atMs ?? Number.POSITIVE_INFINITY) - atMs >= 1_000);
    const lastAtMs = entries.at(-1)?.atMs ?? 0;
    const endMs = Math.max(result.elapsedMs, lastAtMs);
    const seenUntilMs = Math.max(Math.min(result.unobservedSinceMs ?? endMs, endMs), lastAtMs);
    const isOver = isSuccess(result.outcome) || ['failed', 'not-recoverable'].includes(result.outcome);
    const bars = entries.map((entry, index) => {
        const next = entries[index + 1];
        const isOpen = next === undefined && !isOver;
        return { ...describeEntry(entry), fromMs: entry.atMs, toMs: next?.atMs ?? seenUntilMs, isOpen };
    });
    if (result.unobservedSinceMs === undefined)
        return bars;
    return [
        ...bars,
        { label: 'Not observed', kind: 'waiting', fromMs: seenUntilMs, toMs: endMs, isOpen: false },
    ];
}
/** @param startedDate when the run started, in milliseconds since 1970 */
function renderGantt(bars, startedDate) {
    const totalMs = bars.at(-1)?.toMs ?? 0;
    const axis = AXES.find(({ minutes }) => totalMs <= minutes * 60_000) ?? LONGEST_AXIS;
    const colors = Object.values(KINDS).flatMap(({ fill, line, color }) => [
        [fill, color],
        [line, color],
    ]);
    const themeVariables = { ...SECTIONS, ...Object.fromEntries(colors) };
    const rows = bars.map((bar, index) => {
        const { kind, fromMs, toMs } = bar;
        const shape = toMs - fromMs <= totalMs / 100 ? 'milestone, ' : '';
        const dates = [fromMs, toMs].map((atMs) => Math.round(startedDate + atMs)).join(', ');
        // Sections and bars of one name would share a place, so each gets its own number of invisible characters.
        return `section ${labelOf(bar)}${timeline_INVISIBLE.repeat(index)}\n${timeline_INVISIBLE} :${KINDS[kind].tag}${shape}${dates}`;
    });
    return `%%{init: ${JSON.stringify({ gantt: GANTT, themeVariables })}}%%
gantt
dateFormat x
axisFormat ${axis.format}
tickInterval ${axis.tick}
todayMarker off
${rows.join('\n')}`;
}
/** How long each part lasted, for screens on which the chart is too small to read. */
function describeBars(bars) {
    return bars.map(labelOf).join(' → ');
}
function labelOf({ label, fromMs, toMs, isOpen }) {
    const ms = toMs - fromMs;
    return ms < 1_000 ? label : `${label}, ${formatDuration(ms)}${isOpen ? ' so far' : ''}`;
}
function describeEntry(entry) {
    switch (entry.type) {
        case 'state':
            return { label: stateLabel(entry.state), kind: timeline_kindOf(entry.state.status) };
        case 'accepted': {
            const number = entry.attempt > 1 ? ` ${entry.attempt}` : '';
            return {
                label: `${entry.request === 'restart' ? 'Restart' : 'Wake-up'}${number} accepted`,
                kind: 'waiting',
            };
        }
        case 'retry':
            return { label: `Waiting for restart ${entry.attempt}`, kind: 'waiting' };
        case 'unobserved':
            return { label: 'Not observed', kind: 'waiting' };
        case 'omitted':
            return { label: `${entry.count} more states`, kind: 'waiting' };
    }
}
function timeline_kindOf(status) {
    const condition = conditionOf(status);
    if (condition === 'starting')
        return 'phase';
    if (condition === 'up')
        return 'up';
    return status === 'FAILED' ? 'failure' : 'waiting';
}
/** Words where there are some, else the API's name; one that is not documented stands in quotes. */
function stateLabel({ status, phase }) {
    const condition = conditionOf(status);
    if (condition !== 'starting' && condition !== 'unknown')
        return status;
    const label = labels_statusLabel(status, phase);
    if (label === phase)
        return quoted(phase || status);
    return `${label.charAt(0).toUpperCase()}${label.slice(1)}`;
}
/** Nothing in it means anything to Mermaid or Markdown. */
function quoted(name) {
    const plain = name.replace(/[^\p{L}\p{N}_.-]+/gu, ' ').trim();
    return `“${/^.{0,20}/u.exec(plain)?.[0].trimEnd() ?? ''}”`;
}

;// CONCATENATED MODULE: ./src/report/summary.ts





/** An emoji for the eye, and GitHub's alert around the text. Neither says what the words do not. */
const OUTCOME_STYLE = {
    restarted: { emoji: '✅', alert: '' },
    woken: { emoji: '✅', alert: '' },
    'not-needed': { emoji: 'ℹ️', alert: 'NOTE' },
    'dry-run': { emoji: '🔎', alert: 'NOTE' },
    'not-recoverable': { emoji: '❌', alert: 'CAUTION' },
    failed: { emoji: '❌', alert: 'CAUTION' },
    'timed-out': { emoji: '⏳', alert: 'WARNING' },
    cancelled: { emoji: '🚫', alert: 'WARNING' },
    error: { emoji: '❌', alert: 'CAUTION' },
};
function renderSummary(facts) {
    const { message, ending } = facts;
    const { emoji, alert } = OUTCOME_STYLE[message.outcome];
    const parts = [
        `### ${emoji} Friendli endpoint: ${escapeMarkdown(message.title)}`,
        renderMessage(message, alert),
        ...(ending === undefined ? [] : [renderTable(ending, facts.history), ...renderTimeline(facts, ending)]),
    ];
    return `${parts.join('\n\n')}\n`;
}
/** The summary can hold foreign text and is escaped; the next step is our own text, and its links work. */
function renderMessage({ summary, nextStep }, alert) {
    const paragraphs = summary.split('\n').map(escapeMarkdown);
    if (nextStep !== '')
        paragraphs.push(`**Next step:** ${nextStep}`);
    const linked = paragraphs.map(linkSuite);
    return alert === '' ? linked.join('\n\n') : `> [!${alert}]\n> ${linked.join('\n>\n> ')}`;
}
/** A foreign text cannot choose the address: its brackets are escaped. */
function linkSuite(text) {
    return text.replace(/(Friendli Suite(?:, [A-Za-z ,]+)?) \((https:[^)]*)\)|Friendli Suite/g, (name, label = name, url = 'https://friendli.ai/suite') => `[${label}](${url})`);
}
/** Two columns, so that a narrow screen cuts nothing. */
function renderTable({ inputs, result }, { failure }) {
    const { first, last, restarts, woken, ambiguous, elapsedMs } = result;
    const rows = [
        ['Before', stateCell(first)],
        ...whyItHadFailed(result, failure),
        ['Now', stateCell(last)],
        ['Restarted', summary_times(restarts) ?? (ambiguous === 'restart' ? 'unknown' : 'no')],
        ...(woken || ambiguous === 'wake' ? [['Woken', woken ? 'yes' : 'unknown']] : []),
        ['Took', formatDuration(elapsedMs)],
    ];
    return [
        `| Endpoint | ${formatValue(inputs.endpointId)} |`,
        '| :-- | :-- |',
        ...rows.map(([name, cell]) => `| ${name} | ${cell} |`),
    ].join('\n');
}
function summary_times(restarts) {
    if (restarts === 0)
        return undefined;
    return restarts === 1 ? 'yes' : `${restarts} times`;
}
/** Outcomes whose text explains the error code of the last state. */
const SAYS_WHY = ['failed', 'not-recoverable', 'dry-run'];
/** In words; left out where the text above says it already. */
function whyItHadFailed({ outcome, first, last }, failure) {
    const { errorCode = '' } = failure ?? {};
    const isSaid = SAYS_WHY.includes(outcome) && last?.errorCode === errorCode;
    if (errorCode === '' || isSaid)
        return [];
    const code = first?.errorCode === errorCode ? '' : `: ${formatValue(errorCode)}`;
    return [['Why it had failed', `likely ${errorCodeEntry(errorCode).likelyCause}${code}`]];
}
function stateCell(state) {
    if (state === undefined)
        return 'unknown';
    const { status, phase, errorCode } = state;
    const label = labels_statusLabel(status, phase);
    return [formatValue(status), label === phase ? formatValue(phase) : label, formatValue(errorCode)]
        .filter((part) => part !== '')
        .join(', ');
}
/** The picture of a run that waited, and the same in one line of text. */
function renderTimeline({ history, startedDate }, { inputs, result }) {
    const { entries, pausesMs } = history;
    if (!inputs.policy.wait || inputs.policy.dryRun || entries.length < 2)
        return [];
    const bars = barsOf(entries, result);
    return [
        `**Durations:** ${escapeMarkdown(describeBars(bars))}`,
        `**Timeline (your local time)**${pausesMs === undefined ? '' : `<br>${describeResolution(pausesMs)}`}`,
        `\`\`\`mermaid\n${renderGantt(bars, startedDate)}\n\`\`\``,
    ];
}
/** How coarse the picture is. */
function describeResolution({ shortest, longest }) {
    const [from, to] = [formatPause(shortest), formatPause(longest)];
    const every = from === to ? to : `${from} to ${to}`;
    return `The status was read every ${every}: each change can have happened up to ${to} earlier, and a shorter phase can be missing.`;
}

;// CONCATENATED MODULE: ./src/report/report.ts
/** Reports a run to people and to later steps: log, annotations, outputs and job summary. */









/** Maximum number of characters that GitHub shows of an annotation. */
const MAX_ANNOTATION_LENGTH = 4_096;
class Report {
    sanitize;
    startedDate;
    log = new Log();
    history = new History();
    outputs;
    heartbeat;
    inputs;
    constructor({ clock, sanitize }) {
        this.sanitize = sanitize;
        this.startedDate = clock.date();
        this.outputs = new Outputs(sanitize);
        this.heartbeat = new Heartbeat({
            clock,
            situation: () => ({
                state: this.history.state,
                changedAtMs: this.history.changedAtMs,
                lastLineAtMs: this.log.lastLineAtMs,
                attempts: this.attempts,
            }),
            print: (atMs, text) => this.log.line(atMs, text),
        });
    }
    /** The first line: what the run will do. */
    start(inputs) {
        this.inputs = inputs;
        info(startLine(inputs));
    }
    /** One event of the run: a line if something changed, and outputs as soon as they are known. */
    onEvent = (event) => {
        this.history.record(event);
        this.log.event(event, this.attempts);
        this.heartbeat.onEvent(event);
        if (event.type === 'observed')
            this.outputs.observe(event.state, event.atMs);
        if (event.type === 'accepted' && event.request === 'restart')
            this.outputs.writeRestarted();
        if (isDebug())
            debugEvent(event);
    };
    /** One request, under debug logging. */
    onRequest = ({ method, path, result, durationMs }) => {
        report_debug(`${method} ${path}: ${result} in ${Math.round(durationMs)} ms`);
    };
    /** Something that the reader of the log should know. */
    onNotice = (text) => {
        info(this.sanitize(text));
    };
    /** What the run knows, under debug logging. */
    onTransition = (run) => {
        if (isDebug())
            core_debug(`run ${JSON.stringify(run)}`);
    };
    /** The one way out of a run: outputs, last line or annotation, summary. Returns whether the step succeeds. */
    async finish(end) {
        this.heartbeat.stop();
        const ending = this.endingOf(end);
        const message = composeMessage(end, ending);
        this.outputs.finish({
            state: ending?.result.last ?? this.history.state,
            outcome: message.outcome,
            message: oneLine(message),
            elapsedMs: elapsedMsOf(end),
        });
        this.announce(message);
        await this.writeSummary(renderSummary({ message, ending, history: this.history, startedDate: this.startedDate }));
        return isSuccess(message.outcome) && this.outputs.fault === undefined;
    }
    get attempts() {
        return this.inputs?.policy.attempts ?? 1;
    }
    endingOf(end) {
        if (end.type !== 'completed' || this.inputs === undefined)
            return undefined;
        const { changedAtMs, wasReached } = this.history;
        const { result } = end;
        return { result, inputs: this.inputs, unchangedMs: result.elapsedMs - changedAtMs, wasReached };
    }
    /** The last line, or the one annotation. */
    announce(message) {
        const { title, summary, nextStep } = message;
        const text = `${summary}\n${nextStep}`.trim();
        const level = levelOf(message.outcome, this.outputs.fault);
        if (level === 'info')
            info(`${title}. ${oneLine(message)}`);
        else if (level === 'notice')
            notice(shorten(text), { title });
        else if (level === 'error')
            error(shorten(text), { title });
        else
            error(shorten(`${text}\nHowever, the outputs could not be written: ${level.fault}`), {
                title: 'Outputs are missing',
            });
    }
    async writeSummary(markdown) {
        try {
            await summary.addRaw(markdown).write();
        }
        catch (error) {
            if (isDebug())
                report_debug(`no job summary: ${this.sanitize(String(error))}`);
        }
    }
}
/** How loudly a run ends. A canceled one never has an annotation. */
function levelOf(outcome, fault) {
    if (outcome === 'cancelled')
        return 'info';
    if (!isSuccess(outcome))
        return 'error';
    if (fault !== undefined)
        return { fault };
    return outcome === 'restarted' || outcome === 'woken' ? 'info' : 'notice';
}
function elapsedMsOf(end) {
    if (end.type === 'invalid-input')
        return 0;
    return end.type === 'crashed' ? end.elapsedMs : end.result.elapsedMs;
}
function shorten(text) {
    return text.length <= MAX_ANNOTATION_LENGTH
        ? text
        : `${text.slice(0, MAX_ANNOTATION_LENGTH - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
function debugEvent(event) {
    const time = formatTimestamp(event.atMs);
    if (event.type === 'paused')
        report_debug(`${time} pause of ${formatPause(event.forMs)} (${event.why})`);
    if (event.type === 'fault')
        report_debug(`${time} ${event.call}: ${event.fault.message}`);
    if (event.type === 'stale-read')
        report_debug(`${time} a state from before the ${event.request} is ignored`);
}
/** The runner would throw debug lines away, but only after thousands of them were written. */
function report_debug(message) {
    if (isDebug())
        core_debug(message);
}

;// CONCATENATED MODULE: ./src/sanitize.ts

/** The maximum length of a sanitized text, in UTF-16 code units (docs/behavior.md section 6). */
const MAX_TEXT_LENGTH = 500;
/** The part of a longer text that is processed at all. A transform can drop long passages, so it is given more. */
const sanitize_MAX_INPUT_LENGTH = 4_000;
const MAX_TRANSFORM_INPUT_LENGTH = 65_536;
/** Control and format characters, line and paragraph separators, and halves of surrogate pairs. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;
/**
 * Makes the one gate through which foreign text (the API's answers, system errors, rejected inputs) passes before it
 * is kept or shown (docs/behavior.md section 6). Work and result are bounded, however long the text is.
 *
 * @param secret the API key; with an empty one, only what looks like a Friendli key is redacted
 */
function createSanitizer(secret) {
    let redact;
    return (text, { transform, keepWhitespace = false } = {}) => {
        // Made when the first foreign text comes: most runs see none, and it takes a share of the start-up.
        redact ??= createRedaction(secret);
        const maxLength = transform === undefined ? sanitize_MAX_INPUT_LENGTH : MAX_TRANSFORM_INPUT_LENGTH;
        let line = redact(text.slice(0, maxLength));
        let isCut = text.length > maxLength;
        if (transform !== undefined) {
            const transformed = transform(line);
            isCut ||= transformed.length > sanitize_MAX_INPUT_LENGTH;
            // Once more, since what the transform removed can have stood inside an echo of the key.
            line = redact(transformed.slice(0, sanitize_MAX_INPUT_LENGTH));
        }
        // Most texts are plain, and compiling the pattern takes longer than all else here.
        if (/[^ -~]/.test(line))
            line = line.replace(UNPRINTABLE, ' ');
        return sanitize_shorten(escapeWorkflowCommands(keepWhitespace ? line : line.trim()), isCut);
    };
}
/**
 * The runner takes `##[` anywhere and `::` at the start of a line, white space aside, for a command (actions/runner,
 * ActionCommand.TryParse and TryParseV2).
 */
function escapeWorkflowCommands(line) {
    return line.replaceAll('##[', '## [').replace(/^(\s*)::/, '$1: :');
}
function sanitize_shorten(line, isCut) {
    if (line.length <= MAX_TEXT_LENGTH - (isCut ? 1 : 0))
        return isCut ? `${line}…` : line;
    // Never half a surrogate pair, and the ellipsis counts too.
    return `${line.slice(0, MAX_TEXT_LENGTH - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

;// CONCATENATED MODULE: ./src/main.ts






/**
 * One run of the action: inputs, loop, report.
 *
 * @param signal ends the run: as crashed if it was aborted with an Error, else as canceled
 * @returns whether the step succeeds
 */
async function run(signal) {
    const apiKey = readApiKey();
    const sanitize = createSanitizer(apiKey);
    const report = new Report({ clock: systemClock, sanitize });
    return await report.finish(await endOfRun({ apiKey, sanitize, report, signal }));
}
/** The single catch. */
async function endOfRun(options) {
    const startedAt = systemClock.now();
    try {
        return { type: 'completed', result: await restart(options) };
    }
    catch (error) {
        if (error instanceof InputError)
            return { type: 'invalid-input', issues: error.issues };
        const message = options.sanitize(describe(error));
        return { type: 'crashed', message, elapsedMs: systemClock.now() - startedAt };
    }
}
async function restart({ apiKey, sanitize, report, signal }) {
    const inputs = readInputs({ apiKey, sanitize });
    report.start(inputs);
    const { onRequest, onNotice, onTransition, onEvent: listener } = report;
    const client = createClient({ ...inputs, sanitize, onRequest, onNotice });
    const { policy } = inputs;
    const result = await runLoop({ client, clock: systemClock, policy, signal, listener, onTransition });
    if (signal.reason instanceof Error)
        throw signal.reason;
    return result;
}
/** An unexpected error with its cause, for an issue report. */
function describe(error) {
    if (!(error instanceof Error))
        return String(error);
    const cause = error.cause instanceof Error ? `, caused by ${error.cause.message}` : '';
    return `${error.stack ?? error.message}${cause}`;
}

;// CONCATENATED MODULE: ./src/index.ts

/** How long the end of a canceled run can take. The runner kills the step after 10 s. */
const SHUTDOWN_GRACE_MS = 900;
// Every unexpected end is red: also the event loop running dry, which would be exit code 0.
process.exitCode = 1;
process.once('beforeExit', reportNoResult);
const controller = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, requestStop);
process.on('uncaughtException', (thrown) => requestStop(thrown instanceof Error ? thrown : new Error(String(thrown))));
/** @param reason an Error for a crash, the name of a signal for a cancel */
function requestStop(reason) {
    controller.abort(reason);
    setTimeout(() => {
        if (controller.signal.reason instanceof Error)
            reportNoResult();
        exitProcess(1);
    }, SHUTDOWN_GRACE_MS);
}
function reportNoResult() {
    process.stdout.write('::error title=The action ended without a result::Check the endpoint in Friendli Suite (https://friendli.ai/suite).\n');
}
function exitProcess(code) {
    // process.exit waits for a pending name lookup or file access, which cannot be canceled and can take for ever.
    const pending = process.getActiveResourcesInfo();
    if (code !== 0 && ['GetAddrInfoReqWrap', 'FSReqPromise'].some((resource) => pending.includes(resource))) {
        process.kill(process.pid, 'SIGKILL');
    }
    process.exit(code);
}
void run(controller.signal).then((isGood) => {
    // Not process.exit alone, which loses what is still on its way to a pipe.
    process.stdout.write('', () => exitProcess(isGood ? 0 : 1));
});

module.exports = __webpack_exports__;
/******/ })()
;