import { describe, expect, it } from 'vitest';
import { CONDITION_BY_STATUS, conditionOf, isSameObservation, matchesRestartOn, PHASES } from '../src/endpoint.js';
import { ERROR_CODES, errorCodeInfo, isRecoverable } from '../src/error-codes.js';
import { readDocument } from './documents.js';
import { state, updated } from './play.js';

const contract = readDocument('docs/behavior.md');
/** A list of section 1, such as that of `status`. */
const listed = (field: string): string[] =>
  (new RegExp(`^- \`${field}\`: (.*)$`, 'm').exec(contract)?.[1] ?? '').split(', ');

describe('the vocabulary', () => {
  it('is that of docs/behavior.md section 1', () => {
    expect(Object.keys(CONDITION_BY_STATUS)).toEqual(listed('status'));
    expect([...PHASES]).toEqual(listed('phase'));
  });

  it('has the fourteen error codes of docs/behavior.md section 7', () => {
    const codes = contract.slice(contract.indexOf('## 7.')).match(/`[A-Z_]+`/g) ?? [];
    expect(codes.map((code) => code.slice(1, -1)).sort()).toEqual(Object.keys(ERROR_CODES).sort());
    expect(codes).toHaveLength(14);
  });

  it('treats an unlisted status as unknown and an unlisted error code as recoverable', () => {
    for (const status of ['running', 'FAILED ', '', 'constructor', undefined]) {
      expect(conditionOf(status)).toBe('unknown');
    }
    for (const errorCode of ['', 'NEW_ERROR', 'toString']) {
      expect(isRecoverable(errorCode)).toBe(true);
      expect(errorCodeInfo(errorCode)).toMatchObject({
        likelyCause: '',
        nextStep: expect.stringMatching(/\w/),
      });
    }
  });
});

it('considers two responses the same if status, error code, and updatedAt are equal', () => {
  const one = { ...updated(0, 'FAILED', 'CODE'), phase: 'A' };
  expect(isSameObservation(one, { ...one, phase: 'B' })).toBe(true);
  for (const change of [{ status: 'RUNNING' }, { errorCode: '' }, { updatedAt: '' }]) {
    expect(isSameObservation(one, { ...one, ...change })).toBe(false);
  }
});

it('covers nothing with an empty restart-on, and no other status', () => {
  expect(matchesRestartOn(state('FAILED'), [])).toBe(false);
  expect(matchesRestartOn(state('RUNNING'), ['FAILED', 'TERMINATED', 'RECOVERABLE'])).toBe(false);
});
