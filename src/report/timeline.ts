/** The timeline chart of a run: a Mermaid Gantt chart in the reader's own time zone, and the same as one line of text. */
import type { RunResult } from '../state.js';
import { formatDuration } from './duration.js';
import type { Bar, BarKind } from './history.js';

/** `isOngoing` if the state still lasted when the run ended. */
export type ClosedBar = Required<Bar> & { readonly isOngoing: boolean };

/** Mermaid task tags, names, and colors, chosen to be distinguishable in GitHub's light and dark themes. */
const BAR_STYLES = {
  phase: { tag: '', name: 'task', color: '#388bfd' },
  waiting: { tag: 'done, ', name: 'doneTask', color: '#848d97' },
  up: { tag: 'active, ', name: 'activeTask', color: '#2da44e' },
  failure: { tag: 'crit, ', name: 'crit', color: '#da3633' },
} as const satisfies Record<BarKind, object>;

/** Mermaid chooses the ticks; they are less than a minute apart in a short run, and can pass midnight in a long one. */
function axisFormatFor(totalMs: number): string {
  if (totalMs <= 450_000) return '%H:%M:%S';
  return totalMs <= 10_800_000 ? '%H:%M' : '%a %H:%M';
}

/** Labels are placed beside the bars, where they are readable in every theme. */
const GANTT =
  '{"useWidth":820,"leftPadding":285,"rightPadding":30,"sectionFontSize":13,"fontSize":12,"numberSectionStyles":2}';
/** Mermaid requires a name for each bar and merges sections with the same name. */
const WORD_JOINER = '\u2060';

/** The bars up to the end of the run; from the first read that failed on, the state is not known. */
export function closeBars(bars: readonly Bar[], { run, decision, elapsedMs }: RunResult): readonly ClosedBar[] {
  const { read } = run.outages;
  const seenUntilMs = read === undefined ? elapsedMs : read.since - run.startedAt;
  const isOpen = ['timed-out', 'cancelled', 'error'].includes(decision.outcome);
  const closed = bars.map(({ toMs, ...bar }) => {
    return { ...bar, toMs: toMs ?? seenUntilMs, isOngoing: toMs === undefined && isOpen };
  });
  const unseen = { label: 'Not observed', kind: 'waiting', fromMs: seenUntilMs, toMs: elapsedMs } as const;
  return read === undefined ? closed : [...closed, { ...unseen, isOngoing: false }];
}

/** @param startEpochMs when the run started, in milliseconds since 1970 */
export function renderGantt(bars: readonly ClosedBar[], startEpochMs: number): string {
  const totalMs = bars.at(-1)?.toMs ?? 0;
  const colors = Object.values(BAR_STYLES).flatMap(({ name, color }) => [
    [`${name}BkgColor`, color],
    [`${name}BorderColor`, color],
  ]);
  const themeVariables = {
    // Every other row is a little darker than the background, or lighter: Mermaid draws it at a fifth of its opacity.
    sectionBkgColor: '#848d97',
    altSectionBkgColor: 'transparent',
    ...Object.fromEntries(colors),
  };
  const rows = bars.map((bar, index) => {
    const { kind, fromMs, toMs } = bar;
    const shape = toMs - fromMs <= totalMs / 100 ? 'milestone, ' : '';
    const dates = [fromMs, toMs].map((atMs) => Math.round(startEpochMs + atMs)).join(', ');
    const section = `${labelOf(bar)}${WORD_JOINER.repeat(index)}`;
    return `section ${section}\n${WORD_JOINER} :${BAR_STYLES[kind].tag}${shape}${dates}`;
  });
  return `%%{init: {"gantt":${GANTT},"themeVariables":${JSON.stringify(themeVariables)}}}%%
gantt
dateFormat x
axisFormat ${axisFormatFor(totalMs)}
todayMarker off
${rows.join('\n')}`;
}

/** How long each part lasted, for screens on which the chart is too small to read. Parts can be missing after the first one. */
export function describeBars(bars: readonly ClosedBar[]): string {
  const labels = bars.map(labelOf);
  const [first, second] = bars;
  const hasGap = first !== undefined && second !== undefined && second.fromMs > first.toMs;
  return (hasGap ? labels.toSpliced(1, 0, '…') : labels).join(' → ');
}

function labelOf({ label, fromMs, toMs, isOngoing }: ClosedBar): string {
  const ms = toMs - fromMs;
  return ms < 1_000 ? label : `${label}, ${formatDuration(ms)}${isOngoing ? ' so far' : ''}`;
}
