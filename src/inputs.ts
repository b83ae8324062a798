import * as core from '@actions/core';
import { RESTARTABLE_STATUSES, type RestartableStatus } from './endpoint.js';
import { type Cleaner, createCleaner } from './text.js';

const DEFAULT_API_URL = 'https://api.friendli.ai';
const DEFAULT_TIMEOUT_MINUTES = 60;

/** What the user asked for, checked (behaviour.md section 2). */
export interface Inputs {
  readonly endpointId: string;
  readonly apiKey: string;
  /** The team's ID; empty for the key's own. */
  readonly team: string;
  readonly wait: boolean;
  readonly timeoutMinutes: number;
  /** A fixed pause between polls; absent for the adaptive one. */
  readonly pollIntervalSeconds: number | undefined;
  readonly restartOn: readonly RestartableStatus[];
  /** Without a slash at its end. */
  readonly apiUrl: string;
}

/** One or more inputs break their rule. Each problem is a sentence that is safe to print. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/**
 * Reads and checks every input. The API key is masked before anything else is looked at.
 *
 * @throws InputError that tells every broken rule, not just the first
 */
export function readInputs(): Inputs {
  const apiKey = core.getInput('api-key');
  if (apiKey !== '') core.setSecret(apiKey);

  const clean = createCleaner(apiKey);
  const problems: string[] = [];
  const read = <T>(name: string, parse: (value: string, clean: Cleaner) => T | Problem): T | undefined => {
    const result = parse(core.getInput(name), clean);
    if (!(result instanceof Problem)) return result;
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
  if (!isComplete(inputs) || problems.length > 0) throw new InputError(problems);
  return { ...inputs, pollIntervalSeconds };
}

type Complete<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function isComplete<T extends object>(values: T): values is T & Complete<T> {
  return Object.values(values).every((value) => value !== undefined);
}

/** What is wrong with one input: the rule and, where it is no secret, the value. */
class Problem {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

function parseEndpointId(value: string, clean: Cleaner): string | Problem {
  const wanted =
    'wanted is the ID of the Dedicated Endpoint as Friendli Suite shows it: letters, digits, "-" and "_", ' +
    'at most 128 characters';
  if (value === '') return new Problem(`is required but empty; ${wanted}.`);
  // Not shown: whoever mixes up two secrets must not find one of them in the log.
  if (/^flp_/i.test(value)) return new Problem(`an API key (flp_…) was pasted; ${wanted}.`);
  if (/^[A-Za-z0-9_-]{1,128}$/.test(value)) return value;

  const shown = `"${clean(value, hideUserInfo)}"`;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return new Problem(`a URL was pasted, ${shown}; ${wanted}.`);
  if (/[/\\]/.test(value)) return new Problem(`a path was pasted, ${shown}; ${wanted}.`);
  if (/^\.+$/.test(value)) return new Problem(`${shown} is a folder's name; ${wanted}.`);
  if (/^[A-Za-z0-9_-]+:/.test(value)) {
    return new Problem(`an ID with an adapter was pasted, ${shown}; wanted is only the part before the ":".`);
  }
  if (value.length > 128) return new Problem(`${value.length} characters were pasted, ${shown}; ${wanted}.`);
  return new Problem(`${shown} has characters that no ID has; ${wanted}.`);
}

function parseApiKey(value: string): string | Problem {
  if (value === '') {
    return new Problem(
      'is required but empty. Is the secret set under the name that the workflow uses? Secrets are not passed to ' +
        'runs from forks and Dependabot.',
    );
  }
  if (/^bearer\s/i.test(value)) {
    return new Problem('starts with "Bearer "; wanted is the key alone (flp_…). The value is not shown.');
  }
  // Node sends header values as Latin-1 and refuses what does not fit.
  if (/[\s\p{Cc}\u{100}-\u{10ffff}]/u.test(value)) {
    return new Problem(
      'has white space, a line break or another character inside that no key can have. Was it pasted whole, and ' +
        'nothing else with it? The value is not shown.',
    );
  }
  return value;
}

function parseTeam(value: string, clean: Cleaner): string | Problem {
  if (/^[\x21-\x7e]*$/.test(value)) return value;
  return new Problem(
    `wanted is a team ID of printable ASCII characters without spaces, not "${clean(value)}".`,
  );
}

function parseWait(value: string, clean: Cleaner): boolean | Problem {
  if (value === '') return false;
  try {
    return core.getBooleanInput('wait');
  } catch {
    return new Problem(`wanted is true or false (also True, TRUE, False, FALSE), not "${clean(value)}".`);
  }
}

function parseTimeoutMinutes(value: string, clean: Cleaner): number | Problem {
  if (value === '') return DEFAULT_TIMEOUT_MINUTES;
  const minutes = parseDecimal(value);
  if (minutes > 0 && minutes <= 7200) return minutes;
  return new Problem(
    `wanted is a number of minutes above 0 and up to 7200, such as 90 or 0.5, not "${clean(value)}".`,
  );
}

function parsePollInterval(value: string, clean: Cleaner): number | undefined | Problem {
  if (value === '') return undefined;
  const seconds = parseDecimal(value);
  if (seconds >= 0.1 && seconds <= 300) return seconds;
  return new Problem(
    `wanted is a number of seconds from 0.1 to 300, such as 10 or 0.5, not "${clean(value)}".`,
  );
}

/** A decimal number in plain notation; NaN for anything else, such as 1e3, 0x10, -1, Infinity or 1,5. */
function parseDecimal(value: string): number {
  return /^(\d+\.?\d*|\.\d+)$/.test(value) ? Number(value) : Number.NaN;
}

function parseRestartOn(value: string, clean: Cleaner): readonly RestartableStatus[] | Problem {
  if (value === '') return RESTARTABLE_STATUSES;
  const names = value.split(/[\s,]+/).filter((name) => name !== '');
  const listed = RESTARTABLE_STATUSES.filter((status) => names.some((name) => name.toUpperCase() === status));
  const foreign = names.find((name) => !isRestartable(name.toUpperCase()));
  if (foreign === undefined && listed.length > 0) return listed;
  return new Problem(
    `wanted is FAILED, TERMINATED or both, separated by commas, spaces or lines; "${clean(foreign ?? value)}" is neither.`,
  );
}

function isRestartable(name: string): name is RestartableStatus {
  return RESTARTABLE_STATUSES.some((status) => status === name);
}

function parseApiUrl(value: string, clean: Cleaner): string | Problem {
  if (value === '') return DEFAULT_API_URL;
  const shown = `"${clean(value, hideUserInfo)}"`;
  // The parser passes over line breaks and control characters, the checks below would not.
  const url = /[\s\p{Cc}]/u.test(value) ? undefined : parseUrl(value);
  if (url === undefined) return new Problem(`wanted is a URL such as ${DEFAULT_API_URL}, not ${shown}.`);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    return new Problem(
      `wanted is an https: URL, so that the key is never sent in the clear (http: only to a loopback host), not ${shown}.`,
    );
  }
  // Asked of the text: the parser drops an empty user, query or fragment.
  if (USER_INFO.test(value) || /[?#]/.test(value)) {
    return new Problem(`wanted is a URL without user, query and fragment, not ${shown}.`);
  }
  return url.href.replace(/\/+$/, '');
}

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

/** A URL that someone pasted may carry a password, and an unescaped one may hold any character. */
function hideUserInfo(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1***@');
}
