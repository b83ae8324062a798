import fc from 'fast-check';
import { beforeEach, expect, it, vi } from 'vitest';
import { composeMessage, type Message } from '../../src/report/messages.js';
import type { Policy } from '../../src/run.js';
import { http, lost, state } from '../play.js';
import { playScenario, scenarios } from './scenarios.js';

beforeEach(() => {
  vi.stubEnv('NODE_EXTRA_CA_CERTS', undefined);
});

const issues = ['wait: expected true or false, got "yes".', 'team: expected an ID, got "a b".'];
const nothing = { endpointId: '', wasReached: false };

/** Every end that a run can have, by name. */
function messagesByName(): (readonly [string, Message])[] {
  return [
    ...Object.entries(scenarios).map(([name, script]) => [name, playScenario(script).message] as const),
    ['an invalid input', composeMessage({ type: 'invalid-input', issues: issues.slice(0, 1) }, nothing)],
    ['two invalid inputs', composeMessage({ type: 'invalid-input', issues }, nothing)],
    ['a bug', composeMessage({ type: 'crashed', message: 'TypeError: x', elapsedMs: 1 }, nothing)],
  ];
}

it('every end has its text in messages.md, which vitest -u writes', async () => {
  const rows = messagesByName().map(([name, { title, text, nextStep }]) => {
    return `| ${[name, title, text.replaceAll('\n', '<br>'), nextStep].join(' | ')} |`;
  });
  const table = ['| Run | Title | What happened | Next step |', '| --- | --- | --- | --- |', ...rows, ''];
  await expect(table.join('\n')).toMatchFileSnapshot('messages.md');
});

it('a run prints a notice where nothing was done, no annotation on plain success or a cancel, else an error', () => {
  const expected = new Map([
    ...(['restarted', 'woken', 'cancelled'] as const).map((outcome) => [outcome, 'info'] as const),
    ...(['not-needed', 'dry-run'] as const).map((outcome) => [outcome, 'notice'] as const),
  ]);
  const unusual = messagesByName().filter(([, { outcome, level }]) => {
    return level !== (new Map<string, string>(expected).get(outcome) ?? 'error');
  });
  expect(unusual.map(([name, { level }]) => `${name}: ${level}`)).toEqual([
    'a followed rollout: info',
    'a restart with another error code: notice',
    'an endpoint that comes up on its own: info',
    'a stable endpoint: info',
  ]);
});

const statuses = [
  ...['UNKNOWN', 'INITIALIZING', 'RUNNING', 'UPDATING', 'SLEEPING', 'AWAKING', 'FAILED', 'TERMINATED'],
  ...['READY', 'INITIALIZING', 'FAILED'],
];
const anyState = fc.constantFrom(...statuses).map((status) => state(status));
const anyFault = fc.constantFrom(lost, http(503), http(429), http(404, { kind: 'permanent' }));
const anyRead = fc.oneof({ weight: 4, arbitrary: anyState }, { weight: 1, arbitrary: anyFault });
const manyReplies = fc.array(fc.oneof(anyState, anyFault, fc.constant(http(400))), {
  ...{ minLength: 40, maxLength: 40 },
});
const policies: readonly Partial<Policy>[] = [
  ...[{ wait: false }, { attempts: 3 }, { probe: 'chat', stableForMs: 30_000 } as const, { dryRun: true }],
];
const anyScript = fc.record({
  reads: fc.array(anyRead, { minLength: 1, maxLength: 30 }),
  restarts: manyReplies,
  wakes: manyReplies,
  probes: fc.array(fc.oneof(fc.constant('ok' as const), anyFault), { minLength: 1, maxLength: 5 }),
  cancelAtMs: fc.constantFrom(Number.POSITIVE_INFINITY, 30_000, 200_000),
  policy: fc.constantFrom(...policies),
  wake: fc.boolean(),
  timeoutMs: fc.constantFrom(60_000, 600_000),
});

it('whatever happens, a message claims nothing that the run does not know', () => {
  fc.assert(
    fc.property(anyScript, ({ policy, ...script }) => {
      const { message, played } = playScenario({ ...script, ...policy });
      const { run, decision } = played;
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
