/******/ (() => { // webpackBootstrap
/******/ 	"use strict";
/******/ 	var __webpack_modules__ = ({

/***/ 522:
/***/ ((module) => {

module.exports = require("node:zlib");

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

;// CONCATENATED MODULE: ./src/error-codes.ts
/** The error codes of a failed endpoint: docs/behavior.md section 7 as one list. */
const CONTACT_SUPPORT = 'contact support@friendli.ai with the endpoint ID and the time';
const FRIENDLI_SUITE_URL = 'https://friendli.ai/suite';
const INTEGRATIONS = `Friendli Suite, Personal Settings, Integrations (${FRIENDLI_SUITE_URL}/~/setting/integrations)`;
const NO_CAUSE = recoverable('', `Restart the endpoint again. If it still fails, ${CONTACT_SUPPORT}`);
const SETTINGS = permanent('the endpoint’s configuration is invalid', 'Check the endpoint’s engine settings; restarting alone will not help');
const MODEL_FILES = permanent('model files are missing or have the wrong format', 'Put config.json and the safetensors files in the root of the model repository');
/** Every error code that the API documents. */
const ERROR_CODES = {
    WORKLOAD_INIT_UNKNOWN_ERROR: NO_CAUSE,
    WORKLOAD_INIT_SETTINGS_ERROR: SETTINGS,
    WORKLOAD_INIT_GRPC_ERROR: recoverable('an internal Friendli service call failed', `Restart the endpoint again later. If it still fails, ${CONTACT_SUPPORT}`),
    WORKLOAD_INIT_MANIFEST_NOT_FOUND_ERROR: MODEL_FILES,
    WORKLOAD_INIT_MANIFEST_TYPE_ERROR: MODEL_FILES,
    WORKLOAD_INIT_DOWNLOAD_ERROR: recoverable('the model could not be downloaded', 'Check that the model’s repository and revision exist, then restart the endpoint'),
    WORKLOAD_INIT_INVALID_TOKEN_ERROR: permanent('the Hugging Face or Weights & Biases token was revoked or has expired', `Renew the token in ${INTEGRATIONS}, then restart the endpoint`),
    WORKLOAD_INIT_CANNOT_ACCESS_REPO_ERROR: permanent('the token lacks read access to the model’s repository', `Grant the token read access and accept the model’s license, then restart the endpoint. Tokens are configured in ${INTEGRATIONS}`),
    WORKLOAD_INIT_HF_WANDB_API_ERROR: recoverable('Hugging Face or Weights & Biases did not respond', 'Check https://status.huggingface.co and https://status.wandb.com, then restart later'),
    WORKLOAD_INIT_INSUFFICIENT_DISK_ERROR: permanent('the model does not fit on the disk', 'Use a larger instance or a smaller model'),
    INFERENCE_ENGINE_UNKNOWN_ERROR: NO_CAUSE,
    INFERENCE_ENGINE_INVALID_ARGUMENT_ERROR: SETTINGS,
    INFERENCE_ENGINE_MEMORY_ERROR: permanent('the model does not fit in GPU memory', 'Use a larger GPU, enable quantization, or reduce the batch size'),
    INFERENCE_ENGINE_METERING_CLIENT_CONFIG_ERROR: recoverable('Friendli’s own metering is misconfigured', 'Contact support@friendli.ai with the endpoint ID and the time'),
};
function recoverable(likelyCause, nextStep) {
    return { likelyCause, nextStep, recoverable: true };
}
function permanent(likelyCause, nextStep) {
    return { likelyCause, nextStep, recoverable: false };
}
const UNDOCUMENTED_CODE = recoverable('', `Look it up in Friendli’s documentation, or ${CONTACT_SUPPORT}`);
/** What is known about an error code; an undocumented one counts as recoverable. */
function errorCodeInfo(errorCode) {
    return isErrorCode(errorCode) ? ERROR_CODES[errorCode] : UNDOCUMENTED_CODE;
}
/** Whether another restart can fix a failure with this error code; `''` means none. */
function isRecoverable(errorCode) {
    return errorCode === '' || errorCodeInfo(errorCode).recoverable;
}
function isErrorCode(errorCode) {
    return Object.hasOwn(ERROR_CODES, errorCode);
}

;// CONCATENATED MODULE: ./package.json
const package_namespaceObject = {"rE":"1.0.0"};
;// CONCATENATED MODULE: external "node:timers/promises"
const promises_namespaceObject = require("node:timers/promises");
;// CONCATENATED MODULE: ./src/clock.ts

/**
 * Milliseconds on a clock that never jumps. Not `performance.now`: the first use of `performance` costs 1 ms and
 * 0.4 MiB (`npm run bench`), and most of a scheduled run is startup.
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
            // A timer can fire slightly early and ignores fractions of a millisecond.
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
/** A request that did not get a usable response. The message is one sanitized line without a period. */
class ApiError extends Error {
    name = 'ApiError';
    kind;
    source;
    /** Absent if there was no response. */
    httpStatus;
    retryAfterMs;
    /** Node's error code for a failure below HTTP, such as ECONNREFUSED or CERT_NOT_YET_VALID. */
    systemCode;
    /** Whether the response body is HTML, as from a firewall or gateway in front of the API. */
    isHtml;
    constructor(message, { cause, ...details }) {
        super(message, { cause });
        this.kind = details.kind;
        this.source = details.source;
        this.httpStatus = details.httpStatus;
        this.retryAfterMs = details.retryAfterMs;
        this.systemCode = details.systemCode;
        this.isHtml = details.isHtml ?? false;
    }
}

;// CONCATENATED MODULE: external "node:http"
const external_node_http_namespaceObject = require("node:http");
;// CONCATENATED MODULE: ./src/endpoint.ts
/**
 * The vocabulary of the Friendli Dedicated Endpoints API (beta), docs/behavior.md section 1. The lists are those of
 * Friendli's published OpenAPI document; unlisted values are passed through unchanged.
 */

/** What each status means for the endpoint. What to do about it is decided in policy.ts. */
const CONDITION_BY_STATUS = {
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
/** What `restart-on` can list; RECOVERABLE means FAILED with an error code that a restart can fix. */
const RESTART_CONDITIONS = ['FAILED', 'TERMINATED', 'RECOVERABLE'];
/** Known API values. They are never redacted, even if the key contains one of them. */
const KNOWN_VALUES = new Set([
    ...Object.keys(CONDITION_BY_STATUS),
    ...PHASES,
    ...Object.keys(ERROR_CODES),
]);
/** What `status` says about the endpoint; an unlisted one says nothing. */
function conditionOf(status) {
    return isKnownStatus(status) ? CONDITION_BY_STATUS[status] : 'unknown';
}
function isKnownStatus(status) {
    return status !== undefined && Object.hasOwn(CONDITION_BY_STATUS, status);
}
/** Whether two responses report the same observation (docs/behavior.md section 4, stale reads). */
function isSameObservation(one, other) {
    return one.status === other.status && one.errorCode === other.errorCode && one.updatedAt === other.updatedAt;
}
/** Whether two states look the same in the log: equal status, phase, and error code. */
function hasSameLabel(one, other) {
    return one.status === other?.status && one.phase === other.phase && one.errorCode === other.errorCode;
}
/** Whether `restart-on` covers a FAILED or TERMINATED endpoint (docs/behavior.md section 2). */
function matchesRestartOn(state, restartOn) {
    const { status, errorCode } = state;
    return restartOn.some((condition) => condition === status || (condition === 'RECOVERABLE' && status === 'FAILED' && isRecoverable(errorCode)));
}

;// CONCATENATED MODULE: ./src/api/explanation.ts

const MAX_DEPTH = 6;
const MAX_ENTRIES = 5;
/** The usual places in which JSON error bodies keep their message; `msg` is FastAPI's. */
const MESSAGE_FIELDS = ['message', 'msg', 'detail', 'error', 'errors', 'title', 'reason'];
/**
 * The message of a JSON body, or the messages of a list: `{"errors":[{"message"}]}`, FastAPI's
 * `{"detail":[{"loc","msg"}]}`. The depth is bounded, because a hostile body can be nested deeply enough to overflow the
 * stack.
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
/** Strips markup from an HTML page. Each pattern also matches when its end is missing, so that the time stays linear. */
function withoutMarkup(html) {
    return html
        .replace(/<!--[\s\S]*?(?:-->|$)/g, ' ')
        .replace(/<(style|script)\b[\s\S]*?(?:<\/\1[^>]*>?|$)/gi, ' ')
        .replace(/<[^<>]*>/g, ' ')
        .replace(/\s+/g, ' ');
}
/** nginx repeats the status and reason phrase in the title and heading; FastAPI's `detail` is the phrase itself. */
function withoutReasonPhrase(line, httpStatus) {
    const phrase = external_node_http_namespaceObject.STATUS_CODES[httpStatus] ?? '';
    const statusLine = `${httpStatus} ${phrase}`.trim();
    let rest = line;
    while (rest.startsWith(statusLine))
        rest = rest.slice(statusLine.length).trim();
    return rest.toLowerCase().replace(/\.$/, '') === phrase.toLowerCase() ? '' : rest;
}

;// CONCATENATED MODULE: ./src/api/response.ts





/** RFC 3339, roughly. Safe without sanitizing, which costs time on every poll. */
const TIMESTAMP = /^\d{4}-\d\d-\d\d[Tt ][\d:.+Zz-]{1,40}$/;
/** RFC 9110's IMF-fixdate, such as `Sun, 06 Nov 1994 08:49:37 GMT`. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;
/**
 * Reads the status object, trusting nothing in it.
 *
 * @throws ApiError if there is none, which is a transient fault (docs/behavior.md section 5)
 */
function readState(response, sanitize) {
    const { httpStatus, body } = response;
    const state = body instanceof ApiError ? undefined : parseState(parseJson(body), sanitize);
    if (state !== undefined)
        return state;
    const noState = new ApiError('the response is not a status object', { kind: 'transient', source: 'body' });
    const cause = body instanceof ApiError ? body : noState;
    const { source, systemCode } = cause;
    const details = { kind: 'transient', source, systemCode, cause };
    throw faultOf(response, `HTTP ${httpStatus}, but ${cause.message}`, details, sanitize);
}
/** The fault that an HTTP status outside 200 to 299 means. */
function httpFault(response, method, sanitize) {
    const { httpStatus } = response;
    const details = { kind: classifyStatus(httpStatus, method), source: 'http' };
    return faultOf(response, `HTTP ${httpStatusText(httpStatus)}`, details, sanitize);
}
/** Separates transient from permanent (docs/behavior.md section 5). A status below 200 is not a response at all. */
function classifyStatus(httpStatus, method) {
    if (httpStatus === 429)
        return 'rate-limited';
    if (httpStatus < 200 || httpStatus === 408 || httpStatus === 425 || httpStatus >= 500)
        return 'transient';
    return method === 'PUT' && [400, 409, 423].includes(httpStatus) ? 'conflict' : 'permanent';
}
/** Uses Node's reason phrase, because the server's own is untrusted text. */
function httpStatusText(httpStatus) {
    return `${httpStatus} ${external_node_http_namespaceObject.STATUS_CODES[httpStatus] ?? ''}`.trim();
}
/**
 * Reads a `Retry-After` header (RFC 9110, section 10.2.3): whole seconds or a date. A date is counted from the response's
 * own `Date`, because the runner's clock can be wrong (docs/behavior.md section 5).
 *
 * @returns how long to wait in milliseconds, 0 for a date in the past, `undefined` for anything else
 */
function parseRetryAfter(headers) {
    const value = headers['retry-after']?.trim() ?? '';
    if (/^\d+$/.test(value))
        return Number(value) * 1_000;
    const untilMs = parseDate(value, HTTP_DATE);
    if (untilMs === undefined)
        return undefined;
    const fromMs = parseDate(headers.date?.trim() ?? '', HTTP_DATE) ?? systemClock.date();
    return Math.max(0, untilMs - fromMs);
}
/** A fault with the reason in the body: the message of a JSON body, or else the text without markup. */
function faultOf({ httpStatus, headers, body }, message, details, sanitize) {
    const text = body instanceof ApiError ? '' : body;
    const json = parseJson(text);
    const reason = messageIn(json);
    const line = reason === undefined ? sanitize(text, { transform: withoutMarkup }) : sanitize(reason);
    const excerpt = withoutReasonPhrase(line, httpStatus);
    const isPage = /^\s*<(!doctype html|html|head|body)\b/i.test(text);
    return new ApiError(excerpt === '' ? message : `${message} (${excerpt})`, {
        ...details,
        httpStatus,
        retryAfterMs: parseRetryAfter(headers),
        isHtml: json === undefined && (isPage || /^text\/html/i.test(headers['content-type'] ?? '')),
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
function parseState(value, sanitize) {
    if (typeof value !== 'object' || value === null)
        return undefined;
    const fields = new Map(Object.entries(value));
    const read = (name) => {
        const field = fields.get(name) ?? '';
        if (typeof field !== 'string')
            return undefined;
        const isSafe = field === '' || KNOWN_VALUES.has(field) || TIMESTAMP.test(field);
        return isSafe ? field : sanitize(field, { keepWhitespace: true });
    };
    const [status, errorCode, phase] = [read('status'), read('errorCode'), read('phase')];
    const [updatedAt, createdAt = ''] = [read('updatedAt'), read('createdAt')];
    if (errorCode === undefined || phase === undefined || updatedAt === undefined)
        return undefined;
    if (!status?.trim() || parseDate(createdAt, TIMESTAMP) === undefined)
        return undefined;
    return { status, phase, errorCode, updatedAt };
}
/** Date.parse alone accepts almost anything. */
function parseDate(text, format) {
    const ms = format.test(text) ? Date.parse(text) : Number.NaN;
    return Number.isNaN(ms) ? undefined : ms;
}

;// CONCATENATED MODULE: external "node:diagnostics_channel"
const external_node_diagnostics_channel_namespaceObject = require("node:diagnostics_channel");
;// CONCATENATED MODULE: external "node:https"
const external_node_https_namespaceObject = require("node:https");
;// CONCATENATED MODULE: external "node:net"
const external_node_net_namespaceObject = require("node:net");
;// CONCATENATED MODULE: external "http"
const external_http_namespaceObject = require("http");
var external_http_namespaceObject_0 = /*#__PURE__*/__nccwpck_require__.t(external_http_namespaceObject, 2);
;// CONCATENATED MODULE: external "https"
const external_https_namespaceObject = require("https");
var external_https_namespaceObject_0 = /*#__PURE__*/__nccwpck_require__.t(external_https_namespaceObject, 2);
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
;// CONCATENATED MODULE: ./src/shims/unused.ts
/**
 * Replaces, in the bundle, what nothing here calls (tsconfig.json, paths): undici is 900 kB that @actions/http-client
 * loads for `getAgentDispatcher`, and `tunnel` is for proxies, which src/api/tunnel.ts uses in its place; @actions/core
 * starts programs in `platform.getDetails`, and sends the bearer of its OIDC requests.
 */
function unused() {
    throw new Error('This module is not part of the bundle.');
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
        info.httpModule = usingSsl ? external_https_namespaceObject_0 : external_http_namespaceObject_0;
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
            maxSockets = this.requestOptions.maxSockets || external_http_namespaceObject.globalAgent.maxSockets;
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
                tunnelAgent = overHttps ? unused : unused;
            }
            else {
                tunnelAgent = overHttps ? unused : unused;
            }
            agent = tunnelAgent(agentOptions);
            this._proxyAgent = agent;
        }
        // if tunneling agent isn't assigned create a new agent
        if (!agent) {
            const options = { keepAlive: this._keepAlive, maxSockets };
            agent = usingSsl ? new external_https_namespaceObject.Agent(options) : new external_http_namespaceObject.Agent(options);
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
        proxyAgent = new unused(Object.assign({ uri: proxyUrl.href, pipelining: !this._keepAlive ? 0 : 1 }, ((proxyUrl.username || proxyUrl.password) && {
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
;// CONCATENATED MODULE: ./src/loopback.ts
/** Whether a URL's host name is this machine (docs/behavior.md section 5, proxies and certificates). */
function isLoopback(hostname) {
    return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

;// CONCATENATED MODULE: ./src/api/body.ts

/** Maximum body size in bytes, before and after decoding (docs/behavior.md section 5). */
const MAX_BODY_BYTES = 1024 * 1024;
const TOO_LARGE = 'the response is larger than 1 MiB';
/** Ways to say that a body is not encoded; servers send the last two by mistake. */
const IDENTITY = ['', 'identity', 'none', 'utf-8'];
/**
 * Reads a whole body as text.
 *
 * @throws ApiError if the body is too large or cannot be decoded, any other error if the connection breaks
 */
async function readBody(message) {
    const chunks = [];
    let size = 0;
    for await (const chunk of message) {
        const bytes = chunk;
        size += bytes.length;
        // Throwing inside the loop closes the connection.
        if (size > MAX_BODY_BYTES)
            throw bodyFault(TOO_LARGE);
        chunks.push(bytes);
    }
    const body = Buffer.concat(chunks, size);
    const encoding = message.headers['content-encoding']?.trim().toLowerCase() ?? '';
    const isDecoded = size === 0 || IDENTITY.includes(encoding);
    return new TextDecoder().decode(isDecoded ? body : await decode(body, encoding));
}
/** Decodes a body whose content encoding the request did not ask for. */
async function decode(body, encoding) {
    // Loaded lazily, because hardly any run needs it.
    const { brotliDecompressSync, inflateRawSync, unzipSync } = await Promise.resolve(/* import() */).then(__nccwpck_require__.t.bind(__nccwpck_require__, 522, 23));
    // Servers disagree about "deflate": RFC 9110 defines it as zlib, whose header byte says so; some send raw deflate.
    const isRaw = encoding === 'deflate' && (body[0] ?? 0) % 16 !== 8;
    const unzip = isRaw ? inflateRawSync : unzipSync;
    try {
        if (!/^((x-)?gzip|deflate|br)$/.test(encoding))
            throw new Error('unknown encoding');
        return (encoding === 'br' ? brotliDecompressSync : unzip)(body, { maxOutputLength: MAX_BODY_BYTES });
    }
    catch (error) {
        throw bodyFault(error instanceof RangeError ? TOO_LARGE : 'the response could not be decoded');
    }
}
function bodyFault(message) {
    return new ApiError(message, { kind: 'transient', source: 'body' });
}

;// CONCATENATED MODULE: external "node:tls"
const external_node_tls_namespaceObject = require("node:tls");
;// CONCATENATED MODULE: ./src/api/network-fault.ts


/** Plain-language descriptions of Node's system error codes. */
const WORDS = [
    [/^ECONNREFUSED$/, 'the connection was refused'],
    [/^(ECONNRESET|ECONNABORTED|EPIPE)$/, 'the connection was closed before the response was complete'],
    [/^ETIMEDOUT$/, 'the connection timed out'],
    [/^EHOSTUNREACH$/, 'the host is unreachable'],
    [/^ENETUNREACH$/, 'the network is unreachable'],
    [/^ENOTFOUND$/, 'the host name was not found'],
    [/^EAI_AGAIN$/, 'the host name could not be looked up'],
    [/^HPE_/, 'the response is not valid HTTP'],
    [/^(ERR_SSL_|EPROTO$)/, 'no TLS connection could be established'],
];
/**
 * Turns a failure below HTTP into an ApiError. Connection failures are transient; an untrusted certificate is permanent.
 *
 * @param socket the connection that failed, if there was one
 */
function networkFault(error, sanitize, socket) {
    // If several addresses were tried, report the first failure; the AggregateError has no message of its own.
    const cause = error instanceof AggregateError ? (error.errors[0] ?? error) : error;
    const text = cause instanceof Error ? cause.message : String(cause);
    const systemCode = textField(cause, 'code');
    // OpenSSL's messages contain thread IDs and source lines, its `reason` does not.
    const detail = sanitize(textField(cause, 'reason') ?? text);
    // Whatever the name of the reason: names come from OpenSSL and differ between versions. Where an untrusted certificate
    // is allowed, another failure can follow.
    if (socket instanceof external_node_tls_namespaceObject.TLSSocket && String(socket.authorizationError) === (systemCode ?? text)) {
        const message = `the server’s certificate is not trusted (${systemCode}: ${detail})`;
        return new ApiError(message, { kind: 'permanent', source: 'certificate', systemCode, cause });
    }
    const words = WORDS.find(([codes]) => codes.test(systemCode ?? ''))?.[1];
    const message = words === undefined ? detail : `${words} (${detail})`;
    return new ApiError(message, { kind: 'transient', source: 'network', systemCode, cause });
}
function textField(error, name) {
    const value = error instanceof Error ? Reflect.get(error, name) : undefined;
    return typeof value === 'string' ? value : undefined;
}

;// CONCATENATED MODULE: ./src/api/proxy.ts


/**
 * The proxy that the environment names for a URL, unless `no_proxy` or a loopback host rules it out (docs/behavior.md
 * section 5). Only `https_proxy` counts, because `http:` is for loopback hosts only.
 *
 * @throws ApiError if the value is not a valid proxy URL, so that the request never bypasses the proxy
 */
function findProxy(url) {
    const { variable, value } = readVariable('https_proxy');
    if (value === '' || url.protocol !== 'https:' || isLoopback(url.hostname) || isExcluded(url))
        return undefined;
    const proxy = parseProxy(value);
    if (proxy !== undefined)
        return { variable, ...proxy };
    throw new ApiError(`the environment variable ${variable} is not a valid proxy URL; expected a value such as http://proxy.example:3128`, { kind: 'permanent', source: 'proxy' });
}
/** Finds a variable in lower or upper case. */
function readVariable(name) {
    const variable = [name, name.toUpperCase()].find((each) => process.env[each]?.trim()) ?? name;
    return { variable, value: process.env[variable]?.trim() ?? '' };
}
/** Whether `no_proxy` lists the host: `*`, a host or a domain, each with or without the port. */
function isExcluded({ hostname, port }) {
    const rules = readVariable('no_proxy')
        .value.toLowerCase()
        .split(/[\s,]+/)
        .filter((rule) => rule !== '');
    const names = [hostname, `${hostname}:${port || 443}`];
    const includes = (rule) => names.some((name) => `.${name}`.endsWith(`.${rule.replace(/^\*?\./, '')}`));
    return rules.some((rule) => rule === '*' || includes(rule));
}
/** Scheme, credentials up to the last `@`, and the rest: a password can contain what a URL would have to escape. */
const PROXY_VALUE = /^(?:(https?):\/\/)?(?:(.*)@)?([^@]+)$/is;
function parseProxy(value) {
    const [, scheme = 'http', userInfo, rest = ''] = PROXY_VALUE.exec(value) ?? [];
    // The URL parser would drop line breaks and skip further slashes.
    if (/[\s\p{Cc}]/u.test(value) || /^[/\\]/.test(rest))
        return undefined;
    // Any other scheme, such as socks5:, ends up in the user info or in the rest. A bare number would be an IP address.
    if (/:\/\//.test(rest) || /^\w+:\/\//.test(userInfo ?? '') || /^\d+$/.test(rest))
        return undefined;
    if (!URL.canParse(`${scheme}://${rest}`))
        return undefined;
    const { protocol, hostname, port } = new URL(`${scheme}://${rest}`);
    if (port === '0')
        return undefined;
    const isTls = protocol === 'https:';
    const credentials = userInfo && decodeEscapes(userInfo.includes(':') ? userInfo : `${userInfo}:`);
    return { isTls, hostname, port: Number(port || (isTls ? 443 : 80)), credentials };
}
/** Percent escapes as in a URL; what is not one stands for itself. */
function decodeEscapes(text) {
    return text.replace(/(%[0-9a-f]{2})+/gi, (escapes) => {
        try {
            return decodeURIComponent(escapes);
        }
        catch {
            return escapes;
        }
    });
}

;// CONCATENATED MODULE: external "node:stream"
const external_node_stream_namespaceObject = require("node:stream");
;// CONCATENATED MODULE: ./src/api/tunnel.ts






const MAX_HEAD_LENGTH = 16_384;
/**
 * Opens a connection to a URL's host through a proxy. Not with Node's HTTP client, which takes a 100 for the response to
 * CONNECT.
 *
 * @throws ApiError if the proxy cannot be reached or refuses
 */
function openTunnel({ proxy, url, signal, sanitize }) {
    const { isTls, hostname, port } = proxy;
    const host = hostname.replace(/^\[|\]$/g, '');
    const servername = (0,external_node_net_namespaceObject.isIP)(host) === 0 ? host : '';
    const socket = isTls ? (0,external_node_tls_namespaceObject.connect)({ host, port, servername }) : (0,external_node_net_namespaceObject.connect)({ host, port });
    (0,external_node_stream_namespaceObject.addAbortSignal)(signal, socket);
    const target = `${url.hostname}:${url.port || 443}`;
    const basic = Buffer.from(proxy.credentials ?? '').toString('base64');
    const authorization = basic === '' ? '' : `Proxy-Authorization: Basic ${basic}\r\n`;
    socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${authorization}\r\n`);
    return new Promise((resolve, reject) => {
        let head = '';
        const read = () => {
            head += socket.read()?.toString('latin1') ?? '';
            const httpStatus = finalStatus(head) ?? (head.length > MAX_HEAD_LENGTH ? 0 : undefined);
            if (httpStatus === undefined)
                return;
            // What follows is for TLS.
            socket.off('readable', read);
            if (httpStatus >= 200 && httpStatus <= 299)
                resolve(socket);
            else
                reject(refusal(httpStatus));
        };
        const fail = (cause) => {
            const { message, kind, systemCode } = networkFault(cause, sanitize, socket);
            const details = { kind, source: 'proxy', systemCode, cause };
            reject(new ApiError(`the connection to the proxy failed: ${message}`, details));
        };
        socket.on('readable', read);
        socket.on('error', fail);
        socket.on('end', () => fail(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })));
    });
}
/** The first status that is not informational, 0 for what is not HTTP, `undefined` while the head is incomplete. */
function finalStatus(head) {
    const end = head.indexOf('\r\n\r\n');
    if (end < 0)
        return undefined;
    const httpStatus = Number(/^HTTP\/1\.\d (\d{3})\b/.exec(head)?.[1] ?? 0);
    return httpStatus >= 100 && httpStatus <= 199 ? finalStatus(head.slice(end + 4)) : httpStatus;
}
/** A 400 from the proxy is not a rejected restart, and its 429 is not an API rate limit. */
function refusal(httpStatus) {
    const kind = classifyStatus(httpStatus, 'GET') === 'permanent' ? 'permanent' : 'transient';
    const words = `the proxy responded with HTTP ${httpStatusText(httpStatus)}`;
    const message = httpStatus === 0 ? 'the proxy’s response is not valid HTTP' : words;
    return new ApiError(message, { kind, source: 'proxy' });
}

;// CONCATENATED MODULE: ./src/api/transport.ts












/** The time to connect to each address of a name (docs/behavior.md section 5). Node's 250 ms is too short for distant hosts. */
const CONNECT_TIMEOUT_MS = 5_000;
/** Node's channel for requests that are sent. */
const REQUEST_START = 'http.client.request.start';
const NO_AUTHENTICATION = {
    canHandleAuthentication: () => false,
    handleAuthentication: () => Promise.reject(new Error('canHandleAuthentication is false')),
};
/**
 * Makes a transport for one API. Each request has a connection of its own, because polls are further apart than servers
 * keep idle ones. However a request ends, nothing of it is left, and nothing of it is sent later.
 */
function createTransport({ userAgent, headers, sanitize, onNotice }) {
    (0,external_node_net_namespaceObject.setDefaultAutoSelectFamilyAttemptTimeout)(CONNECT_TIMEOUT_MS);
    // Without keep-alive, an agent still resumes the TLS session of the request before; `agent: false` never does.
    const agents = { http: new external_node_http_namespaceObject.Agent(), https: new external_node_https_namespaceObject.Agent() };
    let route;
    return async (request) => {
        const { method, url, body, timeoutMs } = request;
        const stop = new AbortController();
        const { signal } = stop;
        const abort = () => stop.abort();
        let sent;
        const onStart = (message) => {
            sent = watchedRequest(message);
        };
        const faultOf = (error) => {
            if (signal.aborted)
                return noResponseError(request);
            return error instanceof ApiError ? error : networkFault(error, sanitize, sent?.socket);
        };
        const timer = setTimeout(abort, timeoutMs);
        request.signal.addEventListener('abort', abort, { once: true });
        (0,external_node_diagnostics_channel_namespaceObject.subscribe)(REQUEST_START, onStart);
        try {
            if (request.signal.aborted)
                throw noResponseError(request);
            route ??= prepareRoute(url, (notice) => onNotice(sanitize(notice)));
            const socket = route.proxy && (await openTunnel({ proxy: route.proxy, url, signal, sanitize }));
            const agent = url.protocol === 'https:' ? agents.https : agents.http;
            // The library leaves an IPv6 address in brackets, which Node looks up as a name.
            const options = { signal, socket, agent, host: url.hostname.replace(/^\[|\]$/g, '') };
            // The library takes neither a signal nor a connection; this is its door to Node's options.
            const prepareRequest = (prepared) => void Object.assign(prepared, options);
            const handlers = [{ ...NO_AUTHENTICATION, prepareRequest }];
            const http = new lib_HttpClient(userAgent, handlers, { allowRedirects: false });
            const allHeaders = { ...headers, ...(body && { 'content-type': 'application/json' }) };
            const { message } = await http.request(method, url.href, body ?? null, allHeaders);
            const text = await readBody(message).catch(faultOf);
            // Node ends a body without a length as if it were complete where its connection is destroyed.
            const received = signal.aborted ? noResponseError(request) : text;
            return { httpStatus: message.statusCode ?? 0, headers: message.headers, body: received };
        }
        catch (error) {
            const fault = faultOf(error);
            // Destroys what is left: a lookup, a connection in progress, or a tunnel.
            abort();
            throw fault;
        }
        finally {
            clearTimeout(timer);
            request.signal.removeEventListener('abort', abort);
            (0,external_node_diagnostics_channel_namespaceObject.unsubscribe)(REQUEST_START, onStart);
        }
    };
}
/**
 * The request that Node announces: the library keeps it to itself. A 101 makes it fail, because then the response that
 * was asked for never comes, which the library does not notice. Requests come one at a time.
 */
function watchedRequest(message) {
    const request = Reflect.get(Object(message), 'request');
    if (!(request instanceof external_node_http_namespaceObject.ClientRequest))
        return undefined;
    const fail = () => {
        const details = { kind: 'transient', source: 'http', httpStatus: 101 };
        request.emit('error', new ApiError(`HTTP ${httpStatusText(101)}`, details));
        request.socket?.destroy();
    };
    // Node reports it in two ways.
    return request.once('upgrade', fail).on('information', ({ statusCode }) => statusCode === 101 && fail());
}
/** Why there is no response: the request's own limit, or the run was canceled. */
function noResponseError({ signal, timeoutMs }) {
    if (signal.aborted)
        return new ApiError('the request was aborted', { kind: 'transient', source: 'aborted' });
    const seconds = Math.max(1, Math.round(timeoutMs / 1_000));
    return new ApiError(`no complete response within ${seconds} s`, { kind: 'transient', source: 'timeout' });
}
/**
 * Finds the way to the API, once for the run, and says what a reader of the log has to know about it, because an earlier
 * step can set these variables. The key goes only to a server whose certificate is verified, or to this machine.
 *
 * @throws ApiError if the environment names no usable proxy
 */
function prepareRoute(url, notify) {
    const { env } = process;
    if (env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0' && !isLoopback(url.hostname)) {
        // Node reads it at each connection.
        delete env['NODE_TLS_REJECT_UNAUTHORIZED'];
        notify('NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored; certificates are always verified');
    }
    const proxy = findProxy(url);
    // The library's own reading of the proxy variables connects directly where it does not understand one.
    env['no_proxy'] = '*';
    const used = [
        proxy && `the proxy ${proxy.hostname}:${proxy.port} (${proxy.variable})`,
        url.protocol === 'https:' && env['NODE_EXTRA_CA_CERTS'] && 'extra CAs (NODE_EXTRA_CA_CERTS)',
    ].filter(Boolean);
    if (used.length > 0)
        notify(`Using ${used.join(' and ')}`);
    return { proxy };
}

;// CONCATENATED MODULE: ./src/api/client.ts





/** The smallest request of each kind (docs/behavior.md section 1). */
const PROBES = {
    chat: { path: 'chat/completions', body: { messages: [{ role: 'user', content: 'ping' }], max_tokens: 1 } },
    completions: { path: 'completions', body: { prompt: 'ping', max_tokens: 1 } },
    embeddings: { path: 'embeddings', body: { input: 'ping' } },
    tokenize: { path: 'tokenize', body: { prompt: 'ping' } },
};
/** Makes a client for one endpoint: the calls of the API that the action uses. */
function createClient(options) {
    const { apiUrl, endpointId, team, sanitize, onRequest = () => { }, onNotice = () => { } } = options;
    const send = createTransport({
        userAgent: `restart-friendli-endpoint/${package_namespaceObject.rE}`,
        headers: {
            accept: 'application/json',
            authorization: `Bearer ${options.apiKey}`,
            ...(team === '' ? {} : { 'x-friendli-team': team }),
        },
        sanitize,
        onNotice,
    });
    /** Sends a request to a path below `/dedicated/` and returns a 2xx. Any other status is a fault. */
    async function call(method, path, limits, body) {
        const url = new URL(`${apiUrl}/dedicated/${path}`);
        const startedAt = monotonicMs();
        const log = (result) => onRequest({ method, path: url.pathname, result, durationMs: monotonicMs() - startedAt });
        const response = await send({ method, url, body, ...limits }).catch((fault) => {
            log(fault.message);
            throw fault;
        });
        const { httpStatus } = response;
        log(`HTTP ${httpStatus}${response.body instanceof ApiError ? `, ${response.body.message}` : ''}`);
        if (httpStatus < 200 || httpStatus > 299)
            throw httpFault(response, method, sanitize);
        return response;
    }
    const callEndpoint = async (method, action, limits) => readState(await call(method, `beta/endpoint/${endpointId}/${action}`, limits), sanitize);
    return {
        read: (limits) => callEndpoint('GET', 'status', limits),
        restart: (limits) => callEndpoint('PUT', 'restart', limits),
        wake: (limits) => callEndpoint('PUT', 'wake', limits),
        probe: async (limits) => {
            if (options.probe === undefined)
                throw new Error('The client has no probe.');
            const { path, body } = PROBES[options.probe];
            // Only the status counts: a body that is not readable does not undo a 2xx.
            await call('POST', `v1/${path}`, limits, JSON.stringify({ model: endpointId, ...body }));
        },
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
const summary = (/* unused pure expression or super */ null && (_summary));
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
/** A shorter beginning or end of the secret is not redacted. */
const MIN_PART_LENGTH = 10;
/** Encodings shorter than this would match unrelated text by chance. */
const MIN_ENCODED_LENGTH = 6;
const REDACTED = '***';
/** A Friendli key, unless it is the rest of a longer word, as in the endpoint ID `my_flp_1`. */
const KEY_LIKE = /(?:(?<![\w-])|(?<=%[0-9a-f]{2}|\\[nrt]))flp_[\w.~+/=%-]+/gi;
// Strings, because most runs need none of these patterns, and parsing them costs startup time.
const TAG = '<!--[^]*?(?:-->|$)|<[^<>]*>';
/** Commands such as colors (CSI), strings such as links and titles (OSC), and what is shorter, such as a reset. */
const TERMINAL_SEQUENCE = String.raw `(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[\t\P{Cc}]*(?:\x1b\\|\p{Cc})|\x1b[ -/]*[0-~]`;
/** In this order, `decode` receives what the groups match. */
const ESCAPE = [
    '((?:%[0-9A-Fa-f]{2})+)',
    String.raw `\\x([0-9A-Fa-f]{2})|\\u([0-9A-Fa-f]{4})|\\u\{0*([0-9A-Fa-f]{1,5})\}|&#[xX]0*([0-9A-Fa-f]{1,5});?`,
    String.raw `&#0*(\d{1,6});?|&([A-Za-z]+);|\\([ -~\s])`,
].join('|');
const INVISIBLE = String.raw `(?!\s)[\p{Cc}\p{Cf}\p{Cs}\p{DI}\u2800]`;
/** Tags and terminal sequences can split a form of the secret, and can contain one: text is read with and without them. */
const DISGUISES = [[], [TAG], [TERMINAL_SEQUENCE], [TAG, TERMINAL_SEQUENCE]].map((removed) => [...removed, ESCAPE, INVISIBLE].join('|'));
/** The named HTML entities for what a key can contain, each with its character. */
const ENTITIES = new Map([
    `excl! quot" QUOT" num# dollar$ percnt% amp& AMP& apos' lpar( rpar) ast* midast* plus+ comma, period. sol/ colon:`,
    'semi; lt< LT< equals= gt> GT> quest? commat@ lsqb[ lbrack[ bsol\\ rsqb] rbrack] Hat^ lowbar_ UnderBar_ grave`',
    'DiacriticalGrave` lcub{ lbrace{ verbar| vert| VerticalLine| rcub} rbrace}',
].flatMap((line) => line.split(' ').map((entity) => [entity.slice(0, -1), entity.slice(-1)])));
/**
 * Returns a function that replaces every form of the secret with `***`: complete or without its prefix, its beginning or
 * end, or encoded; and whatever looks like a Friendli key. A text that hides any of these in another way, such as with a
 * tag or a line break inside, is replaced as a whole (docs/behavior.md section 6). The time is linear.
 */
function createRedaction(secret) {
    const forms = formsOf(secret);
    const long = forms.filter(({ whole }) => whole.length >= MIN_ENCODED_LENGTH);
    const complete = long.map(({ whole }) => ({ whole, minLength: whole.length }));
    return (text) => {
        const views = viewsOf(text);
        /** Whether a view of what is left of the text shows more than what is left of the view. */
        const isHidden = (cut, reduce) => {
            const left = cut(text);
            const leftViews = left === text ? views : viewsOf(left);
            return views.some((view, at) => reduce(leftViews[at] ?? '').length > cut(reduce(view)).length);
        };
        const isDisguised = isHidden((it) => replaceForms(it, long), withoutSpaces) ||
            isHidden((it) => replaceForms(it, complete), withoutSpaces) ||
            // With its spaces, because without them the words after "flp_" in a sentence would pass for the rest of a key.
            isHidden((it) => replaceForms(it, long, KEY_LIKE), String) ||
            views.some((view) => withoutSpaces(view).split(/flp_/i).length > view.split(/flp_/i).length);
        return isDisguised ? REDACTED : replaceForms(text, forms, KEY_LIKE, REDACTED);
    };
}
/** Whether the text contains something that begins as a Friendli API key does. */
function looksLikeKey(text) {
    return createRedaction('')(text) !== text;
}
function formsOf(secret) {
    const withoutPrefix = secret.replace(/^[A-Za-z]+_/, '');
    // A secret can contain an escape or a tag itself.
    const sources = new Set([secret, withoutPrefix, ...viewsOf(secret).map(withoutSpaces)]);
    return [...sources].flatMap((source) => [...new Set(encodingsOf(source))]
        .filter((whole) => whole.length >= (whole === secret ? 1 : MIN_ENCODED_LENGTH))
        .map((whole) => ({ whole, minLength: Math.ceil(whole.length * Math.min(1, MIN_PART_LENGTH / source.length)) })));
}
function encodingsOf(text) {
    const percent = encodeURIComponent(text);
    const hex = Buffer.from(text).toString('hex');
    const entities = new Map(Object.entries({ '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": '#39' }));
    return [
        ...[text, percent, percent.replace(/%../g, (triplet) => triplet.toLowerCase())],
        ...[JSON.stringify(text).slice(1, -1), text.replace(/[&<>"']/g, (it) => `&${entities.get(it)};`)],
        ...[hex, hex.toUpperCase(), ...base64Of(text)],
    ];
}
/**
 * The base64 of a text depends on where in a group of three bytes it begins, as in `Bearer <key>` encoded whole; only the
 * characters that depend on the text alone are kept.
 */
function base64Of(text) {
    return [0, 1, 2].flatMap((offset) => {
        const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]);
        const [from, to] = [Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6)];
        return [bytes.toString('base64').slice(from, to), bytes.toString('base64url').slice(from, to)];
    });
}
/** Replaces each form, its beginning, its end, and each match of the pattern. */
function replaceForms(text, forms, pattern, replacement = '') {
    const found = new Uint8Array(text.length);
    for (const { whole, minLength } of forms) {
        const tailStart = whole.length - minLength;
        const [head, tail] = [whole.slice(0, minLength), whole.slice(tailStart)];
        for (let start = text.indexOf(head); start >= 0; start = text.indexOf(head, start + 1)) {
            let length = minLength;
            while (length < whole.length && text[start + length] === whole[length])
                length += 1;
            found.fill(1, start, start + length);
        }
        for (let start = text.indexOf(tail); start >= 0; start = text.indexOf(tail, start + 1)) {
            let extra = 0;
            while (extra < tailStart && text[start - extra - 1] === whole[tailStart - extra - 1])
                extra += 1;
            found.fill(1, start - extra, start + minLength);
        }
    }
    const matches = pattern === undefined ? [] : text.matchAll(pattern);
    for (const { 0: match, index } of matches)
        found.fill(1, index, index + match.length);
    if (!found.includes(1))
        return text;
    return Array.from(found, (isFound, at) => (isFound === 0 ? text[at] : found[at - 1] === 1 ? '' : replacement)).join('');
}
/** What a reader can make of a text by decoding it, and by leaving out what a browser or a terminal does not show. */
function viewsOf(text) {
    if (!/[^ -~\s]|[%&<\\]/.test(text))
        return [text];
    return DISGUISES.flatMap((disguise) => {
        const pattern = new RegExp(disguise, 'gu');
        const view = text.replace(pattern, redact_decode);
        // Once more, for escapes within escapes, such as JSON within JSON.
        return [view, view.replace(pattern, redact_decode)];
    });
}
/** What an escape stands for; nothing for a tag, a terminal sequence, or an invisible character. */
function redact_decode(_, ...groups) {
    const [bytes, byte, unit, point, hex, decimal, name, escaped] = groups;
    if (bytes !== undefined)
        return Buffer.from(bytes.replaceAll('%', ''), 'hex').toString();
    const digits = byte ?? unit ?? point ?? hex;
    if (digits !== undefined)
        return String.fromCodePoint(Number.parseInt(digits, 16));
    if (decimal !== undefined)
        return String.fromCodePoint(Number(decimal));
    if (name !== undefined)
        return ENTITIES.get(name) ?? '';
    return escaped?.replace(/[nrt]/, ' ') ?? '';
}
function withoutSpaces(text) {
    return text.replace(/[\s\p{Cc}\p{Cf}\p{Cs}\p{DI}\u2800]+/gu, '');
}

;// CONCATENATED MODULE: ./src/run.ts
/** The inference requests that a probe can send. */
const run_PROBES = ['chat', 'completions', 'embeddings', 'tokenize'];
/** The outcomes of a step that succeeds, and all outcomes (docs/behavior.md section 3). */
const SUCCESSES = ['restarted', 'woken', 'not-needed', 'dry-run'];
function isSuccess(outcome) {
    return SUCCESSES.some((success) => success === outcome);
}

;// CONCATENATED MODULE: ./src/inputs.ts
/** The inputs of the action, read and validated (docs/behavior.md section 2). */





const ENDPOINT_ID = 'the ID shown in Friendli Suite (letters, digits, "-", and "_", at most 128 characters)';
const AVAILABILITY = 'If a value comes from a secret or variable, check its name. Environment secrets and variables are available only ' +
    'to jobs that set that environment, and secrets are not passed to runs from forks or Dependabot.';
/** One or more inputs are invalid. Each issue is a sanitized line. */
class InputError extends Error {
    issues;
    constructor(issues) {
        super(issues.join('\n'));
        this.issues = issues;
    }
}
/** What is wrong with a value, as text that follows the input's name. Returned, not thrown. */
class Issue extends Error {
}
/** Reads the API key and masks it in the log, also without its prefix. Must be called before anything is printed. */
function readApiKey() {
    const apiKey = getInput('api-key');
    const withoutPrefix = apiKey.replace(/^flp_/, '');
    for (const secret of new Set([apiKey, withoutPrefix]))
        if (secret !== '')
            core_setSecret(secret);
    return apiKey;
}
/**
 * Reads and validates every input.
 *
 * @param options the key as `readApiKey` returned it, and the sanitizer for the values that are shown
 * @throws InputError that lists all issues
 */
function readInputs({ apiKey, sanitize }) {
    const issues = new Map();
    /** @param hint makes the input required, and says what to pass */
    function read(name, fallback, parse, hint) {
        const value = name === 'api-key' ? apiKey : getInput(name);
        const maxLength = name === 'api-url' ? 2_048 : 512;
        const quote = (text = value) => name === 'api-key' ? 'a hidden value' : `"${sanitize(text, { transform: hideUrlSecrets })}"`;
        const check = () => {
            if (value === '')
                return hint === undefined ? fallback : new Issue(` is required. ${hint}`);
            if (value.length <= maxLength)
                return parse(value, quote);
            return expected(`at most ${maxLength} characters`, `${value.length}: ${quote()}`);
        };
        const result = check();
        if (!(result instanceof Issue))
            return result;
        issues.set(name, `${name}${result.message}`);
        return fallback;
    }
    const inputs = {
        endpointId: read('endpoint-id', '', parseEndpointId(apiKey, sanitize), 'Use the ID shown in Friendli Suite.'),
        apiKey: read('api-key', '', parseApiKey, 'Pass a personal API key (flp_…) from a secret.'),
        team: read('team', '', parseTeam),
        policy: {
            wait: read('wait', false, parseBoolean),
            timeoutMs: read('timeout-minutes', 3_600_000, parseTimeout),
            pollIntervalMs: read('poll-interval', undefined, parsePollInterval),
            restartOn: read('restart-on', ['FAILED', 'TERMINATED'], parseRestartOn),
            attempts: read('attempts', 1, parseAttempts),
            wake: read('wake', false, parseBoolean),
            stableForMs: read('stable-for', 0, parseStableFor),
            probe: read('probe', undefined, parseProbe),
            dryRun: read('dry-run', false, parseBoolean),
        },
        apiUrl: read('api-url', 'https://api.friendli.ai', parseApiUrl),
    };
    const all = [...issues.values(), ...conflicts(inputs.policy, issues)];
    if (all.some((issue) => issue.includes(' is required. ')))
        all.push(AVAILABILITY);
    if (all.length > 0)
        throw new InputError(all);
    return inputs;
}
/** The invalid combinations of valid inputs. */
function conflicts(policy, issues) {
    const { wait, attempts, probe, stableForMs, timeoutMs } = policy;
    const isWithoutWait = !wait && !issues.has('wait');
    const isTooLong = wait && stableForMs >= timeoutMs;
    const [seconds, minutes] = [stableForMs / 1_000, timeoutMs / 60_000];
    return [
        attempts > 1 && isWithoutWait ? `attempts: values above 1 require wait: true, got "${attempts}".` : '',
        probe !== undefined && isWithoutWait ? `probe: "${probe}" requires wait: true.` : '',
        isTooLong ? `stable-for: expected less time than timeout-minutes (${minutes}), got "${seconds}" seconds.` : '',
    ].filter((issue) => issue !== '');
}
function expected(rule, got) {
    return new Issue(`: expected ${rule}, got ${got}.`);
}
const parseEndpointId = (apiKey, sanitize) => (value, quote) => {
    const isPlain = /^[\w-]+$/.test(value);
    const isPart = apiKey.length > 10 && isPlain && sanitize(value) !== value;
    if (value === apiKey)
        return expected(ENDPOINT_ID, 'the same value as in api-key');
    if (isPlain ? /^flp_/i.test(value) : looksLikeKey(value))
        return expected(ENDPOINT_ID, 'an API key (flp_…)');
    if (isPart)
        return expected(ENDPOINT_ID, 'a part of the API key');
    return isPlain && value.length <= 128 ? value : expected(ENDPOINT_ID, describePasted(value, quote()));
};
function describePasted(value, quoted) {
    if (/^[\w-]+$/.test(value))
        return `${value.length} characters: ${quoted}`;
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value))
        return `the URL ${quoted}`;
    if (/[/\\]/.test(value) || /^\.+$/.test(value))
        return `the path ${quoted}`;
    return /^[\w-]+:/.test(value) ? `${quoted}. Remove the adapter: the ":" and everything after it` : quoted;
}
const parseApiKey = (value, quote) => {
    if (/^[!-~]+$/.test(value))
        return value;
    if (/^bearer\s/i.test(value)) {
        return new Issue(` starts with "Bearer ": expected only the key (flp_…), got ${quote()}.`);
    }
    const rule = 'expected printable ASCII without spaces, such as flp_…';
    const check = 'Check that the secret contains the complete key and nothing else.';
    return new Issue(` contains invalid characters: ${rule}, got ${quote()}. ${check}`);
};
const parseTeam = matching(/^[!-~]+$/, 'a team ID in printable ASCII without spaces', String);
/** YAML 1.2 booleans, as accepted by `core.getBooleanInput`. */
const parseBoolean = matching(/^(true|True|TRUE|false|False|FALSE)$/, 'true or false', (value) => /^t/i.test(value));
const parseAttempts = matching(/^0*[1-5]$/, 'a whole number from 1 to 5', Number);
const parseTimeout = duration('minutes greater than 0 and at most 7200, such as 90 or 0.5', 60_000, [
    Number.MIN_VALUE,
    7_200,
]);
const parsePollInterval = duration('seconds from 0.1 to 300, such as 10 or 0.5', 1_000, [0.1, 300]);
const parseStableFor = duration('seconds from 0 to 600, such as 60', 1_000, [0, 600]);
function matching(pattern, rule, convert) {
    return (value, quote) => (pattern.test(value) ? convert(value) : expected(rule, quote()));
}
/** Accepts decimal numbers in plain notation, not 1e3, 0x10, -1, Infinity, or 1,5. Returns milliseconds. */
function duration(rule, unitMs, [min, max]) {
    return (value, quote) => {
        const amount = /^(\d+(\.\d*)?|\.\d+)$/.test(value) ? Number(value) : Number.NaN;
        return amount >= min && amount <= max ? amount * unitMs : expected(`a number of ${rule}`, quote());
    };
}
const parseProbe = (value, quote) => run_PROBES.find((name) => name === value) ?? expected(`one of ${run_PROBES.join(', ')}`, quote());
const parseRestartOn = (value, quote) => {
    const names = value.split(/[\s,]+/).filter((name) => name !== '');
    const listed = RESTART_CONDITIONS.filter((it) => names.some((name) => name.toUpperCase() === it));
    const unknown = names.find((name) => !listed.some((it) => it === name.toUpperCase()));
    if (unknown === undefined && listed.length > 0)
        return listed;
    const rule = `one or more of ${RESTART_CONDITIONS.join(', ')}, separated by commas, spaces, or line breaks`;
    return expected(rule, quote(unknown));
};
const parseApiUrl = (value, quote) => {
    // The URL parser silently strips line breaks and control characters, so reject them first.
    if (/[\s\p{Cc}]/u.test(value) || !URL.canParse(value)) {
        return expected('a URL such as https://api.friendli.ai', quote());
    }
    const { protocol, hostname, href } = new URL(value);
    if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(hostname))) {
        const rule = 'an https: URL, which keeps the key encrypted in transit';
        return expected(`${rule} (http: is allowed only on a loopback host)`, quote());
    }
    // In the raw text, because the URL parser drops an empty user info, query, or fragment.
    if (/^[a-z][a-z0-9+.-]*:[/\\]*[^/\\?#]*@/i.test(value) || /[?#]/.test(value)) {
        return expected('a URL without user info, query, or fragment', quote());
    }
    return href.replace(/\/+$/, '');
};
/** A pasted URL can contain a password, with any character in it if it is not escaped, or a token in its query. */
function hideUrlSecrets(value) {
    return value.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1***@').replace(/([?#]).+$/s, '$1***');
}

;// CONCATENATED MODULE: ./src/backoff.ts
/** How long to pause (docs/behavior.md section 5). Pure functions; every duration is in milliseconds. */

/** Backoff after a fault: the first ceiling, which doubles, and the last. */
const FIRST_BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 30_000;
/** A server's Retry-After is honored up to here. */
const MAX_RETRY_AFTER_MS = 600_000;
/** How long before the deadline the final poll is sent, if a pause would end after it. */
const FINAL_POLL_LEAD_MS = 2_000;
/** Pauses before the second, third, fourth, and fifth restart (section 4). */
const ATTEMPT_PAUSES_MS = [30_000, 60_000, 120_000, 240_000];
/**
 * Adaptive pauses between polls, chosen from the polling table of `npm run bench`: short in the last phase, which
 * ends in RUNNING; longer in earlier phases, but short enough not to miss a last phase of 15 s.
 */
const ADAPTIVE_PAUSES_MS = { engine: 2_500, earlier: 20_000, otherwise: 5_000 };
/** The pause between two polls without `poll-interval`, in milliseconds. */
function pollPauseMs(state) {
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
 * @param options.maxMs where the ceiling stops doubling
 */
function backoffMs(options) {
    const { faults, random, maxMs, retryAfterMs = 0 } = options;
    const ceilingMs = Math.min(FIRST_BACKOFF_MS * 2 ** (faults - 1), maxMs);
    return Math.max(random * ceilingMs, Math.min(retryAfterMs, MAX_RETRY_AFTER_MS));
}
/** @param restarts how many restarts were accepted so far, at least one */
function nextAttemptPauseMs(restarts) {
    return ATTEMPT_PAUSES_MS[restarts - 1] ?? ATTEMPT_PAUSES_MS[3];
}
/** Shortens a pause that would end after the deadline, so that a final poll is sent shortly before it. */
function pauseBeforeDeadlineMs(options) {
    const { pauseMs, leftMs } = options;
    const untilFinalPollMs = leftMs - FINAL_POLL_LEAD_MS;
    return pauseMs > untilFinalPollMs && untilFinalPollMs > 0 ? untilFinalPollMs : Math.min(pauseMs, leftMs);
}

;// CONCATENATED MODULE: ./src/state.ts


/** How long transient faults are tolerated until a status has been read, and in total without `wait`. */
const MAX_OUTAGE_MS = 120_000;
/** How long a read stays stale if it is older than the newest one, or repeats what was before a request. */
const STALE_WINDOW_MS = 120_000;
/** The same for a repetition as long as no other state has been read. */
const UNCHANGED_WINDOW_MS = 600_000;
/** How long a request is held back after a rejection that follows an ambiguous one. */
const HOLD_MS = 120_000;
/** No restart or wake-up is sent in this last part of the run (for short timeouts, in the last tenth). */
const REQUEST_RESERVE_MS = 5_000;
const REQUEST_RESERVE_SHARE = 0.1;
/** The condition of an endpoint in which the API accepts a request. */
const ALLOWED_WHILE = { restart: 'down', wake: 'asleep' };
/** Whether the run waits for RUNNING. */
function isWaiting({ policy }) {
    return policy.wait && !policy.dryRun;
}
function restartCount(run) {
    return run.accepted.filter(({ kind }) => kind === 'restart').length;
}
function hasWokenEndpoint(run) {
    return run.accepted.some(({ kind }) => kind === 'wake');
}
/** Whether a read has shown the endpoint starting or up since the last accepted request. */
function hasProgressed({ accepted, progressedAt }) {
    return progressedAt >= (accepted.at(-1)?.sentAt ?? Number.POSITIVE_INFINITY);
}
function deadlineOf(run) {
    return run.startedAt + timeoutOf(run);
}
/** When the run gives up, whatever the state. */
function effectiveDeadline(run) {
    const deadline = deadlineOf(run);
    if (run.first === undefined)
        return Math.min(deadline, run.startedAt + MAX_OUTAGE_MS);
    const open = isWaiting(run) ? undefined : openAmbiguity(run);
    return open === undefined ? deadline : Math.max(deadline, open.sentAt + MAX_OUTAGE_MS);
}
/** From then on no restart or wake-up is sent. */
function requestCutoff(run) {
    return deadlineOf(run) - Math.min(REQUEST_RESERVE_MS, timeoutOf(run) * REQUEST_RESERVE_SHARE);
}
function timeoutOf(run) {
    return isWaiting(run) ? run.policy.timeoutMs : MAX_OUTAGE_MS;
}
/** Until when a request is held back, because an earlier one may still take effect. */
function heldUntil({ ambiguous }, kind) {
    const rejected = ambiguous?.kind === kind ? ambiguous.rejected : undefined;
    return rejected === undefined ? Number.NEGATIVE_INFINITY : rejected.sentAt + HOLD_MS;
}
/** An ambiguous request that the last state leaves open: neither shown as accepted nor possible once more. */
function openAmbiguity({ ambiguous, last }) {
    const condition = conditionOf(last?.status);
    if (condition === 'down' || (condition === 'asleep' && ambiguous?.kind === 'wake'))
        return undefined;
    return ambiguous;
}
/** Whether a FAILED or TERMINATED counts only when a second read confirms it (section 4, confirmation). */
function needsConfirmation(run) {
    return isWaiting(run) && (run.hasReadOtherStatus || run.accepted.length > 0);
}
/** Whether a read counts as it is: none is needed to confirm it, or it is the second one, late enough or the last. */
function isConfirmed(run, sentAt) {
    const { down } = run;
    if (down === undefined || !needsConfirmation(run))
        return true;
    if (sentAt === down.since)
        return false;
    const finalPollAt = effectiveDeadline(run) - FINAL_POLL_LEAD_MS;
    return sentAt >= Math.min(down.confirmableAt, finalPollAt);
}
/** Whether a read is ignored, because it shows what was before (section 4, stale reads). */
function isStale({ newest, accepted, lastRead }, { state, sentAt }) {
    const isOlder = newest !== undefined && Date.parse(state.updatedAt) < Date.parse(newest.state.updatedAt);
    if (isOlder && sentAt - newest.sentAt < STALE_WINDOW_MS)
        return true;
    return accepted.some((request) => {
        const { stateBefore, oldState = stateBefore } = request;
        const hasChangedSince = lastRead !== undefined && lastRead.sentAt > request.sentAt;
        const windowMs = hasChangedSince ? STALE_WINDOW_MS : UNCHANGED_WINDOW_MS;
        const isRepetition = isSameObservation(state, stateBefore) || isSameObservation(state, oldState);
        return isRepetition && sentAt - request.sentAt < windowMs;
    });
}

;// CONCATENATED MODULE: ./src/events.ts
/** What there is to report about a step: the difference between two states of a run, and the pause that follows. */


const CALLS = ['read', 'restart', 'wake', 'probe'];
/**
 * @param before the state of the run before the step
 * @param now milliseconds on the run's clock
 */
function eventsBetween(before, { run, command }, now) {
    const events = [
        ...CALLS.map((call) => recovered(before, run, call, now)),
        acceptance(before, run),
        run.last === undefined || hasSameLabel(run.last, before.last) ? undefined : { type: 'observed', state: run.last },
        stabilizing(before, run),
        ...CALLS.map((call) => failure(before, run, call)),
        heldBack(before, run, now),
        run.nextAttemptAt === undefined || before.nextAttemptAt !== undefined
            ? undefined
            : { type: 'restart-scheduled', attempt: restartCount(run) + 1, inMs: run.nextAttemptAt - now },
        run.respondedAt === undefined || run.policy.probe === undefined
            ? undefined
            : { type: 'responded', probe: run.policy.probe },
        command.type === 'pause' ? { type: 'paused', forMs: command.forMs, why: command.why } : undefined,
    ];
    return events.filter((event) => event !== undefined);
}
function recovered(before, run, call, now) {
    const outage = before.outages[call];
    if (outage?.isReported !== true || run.outages[call] !== undefined)
        return undefined;
    return { type: 'recovered', call, outageMs: now - outage.since };
}
function acceptance(before, run) {
    const request = run.accepted.at(-1);
    if (request === undefined || run.accepted.length === before.accepted.length)
        return undefined;
    const { kind, fault } = request;
    const attempt = kind === 'restart' ? restartCount(run) : 1;
    return { type: 'accepted', request: kind, attempt, isInferred: fault !== undefined };
}
function stabilizing(before, run) {
    const { stableForMs } = run.policy;
    if (!isWaiting(run) || stableForMs === 0 || run.lastRead?.state.status !== 'RUNNING')
        return undefined;
    const isContinued = before.lastRead !== undefined && run.steadySince === before.steadySince;
    return isContinued ? undefined : { type: 'stabilizing', forMs: stableForMs };
}
function failure(before, run, call) {
    const outage = run.outages[call];
    const earlier = before.outages[call];
    if (outage === undefined || outage.faults === earlier?.faults)
        return undefined;
    const { fault, faults: count, isReported } = outage;
    return { type: 'fault', call, fault, count, isWarning: isReported && earlier?.isReported !== true };
}
function heldBack(before, run, now) {
    const { ambiguous } = run;
    if (ambiguous?.rejected === undefined || before.ambiguous?.rejected === ambiguous.rejected)
        return undefined;
    return { type: 'held-back', request: ambiguous.kind, forMs: heldUntil(run, ambiguous.kind) - now };
}

;// CONCATENATED MODULE: ./src/changes.ts


/** The longest pause before the read that confirms a FAILED or TERMINATED. */
const CONFIRM_PAUSE_MS = 10_000;
/** The longest gap between two reads that still count as in a row; or this many poll intervals, if that is longer. */
const MAX_GAP_MS = 60_000;
const MAX_GAP_POLLS = 2.5;
/** A row of rejections ends after this time without one. */
const MAX_REJECTION_GAP_MS = 120_000;
/** The status shows that an ambiguous request was accepted (section 5, ambiguous requests). */
function inferAcceptance(run, state) {
    const { ambiguous } = run;
    if (ambiguous === undefined)
        return run;
    const { kind, sentAt, stateBefore, rejected, fault } = ambiguous;
    const hasStarted = ['INITIALIZING', 'AWAKING', 'RUNNING', 'READY'].includes(state.status);
    const hasFailedSince = rejected !== undefined && state.status === 'FAILED' && hasChanged(state, rejected.stateBefore);
    return hasStarted || hasFailedSince ? accept(run, { kind, sentAt, stateBefore, fault }) : run;
}
function hasChanged(state, before) {
    return state.errorCode !== before.errorCode || state.updatedAt !== before.updatedAt;
}
/** An accepted request closes earlier ambiguous ones, and what it was sent for. */
function accept(run, request) {
    return {
        ...withoutOutages(run, request.kind),
        accepted: [...run.accepted, request],
        ambiguous: undefined,
        down: undefined,
        nextAttemptAt: undefined,
    };
}
/** Records a state that is not stale, and since when it has lasted. */
function recordObservation(run, observation) {
    const { state, sentAt } = observation;
    const { policy, last, lastRead, newest } = run;
    const condition = conditionOf(state.status);
    const isDown = condition === 'down';
    const maxGapMs = Math.max(MAX_GAP_MS, (policy.pollIntervalMs ?? 0) * MAX_GAP_POLLS);
    const isSteady = lastRead === undefined || sentAt - lastRead.sentAt <= maxGapMs;
    const isSameStatus = lastRead?.state.status === state.status;
    const isUnbroken = isSteady && run.outages.read?.isReported !== true;
    const confirmableAt = sentAt + Math.min(CONFIRM_PAUSE_MS, policy.pollIntervalMs ?? CONFIRM_PAUSE_MS);
    const wasTerminated = state.status === 'TERMINATED' || run.down?.wasTerminated === true;
    const mootRequests = ['restart', 'wake'].filter((kind) => condition !== 'unknown' && condition !== ALLOWED_WHILE[kind]);
    return {
        ...withoutOutages(run, 'read', ...mootRequests),
        first: run.first ?? observation,
        last: state,
        lastSince: hasSameLabel(state, last) && isUnbroken ? run.lastSince : sentAt,
        lastRead: observation,
        newest: isAtLeastAsNew(state, newest?.state) ? observation : newest,
        statusSince: isSameStatus ? run.statusSince : sentAt,
        steadySince: isSameStatus && isSteady ? run.steadySince : sentAt,
        hasReadOtherStatus: run.hasReadOtherStatus || !isDown,
        progressedAt: condition === 'starting' || condition === 'up' ? sentAt : run.progressedAt,
        down: isDown ? { since: sentAt, confirmableAt, ...run.down, wasTerminated } : undefined,
        nextAttemptAt: isDown ? run.nextAttemptAt : undefined,
    };
}
/** Whether a state says that it is not older than the newest one so far. */
function isAtLeastAsNew({ updatedAt }, newest) {
    const at = Date.parse(updatedAt);
    return newest === undefined ? !Number.isNaN(at) : at >= Date.parse(newest.updatedAt);
}
function withoutOutages(run, ...calls) {
    const outages = { ...run.outages };
    for (const call of calls)
        delete outages[call];
    return { ...run, outages };
}
/** One more fault of a call, and how the call stands now. */
function recordFault(run, { call, sentAt, fault, isCutShort, sent }) {
    const before = run.outages[call];
    const { permanent } = before ?? {};
    const outage = {
        since: before?.since ?? sentAt,
        faults: (before?.faults ?? 0) + 1,
        fault: isCutShort && before !== undefined ? before.fault : fault,
        isReported: before?.isReported ?? false,
        permanent: fault.kind === 'permanent'
            ? { since: permanent?.since ?? sentAt, count: (permanent?.count ?? 0) + 1 }
            : undefined,
        rejections: before?.rejections,
    };
    if (sent !== undefined && fault.kind === 'conflict')
        return withRejection(run, outage, sent);
    if (sent === undefined || !isAmbiguous(fault))
        return { run, outage };
    const rejected = run.ambiguous?.kind === sent.kind ? run.ambiguous.rejected : undefined;
    return { run: { ...run, ambiguous: { ...sent, fault, rejected } }, outage };
}
/**
 * Whether a failed request may have been accepted anyway: no response, a 5xx, or a 2xx without a status object. A
 * request that the proxy refused was never sent.
 */
function isAmbiguous({ kind, source, httpStatus = 500 }) {
    return kind === 'transient' && source !== 'proxy' && (httpStatus >= 500 || httpStatus < 300);
}
/**
 * One more rejection (400, 409, 423) of a restart or wake-up. The first one after an ambiguous request, or the first
 * of a row while that is open, suggests that it was accepted: the request is held back, and the row begins after that.
 */
function withRejection(run, outage, sent) {
    const { kind, sentAt } = sent;
    const { ambiguous } = run;
    const { rejections: row } = outage;
    const isContinued = row !== undefined && sentAt - Math.max(row.since, row.lastAt) < MAX_REJECTION_GAP_MS;
    const isHeldBack = ambiguous?.kind === kind && (ambiguous.rejected === undefined || !isContinued);
    const held = isHeldBack ? { ...run, ambiguous: { ...ambiguous, rejected: sent } } : run;
    const since = isHeldBack ? heldUntil(held, kind) : isContinued ? row.since : sentAt;
    return { run: held, outage: { ...outage, rejections: { since, lastAt: sentAt } } };
}

;// CONCATENATED MODULE: ./src/policy.ts
/**
 * What a run does next: docs/behavior.md sections 4 and 5 as pure, synchronous transitions. Each takes what just
 * happened into the state of the run, and returns that and the command to carry out.
 */






/** The time limit of one request. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Once a status has been read, this many permanent faults in a row, over this long, end the run. */
const MAX_PERMANENT_FAULTS = 3;
const PERMANENT_FAULT_SPAN_MS = 30_000;
/** An outage is reported at its second fault, or once it lasts longer. */
const REPORTED_FAULT_COUNT = 2;
const REPORTED_OUTAGE_MS = 5_000;
/** A rejection (400, 409, 423) this long after the row began ends the run. */
const MAX_REJECTION_MS = 120_000;
/** How long READY is given to become RUNNING. */
const MAX_READY_MS = 120_000;
const POLL = { type: 'poll' };
const keepPolling = () => POLL;
const whenStopping = () => fail('stopping');
const whenUnknown = () => fail('unknown-status');
const whenDown = (run, { state, sentAt }, { now }) => {
    const { policy, accepted } = run;
    if (!isConfirmed(run, sentAt))
        return { type: 'poll', why: 'confirm', at: run.down?.confirmableAt };
    const restarts = restartCount(run);
    const isInScope = matchesRestartOn(state, policy.restartOn);
    if (restarts === 0 && isInScope)
        return { type: 'restart' };
    if (accepted.length === 0) {
        const isHopeless = state.status === 'FAILED' && policy.restartOn.includes('RECOVERABLE');
        return { type: 'end', outcome: isHopeless ? 'not-recoverable' : 'not-needed' };
    }
    // An endpoint that is terminated after a restart is meant to stay terminated.
    const isFixable = run.down?.wasTerminated !== true && isRecoverable(state.errorCode) && isInScope;
    if (!isFixable || restarts >= policy.attempts)
        return { type: 'end', outcome: 'failed' };
    const at = run.nextAttemptAt ?? now + nextAttemptPauseMs(restarts);
    return now < at ? { type: 'poll', why: 'next-attempt', at } : { type: 'restart' };
};
/** If it is still asleep after the wake-up, it hasn’t come up yet. If it came up and fell asleep again, it is healthy. */
const whenAsleep = (run) => {
    const failure = failureOf(run, 'probe');
    if (failure !== undefined)
        return fail('asleep-unresponsive', failure);
    if (run.policy.wake && !hasWokenEndpoint(run))
        return { type: 'wake' };
    return run.accepted.at(-1)?.kind === 'wake' && !hasProgressed(run) ? POLL : whenHealthy(run);
};
/** RUNNING has to last, and with a probe the endpoint also has to respond. */
const whenRunning = (run, { sentAt }) => {
    if (sentAt - run.steadySince < run.policy.stableForMs)
        return POLL;
    return run.policy.probe === undefined ? whenHealthy(run) : { type: 'probe' };
};
/** Found first, READY is as good as RUNNING; a run that has changed or probes the endpoint gives it time. */
const whenReady = (run, observation, context) => {
    const { policy, accepted } = run;
    if (accepted.length === 0 && policy.probe === undefined)
        return whenHealthy(run);
    const isLate = observation.sentAt - run.statusSince >= MAX_READY_MS + policy.stableForMs;
    return isLate ? whenRunning(run, observation, context) : POLL;
};
function whenHealthy(run) {
    const outcome = restartCount(run) > 0 ? 'restarted' : hasWokenEndpoint(run) ? 'woken' : 'not-needed';
    return { type: 'end', outcome };
}
function fail(reason, failure) {
    return { type: 'end', outcome: 'error', reason, failure };
}
/** The table of docs/behavior.md section 4; an unlisted status is treated as UNKNOWN. */
const TABLE = {
    FAILED: { withoutWait: whenDown, withWait: whenDown },
    TERMINATED: { withoutWait: whenDown, withWait: whenDown },
    RUNNING: { withoutWait: whenHealthy, withWait: whenRunning },
    SLEEPING: { withoutWait: whenAsleep, withWait: whenAsleep },
    READY: { withoutWait: whenHealthy, withWait: whenReady },
    INITIALIZING: { withoutWait: whenHealthy, withWait: keepPolling },
    AWAKING: { withoutWait: whenHealthy, withWait: keepPolling },
    UPDATING: { withoutWait: whenHealthy, withWait: keepPolling },
    STOPPING: { withoutWait: whenStopping, withWait: keepPolling },
    TERMINATING: { withoutWait: whenStopping, withWait: keepPolling },
    UNKNOWN: { withoutWait: whenUnknown, withWait: keepPolling },
};
/** The first step of a run. */
function start(policy, context) {
    const { now: startedAt } = context;
    const run = {
        policy,
        startedAt,
        lastSince: startedAt,
        statusSince: startedAt,
        steadySince: startedAt,
        hasReadOtherStatus: false,
        progressedAt: Number.NEGATIVE_INFINITY,
        accepted: [],
        outages: {},
    };
    return afterPause(run, context);
}
/** A pause has passed: the status is read, unless the time is over. */
function afterPause(run, context) {
    const isOver = context.now >= effectiveDeadline(run);
    return { run, command: isOver ? deadlineExceeded(run, context) : request('read', run, context) };
}
/** A request is over. */
function afterCall(run, { call, sentAt, result }, context) {
    const { last } = run;
    const isChange = last !== undefined && (call === 'restart' || call === 'wake');
    const sent = isChange ? { kind: call, sentAt, stateBefore: last } : undefined;
    if (result instanceof ApiError)
        return afterFault(run, { call, sentAt, fault: result, sent }, context);
    if (result === undefined)
        return afterResponse(run, context);
    return sent === undefined
        ? afterRead(run, { state: result, sentAt }, context)
        : afterAcceptance(run, sent, result, context);
}
function afterRead(run, observation, context) {
    const readable = { ...withoutOutages(run, 'read'), staleAt: observation.sentAt };
    if (isStale(run, observation))
        return follow(readable, { type: 'poll', why: 'stale' }, context);
    const observed = recordObservation(inferAcceptance(run, observation.state), observation);
    return follow(observed, decide(observed, observation, context), context);
}
function afterAcceptance(run, sent, state, context) {
    const oldState = ['down', 'asleep'].includes(conditionOf(state.status)) ? state : undefined;
    const accepted = { ...accept(run, { ...sent, oldState }), last: state, lastSince: sent.sentAt };
    return follow(accepted, isWaiting(run) ? POLL : whenHealthy(accepted), context);
}
/** The endpoint responded to the probe. */
function afterResponse(run, context) {
    const responded = { ...withoutOutages(run, 'probe'), respondedAt: context.now };
    return follow(responded, whenHealthy(responded), context);
}
/** Looks up the rule for a state that is not stale. */
function decide(run, observation, context) {
    const { wait, dryRun } = run.policy;
    if (!isWaiting(run) && openAmbiguity(run) !== undefined)
        return POLL;
    const { status } = observation.state;
    const row = TABLE[isKnownStatus(status) ? status : 'UNKNOWN'];
    const decision = (wait ? row.withWait : row.withoutWait)(run, observation, context);
    return dryRun ? { type: 'end', outcome: 'dry-run', planned: plannedStep(decision) } : decision;
}
function plannedStep(decision) {
    if (decision.type === 'end')
        return { type: 'end', outcome: decision.outcome };
    return { type: decision.type === 'poll' ? 'wait' : decision.type };
}
/** Turns a decision into a command, as far as the time left and earlier rejections allow. */
function follow(run, decision, context) {
    const { now } = context;
    switch (decision.type) {
        case 'end':
            return { run, command: decision };
        case 'poll': {
            const { why = 'poll', at = now + pollPause(run) } = decision;
            const scheduled = why === 'next-attempt' ? { ...run, nextAttemptAt: at } : run;
            return pause(scheduled, at - now, why, context);
        }
        case 'probe':
            return { run, command: request('probe', run, context) };
        default:
            if (now >= requestCutoff(run))
                return follow(run, { type: 'poll', why: 'deadline' }, context);
            if (now < heldUntil(run, decision.type))
                return follow(run, { type: 'poll', why: 'held-back' }, context);
            return { run, command: request(decision.type, run, context) };
    }
}
function request(type, run, { now }) {
    return { type, timeoutMs: Math.min(REQUEST_TIMEOUT_MS, effectiveDeadline(run) - now) };
}
/** A call failed, whatever the reason (section 5). */
function afterFault(run, failed, context) {
    const { call, sentAt, fault } = failed;
    const { now, random } = context;
    const deadline = effectiveDeadline(run);
    const isCutShort = fault.source === 'timeout' && sentAt + REQUEST_TIMEOUT_MS > deadline;
    const recorded = recordFault(run, { ...failed, isCutShort });
    const { outage } = recorded;
    // Nothing that the API did wrong: the run was canceled, or its last moments were too short for a response.
    const isTooShort = isCutShort && now - sentAt <= REPORTED_OUTAGE_MS && outage.faults === 1 && run.last !== undefined;
    if (fault.source === 'aborted' || isTooShort)
        return afterPause(recorded.run, context);
    const failing = (isReported = outage.isReported) => ({
        ...recorded.run,
        outages: { ...run.outages, [call]: { ...outage, isReported } },
    });
    const reason = exceededLimit(run, outage, sentAt);
    if (reason !== undefined)
        return { run: failing(), command: fail(reason, { call, fault }) };
    const maxMs = call === 'probe' ? pollPause(run) : MAX_BACKOFF_MS;
    const backoff = backoffMs({ faults: outage.faults, random, maxMs, retryAfterMs: fault.retryAfterMs });
    const pauseMs = Math.max(backoff, fault.kind === 'rate-limited' ? pollPause(run) : 0);
    const outageMs = now + pauseMs - outage.since;
    const isReportable = outage.faults >= REPORTED_FAULT_COUNT || outageMs > REPORTED_OUTAGE_MS;
    const isReported = outage.isReported || (isReportable && now < deadline);
    return pause(failing(isReported), pauseMs, 'fault', context);
}
/** Why the run ends with the last fault of a call; absent if it goes on. Until a status has been read, one permanent fault is enough. */
function exceededLimit(run, outage, sentAt) {
    const { permanent, rejections } = outage;
    if (permanent !== undefined) {
        const lastsLong = sentAt - permanent.since >= PERMANENT_FAULT_SPAN_MS;
        const isEnough = run.first === undefined || (permanent.count >= MAX_PERMANENT_FAULTS && lastsLong);
        return isEnough ? 'permanent-fault' : undefined;
    }
    const isRejected = rejections?.lastAt === sentAt && sentAt - rejections.since >= MAX_REJECTION_MS;
    return isRejected ? 'not-accepted' : undefined;
}
/** The call that would bring the run closer to its goal. */
const NEXT_CALL = { down: 'restart', asleep: 'wake', up: 'probe' };
/** Ends the run at its deadline, with the fault that kept it from its goal. */
function deadlineExceeded(run, { now }) {
    const next = NEXT_CALL[conditionOf(run.last?.status)];
    const failure = failureOf(run, 'read') ?? (next && failureOf(run, next));
    if (isWaiting(run) && now >= deadlineOf(run))
        return { type: 'end', outcome: 'timed-out', failure };
    const pendingReason = openAmbiguity(run) === undefined ? 'not-accepted' : 'ambiguous';
    const isUnreadable = run.outages.read !== undefined || run.last === undefined;
    return fail(isUnreadable ? 'unreadable' : pendingReason, failure);
}
function failureOf({ outages }, call) {
    const outage = outages[call];
    return outage && { call, fault: outage.fault };
}
function pollPause({ policy, last }) {
    return policy.pollIntervalMs ?? pollPauseMs(last);
}
function pause(run, pauseMs, why, { now }) {
    const leftMs = Math.max(0, effectiveDeadline(run) - now);
    const forMs = pauseBeforeDeadlineMs({ pauseMs: Math.max(0, pauseMs), leftMs });
    return { run, command: { type: 'pause', forMs, why } };
}

;// CONCATENATED MODULE: ./src/loop.ts



/**
 * Carries out what the policy commands, with client and clock; it has no rule of its own.
 *
 * @returns how the run ended; every fault of the API is part of the result
 * @throws whatever the listener throws, and anything other than an ApiError that the client throws
 */
async function runLoop({ client, clock, policy, listener, signal }) {
    let step = start(policy, contextOf(clock));
    let before = step.run;
    for (;;) {
        const { run } = step;
        const now = clock.now();
        for (const event of eventsBetween(before, step, now))
            listener({ ...event, atMs: now - run.startedAt }, run);
        before = run;
        // A cancellation, also by a listener, precedes every other command.
        const command = signal.aborted ? { type: 'end', outcome: 'cancelled' } : step.command;
        if (command.type === 'end')
            return { run, decision: command, elapsedMs: clock.now() - run.startedAt };
        if (command.type === 'pause') {
            await clock.sleep(command.forMs, signal);
            step = afterPause(run, contextOf(clock));
        }
        else {
            const { type: call, timeoutMs } = command;
            const sentAt = clock.now();
            const result = await faultOrResult(client[call]({ timeoutMs, signal }));
            step = afterCall(run, { call, sentAt, result }, contextOf(clock));
        }
    }
}
function contextOf(clock) {
    return { now: clock.now(), random: clock.random() };
}
/** Returns an ApiError instead of throwing it. */
async function faultOrResult(request) {
    try {
        return await request;
    }
    catch (error) {
        if (error instanceof ApiError)
            return error;
        throw error;
    }
}

;// CONCATENATED MODULE: external "node:fs"
const external_node_fs_namespaceObject = require("node:fs");
;// CONCATENATED MODULE: ./src/sanitize.ts

/** The maximum length of a sanitized text, in UTF-16 code units (docs/behavior.md section 6). */
const MAX_TEXT_LENGTH = 500;
/** Longer text is cut before processing. Transforms can drop long passages, so they get more. */
const MAX_RAW_LENGTH = 4_000;
const MAX_TRANSFORM_INPUT_LENGTH = 65_536;
/** Control and format characters, line and paragraph separators, and halves of surrogate pairs. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;
/**
 * Creates the sanitizer that all untrusted text (API responses, system errors, rejected inputs) passes through before it
 * is stored or shown (docs/behavior.md section 6). Time and result size are bounded.
 *
 * @param secret the API key; with an empty one, only what looks like a Friendli key is redacted
 */
function createSanitizer(secret) {
    let redact;
    return (text, { transform, keepWhitespace = false } = {}) => {
        // Created lazily: most runs never see untrusted text, and it costs startup time.
        redact ??= createRedaction(secret);
        const maxLength = transform === undefined ? MAX_RAW_LENGTH : MAX_TRANSFORM_INPUT_LENGTH;
        let line = redact(text.slice(0, maxLength));
        let isCut = text.length > maxLength;
        if (transform !== undefined) {
            const transformed = transform(line);
            isCut ||= transformed.length > MAX_RAW_LENGTH;
            // Redact again: text that the transform removed may have split an echo of the key.
            line = redact(transformed.slice(0, MAX_RAW_LENGTH));
        }
        line = escapeWorkflowCommands(line.replace(UNPRINTABLE, ' '));
        if (!keepWhitespace)
            line = line.trim();
        return truncate(isCut ? `${line}…` : line, MAX_TEXT_LENGTH);
    };
}
/**
 * The runner treats `##[` anywhere, and `::` at the start of a line after whitespace, as a command (actions/runner,
 * ActionCommand.TryParse and TryParseV2).
 */
function escapeWorkflowCommands(line) {
    return line.replaceAll('##[', '## [').replace(/^(\s*)::/, '$1: :');
}
/** Cuts a text to a number of UTF-16 code units, the ellipsis included, without splitting a surrogate pair. */
function truncate(text, maxLength) {
    if (text.length <= maxLength)
        return text;
    return `${text.slice(0, maxLength - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

;// CONCATENATED MODULE: ./src/report/duration.ts
/** A duration for a sentence: `0.4 s`, `44 s`, `7 min 44 s`, `2 h 5 min`. */
function formatDuration(ms) {
    if (ms < 9_950)
        return `${Number((ms / 1_000).toFixed(1))} s`;
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
/** The time since the start of the run for a log line: `0:44`, `7:44`, `2:05:00`. */
function formatTimestamp(ms) {
    const seconds = Math.round(ms / 1_000);
    const minutes = Math.floor(seconds / 60);
    const pad = (value) => String(value).padStart(2, '0');
    if (minutes < 60)
        return `${minutes}:${pad(seconds % 60)}`;
    return `${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${pad(seconds % 60)}`;
}

;// CONCATENATED MODULE: ./src/report/labels.ts


const CALL_NAMES = {
    read: 'status request',
    restart: 'restart request',
    wake: 'wake-up request',
    probe: 'probe',
};
/** What a request asks for, in a sentence. */
const REQUEST_NAMES = { restart: 'restart', wake: 'wake-up' };
/** Phases, and statuses whose names do not say what they mean. */
const MEANINGS = new Map([
    ['REQUESTING_VIRTUAL_MACHINE', 'requesting a virtual machine'],
    ['DOWNLOADING_MODEL', 'downloading the model'],
    ['ENGINE_INITIALIZING', 'initializing the engine'],
    ['UPDATING', 'rolling out a new version'],
    ['SLEEPING', 'wakes on the next request'],
]);
/** The phase if there is one, otherwise what the status means; empty if the status is self-explanatory. */
function describePhase({ status, phase }) {
    return MEANINGS.get(phase || status) ?? phase;
}
/** A state for a line: `INITIALIZING (downloading the model)`, `FAILED, INFERENCE_ENGINE_MEMORY_ERROR`. */
function describeState(state) {
    const { status, errorCode } = state;
    const phase = describePhase(state);
    return `${status}${phase && ` (${phase})`}${errorCode && `, ${errorCode}`}`;
}
/** A state as it is first seen, with the likely cause of a failure. */
function describeNewState(state) {
    const { status, errorCode } = state;
    const isDown = conditionOf(status) === 'down';
    return isDown && errorCode !== '' ? `${status}, ${describeErrorCode(errorCode)}` : describeState(state);
}
/** `X (likely cause: …)`. */
function describeErrorCode(errorCode) {
    const { likelyCause } = errorCodeInfo(errorCode);
    return `${errorCode} (${likelyCause === '' ? 'the API gives no cause' : `likely cause: ${likelyCause}`})`;
}
/** Follows a status in a sentence: ` with error code X (likely cause: …)`. */
function withErrorCode({ status, errorCode }) {
    if (errorCode !== '')
        return ` with error code ${describeErrorCode(errorCode)}`;
    return status === 'FAILED' ? ' without an error code' : '';
}
/**
 * A failed call as a title and as a sentence: for which endpoint, where that is not clear, and for how long (` for 2 min`).
 * `wasReached` if any HTTP response has arrived in the run. It says "no response" only if there was none.
 */
function describeFault({ call, fault }, { endpointId = '', lasted = '', wasReached = true } = {}) {
    const { source, kind, httpStatus = 0 } = fault;
    const name = capitalize(CALL_NAMES[call]);
    const request = `${CALL_NAMES[call]}${endpointId && ` for endpoint ${endpointId}`}`;
    const http = `: HTTP ${httpStatus}`;
    /** The first one that applies. */
    const words = [
        [source === 'proxy', 'Proxy error', `The ${request} did not reach the API`],
        [source === 'certificate', 'Untrusted certificate', `The ${request} did not reach the API`],
        [httpStatus === 0 && !wasReached, 'API unreachable', `The ${request} got no response`],
        [httpStatus === 0, `${name} failed: no response`, `The ${request} got no response`],
        [kind === 'rate-limited', `Rate limited${http}`, `The API rate-limited the ${request}`],
        [httpStatus < 300 && httpStatus >= 200, `Unusable response${http}`, `The response to the ${request} was unusable`],
        [kind === 'transient', `${name} failed${http}`, `The ${request} failed`],
        [httpStatus < 400, `Redirected${http}`, `The API redirected the ${request}`],
        [true, `${name} rejected${http}`, `The API rejected the ${request}`],
    ];
    const [, title = '', clause = ''] = words.find(([applies]) => applies) ?? [];
    return { title, sentence: `${clause}${lasted}: ${fault.message}.` };
}
function capitalize(text) {
    return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

;// CONCATENATED MODULE: ./src/report/history.ts
/** The course of the run, for summary and messages. Bounded, however long the run and however often the status changes. */


const KINDS = { starting: 'phase', up: 'up' };
/** How many bars are kept: the first one and the last ones. */
const MAX_BARS = 12;
/** Its fields are for reading only. */
class History {
    bars = [];
    /** Whether any HTTP response has arrived. */
    wasReached = false;
    /** The longest pause between two polls, in milliseconds; 0 if there was none. */
    longestPauseMs = 0;
    record(event, { last }) {
        const { atMs } = event;
        switch (event.type) {
            case 'observed':
                this.wasReached = true;
                this.add({ ...barOf(event.state), fromMs: atMs });
                break;
            case 'accepted': {
                const number = event.attempt > 1 ? ` ${event.attempt}` : '';
                this.add({ label: `${capitalize(REQUEST_NAMES[event.request])}${number} accepted`, fromMs: atMs });
                break;
            }
            case 'restart-scheduled':
                this.add({ label: `Waiting for restart ${event.attempt}`, fromMs: atMs });
                break;
            case 'recovered':
                if (event.call !== 'read' || last === undefined)
                    return;
                this.add({ label: 'Not observed', fromMs: atMs - event.outageMs });
                this.add({ ...barOf(last), fromMs: atMs });
                break;
            case 'fault':
                this.wasReached ||= event.fault.httpStatus !== undefined;
                break;
            case 'paused':
                if (event.why !== 'poll' && event.why !== 'stale')
                    return;
                this.longestPauseMs = Math.max(this.longestPauseMs, event.forMs);
        }
    }
    add({ kind = 'waiting', ...rest }) {
        const bar = { ...rest, kind };
        const previous = this.bars.pop();
        // The state after an outage can be a new one, which is then added twice.
        const isRepeated = previous?.label === bar.label && previous.fromMs === bar.fromMs;
        if (previous !== undefined && !isRepeated)
            this.bars.push({ ...previous, toMs: bar.fromMs });
        this.bars.push(bar);
        if (this.bars.length > MAX_BARS)
            this.bars.splice(1, 1);
    }
}
function barOf(state) {
    const { status } = state;
    const condition = conditionOf(status);
    const phase = condition === 'starting' || condition === 'unknown' ? describePhase(state) : '';
    const kind = status === 'FAILED' ? 'failure' : (KINDS[condition] ?? 'waiting');
    return { label: plain(capitalize(phase || status)), kind };
}
/** Without everything that Mermaid or Markdown could interpret. */
function plain(name) {
    const words = name.replace(/[^\p{L}\p{N}_.-]+/gu, ' ').trim();
    return /^.{1,30}/u.exec(words)?.[0].trimEnd() ?? 'unnamed';
}

;// CONCATENATED MODULE: ./src/report/advice.ts
/** The likely cause of a failed request and what to do about it (docs/behavior.md section 6). */

const FRIENDLI_SUITE_LINK = `Friendli Suite (${FRIENDLI_SUITE_URL})`;
const CHECK_ENDPOINT = `Check the endpoint in ${FRIENDLI_SUITE_LINK}`;
const API_KEYS = `Friendli Suite, Personal Settings, API keys (${FRIENDLI_SUITE_URL}/~/setting/keys)`;
const COMPARE_IDS = `Compare endpoint-id and team with the IDs in ${FRIENDLI_SUITE_LINK}`;
const CHECK_LOGS = `Check the endpoint’s logs and load in ${FRIENDLI_SUITE_LINK}. If the problem persists, ${CONTACT_SUPPORT}`;
const LATER = 'Re-run the job later. If the problem persists, contact support@friendli.ai';
/** By what a reader sees; docs/troubleshooting.md has the same rows. */
const ADVICE = {
    'HTTP 400, 404, or 422': ['no endpoint with this ID exists, or it belongs to another team', COMPARE_IDS],
    'HTTP 401': [
        'the API key is not valid',
        `Check that the secret contains a valid personal API key, or create a new one in ${API_KEYS}`,
    ],
    'HTTP 402': [
        'the team’s billing or payment method needs attention',
        `Check the team’s billing in ${FRIENDLI_SUITE_LINK}, then re-run the job`,
    ],
    'HTTP 403': [
        'the API key lacks permission for this request',
        `Use the key of a member who can manage the endpoint, in the team that owns it. You can manage keys in ${API_KEYS}`,
    ],
    'HTTP 403 with an HTML body': [
        'a firewall or bot protection in front of the API blocked the request',
        'Check api-url and the runner’s network; if the runner’s IP address is blocked, use another runner or contact support@friendli.ai',
    ],
    'HTTP 404 after a status was read': [
        'the endpoint was deleted during the run',
        `Check in ${FRIENDLI_SUITE_LINK} whether the endpoint still exists`,
    ],
    'HTTP 400, 409, or 423 for a restart or wake-up': [
        'the endpoint’s current state does not allow this, possibly because another restart or an update is in progress',
        `${CHECK_ENDPOINT}, then re-run the job`,
    ],
    'HTTP 3xx': [
        'api-url redirects to another address, which the action does not follow in order to protect the API key',
        'Set api-url to the API’s final URL',
    ],
    'Any other HTTP status': [
        'the API sent an undocumented response',
        `${CHECK_ENDPOINT}, and re-run the job with debug logging for details`,
    ],
    'HTTP 429': [
        'too many requests were sent with this API key',
        'Run fewer workflows at the same time, or set a longer poll-interval',
    ],
    'HTTP 5xx': ['an outage of the API', LATER],
    'A response that is not a status object': [
        'the response came from something other than the Friendli API, such as a gateway or a maintenance page',
        `Check api-url. ${LATER}`,
    ],
    'No response before the API was reached': [
        'the runner’s network or firewall blocks access to the API',
        'Check api-url and the runner’s network, DNS, and firewall; if the runner needs a proxy, set https_proxy. If the runner can reach other sites, re-run the job later',
    ],
    'No response after the API was reached': ['an outage of the API or a network problem', LATER],
    'Proxy error': [
        '',
        'Check the https_proxy and no_proxy variables of the runner, including the username and password if the proxy requires them',
    ],
    'Untrusted certificate': [
        'a TLS-inspecting proxy, a private CA, or a wrong api-url',
        'Check api-url. Behind a TLS-inspecting proxy, set NODE_EXTRA_CA_CERTS to the path of its CA certificate',
    ],
    'Untrusted certificate with NODE_EXTRA_CA_CERTS set': [
        'a TLS-inspecting proxy, a private CA, or a wrong api-url',
        'Check that the file named by NODE_EXTRA_CA_CERTS exists and is in PEM format. With Node.js 24, NODE_USE_SYSTEM_CA=1 trusts the runner’s own CA certificates',
    ],
    'Certificate not yet valid': ['the runner’s clock is wrong', 'Check the runner’s date and time'],
    'HTTP 401 or 403 for a probe': [
        'the API key has no access to inference',
        `Use a key that can send requests to the endpoint. You can manage keys in ${API_KEYS}`,
    ],
    'Any other rejected probe': [
        'the model does not support this type of request',
        'Set probe to a type of request that the model supports',
    ],
    'HTTP 429 for a probe': ['the endpoint’s queue is full, or the account has reached a limit', CHECK_LOGS],
    'No response to a probe, or HTTP 5xx': ['the engine is overloaded or not working', CHECK_LOGS],
};
function faultAdvice({ fault, call, wasReached, hasStatus }) {
    const { source, kind, httpStatus = 0, isHtml, systemCode } = fault;
    const isCertificate = source === 'certificate';
    const hasExtraCas = (process.env['NODE_EXTRA_CA_CERTS'] ?? '') !== '';
    const isProbe = call === 'probe';
    const isDenied = httpStatus === 401 || httpStatus === 403;
    /** The first one that applies. */
    const topics = [
        [source === 'proxy', 'Proxy error'],
        [isCertificate && systemCode === 'CERT_NOT_YET_VALID', 'Certificate not yet valid'],
        [isCertificate && hasExtraCas, 'Untrusted certificate with NODE_EXTRA_CA_CERTS set'],
        [isCertificate, 'Untrusted certificate'],
        [isProbe && kind === 'rate-limited', 'HTTP 429 for a probe'],
        [isProbe && kind !== 'permanent', 'No response to a probe, or HTTP 5xx'],
        [kind === 'permanent' && httpStatus < 400, 'HTTP 3xx'],
        [httpStatus === 402, 'HTTP 402'],
        [httpStatus === 403 && isHtml, 'HTTP 403 with an HTML body'],
        [isProbe && isDenied, 'HTTP 401 or 403 for a probe'],
        [isProbe, 'Any other rejected probe'],
        [source === 'body', 'A response that is not a status object'],
        [kind === 'conflict', 'HTTP 400, 409, or 423 for a restart or wake-up'],
        [kind === 'rate-limited', 'HTTP 429'],
        [kind === 'transient' && httpStatus >= 300, 'HTTP 5xx'],
        [kind === 'transient' && wasReached, 'No response after the API was reached'],
        [kind === 'transient', 'No response before the API was reached'],
        [httpStatus === 401, 'HTTP 401'],
        [httpStatus === 403, 'HTTP 403'],
        // Where a status was read, an ID that worked is not what is wrong.
        [httpStatus === 404 && hasStatus && call === 'read', 'HTTP 404 after a status was read'],
        [[400, 404, 422].includes(httpStatus) && !hasStatus, 'HTTP 400, 404, or 422'],
    ];
    return ADVICE[topics.find(([applies]) => applies)?.[1] ?? 'Any other HTTP status'];
}

;// CONCATENATED MODULE: ./src/report/messages.ts
/** What happened and what to do next: one text per end, the same for annotation, `message` output, log, and summary. */







function composeMessage(end, known) {
    if (end.type !== 'completed') {
        const [title, text, nextStep = ''] = notCompleted(end);
        return { outcome: 'error', level: 'error', title, text, nextStep };
    }
    const facts = factsOf(end.result, known);
    const { outcome, reason } = end.result.decision;
    const [title, text, nextStep = ''] = (TEXTS[reason ?? outcome] ?? requestFailed)(facts);
    return { outcome, level: levelOf(facts), title, text: sentences(text, ambiguityNote(facts)), nextStep };
}
/** In one line, for the `message` output and the log. */
function toSingleLine({ text, nextStep }) {
    return `${text} ${nextStep}`.trim().replaceAll('\n', ' ');
}
function notCompleted(end) {
    if (end.type === 'invalid-input') {
        const title = end.issues.length === 1 ? 'Invalid input' : `${end.issues.length} invalid inputs`;
        const text = [...end.issues, 'No request was sent.'].join('\n');
        return [title, text, 'Correct the inputs of this step in the workflow.'];
    }
    return [
        'Internal error in the action',
        `This is a bug in the action, not a problem with the endpoint: ${end.message}`,
        `${CHECK_ENDPOINT}, and report this error to the action’s authors, with the log.`,
    ];
}
/** What the texts are made of. */
function factsOf(result, known) {
    const { policy, first, lastRead, accepted, startedAt, statusSince } = result.run;
    const last = policy.wait ? lastSeen(result.run) : result.run.last;
    const { failure } = result.decision;
    const [cause, nextStep] = failure
        ? faultAdvice({ ...failure, wasReached: known.wasReached, hasStatus: first !== undefined })
        : ['', `${CHECK_ENDPOINT}, then re-run the job`];
    const condition = conditionOf(last?.status);
    const hasChanged = statusSince > (first?.sentAt ?? startedAt);
    const isObserved = hasChanged || policy.stableForMs > 0 || policy.probe !== undefined;
    return {
        ...result,
        ...known,
        failure,
        condition,
        endpoint: `Endpoint ${known.endpointId}`,
        last: last ?? { status: 'unknown', phase: '', errorCode: '', updatedAt: '' },
        lastReadAt: lastRead?.sentAt ?? startedAt,
        hasChanged,
        /** Whether a run that had nothing to restart waited for an endpoint that is now up. */
        hasFollowed: policy.wait && condition === 'up' && isObserved,
        isUpWithErrorCode: condition === 'up' && last?.errorCode !== '',
        limit: formatDuration(policy.timeoutMs),
        restarts: restartCount(result.run),
        /** The last accepted request. */
        request: REQUEST_NAMES[accepted.at(-1)?.kind ?? 'restart'],
        probe: `the ${policy.probe} probe`,
        likelyCause: cause && `Likely cause: ${cause}.`,
        fix: `${nextStep}.`,
        sinceStart: (at) => formatDuration(at - startedAt),
        untilEnd: (at) => formatDuration(startedAt + result.elapsedMs - at),
    };
}
function levelOf({ decision: { outcome }, hasFollowed, isUpWithErrorCode }) {
    if (outcome === 'cancelled')
        return 'info';
    if (!isSuccess(outcome))
        return 'error';
    const isPlain = outcome === 'not-needed' ? hasFollowed : outcome !== 'dry-run';
    return isPlain && !isUpWithErrorCode ? 'info' : 'notice';
}
/** By outcome, and for an error by its reason; any other one is about a request that failed. */
const TEXTS = {
    restarted: reached,
    woken: reached,
    'not-needed': notNeeded,
    'dry-run': dryRun,
    'not-recoverable': ({ run, endpoint, last }) => [
        `Not restarted: ${last.errorCode}`,
        `${endpoint} is ${last.status}${withErrorCode(last)}. No ${run.ambiguous ? 'other ' : ''}restart was sent, because a restart cannot fix this and restart-on lists RECOVERABLE but not FAILED.`,
        `${errorCodeInfo(last.errorCode).nextStep}.`,
    ],
    failed,
    'timed-out': timedOut,
    cancelled: ({ run, endpoint, condition }) => [
        'The run was canceled',
        sentences(`${endpoint} is no longer being monitored.`, lastKnown(run), aftermath(run)),
        `Re-run the job to ${condition === 'starting' || isEffectPending(run) ? 'keep waiting' : 'try again'}.`,
    ],
    stopping: cannotRestart,
    'unknown-status': cannotRestart,
    ambiguous: ({ run: { ambiguous }, endpoint, last }) => {
        const kind = ambiguous?.kind ?? 'restart';
        return [
            `${capitalize(REQUEST_NAMES[kind])} not confirmed`,
            `${endpoint} is ${describeState(last)}.`,
            `${CHECK_ENDPOINT} before you ${kind} it again, or set wait: true to follow it.`,
        ];
    },
};
/** Without `wait`, a run ends with the restart or wake-up. */
function accepted({ run, endpointId, request }) {
    const { kind = 'restart', fault } = run.accepted.at(-1) ?? {};
    const what = fault
        ? `${describeFault({ call: kind, fault }, { endpointId }).sentence} However, the status shows that it was accepted.`
        : `The API accepted the ${request} of endpoint ${endpointId}.`;
    return [`${capitalize(request)} accepted`, `${what} To wait until it is RUNNING, set wait: true.`];
}
function notNeeded(facts) {
    const { run, endpoint, last, condition } = facts;
    if (condition === 'up' || condition === 'asleep')
        return reached(facts);
    if (condition === 'starting') {
        const what = `${endpoint} is already ${describeState(last)}.`;
        return ['Nothing to restart', `${what} To wait until it is RUNNING, set wait: true.`];
    }
    const listed = run.policy.restartOn.join(' and ');
    return [
        `Not in restart-on: ${last.status}`,
        `${endpoint} is ${last.status}${withErrorCode(last)}. There is nothing to restart, because restart-on lists only ${listed}.`,
    ];
}
/** The endpoint is up or asleep. The text says what was done, too: as the `message` output, it has no title. */
function reached(facts) {
    const { run, decision, endpoint, last, condition, sinceStart, restarts, probe } = facts;
    const { policy, first, respondedAt, statusSince } = run;
    const isDone = decision.outcome !== 'not-needed';
    if (isDone && !policy.wait)
        return accepted(facts);
    const isAsleep = condition === 'asleep';
    const isStable = policy.wait && policy.stableForMs > 0 && !isAsleep;
    const hasChanged = isDone || facts.hasChanged;
    const isAgain = !isAsleep && (restarts > 0 || (hasChanged && first?.state.status === last.status));
    const errorCode = withErrorCode(last);
    const status = `${last.status}${isAgain ? ' again' : ''}${errorCode}`;
    const parts = [
        isDone ? `was ${actionOf(run)}` : '',
        hasChanged ? `was ${status} after ${sinceStart(statusSince)}` : isStable ? '' : `is ${status}`,
        isStable ? `stayed ${last.status} for ${formatDuration(policy.stableForMs)}${hasChanged ? '' : errorCode}` : '',
        respondedAt === undefined ? '' : `responded to ${probe} after ${sinceStart(respondedAt)}`,
    ].filter((part) => part !== '');
    const result = respondedAt === undefined ? last.status : 'Responding';
    const followed = facts.hasFollowed ? result : 'Nothing to restart';
    return [
        isDone ? `${capitalize(decision.outcome)} and ${result.toLowerCase()}` : followed,
        sentences(`${endpoint} ${enumerate(parts)}.`, isAsleep ? 'It is healthy and wakes on the next request.' : '', isAsleep && policy.probe !== undefined ? 'No probe was sent, because that would wake it.' : '', isAsleep && !isDone && !policy.wake ? 'To wake it now, set wake: true.' : ''),
        facts.isUpWithErrorCode ? `${CHECK_ENDPOINT}.` : '',
    ];
}
/** `a`, `a and b`, or `a, b, and c`. Not by Intl.ListFormat, whose first use takes 13 ms. */
function enumerate(parts) {
    return parts.length < 3 ? parts.join(' and ') : `${parts.slice(0, -1).join(', ')}, and ${parts.at(-1)}`;
}
function dryRun({ run, endpoint, decision, last, condition, limit, probe }) {
    const { planned = { type: 'end', outcome: 'error' } } = decision;
    const wait = `wait up to ${limit} ${condition === 'up' ? 'for it to stay' : 'until it is'} RUNNING`;
    const then = run.policy.wait ? ` and ${wait}` : '';
    const steps = { restart: `restart it${then}`, wake: `wake it${then}`, wait, probe: `send it ${probe}` };
    const isEnd = planned.type === 'end';
    const end = isEnd && isSuccess(planned.outcome) ? 'do nothing' : 'fail';
    const would = isEnd ? `end with the outcome ${planned.outcome}` : steps[planned.type];
    return [
        `Dry run: would ${isEnd ? end : planned.type}`,
        `${endpoint} is ${describeState(last)}. Without dry-run, this run would ${would}. Nothing was changed.`,
        isEnd ? '' : 'To do this, run the workflow again without dry-run.',
    ];
}
/** Durations count to the read that first showed the failure, not to the one that confirmed it. */
function failed({ run, endpoint, last, restarts, sinceStart, request }) {
    const { accepted, down, startedAt } = run;
    const { status, errorCode } = last;
    const before = accepted.at(-1)?.stateBefore;
    const isUnchanged = before !== undefined && isSameObservation(before, last) && !hasProgressed(run);
    const again = before?.status === status ? ' again' : '';
    const changed = status === 'FAILED' ? `failed${again}` : `is ${status}${again}`;
    const became = isUnchanged ? `is still ${status}` : changed;
    const after = sinceStart(down?.since ?? startedAt);
    return [
        `${isUnchanged ? `Still ${status}` : `${status}${again}`} after the ${request}${errorCode && `: ${errorCode}`}`,
        `${endpoint} was ${actionOf(run)} but ${became} after ${after}${withErrorCode(last)}.`,
        afterFailure(last, restarts),
    ];
}
/** What to do about an endpoint that is FAILED or TERMINATED after a restart or wake-up. */
function afterFailure({ status, errorCode }, restarts) {
    if (status === 'TERMINATED')
        return `Check in ${FRIENDLI_SUITE_LINK} why it was terminated.`;
    // After more than one restart, another one is not the advice.
    const isExhausted = restarts > 1 && isRecoverable(errorCode);
    if (errorCode !== '' && !isExhausted)
        return `${errorCodeInfo(errorCode).nextStep}.`;
    const check = `Check the endpoint’s events in ${FRIENDLI_SUITE_LINK}`;
    return isExhausted ? `${check}, and ${CONTACT_SUPPORT}.` : `${check}, then re-run the job.`;
}
function timedOut(facts) {
    const { run, endpoint, last, lastReadAt, failure, condition, limit, restarts } = facts;
    const { policy, nextAttemptAt, steadySince } = run;
    if (failure !== undefined)
        return requestFailed(facts);
    if (nextAttemptAt !== undefined) {
        const attempt = `attempt ${restarts + 1} of ${policy.attempts}`;
        return [
            `FAILED again; ${attempt} not started`,
            `The limit of ${limit} (timeout-minutes) ended the run before ${attempt}. ${endpoint} had failed again${withErrorCode(last)}.`,
            `${afterFailure(last, restarts)} Alternatively, set a longer timeout-minutes.`,
        ];
    }
    const steadyMs = lastReadAt - steadySince;
    if (last.status === 'RUNNING' && steadyMs < policy.stableForMs) {
        const required = formatDuration(policy.stableForMs);
        return [
            `RUNNING for less than ${required}`,
            `${endpoint} had been RUNNING for ${formatDuration(steadyMs)} when the limit of ${limit} (timeout-minutes) ended the wait. stable-for requires ${required}.`,
            'Set a longer timeout-minutes or a shorter stable-for, then re-run the job.',
        ];
    }
    return condition === 'up' && policy.probe !== undefined ? notResponding(facts) : notRunning(facts);
}
function notRunning({ run, endpoint, elapsedMs, last, condition, limit, request, ...facts }) {
    const accepted = `${capitalize(request)} accepted, but still ${last.status}`;
    const unchangedMs = facts.lastReadAt - run.lastSince;
    const still = condition === 'down' && !isEffectPending(run) ? '' : 'still ';
    const isOutOfCapacity = last.phase === 'REQUESTING_VIRTUAL_MACHINE' && unchangedMs >= elapsedMs / 2;
    const nextStep = condition === 'starting' ? 'Re-run the job to keep waiting, or set a longer timeout-minutes.' : facts.fix;
    return [
        `${isEffectPending(run) ? accepted : 'Not RUNNING'} after ${limit}`,
        sentences(`${endpoint} was ${still}${describeState(last)} after ${limit} (timeout-minutes).`, isOutOfCapacity ? 'Its instance type may be out of capacity.' : '', aftermath(run)),
        isOutOfCapacity ? `Choose another instance type in ${FRIENDLI_SUITE_LINK}, or ${CONTACT_SUPPORT}.` : nextStep,
    ];
}
function cannotRestart({ endpoint, last: { status } }) {
    return [
        `Cannot restart while ${status}`,
        `${endpoint} is ${status}. The API accepts a restart only while it is FAILED or TERMINATED.`,
        'Set wait: true to wait for another status. An endpoint that becomes TERMINATED is then restarted if restart-on lists it.',
    ];
}
/** A request failed, for good or until the end of the run. */
function requestFailed(facts) {
    const { run, decision, failure, endpoint, endpointId, last, limit, likelyCause, fix, untilEnd } = facts;
    if (failure === undefined) {
        const kind = facts.condition === 'asleep' ? 'wake' : 'restart';
        const title = `${capitalize(REQUEST_NAMES[kind])} not sent`;
        return [title, `${endpoint} is ${describeState(last)}, but no time was left to ${kind} it.`, fix];
    }
    const { call, fault } = failure;
    if (call === 'probe' && fault.kind !== 'permanent')
        return notResponding(facts);
    const { since, faults, permanent } = run.outages[call] ?? { since: run.startedAt, faults: 0 };
    // Other faults before the permanent ones are another problem.
    const row = fault.kind === 'permanent' && permanent ? permanent : { since, count: faults };
    const isUnknown = call === 'read' && decision.outcome === 'timed-out' && run.last !== undefined;
    const lasted = ` for ${untilEnd(row.since)}${isUnknown ? ` of the wait of ${limit}` : ''}`;
    const isDeleted = fault.httpStatus === 404 && call !== 'probe';
    const context = { endpointId, lasted: row.count > 1 ? lasted : '', wasReached: facts.wasReached };
    const { title, sentence } = describeFault(failure, context);
    return [
        isUnknown ? `Status unknown for the last ${untilEnd(since)}` : title,
        sentences(sentence, likelyCause, run.last && lastKnown(run), run.last === undefined || isDeleted ? '' : aftermath(run)),
        fix,
    ];
}
/** The endpoint is up, or was, and no probe got its response. */
function notResponding({ failure, condition, endpoint, last, limit, probe, likelyCause, fix }) {
    const end = `the limit of ${limit} (timeout-minutes) ended the wait`;
    return [
        `${last.status} without a response to the probe`,
        sentences(condition === 'asleep'
            ? `${endpoint} went to sleep before it responded to ${probe}.`
            : `${endpoint} is ${last.status}, but ${end} before it responded to ${probe}.`, failure && describeFault(failure).sentence, likelyCause),
        failure ? fix : 'Set a longer timeout-minutes, then re-run the job.',
    ];
}
function lastKnown(run) {
    const last = lastSeen(run);
    return last === undefined ? 'Its status is unknown.' : `Last known status: ${describeState(last)}.`;
}
/** What this run did, to follow "was". */
function actionOf(run) {
    const restarts = restartCount(run);
    const restarted = `restarted${restarts > 1 ? (restarts === 2 ? ' twice' : ` ${restarts} times`) : ''}`;
    if (!hasWokenEndpoint(run))
        return restarted;
    return restarts === 0 ? 'woken' : `woken and ${restarted}`;
}
/** Whether an accepted request has had no visible effect yet: the status, or every read, is still the one before it. */
function isEffectPending(run) {
    const request = run.accepted.at(-1);
    if (request === undefined || hasProgressed(run))
        return false;
    const { last, lastRead, staleAt = 0 } = run;
    const isContradicted = lastRead !== undefined && staleAt > request.sentAt && lastRead.sentAt <= request.sentAt;
    return isContradicted || request.stateBefore.status === last?.status;
}
/** The last state, unless only the response to a request shows it, and reads show another one. */
function lastSeen(run) {
    return isEffectPending(run) ? run.lastRead?.state : run.last;
}
/** What happens to the endpoint after the run ends. */
function aftermath(run) {
    const { last, accepted, ambiguous, outages } = run;
    if (isEffectPending(run)) {
        return `The API accepted its ${REQUEST_NAMES[accepted.at(-1)?.kind ?? 'restart']}, but the effect is not visible yet. It may still start in the background. If it does, it is billed once a replica runs.`;
    }
    if (conditionOf(last?.status) === 'starting') {
        if (outages.read !== undefined)
            return 'It may be RUNNING by now.';
        return last?.status === 'UPDATING'
            ? 'The rollout of the new version continues in the background.'
            : 'It keeps starting in the background and is billed once a replica runs.';
    }
    if (accepted.length > 0)
        return `It was ${actionOf(run)} by this run.`;
    return ambiguous === undefined ? 'It was not restarted.' : '';
}
/** What is known about a request that may have been accepted. */
function ambiguityNote({ run: { ambiguous }, failure }) {
    if (ambiguous === undefined)
        return '';
    const { kind, fault } = ambiguous;
    const why = failure?.fault === fault ? '' : `${describeFault({ call: kind, fault }).sentence} `;
    return `${why}The ${REQUEST_NAMES[kind]} may have been accepted anyway.`;
}
function sentences(...parts) {
    return parts.filter((part) => part !== undefined && part !== '').join(' ');
}

;// CONCATENATED MODULE: ./src/report/log.ts
/** The lines of the log: one when something changes, with the time since the start (docs/behavior.md section 6). */




/** How many changes the log shows, and the outputs follow. The end of a run is always reported. */
const MAX_CHANGES = 100;
const HEARTBEAT_MS = 60_000;
class Log {
    changes = 0;
    lastLineAtMs = 0;
    /** Logs an event, unless it is for debugging only. */
    event(event, run) {
        if (event.type === 'paused')
            this.heartbeat(event, run);
        const text = event.type === 'paused' ? undefined : changeLine(event, run);
        if (text === undefined || this.changes > MAX_CHANGES)
            return;
        this.changes += 1;
        if (this.changes > MAX_CHANGES) {
            this.line(event.atMs, `${MAX_CHANGES} changes so far; no more are logged until the end of the run`);
        }
        else if (event.type === 'fault' && event.isWarning) {
            this.lastLineAtMs = event.atMs;
            const title = `${capitalize(CALL_NAMES[event.call])} failed`;
            warning(`${formatTimestamp(event.atMs)}  ${text}`, { title });
        }
        else {
            this.line(event.atMs, text);
        }
    }
    line(atMs, text) {
        this.lastLineAtMs = atMs;
        info(`${formatTimestamp(atMs).padStart(7)}  ${text}`);
    }
    /** A line when a pause begins and nothing was logged for a minute; a longer pause says how long it is. */
    heartbeat(event, run) {
        const { atMs, forMs, why } = event;
        const next = `Next status request in ${formatDuration(forMs)}`;
        const isLong = forMs > HEARTBEAT_MS && why !== 'next-attempt';
        const isDue = atMs - this.lastLineAtMs >= HEARTBEAT_MS;
        if (isDue)
            this.line(atMs, `${stillLine(event, run)}${isLong ? `. ${next}` : ''}`);
        else if (isLong)
            this.line(atMs, next);
    }
}
/** What has not changed. */
function stillLine({ atMs }, run) {
    const { outages, accepted } = run;
    const last = lastSeen(run);
    if (last === undefined)
        return 'The status is still unknown';
    const state = describeState(last);
    if (outages.read?.isReported === true)
        return `The status still cannot be read; last known status: ${state}`;
    if (isEffectPending(run)) {
        const request = REQUEST_NAMES[accepted.at(-1)?.kind ?? 'restart'];
        return `The accepted ${request} has had no visible effect yet; last known status: ${state}`;
    }
    const unchangedMs = run.startedAt + atMs - run.lastSince;
    // The log has stopped showing changes, or the state was not read for a while.
    return unchangedMs < HEARTBEAT_MS ? state : `Still ${state} after ${formatDuration(unchangedMs)}`;
}
function changeLine(event, run) {
    const { attempts } = run.policy;
    switch (event.type) {
        case 'observed':
            return describeNewState(event.state);
        case 'fault': {
            // Even without a warning, the first one shows that the request was sent.
            const isShown = event.isWarning || (event.call !== 'read' && event.count === 1);
            const next = event.call === 'read' ? 'Retrying.' : 'Reading the status before retrying.';
            return isShown ? `${describeFault(event).sentence} ${next}` : undefined;
        }
        case 'recovered':
            return event.call === 'read' ? `The status can be read again after ${formatDuration(event.outageMs)}` : undefined;
        case 'accepted': {
            const name = REQUEST_NAMES[event.request];
            const isNumbered = event.request === 'restart' && attempts > 1;
            const number = isNumbered ? ` (attempt ${event.attempt} of ${attempts})` : '';
            return `${event.isInferred ? `The status shows that the ${name} was` : capitalize(name)} accepted${number}`;
        }
        case 'held-back':
            return `Waiting up to ${formatDuration(event.forMs)} to see whether the earlier ${CALL_NAMES[event.request]} takes effect`;
        case 'restart-scheduled':
            return `Restarting again in ${formatDuration(event.inMs)} (attempt ${event.attempt} of ${attempts})`;
        case 'stabilizing':
            return `Waiting until the endpoint has been RUNNING for ${formatDuration(event.forMs)}`;
        case 'responded':
            return `Responded to the ${event.probe} probe`;
    }
}
/** The first line of a run: what it will do. */
function startLine({ endpointId, policy }) {
    const { wait, timeoutMs, stableForMs, wake, attempts, dryRun, probe, restartOn } = policy;
    if (dryRun)
        return `Dry run for endpoint ${endpointId}: reading the status only; nothing will be changed`;
    const stable = stableForMs > 0 ? `has been RUNNING for ${formatDuration(stableForMs)}` : 'is RUNNING';
    const responds = probe === undefined ? '' : ` and responds to the ${probe} probe`;
    return [
        `Restarting endpoint ${endpointId} if it is ${restartOn.join(' or ')}`,
        attempts > 1 ? `, up to ${attempts} times` : '',
        wake ? ', waking it if it is SLEEPING' : '',
        wait ? `, then waiting up to ${formatDuration(timeoutMs)} until it ${stable}${responds}` : ', without waiting',
    ].join('');
}

;// CONCATENATED MODULE: ./src/report/outputs.ts
/** The outputs of the step (docs/behavior.md section 3). */




/** How often the end is written until it succeeds: a virus scanner can hold the file for a moment. */
const MAX_TRIES = 3;
const RETRY_PAUSE_MS = 50;
class Outputs {
    sanitize;
    values = new Map();
    /** Values that the file does not have yet. */
    unwritten = new Set();
    changes = 0;
    constructor(sanitize) {
        this.sanitize = sanitize;
    }
    /** Writes what is known so far. After many changes, what is not about a restart waits for the end of the run. */
    update(run) {
        this.set(valuesOf(run));
        this.changes += 1;
        if (this.changes <= MAX_CHANGES || this.unwritten.has('restarted'))
            this.write();
    }
    /** Writes the values at the end, and any that were not written before. Returns why this failed, if it did. */
    finish(run, values) {
        this.set({ ...valuesOf(run), ...values });
        let fault = this.write();
        for (let tries = 1; tries < MAX_TRIES && fault !== undefined; tries += 1) {
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_PAUSE_MS);
            fault = this.write();
        }
        return fault;
    }
    set(values) {
        for (const [name, value] of Object.entries(values)) {
            if (this.values.get(name) !== value)
                this.unwritten.add(name);
            this.values.set(name, value);
        }
    }
    /** For a repeated name, the runner uses the last entry. The endpoint matters more than the outputs: a fault is returned. */
    write() {
        const file = process.env['GITHUB_OUTPUT'] ?? '';
        // Without a file, core.setOutput would print an old-style command.
        if (file === '')
            return undefined;
        try {
            // Writing to a pipe could block the process, which then could not react to a cancellation.
            if (!(0,external_node_fs_namespaceObject.statSync)(file).isFile())
                throw new Error(`${file} is not a plain file`);
            for (const name of this.unwritten) {
                setOutput(name, this.values.get(name));
                this.unwritten.delete(name);
            }
            return undefined;
        }
        catch (error) {
            return this.sanitize(error instanceof Error ? error.message : String(error));
        }
    }
}
function valuesOf(run) {
    const { first, last } = run ?? {};
    return {
        status: last?.status ?? '',
        errorCode: last?.errorCode ?? '',
        phase: last?.phase ?? '',
        previousStatus: first?.state.status ?? '',
        previousErrorCode: first?.state.errorCode ?? '',
        restarted: String(run !== undefined && restartCount(run) > 0),
    };
}

;// CONCATENATED MODULE: ./src/report/markdown.ts
/** Characters that a backslash does not escape in HTML or in GitHub math. */
const markdown_ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', $: '&#36;' };
/**
 * GitHub detects mentions, issues, and emoji in the rendered HTML, where backslashes are gone. An invisible word joiner
 * prevents that.
 */
const REFERENCES = /@(?=\w)|#(?=\d)|:(?=[\w+-]+:)/g;
/** Characters that Markdown could interpret. `_` and `-` inside words are safe and stay searchable. */
const PUNCTUATION = /[\\`*{}[\]()#+!|~@=&<>$]|:(?=\/)|(?<![a-z0-9])[_-]|[_-](?![a-z0-9])|(?<=www)\.|(?<=^\d+)\./gi;
/**
 * Escapes text for one line of Markdown as GitHub renders it (docs/behavior.md section 6): nothing in it becomes HTML,
 * markup, a link, a mention, an emoji, or the end of a table cell.
 */
function escapeMarkdown(text) {
    return text
        .replace(/\s+/g, ' ')
        .trim()
        .replace(REFERENCES, '$&\u2060')
        .replace(PUNCTUATION, (character) => markdown_ENTITIES[character] ?? `\\${character}`);
}
/** Formats an untrusted value as code if it is a plain name, otherwise escaped. Long names can wrap at underscores. */
function formatValue(text) {
    if (/^[a-z0-9]+(?:_[a-z0-9]+)+$/i.test(text))
        return `<code>${text.replaceAll('_', '_<wbr>')}</code>`;
    return /^[\w-]+$/.test(text) ? `\`${text}\`` : escapeMarkdown(text);
}

;// CONCATENATED MODULE: ./src/report/timeline.ts

/** Mermaid task tags, names, and colors, chosen to be distinguishable in GitHub's light and dark themes. */
const BAR_STYLES = {
    phase: { tag: '', name: 'task', color: '#388bfd' },
    waiting: { tag: 'done, ', name: 'doneTask', color: '#848d97' },
    up: { tag: 'active, ', name: 'activeTask', color: '#2da44e' },
    failure: { tag: 'crit, ', name: 'crit', color: '#da3633' },
};
/** Mermaid chooses the ticks; they are less than a minute apart in a short run, and can pass midnight in a long one. */
function axisFormatFor(totalMs) {
    if (totalMs <= 450_000)
        return '%H:%M:%S';
    return totalMs <= 10_800_000 ? '%H:%M' : '%a %H:%M';
}
/** Labels are placed beside the bars, where they are readable in every theme. */
const GANTT = '{"useWidth":820,"leftPadding":285,"rightPadding":30,"sectionFontSize":13,"fontSize":12,"numberSectionStyles":2}';
/** Mermaid requires a name for each bar and merges sections with the same name. */
const WORD_JOINER = '\u2060';
/** The bars up to the end of the run; from the first read that failed on, the state is not known. */
function closeBars(bars, { run, decision, elapsedMs }) {
    const { read } = run.outages;
    const seenUntilMs = read === undefined ? elapsedMs : read.since - run.startedAt;
    const isOpen = ['timed-out', 'cancelled', 'error'].includes(decision.outcome);
    const closed = bars.map(({ toMs, ...bar }) => {
        return { ...bar, toMs: toMs ?? seenUntilMs, isOngoing: toMs === undefined && isOpen };
    });
    const unseen = { label: 'Not observed', kind: 'waiting', fromMs: seenUntilMs, toMs: elapsedMs };
    return read === undefined ? closed : [...closed, { ...unseen, isOngoing: false }];
}
/** @param startEpochMs when the run started, in milliseconds since 1970 */
function renderGantt(bars, startEpochMs) {
    const totalMs = bars.at(-1)?.toMs ?? 0;
    const colors = Object.values(BAR_STYLES).flatMap(({ name, color }) => [
        [`${name}BkgColor`, color],
        [`${name}BorderColor`, color],
    ]);
    const themeVariables = {
        // Every other row is a little darker than the background, or lighter: Mermaid draws it at a fifth of its opacity.
        sectionBkgColor: '#848d97',
        altSectionBkgColor: 'transparent',
        ...Object.fromEntries(colors),
    };
    const rows = bars.map((bar, index) => {
        const { kind, fromMs, toMs } = bar;
        const shape = toMs - fromMs <= totalMs / 100 ? 'milestone, ' : '';
        const dates = [fromMs, toMs].map((atMs) => Math.round(startEpochMs + atMs)).join(', ');
        const section = `${labelOf(bar)}${WORD_JOINER.repeat(index)}`;
        return `section ${section}\n${WORD_JOINER} :${BAR_STYLES[kind].tag}${shape}${dates}`;
    });
    return `%%{init: {"gantt":${GANTT},"themeVariables":${JSON.stringify(themeVariables)}}}%%
gantt
dateFormat x
axisFormat ${axisFormatFor(totalMs)}
todayMarker off
${rows.join('\n')}`;
}
/** How long each part lasted, for screens on which the chart is too small to read. Parts can be missing after the first one. */
function describeBars(bars) {
    const labels = bars.map(labelOf);
    const [first, second] = bars;
    const hasGap = first !== undefined && second !== undefined && second.fromMs > first.toMs;
    return (hasGap ? labels.toSpliced(1, 0, '…') : labels).join(' → ');
}
function labelOf({ label, fromMs, toMs, isOngoing }) {
    const ms = toMs - fromMs;
    return ms < 1_000 ? label : `${label}, ${formatDuration(ms)}${isOngoing ? ' so far' : ''}`;
}

;// CONCATENATED MODULE: ./src/report/summary.ts






/** Emoji and GitHub alert type. Neither carries information that the text lacks. */
const STYLES = {
    info: ['✅', ''],
    notice: ['ℹ️', 'NOTE'],
    error: ['❌', 'CAUTION'],
    cancelled: ['🚫', 'WARNING'],
};
/** At most some 50 kB, since everything in it is bounded; the runner drops a summary of more than 1 MiB. */
function renderSummary(facts) {
    const { message, result } = facts;
    const [emoji, alert] = STYLES[message.outcome === 'cancelled' ? 'cancelled' : message.level];
    const parts = [
        `### ${emoji} Friendli endpoint: ${escapeMarkdown(message.title)}`,
        renderMessage(message, alert),
        ...(result === undefined ? [] : [renderTable(facts, result), ...renderTimeline(facts, result)]),
    ];
    return `${parts.join('\n\n')}\n`;
}
/** The text can contain untrusted text and is escaped; the next step is our own text, and its links work. */
function renderMessage({ text, nextStep }, alert) {
    const paragraphs = text.split('\n').map(escapeMarkdown);
    if (nextStep !== '')
        paragraphs.push(`**Next step:** ${nextStep}`);
    const linked = paragraphs.map(linkFriendliSuite);
    return alert === '' ? linked.join('\n\n') : `> [!${alert}]\n> ${linked.join('\n>\n> ')}`;
}
/** Untrusted text cannot inject a URL here, because its parentheses are escaped. */
function linkFriendliSuite(text) {
    return text.replace(/(Friendli Suite(?:, [A-Za-z ,]+)?) \((https:[^)]*)\)|Friendli Suite/g, (name, label = name, url = FRIENDLI_SUITE_URL) => `[${label}](${url})`);
}
/** Two columns, so that nothing is cut off on narrow screens. */
function renderTable({ message, endpointId }, { run, elapsedMs }) {
    const { first, last, accepted, ambiguous } = run;
    const restarts = restartCount(run);
    const atMostOnce = restarts === 1 ? 'yes' : ambiguous?.kind === 'restart' ? 'unknown' : 'no';
    const failed = accepted.find(({ kind }) => kind === 'restart')?.stateBefore ?? last;
    const { likelyCause } = errorCodeInfo(failed?.errorCode ?? '');
    const isSaid = likelyCause === '' || message.text.includes(likelyCause);
    const rows = [
        ['Before', stateCell(first?.state)],
        ...(isSaid ? [] : [['Likely cause of failure', likelyCause]]),
        ['Now', stateCell(last)],
        ['Restarted', restarts > 1 ? `${restarts} times` : atMostOnce],
        ['Duration', formatDuration(elapsedMs)],
    ];
    return [
        `| Endpoint | ${formatValue(endpointId)} |`,
        '| :-- | :-- |',
        ...rows.map(([name, cell]) => `| ${name} | ${cell} |`),
    ].join('\n');
}
function stateCell(state) {
    if (state === undefined)
        return 'unknown';
    const { status, phase, errorCode } = state;
    const name = describePhase(state);
    return [formatValue(status), name === phase ? formatValue(phase) : name, formatValue(errorCode)]
        .filter((part) => part !== '')
        .join(', ');
}
/** Timeline chart of a run that waited, and the same as one line of text. */
function renderTimeline({ history, startEpochMs }, result) {
    const { bars, longestPauseMs } = history;
    if (!isWaiting(result.run) || bars.length < 2)
        return [];
    const closed = closeBars(bars, result);
    const pause = formatDuration(longestPauseMs);
    const resolution = `<br>Polled at least every ${pause}, so changes may have happened up to ${pause} earlier, and shorter phases may be missing.`;
    return [
        `**Durations:** ${escapeMarkdown(describeBars(closed))}`,
        `**Timeline (your local time)**${longestPauseMs === 0 ? '' : resolution}`,
        `\`\`\`mermaid\n${renderGantt(closed, startEpochMs)}\n\`\`\``,
    ];
}

;// CONCATENATED MODULE: ./src/report/report.ts
/** Reports a run to people and to later steps: log, annotations, outputs, and job summary. */










/** Maximum number of characters that GitHub shows of an annotation. */
const MAX_ANNOTATION_LENGTH = 4_096;
class Report {
    sanitize;
    startEpochMs;
    log = new Log();
    history = new History();
    outputs;
    endpointId = '';
    run;
    debuggedState = '';
    constructor({ clock, sanitize }) {
        this.sanitize = sanitize;
        this.startEpochMs = clock.date();
        this.outputs = new Outputs(sanitize);
    }
    /** The first line: what the run will do. */
    start(inputs) {
        this.endpointId = inputs.endpointId;
        info(startLine(inputs));
    }
    /** One event, with what the run knows after it: a line if something changed, and outputs as soon as they are known. */
    onEvent = (event, run) => {
        this.run = run;
        this.history.record(event, run);
        this.log.event(event, run);
        if (event.type === 'observed' || event.type === 'accepted')
            this.outputs.update(run);
        // Without debug logging the runner discards these lines, but writing thousands costs time.
        if (isDebug())
            this.debug(event, run);
    };
    onRequest = ({ method, path, result, durationMs }) => {
        if (!isDebug())
            return;
        core_debug(`${method} ${this.sanitize(path)}: ${result} in ${Math.round(durationMs)} ms`);
    };
    /** Something that the reader of the log should know. */
    onNotice = (text) => {
        info(this.sanitize(text));
    };
    /** Reports the end of the run: outputs, last log line or annotation, and summary. Returns whether the step succeeds. */
    finish(end) {
        const { history, endpointId, startEpochMs } = this;
        const message = composeMessage(end, { endpointId, wasReached: history.wasReached });
        const result = end.type === 'completed' ? end.result : undefined;
        const elapsedMs = end.type === 'crashed' ? end.elapsedMs : (result?.elapsedMs ?? 0);
        const outputFault = this.outputs.finish(result?.run ?? this.run, {
            outcome: message.outcome,
            message: toSingleLine(message),
            elapsedSeconds: String(Math.round(elapsedMs / 1_000)),
        });
        announce(message, outputFault);
        this.writeSummary(renderSummary({ message, result, endpointId, history, startEpochMs }));
        return isSuccess(message.outcome) && outputFault === undefined;
    }
    debug(event, { last }) {
        const state = last === undefined ? '' : JSON.stringify(last);
        if (state !== this.debuggedState)
            core_debug(`state ${state}`);
        this.debuggedState = state;
        if (event.type !== 'paused')
            return;
        core_debug(`${formatTimestamp(event.atMs)} pause of ${formatDuration(event.forMs)} (${event.why})`);
    }
    /** Synchronously, since an asynchronous write starts four threads; only a plain file cannot block. */
    writeSummary(markdown) {
        const file = process.env['GITHUB_STEP_SUMMARY'] ?? '';
        try {
            if (!(0,external_node_fs_namespaceObject.statSync)(file).isFile())
                throw new Error(`${file} is not a plain file`);
            (0,external_node_fs_namespaceObject.appendFileSync)(file, markdown);
        }
        catch (error) {
            if (isDebug())
                core_debug(`no job summary: ${this.sanitize(String(error))}`);
        }
    }
}
/** The last line, or the one annotation. A canceled run has none, and neither has a plain success. */
function announce(message, outputFault) {
    const { title, text, nextStep, outcome, level } = message;
    const body = `${text}\n${nextStep}`.trim();
    if (outputFault !== undefined && outcome !== 'cancelled') {
        const missing = `The outputs could not be written: ${outputFault}. Later steps will see empty values.`;
        const properties = { title: isSuccess(outcome) ? 'Outputs are missing' : title };
        error(truncate(`${body}\n${missing}`, MAX_ANNOTATION_LENGTH), properties);
    }
    else if (level === 'info') {
        info(`${title}. ${toSingleLine(message)}`);
    }
    else {
        const annotate = level === 'notice' ? notice : error;
        annotate(truncate(body, MAX_ANNOTATION_LENGTH), { title });
    }
}

;// CONCATENATED MODULE: ./src/main.ts






/**
 * One run of the action: inputs, loop, report. It has the single catch.
 *
 * @param signal ends the run: as crashed if it was aborted with an Error, otherwise as canceled
 * @returns whether the step succeeds
 */
async function runAction(signal) {
    const startedAt = systemClock.now();
    const apiKey = readApiKey();
    const sanitize = createSanitizer(apiKey);
    const report = new Report({ clock: systemClock, sanitize });
    let end;
    try {
        const inputs = readInputs({ apiKey, sanitize });
        report.start(inputs);
        const { policy } = inputs;
        const { onRequest, onNotice, onEvent: listener } = report;
        const client = createClient({ ...inputs, probe: policy.probe, sanitize, onRequest, onNotice });
        const result = await runLoop({ client, clock: systemClock, policy, signal, listener });
        if (signal.reason instanceof Error)
            throw signal.reason;
        end = { type: 'completed', result };
    }
    catch (error) {
        if (error instanceof InputError)
            end = { type: 'invalid-input', issues: error.issues };
        else
            end = { type: 'crashed', message: sanitize(describe(error)), elapsedMs: systemClock.now() - startedAt };
    }
    return report.finish(end);
}
/** An unexpected error with its cause, for an issue report. */
function describe(error) {
    if (!(error instanceof Error))
        return String(error);
    const cause = error.cause instanceof Error ? `, caused by ${error.cause.message}` : '';
    return `${error.stack ?? error.message}${cause}`;
}

;// CONCATENATED MODULE: ./src/index.ts


/** Maximum time to shut down after a cancellation. The runner kills the step after 10 s. */
const SHUTDOWN_GRACE_MS = 900;
// Every unexpected end fails the step: also the event loop running dry, which would be exit code 0.
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
    process.stdout.write(`::error title=The action exited without a result::Check the endpoint in Friendli Suite (${FRIENDLI_SUITE_URL}).\n`);
}
function exitProcess(code) {
    // process.exit waits for a pending name lookup, which cannot be canceled and can take forever.
    if (code !== 0 && process.getActiveResourcesInfo().includes('GetAddrInfoReqWrap')) {
        process.kill(process.pid, 'SIGKILL');
    }
    process.exit(code);
}
void runAction(controller.signal).then((isSuccess) => {
    // process.exit alone would lose output that is still buffered for a pipe.
    process.stdout.write('', () => exitProcess(isSuccess ? 0 : 1));
});

module.exports = __webpack_exports__;
/******/ })()
;