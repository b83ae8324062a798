import { describe, expect, it } from 'vitest';
import { conditionOf, isCovered, isOlder, isSameObservation, PHASES, STATUSES } from '../src/endpoint.js';
import { ERROR_CODES, errorCodeEntry, isRecoverable } from '../src/error-codes.js';
import { readDocument } from './documents.js';
import { state, updated } from './play.js';

const contract = readDocument('docs/behavior.md');
/** A list of section 1, such as that of `status`. */
const listed = (field: string): string[] =>
  (new RegExp(`^- \`${field}\`: (.*)$`, 'm').exec(contract)?.[1] ?? '').split(', ');

describe('the vocabulary', () => {
  it('is that of docs/behavior.md section 1', () => {
    expect(Object.keys(STATUSES)).toEqual(listed('status'));
    expect([...PHASES]).toEqual(listed('phase'));
  });

  it('has the fourteen error codes of docs/behavior.md section 7', () => {
    const codes = contract.slice(contract.indexOf('## 7.')).match(/`[A-Z_]+`/g) ?? [];
    expect(codes.map((code) => code.slice(1, -1)).sort()).toEqual(Object.keys(ERROR_CODES).sort());
    expect(codes).toHaveLength(14);
  });

  it('knows nothing of a status outside its list, and counts an error code outside it as recoverable', () => {
    for (const status of ['running', 'FAILED ', '', 'constructor', undefined]) {
      expect(conditionOf(status)).toBe('unknown');
    }
    for (const errorCode of ['', 'NEW_ERROR', 'toString']) {
      expect(isRecoverable(errorCode)).toBe(true);
      expect(errorCodeEntry(errorCode).likelyCause).toMatch(/\w/);
    }
  });
});

it('takes answers for the same if status, error code and time of update are equal', () => {
  const one = { ...updated(0, 'FAILED', 'CODE'), phase: 'A' };
  expect(isSameObservation(one, { ...one, phase: 'B' })).toBe(true);
  for (const change of [{ status: 'RUNNING' }, { errorCode: '' }, { updatedAt: '' }]) {
    expect(isSameObservation(one, { ...one, ...change })).toBe(false);
  }
});

it('takes a state for older only if both say when they were updated', () => {
  expect(isOlder(updated(0, 'A'), updated(1, 'A'))).toBe(true);
  expect(isOlder(updated(1, 'A'), updated(1, 'A'))).toBe(false);
  expect(isOlder(state('A', { updatedAt: '2026-01-01T01:00:00+02:00' }), updated(0, 'A'))).toBe(true);
  expect(isOlder(state('A'), updated(1, 'A'))).toBe(false);
  expect(isOlder(updated(0, 'A'), state('A', { updatedAt: 'yesterday' }))).toBe(false);
});

it('covers nothing with an empty restart-on, and no other status', () => {
  expect(isCovered(state('FAILED'), [])).toBe(false);
  expect(isCovered(state('RUNNING'), ['FAILED', 'TERMINATED', 'RECOVERABLE'])).toBe(false);
});
