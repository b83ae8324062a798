import { expect, it } from 'vitest';
import { CONDITION_BY_STATUS, PHASES } from '../src/endpoint.js';
import { errorCodeInfo } from '../src/error-codes.js';
import { readDocument } from './documents.js';

it.each([
  ['status', Object.keys(CONDITION_BY_STATUS)],
  ['phase', [...PHASES]],
])('the values of %s are those of docs/behavior.md section 1', (field, values) => {
  const [, listed] = new RegExp(`^- \`${field}\`: (.*)$`, 'm').exec(readDocument('docs/behavior.md')) ?? [];
  expect(listed?.split(', ')).toEqual(values);
});

it.each(['NEW_ERROR', 'toString'])(
  'the undocumented error code %s has no known cause, and a next step',
  (errorCode) => {
    const nextStep = expect.stringMatching(/^Look it up/);
    expect(errorCodeInfo(errorCode)).toEqual({ likelyCause: '', nextStep, recoverable: true });
  },
);
