import { describe, expect } from 'vitest';
import { type ActionResult, outputNames } from './run-action.js';
import { apiKey, test } from './world.js';

const wait = { wait: 'true' };
/** A few polls, and then the time is up. */
const shortWait = {
  inputs: { ...wait, 'timeout-minutes': '0.5', 'poll-interval': '10' },
  skipPauses: true,
};

const texts: [name: string, text: string][] = [
  ['a command', '::error::x'],
  ['a command after a line break', 'FAILED\n::set-output name=outcome::forged'],
  ['a command after a carriage return', 'FAILED\r::warning::x'],
  ['a command after both', 'FAILED\r\n::add-mask::RUNNING'],
  ['a command after odd white space', '\u0085\u00a0\u2003\v::stop-commands::x'],
  ['a command after a line separator', 'FAILED\u2028::error::x\u2029::error::y'],
  ['a command of the old kind', 'FAILED ##[error]x'],
  ['an old command at the start', '##[command]x'],
  ['an old command behind a control character', '##\u0000[error]x ##\u200b[error]y'],
  ['escapes of a command', 'FAILED%0A::error::x%0D%0A::error::y%250A::error::z'],
  ['an output of its own', 'FAILED\noutcome=restarted\nstatus<<EOF\nRUNNING\nEOF'],
  ['ANSI escapes', '\u001b[31mFAILED\u001b[0m\u001b]0;title\u0007\u009b2J'],
  ['a text that runs backwards', '\u202eDELIAF\u202c \u2066x\u2069 \u200fy'],
  ['NUL and its like', 'FAI\u0000LED\u0008\u007f'],
  ['a Markdown link and an image', '[click](https://evil.example) ![x](https://evil.example/x.png)'],
  ['a reference and a footnote', '[x]: https://evil.example "y"\n\n[^1]: z'],
  ['bare addresses and a mention', 'https://evil.example www.evil.example @octocat #1'],
  ['HTML', '<img src=x onerror=alert(1)><script>alert(1)</script><!-- --></table>'],
  ['entities', '&lt;img src=x&gt;&#60;b&#62;'],
  ['cells of a table', 'a | b \\| c\n| --- | --- |\n| d | e |'],
  ['a heading, a list and a quote', '# x\n- y\n> z\n1. w\n---'],
  ['code', '`x` ```\n```mermaid\ngraph TD; a-->b\n```\n~~~'],
  ['mathematics', '$\\unicode{x}$ $$x$$'],
  ['Mermaid', '%%{init: {}}%%\nsection x\ny :done, 0, 1\nclick a href "https://evil.example"'],
  ['100 kB', 'x'.repeat(100_000)],
  ['100 kB of line breaks', '\n'.repeat(100_000) + '::error::x'],
  ['halves of characters', `\ud800${'😀'.repeat(300)}\udc00`],
];

describe.concurrent('a status, phase and error code are data, not a command', () => {
  test.for(texts)('though it is %s', async ([_, text], { world }) => {
    const state = { status: text, phase: text, errorCode: text };
    world.simulator.endpoint('demo', state);
    const result = await world.run({ ...shortWait, env: { RUNNER_DEBUG: '1' } });
    expect(result.outputs).toMatchObject({ outcome: 'timed-out', restarted: 'false' });
    expect(result.annotations.map(({ name }) => name)).toEqual(['error']);
    expectHarmless(result);
  });

  test('though it is the reason why the endpoint failed again', async ({ world }) => {
    const errorCode = texts.map(([, text]) => text.slice(0, 20)).join(' ');
    const afterRestart = [{ status: 'FAILED', errorCode, phase: errorCode }];
    world.simulator.endpoint('demo', { status: 'FAILED', errorCode, afterRestart });
    const result = await world.run({ inputs: wait });
    expect(result.outputs).toMatchObject({ outcome: 'failed', status: 'FAILED' });
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
});

describe.concurrent('what else a server says is no command', () => {
  test('though it is in the reason phrase, the headers and the Location', async ({ world }) => {
    const text = '##[error]x';
    const port = await world.listen((socket) => {
      socket.once('data', () => {
        socket.end(
          `HTTP/1.1 302 ${text}\r\nLocation: ${text}\r\nRetry-After: ${text}\r\nContent-Length: 0\r\n${text}: ${text}\r\n\r\n`,
        );
      });
    });
    const result = await world.run({ inputs: { 'api-url': `http://127.0.0.1:${port}` }, skipPauses: true });
    expectHarmless(result);
    expect(result.outputs).toMatchObject({ outcome: 'error' });
  });
});

describe.concurrent('a bad input is data, not a command', () => {
  const inputNames = ['endpoint-id', 'team', 'wait', 'restart-on', 'api-url'] as const;
  // Each text once, and as many in a run as there are inputs.
  const runs = texts
    .filter((_, at) => at % inputNames.length === 0)
    .map((_, run) => texts.slice(run * inputNames.length, (run + 1) * inputNames.length))
    .map((chunk) => [chunk.map(([name]) => name).join(', '), chunk] as const);

  test.for(runs)('though it is %s', async ([_, chunk], { world }) => {
    // A variable of the environment cannot hold NUL.
    const values = chunk.map(([, text]) => `${text.replaceAll('\0', '')} /`);
    const inputs = Object.fromEntries(inputNames.map((name, at) => [name, values[at] ?? '/']));
    const result = await world.run({ inputs });
    expect(result.annotations.map(({ name }) => name)).toEqual(['error']);
    expectHarmless(result);
  });
});

describe.concurrent('the API key is not shown', () => {
  const keys: [name: string, key: string][] = [
    ['as keys look', apiKey],
    ['of characters that URLs, JSON and HTML escape', 'flp_a+b/c=&"d\'<e>\\f%g'],
    ['of characters that mean something in patterns', 'flp_.*+?^$()|[]{}\\$&$1$`'],
    ['of percent signs', 'flp_%0A%25%3A%2C'],
    ['that looks like a command', '::error::flp_x##[error]'],
    ['of Latin letters', 'flp_äöüßéñ'],
    ['of 4 kB', `flp_${'aB3dE6gH9'.repeat(455)}`],
    ['of seven characters', 'k7#Q_z!'],
  ];

  test.for(keys)('%s, whatever the service echoes', async ([_, key], { world }) => {
    const echo = echoesOf(key);
    world.simulator.endpoint('demo', { status: echo, phase: echo, errorCode: echo });
    world.simulator.fault({ respond: { status: 500, body: echo } });
    world.simulator.fault({ after: 1, respond: { status: 200, body: { echo } } });
    world.simulator.fault({ after: 3, ...{ times: 3 }, respond: { status: 401, body: { detail: echo } } });
    const inputs = { ...wait, 'api-key': key };
    const result = await world.run({ inputs, env: { RUNNER_DEBUG: '1' }, skipPauses: true });
    // The run has seen it all: a failed poll, a good one with the key in each field, and the refusals at its end.
    expect(result.outputs).toMatchObject({ outcome: 'error', status: expect.stringContaining('***') });
    expect(result.summary).toContain('HTTP 401');
    expectHarmless(result);
  });

  test.for(keys)('%s, where it was pasted into another input', async ([_, key], { world }) => {
    const inputs = { 'api-key': key, 'endpoint-id': key, team: `a ${key}`, wait: key, 'api-url': key };
    const result = await world.run({ inputs: { ...inputs, 'poll-interval': key, 'timeout-minutes': key } });
    expect(result.outputs).toMatchObject({ outcome: 'error' });
    expectHarmless(result);
  });

  test('of one character, which spares what the action says itself', async ({ world }) => {
    world.simulator.endpoint('demo', { errorCode: 'WORKLOAD_INIT_DOWNLOAD_ERROR' });
    const result = await world.run({ inputs: { ...wait, 'api-key': 'E' } });
    expect(result.outputs).toMatchObject({
      outcome: 'restarted',
      status: 'RUNNING',
      previousStatus: 'FAILED',
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

/** The key in every form in which a server could give it back. */
function echoesOf(key: string): string {
  const bearer = `Bearer ${key}`;
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  return [
    key.slice(0, 300),
    encodeURIComponent(key),
    base64(key),
    base64(bearer),
    base64(`x${key}`),
    Buffer.from(bearer).toString('base64url'),
    JSON.stringify({ authorization: bearer }),
  ].join(' ');
}

/** Nothing that came from outside does more than be read. */
function expectHarmless({ stdout, writes, outputs, summary, annotations }: ActionResult): void {
  expect(Object.keys(outputs).sort()).toEqual([...outputNames].sort());
  for (const [name, value] of writes) {
    expect(value.length, name).toBeLessThanOrEqual(500);
    expect(value, name).not.toMatch(unprintable);
  }
  for (const line of stdout.split('\n')) expect(line).not.toMatch(unprintable);
  for (const { data } of annotations) expect(data.length).toBeLessThanOrEqual(4_096);
  expectPlainMarkdown(summary);
}

const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u;

/** What only foreign text would bring into a summary, as long as nothing escapes it. */
const markup = /<|\]\(|!\[(?!(?:NOTE|WARNING|CAUTION)\])|\]:|\[\^|```|~~~|:\/\/evil|www\.evil|@octocat|\$\$/;

/** The summary has the action's own markup and no other. */
function expectPlainMarkdown(summary: string): void {
  // The diagram has rules of its own.
  const lines = summary.replaceAll(/^```mermaid\n[\s\S]*?^```$/gm, '').split('\n');
  for (const line of lines) {
    // The word joiner keeps GitHub from seeing a mention; it is the one invisible character that is ours.
    expect(line.replaceAll('\u2060', '')).not.toMatch(unprintable);
    expect(line.replaceAll(/\\[!-/:-@[-`{-~]/g, '')).not.toMatch(markup);
  }
  const columns = lines
    .filter((line) => line.startsWith('|'))
    .map((row) => row.replaceAll(/\\./g, '').split('|').length);
  expect(new Set(columns).size).toBeLessThanOrEqual(1);
}
