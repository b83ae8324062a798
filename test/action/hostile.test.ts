import { createServer } from 'node:http';
import { describe, expect, onTestFinished } from 'vitest';
import { type ActionResult, outputNames } from './run-action.js';
import { apiKey, test, wordsOf } from './world.js';

const wait = { wait: 'true' };
/** A few polls, and then the time is up. */
const shortWait = {
  inputs: { ...wait, 'timeout-minutes': '0.5', 'poll-interval': '10' },
  skipPauses: true,
};

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
  [
    'a link to Friendli Suite',
    '[Friendli Suite](https://evil.example) Friendli Suite (https://evil.example)',
  ],
  ['HTML', '<img src=x onerror=alert(1)><script>alert(1)</script><!-- --></table>'],
  ['entities', '&lt;img src=x&gt;&#60;b&#62;'],
  ['cells of a table', 'a | b \\| c\n| --- | --- |\n| d | e |'],
  ['code', '`x` ```\n```mermaid\ngraph TD; a-->b\n```\n~~~'],
  ['mathematics', '$\\unicode{x}$ $$x$$'],
  ['Mermaid', '%%{init: {}}%%\nsection x\ny :done, 0, 1\nclick a href "https://evil.example"'],
  ['100 kB of line breaks', '\n'.repeat(100_000) + '::error::x'],
  ['halves of characters', `\ud800${'😀'.repeat(300)}\udc00`],
];

describe.concurrent('a status, phase and error code are data, not a command', () => {
  test.for(texts)('though it is %s', async ([_, text], { world }) => {
    world.simulator.endpoint('demo', { status: text, phase: text, errorCode: text });
    const result = await world.run({ ...shortWait, env: { RUNNER_DEBUG: '1' } });
    expect(result.outputs).toMatchObject({ outcome: 'timed-out', restarted: 'false' });
    expect(result.annotations.at(-1)?.name).toBe('error');
    expectHarmless(result);
  });
});

describe.concurrent('an error body is data, not a command', () => {
  test.for(texts)('though it is %s', async ([_, text], { world }) => {
    world.simulator.endpoint('demo');
    const headers = { 'Content-Type': 'text/html' };
    world.simulator.fault({ respond: { status: 503, body: text, headers } });
    world.simulator.fault({ after: 1, respond: { status: 200, body: text } });
    world.simulator.fault({ after: 2, respond: { status: 403, body: { error: { message: text } } } });
    const result = await world.run({ inputs: wait, env: { RUNNER_DEBUG: '1' }, skipPauses: true });
    expect(result.outputs).toMatchObject({ outcome: 'error', restarted: 'false' });
    expect(result.annotations.map(({ name }) => name)).toEqual(['warning', 'error']);
    expectHarmless(result);
  });

  test('though it is in the reason phrase, the headers and the Location', async ({ world }) => {
    const text = '##[error]x';
    const answer = `HTTP/1.1 302 ${text}\r\nLocation: ${text}\r\nRetry-After: ${text}\r\nContent-Length: 0\r\n\r\n`;
    const port = await world.listen((socket) => socket.once('data', () => socket.end(answer)));
    const result = await world.run({ inputs: { 'api-url': `http://127.0.0.1:${port}` }, skipPauses: true });
    expectHarmless(result);
  });
});

describe.concurrent('an invalid input is data, not a command', () => {
  const names = ['endpoint-id', 'team', 'wait', 'restart-on', 'attempts', 'api-url'];
  // A variable of the environment cannot hold NUL, and each text is invalid for each input.
  const values = texts.map(([, text]) => `${text.replaceAll('\0', '')} /`);

  test.for([0, 6, 12])('though it is one of texts %i and up', async (from, { world }) => {
    const inputs = Object.fromEntries(names.map((name, at) => [name, values[from + at] ?? '/']));
    const result = await world.run({ inputs });
    expect(result.annotations.map(({ name }) => name)).toEqual(['error']);
    expectHarmless(result);
  });

  test('though it is 120,000 characters that would take a pattern seconds', async ({ world }) => {
    const long = '/'.repeat(120_000);
    const result = await world.run({ inputs: { 'api-url': `https://h${long}?`, 'endpoint-id': long } });
    expect(result.annotations[0]?.data.match(/expected at most \d+ characters, got 1200\d+/g)).toHaveLength(
      2,
    );
    expect(result.durationMs).toBeLessThan(3_000);
  });
});

describe.concurrent('the API key is not shown', () => {
  const keys: [name: string, key: string][] = [
    ['as keys look', apiKey],
    ['of characters that URLs, JSON and HTML escape', 'flp_a+b/c=&"d\'<e>\\f%g'],
    ['of characters that mean something in patterns', 'flp_.*+?^$()|[]{}\\$&$1$`'],
    ['of percent signs', 'flp_%0A%25%3A%2C'],
    ['that looks like a command', '::error::flp_x##[error]'],
    ['of 512 characters', `flp_${'aB3dE6gH'.repeat(64)}`.slice(0, 512)],
    ['of seven characters', 'k7#Q_z!'],
  ];

  test.for(keys)('%s, whatever the service echoes', async ([_, key], { world }) => {
    const echo = echoesOf(key);
    world.simulator.endpoint('demo', { status: echo, phase: echo, errorCode: echo });
    world.simulator.fault({ respond: { status: 500, body: echo } });
    world.simulator.fault({ after: 1, respond: { status: 200, body: { echo } } });
    world.simulator.fault({ after: 3, times: 300, respond: { status: 401, body: { detail: echo } } });
    const inputs = { ...wait, 'api-key': key };
    const result = await world.run({ inputs, env: { RUNNER_DEBUG: '1' }, skipPauses: true });
    // The run has seen it all: failed polls, a good one with the key in each field, and the refusals at its end.
    expect(result.outputs).toMatchObject({ outcome: 'error', status: expect.stringContaining('***') });
    expect(result.summary).toContain('HTTP 401');
    expectHarmless(result);
  });

  test.for(keys)('%s, where it was pasted into another input', async ([_, key], { world }) => {
    const inputs = { 'api-key': key, 'endpoint-id': key, team: `a ${key}`, wait: key, 'api-url': key };
    const result = await world.run({ inputs: { ...inputs, 'poll-interval': key, attempts: key } });
    expect(result.outputs).toMatchObject({ outcome: 'error' });
    expectHarmless(result);
  });

  test('where another key was pasted: it is known by its beginning', async ({ world }) => {
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

  test('of one character, which spares what the action says itself', async ({ world }) => {
    world.simulator.endpoint('demo', { errorCode: 'WORKLOAD_INIT_DOWNLOAD_ERROR' });
    const result = await world.run({ inputs: { ...wait, 'api-key': 'E' } });
    expect(result.outputs).toMatchObject({
      ...{ outcome: 'restarted', status: 'RUNNING', previousStatus: 'FAILED' },
      previousErrorCode: 'WORKLOAD_INIT_DOWNLOAD_ERROR',
    });
  });

  test('but endpoint and team are, and are not masked: GitHub drops outputs with a masked value', async ({
    world,
  }) => {
    world.simulator.endpoint('my-endpoint', { team: 'my-team', status: 'my-team-status' });
    const result = await world.run({ inputs: { 'endpoint-id': 'my-endpoint', team: 'my-team' } });
    expect(result.commands.filter(({ name }) => name === 'add-mask').map(({ data }) => data)).toEqual([
      apiKey,
    ]);
    expect(result.stdout).toContain('my-endpoint');
    expect(result.outputs).toMatchObject({ status: 'my-team-status' });
  });
});

describe.concurrent('an API that answers with an ever new state', () => {
  /** Answers each request with a state of its own, whose fields have so many characters. */
  async function restlessApi(lengths: {
    status: number;
    updatedAt: number;
  }): Promise<{ url: string; count: () => number }> {
    let count = 0;
    const server = createServer((_, response) => {
      count += 1;
      const field = (length: number): string => `${count} `.padEnd(length, 'x');
      const [status, updatedAt] = [field(lengths.status), field(lengths.updatedAt)];
      const state = {
        status,
        phase: status,
        errorCode: status,
        updatedAt,
        createdAt: '2025-01-01T00:00:00Z',
      };
      response.end(JSON.stringify(state));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.closeAllConnections());
    onTestFinished(() => void server.close());
    const address = server.address();
    return {
      url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
      count: () => count,
    };
  }

  test('fills neither log nor outputs nor summary', async ({ world }) => {
    const { url, count } = await restlessApi({ status: 500, updatedAt: 20 });
    const inputs = { ...wait, 'api-url': url, 'timeout-minutes': '1.5' };
    const result = await world.run({ inputs, skipPauses: true });
    expect(result.outputs).toMatchObject({
      outcome: 'timed-out',
      previousStatus: expect.stringMatching(/^1 x/),
    });
    // The last value, however rarely it was written in between.
    expect(Number.parseInt(result.outputs['status'] ?? '', 10)).toBe(count());
    expect(count()).toBeGreaterThan(400);
    expect(
      wordsOf(result).filter((line) => line.includes('from now on at most one line a minute')),
    ).toHaveLength(1);
    expect(result.log.length).toBeLessThan(220);
    expect(result.outputBytes).toBeLessThan(1 << 20);
    expect(result.summary.length).toBeLessThan(100_000);
  });

  test('of a mebibyte each takes no more memory with each poll', async ({ world }) => {
    const { url, count } = await restlessApi({ status: 10_000, updatedAt: 900_000 });
    const inputs = { ...wait, 'api-url': url, 'timeout-minutes': '1' };
    // Two hundred states would fill this heap.
    const env = { NODE_OPTIONS: '--max-old-space-size=64' };
    const result = await world.run({ inputs, env, skipPauses: true });
    expect(result.outputs).toMatchObject({ outcome: 'timed-out' });
    expect(count()).toBeGreaterThan(200);
  });
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
