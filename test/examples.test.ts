import { describe, expect, it } from 'vitest';
import { parse, parseDocument } from 'yaml';
import { fencedBlocks, filesIn, linksIn, readDocument } from './documents.js';
import { isOurs, type Step, stepsIn } from './workflow-job.js';

interface Workflow {
  name: string;
  permissions: object;
  jobs: Record<string, { name?: string; permissions?: object; 'timeout-minutes'?: number; steps: Step[] }>;
}

const manifest: { inputs: Record<string, { required: boolean }>; outputs: object } = parse(readDocument('action.yml'));
const ACTION = 'OWNER/restart-friendli-endpoint/node24@v1';
const TEAM = /^\$\{\{ vars\.FRIENDLI_TEAM_ID \}\}$/;
const DEFAULT_TIMEOUT_MINUTES = 60;

const readme = readDocument('README.md');
const blocks = ['README.md', 'docs/operations.md'].flatMap((path) =>
  fencedBlocks('yaml', readDocument(path)).map((text, index) => ({
    name: `block ${index + 1} of ${path}`,
    text,
  })),
);
const examples = filesIn('examples').map((name) => ({ name, text: readDocument(name) }));

it('README.md has at most 220 lines, blocks of at most 25 that pass the team, and a link to each example', () => {
  expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(220);
  for (const block of fencedBlocks('yaml', readme)) {
    expect(block.split('\n').length).toBeLessThanOrEqual(26);
    for (const step of stepsIn(parse(block)))
      expect(Object.values({ ...step.env, ...step.with })).toContainEqual(expect.stringMatching(TEAM));
  }
  expect(linksIn(readme)).toEqual(expect.arrayContaining(examples.map(({ name }) => name)));
});

describe.each([...examples, ...blocks])('$name', ({ text }) => {
  const steps = stepsIn(parse(text));
  const ours = steps.filter(isOurs);

  it('uses the recommended manifest, with inputs that exist and all that are required', () => {
    const required = Object.keys(manifest.inputs).filter((name) => manifest.inputs[name]?.required);
    expect(ours.length).toBeGreaterThan(0);
    for (const { uses, with: inputs = {} } of ours) {
      expect(uses).toBe(ACTION);
      expect(Object.keys(manifest.inputs)).toEqual(expect.arrayContaining(Object.keys(inputs)));
      expect(Object.keys(inputs)).toEqual(expect.arrayContaining(required));
      expect(inputs['api-key']).toMatch(/^\$\{\{ secrets\.FRIENDLI_TOKEN \}\}$/);
    }
  });

  it('is valid YAML, reads only existing outputs, and never puts an expression into a script', () => {
    const { errors, warnings } = parseDocument(text);
    expect([...errors, ...warnings]).toEqual([]);
    const ids = steps.map(({ id }) => id);
    for (const [, id, output] of text.matchAll(/steps\.([\w-]+)\.(?:outputs\.([\w-]+))?/g)) {
      expect(ids).toContain(id);
      if (output && ours.some((step) => step.id === id)) expect(manifest.outputs).toHaveProperty(output);
    }
    for (const { run = '' } of steps) expect(run).not.toContain('${{');
  });
});

describe.each(examples)('$name', ({ name, text }) => {
  const workflow: Workflow = parse(text);
  const jobs = Object.values(workflow.jobs);
  const steps = stepsIn(workflow);
  const ours = steps.filter(isOurs);

  it('has names, only needed permissions, safe scripts, the team, and at its top what to set; cancels no run', () => {
    expect(workflow.permissions).toEqual({});
    const permissions = name === 'examples/scheduled-recovery.yml' ? { issues: 'write' } : undefined;
    for (const job of jobs) expect(job.permissions).toEqual(permissions);
    for (const { run = 'set -euo pipefail' } of steps) expect(run).toMatch(/^set -euo pipefail/);
    for (const { name } of [workflow, ...jobs, ...steps]) expect(name).toMatch(/^[A-Z]/);
    for (const step of ours) expect(step.with?.['team']).toMatch(TEAM);
    expect(text).toMatch(
      /concurrency:\n +group: friendli-(deploy|recovery|manual|evaluate)-\$\{\{ .+ \}\}\n +cancel-in-progress: false\n/,
    );
    const [top] = text.split(/^name:/m);
    for (const name of ['OWNER', 'FRIENDLI_TOKEN', 'FRIENDLI_TEAM_ID']) expect(top).toContain(name);
  });

  it.runIf(name === 'examples/deploy.yml')('has at most 90 lines', () => {
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(90);
  });

  it('gives each job more time than the action in it, and less than a hosted runner allows', () => {
    for (const { 'timeout-minutes': limit = 0, steps } of jobs) {
      expect(limit).toBeLessThan(360);
      for (const { with: inputs } of steps.filter(isOurs)) {
        // Where it is absent, or an expression (a field of the form), the default counts.
        expect(limit).toBeGreaterThan(Number(inputs?.['timeout-minutes']) || DEFAULT_TIMEOUT_MINUTES);
      }
    }
  });
});
