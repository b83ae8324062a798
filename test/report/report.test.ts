import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as core from '@actions/core';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Clock } from '../../src/clock.js';
import { Report } from '../../src/report/report.js';
import type { PauseReason, RunEventBody } from '../../src/run.js';
import { createSanitizer } from '../../src/sanitize.js';
import { readCommands, readEnvironmentFile } from '../action/runner-formats.js';
import {
  accepted,
  concluded,
  download,
  httpFault,
  inputsWith,
  machine,
  outage,
  running,
  type Scenario,
  saw,
  scenario,
  scenarios,
  startedDate,
  stateOf,
  type Timed,
} from './scenarios.js';

/** Its time is that of Vitest's timers, where they are fake. */
const clock: Clock = {
  ...{ now: () => Date.now(), date: () => startedDate, random: () => 0 },
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      signal.addEventListener('abort', () => resolve(clearTimeout(timer)));
    }),
};

// One for all tests: the library remembers the path of the summary.
const folder = mkdtempSync(join(tmpdir(), 'report-test-'));
const outputFile = join(folder, 'outputs');
const summaryFile = join(folder, 'summary');
let stdout: string;

beforeEach(() => {
  vi.stubEnv('RUNNER_DEBUG', undefined);
  vi.stubEnv('GITHUB_OUTPUT', outputFile);
  vi.stubEnv('GITHUB_STEP_SUMMARY', summaryFile);
  for (const path of [outputFile, summaryFile]) writeFileSync(path, '');
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

function createReport(): Report {
  return new Report({ clock, sanitize: createSanitizer('flp_key') });
}

/** A whole run. Its pauses take no time. Returns whether the step succeeds. */
async function play({ inputs, events, result }: Scenario): Promise<boolean> {
  const report = createReport();
  report.start(inputs);
  for (const event of events) if (event.type !== 'paused') report.onEvent(event);
  return await report.finish({ type: 'completed', result });
}

/** What a person reads in the log: lines, and annotations behind brackets. */
function log(): string[] {
  const lines = stdout.split(/\r?\n/).filter((line) => line !== '');
  return lines.map((line) => {
    const [command] = readCommands(line).commands;
    if (command === undefined) return line;
    return `[${command.name}] ${command.properties['title'] ?? ''}: ${command.data}`;
  });
}

const annotations = (): string[] => log().filter((line) => line.startsWith('['));
const outputs = () => readEnvironmentFile(readFileSync(outputFile, 'utf8'));

it('reports a recovery in the log, in outputs that are written when they change, and in the summary', async () => {
  writeFileSync(summaryFile, 'of an earlier step\n');
  expect(await play(scenarios['a recovery'])).toBe(true);
  expect(log()).toEqual([
    'Restarting endpoint dep1 if it is FAILED or TERMINATED, then waiting up to 1 h for RUNNING',
    '   0:00  FAILED, WORKLOAD_INIT_DOWNLOAD_ERROR: likely the model could not be downloaded',
    '   0:00  Restart accepted',
    '   0:00  INITIALIZING, requesting a virtual machine',
    '   1:12  INITIALIZING, downloading the model',
    '   6:14  INITIALIZING, initializing the engine',
    '   7:44  RUNNING',
    'Restarted and running. Endpoint dep1 was restarted and serves requests again after 7 min 44 s.',
  ]);
  expect(outputs().map((entry) => entry.join('='))).toEqual([
    ...['status=FAILED', 'errorCode=WORKLOAD_INIT_DOWNLOAD_ERROR', 'phase='],
    ...['previousStatus=FAILED', 'previousErrorCode=WORKLOAD_INIT_DOWNLOAD_ERROR'],
    ...['restarted=false', 'restarted=true'],
    ...['status=INITIALIZING', 'errorCode=', 'phase=REQUESTING_VIRTUAL_MACHINE'],
    ...['phase=DOWNLOADING_MODEL', 'phase=ENGINE_INITIALIZING', 'status=RUNNING', 'phase='],
    'outcome=restarted',
    'message=Endpoint dep1 was restarted and serves requests again after 7 min 44 s.',
    'elapsedSeconds=464',
  ]);
  const { events, ...rest } = scenarios['a recovery'];
  const { summary } = concluded({ ...rest, events: events.filter(({ type }) => type !== 'paused') });
  expect(readFileSync(summaryFile, 'utf8')).toBe(`of an earlier step\n${summary}`);
});

describe('the log', () => {
  it.each([
    ['a dry run', true, 'notice'],
    ['an outage', false, 'error'],
  ] as const)('of %s ends with its message (success: %s), in one %s', async (name, isGood, level) => {
    expect(await play(scenarios[name])).toBe(isGood);
    const { title, summary, nextStep } = concluded(scenarios[name]).message;
    expect(annotations().filter((line) => !line.startsWith('[warning]'))).toEqual([
      `[${level}] ${title}: ${summary}\n${nextStep}`,
    ]);
  });

  it.each([
    [{ wait: false }, 'Restarting endpoint dep1 if it is FAILED or TERMINATED, without waiting'],
    [
      { wake: true, restartOn: ['TERMINATED'] },
      'Restarting endpoint dep1 if it is TERMINATED, waking it if it is SLEEPING, then waiting up to 1 h for RUNNING',
    ],
    [
      { attempts: 3, restartOn: ['RECOVERABLE'], stableForMs: 60_000 },
      'Restarting endpoint dep1 if it is FAILED with a recoverable error code, up to 3 times, then waiting up to 1 h for 1 min of RUNNING',
    ],
    [{ dryRun: true }, 'Dry run for endpoint dep1: the status is read, and nothing is changed'],
  ] as const)('says first what the run does: %o', (policy, line) => {
    createReport().start(inputsWith(policy));
    expect(log()).toEqual([line]);
  });

  it('reports a rejected request once, however often it is sent again', async () => {
    const fault = httpFault('HTTP 400 Bad Request', { kind: 'rejected' });
    const rejected = { type: 'rejected', request: 'restart', fault } as const;
    const inferred = { type: 'accepted', request: 'restart', attempt: 1, inferred: true } as const;
    const events: Timed[] = [1, 3, 7].map((second) => [second, rejected]);
    await play(scenario({}, [...events, [9, inferred]], {}));
    expect(log().slice(1, -1)).toEqual([
      '   0:01  The API rejected the restart request: HTTP 400 Bad Request. Reading the status again',
      '   0:09  The restart had been accepted',
    ]);
  });

  it('thins out beyond 200 changes, and its outputs and warnings with it', async () => {
    const report = createReport();
    report.start(inputsWith());
    for (let second = 0; second < 7_200; second += 1) {
      const [long, atMs] = [`${'😀'.repeat(250)}${second}`, second * 1_000];
      report.onEvent({ type: 'observed', state: stateOf(long, long, long), atMs });
      report.onEvent({ type: 'outage', call: 'read', fault: outage, atMs });
      report.onEvent({ type: 'recovered', call: 'read', outageMs: 900, atMs });
      report.onEvent({ type: 'paused', forMs: 100, why: 'poll', atMs });
    }
    await report.finish({ type: 'completed', result: scenarios['an outage'].result });
    expect(log().filter((line) => line.includes('200 changes so far; from now on at most'))).toHaveLength(1);
    expect(annotations().filter((line) => line.startsWith('[warning]'))).toHaveLength(10);
    expect(log().length).toBeLessThan(220 + 7_200 / 60);
    expect(statSync(outputFile).size).toBeLessThan(1_024 * 1_024);
    expect(Object.fromEntries(outputs())).toMatchObject({ status: 'INITIALIZING', outcome: 'timed-out' });
  });

  it('has notices of the transport, but requests, pauses and faults under debug logging only', () => {
    const show = (): void => {
      const report = createReport();
      report.onNotice('::error::x NODE_TLS_REJECT_UNAUTHORIZED is ignored');
      report.onRequest({ method: 'GET', path: '/e/dep1/status', result: 'HTTP 200', durationMs: 81.6 });
      report.onEvent({ type: 'fault', call: 'read', fault: outage, atMs: 40_000 });
      report.onEvent({ type: 'stale-read', request: 'restart', atMs: 40_500 });
      report.onEvent({ type: 'paused', forMs: 2_345, why: 'fault', atMs: 41_000 });
      report.onTransition({ restarts: 1 });
    };
    show();
    vi.stubEnv('RUNNER_DEBUG', '1');
    show();
    const notice = expect.stringMatching(/^[^[].*NODE_TLS_REJECT_UNAUTHORIZED is ignored$/);
    expect(log()).toEqual([
      ...[notice, notice, '[debug] : GET /e/dep1/status: HTTP 200 in 82 ms'],
      '[debug] : 0:40 read: HTTP 503 Service Unavailable (upstream is down)',
      '[debug] : 0:40 a state from before the restart is ignored',
      '[debug] : 0:41 pause of 2.3 s (fault)',
      '[debug] : run {"restarts":1}',
    ]);
  });

  it('has an annotation no longer than GitHub shows, and no command in place of a missing output file', async () => {
    vi.stubEnv('GITHUB_OUTPUT', '');
    await createReport().finish({ type: 'invalid-input', issues: [`team: ${'😀'.repeat(3_000)}`] });
    expect(log()).toEqual([expect.stringMatching(/^\[error\] Invalid input: team: (?:😀)+…$/u)]);
    expect(readCommands(stdout).commands[0]?.data).toHaveLength(4_095);
  });

  const missing = /^\[error\] Outputs are missing: Endpoint dep1 [\s\S]*\nHowever, .* not be written: .*none/;
  it.each([
    ['a recovery', [missing]],
    ['nothing to restart', [missing]],
    ['a second failure', [/^\[error\] FAILED again after the restart/]],
    ['a cancel', []],
  ] as const)('of %s has at most one error where no output can be written', async (name, patterns) => {
    vi.stubEnv('GITHUB_OUTPUT', join(folder, 'none'));
    expect(await play(scenarios[name])).toBe(false);
    expect(annotations()).toEqual(patterns.map((pattern) => expect.stringMatching(pattern)));
    expect(readFileSync(summaryFile, 'utf8')).toContain('Friendli endpoint');
  });
});

describe('the heartbeat', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  /** What happens at once, or a pause that is slept through. */
  type Step = RunEventBody | number;

  async function sleepThrough(steps: readonly Step[], why: PauseReason = 'poll'): Promise<Report> {
    const report = createReport();
    report.start(inputsWith({ attempts: 3 }));
    const startedAt = Date.now();
    for (const step of steps) {
      const atMs = Date.now() - startedAt;
      if (typeof step !== 'number') report.onEvent({ ...step, atMs });
      else {
        report.onEvent({ type: 'paused', forMs: step * 1_000, why, atMs });
        await vi.advanceTimersByTimeAsync(step * 1_000);
      }
    }
    return report;
  }

  const polls = (count: number, seconds: number): number[] => Array<number>(count).fill(seconds);
  const retry: RunEventBody = { type: 'retry-scheduled', attempt: 3, inMs: 120_000 };
  const isDown: RunEventBody = { type: 'outage', call: 'read', fault: outage };
  const isBack: RunEventBody = { type: 'recovered', call: 'read', outageMs: 5_000 };
  const still = (minutes: number, phase = 'downloading the model'): string =>
    `${minutes}:00  Still INITIALIZING, ${phase}, for ${minutes} min`;
  const hint = '; likely there is no free capacity for its instance type';

  it.each<[about: string, why: PauseReason, steps: Step[], linesAfterAMinute: string[]]>([
    ['polls that bring nothing new', 'poll', [saw(download), ...polls(8, 20)], [still(1), still(2)]],
    [
      'a poll that brings news',
      'poll',
      [saw(download), ...polls(3, 20), saw(running), 0.5],
      ['1:00  RUNNING'],
    ],
    [
      'a restart without effect',
      'stale',
      [saw(stateOf('TERMINATED')), accepted('restart'), { type: 'stale-read', request: 'restart' }, 70],
      ['1:00  The accepted restart has taken no effect yet'],
    ],
    [
      'a pause before an attempt',
      'retry',
      [saw(stateOf('FAILED')), retry, 120],
      ['1:00  Restarting again in 1 min (attempt 3 of 3)'],
    ],
    [
      'an outage',
      'fault',
      [saw(download), isDown, 61.5],
      ['1:00  The API is still not responding; last status: INITIALIZING, downloading the model'],
    ],
    ['an outage that is over', 'poll', [saw(download), isDown, isBack, 62], [still(1)]],
    [
      'a long wait for a virtual machine',
      'poll',
      [saw(machine), ...polls(60, 10), 61.5],
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map(
        (minutes) => still(minutes, 'requesting a virtual machine') + (minutes < 10 ? '' : hint),
      ),
    ],
  ])('is a line a minute, and no other, on %s', async (_, why, steps, lines) => {
    await sleepThrough(steps, why);
    const timed = log().flatMap((line) => /^ +(\d+:\d\d {2}.*)/.exec(line)?.[1] ?? []);
    expect(timed.filter((line) => !line.startsWith('0:'))).toEqual(lines);
  });

  it('leaves no timer behind where the action crashes, and the outputs keep what was seen', async () => {
    const report = await sleepThrough([saw(download), 20]);
    report.onEvent({ type: 'paused', forMs: 300_000, why: 'poll', atMs: 20_000 });
    expect(vi.getTimerCount()).toBe(1);
    const finished = report.finish({ type: 'crashed', message: 'x', elapsedMs: 20_600 });
    expect(vi.getTimerCount()).toBe(0);
    await finished;
    const known = { status: 'INITIALIZING', restarted: 'false', outcome: 'error', elapsedSeconds: '21' };
    expect(Object.fromEntries(outputs())).toMatchObject(known);
  });
});
