/** The inputs of the action, read and validated (docs/behavior.md section 2). */
import * as core from '@actions/core';
import { RESTART_CONDITIONS, type RestartCondition } from './endpoint.js';
import { isLoopback } from './loopback.js';
import { looksLikeKey } from './redact.js';
import { type Policy, PROBES, type Probe } from './run.js';
import type { Sanitizer } from './sanitize.js';

const ENDPOINT_ID = 'the ID shown in Friendli Suite (letters, digits, "-", and "_", at most 128 characters)';
const AVAILABILITY =
  'If a value comes from a secret or variable, check its name. Environment secrets and variables are available only ' +
  'to jobs that set that environment, and secrets are not passed to runs from forks or Dependabot.';

/** What the user requested, validated. */
export interface Inputs {
  readonly endpointId: string;
  readonly apiKey: string;
  /** The team's ID; empty for the default team of the key. */
  readonly team: string;
  /** Without a trailing slash. */
  readonly apiUrl: string;
  readonly policy: Policy;
}

/** One or more inputs are invalid. Each issue is a sanitized line. */
export class InputError extends Error {
  readonly issues: readonly string[];

  constructor(issues: readonly string[]) {
    super(issues.join('\n'));
    this.issues = issues;
  }
}

/** What is wrong with a value, as text that follows the input's name. Returned, not thrown. */
class Issue extends Error {}

/** `quote` makes the value, or a part of it, safe to show. The length is limited before. */
type Parse<T> = (value: string, quote: (text?: string) => string) => T | Issue;

/** Reads the API key and masks it in the log, also without its prefix. Must be called before anything is printed. */
export function readApiKey(): string {
  const apiKey = core.getInput('api-key');
  const withoutPrefix = apiKey.replace(/^flp_/, '');
  for (const secret of new Set([apiKey, withoutPrefix])) if (secret !== '') core.setSecret(secret);
  return apiKey;
}

/**
 * Reads and validates every input.
 *
 * @param options the key as `readApiKey` returned it, and the sanitizer for the values that are shown
 * @throws InputError that lists all issues
 */
export function readInputs({ apiKey, sanitize }: { apiKey: string; sanitize: Sanitizer }): Inputs {
  const issues = new Map<string, string>();
  /** @param hint makes the input required, and says what to pass */
  function read<T>(name: string, fallback: T, parse: Parse<T>, hint?: string): T {
    const value = name === 'api-key' ? apiKey : core.getInput(name);
    const maxLength = name === 'api-url' ? 2_048 : 512;
    const quote = (text = value): string =>
      name === 'api-key' ? 'a hidden value' : `"${sanitize(text, { transform: hideUrlSecrets })}"`;
    const check = (): T | Issue => {
      if (value === '') return hint === undefined ? fallback : new Issue(` is required. ${hint}`);
      if (value.length <= maxLength) return parse(value, quote);
      return expected(`at most ${maxLength} characters`, `${value.length}: ${quote()}`);
    };
    const result = check();
    if (!(result instanceof Issue)) return result;
    issues.set(name, `${name}${result.message}`);
    return fallback;
  }

  const inputs: Inputs = {
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
  if (all.some((issue) => issue.includes(' is required. '))) all.push(AVAILABILITY);
  if (all.length > 0) throw new InputError(all);
  return inputs;
}

/** The invalid combinations of valid inputs. */
function conflicts(policy: Policy, issues: ReadonlyMap<string, string>): string[] {
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

function expected(rule: string, got: string): Issue {
  return new Issue(`: expected ${rule}, got ${got}.`);
}

const parseEndpointId =
  (apiKey: string, sanitize: Sanitizer): Parse<string> =>
  (value, quote) => {
    const isPlain = /^[\w-]+$/.test(value);
    const isPart = apiKey.length > 10 && isPlain && sanitize(value) !== value;
    if (value === apiKey) return expected(ENDPOINT_ID, 'the same value as in api-key');
    if (isPlain ? /^flp_/i.test(value) : looksLikeKey(value)) return expected(ENDPOINT_ID, 'an API key (flp_…)');
    if (isPart) return expected(ENDPOINT_ID, 'a part of the API key');
    return isPlain && value.length <= 128 ? value : expected(ENDPOINT_ID, describePasted(value, quote()));
  };

function describePasted(value: string, quoted: string): string {
  if (/^[\w-]+$/.test(value)) return `${value.length} characters: ${quoted}`;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return `the URL ${quoted}`;
  if (/[/\\]/.test(value) || /^\.+$/.test(value)) return `the path ${quoted}`;
  return /^[\w-]+:/.test(value) ? `${quoted}. Remove the adapter: the ":" and everything after it` : quoted;
}

const parseApiKey: Parse<string> = (value, quote) => {
  if (/^[!-~]+$/.test(value)) return value;
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

function matching<T>(pattern: RegExp, rule: string, convert: (value: string) => T): Parse<T> {
  return (value, quote) => (pattern.test(value) ? convert(value) : expected(rule, quote()));
}

/** Accepts decimal numbers in plain notation, not 1e3, 0x10, -1, Infinity, or 1,5. Returns milliseconds. */
function duration(rule: string, unitMs: number, [min, max]: readonly [number, number]): Parse<number> {
  return (value, quote) => {
    const amount = /^(\d+(\.\d*)?|\.\d+)$/.test(value) ? Number(value) : Number.NaN;
    return amount >= min && amount <= max ? amount * unitMs : expected(`a number of ${rule}`, quote());
  };
}

const parseProbe: Parse<Probe> = (value, quote) =>
  PROBES.find((name) => name === value) ?? expected(`one of ${PROBES.join(', ')}`, quote());

const parseRestartOn: Parse<readonly RestartCondition[]> = (value, quote) => {
  const names = value.split(/[\s,]+/).filter((name) => name !== '');
  const listed = RESTART_CONDITIONS.filter((it) => names.some((name) => name.toUpperCase() === it));
  const unknown = names.find((name) => !listed.some((it) => it === name.toUpperCase()));
  if (unknown === undefined && listed.length > 0) return listed;
  const rule = `one or more of ${RESTART_CONDITIONS.join(', ')}, separated by commas, spaces, or line breaks`;
  return expected(rule, quote(unknown));
};

const parseApiUrl: Parse<string> = (value, quote) => {
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
function hideUrlSecrets(value: string): string {
  return value.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1***@').replace(/([?#]).+$/s, '$1***');
}
