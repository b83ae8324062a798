import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { InputError, type Inputs, readApiKey, readInputs } from '../src/inputs.js';
import type { Policy } from '../src/run.js';
import { createSanitizer } from '../src/sanitize.js';

// Hundreds of random readings take a second, and several on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const KEY = 'flp_0123456789abcdef';
const required = { 'endpoint-id': 'dep-1_A', 'api-key': KEY };
const defaultPolicy: Policy = {
  restartOn: ['FAILED', 'TERMINATED'],
  wait: false,
  timeoutMs: 3_600_000,
  pollIntervalMs: undefined,
  attempts: 1,
  wake: false,
  stableForMs: 0,
  dryRun: false,
};
const defaults = { endpointId: 'dep-1_A', apiKey: KEY, team: '', apiUrl: 'https://api.friendli.ai' };

const inputNames = [
  ...['endpoint-id', 'api-key', 'team', 'wait', 'timeout-minutes', 'poll-interval', 'restart-on'],
  ...['attempts', 'wake', 'stable-for', 'dry-run', 'api-url'],
];
const optionalNames = inputNames.slice(2);

interface Reading {
  readonly inputs: Inputs | undefined;
  readonly issues: readonly string[];
  /** All that went to stdout. */
  readonly stdout: string;
}

/** Reads as the action does when the runner starts it with these values. */
function read(values: Readonly<Record<string, string>>): Reading {
  for (const name of Object.keys(process.env)) if (name.startsWith('INPUT_')) delete process.env[name];
  for (const [name, value] of Object.entries(values)) process.env[`INPUT_${name.toUpperCase()}`] = value;
  let stdout = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    stdout += String(chunk);
    return true;
  });
  try {
    const apiKey = readApiKey();
    return { inputs: readInputs({ apiKey, sanitize: createSanitizer(apiKey) }), issues: [], stdout };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    expect(error).toMatchObject({ name: 'InputError', message: error.issues.join('\n') });
    return { inputs: undefined, issues: error.issues, stdout };
  } finally {
    write.mockRestore();
  }
}

function readOne(name: string, value: string): Reading {
  return read({ ...required, [name]: value });
}

type Case<T> = [input: string, value: string, expected: T];

/** One case for each value, with what is expected of it. */
function each<T>(input: string, values: readonly string[], expected: (value: string) => T): Case<T>[] {
  return values.map((value) => [input, value, expected(value)]);
}

describe('valid inputs', () => {
  it('mean their defaults where they are absent, or empty as on a schedule', () => {
    for (const names of [[], optionalNames]) {
      const empty = Object.fromEntries(names.map((name) => [name, ' \n']));
      expect(read({ ...required, ...empty }).inputs).toEqual({ ...defaults, policy: defaultPolicy });
    }
  });

  it.each<Case<Partial<Inputs>>>([
    ...each('endpoint-id', ['a', 'azAZ09_-', '-', 'a'.repeat(128), 'my_flp_x', 'flp'], (endpointId) => ({
      endpointId,
    })),
    ['endpoint-id', '  depABC123\n', { endpointId: 'depABC123' }],
    ['api-key', '  flp_x \n', { apiKey: 'flp_x' }],
    ...each('api-key', ['!', '~', 'bearer', 'a~"%:', 'x'.repeat(512)], (apiKey) => ({ apiKey })),
    ['team', '!~', { team: '!~' }],
    ['team', 'x'.repeat(512), { team: 'x'.repeat(512) }],
    ['api-url', 'https://api.friendli.ai//', { apiUrl: 'https://api.friendli.ai' }],
    ['api-url', ' https://gateway.example:8443/path/ ', { apiUrl: 'https://gateway.example:8443/path' }],
    ['api-url', 'HTTPS://API.FRIENDLI.AI', { apiUrl: 'https://api.friendli.ai' }],
    ['api-url', 'https://h.example/a@b:c', { apiUrl: 'https://h.example/a@b:c' }],
    ['api-url', 'http://LocalHost:8080/', { apiUrl: 'http://localhost:8080' }],
    ['api-url', 'http://127.255.0.254', { apiUrl: 'http://127.255.0.254' }],
    ['api-url', 'http://[0:0:0:0:0:0:0:1]:80', { apiUrl: 'http://[::1]' }],
    ['api-url', `https://h/${'/'.repeat(2_038)}`, { apiUrl: 'https://h' }],
  ])('%s can be %j', (input, value, expected) => {
    expect(readOne(input, value).inputs).toEqual({ ...defaults, ...expected, policy: defaultPolicy });
  });

  const both = ['FAILED', 'TERMINATED'] as const;
  it.each<Case<Partial<Policy>>>([
    ...each('wait', ['true', 'True', 'TRUE', ' true '], () => ({ wait: true })),
    ...each('wait', ['false', 'False', 'FALSE'], () => ({ wait: false })),
    ...each('wake', ['true', 'True', 'TRUE'], () => ({ wake: true })),
    ...each('dry-run', ['true', 'True', 'TRUE'], () => ({ dryRun: true })),
    ['timeout-minutes', '7200', { timeoutMs: 432_000_000 }],
    ['timeout-minutes', '0.001', { timeoutMs: 60 }],
    ['timeout-minutes', '.25', { timeoutMs: 15_000 }],
    ['timeout-minutes', '5.', { timeoutMs: 300_000 }],
    ['timeout-minutes', '007', { timeoutMs: 420_000 }],
    ['poll-interval', '0.1', { pollIntervalMs: 100 }],
    ['poll-interval', '300', { pollIntervalMs: 300_000 }],
    ['stable-for', '0', { stableForMs: 0 }],
    ['stable-for', '600', { stableForMs: 600_000 }],
    ['attempts', '01', { attempts: 1 }],
    ['restart-on', 'Recoverable', { restartOn: ['RECOVERABLE'] }],
    ['restart-on', ', ,TERMINATED,, ', { restartOn: ['TERMINATED'] }],
    ['restart-on', 'RECOVERABLE TERMINATED', { restartOn: ['TERMINATED', 'RECOVERABLE'] }],
    ['restart-on', 'RECOVERABLE,TERMINATED,FAILED', { restartOn: [...both, 'RECOVERABLE'] }],
    ...each('restart-on', ['Terminated, Failed', 'FAILED\r\n\tTERMINATED FAILED'], () => ({
      restartOn: both,
    })),
  ])('%s can be %j', (input, value, expected) => {
    const { inputs } = readOne(input, value);
    expect(inputs).toEqual({ ...defaults, policy: { ...defaultPolicy, ...expected } });
  });

  it('attempts can be up to 5 with wait', () => {
    const { inputs } = read({ ...required, wait: 'true', attempts: '5' });
    expect(inputs?.policy).toEqual({ ...defaultPolicy, wait: true, attempts: 5 });
  });
});

const anId = 'the ID shown in Friendli Suite (letters, digits, "-", and "_", at most 128 characters), got';
const wrongId = (got: string): string => `endpoint-id: expected ${anId} ${got}.`;
const oddId = (got: string): string => `endpoint-id contains invalid characters: expected ${anId} ${got}.`;
const available =
  'If it comes from a secret or a variable, check the name: one that belongs to an environment is available only to ' +
  'jobs that name the environment, and secrets are not passed to runs from forks and Dependabot.';
const missingId = `endpoint-id is required. Use the ID shown in Friendli Suite. ${available}`;
const missingKey = `api-key is required. Pass a personal API key (flp_…) from a secret. ${available}`;
const hidden = 'got a value that is not shown.';
const bearer = `api-key starts with "Bearer ": expected the key alone (flp_…), ${hidden}`;
const oddKey =
  'api-key contains invalid characters: expected printable ASCII without spaces, such as flp_…, ' +
  `${hidden} Check that the secret holds the whole key and nothing else.`;
const teamId = 'a team ID of printable ASCII without spaces';
const url = 'a URL such as https://api.friendli.ai';
const conditions = 'one or more of FAILED, TERMINATED, RECOVERABLE, separated by commas, spaces, or lines';
const minutes = 'a number of minutes above 0 and up to 7200, such as 90 or 0.5';
const seconds = 'a number of seconds from 0.1 to 300, such as 10 or 0.5';
const upTo600 = 'a number of seconds from 0 to 600, such as 60';
const https = 'an https: URL (http: only for a loopback host), which keeps the key encrypted';
const plain = 'a URL without user, query, and fragment';

function unexpected(input: string, rule: string, values: readonly string[], got?: string): Case<string>[] {
  return each(input, values, (value) => `${input}: expected ${rule}, got "${got ?? value}".`);
}

describe('an invalid input', () => {
  it.each<Case<string>>([
    ['endpoint-id', ' \n', missingId],
    ['endpoint-id', 'a'.repeat(129), wrongId(`129 characters: "${'a'.repeat(129)}"`)],
    ['endpoint-id', 'https://friendli.ai/suite/dep1', wrongId('the URL "https://friendli.ai/suite/dep1"')],
    ['endpoint-id', 'GIT+ssh-1.x://y', wrongId('the URL "GIT+ssh-1.x://y"')],
    ['endpoint-id', 'https://user:pw@h/dep1?key=x', wrongId('the URL "https://***@h/dep1?***"')],
    ...each(
      'endpoint-id',
      ['/x/dep1', 'dep1/status', '../dep1', 'a\\b', 'see https://x', '.', '..'],
      (path) => wrongId(`the path "${path}"`),
    ),
    ...each('endpoint-id', ['dep1:my-adapter', 'd:', 'd_-1:::x y'], (id) =>
      wrongId(`"${id}". Leave out the adapter: the ":" and what follows it`),
    ),
    ...each(
      'endpoint-id',
      ['..a', 'a..', ':adapter', 'a b:c', 'dép1', 'dep1%2F', `${'a'.repeat(128)}.`],
      (id) => oddId(`"${id}"`),
    ),
    ['endpoint-id', 'dep1\nx', oddId('"dep1 x"')],
    ['endpoint-id', 'dep1?x=y', oddId('"dep1?***"')],
    ['endpoint-id', KEY, wrongId('the same value as in api-key')],
    ...each('endpoint-id', ['flp_other-secret', 'FLP_other secret', 'Bearer flp_x', 'f\u00adlp_x'], () =>
      wrongId('an API key (flp_…)'),
    ),
    ['api-key', ' \n', missingKey],
    ...each('api-key', ['Bearer flp_secret1', 'bearer\tflp_secret1', 'BEARER \n flp_secret1'], () => bearer),
    ...each(
      'api-key',
      ['a b', 'a\tb', 'a\nb', 'a\u00a0b', 'a\u0001b', 'a\u007f', 'ÿ', 'Ā', '👍'],
      () => oddKey,
    ),
    ...unexpected('team', teamId, ['my team', 'téam']),
    ...unexpected('team', teamId, ['::a\n##[x]'], ': :a ## [x]'),
    ...['wait', 'wake', 'dry-run'].flatMap((input) =>
      unexpected(input, 'true or false', ['yes', '1', 'on', 'y', 'tRUE', 'true false', 'null', 'untrue']),
    ),
    ...unexpected('timeout-minutes', minutes, [
      ...['0', '0.0', '7200.1', '7201', '-1', '+1', '1e3', '0x10', '1,5', 'Infinity', 'NaN', '.', '1.2.3'],
      ...['5 min', '60s', 'ten', '٣', '1_000', '1 000', '1-', 'x1'],
    ]),
    ...unexpected('poll-interval', seconds, ['0', '0.0999', '300.1', '-5', '1e1', '1,5', '.', 'adaptive']),
    ...unexpected('stable-for', upTo600, ['600.1', '-1', '1m', 'NaN', '.']),
    ...unexpected('attempts', 'a whole number from 1 to 5', ['0', '6', '1.0', '-1', '+2', 'x2', '2x', '1e0']),
    ...unexpected('restart-on', conditions, ['RUNNING', 'FAILED;TERMINATED', 'FAILEDX', ',', ', ,']),
    ...unexpected('restart-on', conditions, ['FAILED, SLEEPING, X'], 'SLEEPING'),
    ...unexpected('api-url', url, [
      'api.friendli.ai',
      'https://',
      'https://a b',
      'https://h/a b',
      'https://h:99999',
    ]),
    ...unexpected('api-url', url, ['https://h\n.x', 'https://h\u0001.x'], 'https://h .x'),
    ...unexpected('api-url', https, [
      ...['http://api.friendli.ai', 'http://10.0.0.1', 'http://128.0.0.1', 'http://127.0.0.1.example'],
      ...['http://x127.0.0.1.example', 'http://localhost.example', 'http://my-localhost', 'http://[::2]'],
      ...['ftp://localhost', 'file:///etc/passwd', 'localhost:8080'],
    ]),
    ...unexpected('api-url', plain, ['https://h?', 'https://h#', 'HTTPS:h/#']),
    ...unexpected('api-url', plain, ['https://h/?token=x#y'], 'https://h/?***'),
    ...unexpected('api-url', plain, ['https://h/#token'], 'https://h/#***'),
    ...unexpected(
      'api-url',
      plain,
      ['https://@h', 'https://:@h', 'https://user:h@hunter2@h'],
      'https://***@h',
    ),
    ...unexpected('api-url', plain, ['HTTPS:\\\\user@h', 'https:user@h'], '***@h'),
    ...unexpected('api-url', plain, ['http://user:pw@localhost:8'], 'http://***@localhost:8'),
    ...unexpected(
      'api-url',
      plain,
      ['https://user:pw@h?', `https://u:${'x'.repeat(600)}@h?`],
      'https://***@h?',
    ),
    ...unexpected(
      'api-url',
      url,
      ['https://u:h/h@h', 'https://u:h#h@h', 'https://u:h?h@h', 'https://u:h\n@h'],
      'https://***@h',
    ),
    ...unexpected('api-url', url, ['ht\ntps://user:hunter2@h'], '***@h'),
    ...unexpected('api-url', url, ['https://h/\n?token=\nhunter2'], 'https://h/ ?***'),
    ...unexpected('api-url', https, ['user:hunter2@h'], '***@h'),
    [
      'api-url',
      `https://u:${'x'.repeat(2_100)}@h?`,
      'api-url: expected at most 2048 characters, got 2113: "https://***@h?".',
    ],
  ])('%s cannot be %j', (input, value, issue) => {
    expect(readOne(input, value)).toMatchObject({ inputs: undefined, issues: [issue] });
  });

  it.each(inputNames)('%s is refused by its length before anything else', (name) => {
    const max = name === 'api-url' ? 2_048 : 512;
    const { issues } = readOne(name, `${'x'.repeat(max)}y`);
    const got = name === 'api-key' ? 'a value that is not shown' : `"${'x'.repeat(499)}…"`;
    expect(issues).toEqual([`${name}: expected at most ${max} characters, got ${max + 1}: ${got}.`]);
  });

  it.each(inputNames)('%s of 120,000 characters that suit no pattern takes no time', (name) => {
    for (const piece of ['/', 'https://', '1', ' ', ',', '@', '<a', 'flp_', '\\', 'FAILED ']) {
      const startedAt = process.cpuUsage().user;
      const value = `https://h/${piece.repeat(120_000 / piece.length)}x`;
      expect(readOne(name, value).issues).toHaveLength(1);
      expect(process.cpuUsage().user - startedAt).toBeLessThan(500_000);
    }
  });

  it('is reported together with all others, in the order of action.yml, bad combinations last', () => {
    const bad = Object.fromEntries(inputNames.map((name) => [name, 'é /']));
    const { issues } = read({ ...bad, wait: '', attempts: '3' });
    expect(issues.map((issue) => /^[a-z-]+/.exec(issue)?.[0])).toEqual([
      ...inputNames.filter((name) => name !== 'wait' && name !== 'attempts'),
      'attempts',
    ]);
    expect(issues.at(-1)).toBe('attempts: expected 1 without wait, got "3". Set wait: true as well.');
  });

  it('is missing where the runner sets no variable, and a bad value makes no bad combination', () => {
    expect(read({ wait: 'perhaps', attempts: '3' }).issues).toEqual([
      missingId,
      missingKey,
      'wait: expected true or false, got "perhaps".',
    ]);
  });
});

describe('the API key', () => {
  it('is masked, and nothing else is written', () => {
    expect(readOne('api-key', ` ${KEY}\n`).stdout).toBe(`::add-mask::${KEY}\n`);
    expect(readOne('wait', 'perhaps').stdout).toBe(`::add-mask::${KEY}\n`);
    expect(readOne('api-key', 'a b%c\nd').stdout).toBe('::add-mask::a b%25c%0Ad\n');
    expect(readOne('api-key', '').stdout).toBe('');
  });

  it.each(optionalNames.concat('endpoint-id'))('is not shown where %s holds the same text', (input) => {
    // Without the beginning that gives a key away, too.
    for (const key of [KEY, 'Gh/+secret=0123']) {
      const encoded = encodeURIComponent(`${key} é`);
      for (const text of [`${key} x`, `x é${key}`, encoded, `http://h.example/${key}`]) {
        const { issues } = read({ ...required, 'api-key': key, [input]: `${text} é` });
        expect(issues).toHaveLength(1);
        expect(issues[0]).not.toMatch(/0123|secret/);
      }
    }
  });

  it.each(optionalNames)('of somebody else is not shown where it was pasted as %s', (input) => {
    const prefixes = ['', 'Bearer ', 'TOKEN=', '"', '\u200b', 'https://h é/', 'https://h é?key=', 'é\n'];
    for (const prefix of prefixes) {
      for (const key of ['flp_hidden123', 'FLP_hidden123', 'fl\u200bp_hid\u2060den123', 'flp%5Fhidden123']) {
        const { issues } = readOne(input, `${prefix}${key} é`);
        expect(issues).toHaveLength(1);
        expect(issues[0]).not.toMatch(/hid|123/);
      }
    }
  });
});

/** What the environment can hold, for a given key; awkward values more often than chance would bring them. */
const anyValue: fc.Arbitrary<(key: string) => string> = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom(...'.:/@?#,- \n'),
      fc.constantFrom(
        ...['https://', 'http://', 'localhost', '127.0.0.1', 'FAILED', 'true', '1', '::', '##['],
      ),
      fc.constantFrom<(key: string) => string>(
        (key) => key,
        (key) => encodeURIComponent(key),
        (key) => Buffer.from(key).toString('base64'),
      ),
    ),
    { maxLength: 6 },
  )
  .map((pieces) => (key) => {
    const value = pieces.map((piece) => (typeof piece === 'string' ? piece : piece(key))).join('');
    return value.replaceAll('\0', '');
  });

const anyValues = fc.record(Object.fromEntries(inputNames.map((name) => [name, anyValue])));

/** Long and odd enough not to stand in a sentence of our own by chance; as the environment holds it. */
const anyKey = fc
  .oneof(
    fc.string({ unit: 'binary', minLength: 6, maxLength: 30 }),
    fc.string({ minLength: 6, maxLength: 30 }).map((text) => `flp_${text}`),
  )
  .map((text) => Buffer.from(text.replaceAll(/[\0*]/g, '')).toString().trim())
  .filter((text) => text.length >= 6);

describe('for any values, reading the inputs', () => {
  it('gives inputs or an InputError, shows no key, and writes the mask alone', () => {
    fc.assert(
      fc.property(anyKey, anyValues, (apiKey, valuesFor) => {
        const values = Object.entries(valuesFor).map(([name, valueFor]) => [name, valueFor(apiKey)]);
        const { inputs, issues, stdout } = read({ ...Object.fromEntries(values), 'api-key': apiKey });
        expect(inputs === undefined).toBe(issues.length > 0);
        expect(issues.filter((issue) => issue.includes(apiKey))).toEqual([]);
        expect(issues.filter((issue) => /[\p{Cc}\u2028\u2029]/u.test(issue))).toEqual([]);
        expect(stdout).toMatch(/^::add-mask::[^\r\n]+\n$/);
      }),
      { numRuns: 500 },
    );
  });

  it('passes on only values that keep their rule', () => {
    fc.assert(
      fc.property(anyValues, (valuesFor) => {
        for (const [name, valueFor] of Object.entries(valuesFor)) {
          const { inputs } = readOne(name, valueFor(KEY));
          if (inputs === undefined) continue;
          const { endpointId, apiKey, team, apiUrl } = inputs;
          expect([endpointId, apiKey, team].join()).toMatch(
            /^(?!flp_.)[\w-]{1,128},[!-~]{1,512},[!-~]{0,512}$/,
          );
          expect(apiUrl).toMatch(
            /^(https:\/\/[^/@?#]+(\/[^?#]*)?|http:\/\/(localhost|127(\.\d+){3}|\[::1\])(:\d+)?([/].*)?)(?<!\/)$/,
          );
          const { restartOn, timeoutMs, pollIntervalMs = 100, attempts, stableForMs } = inputs.policy;
          expect(restartOn.join()).toMatch(/^(FAILED|TERMINATED|FAILED,TERMINATED)$/);
          expect(timeoutMs > 0 && timeoutMs <= 432_000_000).toBe(true);
          expect(pollIntervalMs >= 100 && pollIntervalMs <= 300_000).toBe(true);
          expect([attempts, stableForMs <= 600_000]).toEqual([1, true]);
        }
      }),
      { numRuns: 300 },
    );
  });
});
