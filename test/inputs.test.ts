import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { InputError, type Inputs, readApiKey, readInputs } from '../src/inputs.js';
import type { Policy } from '../src/run.js';
import { createSanitizer } from '../src/sanitize.js';

const KEY = 'flp_0123456789abcdef';
const required = { 'endpoint-id': 'dep-1_A', 'api-key': KEY };
const defaults = {
  ...{ endpointId: 'dep-1_A', apiKey: KEY, team: '', apiUrl: 'https://api.friendli.ai', wait: false, attempts: 1 },
  ...{ timeoutMs: 3_600_000, pollIntervalMs: undefined, restartOn: ['FAILED', 'TERMINATED'], wake: false },
  ...{ stableForMs: 0, probe: undefined, dryRun: false },
};
const inputNames = [
  ...['endpoint-id', 'api-key', 'team', 'wait', 'timeout-minutes', 'poll-interval', 'restart-on'],
  ...['attempts', 'wake', 'stable-for', 'probe', 'dry-run', 'api-url'],
];

afterEach(() => vi.restoreAllMocks());

/** Reads as the action does when the runner starts it with these values; `written` is what goes to stdout. */
function read(values: Readonly<Record<string, string>>) {
  const variables = Object.entries(values).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  vi.spyOn(process, 'env', 'get').mockReturnValue(Object.fromEntries(variables));
  const { calls: written } = vi.spyOn(process.stdout, 'write').mockReset().mockReturnValue(true).mock;
  const apiKey = readApiKey();
  try {
    return { inputs: readInputs({ apiKey, sanitize: createSanitizer(apiKey) }), issues: [], written };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { inputs: undefined, issues: error.issues, written };
  }
}

const words = (text: string): string[] => text.split(' ');
const readOne = (name: string, value: string) => read({ ...required, [name]: value });

/** The inputs as one flat object. */
function accepted(values: Readonly<Record<string, string>>): object {
  const { policy, ...others } = read({ ...required, ...values }).inputs ?? {};
  return { ...others, ...policy };
}

describe('valid inputs', () => {
  it('take their defaults if they are missing or, as in scheduled runs, empty', () => {
    const empty = Object.fromEntries(inputNames.map((name) => [name, ' \n']));
    for (const values of [{}, { ...empty, ...required }]) expect(accepted(values)).toEqual(defaults);
  });

  it.each<[input: string, values: string[], expected?: Partial<Inputs & Policy>]>([
    ['endpoint-id', ['azAZ09_-', '-', 'a'.repeat(128), 'my_flp_x', 'flp']],
    ['endpoint-id', ['  depABC123\n'], { endpointId: 'depABC123' }],
    ['api-key', ['!', '~', 'bearer', 'a~"%:', 'x'.repeat(512)]],
    ['api-key', ['  flp_x \n'], { apiKey: 'flp_x' }],
    ['team', ['!~', 'x'.repeat(512)]],
    ['api-url', ['https://h.example/a@b:c', 'http://127.255.0.254']],
    ['api-url', ['https://h:8443/path/ ', ' https://h:8443/path'], { apiUrl: 'https://h:8443/path' }],
    ['api-url', ['HTTPS://H', 'https://h//', `https://h/${'/'.repeat(2_038)}`], { apiUrl: 'https://h' }],
    ['api-url', ['http://LocalHost:8080/'], { apiUrl: 'http://localhost:8080' }],
    ['api-url', ['http://[0:0:0:0:0:0:0:1]:80'], { apiUrl: 'http://[::1]' }],
    ['wait', ['true', 'True', 'TRUE', ' true '], { wait: true }],
    ['wait', ['false', 'False', 'FALSE'], { wait: false }],
    ['wake', ['true', 'True', 'TRUE'], { wake: true }],
    ['dry-run', ['true', 'True', 'TRUE'], { dryRun: true }],
    ['timeout-minutes', ['7200'], { timeoutMs: 432_000_000 }],
    ['timeout-minutes', ['0.001'], { timeoutMs: 60 }],
    ['timeout-minutes', ['5.', '05', '5.0'], { timeoutMs: 300_000 }],
    ['poll-interval', ['0.1', '.1'], { pollIntervalMs: 100 }],
    ['poll-interval', ['300', '300.0'], { pollIntervalMs: 300_000 }],
    ['stable-for', ['600'], { stableForMs: 600_000 }],
    ['attempts', ['1', '01'], { attempts: 1 }],
    ['restart-on', [', ,TERMINATED,, '], { restartOn: ['TERMINATED'] }],
    ['restart-on', ['Terminated, Failed', 'FAILED\r\n\tTERMINATED FAILED'], {}],
    ['restart-on', ['Recoverable TERMINATED'], { restartOn: ['TERMINATED', 'RECOVERABLE'] }],
  ])('%s can be %j', (input, values, expected) => {
    for (const value of values) {
      const unchanged = { [input.replace(/-(.)/, (_, letter: string) => letter.toUpperCase())]: value };
      expect(accepted({ [input]: value })).toEqual({ ...defaults, ...(expected ?? unchanged) });
    }
  });

  it.each(['chat', 'completions', 'embeddings', 'tokenize'])('can be more with wait, such as the probe %s', (probe) => {
    const values = { wait: 'true', attempts: '5', 'timeout-minutes': '1', 'stable-for': '59.9', probe };
    const expected = { wait: true, attempts: 5, timeoutMs: 60_000, stableForMs: 59_900, probe };
    expect(accepted(values)).toEqual({ ...defaults, ...expected });
  });
});

const missingId = 'endpoint-id is required. Use the ID shown in Friendli Suite.';
const missingKey = 'api-key is required. Pass a personal API key (flp_…) from a secret.';
const availability =
  'If a value comes from a secret or variable, check its name. Environment secrets and variables are available only ' +
  'to jobs that set that environment, and secrets are not passed to runs from forks or Dependabot.';
const invalidKey =
  'api-key contains invalid characters: expected printable ASCII without spaces, such as flp_…, got a hidden value. ' +
  'Check that the secret contains the complete key and nothing else.';
const bearer = 'api-key starts with "Bearer ": expected only the key (flp_…), got a hidden value.';

const id = 'the ID shown in Friendli Suite (letters, digits, "-", and "_", at most 128 characters)';
const adapter = '"{}". Remove the adapter: the ":" and everything after it';
const minutes = 'a number of minutes greater than 0 and at most 7200, such as 90 or 0.5';
const seconds = 'a number of seconds from 0.1 to 300, such as 10 or 0.5';
const conditions = 'one or more of FAILED, TERMINATED, RECOVERABLE, separated by commas, spaces, or line breaks';
const tooLongStable = 'stable-for: expected less time than timeout-minutes (1), got "60" seconds.';
const url = 'a URL such as https://api.friendli.ai';
const https = 'an https: URL, which keeps the key encrypted in transit (http: is allowed only on a loopback host)';
const plain = 'a URL without user info, query, or fragment';

describe('an invalid input', () => {
  // In what is shown, {} is the value.
  it.each<[input: string, rule: string, values: string[], shown?: string]>([
    ['endpoint-id', id, ['a'.repeat(129)], '129 characters: "{}"'],
    ['endpoint-id', id, ['https://friendli.ai/suite/dep1', 'GIT+ssh-1.x://y'], 'the URL "{}"'],
    ['endpoint-id', id, ['https://user:pw@h/dep1?key=x'], 'the URL "https://***@h/dep1?***"'],
    ['endpoint-id', id, ['/x/dep1', 'dep1/status', 'a\\b', 'see https://x', '.', '..'], 'the path "{}"'],
    ['endpoint-id', id, ['dep1:my-adapter', 'd:', 'd_-1:::x y'], adapter],
    ['endpoint-id', id, ['..a', ':adapter', 'a b:c', 'dép1', 'dep1%2F', `${'a'.repeat(128)}.`]],
    ['endpoint-id', id, [KEY], 'the same value as in api-key'],
    ['endpoint-id', id, [KEY.slice(4), `x${KEY.slice(4)}`, KEY.slice(-10)], 'a part of the API key'],
    ['endpoint-id', id, ['flp_other', 'FLP_other x', 'Bearer flp_x', 'f\u00adlp_x'], 'an API key (flp_…)'],
    ['team', 'a team ID in printable ASCII without spaces', ['my team', 'téam']],
    ['wait', 'true or false', words('yes 1 on y tRUE null untrue')],
    ['wake', 'true or false', ['no', 'true false']],
    ['dry-run', 'true or false', ['TRue', '0']],
    ['timeout-minutes', minutes, words('0 0.0 7200.1 7201 -1 +1 1e3 0x10 1,5 Infinity NaN . 1.2.3')],
    ['timeout-minutes', minutes, ['5 min', '1 000', '60s', '٣', '1_000', '1-', 'x1']],
    ['poll-interval', seconds, words('0 0.0999 300.1 -5 1e1 1,5 . adaptive')],
    ['stable-for', 'a number of seconds from 0 to 600, such as 60', ['600.1', '-1', '1m', 'NaN', '.']],
    ['attempts', 'a whole number from 1 to 5', words('0 6 1.0 -1 +2 x2 2x 1e0 15')],
    ['probe', 'one of chat, completions, embeddings, tokenize', ['Chat', 'true', 'chat,tokenize']],
    ['restart-on', conditions, ['RUNNING', 'FAILED;TERMINATED', 'FAILEDX', ',', ', ,']],
    ['restart-on', conditions, ['FAILED, SLEEPING, X'], '"SLEEPING"'],
    ['api-url', url, ['api.friendli.ai', 'https://', 'https://a b', 'https://h/a b', 'https://h:99999']],
    ['api-url', url, ['https://h\n.x', 'https://h\u0001.x'], '"https://h .x"'],
    ['api-url', url, ['https://u:h/h@h', 'https://u:h#h@h', 'https://u:h\n@h'], '"https://***@h"'],
    ['api-url', url, ['ht\ntps://user:hunter2@h'], '"***@h"'],
    ['api-url', url, ['https://h/\n?token=\nhunter2'], '"https://h/ ?***"'],
    ['api-url', https, ['http://api.friendli.ai', 'http://128.0.0.1', 'http://[::2]', 'http://127.0.0.1.example']],
    ['api-url', https, ['http://my-localhost', 'ftp://localhost', 'file:///etc', 'localhost:8080']],
    ['api-url', https, ['user:hunter2@h'], '"***@h"'],
    ['api-url', plain, ['https://h?', 'https://h#', 'HTTPS:h/#']],
    ['api-url', plain, ['https://h/?token=x#y'], '"https://h/?***"'],
    ['api-url', plain, ['https://h/#token'], '"https://h/#***"'],
    ['api-url', plain, ['https://@h', 'https://:@h', 'https://user:h@hunter2@h'], '"https://***@h"'],
    ['api-url', plain, ['HTTPS:\\\\user@h', 'https:user@h'], '"***@h"'],
    ['api-url', plain, ['https://user:pw@h?', `https://u:${'x'.repeat(600)}@h?`], '"https://***@h?"'],
    ['api-url', 'at most 2048 characters', [`https://u:${'x'.repeat(2_100)}@h`], '2112: "https://***@h"'],
  ])('%s: expected %s, got %j', (input, rule, values, shown = '"{}"') => {
    for (const value of values) {
      const issue = `${input}: expected ${rule}, got ${shown.replace('{}', value)}.`;
      expect(readOne(input, value)).toMatchObject({ inputs: undefined, issues: [issue] });
    }
  });

  it.each([
    [bearer, ['Bearer flp_secret1', 'bearer\tflp_secret1', 'BEARER \n flp_secret1']],
    [invalidKey, ['a b', 'a\tb', 'a\nb', 'a\u00a0b', 'a\u0001b', 'a\u007f', 'ÿ', 'Ā', '👍']],
  ])('is never shown if it is the API key: %s', (issue, values) => {
    for (const value of values) expect(readOne('api-key', value).issues).toEqual([issue]);
  });

  it.each(inputNames)('%s is rejected for its length before any other check', (name) => {
    const max = name === 'api-url' ? 2_048 : 512;
    const { issues } = readOne(name, `${'x'.repeat(max)}y`);
    const got = name === 'api-key' ? 'a hidden value' : `"${'x'.repeat(499)}…"`;
    expect(issues).toEqual([`${name}: expected at most ${max} characters, got ${max + 1}: ${got}.`]);
  });

  it('is reported together with all others, in the order of action.yml, invalid combinations last', () => {
    const invalid = Object.fromEntries(inputNames.map((name) => [name, 'é /']));
    const { issues } = read({ ...invalid, wait: '', attempts: '3', probe: 'chat' });
    expect(issues.map((issue) => /^[a-z-]+/.exec(issue)?.[0])).toEqual([
      ...inputNames.filter((name) => !['wait', 'attempts', 'probe'].includes(name)),
      ...['attempts', 'probe'],
    ]);
  });

  it.each([
    [{ attempts: '3' }, 'attempts: values above 1 require wait: true, got "3".'],
    [{ probe: 'chat' }, 'probe: "chat" requires wait: true.'],
    [{ wait: 'perhaps', attempts: '3', probe: 'chat' }, 'wait: expected true or false, got "perhaps".'],
    [{ wait: 'true', 'timeout-minutes': '1', 'stable-for': '60' }, tooLongStable],
  ])('can be a combination, but not with a value that is invalid by itself: %j', (values, issue) => {
    expect(read({ ...required, ...values }).issues).toEqual([issue]);
  });

  it('counts as missing if its variable is unset or blank, and the hint at secrets is given once', () => {
    expect(read({ 'api-key': KEY }).issues).toEqual([missingId, availability]);
    expect(read({ 'endpoint-id': ' \n' }).issues).toEqual([missingId, missingKey, availability]);
  });
});

describe('the API key', () => {
  it.each([
    [` ${KEY}\n`, [KEY, KEY.slice(4)]],
    ['flp_', ['flp_']],
    ['a b%c\nd', ['a b%25c%0Ad']],
    ['', []],
  ])('%j is masked, also without its prefix, and nothing else is written', (key, masked) => {
    const { written } = read({ ...required, 'api-key': key, wait: 'perhaps' });
    expect(written.join('')).toBe(masked.map((mask) => `::add-mask::${mask}\n`).join(''));
  });

  it('is not shown, nor is another one, and an issue is one line, whatever the values', () => {
    const anyKey = fc.stringMatching(/^(flp_)?[^\s*]{6,30}$/u);
    const others = ['"flp_sesame98', ' FLP_sesame98', '\nfl\u200bp_ses\u2060ame98', '?flp%5Fsesame98'];
    const pieces = [...words('KEY https:// http:// localhost FAILED true 1 :: ##['), ...'.:/@?#,- \n', ...others];
    const anyValue = fc.array(fc.oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.constantFrom(...pieces)));
    const anyValues = fc.record(Object.fromEntries(inputNames.map((name) => [name, anyValue])));
    const encodings = [String, encodeURIComponent, (text: string) => Buffer.from(text).toString('base64')];
    fc.assert(
      fc.property(anyKey, anyValues, fc.constantFrom(...encodings), (apiKey, values, encode) => {
        const texts = Object.entries(values).map(([name, parts]) => {
          return [name, parts.map((part) => (part === 'KEY' ? encode(apiKey) : part)).join('')];
        });
        const { inputs, issues, written } = read({ ...Object.fromEntries(texts), 'api-key': apiKey });
        expect(inputs === undefined).toBe(issues.length > 0);
        const unsafe = /sesa|ame98|[\p{Cc}\u2028\u2029]/u;
        expect(issues.filter((it) => it.includes(apiKey) || unsafe.test(it))).toEqual([]);
        expect(written.join('')).toMatch(/^(::add-mask::[^\r\n]+\n){1,2}$/);
      }),
      { numRuns: 500 },
    );
  });
});
