import { createServer } from 'node:http';
import { describe, expect } from 'vitest';
import { type ActionResult, outputNames } from './run-action.js';
import { apiKey, test, wait, wordsOf } from './world.js';

const texts: [name: string, text: string][] = [
  ['a command', '::error::x'],
  ['a command after a line break', 'FAILED\n::set-output name=outcome::forged'],
  ['a command after odd white space', '\u0085\u00a0\u2003\v::stop-commands::x'],
  ['a command after a line separator', 'FAILED\u2028::error::x\u2029::error::y'],
  ['a command of the old kind', 'FAILED ##[error]x'],
  ['an old command behind a control character', '##\u0000[error]x ##\u200b[error]y'],
  ['an output of its own', 'FAILED\noutcome=restarted\nstatus<<EOF\nRUNNING\nEOF'],
  ['ANSI escapes', '\u001b[31mFAILED\u001b[0m\u001b]0;title\u0007\u009b2J'],
  ['a Markdown link and an image', '[click](https://evil.example) ![x](https://evil.example/x.png)'],
  ['a reference and a footnote', '[x]: https://evil.example "y"\n\n[^1]: z'],
  ['bare addresses and a mention', 'https://evil.example www.evil.example @octocat #1'],
  ['a forged link', '[Friendli Suite](https://evil.example) Friendli Suite (https://evil.example)'],
  ['HTML', '<img src=x onerror=alert(1)><script>alert(1)</script><!-- --></table>'],
  ['entities', '&lt;img src=x&gt;&#60;b&#62;'],
  ['cells of a table', 'a | b \\| c\n| --- | --- |\n| d | e |'],
  ['code', '`x` ```\n```mermaid\ngraph TD; a-->b\n```\n~~~'],
  ['mathematics', '$\\unicode{x}$ $$x$$'],
  ['Mermaid', '%%{init: {}}%%\nsection x\ny :done, 0, 1\nclick a href "https://evil.example"'],
  ['100 kB of line breaks', '\n'.repeat(100_000) + '::error::x'],
  ['halves of characters', `\ud800${'😀'.repeat(300)}\udc00`],
];

/** So long that a pattern which backtracks would take seconds. */
const endless = '/'.repeat(120_000);

const keys: [name: string, key: string][] = [
  ['as keys look', apiKey],
  ['of characters that URLs, JSON and HTML escape', 'flp_a+b/c=&"d\'<e>\\f%g'],
  ['of characters that mean something in patterns', 'flp_.*+?^$()|[]{}\\$&$1$`'],
  ['of percent signs', 'flp_%0A%25%3A%2C'],
  ['that looks like a command', '::error::flp_x##[error]'],
  ['of 512 characters', `flp_${'aB3dE6gH'.repeat(64)}`.slice(0, 512)],
  ['of seven characters', 'k7#Q_z!'],
];
const echoes = keys.map(([name, key]) => [`an echo of a key ${name}`, echoesOf(key), key] as const);

describe.concurrent('what the service answers is data, and shows no key,', () => {
  test.for<readonly [name: string, text: string, key?: string]>([...texts, ...echoes])(
    'though it is %s',
    async ([_, text, key = apiKey], { world }) => {
      world.simulator.endpoint('demo', { status: text, phase: text, errorCode: text });
      const options = { env: { RUNNER_DEBUG: '1' }, skipPauses: true };
      const inputs = { ...wait, 'timeout-minutes': '2', 'poll-interval': '10', 'api-key': key };
      const followed = await world.run({ inputs, ...options });
      expect(followed.outputs).toMatchObject({ outcome: 'timed-out', restarted: 'false' });
      expectHarmless(followed);

      const headers = { 'Content-Type': 'text/html' };
      world.simulator.fault({ respond: { status: 503, body: text, headers } });
      world.simulator.fault({ after: 1, respond: { status: 200, body: text } });
      const refusal = { error: { message: text }, detail: text };
      world.simulator.fault({ after: 3, times: 300, respond: { status: 403, body: refusal } });
      const refused = await world.run({ inputs, ...options });
      expect(refused.outputs).toMatchObject({ outcome: 'error', status: followed.outputs['status'] });
      expect(refused.annotations.map(({ name }) => name)).toEqual(['warning', 'warning', 'error']);
      expect(refused.summary).toContain('HTTP 403');
      expectHarmless(refused);
      if (key !== apiKey) expect(refused.outputs['status']).toContain('***');
    },
  );

  test('though it is in the reason phrase, the headers and the Location', async ({ world }) => {
    const text = '##[error]x';
    const answer = `HTTP/1.1 302 ${text}\r\nLocation: ${text}\r\nRetry-After: ${text}\r\nContent-Length: 0\r\n\r\n`;
    const port = await world.listen((socket) => socket.once('data', () => socket.end(answer)));
    expectHarmless(await world.run({ inputs: { 'api-url': `http://127.0.0.1:${port}` } }));
  });
});

describe.concurrent('an invalid input is data, and shows no key,', () => {
  const names = ['endpoint-id', 'team', 'wait', 'restart-on', 'attempts', 'api-url', 'poll-interval'];
  // A variable of the environment cannot hold NUL, and each text is invalid for each input.
  const values = texts.map(([, text]) => `${text.replaceAll('\0', '')} /`);
  const pasted = keys.map(([, key]) => [key, `a ${key}`, ...Array(names.length - 1).fill(key)]);

  test.for([
    ...[0, 7, 14].map((from) => values.slice(from, from + 7)),
    [endless, 'a b', 'x', 'x', '9', `https://h${endless}?`],
    ...pasted,
  ])('though it is list %#', async (given, { world }) => {
    const inputs = Object.fromEntries(names.map((name, at) => [name, given[at] ?? '/']));
    const result = await world.run({ inputs: { 'api-key': given[names.length] ?? apiKey, ...inputs } });
    expect(result.annotations.map(({ name }) => name)).toEqual(['error']);
    expect(result.annotations[0]?.data.match(/^[a-z-]+: expected/gm)).toHaveLength(names.length);
    if (given.includes(endless)) expect(result.durationMs).toBeLessThan(3_000);
    expectHarmless(result);
  });

  test('though it is another key, which is known by its beginning', async ({ world }) => {
    const other = 'flp_0therKey0therKey';
    const result = await world.run({
      inputs: {
        ...{ 'endpoint-id': other, team: `Bearer ${other}`, wait: `TOKEN=${other}`, wake: `\u200b${other}` },
        ...{ 'api-url': `https://h/?key=x&key=${other}`, 'restart-on': other.replace('K', '\u00adK') },
      },
    });
    expect(result.annotations[0]?.data.match(/^[a-z-]+: expected/gm)).toHaveLength(6);
    expect(`${result.stdout}${result.summary}${JSON.stringify(result.outputs)}`).not.toMatch(/0ther|Key/);
  });
});

test('a key of one character spares what the action says itself', async ({ world }) => {
  world.simulator.endpoint('demo', { errorCode: 'WORKLOAD_INIT_DOWNLOAD_ERROR' });
  const { outputs } = await world.run({ inputs: { ...wait, 'api-key': 'E' } });
  expect(outputs).toMatchObject({ status: 'RUNNING', previousErrorCode: 'WORKLOAD_INIT_DOWNLOAD_ERROR' });
});

test('an ever new state of a mebibyte fills neither memory nor log nor files', async ({ world }) => {
  let count = 0;
  const server = createServer((_, response) => {
    count += 1;
    const [text, updatedAt] = [`${count} `.padEnd(10_000, 'x'), `${count} `.padEnd(900_000, 'x')];
    const state = {
      status: text,
      phase: text,
      errorCode: text,
      updatedAt,
      createdAt: '2025-01-01T00:00:00Z',
    };
    response.end(JSON.stringify(state));
  });
  const port = await world.listen((socket) => void server.emit('connection', socket));
  const inputs = { ...wait, 'api-url': `http://127.0.0.1:${port}`, 'timeout-minutes': '0.8' };
  // Two hundred states would fill this heap.
  const env = { NODE_OPTIONS: '--max-old-space-size=64' };
  const result = await world.run({ inputs, env, skipPauses: true });
  expect(result.outputs).toMatchObject({
    outcome: 'timed-out',
    previousStatus: expect.stringMatching(/^1 x/),
  });
  // The last value, however rarely it was written in between; the deadline can cut one more request short.
  expect([count - 1, count]).toContain(Number.parseInt(result.outputs['status'] ?? '', 10));
  expect(count).toBeGreaterThan(300);
  const thinning = 'from now on at most one line a minute';
  expect(wordsOf(result).filter((line) => line.includes(thinning))).toHaveLength(1);
  expect(result.log.length).toBeLessThan(220);
  expect(result.outputBytes).toBeLessThan(1 << 20);
  expect(result.summary.length).toBeLessThan(100_000);
});

/** The key in every form in which a server could echo it. */
function echoesOf(key: string): string {
  const bearer = `Bearer ${key}`;
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  return [
    ...[key.slice(0, 300), encodeURIComponent(key), base64(key), base64(bearer), base64(`x${key}`)],
    ...[Buffer.from(bearer).toString('base64url'), JSON.stringify({ authorization: bearer })],
    ...[[...key].join('\u200b'), [...key].join('<b></b>')],
  ].join(' ');
}

/** Nothing that came from outside does more than be read. */
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

/** What only foreign text would bring into a summary, as long as nothing escapes it; links lead to Friendli alone. */
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
