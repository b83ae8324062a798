import { wordsFor } from './advice.js';
import { isGood } from './conclusion.js';
import { inWords } from './duration.js';
import { conditionOf, type EndpointState } from './endpoint.js';
import type { Outcome, RestartResult } from './restart.js';

/** A state and when it was first seen, in milliseconds from the start of the run. */
export interface Sighting {
  readonly state: EndpointState;
  readonly atMs: number;
}

/** One row of the picture, from one moment to another in milliseconds from the start of the run. */
interface Row {
  readonly label: string;
  /** Mermaid's word for how a bar is drawn. */
  readonly tag: 'done' | 'active' | 'crit';
  readonly fromMs: number;
  readonly toMs: number;
}

/** Rows kept at either end of a long list; one row stands for the rest. */
const ROWS_KEPT = 6;
/** The marks of the axis for so many minutes; where midnight may pass, with the day. */
const AXES = [
  [1, '10second', '%H:%M:%S'],
  [4, '30second', '%H:%M:%S'],
  [10, '1minute', '%H:%M'],
  [40, '5minute', '%H:%M'],
  [100, '15minute', '%H:%M'],
  [240, '30minute', '%H:%M'],
  [480, '1hour', '%a %H:%M'],
  [1_440, '3hour', '%a %H:%M'],
  [7_300, '12hour', '%a %H:%M'],
] as const;
/** Words stand beside the bars, where every theme shows them; a narrow screen gets all of it smaller. */
const LAYOUT =
  '{"useWidth": 900, "leftPadding": 310, "rightPadding": 30, "sectionFontSize": 13, "numberSectionStyles": 2}';
/** Bars must have names, and sections of one name would be one. */
const INVISIBLE = '\u2060';

/**
 * A Mermaid gantt of the states that a run has seen, in the reader's own time zone.
 *
 * @param startedDate when the run started, in milliseconds since 1970
 */
export function renderGantt(
  sightings: readonly Sighting[],
  result: RestartResult,
  startedDate: number,
): string {
  const { elapsedMs } = result;
  const [, tick, format] = AXES.find(([minutes]) => elapsedMs <= minutes * 60_000) ?? AXES[8];
  const rows = condense(rowsOf(sightings, result)).map(({ label, tag, fromMs, toMs }, index) => {
    const ms = toMs - fromMs;
    const lasted = ms < 1_000 ? '' : `, ${inWords(ms)}${tag === 'active' ? ' so far' : ''}`;
    const shape = ms <= elapsedMs / 100 ? 'milestone, ' : '';
    const dates = [fromMs, toMs].map((atMs) => Math.round(startedDate + atMs)).join(', ');
    return `section ${label}${lasted}${INVISIBLE.repeat(index)}\n${INVISIBLE} :${shape}${tag}, ${dates}`;
  });
  return `%%{init: {"gantt": ${LAYOUT}}}%%
gantt
dateFormat x
axisFormat ${format}
tickInterval ${tick}
todayMarker off
${rows.join('\n')}`;
}

function rowsOf(
  sightings: readonly Sighting[],
  { outcome, elapsedMs, unobservedSinceMs }: RestartResult,
): Row[] {
  const rows = sightings.map(({ state, atMs }, index): Row => {
    const toMs = sightings[index + 1]?.atMs ?? unobservedSinceMs ?? elapsedMs;
    return { label: labelOf(state), tag: tagOf(outcome, sightings.length - index), fromMs: atMs, toMs };
  });
  if (unobservedSinceMs === undefined) return rows;
  return [...rows, { label: 'Not observed', tag: 'crit', fromMs: unobservedSinceMs, toMs: elapsedMs }];
}

/** @param fromEnd 1 for the last state, 2 for the one before */
function tagOf(outcome: Outcome, fromEnd: number): Row['tag'] {
  if (outcome === 'failed') return fromEnd <= 2 ? 'crit' : 'done';
  return fromEnd === 1 && !isGood(outcome) ? 'active' : 'done';
}

function condense(rows: readonly Row[]): readonly Row[] {
  const middle = rows.slice(ROWS_KEPT, -ROWS_KEPT);
  const [first, last] = [middle[0], middle.at(-1)];
  if (first === undefined || last === undefined || first === last) return rows;
  const rest: Row = { ...last, label: `${middle.length} more states`, fromMs: first.fromMs };
  return [...rows.slice(0, ROWS_KEPT), rest, ...rows.slice(-ROWS_KEPT)];
}

/** Words where there are some, else the API's name; one that is not documented stands in quotes. */
function labelOf({ status, phase }: EndpointState): string {
  const condition = conditionOf(status);
  if (condition !== 'starting' && condition !== 'unknown') return status;
  const words = wordsFor(status, phase);
  if (words === phase) return quoted(phase || status);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** Nothing in it means anything to Mermaid. */
function quoted(name: string): string {
  const plain = name.replace(/[^\p{L}\p{N}_.-]+/gu, ' ').trim();
  return `“${/^.{0,24}/u.exec(plain)?.[0].trimEnd() ?? ''}”`;
}
