import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { fencedBlocks, filesIn, linksIn, readDocument } from './documents.js';
import { type Step, stepsIn } from './workflow-job.js';

interface Workflow {
  name: string;
  permissions: object;
  jobs: Record<string, { name: string; permissions?: object; 'timeout-minutes': number; steps: Step[] }>;
}

const manifest: { inputs: Record<string, { required: boolean }>; outputs: object } = parse(readDocument('action.yml'));
const required = Object.keys(manifest.inputs).filter((name) => manifest.inputs[name]?.required);
const isOurs = ({ uses = '' }: Step): boolean => uses.includes('restart-friendli-endpoint');
const lineCount = (text: string): number => text.trimEnd().split('\n').length;
const TEAM = /^\$\{\{ vars\.FRIENDLI_TEAM_ID \}\}$/;

const examples = filesIn('examples').map((name) => ({ name, text: readDocument(name) }));
const blocks = ['README.md', 'docs/operations.md'].flatMap((path) =>
  fencedBlocks('yaml', readDocument(path)).map((text, index) => ({ name: `block ${index + 1} of ${path}`, text })),
);

it('README.md has at most 220 lines, blocks of at most 25 that pass the team, and a link to each example', () => {
  const readme = readDocument('README.md');
  expect(lineCount(readme)).toBeLessThanOrEqual(220);
  for (const block of fencedBlocks('yaml', readme)) {
    expect(lineCount(block)).toBeLessThanOrEqual(25);
    for (const step of stepsIn(parse(block)))
      expect(Object.values({ ...step.env, ...step.with })).toContainEqual(expect.stringMatching(TEAM));
  }
  expect(linksIn(readme)).toEqual(expect.arrayContaining(examples.map(({ name }) => name)));
});

it.each([...examples, ...blocks])('$name uses what exists, and no expression in a script', ({ text }) => {
  const steps = stepsIn(parse(text));
  const ours = steps.filter(isOurs);
  expect(ours.length).toBeGreaterThan(0);
  for (const { uses, with: inputs = {} } of ours) {
    expect(uses).toBe('OWNER/restart-friendli-endpoint/node24@v1');
    expect(Object.keys(manifest.inputs)).toEqual(expect.arrayContaining(Object.keys(inputs)));
    expect(Object.keys(inputs)).toEqual(expect.arrayContaining(required));
    expect(inputs['api-key']).toMatch(/^\$\{\{ secrets\.FRIENDLI_TOKEN \}\}$/);
  }
  for (const [, id, output] of text.matchAll(/steps\.([\w-]+)\.(?:outputs\.([\w-]+))?/g)) {
    expect(steps.map((step) => step.id)).toContain(id);
    if (output && ours.some((step) => step.id === id)) expect(manifest.outputs).toHaveProperty(output);
  }
  for (const { run = '' } of steps) expect(run).not.toContain('${{');
});

it.each(examples)('$name says what to set, asks only for what it needs, and gives each job enough time', (example) => {
  const workflow: Workflow = parse(example.text);
  const jobs = Object.values(workflow.jobs);
  const steps = stepsIn(workflow);
  const [top] = example.text.split(/^name:/m);
  for (const name of ['OWNER', 'FRIENDLI_TOKEN', 'FRIENDLI_TEAM_ID']) expect(top).toContain(name);
  expect(workflow.permissions).toEqual({});
  const permissions = example.name === 'examples/scheduled-recovery.yml' ? { issues: 'write' } : undefined;
  for (const job of jobs) expect(job.permissions).toEqual(permissions);
  for (const { run = 'set -euo pipefail' } of steps) expect(run).toMatch(/^set -euo pipefail/);
  for (const { name } of [workflow, ...jobs, ...steps]) expect(name).toMatch(/^[A-Z]/);
  for (const step of steps.filter(isOurs)) expect(step.with?.['team']).toMatch(TEAM);
  expect(example.text).toMatch(
    /concurrency:\n +group: friendli-(deploy|recovery|manual|evaluate)-\$\{\{ .+ \}\}\n +cancel-in-progress: false\n/,
  );
  if (example.name === 'examples/deploy.yml') expect(lineCount(example.text)).toBeLessThanOrEqual(90);
  for (const { 'timeout-minutes': limit, steps } of jobs) {
    // A job on a hosted runner ends after 360 minutes.
    expect(limit).toBeLessThan(360);
    for (const { with: inputs } of steps.filter(isOurs)) {
      // Where it is absent, or an expression (a field of the form), the default of 60 minutes counts.
      expect(limit).toBeGreaterThan(Number(inputs?.['timeout-minutes']) || 60);
    }
  }
});
