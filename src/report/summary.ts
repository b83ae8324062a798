/** The job summary in GitHub-flavored Markdown (docs/behavior.md section 6). */
import type { EndpointState } from '../endpoint.js';
import { errorCodeInfo, FRIENDLI_SUITE_URL } from '../error-codes.js';
import { isWaiting, type RunResult, restartCount } from '../state.js';
import { formatDuration } from './duration.js';
import type { History } from './history.js';
import { describePhase } from './labels.js';
import { escapeMarkdown, formatValue } from './markdown.js';
import type { Message } from './messages.js';
import { closeBars, describeBars, renderGantt } from './timeline.js';

export interface SummaryFacts {
  readonly message: Message;
  /** Absent where no run was completed. */
  readonly result?: RunResult | undefined;
  readonly endpointId: string;
  readonly history: History;
  readonly startEpochMs: number;
}

/** Emoji and GitHub alert type. Neither carries information that the text lacks. */
const STYLES = {
  info: ['✅', ''],
  notice: ['ℹ️', 'NOTE'],
  error: ['❌', 'CAUTION'],
  cancelled: ['🚫', 'WARNING'],
} as const;

/** At most some 50 kB, since everything in it is bounded; the runner drops a summary of more than 1 MiB. */
export function renderSummary(facts: SummaryFacts): string {
  const { message, result } = facts;
  const [emoji, alert] = STYLES[message.outcome === 'cancelled' ? 'cancelled' : message.level];
  const parts = [
    `### ${emoji} Friendli endpoint: ${escapeMarkdown(message.title)}`,
    renderMessage(message, alert),
    ...(result === undefined ? [] : [renderTable(facts, result), ...renderTimeline(facts, result)]),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** The text can contain untrusted text and is escaped; the next step is our own text, and its links work. */
function renderMessage({ text, nextStep }: Message, alert: string): string {
  const paragraphs = text.split('\n').map(escapeMarkdown);
  if (nextStep !== '') paragraphs.push(`**Next step:** ${nextStep}`);
  const linked = paragraphs.map(linkFriendliSuite);
  return alert === '' ? linked.join('\n\n') : `> [!${alert}]\n> ${linked.join('\n>\n> ')}`;
}

/** Untrusted text cannot inject a URL here, because its parentheses are escaped. */
function linkFriendliSuite(text: string): string {
  return text.replace(
    /(Friendli Suite(?:, [A-Za-z ,]+)?) \((https:[^)]*)\)|Friendli Suite/g,
    (name, label = name, url = FRIENDLI_SUITE_URL) => `[${label}](${url})`,
  );
}

/** Two columns, so that nothing is cut off on narrow screens. */
function renderTable({ message, endpointId }: SummaryFacts, { run, elapsedMs }: RunResult): string {
  const { first, last, accepted, ambiguous } = run;
  const restarts = restartCount(run);
  const atMostOnce = restarts === 1 ? 'yes' : ambiguous?.kind === 'restart' ? 'unknown' : 'no';
  const failed = accepted.find(({ kind }) => kind === 'restart')?.stateBefore ?? last;
  const { likelyCause } = errorCodeInfo(failed?.errorCode ?? '');
  const isSaid = likelyCause === '' || message.text.includes(likelyCause);
  const rows = [
    ['Before', stateCell(first?.state)],
    ...(isSaid ? [] : [['Likely cause of failure', likelyCause]]),
    ['Now', stateCell(last)],
    ['Restarted', restarts > 1 ? `${restarts} times` : atMostOnce],
    ['Duration', formatDuration(elapsedMs)],
  ];
  return [
    `| Endpoint | ${formatValue(endpointId)} |`,
    '| :-- | :-- |',
    ...rows.map(([name, cell]) => `| ${name} | ${cell} |`),
  ].join('\n');
}

function stateCell(state: EndpointState | undefined): string {
  if (state === undefined) return 'unknown';
  const { status, phase, errorCode } = state;
  const name = describePhase(state);
  return [formatValue(status), name === phase ? formatValue(phase) : name, formatValue(errorCode)]
    .filter((part) => part !== '')
    .join(', ');
}

/** Timeline chart of a run that waited, and the same as one line of text. */
function renderTimeline({ history, startEpochMs }: SummaryFacts, result: RunResult): string[] {
  const { bars, longestPauseMs } = history;
  if (!isWaiting(result.run) || bars.length < 2) return [];
  const closed = closeBars(bars, result);
  const pause = formatDuration(longestPauseMs);
  const resolution = `<br>Polled at least every ${pause}, so changes may have happened up to ${pause} earlier, and shorter phases may be missing.`;
  return [
    `**Durations:** ${escapeMarkdown(describeBars(closed))}`,
    `**Timeline (your local time)**${longestPauseMs === 0 ? '' : resolution}`,
    `\`\`\`mermaid\n${renderGantt(closed, startEpochMs)}\n\`\`\``,
  ];
}
