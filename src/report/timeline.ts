/** The picture of a run: a Mermaid gantt in the reader's own time zone, and the same as one line of text. */
import { conditionOf, type EndpointState } from '../endpoint.js';
import { isSuccess, type RunResult } from '../run.js';
import { formatDuration } from './duration.js';
import type { Entry } from './history.js';
import { statusLabel } from './labels.js';

/** One bar, from one moment to another in milliseconds from the start of the run. */
export interface Bar {
  readonly label: string;
  readonly kind: keyof typeof KINDS;
  readonly fromMs: number;
  readonly toMs: number;
  /** Still going on when the run ended. */
  readonly isOpen: boolean;
}

/** Mermaid's tags, and the colors that they get: they can be told apart on GitHub's light and dark background. */
const KINDS = {
  phase: { tag: '', fill: 'taskBkgColor', line: 'taskBorderColor', color: '#388bfd' },
  waiting: { tag: 'done, ', fill: 'doneTaskBkgColor', line: 'doneTaskBorderColor', color: '#848d97' },
  up: { tag: 'active, ', fill: 'activeTaskBkgColor', line: 'activeTaskBorderColor', color: '#2da44e' },
  failure: { tag: 'crit, ', fill: 'critBkgColor', line: 'critBorderColor', color: '#da3633' },
} as const;

/** Marks of the axis for runs of at most `minutes`, at most seven marks; where midnight can pass, with the day. */
const AXES = [
  { minutes: 1, tick: '10second', format: '%H:%M:%S' },
  { minutes: 3, tick: '30second', format: '%H:%M:%S' },
  { minutes: 6, tick: '1minute', format: '%H:%M' },
  { minutes: 12, tick: '2minute', format: '%H:%M' },
  { minutes: 30, tick: '5minute', format: '%H:%M' },
  { minutes: 60, tick: '10minute', format: '%H:%M' },
  { minutes: 180, tick: '30minute', format: '%H:%M' },
  { minutes: 360, tick: '1hour', format: '%a %H:%M' },
  { minutes: 1_080, tick: '3hour', format: '%a %H:%M' },
  { minutes: 2_520, tick: '6hour', format: '%a %H:%M' },
  { minutes: 5_040, tick: '12hour', format: '%a %H:%M' },
] as const;
const LONGEST_AXIS = { tick: '1day', format: '%a %d' } as const;

/** Labels stand beside the bars, where every theme shows them. */
const GANTT = {
  useWidth: 760,
  leftPadding: 285,
  rightPadding: 30,
  sectionFontSize: 13,
  fontSize: 12,
  numberSectionStyles: 2,
};
/** Every other row is a little darker than the background, or lighter. Mermaid draws it at a fifth of its opacity. */
const SECTIONS = {
  sectionBkgColor: '#848d97',
  sectionBkgColor2: '#848d97',
  altSectionBkgColor: 'transparent',
};
/** Bars must have names, and sections of one name would be one. */
const INVISIBLE = '\u2060';

/** The bars of a run, without gaps and overlaps. */
export function barsOf(all: readonly Entry[], result: RunResult): readonly Bar[] {
  const entries = all.filter(
    ({ isContinued, atMs }, index) =>
      !isContinued || (all[index + 1]?.atMs ?? Number.POSITIVE_INFINITY) - atMs >= 1_000,
  );
  const lastAtMs = entries.at(-1)?.atMs ?? 0;
  const endMs = Math.max(result.elapsedMs, lastAtMs);
  const seenUntilMs = Math.max(Math.min(result.unobservedSinceMs ?? endMs, endMs), lastAtMs);
  const isOver = isSuccess(result.outcome) || ['failed', 'not-recoverable'].includes(result.outcome);
  const bars = entries.map((entry, index): Bar => {
    const next = entries[index + 1];
    const isOpen = next === undefined && !isOver;
    return { ...describeEntry(entry), fromMs: entry.atMs, toMs: next?.atMs ?? seenUntilMs, isOpen };
  });
  if (result.unobservedSinceMs === undefined) return bars;
  return [
    ...bars,
    { label: 'Not observed', kind: 'waiting', fromMs: seenUntilMs, toMs: endMs, isOpen: false },
  ];
}

/** @param startedDate when the run started, in milliseconds since 1970 */
export function renderGantt(bars: readonly Bar[], startedDate: number): string {
  const totalMs = bars.at(-1)?.toMs ?? 0;
  const axis = AXES.find(({ minutes }) => totalMs <= minutes * 60_000) ?? LONGEST_AXIS;
  const colors = Object.values(KINDS).flatMap(({ fill, line, color }) => [
    [fill, color],
    [line, color],
  ]);
  const themeVariables = { ...SECTIONS, ...Object.fromEntries(colors) };
  const rows = bars.map((bar, index) => {
    const { kind, fromMs, toMs } = bar;
    const shape = toMs - fromMs <= totalMs / 100 ? 'milestone, ' : '';
    const dates = [fromMs, toMs].map((atMs) => Math.round(startedDate + atMs)).join(', ');
    // Sections and bars of one name would share a place, so each gets its own number of invisible characters.
    return `section ${labelOf(bar)}${INVISIBLE.repeat(index)}\n${INVISIBLE} :${KINDS[kind].tag}${shape}${dates}`;
  });
  return `%%{init: ${JSON.stringify({ gantt: GANTT, themeVariables })}}%%
gantt
dateFormat x
axisFormat ${axis.format}
tickInterval ${axis.tick}
todayMarker off
${rows.join('\n')}`;
}

/** How long each part lasted, for screens on which the chart is too small to read. */
export function describeBars(bars: readonly Bar[]): string {
  return bars.map(labelOf).join(' → ');
}

function labelOf({ label, fromMs, toMs, isOpen }: Bar): string {
  const ms = toMs - fromMs;
  return ms < 1_000 ? label : `${label}, ${formatDuration(ms)}${isOpen ? ' so far' : ''}`;
}

function describeEntry(entry: Entry): Pick<Bar, 'label' | 'kind'> {
  switch (entry.type) {
    case 'state':
      return { label: stateLabel(entry.state), kind: kindOf(entry.state.status) };
    case 'accepted': {
      const number = entry.attempt > 1 ? ` ${entry.attempt}` : '';
      return {
        label: `${entry.request === 'restart' ? 'Restart' : 'Wake-up'}${number} accepted`,
        kind: 'waiting',
      };
    }
    case 'retry':
      return { label: `Waiting for restart ${entry.attempt}`, kind: 'waiting' };
    case 'unobserved':
      return { label: 'Not observed', kind: 'waiting' };
    case 'omitted':
      return { label: `${entry.count} more states`, kind: 'waiting' };
  }
}

function kindOf(status: string): Bar['kind'] {
  const condition = conditionOf(status);
  if (condition === 'starting') return 'phase';
  if (condition === 'up') return 'up';
  return status === 'FAILED' ? 'failure' : 'waiting';
}

/** Words where there are some, else the API's name; one that is not documented stands in quotes. */
function stateLabel({ status, phase }: EndpointState): string {
  const condition = conditionOf(status);
  if (condition !== 'starting' && condition !== 'unknown') return status;
  const label = statusLabel(status, phase);
  if (label === phase) return quoted(phase || status);
  return `${label.charAt(0).toUpperCase()}${label.slice(1)}`;
}

/** Nothing in it means anything to Mermaid or Markdown. */
function quoted(name: string): string {
  const plain = name.replace(/[^\p{L}\p{N}_.-]+/gu, ' ').trim();
  return `“${/^.{0,20}/u.exec(plain)?.[0].trimEnd() ?? ''}”`;
}
