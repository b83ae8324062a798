import { describe, expect, it } from 'vitest';
import type { EndpointState } from '../../src/endpoint.js';
import { History } from '../../src/report/history.js';
import { barsOf, renderGantt } from '../../src/report/timeline.js';
import type { RunEvent, RunResult } from '../../src/run.js';
import { mermaidParser } from './mermaid.js';
import {
  download,
  engine,
  machine,
  resultOf,
  running,
  runThrough,
  type Scenario,
  saw,
  scenario,
  scenarios,
  startedDate,
  stateOf,
} from './scenarios.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** A bar as Mermaid reads it, in seconds from the start of the run. */
type Bar = [label: string, color: string, from: number, to: number];

/** What Mermaid itself reads out of the source. */
async function read(source: string): Promise<Bar[]> {
  expect(await mermaidParser.parse(source)).toMatchObject({ diagramType: 'gantt' });
  const { db } = await mermaidParser.mermaidAPI.getDiagramFromText(source);
  const bars = db.getTasks().map((task): Bar => {
    const color = (['done', 'active', 'crit'] as const).find((tag) => task[tag]) ?? 'phase';
    const secondOf = (date: Date): number => (date.getTime() - startedDate) / SECOND;
    return [task.section, color, secondOf(task.startTime), secondOf(task.endTime)];
  });
  // Mermaid draws bars of one section in one place, so every bar must have its own.
  expect(new Set(bars.map(([section]) => section)).size).toBe(bars.length);
  return bars.map(([section, ...rest]) => [section.replaceAll('\u2060', ''), ...rest]);
}

function sourceOf(events: readonly RunEvent[], result: RunResult): string {
  const history = new History();
  for (const event of events) history.record(event);
  return renderGantt(barsOf(history.entries, result), startedDate);
}

const draw = ({ events, result }: Scenario): Promise<Bar[]> => read(sourceOf(events, result));

describe('the picture', () => {
  it('of two attempts shows each accepted restart and the pause between them: only FAILED is red', async () => {
    expect(await draw(scenarios['two attempts'])).toEqual([
      ['FAILED', 'crit', 0.2, 0.4],
      ['Restart accepted', 'done', 0.4, 0.4],
      ['Requesting a virtual machine, 41 s', 'phase', 0.4, 41],
      ['Downloading the model, 21 s', 'phase', 41, 62],
      ['FAILED, 10 s', 'crit', 62, 72],
      ['Waiting for restart 2, 30 s', 'done', 72, 102],
      ['Restart 2 accepted', 'done', 102, 102],
      ['Requesting a virtual machine, 40 s', 'phase', 102, 142],
      ['Downloading the model, 1 min 1 s', 'phase', 142, 203],
      ['Initializing the engine, 18 s', 'phase', 203, 221],
      ['RUNNING, 1 min', 'active', 221, 281],
    ]);
  });

  it('claims no phase for the time in which the API did not respond', async () => {
    expect((await draw(scenarios['an outage'])).slice(3)).toEqual([
      ['Downloading the model, 1 min', 'phase', 61, 121],
      ['Not observed, 1 min', 'done', 121, 181],
      ['Downloading the model, 6 min 59 s so far', 'phase', 181, 600],
      ['Not observed, 10 min', 'done', 600, 1_200],
    ]);
  });

  it('has no bar for a state that an outage ended in, if the next state was seen at once', async () => {
    const events = [
      [0, saw(download)],
      [60, { type: 'recovered', call: 'read', outageMs: 40 * SECOND }],
      [60.01, saw(running)],
    ] as const;
    expect(await draw(scenario({}, events, { outcome: 'not-needed' }))).toEqual([
      ['Downloading the model, 20 s', 'phase', 0, 20],
      ['Not observed, 40 s', 'done', 20, 60.01],
      ['RUNNING', 'active', 60.01, 60.01],
    ]);
  });

  it.each<[EndpointState, string, string]>([
    [stateOf('UPDATING'), 'Rolling out a new version', 'phase'],
    [stateOf('SLEEPING'), 'SLEEPING', 'done'],
    [stateOf('FAILED', 'DOWNLOADING_MODEL'), 'FAILED', 'crit'],
    [stateOf('READY'), 'READY', 'active'],
    [stateOf('constructor'), '“constructor”', 'done'],
    [stateOf('FAILED '), '“FAILED”', 'done'],
    [stateOf('INITIALIZING', 'COMPILING_KERNELS'), '“COMPILING_KERNELS”', 'phase'],
    [stateOf('x'.repeat(500)), `“${'x'.repeat(20)}”`, 'done'],
    [stateOf('😀'.repeat(500)), '“”', 'done'],
    [stateOf('ü𝒳'.repeat(500)), `“${'ü𝒳'.repeat(10)}”`, 'done'],
  ])('names %o as a person would', async (state, label, color) => {
    const [bar] = await draw(runThrough([state, running], { outcome: 'not-needed' }));
    expect(bar).toEqual([`${label}, 1 min`, color, 0, 60]);
  });

  it.each([13, 14, 10_000])('of a run of %i states keeps the first and the last ones', async (length) => {
    const phases = [machine, download, engine] as const;
    const states = Array.from({ length }, (_, index) => phases[index % 3] ?? machine);
    const bars = await draw(runThrough(states, { outcome: 'cancelled', elapsedMs: length * MINUTE }));
    expect(bars).toHaveLength(13);
    expect(bars.slice(1).map(([, , from]) => from)).toEqual(bars.slice(0, -1).map(([, , , to]) => to));
    const middle = length === 13 ? 'Requesting a virtual machine' : `${length - 12} more states`;
    expect(bars[6]?.[0].replace(/,.*/, '')).toBe(middle);
    expect(bars.at(-1)?.[0]).toMatch(/, 1 min so far$/);
  });

  it('has at most seven marks on its axis, and labels that tell them apart', () => {
    const units: Readonly<Record<string, number>> = { second: 1, minute: 60, hour: 3_600, day: 86_400 };
    for (let seconds = 20; seconds <= 7_200 * 60; seconds *= 1.1) {
      const result = resultOf({ outcome: 'cancelled', elapsedMs: seconds * SECOND });
      const source = sourceOf([{ ...saw(machine), atMs: 0 }], result);
      const [, format = '', count, unit = ''] =
        /^axisFormat (.*)\ntickInterval (\d+)([a-z]+)$/m.exec(source) ?? [];
      const marks = seconds / (Number(count) * (units[unit] ?? Number.NaN));
      expect(marks).toBeLessThanOrEqual(7);
      expect(marks).toBeGreaterThan(seconds < 60 ? 1 : 1.9);
      expect(format).toMatch(unit === 'second' ? /%S/ : unit === 'day' ? /%d/ : /%M/);
      expect(format.includes('%a')).toBe(seconds > 180 * 60);
    }
  });
});
