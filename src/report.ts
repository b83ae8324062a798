import * as core from '@actions/core';
import { errorCodeAdvice } from './advice.js';
import {
  type Conclusion,
  conclude,
  concludeBadInput,
  concludeCrash,
  describeState,
  isGood,
} from './conclusion.js';
import { asClock, inWords } from './duration.js';
import { conditionOf, type EndpointState } from './endpoint.js';
import type { Exchange } from './friendli.js';
import type { Sighting } from './gantt.js';
import type { Inputs } from './inputs.js';
import type { RestartEvent, RestartResult } from './restart.js';
import { renderSummary } from './summary.js';

/** GitHub shows so many characters of an annotation. */
const LONGEST_ANNOTATION = 4_096;
/** The width of the time at the start of a log line. */
const TIME_WIDTH = 7;

type Output =
  | 'status'
  | 'errorCode'
  | 'phase'
  | 'previousStatus'
  | 'previousErrorCode'
  | 'restarted'
  | 'outcome'
  | 'elapsedSeconds';

/** Tells the run to people and to later steps: log, annotations, outputs and job summary (behaviour.md 3 and 6). */
export class Report {
  private readonly startedDate: number;
  private readonly written = new Map<Output, string>();
  private readonly sightings: Sighting[] = [];
  private outputFault: string | undefined;

  /** @param startedDate when the run started, in milliseconds since 1970 */
  constructor(startedDate: number) {
    this.startedDate = startedDate;
  }

  /** The first line: what will be done. */
  start({ endpointId, restartOn, wait, timeoutMinutes }: Inputs): void {
    const then = wait
      ? `then wait until it is RUNNING, up to ${inWords(timeoutMinutes * 60_000)}`
      : 'and do not wait for it';
    core.info(`Restart endpoint ${endpointId} if it is ${restartOn.join(' or ')}, ${then}.`);
  }

  /** One event of the run: a line where something changed, outputs as soon as they are known. */
  readonly onEvent = (event: RestartEvent): void => {
    switch (event.type) {
      case 'seen':
        this.sightings.push({ state: event.state, atMs: event.atMs });
        this.line(event.atMs, seenLine(event.state));
        this.writeState(event.state);
        return;
      case 'restart-accepted':
        this.line(event.atMs, event.inferred ? 'The restart was accepted after all.' : 'Restart accepted.');
        this.write('restarted', 'true');
        return;
      case 'restart-refused':
        this.line(event.atMs, `Restart refused, reading the status again: ${event.fault.message}`);
        return;
      case 'trouble':
        core.warning(
          event.call === 'status'
            ? `The status cannot be read, still trying: ${event.fault.message}`
            : `The restart got no clear answer, reading the status before asking again: ${event.fault.message}`,
          { title: 'Trouble with the Friendli API' },
        );
        return;
      case 'recovered':
        this.line(event.atMs, `The API answers again, after ${inWords(event.troubleMs)}.`);
        return;
      case 'heartbeat':
        this.line(event.atMs, heartbeatLine(event));
        return;
      case 'paused':
        debug(`${asClock(event.atMs)} pause of ${(event.forMs / 1_000).toFixed(1)} s (${event.why})`);
    }
  };

  /** One request, under debug logging. */
  readonly onExchange = ({ method, path, result, durationMs }: Exchange): void => {
    debug(`${method} ${path}: ${result} in ${Math.round(durationMs)} ms`);
  };

  /** The end of a run. @returns whether the step succeeds */
  async finish(result: RestartResult, inputs: Inputs): Promise<boolean> {
    return await this.conclude(conclude(result, inputs), { result, inputs });
  }

  /** The end of a run whose inputs were bad. @returns false, the step fails */
  async finishBadInput(problems: readonly string[]): Promise<boolean> {
    return await this.conclude(concludeBadInput(problems));
  }

  /** The end of a run that broke after so many ms. @param message safe to print @returns false, the step fails */
  async finishCrash(message: string, elapsedMs: number): Promise<boolean> {
    return await this.conclude(concludeCrash(message), {}, elapsedMs);
  }

  private async conclude(
    conclusion: Conclusion,
    facts: { readonly result?: RestartResult; readonly inputs?: Inputs } = {},
    elapsedMs = facts.result?.elapsedMs ?? 0,
  ): Promise<boolean> {
    const { result } = facts;
    this.writeState(result?.state ?? this.sightings.at(-1)?.state);
    this.write('outcome', conclusion.outcome);
    this.write('elapsedSeconds', String(Math.round(elapsedMs / 1_000)));
    this.announce(conclusion);
    await this.writeSummary(
      renderSummary({ conclusion, ...facts, sightings: this.sightings, startedDate: this.startedDate }),
    );
    return isGood(conclusion.outcome) && this.outputFault === undefined;
  }

  /** The last line, and the one annotation where there is one. */
  private announce({ outcome, title, what, next }: Conclusion): void {
    const text = next === '' ? what : `${what}\n${next}`;
    if (this.outputFault !== undefined && isGood(outcome)) {
      core.error(`${text}\nBut the outputs could not be written: ${this.outputFault}`, {
        title: 'Outputs are missing',
      });
    } else if (outcome === 'restarted' || outcome === 'cancelled')
      core.info(`${title}. ${text.replaceAll('\n', ' ')}`);
    else if (outcome === 'not-needed') core.notice(text, { title });
    else core.error(text.slice(0, LONGEST_ANNOTATION), { title });
  }

  private line(atMs: number, text: string): void {
    core.info(`${asClock(atMs).padStart(TIME_WIDTH)}  ${text}`);
  }

  private writeState(state: EndpointState | undefined): void {
    const { status = '', errorCode = '', phase = '' } = state ?? {};
    this.write('status', status);
    this.write('errorCode', errorCode);
    this.write('phase', phase);
    if (this.written.has('previousStatus')) return;
    this.write('previousStatus', status);
    this.write('previousErrorCode', errorCode);
    this.write('restarted', 'false');
  }

  /** Writes an output when it changes; the last line for a name is the one that counts. */
  private write(name: Output, value: string): void {
    if (this.written.get(name) === value) return;
    this.written.set(name, value);
    if ((process.env['GITHUB_OUTPUT'] ?? '') === '') return;
    try {
      core.setOutput(name, value);
    } catch (error) {
      // The endpoint matters more than the outputs: the run goes on, and ends red.
      this.outputFault ??= messageOf(error);
    }
  }

  private async writeSummary(markdown: string): Promise<void> {
    try {
      await core.summary.addRaw(markdown).write();
    } catch (error) {
      debug(`no job summary: ${messageOf(error)}`);
    }
  }
}

function seenLine(state: EndpointState): string {
  const { status, errorCode } = state;
  const line = describeState(state);
  return conditionOf(status) === 'down' && errorCode !== ''
    ? `${line}: likely ${errorCodeAdvice(errorCode).cause}`
    : line;
}

function heartbeatLine({
  state,
  unchangedMs,
  inTrouble,
}: Extract<RestartEvent, { type: 'heartbeat' }>): string {
  if (state === undefined) return 'Still no answer from the API.';
  if (inTrouble) return `Still no answer from the API; last seen: ${describeState(state)}`;
  return `Still ${describeState(state)}, for ${inWords(unchangedMs)}`;
}

/** Not core.debug alone: the runner would throw the lines away, but only after they were written by the thousand. */
function debug(message: string): void {
  if (core.isDebug()) core.debug(message);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
