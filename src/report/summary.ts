/** The job summary in GitHub-flavored Markdown (docs/behavior.md section 6). */
import type { EndpointState } from '../endpoint.js';
import { errorCodeEntry } from '../error-codes.js';
import type { Outcome, RunResult } from '../run.js';
import { formatDuration, formatPause } from './duration.js';
import type { History } from './history.js';
import { statusLabel } from './labels.js';
import { escapeMarkdown, formatValue } from './markdown.js';
import type { Message } from './message.js';
import type { Ending } from './phrases.js';
import { barsOf, describeBars, renderGantt } from './timeline.js';

export interface SummaryFacts {
  readonly message: Message;
  /** Absent where no run was completed. */
  readonly ending?: Ending | undefined;
  readonly history: History;
  /** When the run started, in milliseconds since 1970. */
  readonly startedDate: number;
}

/** An emoji for the eye, and GitHub's alert around the text. Neither says what the words do not. */
const OUTCOME_STYLE: Readonly<Record<Outcome, { readonly emoji: string; readonly alert: string }>> = {
  restarted: { emoji: '✅', alert: '' },
  woken: { emoji: '✅', alert: '' },
  'not-needed': { emoji: 'ℹ️', alert: 'NOTE' },
  'dry-run': { emoji: '🔎', alert: 'NOTE' },
  'not-recoverable': { emoji: '❌', alert: 'CAUTION' },
  failed: { emoji: '❌', alert: 'CAUTION' },
  'timed-out': { emoji: '⏳', alert: 'WARNING' },
  cancelled: { emoji: '🚫', alert: 'WARNING' },
  error: { emoji: '❌', alert: 'CAUTION' },
};

export function renderSummary(facts: SummaryFacts): string {
  const { message, ending } = facts;
  const { emoji, alert } = OUTCOME_STYLE[message.outcome];
  const parts = [
    `### ${emoji} Friendli endpoint: ${escapeMarkdown(message.title)}`,
    renderMessage(message, alert),
    ...(ending === undefined ? [] : [renderTable(ending, facts.history), ...renderTimeline(facts, ending)]),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** The summary can hold foreign text and is escaped; the next step is our own text, and its links work. */
function renderMessage({ summary, nextStep }: Message, alert: string): string {
  const paragraphs = summary.split('\n').map(escapeMarkdown);
  if (nextStep !== '') paragraphs.push(`**Next step:** ${nextStep}`);
  const linked = paragraphs.map(linkSuite);
  return alert === '' ? linked.join('\n\n') : `> [!${alert}]\n> ${linked.join('\n>\n> ')}`;
}

/** A foreign text cannot choose the address: its brackets are escaped. */
function linkSuite(text: string): string {
  return text.replace(
    /(Friendli Suite(?:, [A-Za-z ,]+)?) \((https:[^)]*)\)|Friendli Suite/g,
    (name, label = name, url = 'https://friendli.ai/suite') => `[${label}](${url})`,
  );
}

/** Two columns, so that a narrow screen cuts nothing. */
function renderTable({ inputs, result }: Ending, { failure }: History): string {
  const { first, last, restarts, woken, ambiguous, elapsedMs } = result;
  const rows = [
    ['Before', stateCell(first)],
    ...whyItHadFailed(result, failure),
    ['Now', stateCell(last)],
    ['Restarted', times(restarts) ?? (ambiguous === 'restart' ? 'unknown' : 'no')],
    ...(woken || ambiguous === 'wake' ? [['Woken', woken ? 'yes' : 'unknown']] : []),
    ['Took', formatDuration(elapsedMs)],
  ];
  return [
    `| Endpoint | ${formatValue(inputs.endpointId)} |`,
    '| :-- | :-- |',
    ...rows.map(([name, cell]) => `| ${name} | ${cell} |`),
  ].join('\n');
}

function times(restarts: number): string | undefined {
  if (restarts === 0) return undefined;
  return restarts === 1 ? 'yes' : `${restarts} times`;
}

/** Outcomes whose text explains the error code of the last state. */
const SAYS_WHY: readonly Outcome[] = ['failed', 'not-recoverable', 'dry-run'];

/** In words; left out where the text above says it already. */
function whyItHadFailed({ outcome, first, last }: RunResult, failure: EndpointState | undefined): string[][] {
  const { errorCode = '' } = failure ?? {};
  const isSaid = SAYS_WHY.includes(outcome) && last?.errorCode === errorCode;
  if (errorCode === '' || isSaid) return [];
  const code = first?.errorCode === errorCode ? '' : `: ${formatValue(errorCode)}`;
  return [['Why it had failed', `likely ${errorCodeEntry(errorCode).likelyCause}${code}`]];
}

function stateCell(state: EndpointState | undefined): string {
  if (state === undefined) return 'unknown';
  const { status, phase, errorCode } = state;
  const label = statusLabel(status, phase);
  return [formatValue(status), label === phase ? formatValue(phase) : label, formatValue(errorCode)]
    .filter((part) => part !== '')
    .join(', ');
}

/** The picture of a run that waited, and the same in one line of text. */
function renderTimeline({ history, startedDate }: SummaryFacts, { inputs, result }: Ending): string[] {
  const { entries, pausesMs } = history;
  if (!inputs.policy.wait || inputs.policy.dryRun || entries.length < 2) return [];
  const bars = barsOf(entries, result);
  return [
    `**Durations:** ${escapeMarkdown(describeBars(bars))}`,
    `**Timeline (your local time)**${pausesMs === undefined ? '' : `<br>${describeResolution(pausesMs)}`}`,
    `\`\`\`mermaid\n${renderGantt(bars, startedDate)}\n\`\`\``,
  ];
}

/** How coarse the picture is. */
function describeResolution({ shortest, longest }: NonNullable<History['pausesMs']>): string {
  const [from, to] = [formatPause(shortest), formatPause(longest)];
  const every = from === to ? to : `${from} to ${to}`;
  return `The status was read every ${every}: each change can have happened up to ${to} earlier, and a shorter phase can be missing.`;
}
