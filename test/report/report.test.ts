import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Report } from '../../src/report/report.js';
import type { Policy } from '../../src/run.js';
import { createSanitizer } from '../../src/sanitize.js';
import { readEnvironmentFile } from '../action/runner-formats.js';
import { download, type PlayedRun, type Script, state, waiting } from '../play.js';
import { failed, outage, play, playScenario, running, scenarios, startEpochMs } from './scenarios.js';

const folder = mkdtempSync(join(tmpdir(), 'report-test-'));
const outputFile = join(folder, 'outputs');
const summaryFile = join(folder, 'summary');
let stdout: string;
let report: Report;

beforeEach(() => {
  vi.stubEnv('RUNNER_DEBUG', undefined);
  vi.stubEnv('GITHUB_OUTPUT', outputFile);
  vi.stubEnv('GITHUB_STEP_SUMMARY', summaryFile);
  writeFileSync(outputFile, '');
  writeFileSync(summaryFile, 'of an earlier step\n');
  stdout = '';
  report = new Report({ clock: { date: () => startEpochMs }, sanitize: createSanitizer('flp_key') });
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

function begin(policy: Partial<Policy>): void {
  const credentials = { endpointId: 'dep1', apiKey: 'flp_key', team: '', apiUrl: 'https://api.friendli.ai' };
  report.start({ ...credentials, policy: { ...waiting, ...policy } });
}

/** Reports what happens in a run, up to its end. */
function follow(script: Script): PlayedRun {
  const played = play(script);
  for (const [event, run] of played.reported) report.onEvent(event, run);
  return played;
}

/** Reports a whole run. Returns whether the step succeeds. */
function playReport(script: Script): boolean {
  begin(script);
  return report.finish({ type: 'completed', result: follow(script) });
}

/** The lines, with annotations as the runner gets them. */
function log(): string[] {
  return stdout.split(/\r?\n/).filter((line) => line !== '');
}

/** In the order of the file, as `name=value`. */
function outputs(): string[] {
  return readEnvironmentFile(readFileSync(outputFile, 'utf8')).map((entry) => entry.join('='));
}

it('reports two attempts in the log, in outputs that are written when they change, and in the summary', () => {
  const script = { ...scenarios['two attempts'], probe: 'chat', probes: ['ok'] } as const;
  expect(playReport(script)).toBe(true);
  const message =
    'Endpoint dep1 was restarted twice, was RUNNING again after 5 min 15 s, stayed RUNNING for 1 min, and responded to the chat probe after 6 min 15 s.';
  expect(log()).toEqual([
    'Restarting endpoint dep1 if it is RECOVERABLE, up to 3 times, then waiting up to 1 h until it has been RUNNING for 1 min and responds to the chat probe',
    '   0:00  FAILED, WORKLOAD_INIT_GRPC_ERROR (likely cause: an internal Friendli service call failed)',
    '   0:00  The restart request got no response: the connection was closed. Reading the status before retrying.',
    '::warning title=Restart request failed::0:01  The API rejected the restart request: HTTP 400 Bad Request (already restarting). Reading the status before retrying.',
    '   0:01  Waiting up to 2 min to see whether the earlier restart request takes effect',
    '   0:17  The status shows that the restart was accepted (attempt 1 of 3)',
    '   0:17  INITIALIZING (downloading the model)',
    '   1:17  Still INITIALIZING (downloading the model) after 1 min',
    '   2:17  Still INITIALIZING (downloading the model) after 2 min',
    '::warning title=Status request failed::2:57  The status request failed: HTTP 503 Service Unavailable (upstream is down). Retrying.',
    '   3:57  The status still cannot be read; last known status: INITIALIZING (downloading the model)',
    '   4:12  The status can be read again after 1 min 16 s',
    '   4:12  INITIALIZING (initializing the engine)',
    '   4:15  FAILED, WORKLOAD_INIT_HF_WANDB_API_ERROR (likely cause: Hugging Face or Weights & Biases did not respond)',
    '   4:25  Restarting again in 30 s (attempt 2 of 3)',
    '   4:55  Restart accepted (attempt 2 of 3)',
    '   4:55  INITIALIZING (requesting a virtual machine)',
    '   5:15  RUNNING',
    '   5:15  Waiting until the endpoint has been RUNNING for 1 min',
    '   6:15  Responded to the chat probe',
    `Restarted and responding. ${message}`,
  ]);
  expect(outputs()).toEqual([
    ...['status=FAILED', 'errorCode=WORKLOAD_INIT_GRPC_ERROR', 'phase='],
    ...['previousStatus=FAILED', 'previousErrorCode=WORKLOAD_INIT_GRPC_ERROR', 'restarted=false'],
    ...['status=INITIALIZING', 'errorCode=', 'phase=DOWNLOADING_MODEL', 'restarted=true', 'phase=ENGINE_INITIALIZING'],
    ...['status=FAILED', 'errorCode=WORKLOAD_INIT_HF_WANDB_API_ERROR', 'phase='],
    ...['status=INITIALIZING', 'errorCode=', 'phase=REQUESTING_VIRTUAL_MACHINE', 'status=RUNNING', 'phase='],
    ...['outcome=restarted', `message=${message}`, 'elapsedSeconds=375'],
  ]);
  expect(readFileSync(summaryFile, 'utf8')).toBe(`of an earlier step\n${playScenario(script).summary}`);
});

describe('the log', () => {
  it('begins with what the run will do', () => {
    begin({ wait: false });
    begin({ wake: true, restartOn: ['RECOVERABLE'] });
    begin({ dryRun: true });
    expect(log()).toEqual([
      'Restarting endpoint dep1 if it is FAILED or TERMINATED, without waiting',
      'Restarting endpoint dep1 if it is RECOVERABLE, waking it if it is SLEEPING, then waiting up to 1 h until it is RUNNING',
      'Dry run for endpoint dep1: reading the status only; nothing will be changed',
    ]);
  });

  it('says that a restart has had no effect, and when the next request of a long poll interval is sent', () => {
    playReport({ ...scenarios['a restart without effect'], pollIntervalMs: 300_000, timeoutMs: 540_000 });
    const pending =
      'The accepted restart has had no visible effect yet; last known status: FAILED, INFERENCE_ENGINE_MEMORY_ERROR';
    expect(log().slice(2, -1)).toEqual([
      '   0:00  Restart accepted',
      '   0:00  Next status request in 5 min',
      `   5:00  ${pending}. Next status request in 3 min 58 s`,
      `   8:58  ${pending}`,
    ]);
  });

  it('shows at most 100 changes, warnings included, and the end, as do the outputs, and any restart', () => {
    const changing = Array.from({ length: 200 }, (_, at) => state(`S${at}`));
    const reads = [...changing.slice(0, 30).flatMap((it) => [it, outage, outage]), ...changing.slice(30)];
    const result = follow({ reads: [...reads, outage, outage, failed, failed, running], pollIntervalMs: 100 });
    const statuses = () => outputs().filter((line) => line.startsWith('status='));
    expect(statuses().slice(99)).toEqual(['status=S99', 'status=INITIALIZING']);
    expect(outputs()).toContain('restarted=true');
    report.finish({ type: 'completed', result });
    expect(statuses().slice(101)).toEqual(['status=RUNNING']);
    expect(log().slice(99)).toEqual([
      expect.stringMatching(/ {2}S\d+$/),
      expect.stringMatching(/ {2}100 changes so far; no more are logged until the end of the run$/),
      expect.stringMatching(/^Restarted and running\. /),
    ]);
  });

  it('has requests, pauses, and each new state under debug logging only, notices always, and never outputs', () => {
    // Without a file, the toolkit would print them.
    vi.stubEnv('GITHUB_OUTPUT', '');
    for (const debug of [undefined, '1']) {
      vi.stubEnv('RUNNER_DEBUG', debug);
      report.onNotice('::error::x NODE_TLS_REJECT_UNAUTHORIZED is ignored');
      report.onRequest({ method: 'GET', path: '/e/dep1/status', result: 'HTTP 200', durationMs: 81.6 });
      follow({ reads: [download, download, running] });
    }
    const notice = expect.stringMatching(/^(?!::).*NODE_TLS_REJECT_UNAUTHORIZED is ignored$/);
    expect(log().filter((line) => !/^ +\d/.test(line))).toEqual([
      ...[notice, notice, '::debug::GET /e/dep1/status: HTTP 200 in 82 ms'],
      '::debug::state {"status":"INITIALIZING","phase":"DOWNLOADING_MODEL","errorCode":"","updatedAt":""}',
      ...['::debug::0:00 pause of 20 s (poll)', '::debug::0:20 pause of 20 s (poll)'],
      '::debug::state {"status":"RUNNING","phase":"","errorCode":"","updatedAt":""}',
    ]);
  });

  it('ends with an annotation of the length that GitHub shows, and outputs keep the last state, after a crash', () => {
    follow({ reads: [download], cancelAtMs: 1 });
    report.finish({ type: 'crashed', message: '😀'.repeat(3_000), elapsedMs: 20_600 });
    const [, text] = /^::error title=Internal error in the action::(.*: (?:😀)+…)$/u.exec(log().at(-1) ?? '') ?? [];
    expect(text).toHaveLength(4_095);
    expect(outputs().slice(6)).toEqual(['outcome=error', expect.stringMatching(/^message=/), 'elapsedSeconds=21']);
  });
});

it.each([
  ['a recovery', 'Outputs are missing'],
  ['a second failure', 'FAILED again after the restart%3A INFERENCE_ENGINE_MEMORY_ERROR'],
  ['a cancel', undefined],
] as const)('outputs that cannot be written fail the step with at most one error, on %s: %s', (name, title) => {
  vi.stubEnv('GITHUB_OUTPUT', join(folder, 'none', 'outputs'));
  expect(playReport(scenarios[name])).toBe(false);
  const lost = 'The outputs could not be written: .*none.* Later steps will see empty values';
  const error = expect.stringMatching(`^::error title=${title}::Endpoint dep1 .*%0A${lost}\\.$`);
  expect(log().filter((line) => line.startsWith('::'))).toEqual(title === undefined ? [] : [error]);
  expect(readFileSync(summaryFile, 'utf8')).toContain('Friendli endpoint');
  expect(Atomics.wait).toHaveBeenCalledTimes(2);
});
