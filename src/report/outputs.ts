/** The outputs of the step (docs/behavior.md section 3). */
import { statSync } from 'node:fs';
import * as core from '@actions/core';
import type { Sanitizer } from '../sanitize.js';
import { type RunState, restartCount } from '../state.js';
import { MAX_CHANGES } from './log.js';

/** How often the end is written until it succeeds: a virus scanner can hold the file for a moment. */
const MAX_TRIES = 3;
const RETRY_PAUSE_MS = 50;

export class Outputs {
  private readonly sanitize: Sanitizer;
  private readonly values = new Map<string, string>();
  /** Values that the file does not have yet. */
  private readonly unwritten = new Set<string>();
  private changes = 0;

  constructor(sanitize: Sanitizer) {
    this.sanitize = sanitize;
  }

  /** Writes what is known so far. After many changes, what is not about a restart waits for the end of the run. */
  update(run: RunState): void {
    this.set(valuesOf(run));
    this.changes += 1;
    if (this.changes <= MAX_CHANGES || this.unwritten.has('restarted')) this.write();
  }

  /** Writes the values at the end, and any that were not written before. Returns why this failed, if it did. */
  finish(run: RunState | undefined, values: Readonly<Record<string, string>>): string | undefined {
    this.set({ ...valuesOf(run), ...values });
    let fault = this.write();
    for (let tries = 1; tries < MAX_TRIES && fault !== undefined; tries += 1) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_PAUSE_MS);
      fault = this.write();
    }
    return fault;
  }

  private set(values: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(values)) {
      if (this.values.get(name) !== value) this.unwritten.add(name);
      this.values.set(name, value);
    }
  }

  /** For a repeated name, the runner uses the last entry. The endpoint matters more than the outputs: a fault is returned. */
  private write(): string | undefined {
    const file = process.env['GITHUB_OUTPUT'] ?? '';
    // Without a file, core.setOutput would print an old-style command.
    if (file === '') return undefined;
    try {
      // Writing to a pipe could block the process, which then could not react to a cancellation.
      if (!statSync(file).isFile()) throw new Error(`${file} is not a plain file`);
      for (const name of this.unwritten) {
        core.setOutput(name, this.values.get(name));
        this.unwritten.delete(name);
      }
      return undefined;
    } catch (error) {
      return this.sanitize(error instanceof Error ? error.message : String(error));
    }
  }
}

function valuesOf(run: RunState | undefined): Record<string, string> {
  const { first, last } = run ?? {};
  return {
    status: last?.status ?? '',
    errorCode: last?.errorCode ?? '',
    phase: last?.phase ?? '',
    previousStatus: first?.state.status ?? '',
    previousErrorCode: first?.state.errorCode ?? '',
    restarted: String(run !== undefined && restartCount(run) > 0),
  };
}
