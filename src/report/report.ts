/** Reports a run to people and to later steps: log, annotations, outputs and job summary. */
import * as core from '@actions/core';
import type { Clock } from '../clock.js';
import type { Inputs } from '../inputs.js';
import { isSuccess, type Outcome, type RequestLog, type RunEnd, type RunEvent } from '../run.js';
import type { Sanitizer } from '../sanitize.js';
import { formatPause, formatTimestamp } from './duration.js';
import { Heartbeat } from './heartbeat.js';
import { History } from './history.js';
import { Log, startLine } from './log.js';
import { composeMessage, type Message, oneLine } from './message.js';
import { Outputs } from './outputs.js';
import type { Ending } from './phrases.js';
import { renderSummary } from './summary.js';

/** Maximum number of characters that GitHub shows of an annotation. */
const MAX_ANNOTATION_LENGTH = 4_096;

export class Report {
  private readonly sanitize: Sanitizer;
  private readonly startedDate: number;
  private readonly log = new Log();
  private readonly history = new History();
  private readonly outputs: Outputs;
  private readonly heartbeat: Heartbeat;
  private inputs: Inputs | undefined;

  constructor({ clock, sanitize }: { readonly clock: Clock; readonly sanitize: Sanitizer }) {
    this.sanitize = sanitize;
    this.startedDate = clock.date();
    this.outputs = new Outputs(sanitize);
    this.heartbeat = new Heartbeat({
      clock,
      situation: () => ({
        state: this.history.state,
        changedAtMs: this.history.changedAtMs,
        lastLineAtMs: this.log.lastLineAtMs,
        attempts: this.attempts,
      }),
      print: (atMs, text) => this.log.line(atMs, text),
    });
  }

  /** The first line: what the run will do. */
  start(inputs: Inputs): void {
    this.inputs = inputs;
    core.info(startLine(inputs));
  }

  /** One event of the run: a line if something changed, and outputs as soon as they are known. */
  readonly onEvent = (event: RunEvent): void => {
    this.history.record(event);
    this.log.event(event, this.attempts);
    this.heartbeat.onEvent(event);
    if (event.type === 'observed') this.outputs.observe(event.state, event.atMs);
    if (event.type === 'accepted' && event.request === 'restart') this.outputs.writeRestarted();
    if (core.isDebug()) debugEvent(event);
  };

  /** One request, under debug logging. */
  readonly onRequest = ({ method, path, result, durationMs }: RequestLog): void => {
    debug(`${method} ${path}: ${result} in ${Math.round(durationMs)} ms`);
  };

  /** Something that the reader of the log should know. */
  readonly onNotice = (text: string): void => {
    core.info(this.sanitize(text));
  };

  /** What the run knows, under debug logging. */
  readonly onTransition = (run: unknown): void => {
    if (core.isDebug()) core.debug(`run ${JSON.stringify(run)}`);
  };

  /** The one way out of a run: outputs, last line or annotation, summary. Returns whether the step succeeds. */
  async finish(end: RunEnd): Promise<boolean> {
    this.heartbeat.stop();
    const ending = this.endingOf(end);
    const message = composeMessage(end, ending);
    this.outputs.finish({
      state: ending?.result.last ?? this.history.state,
      outcome: message.outcome,
      message: oneLine(message),
      elapsedMs: elapsedMsOf(end),
    });
    this.announce(message);
    await this.writeSummary(
      renderSummary({ message, ending, history: this.history, startedDate: this.startedDate }),
    );
    return isSuccess(message.outcome) && this.outputs.fault === undefined;
  }

  private get attempts(): number {
    return this.inputs?.policy.attempts ?? 1;
  }

  private endingOf(end: RunEnd): Ending | undefined {
    if (end.type !== 'completed' || this.inputs === undefined) return undefined;
    const { changedAtMs, wasReached } = this.history;
    const { result } = end;
    return { result, inputs: this.inputs, unchangedMs: result.elapsedMs - changedAtMs, wasReached };
  }

  /** The last line, or the one annotation. */
  private announce(message: Message): void {
    const { title, summary, nextStep } = message;
    const text = `${summary}\n${nextStep}`.trim();
    const level = levelOf(message.outcome, this.outputs.fault);
    if (level === 'info') core.info(`${title}. ${oneLine(message)}`);
    else if (level === 'notice') core.notice(shorten(text), { title });
    else if (level === 'error') core.error(shorten(text), { title });
    else
      core.error(shorten(`${text}\nHowever, the outputs could not be written: ${level.fault}`), {
        title: 'Outputs are missing',
      });
  }

  private async writeSummary(markdown: string): Promise<void> {
    try {
      await core.summary.addRaw(markdown).write();
    } catch (error) {
      if (core.isDebug()) debug(`no job summary: ${this.sanitize(String(error))}`);
    }
  }
}

type Level = 'info' | 'notice' | 'error' | { readonly fault: string };

/** How loudly a run ends. A canceled one never has an annotation. */
function levelOf(outcome: Outcome, fault: string | undefined): Level {
  if (outcome === 'cancelled') return 'info';
  if (!isSuccess(outcome)) return 'error';
  if (fault !== undefined) return { fault };
  return outcome === 'restarted' || outcome === 'woken' ? 'info' : 'notice';
}

function elapsedMsOf(end: RunEnd): number {
  if (end.type === 'invalid-input') return 0;
  return end.type === 'crashed' ? end.elapsedMs : end.result.elapsedMs;
}

function shorten(text: string): string {
  return text.length <= MAX_ANNOTATION_LENGTH
    ? text
    : `${text.slice(0, MAX_ANNOTATION_LENGTH - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

function debugEvent(event: RunEvent): void {
  const time = formatTimestamp(event.atMs);
  if (event.type === 'paused') debug(`${time} pause of ${formatPause(event.forMs)} (${event.why})`);
  if (event.type === 'fault') debug(`${time} ${event.call}: ${event.fault.message}`);
  if (event.type === 'stale-read') debug(`${time} a state from before the ${event.request} is ignored`);
}

/** The runner would throw debug lines away, but only after thousands of them were written. */
function debug(message: string): void {
  if (core.isDebug()) core.debug(message);
}
