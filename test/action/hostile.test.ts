import { createServer } from 'node:http';
import { describe, expect } from 'vitest';
import type { ActionResult } from './run-action.js';
import { apiKey, respond, test, wait, wordsOf } from './test-context.js';

const texts: [name: string, text: string][] = [
  ['a command after a line break', 'FAILED\n::set-output name=outcome::forged\u2028::error::x'],
  ['a command after odd whitespace', '\u0085\u00a0\u2003\v::stop-commands::x'],
  ['old commands, one behind a control character', 'FAILED ##[error]x ##\u0000[error]y'],
  ['an output of its own', 'FAILED\noutcome=restarted\nstatus<<EOF\nRUNNING\nEOF'],
  ['terminal sequences', '\u001b[31mFAILED\u001b[0m\u001b]0;title\u0007\u009b2J'],
  ['HTML, Markdown, and Mermaid', '<img src=x onerror=alert(1)> [x](https://evil.example) | b\n```\n%%{init: {}}%%'],
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
function echoesOf(key: string): string[] {
  const rest = key.replace(/^flp_/, '');
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  return [
    ...[rest, key.slice(0, 300), encodeURIComponent(key), base64(key), base64(`x${key}`), base64(rest)],
    ...[Buffer.from(`Bearer ${key}`).toString('base64url'), JSON.stringify({ authorization: key })],
    ...[[...key].join('\u200b'), [...key].join('<b></b>'), [...key].join('\n  ')],
  ];
}

describe.concurrent('API responses are treated as data and never reveal the key', () => {
  const echoes = keys.map(([name, key]) => [`an echo of a key ${name}`, echoesOf(key).join(' '), key] as const);
  test.for<readonly [name: string, text: string, key?: string]>([...texts, ...echoes])(
    'when the response is %s',
    async ([_, text, key = apiKey], { context }) => {
      const state = { createdAt: '2025-01-01T00:00:00Z', status: text, phase: text, errorCode: text };
      const faults = [
        { respond: { status: 503, body: text, headers: { 'Content-Type': 'text/html' } } },
        respond(200, text),
        respond(200, state),
        respond(200, { ...state, status: 'FAILED', errorCode: key.replace(/^flp_/, '') }),
        { ...respond(403, { error: { message: text }, detail: text }), times: 99 },
      ];
      for (const [after, fault] of faults.entries()) context.simulator.fault({ on: 'status', after, ...fault });
      const inputs = { ...wait, 'poll-interval': '10', 'api-key': key };
      const result = await context.run({ inputs, env: { RUNNER_DEBUG: '1' }, skipPauses: true });
      expect(result.outputs['outcome']).toBe('error');
      expect(result.annotations.map(({ name }) => name)).toEqual(['warning', 'warning', 'error']);
      expect(result.summary).toContain('HTTP 403');
      if (key !== apiKey) expect(result.outputs['previousStatus']).toContain('***');
      expectHarmless(result, key);
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
  // So long that a pattern that backtracks would not end.
  const long = [`a b${'/'.repeat(120_000)}`, 'a b', 'x', 'x', '9', `https://h${'/'.repeat(120_000)}?`, '/'];
  const pasted = keys.map(([, key]) => [key, `a ${key}`, ...names.slice(2).map(() => key), key]);

  test.for([values.slice(0, 7), values.slice(-7), long, ...pasted])('for list %#', async (given, { context }) => {
    const inputs = Object.fromEntries(names.map((name, at) => [name, given[at] ?? '']));
    const key = given[names.length] ?? apiKey;
    const result = await context.run({ inputs: { 'api-key': key, ...inputs } });
    expect(result.annotations.map(({ name }) => name)).toEqual(['error']);
    expect(result.annotations[0]?.data.match(/^[a-z-]+: expected/gm)).toHaveLength(names.length);
    expectHarmless(result, key);
  });
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
  const inputs = { ...wait, 'api-url': url, 'timeout-minutes': '15', 'poll-interval': '5' };
  // A hundred states would fill this heap.
  const env = { NODE_OPTIONS: '--max-old-space-size=64' };
  const result = await context.run({ inputs, env, skipPauses: true });
  expect(result.outputs).toMatchObject({ outcome: 'timed-out', previousStatus: expect.stringMatching(/^1 x/) });
  // The last value, although it was not written in between; the deadline can cut one more request short.
  expect([count - 1, count]).toContain(Number.parseInt(result.outputs['status'] ?? '', 10));
  expect(count).toBeGreaterThan(100);
  const bound = '100 changes so far; no more are logged until the end of the run';
  expect(wordsOf(result).filter((line) => line === bound)).toHaveLength(1);
  expect(result.log.length).toBeLessThan(150);
  expect(JSON.stringify(result.writes).length).toBeLessThan(1 << 20);
  expect(result.summary.length).toBeLessThan(100_000);
});

/** Nothing that came from outside has an effect, and no echo of the key is shown; `run` checks the rest. */
function expectHarmless({ stdout, writes, summary, annotations }: ActionResult, key = apiKey): void {
  const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u;
  for (const [name, value] of writes) {
    expect(value.length, name).toBeLessThanOrEqual(name === 'message' ? 8_000 : 500);
    expect(value, name).not.toMatch(unprintable);
  }
  // The word joiner, which keeps GitHub from seeing a mention, is the only invisible character of our own.
  const lines = [...stdout.split('\n'), ...summary.replaceAll('\u2060', '').split('\n')];
  expect(lines.filter((line) => unprintable.test(line))).toEqual([]);
  expect(summary).not.toMatch(/<img|\]\(https:\/\/evil/);
  for (const { data } of annotations) expect(data.length).toBeLessThanOrEqual(4_096);
  const shown = stdout.replaceAll(/^::add-mask::.*\n/gm, '') + JSON.stringify(writes) + summary;
  expect(echoesOf(key).filter((echo) => shown.includes(echo))).toEqual([]);
}
