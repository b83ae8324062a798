import fc from 'fast-check';
import { beforeEach, expect, it, vi } from 'vitest';
import type { Policy } from '../../src/run.js';
import { http, lost, state } from '../play.js';
import { playScenario, reportEnd, scenarios } from './scenarios.js';

beforeEach(() => void vi.stubEnv('NODE_EXTRA_CA_CERTS', undefined));

it('every end has its text in messages.md, which vitest -u writes', async () => {
  const issues = ['wait: expected true or false, got "yes".', 'team: expected an ID, got "a b".'];
  const ends = [
    ...Object.entries(scenarios).map(([name, script]) => [name, playScenario(script)] as const),
    ['an invalid input', reportEnd({ type: 'invalid-input', issues: issues.slice(0, 1) })] as const,
    ['two invalid inputs', reportEnd({ type: 'invalid-input', issues })] as const,
    ['a bug', reportEnd({ type: 'crashed', message: 'TypeError: x', elapsedMs: 1 })] as const,
  ];
  const rows = ends.map(([name, { message, summary }]) => {
    const { outcome, level, title, text, nextStep } = message;
    const shown = summary.match(/(?<=^### )\S+|(?<=^> \[!)[A-Z]+(?=\]$)|(?<=^```)mermaid/gm) ?? [];
    return [name, outcome, level, shown.join(' '), title, text.replaceAll('\n', '<br>'), nextStep];
  });
  const columns = ['Run', 'Outcome', 'Level', 'Summary', 'Title', 'What happened', 'Next step'];
  const lines = [columns, columns.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`);
  await expect(lines.join('')).toMatchFileSnapshot('messages.md');
});

const statuses = 'UNKNOWN INITIALIZING RUNNING UPDATING SLEEPING AWAKING FAILED TERMINATED READY INITIALIZING FAILED';
const anyState = fc.constantFrom(...statuses.split(' ')).map((status) => state(status));
const anyFault = fc.constantFrom(lost, http(503), http(429), http(404, { kind: 'permanent' }));
const anyRead = fc.oneof({ weight: 4, arbitrary: anyState }, { weight: 1, arbitrary: anyFault });
const anyReply = fc.oneof(anyState, anyFault, fc.constant(http(400)));
const waiting: Partial<Policy>[] = [{ attempts: 3 }, { probe: 'chat', stableForMs: 30_000 }];
const anyScript = fc.record({
  reads: fc.array(anyRead, { minLength: 1, maxLength: 30 }),
  restarts: fc.array(anyReply, { minLength: 40, maxLength: 40 }),
  wakes: fc.array(anyReply, { minLength: 40, maxLength: 40 }),
  probes: fc.array(fc.oneof(fc.constant('ok' as const), anyFault), { minLength: 1, maxLength: 5 }),
  cancelAtMs: fc.constantFrom(Number.POSITIVE_INFINITY, 30_000, 200_000),
  policy: fc.constantFrom(...waiting, { wait: false }, { dryRun: true }),
  wake: fc.boolean(),
  timeoutMs: fc.constantFrom(60_000, 600_000),
});

it('whatever happens, a message claims nothing that the run does not know', () => {
  fc.assert(
    fc.property(anyScript, ({ policy, ...script }) => {
      const { message, run, decision } = playScenario({ ...script, ...policy });
      const { title, text, nextStep } = message;
      expect(`${title}|${text}|${nextStep}`).not.toMatch(/undefined|\.\.| {2}|\.[A-Z]/);
      expect(title.length).toBeLessThanOrEqual(70);
      expect(text.length).toBeLessThanOrEqual(420);
      if (/keeps starting|rollout of/.test(text)) expect(run.last?.status).toMatch(/^(INITIAL|AWA|UPDA)/);
      if (title === 'API unreachable') expect(decision.failure?.fault.httpStatus).toBeUndefined();
      if (run.first !== undefined) expect(nextStep).not.toContain('endpoint-id');
      expect(text.includes('may have been accepted')).toBe(run.ambiguous !== undefined);
    }),
    { numRuns: 1_000 },
  );
});
