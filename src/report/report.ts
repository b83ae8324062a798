/** Reports a run to people and to later steps: log, annotations, outputs, and job summary. */
import { appendFileSync, statSync } from 'node:fs';
import * as core from '@actions/core';
import type { Clock } from '../clock.js';
import type { Inputs } from '../inputs.js';
import { isSuccess, type RequestLog, type RunEvent } from '../run.js';
import { type Sanitizer, truncate } from '../sanitize.js';
import type { RunState } from '../state.js';
import { formatDuration, formatTimestamp } from './duration.js';
import { History } from './history.js';
import { Log, startLine } from './log.js';
import { composeMessage, type Message, type RunEnd, toSingleLine } from './messages.js';
import { Outputs } from './outputs.js';
import { renderSummary } from './summary.js';

/** Maximum number of characters that GitHub shows of an annotation. */
const MAX_ANNOTATION_LENGTH = 4_096;

export class Report {
  private readonly sanitize: Sanitizer;
  private readonly startEpochMs: number;
  private readonly log = new Log();
  private readonly history = new History();
  private readonly outputs: Outputs;
  private endpointId = '';
  private run: RunState | undefined;
  private debuggedState = '';

  constructor({ clock, sanitize }: { readonly clock: Pick<Clock, 'date'>; readonly sanitize: Sanitizer }) {
    this.sanitize = sanitize;
    this.startEpochMs = clock.date();
    this.outputs = new Outputs(sanitize);
  }

  /** The first line: what the run will do. */
  start(inputs: Inputs): void {
    this.endpointId = inputs.endpointId;
    core.info(startLine(inputs));
  }

  /** One event, with what the run knows after it: a line if something changed, and outputs as soon as they are known. */
  readonly onEvent = (event: RunEvent, run: RunState): void => {
    this.run = run;
    this.history.record(event, run);
    this.log.event(event, run);
    if (event.type === 'observed' || event.type === 'accepted') this.outputs.update(run);
    // Without debug logging the runner discards these lines, but writing thousands costs time.
    if (core.isDebug()) this.debug(event, run);
  };

  readonly onRequest = ({ method, path, result, durationMs }: RequestLog): void => {
    if (!core.isDebug()) return;
    core.debug(`${method} ${this.sanitize(path)}: ${result} in ${Math.round(durationMs)} ms`);
  };

  /** Something that the reader of the log should know. */
  readonly onNotice = (text: string): void => {
    core.info(this.sanitize(text));
  };

  /** Reports the end of the run: outputs, last log line or annotation, and summary. Returns whether the step succeeds. */
  finish(end: RunEnd): boolean {
    const { history, endpointId, startEpochMs } = this;
    const message = composeMessage(end, { endpointId, wasReached: history.wasReached });
    const result = end.type === 'completed' ? end.result : undefined;
    const elapsedMs = end.type === 'crashed' ? end.elapsedMs : (result?.elapsedMs ?? 0);
    const outputFault = this.outputs.finish(result?.run ?? this.run, {
      outcome: message.outcome,
      message: toSingleLine(message),
      elapsedSeconds: String(Math.round(elapsedMs / 1_000)),
    });
    announce(message, outputFault);
    this.writeSummary(renderSummary({ message, result, endpointId, history, startEpochMs }));
    return isSuccess(message.outcome) && outputFault === undefined;
  }

  private debug(event: RunEvent, { last }: RunState): void {
    const state = last === undefined ? '' : JSON.stringify(last);
    if (state !== this.debuggedState) core.debug(`state ${state}`);
    this.debuggedState = state;
    if (event.type !== 'paused') return;
    core.debug(`${formatTimestamp(event.atMs)} pause of ${formatDuration(event.forMs)} (${event.why})`);
  }

  /** Synchronously, since an asynchronous write starts four threads; only a plain file cannot block. */
  private writeSummary(markdown: string): void {
    const file = process.env['GITHUB_STEP_SUMMARY'] ?? '';
    try {
      if (!statSync(file).isFile()) throw new Error(`${file} is not a plain file`);
      appendFileSync(file, markdown);
    } catch (error) {
      if (core.isDebug()) core.debug(`no job summary: ${this.sanitize(String(error))}`);
    }
  }
}

/** The last line, or the one annotation. A canceled run has none, and neither has a plain success. */
function announce(message: Message, outputFault: string | undefined): void {
  const { title, text, nextStep, outcome, level } = message;
  const body = `${text}\n${nextStep}`.trim();
  if (outputFault !== undefined && outcome !== 'cancelled') {
    const missing = `The outputs could not be written: ${outputFault}. Later steps will see empty values.`;
    const properties = { title: isSuccess(outcome) ? 'Outputs are missing' : title };
    core.error(truncate(`${body}\n${missing}`, MAX_ANNOTATION_LENGTH), properties);
  } else if (level === 'info') {
    core.info(`${title}. ${toSingleLine(message)}`);
  } else {
    const annotate = level === 'notice' ? core.notice : core.error;
    annotate(truncate(body, MAX_ANNOTATION_LENGTH), { title });
  }
}
