import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startAction } from './action/run-action.js';
import { fencedBlocks, filesIn, readDocument } from './documents.js';
import { type Fault, rollOut, type Simulator, startSimulator } from './simulator/simulator.js';
import { canRunSteps, evaluated, isOurs, runStep, type Step, stepsIn } from './workflow-step.js';

const KEY = 'flp_not_a_real_key';
const EXPRESSIONS = {
  'secrets.FRIENDLI_TOKEN': KEY,
  'vars.FRIENDLI_ENDPOINT_ID': 'demo',
  'vars.FRIENDLI_TEAM_ID': 'our-team',
  'inputs.revision': '0123abc',
};
const NO_KEY = { 'secrets.FRIENDLI_TOKEN': '' };
const NO_ID = { 'vars.FRIENDLI_ENDPOINT_ID': '' };
const OTHER_KEY = { 'secrets.FRIENDLI_TOKEN': 'flp_other' };
const LOST: Fault = { drop: 'before-answer' };

/** An answer whose body would forge an annotation. */
function http(status: number): Fault {
  return { respond: { status, body: 'x\n::error::forged\n##[error]forged <b>' } };
}

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator({ apiKey: KEY });
});
afterEach(async () => await simulator.close());

function stepNamed(name: string, path: string): Step {
  const step = stepsIn(parse(readDocument(path))).find((each) => each.name === name);
  if (step === undefined) throw new Error(`${path} has no step "${name}".`);
  return step;
}

/** A server that answers each request with the next status; the body is that of a 200. */
async function serve(statuses: number[], body: string) {
  const received: unknown[] = [];
  const server = createServer(async (request, response) => {
    received.push(JSON.parse(await text(request)));
    const status = statuses[received.length - 1] ?? 200;
    response.writeHead(status).end(status === 200 ? body : 'a body that is not JSON');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return { url: `http://127.0.0.1:${port}`, received, close: () => server.close() };
}

/** How a step ends, and with what in its way. */
interface Case {
  /** How many requests to change the endpoint are sent. */
  sent: number;
  faults?: Fault[];
  expressions?: object;
  /** What the annotation says; absent if the step succeeds. */
  error?: RegExp;
  status?: string;
  staleMs?: number;
  startSeconds?: number;
}
type Expected = Partial<Pick<Case, 'error' | 'expressions' | 'startSeconds'>>;

/** Runs a step, and checks that a failure has exactly one annotation and that no text from the API makes another. */
async function expectEnd(step: Step, { error, expressions, startSeconds = 0 }: Expected = {}) {
  const values = { ...EXPRESSIONS, ...expressions };
  const result = await runStep(step, { expressions: values, apiUrl: simulator.url, startSeconds });
  expect(result.commands).toMatchObject(error ? [{ name: 'error', data: expect.stringMatching(error) }] : []);
  expect(result.exitCode, result.log).toBe(error ? 1 : 0);
  expect(result.curlArguments).not.toContain(KEY);
  expect(simulator.violations).toEqual([]);
  return result;
}

describe.skipIf(!canRunSteps)('the update of examples/deploy.yml', () => {
  const step = stepNamed('Update the endpoint', 'examples/deploy.yml');
  const afterUpdate = rollOut({ lagMs: 50, updatingMs: 60_000 });
  const on = 'update';

  it.each<[name: string, Case]>([
    ['success', { sent: 1 }],
    ['a lost answer to an accepted update', { faults: [{ ...LOST, on, effect: true }], sent: 1 }],
    ['a 500 to an accepted update', { faults: [{ ...http(500), on, effect: true }], sent: 1 }],
    ['a lost request', { faults: [{ ...LOST, on }], sent: 2 }],
    [
      'a 503 during another update',
      { status: 'UPDATING', faults: [{ ...http(503), on }], error: /Another update/, sent: 0 },
    ],
    [
      'a 400 to a repeated update',
      { faults: [LOST, http(400)].map((fault) => ({ ...fault, on })), error: /repeated/, sent: 2 },
    ],
    ['a 500 each time', { faults: [{ ...http(500), times: 99 }], error: /three attempts/, sent: 3 }],
    ['a 400', { faults: [{ ...http(400), on }], error: /HTTP 400: x .*error.*forged/, sent: 1 }],
    ['a wrong key', { expressions: OTHER_KEY, error: /HTTP 401/, sent: 1 }],
    ['an empty key', { expressions: NO_KEY, error: /FRIENDLI_TOKEN/, sent: 0 }],
    ['an empty ID', { expressions: NO_ID, error: /FRIENDLI_ENDPOINT_ID/, sent: 0 }],
    ['an empty revision', { expressions: { 'inputs.revision': '' }, error: /revision/, sent: 0 }],
  ])('ends as it should on %s', async (_, { faults = [], sent, status = 'RUNNING', ...given }) => {
    simulator.endpoint('demo', { status, team: 'our-team', afterUpdate });
    for (const fault of faults) simulator.fault(fault);
    await expectEnd(step, given);
    const updates = simulator.requests.filter(({ method }) => method === 'PUT');
    expect(updates.map(({ body }) => JSON.parse(body))).toEqual(
      Array(sent).fill({ hfModelRepoRevision: '0123abc', newVersionComment: 'Deployed by GitHub Actions' }),
    );
  });

  it('is the same call in README.md, which fails without a command from the API', async () => {
    const blocks = fencedBlocks('yaml', readDocument('README.md'));
    const [inReadme] = parse(blocks.find((block) => block.includes('curl')) ?? '').jobs.deploy.steps;
    simulator.endpoint('demo', { status: 'RUNNING', team: 'our-team' });
    await expectEnd(inReadme);
    const updates = simulator.requestsTo('update').map(({ body }) => JSON.parse(body));
    expect(updates).toEqual([{ hfModelRepoRevision: '0123abc' }]);
    simulator.fault(http(400));
    const options = { expressions: EXPRESSIONS, apiUrl: simulator.url };
    expect(await runStep(inReadme, options)).toMatchObject({ exitCode: 22, commands: [] });
    simulator.endpoint('demo', { status: 'RUNNING' });
    await expectEnd(inReadme, { expressions: { 'vars.FRIENDLI_TEAM_ID': '' } });
    expect(simulator.requests.at(-1)?.headers).not.toHaveProperty('x-friendli-team');
  });
});

describe.skipIf(!canRunSteps)('the termination of examples/reload.yml', () => {
  const step = stepNamed('Terminate the endpoint', 'examples/reload.yml');
  const on = 'terminate';

  it.each<[name: string, Case]>([
    ['a RUNNING endpoint', { sent: 1 }],
    ['a status that lags', { staleMs: 300, sent: 1 }],
    ['a lost answer', { faults: [{ ...LOST, on, effect: true }], sent: 1 }],
    ['a lost request', { faults: [{ ...LOST, on }], sent: 2 }],
    ['a 503 to an accepted request', { faults: [{ ...http(503), on, effect: true }], sent: 1 }],
    ['a 400 because it is going down', { faults: [{ ...http(400), on, effect: true }], sent: 1 }],
    ['a 403 to the request', { faults: [{ ...http(403), on }], error: /HTTP 403/, sent: 1 }],
    ['a TERMINATED endpoint and one 503', { status: 'TERMINATED', faults: [http(503)], sent: 0 }],
    ['an unreadable status', { status: 'FAILED', faults: [{ ...http(200), times: 3 }], sent: 0 }],
    [
      'an outage',
      { startSeconds: 179, faults: [{ ...http(500), times: 99 }], error: /three minutes/, sent: 0 },
    ],
    ['a wrong key', { expressions: OTHER_KEY, error: /HTTP 401/, sent: 0 }],
    ['an empty key', { expressions: NO_KEY, error: /FRIENDLI_TOKEN/, sent: 0 }],
    ['an empty ID', { expressions: NO_ID, error: /FRIENDLI_ENDPOINT_ID/, sent: 0 }],
  ])(
    'ends as it should on %s',
    async (_, { faults = [], sent, status = 'RUNNING', staleMs = 0, ...given }) => {
      const endpoint = simulator.endpoint('demo', { status, staleMs, team: 'our-team' });
      for (const fault of faults) simulator.fault(fault);
      const { outputs } = await expectEnd(step, given);
      expect(simulator.requestsTo('terminate')).toHaveLength(sent);
      // With it, the next step restarts the endpoint even if this one failed.
      expect(outputs.includes('requested=true')).toBe(sent > 0);
      if (given.error === undefined) expect(endpoint.state().status).toMatch(/^(TERMINAT(ING|ED)|FAILED)$/);
    },
  );
});

describe.skipIf(!canRunSteps)('the message of examples/scheduled-recovery.yml', () => {
  const step = stepNamed('Post a message', 'examples/scheduled-recovery.yml');
  const run = { 'github.server_url': 'https://gh', 'github.repository': 'us/ours', 'github.run_id': '7' };

  async function post(answers: number[]) {
    const { url, received, close } = await serve(answers, 'a body');
    const expressions = {
      ...{ ...EXPRESSIONS, ...run },
      'secrets.WEBHOOK_URL': answers.length > 0 ? `${url}/secret` : '',
      'steps.restart.outputs.outcome || steps.restart.outcome': 'failed',
      'steps.restart.outputs.message': '<!channel> Weights & Biases "token" $(id) `id`',
    };
    const result = await runStep(step, { expressions, apiUrl: simulator.url });
    close();
    return { ...result, received, commands: result.commands.map(({ name }) => name) };
  }

  it.each([
    { on: 'a 200', answers: [200], posts: 1, exitCode: 0, commands: [] },
    { on: 'a 503 with a body, then a 200', answers: [503, 200], posts: 2, exitCode: 0, commands: [] },
    { on: 'a 404', answers: [404], posts: 1, exitCode: 22, commands: [] },
    { on: 'an empty secret', answers: [], posts: 0, exitCode: 0, commands: ['warning'] },
  ])('is escaped, and posted as it should be on $on', async ({ answers, posts, exitCode, commands }) => {
    const result = await post(answers);
    expect(result).toMatchObject({ exitCode, commands });
    expect(result.curlArguments).not.toContain('/secret');
    const message = 'failed\n&lt;!channel&gt; Weights &amp; Biases "token" $(id) `id`';
    const text = `Endpoint demo: ${message}\nhttps://gh/us/ours/actions/runs/7`;
    expect(result.received).toEqual(Array(posts).fill({ text }));
  });
});

describe.skipIf(!canRunSteps)('the steps after the action', () => {
  const status = 'steps.restart.outputs.status';
  const fallback = 'vars.FRIENDLI_FALLBACK_ENDPOINT_ID';
  const message = { 'steps.restart.outputs.message': 'what happened' };

  it.each([
    ['Fail if the endpoint is not RUNNING', 'examples/deploy.yml'],
    ['Fail if this run did not restart the endpoint', 'examples/reload.yml'],
  ])('"%s" of %s fails with the message', async (name, path) => {
    await expectEnd(stepNamed(name, path), { expressions: message, error: /^what happened$/ });
  });

  it.each([
    { on: 'RUNNING', spare: '', exitCode: 0, outputs: 'endpoint-id=demo\n', commands: [] },
    { on: 'FAILED', spare: 'spare', exitCode: 0, outputs: 'endpoint-id=spare\n', commands: ['warning'] },
    { on: 'FAILED', spare: '', exitCode: 1, outputs: '', commands: ['warning', 'error'] },
  ])('examples/fallback.yml chooses as it should on $on and "$spare"', async ({ on, spare, ...expected }) => {
    const expressions = { ...EXPRESSIONS, ...message, [status]: on, [fallback]: spare };
    const step = stepNamed('Choose the endpoint', 'examples/fallback.yml');
    const { commands, ...result } = await runStep(step, { expressions, apiUrl: simulator.url });
    expect({ ...result, commands: commands.map(({ name }) => name) }).toMatchObject(expected);
  });

  it.each([
    { answers: [503, 200], exitCode: 0, shown: '"# [error]x\\n::error::x"' },
    { answers: [404], exitCode: 22, shown: 'curl: (22)' },
  ])('a question to the endpoint ends as it should on $answers', async ({ answers, exitCode, shown }) => {
    const body = JSON.stringify({ choices: [{ message: { content: '##[error]x\n::error::x' } }] });
    const { url: apiUrl, received, close } = await serve(answers, body);
    const expressions = { ...EXPRESSIONS, 'steps.choose.outputs.endpoint-id': 'spare' };
    const step = stepNamed('Ask the endpoint a question', 'examples/fallback.yml');
    const result = await runStep(step, { expressions, apiUrl });
    close();
    expect(result).toMatchObject({ exitCode, commands: [], log: expect.stringContaining(shown) });
    expect(received).toMatchObject(answers.map(() => ({ model: 'spare' })));
  });
});

describe('the action', () => {
  const values = {
    ...{ ...EXPRESSIONS, 'inputs.wait': 'true', 'inputs.wake': 'false', 'inputs.dry-run': 'false' },
    ...{ 'inputs.timeout-minutes': '', 'inputs.restart-on': '', 'matrix.endpoint-id': 'demo' },
    'inputs.endpoint-id || vars.FRIENDLI_ENDPOINT_ID': 'demo',
  };
  const inReadme = fencedBlocks('yaml', readDocument('README.md')).map((block) => ['README.md', block]);
  const texts = [...inReadme, ...filesIn('examples').map((path) => [path, readDocument(path)])];
  const uses = texts.flatMap(([path = '', text = '']) =>
    stepsIn(parse(text)).flatMap((step): [string, Step][] => (isOurs(step) ? [[path, step]] : [])),
  );

  it.each(uses)('restarts a failed endpoint and waits, as %s uses it', async (_, step) => {
    const endpoint = simulator.endpoint('demo', { team: 'our-team' });
    const inputs = { ...evaluated(step.with, values), 'api-url': simulator.url };
    const { exitCode, stdout } = await startAction({ inputs, skipPauses: true }).result;
    expect(exitCode, stdout).toBe(0);
    expect(endpoint.acceptedRestarts).toBe(1);
    expect(endpoint.state().status).toBe('RUNNING');
    expect(simulator.violations).toEqual([]);
  });
});
