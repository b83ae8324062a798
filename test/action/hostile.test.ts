import { createServer } from 'node:http';
import { describe, expect } from 'vitest';
import { type ActionResult, outputNames } from './run-action.js';
import { apiKey, matching, respond, scripted, state, test, wait, wordsOf } from './test-context.js';

const texts: [name: string, text: string][] = [
  ['a command after a line break', 'FAILED\n::set-output name=outcome::forged\u2028::error::x'],
  ['a command after odd whitespace', '\u0085\u00a0\u2003\v::stop-commands::x'],
  ['old commands, one behind a control character', 'FAILED ##[error]x ##\u0000[error]y'],
  ['an output of its own', 'FAILED\noutcome=restarted\nstatus<<EOF\nRUNNING\nEOF'],
  ['terminal sequences', '\u001b[31mFAILED\u001b[0m\u001b]0;title\u0007\u009b2J'],
  ['links', '[x](https://evil.example) Friendli Suite (https://evil.example) [^1]: z @octocat'],
  ['HTML and entities', '<img src=x onerror=alert(1)><!-- --></table>&lt;img src=x&gt;'],
  ['cells, code, and mathematics', 'a | b \\| c\n| --- | --- |\n`x` ```\n~~~ $\\unicode{x}$ $$x$$'],
  ['Mermaid', '%%{init: {}}%%\nsection x\ny :done, 0, 1\nclick a href "https://evil.example"'],
  ['100 kB of line breaks', `${'\n'.repeat(100_000)}::error::x`],
  ['halves of characters', `\ud800${'😀'.repeat(300)}\udc00`],
];

const keys: [name: string, key: string][] = [
  ['as keys look', apiKey],
  ['of characters that URLs, JSON, and HTML escape', 'flp_a+b/c=&"d\'<e>\\f%g'],
  ['of characters with a meaning in patterns and commands', 'flp_.*+?^$()|[]{}$&%0A::error::##[error]'],
  ['of 512 characters', `flp_${'aB3dE6gH'.repeat(64)}`.slice(0, 512)],
  ['of seven characters', 'k7#Q_z!'],
];

/** The key in every form in which a server could echo it. */
function echoesOf(key: string): string {
  const rest = key.replace(/^flp_/, '');
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  return [
    ...[rest, key.slice(0, 300), encodeURIComponent(key), base64(key), base64(`x${key}`), base64(rest)],
    ...[Buffer.from(`Bearer ${key}`).toString('base64url'), JSON.stringify({ authorization: key })],
    ...[[...key].join('\u200b'), [...key].join('<b></b>'), [...key].join('\n  ')],
  ].join(' ');
}

describe.concurrent('API responses are treated as data and never reveal the key', () => {
  const echoes = keys.map(([name, key]) => [`an echo of a key ${name}`, echoesOf(key), key] as const);
  test.for<readonly [name: string, text: string, key?: string]>([...texts, ...echoes])(
    'when the response is %s',
    async ([_, text, key = apiKey], { context }) => {
      const html = { respond: { status: 503, body: text, headers: { 'Content-Type': 'text/html' } } };
      const withoutPrefix = state('FAILED', { errorCode: key.replace(/^flp_/, '') });
      const states = [state(text, { phase: text, errorCode: text }), withoutPrefix];
      const refusal = respond(403, { error: { message: text }, detail: text });
      scripted('status', html, respond(200, text), ...states, refusal).forEach(context.simulator.fault);
      const inputs = { ...wait, 'poll-interval': '10', 'api-key': key };
      const result = await context.run({ inputs, env: { RUNNER_DEBUG: '1' }, skipPauses: true });
      expect(result.outputs['outcome']).toBe('error');
      expect(result.annotations.map(({ name }) => name)).toEqual(['warning', 'warning', 'error']);
      expect(result.summary).toContain('HTTP 403');
      if (key !== apiKey) expect(result.outputs['previousStatus']).toContain('***');
      expectHarmless(result);
    },
  );

  test('when it is in the reason phrase, the headers, and the Location', async ({ context }) => {
    const text = '##[error]x';
    const head = `HTTP/1.1 302 ${text}\r\nLocation: ${text}\r\nRetry-After: ${text}\r\nContent-Length: 0\r\n\r\n`;
    const url = await context.listen((socket) => socket.once('data', () => socket.end(head)));
    expectHarmless(await context.run({ inputs: { 'api-url': url } }));
  });
});

describe.concurrent('invalid inputs are treated as data and never reveal the key', () => {
  const names = ['endpoint-id', 'team', 'wait', 'restart-on', 'attempts', 'api-url', 'poll-interval'];
  // An environment variable cannot hold NUL, and each text is invalid for each input.
  const values = texts.map(([, text]) => `${text.replaceAll('\0', '')} /`);
  const pasted = keys.map(([, key]) => [key, `a ${key}`, ...names.slice(2).map(() => key), key]);
  // So long that a pattern that backtracks would not end.
  const long = [`a b${'/'.repeat(120_000)}`, 'a b', 'x', 'x', '9', `https://h${'/'.repeat(120_000)}?`];
  const lists = [values.slice(0, 7), values.slice(4), long, ...pasted];

  test.for(lists)('for list %#', async (given, { context }) => {
    const inputs = Object.fromEntries(names.map((name, at) => [name, given[at] ?? '/']));
    const result = await context.run({ inputs: { 'api-key': given[names.length] ?? apiKey, ...inputs } });
    expect(result.annotations.map(({ name }) => name)).toEqual(['error']);
    expect(result.annotations[0]?.data.match(/^[a-z-]+: expected/gm)).toHaveLength(names.length);
    expectHarmless(result);
  });

  test('even another key, recognized by its prefix', async ({ context }) => {
    const other = 'flp_0therKey0therKey';
    const result = await context.run({
      inputs: {
        ...{ 'endpoint-id': other, team: `Bearer ${other}`, wait: `TOKEN=${other}`, wake: `\u200b${other}` },
        ...{ 'api-url': `https://h/?key=x&key=${other}`, 'restart-on': other.replace('K', '\u00adK') },
      },
    });
    expect(result.annotations[0]?.data.match(/^[a-z-]+: expected/gm)).toHaveLength(6);
    expect(`${result.stdout}${result.summary}${JSON.stringify(result.outputs)}`).not.toMatch(/0ther|Key/);
  });
});

test('a one-character key does not redact the action’s own text', async ({ context }) => {
  context.simulator.endpoint('demo', { errorCode: 'WORKLOAD_INIT_DOWNLOAD_ERROR' });
  const { outputs } = await context.run({ inputs: { ...wait, 'api-key': 'E' } });
  expect(outputs).toMatchObject({ status: 'RUNNING', previousErrorCode: 'WORKLOAD_INIT_DOWNLOAD_ERROR' });
});

test('constantly changing 1 MiB states exhaust neither memory nor the log nor files', async ({ context }) => {
  let count = 0;
  const server = createServer((_, response) => {
    count += 1;
    const [text, updatedAt] = [`${count} `.padEnd(10_000, 'x'), `${count} `.padEnd(900_000, 'x')];
    const body = { status: text, phase: text, errorCode: text, updatedAt, createdAt: '2025-01-01T00:00:00Z' };
    response.end(JSON.stringify(body));
  });
  const url = await context.listen((socket) => void server.emit('connection', socket));
  const inputs = { ...wait, 'api-url': url, 'timeout-minutes': '25', 'poll-interval': '5' };
  // A hundred states would fill this heap.
  const env = { NODE_OPTIONS: '--max-old-space-size=64' };
  const result = await context.run({ inputs, env, skipPauses: true });
  expect(result.outputs).toMatchObject({ outcome: 'timed-out', previousStatus: matching('^1 x') });
  // The last value, although it was not written in between; the deadline can cut one more request short.
  expect([count - 1, count]).toContain(Number.parseInt(result.outputs['status'] ?? '', 10));
  expect(count).toBeGreaterThan(100);
  const bound = '100 changes so far; no more are logged until the end of the run';
  expect(wordsOf(result).filter((line) => line === bound)).toHaveLength(1);
  expect(result.log.length).toBeLessThan(150);
  expect(JSON.stringify(result.writes).length).toBeLessThan(1 << 20);
  expect(result.summary.length).toBeLessThan(100_000);
});

/** Nothing that came from outside has an effect. */
function expectHarmless({ stdout, writes, outputs, summary, annotations }: ActionResult): void {
  expect(Object.keys(outputs).sort()).toEqual([...outputNames].sort());
  for (const [name, value] of writes) {
    expect(value.length, name).toBeLessThanOrEqual(name === 'message' ? 8_000 : 500);
    expect(value, name).not.toMatch(unprintable);
  }
  for (const line of stdout.split('\n')) expect(line).not.toMatch(unprintable);
  for (const { data } of annotations) expect(data.length).toBeLessThanOrEqual(4_096);
  expectPlainMarkdown(summary);
}

const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u;

/** What only foreign text would bring into a summary if nothing escaped it; links lead to Friendli alone. */
const markup =
  /<(?!\/?code>|wbr>|br>)|\]\((?!https:\/\/friendli\.ai\/)|!\[(?!(?:NOTE|WARNING|CAUTION)\])|\]:|\[\^|```|~~~|:\/\/evil|www\.evil|@octocat|\$\$/;

/** The summary has the action's own markup and no other. */
function expectPlainMarkdown(summary: string): void {
  // The diagram has rules of its own.
  const lines = summary.replaceAll(/^```mermaid\n[\s\S]*?^```$/gm, '').split('\n');
  for (const line of lines) {
    // The word joiner, which keeps GitHub from seeing a mention, is the only invisible character of our own.
    expect(line.replaceAll('\u2060', '')).not.toMatch(unprintable);
    expect(line.replaceAll(/\\[!-/:-@[-`{-~]/g, '')).not.toMatch(markup);
  }
  const columns = lines
    .filter((line) => line.startsWith('|'))
    .map((row) => row.replaceAll(/\\./g, '').split('|').length);
  expect(new Set(columns).size).toBeLessThanOrEqual(1);
}
