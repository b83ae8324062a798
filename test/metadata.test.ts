import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import packageJson from '../package.json' with { type: 'json' };
import { pollPauseMs } from '../src/backoff.js';
import { ERROR_CODES } from '../src/error-codes.js';
import { readApiKey, readInputs } from '../src/inputs.js';
import { ADVICE } from '../src/report/advice.js';
import { CALL_NAMES, capitalize } from '../src/report/labels.js';
import { isSuccess, type Outcome } from '../src/run.js';
import { createSanitizer } from '../src/sanitize.js';
import { anchorsIn, codeIn, filesIn, linksIn, readDocument, tableOf } from './documents.js';

interface Manifest extends Record<'name' | 'description' | 'author', string> {
  branding: object;
  inputs: Record<string, { description: string; required: boolean; default?: string }>;
  outputs: Record<string, { description: string }>;
  runs: object;
}

/** The type checker compares this list with the union in src/run.ts, in both directions. */
const ALL_OUTCOMES = {
  ...{ restarted: true, woken: true, 'not-needed': true, 'dry-run': true, 'not-recoverable': true },
  ...{ failed: true, 'timed-out': true, cancelled: true, error: true },
} satisfies Record<Outcome, true>;
const isOutcome = (name: string): name is Outcome => Object.hasOwn(ALL_OUTCOMES, name);
const OUTCOMES = Object.keys(ALL_OUTCOMES).filter(isOutcome);

const manifest: Manifest = parse(readDocument('action.yml'));
const inputNames = Object.keys(manifest.inputs);
const outputNames = Object.keys(manifest.outputs);
const required = inputNames.filter((name) => manifest.inputs[name]?.required);
const needed = { 'endpoint-id': 'id', 'api-key': 'flp_x' };
const sanitize = createSanitizer('');

beforeEach(() => {
  // On a runner, commands of the code under test would become annotations of the test run.
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => vi.restoreAllMocks());

describe('action.yml', () => {
  it('declares the inputs that the code reads', () => {
    const names = new Set<string>();
    read(needed, (name) => names.add(name));
    expect([...names].sort()).toEqual(inputNames.map((name) => `INPUT_${name.toUpperCase()}`).sort());
  });

  it('declares the defaults that the code uses for an empty input, and what the code requires', () => {
    const defaults = Object.entries(manifest.inputs).map(([name, input]) => [name, input.default ?? '']);
    expect(read({ ...Object.fromEntries(defaults), ...needed })).toEqual(read(needed));
    for (const name of required) expect(() => read({ ...needed, [name]: '' })).toThrow(`${name} is required`);
    expect(required).toEqual(Object.keys(needed));
  });

  it('has what the Marketplace asks for, descriptions of one line, and a bundle for each of the two runtimes', () => {
    for (const { description } of Object.values({ ...manifest.inputs, ...manifest.outputs })) {
      expect(description).toMatch(/^\S.{18,198}[^.\s]$/);
    }
    expect(manifest.name).toMatch(/^.{3,60}$/);
    expect(manifest.description).toMatch(/^.{20,124}$/);
    expect(manifest.author).toBe(packageJson.author);
    expect(manifest.branding).toEqual({ icon: 'refresh-cw', color: 'purple' });
    expect(manifest.runs).toEqual({ using: 'node20', main: 'dist/index.js' });
    const node24 = { using: 'node24', main: '../dist/index.js' };
    expect(parse(readDocument('node24/action.yml'))).toEqual({ ...manifest, runs: node24 });
  });

  it('has its inputs and outputs typed in action-types.yml, and names every outcome', () => {
    const types: { inputs: object; outputs: Record<string, object> } = parse(readDocument('action-types.yml'));
    expect(Object.keys(types.inputs)).toEqual(inputNames);
    expect(Object.keys(types.outputs)).toEqual(outputNames);
    expect(types.outputs['outcome']).toHaveProperty('allowed-values', OUTCOMES);
    const description = manifest.outputs['outcome']?.description ?? '';
    expect(description.match(/[a-z-]+/g)).toEqual(expect.arrayContaining(OUTCOMES));
  });
});

it.each(['README.md', 'docs/behavior.md'])('%s lists the inputs, outputs and outcomes', (path) => {
  const text = readDocument(path);
  const inputs = tableOf('Input', text).map((row) => [
    ...[codeIn(row['Input']).join(), row['Required'], codeIn(row['Default']).join()],
  ]);
  expect(inputs).toEqual(
    Object.entries(manifest.inputs).map(([name, input]) => [
      ...[name, input.required ? 'yes' : 'no', input.default ?? ''],
    ]),
  );
  expect(tableOf('Output', text).flatMap((row) => codeIn(row['Output']))).toEqual(outputNames);
  const outcomes = tableOf('Outcome', text).map((row) => [
    ...[codeIn(row['Outcome']).join(), row['Step']?.startsWith('succeeds')],
  ]);
  expect(outcomes).toEqual(OUTCOMES.map((outcome) => [outcome, isSuccess(outcome)]));
});

it.each(['docs/troubleshooting.md', 'docs/behavior.md'])(
  '%s has each error code in the words of the action',
  (path) => {
    const rows = tableOf('Code', readDocument(path)).flatMap((row) =>
      codeIn(row['Code']).map((code) => [code, row['Likely cause'], row['Next step'], row['Recoverable']]),
    );
    const entries = Object.entries(ERROR_CODES).map(([code, { likelyCause, nextStep, recoverable }]) => [
      ...[code, likelyCause || 'the API gives no cause', nextStep, recoverable ? 'yes' : 'no'],
    ]);
    expect(rows.sort()).toEqual(entries.sort());
  },
);

describe('docs/troubleshooting.md', () => {
  const page = readDocument('docs/troubleshooting.md');

  it('has the likely cause of each failed request in the words of the action', () => {
    const rows = tableOf('Error', page).map((row) => [row['Error'], row['Likely cause'], row['Next step']]);
    expect(rows.sort()).toEqual(
      Object.entries(ADVICE)
        .map(([error, advice]) => [error, ...advice])
        .sort(),
    );
  });

  it('lists the title of every message', () => {
    const listed = tableOf('Title on the screen', page).flatMap((row) => codeIn(row['Title on the screen']));
    // `…` is a value, and an error code can follow.
    const any = new RegExp(`^(${listed.join('|').replaceAll('…', '.+')})(: [A-Z_]+_ERROR)?$`);
    const titles = tableOf('Run', readDocument('test/report/messages.md')).map((row) => row['Title'] ?? '');
    // What is not the message of an end: warnings, lost outputs, and an exit without a result.
    const warnings = Object.values(CALL_NAMES).map((name) => `${capitalize(name)} failed`);
    const source = filesIn('src').map(readDocument).join('\n');
    const fixed = Array.from(source.matchAll(/\btitle(?:=|:[^'\n]*')([A-Z][\w ]+)/g), ([, title = '']) => title);
    expect(fixed).toEqual(['The action exited without a result', 'Outputs are missing']);
    titles.push(...warnings, ...fixed);
    expect(titles.filter((title) => !any.test(title))).toEqual([]);
  });
});

it('docs/performance.md has the adaptive pauses between polls', () => {
  const seconds = (phase: string, status = 'INITIALIZING'): number =>
    pollPauseMs({ status, phase, errorCode: '', updatedAt: '' }) / 1_000;
  expect(readDocument('docs/performance.md').replaceAll('\n', ' ')).toContain(
    `${seconds('ENGINE_INITIALIZING')} s while the engine initializes, ${seconds('DOWNLOADING_MODEL')} s in the phases before it, and ${seconds('', 'UNKNOWN')} s otherwise`,
  );
});

it('CONTRIBUTING.md has the responsibility of each file in src/', () => {
  const rows = tableOf('Module', readDocument('CONTRIBUTING.md'));
  expect(rows.flatMap((row) => codeIn(row['Module']).map((name) => `src/${name}`)).sort()).toEqual(filesIn('src'));
});

it.each(filesIn('').filter((path) => path.endsWith('.md')))(
  '%s has no broken link, and names only npm scripts that exist',
  (path) => {
    const text = readDocument(path);
    const broken = linksIn(text).filter((target) => {
      const [file = '', anchor] = target.split('#');
      const to = file === '' ? path : posix.join(posix.dirname(path), file);
      if (/^(https:|mailto:)/.test(target)) return false;
      return !existsSync(to) || (anchor !== undefined && !anchorsIn(readDocument(to)).includes(anchor));
    });
    expect(broken).toEqual([]);
    for (const [, name = ''] of text.matchAll(/npm run ([a-z0-9:-]+)/g)) {
      expect(packageJson.scripts).toHaveProperty([name]);
    }
  },
);

/** Reads the inputs from an environment that holds only these, and reports each INPUT_ variable that is read. */
function read(values: Record<string, string>, onRead: (name: string) => void = () => undefined): unknown {
  const entries = Object.entries(values).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const environment = new Proxy<Record<string, string>>(Object.fromEntries(entries), {
    get(target, name) {
      if (typeof name === 'string' && name.startsWith('INPUT_')) onRead(name);
      return Reflect.get(target, name);
    },
  });
  vi.spyOn(process, 'env', 'get').mockReturnValue(environment);
  return readInputs({ apiKey: readApiKey(), sanitize });
}
