import { describe, expect, it } from 'vitest';
import { parse, parseDocument } from 'yaml';
import { fencedBlocks, filesIn, linksIn, readDocument } from './documents.js';

interface Manifest {
  inputs: Record<string, { required: boolean }>;
  outputs: Record<string, unknown>;
}

type Step = Partial<{
  id: string;
  if: string;
  uses: string;
  run: string;
  with: Record<string, unknown>;
  env: Record<string, string>;
}>;

interface Job {
  name?: string;
  'timeout-minutes'?: number;
  steps: Step[];
}

interface Workflow {
  name?: string;
  permissions?: object;
  concurrency?: unknown;
  jobs: Record<string, Job>;
}

const manifest: Manifest = parse(readDocument('action.yml'));
const ACTION = 'OWNER/restart-friendli-endpoint@v1';
const LIMIT_BY_DEFAULT = 60;
const LONGEST_JOB_ON_A_HOSTED_RUNNER = 360;

const readme = readDocument('README.md');
const snippets = fencedBlocks('yaml', readme).map((text, index) => ({ name: `snippet ${index + 1}`, text }));
const examples = filesIn('examples').map((name) => ({ name, text: readDocument(name) }));

it('README.md has snippets, and there is an example for each use that it tells of', () => {
  expect(snippets.length).toBeGreaterThan(5);
  expect(linksIn(readme)).toEqual(expect.arrayContaining(examples.map(({ name }) => name)));
  expect(examples.map(({ name }) => name)).toEqual([
    'examples/deploy.yml',
    'examples/manual.yml',
    'examples/many-endpoints.yml',
    'examples/scheduled-recovery.yml',
  ]);
});

describe.each([...examples, ...snippets])('$name', ({ text }) => {
  const steps = stepsIn(parse(text));
  const ours = steps.filter(({ uses }) => isOurs(uses));

  it('is YAML without a mistake', () => {
    const { errors, warnings } = parseDocument(text);
    expect([...errors, ...warnings]).toEqual([]);
  });

  it('uses the action by its one name and version', () => {
    for (const { uses } of ours) expect(uses).toBe(ACTION);
    expect(text.includes('restart-friendli-endpoint')).toBe(ours.length > 0);
  });

  it('gives the action inputs that it has, and those that it needs', () => {
    const required = Object.keys(manifest.inputs).filter((name) => manifest.inputs[name]?.required);
    for (const { with: inputs = {} } of ours) {
      expect(Object.keys(manifest.inputs)).toEqual(expect.arrayContaining(Object.keys(inputs)));
      expect(Object.keys(inputs)).toEqual(expect.arrayContaining(required));
      expect(inputs['api-key']).toMatch(/^\$\{\{ secrets\.FRIENDLI_TOKEN \}\}$/);
    }
  });

  it('reads only outputs that the action has, of steps that there are', () => {
    const read = [...text.matchAll(/steps\.([\w-]+)\.(?:outputs\.([\w-]+)|outcome|conclusion)/g)];
    for (const [, id, output] of read) {
      expect(ours.map((step) => step.id)).toContain(id);
      if (output !== undefined) expect(Object.keys(manifest.outputs)).toContain(output);
    }
  });

  it('puts no expression into a script, where its value would be run as code', () => {
    for (const { run = '' } of steps) expect(run).not.toContain('${{');
  });
});

describe.each(examples)('$name', ({ text }) => {
  const workflow: Workflow = parse(text);
  const jobs = Object.values(workflow.jobs);

  it('asks for no permission', () => {
    expect(workflow.permissions).toEqual({});
    expect(text.match(/permissions:/g)).toHaveLength(1);
  });

  it('has names, and says above all what it does and what it needs', () => {
    expect(workflow.name).toMatch(/^[A-Z].+/);
    for (const job of jobs) expect(job.name).toMatch(/^[A-Z].+/);
    for (const step of stepsIn(workflow)) expect(step).toHaveProperty('name');
    expect(text).toMatch(/^# .+\n(?:#.*\n)*#[^\n]* OWNER\b/);
  });

  it('runs one at a time for an endpoint, and cancels none', () => {
    expect(text).toMatch(/concurrency:\n +group: friendli-\$\{\{ .+ \}\}\n +cancel-in-progress: false\n/);
  });

  it('gives each job a limit of its own, longer than that of the action in it', () => {
    for (const job of jobs) {
      const limit = job['timeout-minutes'] ?? 0;
      expect(limit).toBeLessThan(LONGEST_JOB_ON_A_HOSTED_RUNNER);
      for (const { with: inputs } of job.steps.filter(({ uses }) => isOurs(uses))) {
        const wait = Number(inputs?.['timeout-minutes'] ?? LIMIT_BY_DEFAULT);
        // An expression is what somebody types into the form.
        expect(limit).toBeGreaterThan(Number.isNaN(wait) ? LIMIT_BY_DEFAULT : wait);
      }
    }
  });
});

function isOurs(uses: string | undefined): boolean {
  return uses?.includes('/restart-friendli-endpoint') === true;
}

/** All steps in a workflow, a piece of one, or a list of steps. */
function stepsIn(node: unknown): Step[] {
  if (Array.isArray(node)) return node.flatMap(stepsIn);
  if (typeof node !== 'object' || node === null) return [];
  return isStep(node) ? [node] : Object.values(node).flatMap(stepsIn);
}

function isStep(node: object): node is Step {
  return 'uses' in node || 'run' in node;
}
