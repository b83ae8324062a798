import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as core from '@actions/core';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../src/fault.js';
import { Report } from '../src/report.js';
import type { RestartEvent } from '../src/restart.js';
import { readCommands, readEnvironmentFile, type WorkflowCommand } from './action/runner-formats.js';
import { waiting as inputs, resultOf, stateOf } from './fixtures.js';

const MINUTE = 60_000;
const memory = 'INFERENCE_ENGINE_MEMORY_ERROR';

const failed = stateOf('FAILED', '', memory);
const machine = stateOf('INITIALIZING', 'REQUESTING_VIRTUAL_MACHINE');
const downloading = stateOf('INITIALIZING', 'DOWNLOADING_MODEL');
const running = stateOf('RUNNING');
const outage = new ApiError('HTTP 503 Service Unavailable', { kind: 'transient', httpStatus: 503 });

const goodEvents: RestartEvent[] = [
  { type: 'seen', state: failed, atMs: 180 },
  { type: 'restart-accepted', inferred: false, atMs: 420 },
  { type: 'seen', state: machine, atMs: 420 },
  { type: 'paused', forMs: 20_000, why: 'poll', atMs: 421 },
  { type: 'seen', state: downloading, atMs: 72_000 },
  { type: 'heartbeat', state: downloading, unchangedMs: MINUTE, inTrouble: false, atMs: 132_000 },
  { type: 'seen', state: running, atMs: 464_400 },
];
const goodResult = resultOf({ state: running, previous: failed, restarted: true, elapsedMs: 464_400 });
const failedResult = resultOf({ outcome: 'failed', state: failed, previous: failed, restarted: true });

// One for all tests: the library remembers the path of the summary.
const folder = mkdtempSync(join(tmpdir(), 'report-test-'));
const outputFile = join(folder, 'outputs');
const summaryFile = join(folder, 'summary');
let stdout: string;

beforeEach(() => {
  vi.stubEnv('RUNNER_DEBUG', undefined);
  vi.stubEnv('GITHUB_OUTPUT', outputFile);
  vi.stubEnv('GITHUB_STEP_SUMMARY', summaryFile);
  for (const path of [outputFile, summaryFile]) {
    rmSync(path, { recursive: true, force: true });
    writeFileSync(path, '');
  }
  stdout = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    stdout += String(chunk);
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  core.summary.emptyBuffer();
});

afterAll(() => rmSync(folder, { recursive: true }));

function startReport(): Report {
  return new Report(Date.UTC(2026, 10, 10, 3, 7));
}

/** The lines of the log that are no commands to the runner. */
function lines(): string[] {
  return readCommands(stdout).lines;
}

function commands(): WorkflowCommand[] {
  return readCommands(stdout).commands;
}

/** The outputs in the order in which they were written. */
function writtenOutputs(): [string, string][] {
  return readEnvironmentFile(readFileSync(outputFile, 'utf8'));
}

function outputs(): Record<string, string> {
  return Object.fromEntries(writtenOutputs());
}

function summary(): string {
  return readFileSync(summaryFile, 'utf8');
}

describe('the log', () => {
  it('tells a good restart in aligned lines, from what will be done to what came out', async () => {
    const report = startReport();
    report.start(inputs);
    goodEvents.forEach(report.onEvent);
    expect(await report.finish(goodResult, inputs)).toBe(true);
    expect(stdout.trimEnd().split(/\r?\n/)).toEqual([
      'Restart endpoint dep1 if it is FAILED or TERMINATED, then wait until it is RUNNING, up to 1 h.',
      `   0:00  FAILED, ${memory}: likely the model does not fit in the GPU’s memory`,
      '   0:00  Restart accepted.',
      '   0:00  INITIALIZING, requesting a virtual machine',
      '   1:12  INITIALIZING, downloading the model',
      '   2:12  Still INITIALIZING, downloading the model, for 1 min',
      '   7:44  RUNNING',
      'Restarted, RUNNING. Endpoint dep1 was restarted and is RUNNING after 7 min 44 s.',
    ]);
  });

  it('says first if nobody waits, and what is not to be restarted', async () => {
    const report = startReport();
    report.start({ ...inputs, wait: false, restartOn: ['FAILED'] });
    expect(lines()).toEqual(['Restart endpoint dep1 if it is FAILED, and do not wait for it.']);
  });

  it.each<[string, RestartEvent, string]>([
    ['a long run', { type: 'seen', state: running, atMs: 36_123_000 }, '10:02:03  RUNNING'],
    [
      'an unlisted state',
      { type: 'seen', state: stateOf('HIBERNATING', 'WARMING', 'COLD'), atMs: 0 },
      '   0:00  HIBERNATING, WARMING, COLD',
    ],
    [
      'a failure without an error code',
      { type: 'seen', state: stateOf('FAILED'), atMs: 59_999 },
      '   0:59  FAILED',
    ],
    [
      'a restart that was accepted after a lost answer',
      { type: 'restart-accepted', inferred: true, atMs: 61_000 },
      '   1:01  The restart was accepted after all.',
    ],
    [
      'a refused restart',
      { type: 'restart-refused', fault: outage, atMs: 1_000 },
      '   0:01  Restart refused, reading the status again: HTTP 503 Service Unavailable',
    ],
    [
      'the end of trouble',
      { type: 'recovered', troubleMs: 90_000, atMs: 100_000 },
      '   1:40  The API answers again, after 1 min 30 s.',
    ],
    [
      'a minute in which nothing was ever answered',
      { type: 'heartbeat', state: undefined, unchangedMs: MINUTE, inTrouble: true, atMs: MINUTE },
      '   1:00  Still no answer from the API.',
    ],
    [
      'a minute without an answer',
      { type: 'heartbeat', state: downloading, unchangedMs: MINUTE, inTrouble: true, atMs: MINUTE },
      '   1:00  Still no answer from the API; last seen: INITIALIZING, downloading the model',
    ],
  ])('tells %s in one line', async (_, event, line) => {
    const report = startReport();
    report.onEvent(event);
    expect(stdout.split(/\r?\n/)).toEqual([line, '']);
  });

  it.each([
    ['status', 'The status cannot be read, still trying: HTTP 503 Service Unavailable'],
    [
      'restart',
      'The restart got no clear answer, reading the status before asking again: HTTP 503 Service Unavailable',
    ],
  ] as const)('warns once, with a title, of trouble with the call %s', async (call, data) => {
    const report = startReport();
    report.onEvent({ type: 'trouble', call, fault: outage, atMs: 1_000 });
    expect(commands()).toEqual([
      { name: 'warning', properties: { title: 'Trouble with the Friendli API' }, data },
    ]);
    expect(lines()).toEqual([]);
  });

  it('is bounded, however long the run', async () => {
    const report = startReport();
    const fault = new ApiError('x'.repeat(500), { kind: 'transient' });
    const long = stateOf('s'.repeat(500), 'p'.repeat(500), 'e'.repeat(500));
    report.onEvent({ type: 'trouble', call: 'status', fault, atMs: 0 });
    report.onEvent({ type: 'seen', state: long, atMs: 0 });
    report.onEvent({ type: 'heartbeat', state: long, unchangedMs: 0, inTrouble: true, atMs: 0 });
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThan(2_000);
    for (let poll = 0; poll < 10_000; poll += 1) {
      report.onExchange({ method: 'GET', path: '/status', result: 'HTTP 200', durationMs: 80 });
      report.onEvent({ type: 'paused', forMs: 5_000, why: 'poll', atMs: poll * 5_000 });
    }
    expect(stdout.split('\n').length).toBeLessThan(10);
  });
});

describe('debug logging', () => {
  it('has a line for each request and each pause', async () => {
    vi.stubEnv('RUNNER_DEBUG', '1');
    const report = startReport();
    report.onExchange({ method: 'GET', path: '/e/dep1/status', result: 'HTTP 200', durationMs: 81.6 });
    report.onEvent({ type: 'paused', forMs: 2_345, why: 'fault', atMs: 61_000 });
    expect(commands()).toEqual([
      { name: 'debug', properties: {}, data: 'GET /e/dep1/status: HTTP 200 in 82 ms' },
      { name: 'debug', properties: {}, data: '1:01 pause of 2.3 s (fault)' },
    ]);
    expect(lines()).toEqual([]);
  });
});

describe('annotations', () => {
  it('are none on plain success', async () => {
    const report = startReport();
    goodEvents.forEach(report.onEvent);
    await report.finish(goodResult, inputs);
    expect(commands()).toEqual([]);
  });

  it('are one notice where there was nothing to do', async () => {
    const report = startReport();
    expect(await report.finish(resultOf({ outcome: 'not-needed', state: running }), inputs)).toBe(true);
    expect(commands()).toEqual([
      { name: 'notice', properties: { title: 'Nothing to restart' }, data: 'Endpoint dep1 is RUNNING.' },
    ]);
    expect(lines()).toEqual([]);
  });

  it('are one error on failure: what happened, why, and what to do', async () => {
    const report = startReport();
    expect(await report.finish(failedResult, inputs)).toBe(false);
    expect(commands()).toEqual([
      {
        name: 'error',
        properties: { title: `FAILED again after the restart: ${memory}` },
        data: [
          `Endpoint dep1 was restarted, but is FAILED again after 7 min 44 s. Its error code is ${memory}: likely the model does not fit in the GPU’s memory.`,
          'Choose a larger GPU, quantization or a smaller batch size.',
        ].join('\n'),
      },
    ]);
    expect(lines()).toEqual([]);
  });

  it.each([
    ['timed-out', /^Not RUNNING/],
    ['error', /^The API is out of reach/],
  ] as const)('are one error where the run ends %s', async (outcome, title) => {
    const report = startReport();
    expect(await report.finish(resultOf({ outcome, reason: 'unreachable', fault: outage }), inputs)).toBe(
      false,
    );
    expect(commands()).toMatchObject([
      { name: 'error', properties: { title: expect.stringMatching(title) } },
    ]);
  });

  it('are none on a cancel, which the log tells in its last line', async () => {
    const report = startReport();
    const result = resultOf({ outcome: 'cancelled', state: downloading, restarted: true });
    expect(await report.finish(result, inputs)).toBe(false);
    expect(commands()).toEqual([]);
    expect(lines()).toEqual([
      'The run was cancelled. Endpoint dep1 is no longer watched. Its last status is INITIALIZING, downloading the model. The endpoint was not stopped: it goes on by itself, and is billed once a replica runs. Run the step again to go on waiting.',
    ]);
  });

  it('are one error for all bad inputs, no longer than GitHub shows', async () => {
    const report = startReport();
    const problems = ['wait: wrong.', `team: ${'x'.repeat(5_000)}`];
    expect(await report.finishBadInput(problems)).toBe(false);
    const [annotation, ...rest] = commands();
    expect(annotation).toMatchObject({ name: 'error', properties: { title: '2 inputs are wrong' } });
    expect(annotation?.data).toMatch(/^wait: wrong\.\nteam: x/);
    expect(annotation?.data.length).toBe(4_096);
    expect(rest).toEqual([]);
  });

  it('are one error where the action broke', async () => {
    const report = startReport();
    expect(await report.finishCrash('TypeError: x', 7_600)).toBe(false);
    expect(commands()).toMatchObject([
      {
        name: 'error',
        properties: { title: 'The action broke' },
        data: expect.stringContaining('TypeError: x'),
      },
    ]);
    expect(outputs()).toMatchObject({ outcome: 'error', elapsedSeconds: '8' });
  });
});

describe('outputs', () => {
  it('are written as soon as they are known, when they change and only then', async () => {
    const report = startReport();
    const [seen, accepted, starting, ...rest] = goodEvents;
    expect(writtenOutputs()).toEqual([]);
    if (seen !== undefined) report.onEvent(seen);
    const first = [
      ['status', 'FAILED'],
      ['errorCode', memory],
      ['phase', ''],
      ['previousStatus', 'FAILED'],
      ['previousErrorCode', memory],
      ['restarted', 'false'],
    ];
    expect(writtenOutputs()).toEqual(first);
    if (accepted !== undefined) report.onEvent(accepted);
    const second = [...first, ['restarted', 'true']];
    expect(writtenOutputs()).toEqual(second);
    if (starting !== undefined) report.onEvent(starting);
    const third = [
      ...second,
      ['status', 'INITIALIZING'],
      ['errorCode', ''],
      ['phase', 'REQUESTING_VIRTUAL_MACHINE'],
    ];
    expect(writtenOutputs()).toEqual(third);
    rest.forEach(report.onEvent);
    await report.finish(goodResult, inputs);
    expect(writtenOutputs()).toEqual([
      ...third,
      ['phase', 'DOWNLOADING_MODEL'],
      ['status', 'RUNNING'],
      ['phase', ''],
      ['outcome', 'restarted'],
      ['elapsedSeconds', '464'],
    ]);
  });

  it('are all there where no state was ever seen', async () => {
    const report = startReport();
    await report.finish(
      resultOf({ outcome: 'error', reason: 'refused', fault: outage, elapsedMs: 1_500 }),
      inputs,
    );
    expect(outputs()).toEqual({
      status: '',
      errorCode: '',
      phase: '',
      previousStatus: '',
      previousErrorCode: '',
      restarted: 'false',
      outcome: 'error',
      elapsedSeconds: '2',
    });
  });

  it('are kept where the action breaks on its way', async () => {
    const report = startReport();
    goodEvents.slice(0, 3).forEach(report.onEvent);
    await report.finishCrash('TypeError: x', 7_600);
    expect(outputs()).toMatchObject({
      status: 'INITIALIZING',
      phase: 'REQUESTING_VIRTUAL_MACHINE',
      previousErrorCode: memory,
      restarted: 'true',
      outcome: 'error',
    });
  });

  it('fail the step where they cannot be written, with one error that tells the good result too', async () => {
    vi.stubEnv('GITHUB_OUTPUT', join(folder, 'none'));
    const report = startReport();
    goodEvents.forEach(report.onEvent);
    expect(await report.finish(goodResult, inputs)).toBe(false);
    expect(commands()).toMatchObject([
      {
        name: 'error',
        properties: { title: 'Outputs are missing' },
        data: expect.stringMatching(
          /dep1 was restarted and is RUNNING[\s\S]*outputs could not be written: .*none/,
        ),
      },
    ]);
    expect(summary()).toContain('Restarted, RUNNING');
  });

  it('that cannot be written leave a failure its own error', async () => {
    vi.stubEnv('GITHUB_OUTPUT', folder);
    const report = startReport();
    expect(await report.finish(failedResult, inputs)).toBe(false);
    expect(commands()).toMatchObject([
      { name: 'error', properties: { title: expect.stringMatching(/^FAILED/) } },
    ]);
  });

  it.each([undefined, ''])('are left out where the runner gives no file for them (%j)', async (path) => {
    vi.stubEnv('GITHUB_OUTPUT', path);
    const report = startReport();
    goodEvents.forEach(report.onEvent);
    expect(await report.finish(goodResult, inputs)).toBe(true);
    expect(commands()).toEqual([]);
  });
});

describe('the summary', () => {
  it('is written once, at the end, with the picture of what was seen', async () => {
    const report = startReport();
    goodEvents.forEach(report.onEvent);
    expect(summary()).toBe('');
    await report.finish(goodResult, inputs);
    expect(summary().match(/^###/gm)).toHaveLength(1);
    expect(summary()).toMatch(/Restarted, RUNNING[\s\S]*Downloading the model, 6 min 32 s/);
    expect(summary()).toContain(String(Date.UTC(2026, 10, 10, 3, 8, 12)));
  });

  it('is added to what earlier steps of the job have written', async () => {
    writeFileSync(summaryFile, 'earlier\n');
    const report = startReport();
    await report.finishBadInput(['wait: wrong.']);
    expect(summary()).toMatch(/^earlier\n### /);
  });

  it('is left out where its file cannot be written, which only the debug log tells', async () => {
    rmSync(summaryFile);
    mkdirSync(summaryFile);
    expect(await startReport().finish(goodResult, inputs)).toBe(true);
    expect(commands()).toEqual([]);
    vi.stubEnv('RUNNER_DEBUG', '1');
    expect(await startReport().finish(goodResult, inputs)).toBe(true);
    expect(commands()).toMatchObject([{ name: 'debug', data: expect.stringMatching(/^no job summary: /) }]);
  });
});
