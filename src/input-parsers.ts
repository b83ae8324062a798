/** What each input can be (docs/behavior.md section 2). No pattern backtracks, and every value is bounded before. */
import { RESTART_CONDITIONS, type RestartCondition } from './endpoint.js';
import { looksLikeKey } from './redact.js';

export const DEFAULT_API_URL = 'https://api.friendli.ai';
const MAX_ENDPOINT_ID_LENGTH = 128;
export const ENDPOINT_ID = `the ID shown in Friendli Suite (letters, digits, "-", and "_", at most ${MAX_ENDPOINT_ID_LENGTH} characters)`;

/** Parses a value that is not empty. `quote` makes the value, or a part of it, safe to show. */
export type Parser<T> = (value: string, quote: (text?: string) => string) => T | InputIssue;

/** What is wrong with an input; follows its name. */
export class InputIssue {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export function expected(rule: string, got: string): InputIssue {
  return new InputIssue(`: expected ${rule}, got ${got}.`);
}

export const parseEndpointId: Parser<string> = (value, quote) => {
  const isPlain = /^[\w-]+$/.test(value);
  if (isPlain ? /^flp_/i.test(value) : looksLikeKey(value)) {
    return expected(ENDPOINT_ID, 'an API key (flp_…)');
  }
  if (isPlain) {
    if (value.length <= MAX_ENDPOINT_ID_LENGTH) return value;
    return expected(ENDPOINT_ID, `${value.length} characters: ${quote()}`);
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return expected(ENDPOINT_ID, `the URL ${quote()}`);
  if (/[/\\]/.test(value) || /^\.+$/.test(value)) return expected(ENDPOINT_ID, `the path ${quote()}`);
  if (/^[\w-]+:/.test(value)) {
    return expected(ENDPOINT_ID, `${quote()}. Leave out the adapter: the ":" and what follows it`);
  }
  return new InputIssue(` contains invalid characters: expected ${ENDPOINT_ID}, got ${quote()}.`);
};

export const parseApiKey: Parser<string> = (value, quote) => {
  if (/^bearer\s/i.test(value)) {
    return new InputIssue(` starts with "Bearer ": expected the key alone (flp_…), got ${quote()}.`);
  }
  if (/^[!-~]+$/.test(value)) return value;
  return new InputIssue(
    ` contains invalid characters: expected printable ASCII without spaces, such as flp_…, got ${quote()}. ` +
      'Check that the secret holds the whole key and nothing else.',
  );
};

export const parseTeam: Parser<string> = (value, quote) =>
  /^[!-~]+$/.test(value) ? value : expected('a team ID of printable ASCII without spaces', quote());

/** YAML 1.2 booleans, as `core.getBooleanInput` takes them. */
export const parseBoolean: Parser<boolean> = (value, quote) => {
  if (['true', 'True', 'TRUE'].includes(value)) return true;
  if (['false', 'False', 'FALSE'].includes(value)) return false;
  return expected('true or false', quote());
};

export const parseTimeoutMinutes: Parser<number> = (value, quote) => {
  const minutes = parseDecimal(value);
  if (minutes > 0 && minutes <= 7_200) return minutes;
  return expected('a number of minutes above 0 and up to 7200, such as 90 or 0.5', quote());
};

export const parsePollInterval: Parser<number | undefined> = (value, quote) => {
  const seconds = parseDecimal(value);
  if (seconds >= 0.1 && seconds <= 300) return seconds;
  return expected('a number of seconds from 0.1 to 300, such as 10 or 0.5', quote());
};

export const parseStableFor: Parser<number> = (value, quote) => {
  const seconds = parseDecimal(value);
  if (seconds >= 0 && seconds <= 600) return seconds;
  return expected('a number of seconds from 0 to 600, such as 60', quote());
};

export const parseAttempts: Parser<number> = (value, quote) => {
  const attempts = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  return attempts >= 1 && attempts <= 5 ? attempts : expected('a whole number from 1 to 5', quote());
};

/** A decimal number in plain notation; NaN for anything else, such as 1e3, 0x10, -1, Infinity, or 1,5. */
function parseDecimal(value: string): number {
  return /^(\d+(\.\d*)?|\.\d+)$/.test(value) ? Number(value) : Number.NaN;
}

export const parseRestartOn: Parser<readonly RestartCondition[]> = (value, quote) => {
  const names = value.split(/[\s,]+/).filter((name) => name !== '');
  const unknown = names.find(
    (name) => !RESTART_CONDITIONS.some((condition) => condition === name.toUpperCase()),
  );
  const listed = RESTART_CONDITIONS.filter((condition) =>
    names.some((name) => name.toUpperCase() === condition),
  );
  if (unknown === undefined && listed.length > 0) return listed;
  return expected(
    `one or more of ${RESTART_CONDITIONS.join(', ')}, separated by commas, spaces, or lines`,
    quote(unknown),
  );
};

export const parseApiUrl: Parser<string> = (value, quote) => {
  // The parser skips line breaks and control characters, which the checks below would not.
  const url = /[\s\p{Cc}]/u.test(value) ? undefined : parseUrl(value);
  if (url === undefined) return expected(`a URL such as ${DEFAULT_API_URL}`, quote());
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    return expected('an https: URL (http: only for a loopback host), which keeps the key encrypted', quote());
  }
  // In the text, since the parser drops an empty user, query or fragment.
  if (USER_INFO.test(value) || /[?#]/.test(value)) {
    return expected('a URL without user, query, and fragment', quote());
  }
  let end = url.href.length;
  while (url.href[end - 1] === '/') end -= 1;
  return url.href.slice(0, end);
};

function parseUrl(value: string): URL | undefined {
  try {
    return new URL(value);
  } catch {
    return undefined;
  }
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

const USER_INFO = /^[a-z][a-z0-9+.-]*:[/\\]*[^/\\?#]*@/i;

/** A pasted URL can carry a password, which can hold any character if it is not escaped. */
export function hideUserInfo(value: string): string {
  return value.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1***@');
}

/** A pasted URL can also carry a token in its query or fragment. */
export function hideUrlSecrets(value: string): string {
  return hideUserInfo(value).replace(/([?#]).+$/s, '$1***');
}
