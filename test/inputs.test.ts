import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { InputError, type Inputs, readInputs } from '../src/inputs.js';

// Hundreds of random readings take a second, and several where the machine has much else to do.
vi.setConfig({ testTimeout: 30_000 });

const KEY = 'flp_0123456789abcdef';
const required = { 'endpoint-id': 'dep-1_A', 'api-key': KEY };
const defaults: Inputs = {
  endpointId: 'dep-1_A',
  apiKey: KEY,
  team: '',
  wait: false,
  timeoutMinutes: 60,
  pollIntervalSeconds: undefined,
  restartOn: ['FAILED', 'TERMINATED'],
  apiUrl: 'https://api.friendli.ai',
};

type Values = Readonly<Record<string, string>>;

const environment = { ...process.env };

function clearInputs(): void {
  for (const name of Object.keys(process.env)) if (name.startsWith('INPUT_')) delete process.env[name];
}

beforeEach(clearInputs);

afterEach(() => {
  clearInputs();
  Object.assign(process.env, environment);
  vi.restoreAllMocks();
});

/** What came of reading the inputs, and all that went to stdout meanwhile. */
interface Reading {
  readonly inputs: Inputs | undefined;
  readonly problems: readonly string[];
  readonly message: string;
  readonly stdout: string;
}

/** Reads as the action does that the runner starts with these values. */
function read(values: Values): Reading {
  clearInputs();
  for (const [name, value] of Object.entries(values)) process.env[`INPUT_${name.toUpperCase()}`] = value;
  let stdout = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    stdout += String(chunk);
    return true;
  });
  try {
    return { inputs: readInputs(), problems: [], message: '', stdout };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { inputs: undefined, problems: error.problems, message: error.message, stdout };
  } finally {
    write.mockRestore();
  }
}

/** Reads one input beside good ones. */
function readOne(name: string, value: string): Reading {
  return read({ ...required, [name]: value });
}

describe('good inputs', () => {
  it('need an ID and a key, no more', () => {
    expect(read(required).inputs).toEqual(defaults);
  });

  it('are empty for their defaults, as on a schedule', () => {
    const optional = ['team', 'wait', 'timeout-minutes', 'poll-interval', 'restart-on', 'api-url'];
    for (const value of ['', '  ', '\n']) {
      const empty = Object.fromEntries(optional.map((name) => [name, value]));
      expect(read({ ...required, ...empty }).inputs).toEqual(defaults);
    }
  });

  const good: [input: string, value: string, expected: Partial<Inputs>][] = [
    ['endpoint-id', 'a', { endpointId: 'a' }],
    ['endpoint-id', '  depABC123\n', { endpointId: 'depABC123' }],
    ['endpoint-id', 'azAZ09_-', { endpointId: 'azAZ09_-' }],
    ['endpoint-id', '-', { endpointId: '-' }],
    ['endpoint-id', 'a'.repeat(128), { endpointId: 'a'.repeat(128) }],
    ['endpoint-id', 'my_flp_x', { endpointId: 'my_flp_x' }],
    ['api-key', '  flp_x \n', { apiKey: 'flp_x' }],
    ['api-key', '!', { apiKey: '!' }],
    ['api-key', 'bearer', { apiKey: 'bearer' }],
    ['api-key', 'a~ÿ"%:', { apiKey: 'a~ÿ"%:' }],
    ['api-key', 'x'.repeat(5_000), { apiKey: 'x'.repeat(5_000) }],
    ['team', 'team-1', { team: 'team-1' }],
    ['team', ' team-1 ', { team: 'team-1' }],
    ['team', '!~', { team: '!~' }],
    ...['true', 'True', 'TRUE', ' true '].map((value): [string, string, Partial<Inputs>] => [
      'wait',
      value,
      { wait: true },
    ]),
    ...['false', 'False', 'FALSE'].map((value): [string, string, Partial<Inputs>] => [
      'wait',
      value,
      { wait: false },
    ]),
    ['timeout-minutes', '90', { timeoutMinutes: 90 }],
    ['timeout-minutes', '7200', { timeoutMinutes: 7200 }],
    ['timeout-minutes', '7200.0', { timeoutMinutes: 7200 }],
    ['timeout-minutes', '0.001', { timeoutMinutes: 0.001 }],
    ['timeout-minutes', '.5', { timeoutMinutes: 0.5 }],
    ['timeout-minutes', '.25', { timeoutMinutes: 0.25 }],
    ['timeout-minutes', '10.25', { timeoutMinutes: 10.25 }],
    ['timeout-minutes', '5.', { timeoutMinutes: 5 }],
    ['timeout-minutes', '007', { timeoutMinutes: 7 }],
    ['poll-interval', '0.1', { pollIntervalSeconds: 0.1 }],
    ['poll-interval', '.1', { pollIntervalSeconds: 0.1 }],
    ['poll-interval', '300', { pollIntervalSeconds: 300 }],
    ['poll-interval', '12.5', { pollIntervalSeconds: 12.5 }],
    ['restart-on', 'FAILED', { restartOn: ['FAILED'] }],
    ['restart-on', 'TERMINATED', { restartOn: ['TERMINATED'] }],
    ['restart-on', 'failed', { restartOn: ['FAILED'] }],
    ['restart-on', 'Terminated, Failed', { restartOn: ['FAILED', 'TERMINATED'] }],
    ['restart-on', 'FAILED TERMINATED', { restartOn: ['FAILED', 'TERMINATED'] }],
    ['restart-on', 'FAILED,TERMINATED', { restartOn: ['FAILED', 'TERMINATED'] }],
    ['restart-on', 'FAILED\nTERMINATED\n', { restartOn: ['FAILED', 'TERMINATED'] }],
    ['restart-on', 'FAILED\r\n\tTERMINATED', { restartOn: ['FAILED', 'TERMINATED'] }],
    ['restart-on', ', ,TERMINATED,, ', { restartOn: ['TERMINATED'] }],
    ['restart-on', 'FAILED, failed', { restartOn: ['FAILED'] }],
    ['api-url', 'https://api.friendli.ai/', { apiUrl: 'https://api.friendli.ai' }],
    ['api-url', 'https://api.friendli.ai//', { apiUrl: 'https://api.friendli.ai' }],
    [
      'api-url',
      ' https://gateway.example:8443/friendli/ ',
      { apiUrl: 'https://gateway.example:8443/friendli' },
    ],
    ['api-url', 'HTTPS://API.FRIENDLI.AI', { apiUrl: 'https://api.friendli.ai' }],
    ['api-url', 'https://h.example/a@b:c', { apiUrl: 'https://h.example/a@b:c' }],
    ['api-url', 'https://h.example/x:y@z', { apiUrl: 'https://h.example/x:y@z' }],
    ['api-url', 'https://10.0.0.1', { apiUrl: 'https://10.0.0.1' }],
    ['api-url', 'http://localhost', { apiUrl: 'http://localhost' }],
    ['api-url', 'http://LocalHost:8080/', { apiUrl: 'http://localhost:8080' }],
    ['api-url', 'http://127.0.0.1:8080', { apiUrl: 'http://127.0.0.1:8080' }],
    ['api-url', 'http://127.10.20.30', { apiUrl: 'http://127.10.20.30' }],
    ['api-url', 'http://127.255.0.254', { apiUrl: 'http://127.255.0.254' }],
    ['api-url', 'http://[::1]:8080', { apiUrl: 'http://[::1]:8080' }],
    ['api-url', 'http://[0:0:0:0:0:0:0:1]', { apiUrl: 'http://[::1]' }],
  ];

  it.each(good)('%s may be %j', (input, value, expected) => {
    expect(readOne(input, value).inputs).toEqual({ ...defaults, ...expected });
  });
});

const idRule = ['Dedicated Endpoint', 'letters, digits, "-" and "_"', 'at most 128 characters'];
const numberOfMinutes = ['number of minutes above 0 and up to 7200', '90', '0.5'];
const numberOfSeconds = ['number of seconds from 0.1 to 300', '10', '0.5'];
const trueOrFalse = ['true or false', 'True, TRUE, False, FALSE'];
const twoStatuses = ['FAILED, TERMINATED or both', 'commas, spaces or lines', 'is neither'];
const httpsOnly = ['https: URL', 'never sent in the clear', 'http: only to a loopback host'];
const noExtras = ['without user, query and fragment'];

describe('bad inputs', () => {
  const bad: [input: string, value: string, expected: readonly string[]][] = [
    ['endpoint-id', '', ['is required but empty', ...idRule]],
    ['endpoint-id', '  \n', ['is required but empty', ...idRule]],
    ['endpoint-id', 'a'.repeat(129), ['129 characters were pasted', `"${'a'.repeat(129)}"`, ...idRule]],
    [
      'endpoint-id',
      'https://friendli.ai/suite/t/p/dedicated-endpoints/dep1',
      ['a URL was pasted', '"https://friendli.ai/suite/t/p/dedicated-endpoints/dep1"', ...idRule],
    ],
    ['endpoint-id', 'HTTPS://x', ['a URL was pasted', '"HTTPS://x"', ...idRule]],
    ['endpoint-id', 'git+ssh-1.x://y', ['a URL was pasted', ...idRule]],
    ['endpoint-id', '/dedicated/dep1', ['a path was pasted', '"/dedicated/dep1"', ...idRule]],
    ['endpoint-id', 'dep1/status', ['a path was pasted', '"dep1/status"', ...idRule]],
    ['endpoint-id', '../dep1', ['a path was pasted', '"../dep1"', ...idRule]],
    ['endpoint-id', 'a\\b', ['a path was pasted', '"a\\b"', ...idRule]],
    ['endpoint-id', 'see https://x', ['a path was pasted', ...idRule]],
    ['endpoint-id', '.', ['"." is a folder\'s name', ...idRule]],
    ['endpoint-id', '..', ['".." is a folder\'s name', ...idRule]],
    ['endpoint-id', '..a', ['"..a" has characters that no ID has', ...idRule]],
    ['endpoint-id', 'a..', ['"a.." has characters that no ID has', ...idRule]],
    [
      'endpoint-id',
      'dep1:my-adapter',
      ['an ID with an adapter', '"dep1:my-adapter"', 'the part before the ":"'],
    ],
    ['endpoint-id', 'd:', ['an ID with an adapter', '"d:"', 'the part before the ":"']],
    ['endpoint-id', ':adapter', ['":adapter" has characters that no ID has', ...idRule]],
    ['endpoint-id', 'a b:c', ['"a b:c" has characters that no ID has', ...idRule]],
    ['endpoint-id', 'dep 1', ['"dep 1" has characters that no ID has', ...idRule]],
    ['endpoint-id', 'dép1', ['"dép1" has characters that no ID has', ...idRule]],
    ['endpoint-id', 'dep1?x', ['has characters that no ID has', ...idRule]],
    ['endpoint-id', 'dep1\nx', ['"dep1 x" has characters that no ID has', ...idRule]],
    ['endpoint-id', 'dep1%2F', ['has characters that no ID has', ...idRule]],
    ['endpoint-id', `${'a'.repeat(127)}.`, ['has characters that no ID has', ...idRule]],
    ['endpoint-id', `${'a'.repeat(128)}.`, ['129 characters were pasted', ...idRule]],
    ['team', 'my team', ['team ID of printable ASCII characters without spaces', '"my team"']],
    ['team', 'téam', ['printable ASCII', '"téam"']],
    ['team', 'a\nb', ['printable ASCII', '"a b"']],
    ['team', 'a\u007f', ['printable ASCII', '"a"']],
    ...['yes', 'no', '1', '0', 'on', 'y', 'tRUE', 'true false', 'null'].map(
      (value): [string, string, readonly string[]] => ['wait', value, [...trueOrFalse, `not "${value}"`]],
    ),
    ...[
      ...['0', '0.0', '7200.1', '7201', '-1', '+1', '1e3', '0x10', '1,5', 'Infinity', 'NaN', '.', '1.2.3'],
      ...['5 min', '60s', 'ten', '٣', '1_000', '1 000', '--1', '1-'],
    ].map((value): [string, string, readonly string[]] => [
      'timeout-minutes',
      value,
      [...numberOfMinutes, `not "${value}"`],
    ]),
    ...['0', '0.09', '0.0999', '300.1', '301', '-5', '1e1', '0x10', '1,5', 'Infinity', '.', 'adaptive'].map(
      (value): [string, string, readonly string[]] => [
        'poll-interval',
        value,
        [...numberOfSeconds, `not "${value}"`],
      ],
    ),
    ['restart-on', 'RUNNING', [...twoStatuses, '"RUNNING"']],
    ['restart-on', 'FAILED, SLEEPING, RUNNING', [...twoStatuses, '; "SLEEPING" is neither']],
    ['restart-on', 'FAILED;TERMINATED', [...twoStatuses, '"FAILED;TERMINATED"']],
    ['restart-on', 'FAILEDX', [...twoStatuses, '"FAILEDX"']],
    ['restart-on', '[FAILED]', [...twoStatuses, '"[FAILED]"']],
    ['restart-on', ',', [...twoStatuses, '"," is neither']],
    ['restart-on', ', ,', [...twoStatuses, '", ," is neither']],
    ['api-url', 'api.friendli.ai', ['wanted is a URL such as https://api.friendli.ai', '"api.friendli.ai"']],
    ['api-url', 'https://', ['wanted is a URL such as', '"https://"']],
    ['api-url', 'https://a b', ['wanted is a URL such as', '"https://a b"']],
    ['api-url', 'https://h/a b', ['wanted is a URL such as', '"https://h/a b"']],
    ['api-url', 'https://h\n.example', ['wanted is a URL such as', '"https://h .example"']],
    ['api-url', '\u0001https://h', ['wanted is a URL such as']],
    ['api-url', 'https://h:99999', ['wanted is a URL such as', '"https://h:99999"']],
    ['api-url', 'http://api.friendli.ai', [...httpsOnly, 'not "http://api.friendli.ai"']],
    ['api-url', 'http://10.0.0.1', httpsOnly],
    ['api-url', 'http://128.0.0.1', httpsOnly],
    ['api-url', 'http://0.0.0.0', httpsOnly],
    ['api-url', 'http://127.0.0.1.example', httpsOnly],
    ['api-url', 'http://x127.0.0.1.example', httpsOnly],
    ['api-url', 'http://localhost.example', httpsOnly],
    ['api-url', 'http://my-localhost', httpsOnly],
    ['api-url', 'http://[::2]', httpsOnly],
    ['api-url', 'ftp://localhost', httpsOnly],
    ['api-url', 'file:///etc/passwd', httpsOnly],
    ['api-url', 'localhost:8080', httpsOnly],
    ['api-url', 'https://h?', [...noExtras, 'not "https://h?"']],
    ['api-url', 'https://h/?a=b', noExtras],
    ['api-url', 'https://h#', noExtras],
    ['api-url', 'https://h/#a', noExtras],
    ['api-url', 'https://@h', [...noExtras, 'not "https://***@h"']],
    ['api-url', 'https://:@h', noExtras],
    ['api-url', 'https://user@h', [...noExtras, 'not "https://***@h"']],
    ['api-url', 'http://user:pass@localhost:80', [...noExtras, 'not "http://***@localhost:80"']],
    ['api-url', 'HTTPS:\\\\user@h', noExtras],
    ['api-url', 'https:user@h', noExtras],
  ];

  it.each(bad)('%s may not be %j', (input, value, expected) => {
    const { inputs, problems } = readOne(input, value);
    expect(inputs).toBeUndefined();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${input}: .*\\.$`));
    for (const part of expected) expect(problems[0]).toContain(part);
  });

  it('are told all at once, one line for each, in the order in which they are read', () => {
    const { problems, message } = read({
      'endpoint-id': 'a/b',
      'api-key': '',
      team: 'a b',
      wait: 'perhaps',
      'timeout-minutes': '0',
      'poll-interval': '0',
      'restart-on': 'RUNNING',
      'api-url': 'ftp://h',
    });
    expect(problems.map((problem) => problem.slice(0, problem.indexOf(':')))).toEqual([
      ...[
        'endpoint-id',
        'api-key',
        'team',
        'wait',
        'timeout-minutes',
        'restart-on',
        'api-url',
        'poll-interval',
      ],
    ]);
    expect(message).toBe(problems.join('\n'));
  });

  it('are an InputError, by its name too', () => {
    const error = new InputError(['one', 'two']);
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe('InputError');
  });

  it('are shown on one line, without a workflow command, and cut', () => {
    expect(readOne('team', '::error::x y').problems[0]).toContain('not ": :error::x y"');
    expect(readOne('team', 'a\n##[error]x').problems[0]).toContain('not "a ## [error]x"');
    expect(readOne('team', ' é'.repeat(600)).problems[0]?.length).toBeLessThan(620);
  });
});

describe('the API key', () => {
  it.each(['', '   ', '\n'])('is missed when it is %j, with what may be the reason', (value) => {
    const { problems, stdout } = readOne('api-key', value);
    expect(problems).toHaveLength(1);
    for (const part of [
      'api-key: is required but empty',
      'Is the secret set under the name that the workflow uses?',
      'not passed to runs from forks and Dependabot',
    ]) {
      expect(problems[0]).toContain(part);
    }
    expect(stdout).toBe('');
  });

  it('is missed where the runner gives no such variable', () => {
    expect(read({ 'endpoint-id': 'dep1' }).problems).toEqual([
      expect.stringContaining('api-key: is required but empty'),
    ]);
    expect(read({ 'api-key': KEY }).problems).toEqual([
      expect.stringContaining('endpoint-id: is required but empty'),
    ]);
  });

  it.each(['Bearer flp_secret1', 'bearer\tflp_secret1', 'BEARER \n flp_secret1'])(
    'may not be %j: that is a header, not a key',
    (value) => {
      const { problems } = readOne('api-key', value);
      expect(problems).toEqual([expect.stringContaining('starts with "Bearer "')]);
      expect(problems[0]).toContain('wanted is the key alone (flp_…)');
      expect(problems[0]).toContain('not shown');
    },
  );

  it.each([
    ['a space', 'flp_secret1 secret2'],
    ['a tab', 'flp_secret1\tsecret2'],
    ['a line break', 'flp_secret1\nsecret2'],
    ['a no-break space', 'flp_secret1\u00a0secret2'],
    ['a control character', 'flp_secret1\u0001secret2'],
    ['DEL', 'flp_secret1\u007fsecret2'],
    ['a C1 control character', 'flp_secret1\u0085secret2'],
    ['a character outside of Latin-1', 'flp_secret1\u0100secret2'],
    ['a character of an upper plane', 'flp_secret1👍secret2'],
    ['the word "bearer" further on', 'flp_secret1 bearer secret2'],
  ])('may not have %s inside, and is not shown', (_, value) => {
    const { problems } = readOne('api-key', value);
    expect(problems).toHaveLength(1);
    for (const part of [
      'api-key: has white space, a line break or another character inside that no key can have',
      'Was it pasted whole, and nothing else with it?',
      'The value is not shown.',
    ]) {
      expect(problems[0]).toContain(part);
    }
    expect(problems[0]).not.toMatch(/secret\d/);
  });

  it('is masked first of all, and nothing else is written', () => {
    expect(readOne('api-key', ` ${KEY}\n`).stdout).toBe(`::add-mask::${KEY}\n`);
    expect(readOne('wait', 'perhaps').stdout).toBe(`::add-mask::${KEY}\n`);
    expect(readOne('api-key', 'a b%c\nd').stdout).toBe('::add-mask::a b%25c%0Ad\n');
  });

  it('is masked before another input is looked at', () => {
    const order: string[] = [];
    process.env['INPUT_API-KEY'] = KEY;
    vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      order.push(String(chunk).trim());
      return true;
    });
    const real = process.env;
    process.env = new Proxy(real, {
      get(target, name, receiver) {
        if (String(name).startsWith('INPUT_')) order.push(String(name));
        return Reflect.get(target, name, receiver);
      },
    });
    try {
      expect(readInputs).toThrow(InputError);
    } finally {
      process.env = real;
    }
    expect(order.slice(0, 2)).toEqual(['INPUT_API-KEY', `::add-mask::${KEY}`]);
  });

  it.each(['endpoint-id', 'team', 'wait', 'timeout-minutes', 'poll-interval', 'restart-on', 'api-url'])(
    'is not shown when %s holds the same text',
    (input) => {
      // Without the beginning by which a key is known, too.
      for (const key of [KEY, 'Gh/+secret=x']) {
        const values = [`${key} x`, `x é${key}`, encodeURIComponent(`${key} é`), `http://h.example/${key}`];
        for (const value of values.map((text) => `${text} é`)) {
          const { problems } = read({ ...required, 'api-key': key, [input]: value });
          expect(problems).toHaveLength(1);
          expect(problems[0]).not.toMatch(/0123456789|secret/);
        }
      }
    },
  );

  it.each(['flp_other-secret', 'FLP_other-secret', 'flp_other secret'])(
    'is known by its beginning, and not shown, when %j was pasted as endpoint-id',
    (value) => {
      const { problems } = readOne('endpoint-id', value);
      expect(problems).toEqual([expect.stringContaining('endpoint-id: an API key (flp_…) was pasted')]);
      for (const part of idRule) expect(problems[0]).toContain(part);
      expect(problems[0]).not.toMatch(/other/i);
    },
  );
});

describe('a password in a URL', () => {
  it.each([
    ['https://user:hunter2@h?', '"https://***@h?"'],
    ['http://user:hunter2@h.example', '"http://***@h.example"'],
    ['https://user:hun/hunter2@h', '"https://***@h"'],
    ['https://user:hun#hunter2@h', '"https://***@h"'],
    ['https://user:hun?hunter2@h', '"https://***@h"'],
    ['https://user:h@hunter2@h', '"https://***@h"'],
    ['https://user:hunter2\n@h', '"https://***@h"'],
    ['ht\ntps://user:hunter2@h', '"***@h"'],
    ['user:hunter2@h', '"***@h"'],
    ['hunter2@h', '"***@h"'],
    [`https://user:hunter2${'x'.repeat(600)}@h?`, '"https://***@h?"'],
  ])('is not shown: api-url %j', (value, shown) => {
    const { problems } = readOne('api-url', value);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(shown);
    expect(problems[0]).not.toMatch(/user:|hunter2/);
  });

  it('is not shown when the URL was pasted as endpoint-id', () => {
    const { problems } = readOne('endpoint-id', 'https://user:hunter2@h/dep1');
    expect(problems).toEqual([expect.stringContaining('a URL was pasted, "https://***@h/dep1"')]);
  });
});

const inputNames = [
  ...['endpoint-id', 'api-key', 'team', 'wait', 'timeout-minutes', 'poll-interval', 'restart-on', 'api-url'],
] as const;

/** What the environment can hold, for a given key; the awkward values more often than chance would bring them. */
const anyValue: fc.Arbitrary<(key: string) => string> = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom(...'.:/@?#,- \n'),
      fc.constantFrom(
        ...['https://', 'http://', 'localhost', '127.0.0.1', 'FAILED', 'true', '1', '0.5', '::', '##['],
      ),
      fc.constantFrom<(key: string) => string>(
        (key) => key,
        (key) => encodeURIComponent(key),
        (key) => Buffer.from(key).toString('base64'),
      ),
    ),
    { maxLength: 6 },
  )
  .map(
    (pieces) => (key) =>
      pieces
        .map((piece) => (typeof piece === 'string' ? piece : piece(key)))
        .join('')
        .replaceAll('\0', ''),
  );

const anyValues = fc.record(Object.fromEntries(inputNames.map((name) => [name, anyValue])));

/** Long and odd enough not to stand in any sentence of our own by chance. */
const anyKey = fc.oneof(
  fc.string({ unit: 'binary', minLength: 6, maxLength: 30 }),
  fc.string({ minLength: 6, maxLength: 30 }).map((text) => `flp_${text}`),
);

describe('for any values, reading the inputs', () => {
  it('gives inputs or an InputError, shows no key, and writes the mask alone', () => {
    const key = anyKey
      // The environment holds UTF-8 without NUL, and a value is trimmed; stars are what takes the place of a key.
      .map((text) => Buffer.from(text.replaceAll(/[\0*]/g, '')).toString().trim())
      .filter((text) => text.length >= 6);
    fc.assert(
      fc.property(key, anyValues, (apiKey, valuesFor) => {
        const values = Object.fromEntries(
          Object.entries(valuesFor).map(([name, valueFor]) => [name, valueFor(apiKey)]),
        );
        const { inputs, problems, stdout } = read({ ...values, 'api-key': apiKey });
        expect(inputs === undefined).toBe(problems.length > 0);
        expect(problems.filter((problem) => problem.includes(apiKey))).toEqual([]);
        expect(problems.filter((problem) => /[\p{Cc}\u2028\u2029]/u.test(problem))).toEqual([]);
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
          expect(inputs.endpointId).toMatch(/^[\w-]{1,128}$/);
          expect(inputs.apiKey).toMatch(/^[!-~\xa1-\xff]+$/);
          expect(inputs.team).toMatch(/^[!-~]*$/);
          expect(inputs.timeoutMinutes > 0 && inputs.timeoutMinutes <= 7_200).toBe(true);
          const { pollIntervalSeconds: seconds = 1 } = inputs;
          expect(seconds >= 0.1 && seconds <= 300).toBe(true);
          expect(inputs.restartOn.join()).toMatch(/^(FAILED|TERMINATED|FAILED,TERMINATED)$/);
          expect(inputs.apiUrl).toMatch(
            /^(https:\/\/[^/@?#]+(\/[^?#]*)?|http:\/\/(localhost|127(\.\d+){3}|\[::1\])(:\d+)?([/].*)?)$/,
          );
          expect(inputs.apiUrl).not.toMatch(/\/$/);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('never shows a password of a URL', () => {
    const secret = 'hunter2';
    const noise = fc.string({ unit: 'binary', maxLength: 8 });
    fc.assert(
      fc.property(
        noise,
        noise,
        noise,
        noise,
        fc.constantFrom('api-url', 'endpoint-id'),
        (a, b, c, d, input) => {
          const value = `https://${a}:${b}${secret}${c}@host/${d}`.replaceAll('\0', '');
          expect(readOne(input, value).problems.join('\n')).not.toContain(secret);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('takes any decimal number within the bounds, and no other', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 10_000, noNaN: true }), (number) => {
        const text = number.toFixed(4);
        const value = Number(text);
        const { timeoutMinutes } = readOne('timeout-minutes', text).inputs ?? {};
        expect(timeoutMinutes).toBe(value > 0 && value <= 7_200 ? value : undefined);
        const { pollIntervalSeconds } = readOne('poll-interval', text).inputs ?? {};
        expect(pollIntervalSeconds).toBe(value >= 0.1 && value <= 300 ? value : undefined);
      }),
      { numRuns: 300 },
    );
  });
});
