import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Report } from '../../src/report/report.js';
import { createSanitizer } from '../../src/sanitize.js';
import { readCommands, readEnvironmentFile } from '../action/runner-formats.js';
import { lost, playPolicy, type Script, state } from '../play.js';
import {
  alreadyRestarting,
  download,
  failed,
  inputsWith,
  playScenario,
  scenarios,
  startEpochMs,
  unavailable,
} from './scenarios.js';

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
  vi.spyOn(Atomics, 'wait').mockReturnValue('timed-out');
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    stdout += String(chunk);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Plays a whole run. The log is what a person reads: lines, and annotations after their level and title. */
function playReport(script: Script) {
  const { reported, run, decision, elapsedMs } = playPolicy(script);
  const report = createReport();
  report.start(inputsWith(run.policy));
  for (const [event, knowledge] of reported) report.onEvent(event, knowledge);
  const isSuccess = report.finish({ type: 'completed', result: { run, decision, elapsedMs } });
  return { isSuccess, log: log(), outputs: outputs(), summary: readFileSync(summaryFile, 'utf8') };
}

function createReport(): Report {
  return new Report({ clock: { date: () => startEpochMs }, sanitize: createSanitizer('flp_key') });
}

function log(): string[] {
  const lines = stdout.split(/\r?\n/).filter((line) => line !== '');
  return lines.map((line) => {
    const [command] = readCommands(line).commands;
    if (command === undefined) return line;
    return `[${command.name}] ${command.properties['title'] ?? ''}: ${command.data}`;
  });
}

/** In the order of the file, as `name=value`. */
function outputs(): string[] {
  return readEnvironmentFile(readFileSync(outputFile, 'utf8')).map((entry) => entry.join('='));
}

it('reports a recovery in the log, in outputs that are written when they change, and in the summary', () => {
  writeFileSync(summaryFile, 'of an earlier step\n');
  const played = playReport(scenarios['a recovery']);
  expect(played.isSuccess).toBe(true);
  expect(played.log).toEqual([
    'Restarting endpoint dep1 if it is FAILED or TERMINATED, then waiting up to 1 h until it is RUNNING',
    '   0:00  FAILED, WORKLOAD_INIT_DOWNLOAD_ERROR (likely cause: the model could not be downloaded)',
    '   0:00  Restart accepted',
    '   0:00  INITIALIZING (requesting a virtual machine)',
    '   1:00  Still INITIALIZING (requesting a virtual machine) after 1 min',
    '   1:40  INITIALIZING (downloading the model)',
    ...[2, 3, 4, 5].map(
      (minutes) => `   ${minutes}:40  Still INITIALIZING (downloading the model) after ${minutes - 1} min`,
    ),
    '   6:40  INITIALIZING (initializing the engine)',
    '   7:40  Still INITIALIZING (initializing the engine) after 1 min',
    '   8:10  RUNNING',
    'Restarted and running. Endpoint dep1 was restarted and was RUNNING again after 8 min 10 s.',
  ]);
  expect(played.outputs).toEqual([
    ...['status=FAILED', 'errorCode=WORKLOAD_INIT_DOWNLOAD_ERROR', 'phase='],
    ...['previousStatus=FAILED', 'previousErrorCode=WORKLOAD_INIT_DOWNLOAD_ERROR', 'restarted=false'],
    ...['status=INITIALIZING', 'errorCode=', 'phase=REQUESTING_VIRTUAL_MACHINE', 'restarted=true'],
    ...['phase=DOWNLOADING_MODEL', 'phase=ENGINE_INITIALIZING', 'status=RUNNING', 'phase='],
    'outcome=restarted',
    'message=Endpoint dep1 was restarted and was RUNNING again after 8 min 10 s.',
    'elapsedSeconds=490',
  ]);
  expect(played.summary).toBe(`of an earlier step\n${playScenario(scenarios['a recovery']).summary}`);
});

describe('the log', () => {
  it.each([
    [{ wait: false }, 'Restarting endpoint dep1 if it is FAILED or TERMINATED, without waiting'],
    [
      { wake: true, restartOn: ['RECOVERABLE'], attempts: 3, stableForMs: 60_000, probe: 'embeddings' },
      'Restarting endpoint dep1 if it is RECOVERABLE, up to 3 times, waking it if it is SLEEPING, then waiting up to 1 h until it has been RUNNING for 1 min and responds to the embeddings probe',
    ],
    [{ dryRun: true }, 'Dry run for endpoint dep1: reading the status only; nothing will be changed'],
  ] as const)('begins with what the run will do: %o', (policy, line) => {
    createReport().start(inputsWith(policy));
    expect(log()).toEqual([line]);
  });

  const gpu = 'FAILED, INFERENCE_ENGINE_MEMORY_ERROR';
  it.each<[about: string, script: Script, from: number, lines: (string | RegExp)[]]>([
    [
      'two attempts, and how long RUNNING has to last',
      { ...scenarios['two attempts'], probe: 'chat', probes: ['ok'] },
      5,
      [
        '   1:20  FAILED, WORKLOAD_INIT_HF_WANDB_API_ERROR (likely cause: Hugging Face or Weights & Biases did not respond)',
        '   1:30  Restarting again in 30 s (attempt 2 of 3)',
        '   2:00  Restart accepted (attempt 2 of 3)',
        '   2:00  INITIALIZING (requesting a virtual machine)',
        '   3:00  INITIALIZING (downloading the model)',
        '   3:20  INITIALIZING (initializing the engine)',
        '   3:38  RUNNING',
        '   3:38  Waiting until the endpoint has been RUNNING for 1 min',
        '   4:38  Responded to the chat probe',
        /^Restarted and responding\. /,
      ],
    ],
    [
      'outages with one warning each, and what is still known in between',
      { ...scenarios['an outage at the end'], timeoutMs: 780_000 },
      7,
      [
        '[warning] Status request failed: 2:41  The status request failed: HTTP 503 Service Unavailable (upstream is down). Retrying.',
        '   2:44  The status can be read again after 3.5 s',
        ...[3, 4, 5, 6, 7, 8, 9].map((minutes) => {
          return `   ${minutes}:44  Still INITIALIZING (downloading the model) after ${minutes - 2} min`;
        }),
        /^\[warning\] Status request failed: 10:04 /,
        ...[11, 12].map((minutes) => {
          return `  ${minutes}:04  The status still cannot be read; last known status: INITIALIZING (downloading the model)`;
        }),
        /^\[error\] Status unknown for the last 2 min 57 s: .*\nRe-run the job later\./,
      ],
    ],
    [
      'a restart whose response was lost, that the next one waits, and that it was accepted',
      { reads: [...Array(6).fill(failed), download, state('RUNNING')], restarts: [lost, alreadyRestarting] },
      2,
      [
        '   0:00  The restart request got no response: the connection was closed. Reading the status before retrying.',
        '[warning] Restart request failed: 0:01  The API rejected the restart request: HTTP 400 Bad Request (already restarting). Reading the status before retrying.',
        '   0:01  Waiting up to 2 min to see whether the earlier restart request takes effect',
        '   0:22  The status shows that the restart was accepted',
        '   0:22  INITIALIZING (downloading the model)',
        '   0:42  RUNNING',
        /^Restarted and running\. /,
      ],
    ],
    [
      'the next request of a long poll interval',
      { reads: [download], pollIntervalMs: 300_000, timeoutMs: 720_000 },
      2,
      [
        '   0:00  Next status request in 5 min',
        '   5:00  Still INITIALIZING (downloading the model) after 5 min. Next status request in 5 min',
        '  10:00  Still INITIALIZING (downloading the model) after 10 min. Next status request in 1 min 58 s',
        '  11:58  Still INITIALIZING (downloading the model) after 11 min 58 s',
        /^\[error\] Not RUNNING/,
      ],
    ],
    [
      'a restart without effect',
      { reads: [failed], restarts: [failed], timeoutMs: 90_000 },
      3,
      [
        `   1:00  The accepted restart has had no visible effect yet; last known status: ${gpu}`,
        /^\[error\] Restart accepted, but still FAILED/,
      ],
    ],
  ])('shows %s', (_, script, from, lines) => {
    const expected = lines.map((line) => (line instanceof RegExp ? expect.stringMatching(line) : line));
    expect(playReport(script).log.slice(from)).toEqual(expected);
  });

  it('shows at most 100 changes, as do the outputs, and always the end', () => {
    const long = '😀'.repeat(250);
    const reads = Array.from({ length: 2_000 }, (_, index) =>
      index % 3 === 0 ? state(`${long}${index}`, { phase: long, errorCode: long }) : unavailable,
    );
    const { log, outputs } = playReport({ reads: [...reads, state('RUNNING')], timeoutMs: 7_200 * 60_000 });
    expect(log.filter((line) => line.includes('100 changes so far; no more are logged'))).toHaveLength(1);
    const elapsedMinutes = Number(outputs.at(-1)?.replace('elapsedSeconds=', '')) / 60;
    expect(log.length).toBeLessThanOrEqual(100 + elapsedMinutes + 3);
    expect(statSync(outputFile).size).toBeLessThan(1_024 * 1_024);
    expect(outputs).toEqual(expect.arrayContaining(['status=RUNNING', 'outcome=not-needed']));
  });

  it('has requests, pauses, and each new state under debug logging only, and notices always', () => {
    const show = (): void => {
      const report = createReport();
      report.onNotice('::error::x NODE_TLS_REJECT_UNAUTHORIZED is ignored');
      report.onRequest({ method: 'GET', path: '/e/dep1/status', result: 'HTTP 200', durationMs: 81.6 });
      const { reported } = playPolicy({ reads: [download, download, state('RUNNING')] });
      for (const [event, run] of reported) report.onEvent(event, run);
    };
    show();
    vi.stubEnv('RUNNER_DEBUG', '1');
    show();
    const notice = expect.stringMatching(/^[^[].*NODE_TLS_REJECT_UNAUTHORIZED is ignored$/);
    expect(log().filter((line) => !/^ +\d/.test(line))).toEqual([
      ...[notice, notice, '[debug] : GET /e/dep1/status: HTTP 200 in 82 ms'],
      '[debug] : state {"status":"INITIALIZING","phase":"DOWNLOADING_MODEL","errorCode":"","updatedAt":""}',
      ...['[debug] : 0:00 pause of 20 s (poll)', '[debug] : 0:20 pause of 20 s (poll)'],
      '[debug] : state {"status":"RUNNING","phase":"","errorCode":"","updatedAt":""}',
    ]);
  });

  it('limits the annotation to the length that GitHub shows, and prints no command without an output file', () => {
    vi.stubEnv('GITHUB_OUTPUT', '');
    createReport().finish({ type: 'invalid-input', issues: [`team: ${'😀'.repeat(3_000)}`] });
    expect(log()).toEqual([expect.stringMatching(/^\[error\] Invalid input: team: (?:😀)+…$/u)]);
    expect(readCommands(stdout).commands[0]?.data).toHaveLength(4_095);
  });
});

/** The annotation with this title, which also says that the outputs are missing. */
const missing = (title: string): RegExp =>
  new RegExp(
    `^\\[error\\] ${title}: Endpoint dep1 [^]*\\nThe outputs could not be written: .*none.* Later steps will see empty values\\.$`,
  );

it.each([
  ['a recovery', [missing('Outputs are missing')]],
  ['nothing to restart', [missing('Outputs are missing')]],
  ['a second failure', [missing('FAILED again after the restart: \\w+')]],
  ['a cancel', []],
] as const)('a file that cannot be written fails the step with at most one error, on %s', (name, patterns) => {
  vi.stubEnv('GITHUB_OUTPUT', join(folder, 'none', 'outputs'));
  const { isSuccess, log, summary } = playReport(scenarios[name]);
  expect(isSuccess).toBe(false);
  const annotations = log.filter((line) => line.startsWith('['));
  expect(annotations).toEqual(patterns.map((pattern) => expect.stringMatching(pattern)));
  expect(summary).toContain('Friendli endpoint');
  expect(Atomics.wait).toHaveBeenCalledTimes(2);
});

it('keeps the last state in the outputs when the action crashes', () => {
  const report = createReport();
  const { reported } = playPolicy({ reads: [download], cancelAtMs: 1 });
  for (const [event, run] of reported) report.onEvent(event, run);
  report.finish({ type: 'crashed', message: 'x', elapsedMs: 20_600 });
  const lines = ['status=INITIALIZING', 'outcome=error', 'elapsedSeconds=21'];
  expect(outputs()).toEqual(expect.arrayContaining(lines));
});
