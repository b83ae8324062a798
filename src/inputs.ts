import * as core from '@actions/core';
import type { RestartCondition } from './endpoint.js';
import {
  DEFAULT_API_URL,
  ENDPOINT_ID,
  expected,
  hideUrlSecrets,
  hideUserInfo,
  InputIssue,
  type Parser,
  parseApiKey,
  parseApiUrl,
  parseAttempts,
  parseBoolean,
  parseEndpointId,
  parsePollInterval,
  parseRestartOn,
  parseStableFor,
  parseTeam,
  parseTimeoutMinutes,
} from './input-parsers.js';
import type { Policy } from './run.js';
import type { Sanitizer } from './sanitize.js';

const DEFAULT_RESTART_ON: readonly RestartCondition[] = ['FAILED', 'TERMINATED'];
const MAX_INPUT_LENGTH = 512;
const MAX_URL_LENGTH = 2_048;
/** Where a URL is pasted, on purpose or not. */
const URL_INPUTS: readonly string[] = ['endpoint-id', 'api-url'];

const AVAILABILITY =
  'If it comes from a secret or a variable, check the name: one that belongs to an environment is available only to ' +
  'jobs that name the environment, and secrets are not passed to runs from forks and Dependabot.';
const MISSING: Readonly<Record<string, InputIssue>> = {
  'endpoint-id': new InputIssue(` is required. Use the ID shown in Friendli Suite. ${AVAILABILITY}`),
  'api-key': new InputIssue(` is required. Pass a personal API key (flp_…) from a secret. ${AVAILABILITY}`),
};

/** What the user asked for, validated (docs/behavior.md section 2). */
export interface Inputs {
  readonly endpointId: string;
  readonly apiKey: string;
  /** The team's ID; empty for the default team of the key. */
  readonly team: string;
  /** Without a trailing slash. */
  readonly apiUrl: string;
  readonly policy: Policy;
}

/** One or more inputs are invalid. Each issue is a sanitized line that begins with the input's name. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly issues: readonly string[];

  constructor(issues: readonly string[]) {
    super(issues.join('\n'));
    this.issues = issues;
  }
}

/** Reads the API key and masks it in the log. To be called before anything else can be printed. */
export function readApiKey(): string {
  const apiKey = core.getInput('api-key');
  if (apiKey !== '') core.setSecret(apiKey);
  return apiKey;
}

/**
 * Reads and validates every input.
 *
 * @param options the key as `readApiKey` returned it, and the sanitizer for the values that are shown
 * @throws InputError with all issues together
 */
export function readInputs({ apiKey, sanitize }: { apiKey: string; sanitize: Sanitizer }): Inputs {
  const issues = new Map<string, string>();
  /** Returns the fallback for an empty input, and for an invalid one, whose issue is thrown at the end. */
  function read<T>(name: string, fallback: T, parse: Parser<T>, maxLength = MAX_INPUT_LENGTH): T {
    const value = name === 'api-key' ? apiKey : core.getInput(name);
    const transform = URL_INPUTS.includes(name) ? hideUrlSecrets : hideUserInfo;
    const quote = (text = value): string =>
      name === 'api-key' ? 'a value that is not shown' : `"${sanitize(text, { transform })}"`;
    const result =
      value.length > maxLength
        ? expected(`at most ${maxLength} characters`, `${value.length}: ${quote()}`)
        : value === ''
          ? (MISSING[name] ?? fallback)
          : parse(value, quote);
    if (!(result instanceof InputIssue)) return result;
    issues.set(name, `${name}${result.text}`);
    return fallback;
  }

  const endpointId = read('endpoint-id', '', (value, quote) =>
    value === apiKey ? expected(ENDPOINT_ID, 'the same value as in api-key') : parseEndpointId(value, quote),
  );
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
  if (issues.size > 0) throw new InputError([...issues.values()]);
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
