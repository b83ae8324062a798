import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import packageJson from '../package.json' with { type: 'json' };
import { CONDITION_BY_STATUS, PHASES } from '../src/endpoint.js';
import { ERROR_CODES } from '../src/error-codes.js';
import { InputError, readInputs } from '../src/inputs.js';
import { ADVICE } from '../src/report/advice.js';
import { CALL_NAMES, capitalize } from '../src/report/labels.js';
import type { Outcome } from '../src/run.js';
import { createSanitizer } from '../src/sanitize.js';
import { anchorsIn, codeIn, filesIn, linksIn, readDocument, tableOf } from './documents.js';

interface Manifest {
  inputs: Record<string, { description: string; required: boolean; default?: string }>;
  outputs: Record<string, { description: string }>;
}

/** Every outcome, which the type checker ensures, and whether the step succeeds. */
const OUTCOMES: Record<Outcome, boolean> = {
  ...{ restarted: true, woken: true, 'not-needed': true, 'dry-run': true, 'not-recoverable': false },
  ...{ failed: false, 'timed-out': false, cancelled: false, error: false },
};
const manifest: Manifest = parse(readDocument('action.yml'));
const inputs = Object.entries(manifest.inputs);
const inputNames = Object.keys(manifest.inputs);
const outputNames = Object.keys(manifest.outputs);
const like = (pattern: RegExp) => expect.stringMatching(pattern);

afterEach(() => vi.restoreAllMocks());

/** Reads the inputs from an environment in which all other variables have one value. Returns the invalid ones, if any. */
function read(values: Readonly<Record<string, string>>, other = '') {
  const get = (_: object, variable: string) => values[variable.replace('INPUT_', '').toLowerCase()] ?? other;
  vi.spyOn(process, 'env', 'get').mockReturnValue(new Proxy({}, { get }));
  try {
    return { inputs: readInputs({ apiKey: values['api-key'] ?? other, sanitize: createSanitizer('') }) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { invalid: error.issues.flatMap((issue) => issue.match(/^[a-z-]+/) ?? []) };
  }
}

describe('action.yml', () => {
  it('declares the inputs that the code reads, with the same defaults, and as required what the code requires', () => {
    expect(read({}, '\0')).toEqual({ invalid: inputNames });
    expect(read({})).toEqual({ invalid: inputs.filter(([, { required }]) => required).map(([name]) => name) });
    const needed = { 'endpoint-id': 'id', 'api-key': 'flp_x' };
    const defaults = Object.fromEntries(inputs.map(([name, input]) => [name, input.default ?? '']));
    expect(read({ ...defaults, ...needed })).toEqual({ inputs: expect.any(Object) });
    expect(read({ ...defaults, ...needed })).toEqual(read(needed));
  });

  it('has what the Marketplace asks for, descriptions of one line, and a bundle for each of the two runtimes', () => {
    for (const { description } of Object.values({ ...manifest.inputs, ...manifest.outputs })) {
      expect(description).toMatch(/^\S.{18,198}[^.\s]$/);
    }
    expect(manifest).toEqual({
      ...manifest,
      ...{ name: like(/^.{3,60}$/), description: like(/^.{20,124}$/), author: packageJson.author },
      ...{ branding: { icon: 'refresh-cw', color: 'purple' }, runs: { using: 'node20', main: 'dist/index.js' } },
    });
    const node24 = { using: 'node24', main: '../dist/index.js' };
    expect(parse(readDocument('node24/action.yml'))).toEqual({ ...manifest, runs: node24 });
  });

  it('has its inputs and outputs typed in action-types.yml, and names every outcome', () => {
    const types: { inputs: object; outputs: Record<string, object> } = parse(readDocument('action-types.yml'));
    expect([Object.keys(types.inputs), Object.keys(types.outputs)]).toEqual([inputNames, outputNames]);
    expect(types.outputs['outcome']).toHaveProperty('allowed-values', Object.keys(OUTCOMES));
    const named = manifest.outputs['outcome']?.description.match(/[a-z-]+/g);
    expect(named).toEqual(expect.arrayContaining(Object.keys(OUTCOMES)));
  });
});

it.each(['README.md', 'docs/behavior.md'])('%s lists the inputs, outputs, and outcomes', (path) => {
  const text = readDocument(path);
  const rows = tableOf(text, 'Input', 'Required', 'Default');
  const documented = rows.map(([name, required, value]) => [codeIn(name)[0], required === 'yes', codeIn(value)[0]]);
  expect(documented).toEqual(inputs.map(([name, input]) => [name, input.required, input.default]));
  expect(tableOf(text, 'Output').flatMap(([name]) => codeIn(name))).toEqual(outputNames);
  const ends = tableOf(text, 'Outcome', 'Step').map(([name, step]) => [codeIn(name)[0], step?.startsWith('succeeds')]);
  expect(ends).toEqual(Object.entries(OUTCOMES));
});

it.each(['docs/troubleshooting.md', 'docs/behavior.md'])('%s has each error code as the action explains it', (path) => {
  const rows = tableOf(readDocument(path), 'Code', 'Likely cause', 'Next step', 'Recoverable');
  const documented = rows.flatMap(([codes, ...cells]) => codeIn(codes).map((code) => [code, ...cells]));
  const entries = Object.entries(ERROR_CODES).map(([code, { likelyCause, nextStep, recoverable }]) => [
    ...[code, likelyCause || 'the API gives no cause', nextStep, recoverable ? 'yes' : 'no'],
  ]);
  expect(documented.sort()).toEqual(entries.sort());
});

it('docs/troubleshooting.md has the likely cause of each failed request as the action explains it', () => {
  const rows = tableOf(readDocument('docs/troubleshooting.md'), 'Error', 'Likely cause', 'Next step');
  const entries = Object.entries(ADVICE).map(([error, advice]) => [error, ...advice]);
  expect(rows.sort()).toEqual(entries.sort());
});

it('docs/troubleshooting.md lists the title of every message', () => {
  const rows = tableOf(readDocument('docs/troubleshooting.md'), 'Title on the screen');
  const listed = rows.flatMap(([titles]) => codeIn(titles)).join('|');
  // `…` is a value, and an error code can follow.
  const any = new RegExp(`^(${listed.replaceAll('…', '.+')})(: [A-Z_]+_ERROR)?$`);
  const ends = tableOf(readDocument('test/report/messages.md'), 'Run', 'Title').map(([, title = '']) => title);
  // What is not the message of an end: warnings, lost outputs, and an exit without a result.
  const warnings = Object.values(CALL_NAMES).map((name) => `${capitalize(name)} failed`);
  const source = filesIn('src').map(readDocument).join('\n');
  const fixed = Array.from(source.matchAll(/\btitle(?:=|:[^'\n]*')([A-Z][\w ]+)/g), ([, title = '']) => title);
  expect(fixed).toEqual(['The action exited without a result', 'Outputs are missing']);
  expect([...ends, ...warnings, ...fixed].filter((title) => !any.test(title))).toEqual([]);
});

it.each([
  ['status', Object.keys(CONDITION_BY_STATUS)],
  ['phase', PHASES],
])('docs/behavior.md lists the values of %s', (field, values) => {
  const [, listed] = new RegExp(`^- \`${field}\`: (.*)$`, 'm').exec(readDocument('docs/behavior.md')) ?? [];
  expect(listed?.split(', ')).toEqual(values);
});

it('CONTRIBUTING.md has the responsibility of each file in src/', () => {
  const names = tableOf(readDocument('CONTRIBUTING.md'), 'Module').flatMap(([modules]) => codeIn(modules));
  expect(names.map((name) => `src/${name}`).sort()).toEqual(filesIn('src'));
});

it.each(filesIn('').filter((path) => path.endsWith('.md')))('%s has only links and npm scripts that exist', (path) => {
  const text = readDocument(path);
  const broken = linksIn(text).filter((target) => {
    const [file = '', anchor] = target.split('#');
    const to = file === '' ? path : posix.join(posix.dirname(path), file);
    if (/^(https:|mailto:)/.test(target)) return false;
    return !existsSync(to) || (anchor !== undefined && !anchorsIn(readDocument(to)).includes(anchor));
  });
  expect(broken).toEqual([]);
  for (const [, name = ''] of text.matchAll(/npm run ([a-z0-9:-]+)/g))
    expect(packageJson.scripts).toHaveProperty([name]);
});
