import type { Conclusion } from './conclusion.js';
import { inWords } from './duration.js';
import type { EndpointState } from './endpoint.js';
import type { Inputs } from './inputs.js';
import type { RestartResult } from './restart.js';
import { escapeHtml } from './text.js';

/** A state and when it was first seen, in milliseconds from the start of the run. */
export interface Sighting {
  readonly state: EndpointState;
  readonly atMs: number;
}

export interface SummaryFacts {
  readonly conclusion: Conclusion;
  /** Absent where the inputs were bad. */
  readonly inputs?: Inputs | undefined;
  readonly result?: RestartResult | undefined;
  readonly sightings: readonly Sighting[];
  /** When the run started, in milliseconds since 1970. */
  readonly startedDate: number;
}

/** The job summary in GitHub-flavoured Markdown (behaviour.md section 6). */
export function renderSummary({ conclusion, inputs, result }: SummaryFacts): string {
  const parts = [`### Friendli endpoint: ${escapeMarkdown(conclusion.title)}`];
  if (inputs !== undefined && result !== undefined) parts.push(table(inputs, result));
  parts.push(quote(conclusion));
  return `${parts.join('\n\n')}\n`;
}

function table(inputs: Inputs, { previous, state, restarted, elapsedMs }: RestartResult): string {
  const cells = [
    inputs.endpointId,
    statusCell(previous),
    statusCell(state),
    restarted ? 'yes' : 'no',
    inWords(elapsedMs),
  ].map(escapeMarkdown);
  return [
    '| Endpoint | Before | Now | Restarted | Took |',
    '| --- | --- | --- | --- | --- |',
    `| ${cells.join(' | ')} |`,
  ].join('\n');
}

function statusCell(state: EndpointState | undefined): string {
  if (state === undefined) return 'not seen';
  return [state.status, state.errorCode].filter((part) => part !== '').join(', ');
}

function quote({ what, next }: Conclusion): string {
  return [...what.split('\n'), next]
    .filter((line) => line !== '')
    .map((line) => `> ${escapeMarkdown(line)}`)
    .join('\n>\n');
}

/** Escapes one line of text for Markdown as GitHub renders it, HTML included. */
export function escapeMarkdown(line: string): string {
  return escapeHtml(line).replace(/[\\`*_{}[\]()#+\-.!|~:@]/g, (character) => `\\${character}`);
}
