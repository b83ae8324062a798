/** The outputs of the step (docs/behavior.md section 3). */
import { statSync } from 'node:fs';
import * as core from '@actions/core';
import type { EndpointState } from '../endpoint.js';
import type { Outcome } from '../run.js';
import type { Sanitizer } from '../sanitize.js';

type Output =
  | 'status'
  | 'errorCode'
  | 'phase'
  | 'previousStatus'
  | 'previousErrorCode'
  | 'restarted'
  | 'outcome'
  | 'message'
  | 'elapsedSeconds';

/** After this number of changes of state, outputs are written at most once a minute. */
const MAX_CHANGES = 200;
const THINNED_INTERVAL_MS = 60_000;
/** What GITHUB_OUTPUT can hold before the end of the run; the runner takes 1 MiB. */
const MAX_INTERIM_BYTES = 512 * 1_024;
/** A bound on what core.setOutput writes around a value: the name, and twice a delimiter with its line breaks. */
const BYTES_PER_ENTRY = 150;

export class Outputs {
  private readonly sanitize: Sanitizer;
  private readonly written = new Map<Output, string>();
  private changes = 0;
  private writtenAtMs = 0;
  private interimBytes = 0;
  private isFinal = false;
  private writeFault: string | undefined;
  /** A write to a pipe would block the process, and with it the reaction to a cancel. */
  private isPipe: boolean | undefined;

  constructor(sanitize: Sanitizer) {
    this.sanitize = sanitize;
  }

  /** Why an output could not be written; absent if all were. */
  get fault(): string | undefined {
    return this.writeFault;
  }

  /** A new state. However often it changes, the file stays small. */
  observe(state: EndpointState, atMs: number): void {
    this.changes += 1;
    if (this.changes > MAX_CHANGES && atMs - this.writtenAtMs < THINNED_INTERVAL_MS) return;
    this.writtenAtMs = atMs;
    this.writeState(state);
  }

  /** The last state seen; the first one is also what came before any restart. */
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

  writeRestarted(): void {
    this.write('restarted', 'true');
  }

  /** The values that are known at the end only, and whatever had no room before. */
  finish(end: {
    readonly state: EndpointState | undefined;
    readonly outcome: Outcome;
    readonly message: string;
    readonly elapsedMs: number;
  }): void {
    this.isFinal = true;
    this.writeState(end.state);
    this.write('outcome', end.outcome);
    this.write('message', end.message);
    this.write('elapsedSeconds', String(Math.round(end.elapsedMs / 1_000)));
  }

  /** Writes an output when it changes; the last entry for a name is the one that counts. */
  private write(name: Output, value: string): void {
    if (this.written.get(name) === value) return;
    const bytes = Buffer.byteLength(value) + BYTES_PER_ENTRY;
    if (!this.isFinal && this.interimBytes + bytes > MAX_INTERIM_BYTES) return;
    this.interimBytes += bytes;
    this.written.set(name, value);
    // Without a file, core.setOutput would print an old-style command.
    const file = process.env['GITHUB_OUTPUT'] ?? '';
    if (file === '') return;
    try {
      this.isPipe ??= statSync(file, { throwIfNoEntry: false })?.isFIFO() === true;
      if (this.isPipe) throw new Error(`${file} is not a file`);
      core.setOutput(name, value);
    } catch (error) {
      // The endpoint matters more than the outputs: the run continues, and ends red.
      this.writeFault ??= this.sanitize(error instanceof Error ? error.message : String(error));
    }
  }
}
