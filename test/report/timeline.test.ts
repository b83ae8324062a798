import { expect, it } from 'vitest';
import { download, engine, machine, type Script, state } from '../play.js';
import { mermaidParser } from './mermaid.js';
import { playScenario, running, scenarios, startEpochMs } from './scenarios.js';

/** A bar as Mermaid reads it, in seconds from the start of the run. */
type Bar = readonly [label: string, color: string, from: number, to: number];

/** What Mermaid itself reads in the summary of a run. */
async function barsOf(script: Script): Promise<Bar[]> {
  const source = sourceOf(script);
  await mermaidParser.parse(source);
  const { db } = await mermaidParser.mermaidAPI.getDiagramFromText(source);
  const bars = db.getTasks().map((task): Bar => {
    const color = (['done', 'active', 'crit'] as const).find((tag) => task[tag]) ?? 'phase';
    const secondOf = (date: Date): number => Math.round((date.getTime() - startEpochMs) / 100) / 10;
    return [task.section, color, secondOf(task.startTime), secondOf(task.endTime)];
  });
  // Mermaid merges sections with the same name, so every bar must have its own.
  expect(new Set(bars.map(([section]) => section)).size).toBe(bars.length);
  return bars.map(([section, ...rest]) => [section.replaceAll('\u2060', ''), ...rest]);
}

function sourceOf(script: Script): string {
  return /^```mermaid\n([\s\S]*?)\n```$/m.exec(playScenario(script).summary)?.[1] ?? '';
}

it('the chart of two attempts shows each restart, each pause, and what was not observed: only FAILED is red', async () => {
  expect(await barsOf(scenarios['two attempts'])).toEqual([
    ['FAILED, 17 s', 'crit', 0, 16.5],
    ['Restart accepted', 'done', 16.5, 16.5],
    ['Downloading the model, 2 min 40 s', 'phase', 16.5, 176.5],
    ['Not observed, 1 min 16 s', 'done', 176.5, 252],
    ['Initializing the engine, 2.5 s', 'phase', 252, 254.5],
    ['FAILED, 10 s', 'crit', 254.5, 264.5],
    ['Waiting for restart 2, 30 s', 'done', 264.5, 294.5],
    ['Restart 2 accepted', 'done', 294.5, 294.5],
    ['Requesting a virtual machine, 20 s', 'phase', 294.5, 314.5],
    ['RUNNING, 1 min', 'active', 314.5, 374.5],
  ]);
});

it('the chart of a run that ends in an outage goes on without the last known phase', async () => {
  expect((await barsOf(scenarios['an outage at the end'])).slice(3)).toEqual([
    ['Downloading the model, 1 min 20 s', 'phase', 80, 160],
    ['Not observed, 3.5 s', 'done', 160, 163.5],
    ['Downloading the model, 7 min 20 s so far', 'phase', 163.5, 603.5],
    ['Not observed, 9 min 57 s', 'done', 603.5, 1_200],
  ]);
});

it.each([
  [state('UPDATING'), 'Rolling out a new version', 'phase'],
  [state('AWAKING'), 'AWAKING', 'phase'],
  [state('STOPPING'), 'STOPPING', 'done'],
  [state('constructor'), 'Constructor', 'done'],
  [state('INITIALIZING', { phase: 'COMPILING_KERNELS' }), 'COMPILING_KERNELS', 'phase'],
  [state('😀'.repeat(500)), 'unnamed', 'done'],
  [state('ü𝒳'.repeat(500)), `Ü𝒳${'ü𝒳'.repeat(14)}`, 'done'],
])('the chart labels %o in plain language', async (shown, label, color) => {
  const [bar] = await barsOf({ reads: [shown, running], pollIntervalMs: 60_000 });
  expect(bar).toEqual([`${label}, 1 min`, color, 0, 60]);
});

it.each([12, 13, 5_000])('the chart of a run of %i states shows the first one and the last eleven', async (count) => {
  const reads = Array.from({ length: count }, (_, at) => [machine, download, engine][at % 3] ?? machine);
  const script = { reads, pollIntervalMs: 60_000, timeoutMs: (count - 1) * 60_000 + 30_000 };
  const minutes = [0, ...Array.from({ length: 11 }, (_, at) => count - 11 + at)];
  const bars = await barsOf(script);
  expect(bars.map(([, , from, to]) => [from / 60, to / 60])).toEqual(
    minutes.map((at) => [at, Math.min(at + 1, count - 0.5)]),
  );
  expect(bars.at(-1)?.[0]).toMatch(/, 30 s so far$/);
  expect(playScenario(script).summary.includes('1 min → … → ')).toBe(count > 12);
});

it.each([
  [7, '%H:%M:%S'],
  [8, '%H:%M'],
  [180, '%H:%M'],
  [181, '%a %H:%M'],
])('the axis of a run of %i minutes has the format %s', (minutes, format) => {
  expect(sourceOf({ reads: [download, machine], timeoutMs: minutes * 60_000 })).toContain(`\naxisFormat ${format}\n`);
});
