import { describe, expect, it } from 'vitest';
import type { EndpointState } from '../../src/endpoint.js';
import { type Script, state } from '../play.js';
import { mermaidParser } from './mermaid.js';
import { download, engine, machine, playScenario, running, scenarios, startEpochMs, unavailable } from './scenarios.js';

/** A bar as Mermaid reads it, in seconds from the start of the run. */
type Bar = readonly [label: string, color: string, from: number, to: number];

/** What Mermaid itself reads in the summary of a run. */
async function barsOf(script: Script): Promise<Bar[]> {
  const source = sourceOf(script);
  expect(await mermaidParser.parse(source)).toMatchObject({ diagramType: 'gantt' });
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

describe('the timeline chart', () => {
  it('of two attempts shows each accepted restart and the pause between them: only FAILED is red', async () => {
    expect(await barsOf(scenarios['two attempts'])).toEqual([
      ['FAILED', 'crit', 0, 0],
      ['Restart accepted', 'done', 0, 0],
      ['Requesting a virtual machine, 1 min', 'phase', 0, 60],
      ['Downloading the model, 20 s', 'phase', 60, 80],
      ['FAILED, 10 s', 'crit', 80, 90],
      ['Waiting for restart 2, 30 s', 'done', 90, 120],
      ['Restart 2 accepted', 'done', 120, 120],
      ['Requesting a virtual machine, 1 min', 'phase', 120, 180],
      ['Downloading the model, 20 s', 'phase', 180, 200],
      ['Initializing the engine, 18 s', 'phase', 200, 217.5],
      ['RUNNING, 1 min', 'active', 217.5, 277.5],
    ]);
  });

  it('shows no phase while the status could not be read', async () => {
    expect((await barsOf(scenarios['an outage at the end'])).slice(3)).toEqual([
      ['Downloading the model, 1 min 20 s', 'phase', 80, 160],
      ['Not observed, 3.5 s', 'done', 160, 163.5],
      ['Downloading the model, 7 min 20 s so far', 'phase', 163.5, 603.5],
      ['Not observed, 9 min 57 s', 'done', 603.5, 1_200],
    ]);
  });

  it('shows no bar for the state before an outage if another state follows it', async () => {
    const reads = [download, unavailable, unavailable, unavailable, running];
    expect(await barsOf({ reads })).toEqual([
      ['Downloading the model, 20 s', 'phase', 0, 20],
      ['Not observed, 3.5 s', 'done', 20, 23.5],
      ['RUNNING', 'active', 23.5, 23.5],
    ]);
  });

  it.each<[EndpointState, string, string]>([
    [state('UPDATING'), 'Rolling out a new version', 'phase'],
    [state('AWAKING'), 'AWAKING', 'phase'],
    [state('STOPPING'), 'STOPPING', 'done'],
    [state('constructor'), 'Constructor', 'done'],
    [state('INITIALIZING', { phase: 'COMPILING_KERNELS' }), 'COMPILING_KERNELS', 'phase'],
    [state('😀'.repeat(500)), 'unnamed', 'done'],
    [state('ü𝒳'.repeat(500)), `Ü𝒳${'ü𝒳'.repeat(14)}`, 'done'],
  ])('labels %o in plain language', async (shown, label, color) => {
    const [bar] = await barsOf({ reads: [shown, running], pollIntervalMs: 60_000 });
    expect(bar).toEqual([`${label}, 1 min`, color, 0, 60]);
  });

  it.each([12, 13, 5_000])('of a run of %i states shows the first one and the last eleven', async (count) => {
    const phases = [machine, download, engine] as const;
    const reads = Array.from({ length: count }, (_, index) => phases[index % 3] ?? machine);
    const script = { reads, pollIntervalMs: 60_000, timeoutMs: (count - 1) * 60_000 + 30_000 };
    const bars = await barsOf(script);
    expect(bars.map(([, , from]) => from / 60)).toEqual([
      0,
      ...Array.from({ length: 11 }, (_, index) => count - 11 + index),
    ]);
    expect(bars[0]?.slice(2)).toEqual([0, 60]);
    expect(bars.at(-1)?.[0]).toMatch(/, 30 s so far$/);
    expect(playScenario(script).summary.includes('1 min → … → ')).toBe(count > 12);
  });

  it.each([
    [7, '%H:%M:%S'],
    [8, '%H:%M'],
    [180, '%H:%M'],
    [181, '%a %H:%M'],
  ])('of a run of %i minutes has the axis format %s', (minutes, format) => {
    const source = sourceOf({ reads: [download, machine], timeoutMs: minutes * 60_000 });
    expect(/^axisFormat (.*)$/m.exec(source)?.[1]).toBe(format);
  });
});
