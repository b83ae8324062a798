import { wordsFor } from './advice.js';
import type { Conclusion } from './conclusion.js';
import { inWords } from './duration.js';
import type { EndpointState } from './endpoint.js';
import { renderGantt, type Sighting } from './gantt.js';
import type { Inputs } from './inputs.js';
import { asValue, escapeMarkdown } from './markdown.js';
import type { Outcome, RestartResult } from './restart.js';

export interface SummaryFacts {
  readonly conclusion: Conclusion;
  /** Absent where the inputs were bad. */
  readonly inputs?: Inputs | undefined;
  readonly result?: RestartResult | undefined;
  readonly sightings: readonly Sighting[];
  /** When the run started, in milliseconds since 1970. */
  readonly startedDate: number;
}

/** An emoji for the eye, and GitHub's alert around the text. Neither says what the words do not. */
const DRESS: Readonly<Record<Outcome, readonly [emoji: string, alert: string]>> = {
  restarted: ['✅', ''],
  'not-needed': ['ℹ️', 'NOTE'],
  failed: ['❌', 'CAUTION'],
  'timed-out': ['⏳', 'WARNING'],
  cancelled: ['🚫', 'WARNING'],
  error: ['❌', 'CAUTION'],
};

/** The job summary in GitHub-flavoured Markdown (behaviour.md section 6). */
export function renderSummary(facts: SummaryFacts): string {
  const { conclusion, inputs, result, sightings, startedDate } = facts;
  const [emoji, alert] = DRESS[conclusion.outcome];
  const parts = [
    `### ${emoji} Friendli endpoint: ${escapeMarkdown(conclusion.title)}`,
    message(conclusion, alert),
  ];
  if (inputs !== undefined && result !== undefined) {
    parts.push(table(inputs, result));
    if (inputs.wait && sightings.length > 1) {
      parts.push(
        'Where the time went, in your time zone:',
        `\`\`\`mermaid\n${renderGantt(sightings, result, startedDate)}\n\`\`\``,
      );
    }
  }
  return `${parts.join('\n\n')}\n`;
}

/** What happened and what to do next. The next step is our own text, and its links work. */
function message({ what, next }: Conclusion, alert: string): string {
  const paragraphs = what.split('\n').map(escapeMarkdown);
  if (next !== '') paragraphs.push(`**Next:** ${next}`);
  return alert === '' ? paragraphs.join('\n\n') : `> [!${alert}]\n> ${paragraphs.join('\n>\n> ')}`;
}

function table({ endpointId }: Inputs, result: RestartResult): string {
  const cells = [
    asValue(endpointId),
    stateCell(result.previous),
    stateCell(result.state),
    result.restarted ? 'yes' : result.restartInDoubt ? 'not known' : 'no',
    inWords(result.elapsedMs).replaceAll(' ', '\u00a0'),
  ];
  return `| Endpoint | Before | Now | Restarted | Took |
| --- | --- | --- | --- | --- |
| ${cells.join(' | ')} |`;
}

function stateCell(state: EndpointState | undefined): string {
  if (state === undefined) return 'not seen';
  const { status, phase, errorCode } = state;
  const words = wordsFor(status, phase);
  return [asValue(status), words === phase ? asValue(phase) : words, asValue(errorCode)]
    .filter((part) => part !== '')
    .join(', ');
}
