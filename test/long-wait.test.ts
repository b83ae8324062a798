import { getEventListeners, once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EndpointState } from '../src/endpoint.js';
import { createFriendliClient } from '../src/friendli.js';
import type { Inputs } from '../src/inputs.js';
import { Report } from '../src/report.js';
import { restartEndpoint } from '../src/restart.js';
import { createCleaner } from '../src/text.js';
import { waiting } from './fixtures.js';
import { VirtualClock } from './virtual-clock.js';

/** Far more than it takes, for a machine that is busy. */
const TEST_TIMEOUT_MS = 60_000;
const LONGEST_WAIT_MS = 7_200 * 60_000;
/**
 * In bytes of heap a poll, after garbage collection: half of the smallest object and its place in a list, so nothing is
 * kept of a poll.
 */
const NOTHING_KEPT = 16;
/** The same over HTTP, where Node itself still grows a little for thousands of requests: less than any part of one. */
const NO_REQUEST_KEPT = 400;

const inputs: Inputs = { ...waiting, timeoutMinutes: 7_200, pollIntervalSeconds: 1 };

let folder: string;
let outputFile: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'long-wait-'));
  outputFile = join(folder, 'output');
  writeFileSync(outputFile, '');
  writeFileSync(join(folder, 'summary'), '');
  vi.stubEnv('GITHUB_OUTPUT', outputFile);
  vi.stubEnv('GITHUB_STEP_SUMMARY', join(folder, 'summary'));
  vi.stubEnv('RUNNER_DEBUG', '');
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

describe('a wait of thirty thousand polls', { timeout: TEST_TIMEOUT_MS }, () => {
  const POLLS = 30_000;

  it('keeps its memory, and logs changes and a line a minute, whatever the number of polls', async () => {
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const heap = heapMeter(POLLS);
    const clock = new VirtualClock();
    const report = new Report(clock.date());
    let polls = 0;

    report.start(inputs);
    const result = await restartEndpoint({
      client: {
        getStatus: async () => {
          polls += 1;
          heap.after(polls);
          return stateAt(polls, POLLS);
        },
        restart: async () => stateAt(2, POLLS),
      },
      clock,
      listener: report.onEvent,
      signal: new AbortController().signal,
      wait: true,
      timeoutMs: LONGEST_WAIT_MS,
      pollIntervalMs: 1_000,
      restartOn: inputs.restartOn,
    });
    await report.finish(result, inputs);
    const lines = written.mock.calls.map(([text]) => String(text));
    written.mockRestore();

    expect({ outcome: result.outcome, polls }).toEqual({ outcome: 'restarted', polls: POLLS });
    expect(heap.bytesPerPoll()).toBeLessThan(NOTHING_KEPT);
    // What was done, FAILED, the accepted restart, three phases, RUNNING, and the result.
    const heartbeats = lines.filter((line) => line.includes('Still '));
    expect(lines.filter((line) => !heartbeats.includes(line))).toHaveLength(8);
    expect(heartbeats.length).toBeGreaterThan(0);
    expect(heartbeats.length).toBeLessThanOrEqual(result.elapsedMs / 60_000);
    expect(outputsOf(readFileSync(outputFile, 'utf8'), 'status')).toEqual([
      'FAILED',
      'INITIALIZING',
      'RUNNING',
    ]);
    expect(outputsOf(readFileSync(outputFile, 'utf8'), 'phase')).toEqual([
      '',
      'REQUESTING_VIRTUAL_MACHINE',
      'DOWNLOADING_MODEL',
      'ENGINE_INITIALIZING',
      '',
    ]);
  });
});

describe('a wait of two thousand polls over HTTP', { timeout: TEST_TIMEOUT_MS }, () => {
  const POLLS = 2_000;

  it('keeps its memory, its one connection and its listeners', async () => {
    let polls = 0;
    let connections = 0;
    const server = createServer((request, response) => {
      if (request.method === 'GET') polls += 1;
      const state = stateAt(request.method === 'GET' ? polls : 2, POLLS);
      response.end(JSON.stringify({ ...state, createdAt: '2025-01-01T00:00:00Z' }));
    });
    server.on('connection', () => {
      connections += 1;
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');

    const heap = heapMeter(POLLS);
    const listenersBefore = listenersOfProcess();
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on('warning', onWarning);
    const { signal } = new AbortController();
    let mostListeners = 0;

    const result = await restartEndpoint({
      client: createFriendliClient({
        ...inputs,
        apiUrl: `http://127.0.0.1:${portOf(server.address())}`,
        clean: createCleaner(inputs.apiKey),
      }),
      clock: new VirtualClock(),
      listener: ({ type }) => {
        if (type !== 'paused') return;
        mostListeners = Math.max(mostListeners, getEventListeners(signal, 'abort').length);
        heap.after(polls);
      },
      signal,
      wait: true,
      timeoutMs: LONGEST_WAIT_MS,
      pollIntervalMs: 1_000,
      restartOn: inputs.restartOn,
    });
    await setImmediate();
    process.off('warning', onWarning);
    server.close();
    server.closeAllConnections();

    expect({ outcome: result.outcome, polls }).toEqual({ outcome: 'restarted', polls: POLLS });
    expect(connections).toBe(1);
    expect(mostListeners).toBe(0);
    expect(warnings).toEqual([]);
    expect(listenersOfProcess()).toEqual(listenersBefore);
    expect(heap.bytesPerPoll()).toBeLessThan(NO_REQUEST_KEPT);
  });
});

/** What the `poll`th of `polls` polls tells: FAILED at first, then a start of three phases that ends with the last poll. */
function stateAt(poll: number, polls: number): EndpointState {
  const updatedAt = '2025-01-01T00:00:00Z';
  if (poll === 1) return { status: 'FAILED', phase: '', errorCode: '', updatedAt };
  if (poll >= polls) return { status: 'RUNNING', phase: '', errorCode: '', updatedAt };
  const phases = ['REQUESTING_VIRTUAL_MACHINE', 'DOWNLOADING_MODEL', 'ENGINE_INITIALIZING'];
  const phase = phases[Math.floor((poll / polls) * phases.length)] ?? '';
  return { status: 'INITIALIZING', phase, errorCode: '', updatedAt };
}

interface HeapMeter {
  /** To be called after each poll: now and then takes the size of the heap, without garbage. */
  after(poll: number): void;
  bytesPerPoll(): number;
}

/** Tells how fast the heap grows in the second half of so many polls: what is made once has been made by then. */
function heapMeter(polls: number): HeapMeter {
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  const readings: { poll: number; bytes: number }[] = [];
  return {
    after(poll) {
      if (poll < polls / 2 || poll % (polls / 20) !== 0) return;
      collectGarbage();
      readings.push({ poll, bytes: process.memoryUsage().heapUsed });
    },
    bytesPerPoll: () => slope(readings),
  };
}

/** The slope of the straight line that fits best. */
function slope(points: readonly { poll: number; bytes: number }[]): number {
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanPoll = mean(points.map(({ poll }) => poll));
  const meanBytes = mean(points.map(({ bytes }) => bytes));
  const covariance = mean(points.map(({ poll, bytes }) => (poll - meanPoll) * (bytes - meanBytes)));
  return covariance / mean(points.map(({ poll }) => (poll - meanPoll) ** 2));
}

/** The values that an output was given, in their order. */
function outputsOf(file: string, name: string): string[] {
  return [...file.matchAll(/^(\w+)<<(\S+)\n(.*)\n\2$/gm)]
    .filter((match) => match[1] === name)
    .map((match) => match[3] ?? '');
}

function listenersOfProcess(): Record<string, number> {
  return Object.fromEntries(process.eventNames().map((name) => [String(name), process.listenerCount(name)]));
}

function portOf(address: ReturnType<Server['address']>): number {
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
}
