import fc from 'fast-check';
import mermaid from 'mermaid';
import { describe, expect, it } from 'vitest';
import type { EndpointState } from '../src/endpoint.js';
import { renderGantt, type Sighting } from '../src/gantt.js';
import type { Outcome, RestartResult } from '../src/restart.js';
import { resultOf, stateOf } from './fixtures.js';

const MINUTE = 60_000;
const startedDate = Date.UTC(2026, 10, 10, 3, 7, 12);

const failed = stateOf('FAILED', '', 'INFERENCE_ENGINE_MEMORY_ERROR');
const machine = stateOf('INITIALIZING', 'REQUESTING_VIRTUAL_MACHINE');
const download = stateOf('INITIALIZING', 'DOWNLOADING_MODEL');
const engine = stateOf('INITIALIZING', 'ENGINE_INITIALIZING');
const running = stateOf('RUNNING');

function sightingsOf(...seen: [EndpointState, number][]): Sighting[] {
  return seen.map(([state, atMs]) => ({ state, atMs }));
}

/** A restart whose phases take 1, 5 and 2 minutes. */
function startTo(end: EndpointState): Sighting[] {
  return sightingsOf(
    [failed, 100],
    [machine, 300],
    [download, MINUTE],
    [engine, 6 * MINUTE],
    [end, 8 * MINUTE],
  );
}

function resultAfter(outcome: Outcome, elapsedMs: number, more: Partial<RestartResult> = {}): RestartResult {
  return resultOf({ outcome, restarted: true, elapsedMs, ...more });
}

interface Bar {
  /** The words beside it. */
  words: string;
  kinds: string[];
  /** In milliseconds from the start of the run. */
  from: number;
  to: number;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** What Mermaid itself reads out of the source. */
async function read(source: string): Promise<Bar[]> {
  expect(await mermaid.parse(source)).toMatchObject({ diagramType: 'gantt' });
  const { db } = await mermaid.mermaidAPI.getDiagramFromText(source);
  if (!('getTasks' in db) || typeof db.getTasks !== 'function') throw new Error('This is no gantt.');
  const tasks: unknown = db.getTasks();
  if (!Array.isArray(tasks)) throw new Error('The gantt has no tasks.');
  const sections = new Set<unknown>();
  return tasks.map((task: unknown) => {
    if (!isRecord(task)) throw new Error('A task is no object.');
    const { section, startTime, endTime } = task;
    if (!(startTime instanceof Date && endTime instanceof Date)) throw new Error('A task has no dates.');
    // Mermaid draws bars of one section in one place, so every bar must have its own.
    if (sections.has(section)) throw new Error(`Two bars share the section ${String(section)}.`);
    sections.add(section);
    return {
      words: String(section).replaceAll('\u2060', ''),
      kinds: ['milestone', 'done', 'active', 'crit'].filter((kind) => task[kind] === true),
      from: startTime.getTime() - startedDate,
      to: endTime.getTime() - startedDate,
    };
  });
}

async function barsOf(sightings: Sighting[], result: RestartResult): Promise<Bar[]> {
  return await read(renderGantt(sightings, result, startedDate));
}

describe('the gantt', () => {
  it('shows in wall-clock time how long each phase of a good start took', async () => {
    const bars = await barsOf(startTo(running), resultAfter('restarted', 8 * MINUTE + 1));
    expect(bars).toEqual([
      { words: 'FAILED', kinds: ['milestone', 'done'], from: 100, to: 300 },
      { words: 'Requesting a virtual machine, 1 min', kinds: ['done'], from: 300, to: MINUTE },
      { words: 'Downloading the model, 5 min', kinds: ['done'], from: MINUTE, to: 6 * MINUTE },
      { words: 'Initializing the engine, 2 min', kinds: ['done'], from: 6 * MINUTE, to: 8 * MINUTE },
      { words: 'RUNNING', kinds: ['milestone', 'done'], from: 8 * MINUTE, to: 8 * MINUTE + 1 },
    ]);
  });

  it('marks the phase in which the start failed, and the failure', async () => {
    const bars = await barsOf(startTo(failed), resultAfter('failed', 8 * MINUTE));
    expect(bars.map(({ kinds }) => kinds)).toEqual([
      ['milestone', 'done'],
      ['done'],
      ['done'],
      ['crit'],
      ['milestone', 'crit'],
    ]);
  });

  it.each<Outcome>(['timed-out', 'cancelled', 'error'])(
    'shows the current phase as still going on where the run ends %s',
    async (outcome) => {
      const bars = await barsOf(startTo(running).slice(0, 3), resultAfter(outcome, 60 * MINUTE));
      expect(bars.slice(0, -1).map(({ kinds }) => kinds)).toEqual([['milestone', 'done'], ['done']]);
      expect(bars.at(-1)).toEqual({
        words: 'Downloading the model, 59 min so far',
        kinds: ['active'],
        from: MINUTE,
        to: 60 * MINUTE,
      });
    },
  );

  it('does not claim a phase for the time in which the API did not answer', async () => {
    const result = resultAfter('timed-out', 60 * MINUTE, { unobservedSinceMs: 50 * MINUTE });
    const bars = await barsOf(startTo(running).slice(0, 3), result);
    expect(bars.slice(-2)).toEqual([
      { words: 'Downloading the model, 49 min so far', kinds: ['active'], from: MINUTE, to: 50 * MINUTE },
      { words: 'Not observed, 10 min', kinds: ['crit'], from: 50 * MINUTE, to: 60 * MINUTE },
    ]);
  });

  it.each<[EndpointState, string]>([
    [stateOf('INITIALIZING'), 'Starting'],
    [stateOf('AWAKING'), 'Waking up'],
    [stateOf('AWAKING', 'DOWNLOADING_MODEL'), 'Downloading the model'],
    [stateOf('UPDATING'), 'Applying a change of its settings'],
    [stateOf('SLEEPING'), 'SLEEPING'],
    [stateOf('FAILED', 'DOWNLOADING_MODEL'), 'FAILED'],
    [stateOf('TERMINATING'), 'TERMINATING'],
    [stateOf('READY'), 'READY'],
    [stateOf('HIBERNATING'), '“HIBERNATING”'],
    [stateOf('HIBERNATING', 'DOWNLOADING_MODEL'), 'Downloading the model'],
    [stateOf('INITIALIZING', 'COMPILING_KERNELS'), '“COMPILING_KERNELS”'],
    [stateOf('x'.repeat(500)), `“${'x'.repeat(24)}”`],
    [stateOf('😀'.repeat(500)), '“”'],
    [stateOf(`${'x'.repeat(23)} y`), `“${'x'.repeat(23)}”`],
    [stateOf('ü𝒳'.repeat(500)), `“${'ü𝒳'.repeat(12)}”`],
  ])('names %o as a person would', async (state, words) => {
    const bars = await barsOf(sightingsOf([state, 0], [running, MINUTE]), resultAfter('not-needed', MINUTE));
    expect(bars[0]?.words).toBe(`${words}, 1 min`);
  });

  it('keeps bars of one name apart', async () => {
    const flapping = sightingsOf([machine, 0], [download, 10], [machine, 20], [download, 30], [running, 40]);
    const bars = await barsOf(flapping, resultAfter('restarted', 40));
    expect(bars.map(({ words }) => words.split(' ')[0])).toEqual([
      'Requesting',
      'Downloading',
      'Requesting',
      'Downloading',
      'RUNNING',
    ]);
  });

  it('puts the middle of a hundred phases into one bar that says how many they are', async () => {
    const phases = Array.from({ length: 99 }, (_, index): [EndpointState, number] => [
      [machine, download, engine][index % 3] ?? machine,
      index * MINUTE,
    ]);
    const bars = await barsOf(
      sightingsOf(...phases, [failed, 99 * MINUTE]),
      resultAfter('failed', 99 * MINUTE),
    );
    expect(bars).toHaveLength(13);
    expect(bars[6]).toEqual({
      words: '88 more states, 1 h 28 min',
      kinds: ['done'],
      from: 6 * MINUTE,
      to: 94 * MINUTE,
    });
    expect(bars.slice(-2).map(({ kinds }) => kinds)).toEqual([['crit'], ['milestone', 'crit']]);
  });

  it('leaves no time out, and has no bar for a single state in the middle', async () => {
    for (const length of [2, 12, 13, 14, 40]) {
      const states = Array.from({ length }, (_, index): [EndpointState, number] => [
        index % 2 === 0 ? machine : download,
        index * MINUTE,
      ]);
      const bars = await barsOf(sightingsOf(...states), resultAfter('cancelled', length * MINUTE));
      expect(bars.length).toBe(Math.min(length, 13));
      expect(bars.slice(1).map(({ from }) => from)).toEqual(bars.slice(0, -1).map(({ to }) => to));
      expect(bars.some(({ words }) => /^\d/.test(words))).toBe(length > 13);
    }
  });

  it.each([
    [0.2, '10second', '%H:%M:%S'],
    [40 / 60, '10second', '%H:%M:%S'],
    [3, '30second', '%H:%M:%S'],
    [8, '1minute', '%H:%M'],
    [10, '1minute', '%H:%M'],
    [31, '5minute', '%H:%M'],
    [61, '15minute', '%H:%M'],
    [150, '30minute', '%H:%M'],
    [371, '1hour', '%a %H:%M'],
    [1_200, '3hour', '%a %H:%M'],
    [7_200, '12hour', '%a %H:%M'],
    [9_000, '12hour', '%a %H:%M'],
  ])('has an axis for a run of %d minutes that can be read', (minutes, tick, format) => {
    const sightings = sightingsOf([failed, 0], [running, minutes * MINUTE]);
    const lines = renderGantt(sightings, resultAfter('restarted', minutes * MINUTE), startedDate).split('\n');
    expect(lines).toContain(`tickInterval ${tick}`);
    expect(lines).toContain(`axisFormat ${format}`);
  });

  it('has at most ten marks on its axis, and words that tell them apart', () => {
    const units: Record<string, number> = { second: 1_000, minute: MINUTE, hour: 60 * MINUTE };
    for (let elapsedMs = MINUTE; elapsedMs <= 7_200 * MINUTE; elapsedMs *= 1.1) {
      const source = renderGantt([], resultAfter('restarted', elapsedMs), startedDate);
      const [, count, unit = ''] = /^tickInterval (\d+)([a-z]+)$/m.exec(source) ?? [];
      const tickMs = Number(count) * (units[unit] ?? Number.NaN);
      expect(elapsedMs / tickMs).toBeLessThanOrEqual(10);
      expect(elapsedMs / tickMs).toBeGreaterThan(2);
      expect(source.includes('%S')).toBe(tickMs < MINUTE);
      expect(source.includes('%a')).toBe(elapsedMs > 4 * 60 * MINUTE);
    }
  });

  it.each<Outcome>(['restarted', 'not-needed', 'failed', 'timed-out', 'cancelled', 'error'])(
    'is one that Mermaid can read, whatever states came before the outcome %s',
    async (outcome) => {
      const bits = [
        ...' :;#,%"\'`-{}[]()<>|\\_/=',
        ...[
          'section ',
          'title ',
          'click a href "javascript:b"',
          'gantt',
          'topAxis',
          'dateFormat x',
          'call b',
        ],
        ...[
          'accTitle: ',
          'accDescr {',
          '%%{init: {}}%%',
          '%%',
          '---',
          '```',
          '#35;',
          '2025-01-01',
          'é',
          '😀',
          'a',
        ],
        ...[
          'includes ',
          'todayMarker off',
          'weekday monday',
          'weekend friday',
          'excludes ',
          'axisFormat %H',
          '\n',
        ],
      ];
      const name = fc.oneof(
        fc.array(fc.constantFrom(...bits), { maxLength: 6 }).map((parts) => parts.join('')),
        fc.string({ unit: 'binary' }),
        fc.constantFrom('INITIALIZING', 'RUNNING', 'DOWNLOADING_MODEL', ''),
      );
      const seen = fc.record({ status: name, phase: name, lastedMs: fc.integer({ min: 0, max: 1_000_000 }) });
      await fc.assert(
        fc.asyncProperty(
          fc.array(seen, { minLength: 2, maxLength: 30 }),
          fc.boolean(),
          async (states, blind) => {
            let atMs = 0;
            const sightings = states.map(({ status, phase, lastedMs }) => {
              atMs += lastedMs;
              return { state: stateOf(status, phase), atMs };
            });
            const result = resultAfter(outcome, atMs + 5_000, {
              unobservedSinceMs: blind ? atMs + 1_000 : undefined,
            });
            const source = renderGantt(sightings, result, startedDate);
            const bars = await read(source);
            expect(bars).toHaveLength(Math.min(states.length + (blind ? 1 : 0), 13));
            expect(bars.at(-1)?.to).toBe(atMs + 5_000);
            expect(source.split('\n')).toHaveLength(6 + 2 * bars.length);
            expect(source).not.toContain('```');
            expect(source.length).toBeLessThan(4_000);
          },
        ),
      );
    },
  );
});
