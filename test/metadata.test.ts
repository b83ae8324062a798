import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import packageJson from '../package.json' with { type: 'json' };
import { errorCodeAdvice } from '../src/advice.js';
import { isGood } from '../src/conclusion.js';
import { ERROR_CODES, RESTARTABLE_STATUSES, STATUSES } from '../src/endpoint.js';
import { readInputs } from '../src/inputs.js';
import { pollPauseMs } from '../src/polling.js';
import { Report } from '../src/report.js';
import { nextStep, type Outcome } from '../src/restart.js';
import { anchorsIn, codeIn, filesIn, linksIn, readDocument, tableUnder } from './documents.js';

interface Input {
  description: string;
  required: boolean;
  default?: string;
}

interface Manifest {
  name: string;
  description: string;
  author: string;
  branding: { icon: string; color: string };
  inputs: Record<string, Input>;
  outputs: Record<string, { description: string }>;
  runs: { using: string; main: string };
}

/** The type checker holds this list to the union in src/restart.ts, in both directions. */
const OUTCOMES = Object.keys({
  restarted: true,
  'not-needed': true,
  failed: true,
  'timed-out': true,
  cancelled: true,
  error: true,
} satisfies Record<Outcome, true>) as Outcome[];

const manifest: Manifest = parse(readDocument('action.yml'));
const readme = readDocument('README.md');
const inputNames = Object.keys(manifest.inputs);
const outputNames = Object.keys(manifest.outputs);
const documents = filesIn('').filter((path) => path.endsWith('.md'));

describe('action.yml', () => {
  it('declares the inputs that the code reads, in whatever order', () => {
    const read = new Set<string>();
    withInputs({ 'endpoint-id': 'id', 'api-key': 'flp_x' }, (name) => read.add(name));
    expect([...read].sort()).toEqual(inputNames.map((name) => `INPUT_${name.toUpperCase()}`).sort());
  });

  it('declares the defaults that the code takes for an empty input', () => {
    const required = { 'endpoint-id': 'id', 'api-key': 'flp_x' };
    const defaults = Object.fromEntries(
      Object.entries(manifest.inputs).map(([name, input]) => [name, input.default ?? '']),
    );
    expect(withInputs({ ...defaults, ...required })).toEqual(withInputs(required));
  });

  it('requires the inputs without which the code refuses to run, and no other', () => {
    const required = inputNames.filter((name) => manifest.inputs[name]?.required);
    for (const missing of inputNames) {
      const values = { 'endpoint-id': 'id', 'api-key': 'flp_x', [missing]: '' };
      const run = (): unknown => withInputs(values);
      if (required.includes(missing)) expect(run, missing).toThrow(`${missing}: is required but empty`);
      else expect(run, missing).not.toThrow();
    }
  });

  it('declares the outputs that a run writes', async () => {
    expect((await outputsOfARun()).sort()).toEqual([...outputNames].sort());
  });

  it('names every outcome in the description of the output', () => {
    const description = manifest.outputs['outcome']?.description ?? '';
    expect(description.match(/[a-z-]+/g)).toEqual(expect.arrayContaining(OUTCOMES));
  });

  it.each([
    ...Object.entries(manifest.inputs).map(([name, { description }]) => ({ name, description })),
    ...Object.entries(manifest.outputs).map(([name, { description }]) => ({ name, description })),
  ])('describes $name in one line of sensible length', ({ description }) => {
    expect(description).toMatch(/^\S.{18,198}\S$/);
    expect(description).not.toMatch(/\.$/);
  });

  it('has what the Marketplace asks for', () => {
    expect(manifest.name).toMatch(/^.{3,60}$/);
    expect(manifest.description).toMatch(/^.{20,124}$/);
    expect(manifest.author).toBe(packageJson.author);
    // GitHub's colours, and those of its Feather icons that would fit.
    expect('white black yellow blue green orange red purple gray-dark'.split(' ')).toContain(
      manifest.branding.color,
    );
    expect(
      'activity cpu play-circle power refresh-ccw refresh-cw rotate-ccw rotate-cw zap'.split(' '),
    ).toContain(manifest.branding.icon);
  });

  it('runs the committed bundle on Node 20', () => {
    expect(manifest.runs).toEqual({ using: 'node20', main: 'dist/index.js' });
    expect(exists(manifest.runs.main)).toBe(true);
  });
});

describe('node24/action.yml', () => {
  it('is action.yml but for the version of Node and the way to the bundle', () => {
    const node24: Manifest = parse(readDocument('node24/action.yml'));
    expect({ ...node24, runs: undefined }).toEqual({ ...manifest, runs: undefined });
    expect(Object.keys(node24.inputs)).toEqual(inputNames);
    expect(node24.runs).toEqual({ ...manifest.runs, using: 'node24', main: node24.runs.main });
    expect(posix.join('node24', node24.runs.main)).toBe(manifest.runs.main);
  });
});

describe('action-types.yml', () => {
  it('types the inputs and outputs of action.yml, each and no other', () => {
    const types: { inputs: object; outputs: object } = parse(readDocument('action-types.yml'));
    expect(Object.keys(types.inputs)).toEqual(inputNames);
    expect(Object.keys(types.outputs)).toEqual(outputNames);
  });
});

describe('README.md', () => {
  it('lists the inputs of action.yml with what is required and the defaults', () => {
    const told = tableUnder('Inputs', readme).map((row) => ({
      name: codeIn(row['Input'] ?? ''),
      required: row['Required'],
      default: codeIn(row['Default'] ?? ''),
    }));
    const declared = Object.entries(manifest.inputs).map(([name, input]) => ({
      name: [name],
      required: input.required ? 'yes' : 'no',
      default: input.default === undefined ? [] : [input.default],
    }));
    expect(told).toEqual(declared);
  });

  it('lists the outputs of action.yml', () => {
    expect(namesIn('Outputs', 'Output')).toEqual(outputNames);
  });

  it('lists the outcomes, and says of each whether the step succeeds', () => {
    const told = tableUnder('Outcomes', readme).map((row) => ({
      outcome: codeIn(row['Outcome'] ?? '').join(),
      succeeds: (row['The step'] ?? '').startsWith('succeeds'),
    }));
    expect(told).toEqual(OUTCOMES.map((outcome) => ({ outcome, succeeds: isGood(outcome) })));
  });

  it('explains each error code in the words of the action', () => {
    const told = tableUnder('Error codes', readme).flatMap((row) =>
      codeIn(row['Code'] ?? '').map((code) => ({ code, cause: row['Likely cause'], next: row['Next step'] })),
    );
    const explained = ERROR_CODES.map((code) => ({ code, ...errorCodeAdvice(code) }));
    expect(told.sort(byCode)).toEqual(explained.sort(byCode));
  });

  it.each(STATUSES)('says what happens to an endpoint that is %s', (status) => {
    const rows = tableUnder('The endpoint is in this status', readme);
    const row = rows.find((each) => each['Status']?.split(/\W+/).includes(status));
    for (const wait of [false, true]) {
      const told = row?.[`\`wait: ${wait}\``] ?? '';
      expect(told).toMatch(new RegExp(`^${doneTo(status, wait)}\\b`));
    }
  });

  it('tells the adaptive pauses between polls', () => {
    const seconds = (status: string, phase = ''): number =>
      pollPauseMs({ status, phase, errorCode: '', updatedAt: '' }, { rateLimits: 0 }) / 1_000;
    const closely = seconds('INITIALIZING', 'ENGINE_INITIALIZING');
    const slowly = seconds('INITIALIZING', 'DOWNLOADING_MODEL');
    expect(
      tableUnder('Inputs', readme).find((row) => row['Input'] === '`poll-interval`')?.['What it is'],
    ).toContain(
      `${closely} s while the engine initializes, ${slowly} s in the phases before it, else ${seconds('UNKNOWN')} s`,
    );
  });

  it('names the two ways to use the action', () => {
    for (const path of ['', '/node24']) {
      expect(readme).toContain(
        `\`OWNER/restart-friendli-endpoint${path}@v${packageJson.version.split('.')[0]}\``,
      );
    }
  });
});

describe('CHANGELOG.md', () => {
  it('has the version of package.json as its newest, with a date', () => {
    const sections = [...readDocument('CHANGELOG.md').matchAll(/^## \[([^\]]+)\](?: - (.+))?$/gm)];
    const [newest] = sections.filter(([, version]) => version !== 'Unreleased');
    expect(newest?.[1]).toBe(packageJson.version);
    expect(newest?.[2]).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  });
});

describe('CONTRIBUTING.md', () => {
  it('gives each file of src/ its one job', () => {
    const told = namesIn('The house', 'File', readDocument('CONTRIBUTING.md')).map((name) => `src/${name}`);
    expect(told.sort()).toEqual(filesIn('src').sort());
  });
});

describe('docs/threat-model.md', () => {
  const claims = [...readDocument('docs/threat-model.md').matchAll(/`(test\/[^`]+\.ts)`, "([^"]+)"/g)].map(
    ([, path = '', title = '']) => ({ path, title }),
  );

  it('names tests', () => {
    expect(claims.length).toBeGreaterThan(10);
  });

  it.each(claims)('is right that $path has the test "$title"', ({ path, title }) => {
    const titles = [...readDocument(path).matchAll(/(?:'(?:[^'\\\n]|\\.)+'|`[^`]+`|"[^"\n]+")/g)].map(
      ([text]) => text.slice(1, -1).replaceAll('\\', ''),
    );
    expect(titles).toContain(title);
  });
});

describe.each(documents)('%s', (path) => {
  const text = readDocument(path);

  it('has no link that leads nowhere', () => {
    const broken = linksIn(text).filter(
      (target) => !/^(https:|mailto:)/.test(target) && !leadsSomewhere(target),
    );
    expect(broken).toEqual([]);
  });

  it('names no npm script that package.json does not have', () => {
    const named = [...text.matchAll(/npm run ([a-z0-9:-]+)/g)].map(([, name = '']) => name);
    expect(Object.keys(packageJson.scripts)).toEqual(expect.arrayContaining(named));
  });

  function leadsSomewhere(target: string): boolean {
    const [file = '', anchor] = target.split('#');
    const to = file === '' ? path : posix.join(posix.dirname(path), file);
    if (!exists(to)) return false;
    return anchor === undefined || anchorsIn(readDocument(to)).includes(anchor);
  }
});

function namesIn(heading: string, column: string, markdown = readme): string[] {
  return tableUnder(heading, markdown).flatMap((row) => codeIn(row[column] ?? ''));
}

/** The words of the table for what the loop does about the first status that it reads. */
function doneTo(status: string, wait: boolean): string {
  const step = nextStep(status, { restarted: false, wait, restartOn: RESTARTABLE_STATUSES });
  if (step.type === 'restart') return 'restarted';
  if (step.type === 'go-on') return 'waited for';
  return step.outcome === 'error' ? 'error' : 'nothing to do';
}

function byCode(one: { code: string }, other: { code: string }): number {
  return one.code.localeCompare(other.code);
}

function exists(path: string): boolean {
  return existsSync(fileURLToPath(new URL(`../${path}`, import.meta.url)));
}

beforeEach(() => {
  // On a runner, commands of the code under test would become annotations of the test run.
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** Reads the inputs from an environment that holds only these; tells of every INPUT_ variable that is asked for. */
function withInputs(
  values: Record<string, string>,
  onRead: (name: string) => void = () => undefined,
): unknown {
  const environment = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
  const watched = new Proxy<Record<string, string>>(environment, {
    get(target, name) {
      if (typeof name === 'string' && name.startsWith('INPUT_')) onRead(name);
      return Reflect.get(target, name);
    },
  });
  const spy = vi.spyOn(process, 'env', 'get').mockReturnValue(watched);
  try {
    return readInputs();
  } finally {
    spy.mockRestore();
  }
}

/** The names of the outputs that a run leaves in the runner's file. */
async function outputsOfARun(): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'outputs-'));
  try {
    const file = join(folder, 'output');
    await writeFile(file, '');
    vi.stubEnv('GITHUB_OUTPUT', file);
    vi.stubEnv('GITHUB_STEP_SUMMARY', undefined);
    await new Report(0).finishBadInput(['endpoint-id: is required but empty.']);
    return [...(await readFile(file, 'utf8')).matchAll(/^(\w+)<</gm)].map(([, name = '']) => name);
  } finally {
    await rm(folder, { recursive: true });
  }
}
