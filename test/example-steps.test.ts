import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { fencedBlocks, filesIn, readDocument } from './documents.js';
import {
  type EndpointHandle,
  type EndpointOptions,
  type Fault,
  rollOut,
  type Simulator,
  startSimulator,
} from './simulator/simulator.js';
import { canRunSteps, type JobResult, runJob, stepsIn } from './workflow-job.js';

const KEY = 'flp_not_a_real_key';
const ID = 'demo';
const contexts = {
  secrets: { FRIENDLI_TOKEN: KEY },
  vars: { FRIENDLI_ENDPOINT_ID: ID, FRIENDLI_TEAM_ID: 'our-team', FRIENDLI_FALLBACK_ENDPOINT_ID: 'spare' },
  inputs: { revision: '0123abc', wait: 'true' },
  matrix: { 'endpoint-id': ID },
  github: { server_url: 'https://gh', repository: 'us/ours', run_id: '7', token: 'ghs_x' },
};
const RUN_URL = 'https://gh/us/ours/actions/runs/7';
const always = { times: Number.POSITIVE_INFINITY };
const LOST: Fault = { drop: 'before-answer' };

/** A response whose body would forge an annotation. */
function http(status: number): Fault {
  return { respond: { status, body: 'x\n::error::forged\n##[error]forged <b>' } };
}

interface Runner {
  /** On its clock about a second passes with each request. */
  simulator: Simulator;
  /** The file of the open issues, one title per line. */
  issues: string;
  endpoint(options: EndpointOptions): EndpointHandle;
  /** Runs the steps of a workflow, and checks what holds however they end. */
  run(workflow: string, overrides?: object): Promise<JobResult>;
  /** A webhook that responds to each request with the next status, or 200. */
  webhook(statuses?: number[]): Promise<{ url: string; received: unknown[] }>;
}

const it = test.extend('runner', async ({ onTestFinished }): Promise<Runner> => {
  let nowMs = 0;
  const now = (): number => (nowMs += 500);
  const simulator = await startSimulator({ apiKey: KEY, now });
  const folder = mkdtempSync(join(tmpdir(), 'job-'));
  const issues = join(folder, 'issues');
  writeFileSync(issues, '');
  onTestFinished(async () => {
    await simulator.close();
    rmSync(folder, { recursive: true });
  });
  async function run(workflow: string, overrides: object = {}): Promise<JobResult> {
    const parsed = parse(workflow);
    const [job] = Object.values<{ env?: Record<string, string> }>(parsed.jobs ?? {});
    const all = { ...contexts, ...overrides };
    const options = { folder, apiUrl: simulator.url, contexts: all };
    const result = await runJob({ env: job?.env ?? {}, steps: stepsIn(parsed) }, options);
    expect(result.curlArguments).not.toContain(KEY);
    expect(result.commands.filter(({ data }) => /^forged/.test(data))).toEqual([]);
    expect(simulator.violations).toEqual([]);
    return result;
  }
  async function webhook(statuses: number[] = []) {
    const received: unknown[] = [];
    const server = createServer(async (request, response) => {
      received.push(JSON.parse(await text(request)));
      response.writeHead(statuses[received.length - 1] ?? 200).end('a body');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    return { url: `http://127.0.0.1:${port}/secret`, received };
  }
  const endpoint = (options: EndpointOptions) => simulator.endpoint(ID, { team: 'our-team', ...options });
  return { simulator, issues, endpoint, run, webhook };
});

const annotationsOf = ({ commands }: JobResult): string[] =>
  commands
    .filter(({ name }) => name === 'error' || name === 'warning')
    .map(({ name, properties, data }) => `${name}: ${properties['title'] ?? ''}: ${data}`);

/** What a deployment meets. */
interface Conditions {
  endpoint?: EndpointOptions;
  faults?: Fault[];
  contexts?: object;
}

describe.skipIf(!canRunSteps).concurrent('examples/deploy.yml', () => {
  const workflow = readDocument('examples/deploy.yml');
  const on = 'update';
  const noList: Fault = { ...http(403), on: 'versions' };
  const newer = /Version: 1, before: 0\n- Updated replicas: 1 of 1$/m;
  const same = /Version: 0, before: 0$/m;
  const notCompared = /before: unknown, so versions are not compared$/m;
  const unclear = /^warning: Unclear response \(HTTP (000|500)\):/;
  const unconfirmed = (reason: string) => new RegExp(`^error: Deployment not confirmed: ${reason}$`);
  const notNewer = unconfirmed('No version newer than 0 was found. ');
  const unknown = unconfirmed('It is unknown whether the update was accepted. ');
  const notRunning = unconfirmed('The endpoint is not RUNNING. ');
  const refused = (reason: string) => new RegExp(`^error: Not deployed: ${reason}`);
  const secrets = { FRIENDLI_TOKEN: 'flp_other' };
  const late = rollOut({ lagMs: 6_000, updatingMs: 30_000 });

  /** The summary is absent if neither the action nor the last step runs. */
  // biome-ignore format: one case a line
  it.for<[name: string, Conditions, summary: RegExp | undefined, annotations?: RegExp[]]>([
    ['success', {}, newer],
    ['401', { contexts: { secrets } }, undefined, [refused('HTTP 401: .*key is not valid')]],
    ['404', { faults: [{ ...http(404), on }] }, undefined, [refused('HTTP 404')]],
    ['400', { faults: [{ ...http(400), on }] }, undefined, [refused('HTTP 400: x +error +forged')]],
    ['500', { faults: [{ ...http(500), on }] }, same, [unclear, notNewer]],
    ['500, though accepted', { faults: [{ ...http(500), on, effect: true }] }, newer, [unclear]],
    ['no response', { faults: [{ ...LOST, on }] }, same, [unclear, notNewer]],
    ['no response, though accepted', { faults: [{ ...LOST, on, effect: true }] }, newer, [unclear]],
    ['no versions before', { faults: [noList] }, notCompared],
    ['no versions before and no response', { faults: [noList, { ...LOST, on }] }, notCompared, [unclear, unknown]],
    ['no versions after', { faults: [{ ...noList, after: 1 }] }, /Version: unknown, before: 0$/m, [notNewer]],
    ['502 to a read of the versions', { faults: [{ ...http(502), on: 'versions' }] }, newer],
    ['45 versions', { endpoint: { versions: 45 } }, /Version: 45, before: 44$/m],
    ['rollback', { endpoint: { rollsBack: true } }, /: 0 of 1$/m, [unconfirmed('Updated replicas: 0 of 1.')]],
    ['no counts', { endpoint: { rollsBack: true, replicas: null } }, /replicas: not reported by the API \(HTTP 200\)$/m],
    ['UPDATING shown late', { endpoint: { afterUpdate: late } }, newer],
    ['SLEEPING', { endpoint: { status: 'SLEEPING' } }, newer],
    ['READY', { endpoint: { status: 'READY' } }, newer, [notRunning]],
  ])('ends as expected: %s', async ([name, given, summary, annotations = []], { runner }) => {
    const { simulator, endpoint, run } = runner;
    endpoint({ status: 'RUNNING', ...given.endpoint });
    for (const fault of given.faults ?? []) simulator.fault(fault);
    const result = await run(workflow, given.contexts);
    expect(annotationsOf(result), result.log).toEqual(annotations.map((it) => expect.stringMatching(it)));
    expect(result.isSuccess).toBe(annotations.every((pattern) => pattern === unclear));
    expect(result.summary).toMatch(summary ?? /^$/);
    expect(simulator.requestsTo('status').length > 0).toBe(summary !== undefined);
    expect(simulator.requestsTo('wake')).toHaveLength(name === 'SLEEPING' ? 1 : 0);
    if (name.startsWith('UPDATING')) expect(result.log).toMatch(/ RUNNING.* UPDATING.* RUNNING/s);
    const update = { hfModelRepoRevision: '0123abc', newVersionComment: 'Deployed by GitHub Actions' };
    expect(simulator.requestsTo('update').map(({ body }) => JSON.parse(body))).toEqual([update]);
  });

  it.for(['secrets', 'vars', 'inputs'])('sends nothing if %s are missing', async (name, { runner }) => {
    const result = await runner.run(workflow, { [name]: {} });
    expect(annotationsOf(result)).toEqual([expect.stringMatching(refused('.* is empty'))]);
    expect(runner.simulator.requests).toEqual([]);
  });

  const knowsProbe = readDocument('action.yml').includes('probe:');
  it.skipIf(!knowsProbe)('fails without a response to the probe', async ({ runner: { endpoint, run } }) => {
    endpoint({ status: 'RUNNING', responds: false });
    expect(await run(workflow)).toMatchObject({ isSuccess: false, summary: expect.stringMatching(newer) });
  });

  it('makes the same call as README.md, which shows the reason of a refusal', async ({
    runner: { simulator, endpoint, run },
  }) => {
    const block = fencedBlocks('yaml', readDocument('README.md')).find((each) => each.includes('curl')) ?? '';
    endpoint({ status: 'RUNNING' });
    expect(await run(block)).toMatchObject({ isSuccess: true });
    simulator.fault(http(400));
    const reason = expect.stringMatching(/HTTP 400: x +error +forged/);
    expect(await run(block)).toMatchObject({ isSuccess: false, log: reason });
    simulator.endpoint(ID, { status: 'RUNNING' });
    expect(await run(block, { vars: { FRIENDLI_ENDPOINT_ID: ID } })).toMatchObject({ isSuccess: true });
    const updates = simulator.requestsTo('update');
    for (const { body } of updates) expect(JSON.parse(body)).toEqual({ hfModelRepoRevision: '0123abc' });
    expect(updates.map(({ headers }) => headers['x-friendli-team'])).toEqual(['our-team', 'our-team', undefined]);
  });
});

describe.skipIf(!canRunSteps).concurrent('examples/scheduled-recovery.yml', () => {
  const workflow = readDocument('examples/scheduled-recovery.yml');
  const MEMORY_ERROR = { status: 'FAILED', errorCode: 'INFERENCE_ENGINE_MEMORY_ERROR' };
  const GRPC_ERROR = { status: 'FAILED', errorCode: 'WORKLOAD_INIT_GRPC_ERROR' };
  const TITLE = `Endpoint ${ID} needs attention`;
  const OTHER = 'Endpoint other needs attention';
  const list = expect.stringMatching(/^issue list --label friendli-recovery /);
  const label = expect.stringMatching(/^label create friendli-recovery .* --force$/);
  const create = expect.stringMatching(
    new RegExp(`^issue create --title ${TITLE} --label friendli-recovery --body {5}Endpoint .*\n\nFrom ${RUN_URL}`),
  );

  /** The workflow with a webhook, an endpoint, and issues that were open before. */
  async function schedule(runner: Runner, options: EndpointOptions, titles: string[] = [], statuses?: number[]) {
    const { url: WEBHOOK_URL, received } = await runner.webhook(statuses);
    const secrets = { ...contexts.secrets, WEBHOOK_URL };
    writeFileSync(runner.issues, titles.map((title) => `${title}\n`).join(''));
    return { ...runner, ...runner.endpoint(options), received, run: () => runner.run(workflow, { secrets }) };
  }

  it('recovers an endpoint without an issue or a message', async ({ runner }) => {
    const { run, accepted, received } = await schedule(runner, GRPC_ERROR, [OTHER]);
    const outputs = { restart: { outcome: 'restarted' } };
    expect(await run()).toMatchObject({ isSuccess: true, ghCalls: [list], outputs });
    expect([accepted.restart, received]).toEqual([1, []]);
  });

  it('makes one attempt for each failure, and one comment when it is over', async ({ runner }) => {
    const { run, set, issues, accepted, received } = await schedule(runner, {
      ...GRPC_ERROR,
      afterRestart: [MEMORY_ERROR],
    });
    const opened = { isSuccess: false, ghCalls: [list, label, create] };
    const quiet = { isSuccess: true, ghCalls: [list] };
    expect(await run()).toMatchObject(opened);
    expect(await run()).toMatchObject(quiet);
    expect(accepted.restart).toBe(1);
    // A person closes the issue, which requests another attempt.
    set(GRPC_ERROR);
    writeFileSync(issues, '');
    expect(await run()).toMatchObject(opened);
    expect(accepted.restart).toBe(2);
    set({ status: 'RUNNING' });
    const close = `issue close 1 --comment The endpoint is RUNNING. From ${RUN_URL}.`;
    expect(await run()).toMatchObject({ isSuccess: true, ghCalls: [list, close] });
    expect(await run()).toMatchObject(quiet);
    expect(accepted.restart).toBe(2);
    const failure = { text: expect.stringMatching(`^Endpoint demo .*MEMORY_ERROR[^]*\n${RUN_URL}$`) };
    expect(received).toEqual([failure, failure, { text: `Endpoint demo is RUNNING.\n${RUN_URL}` }]);
  });

  it('closes the issue of an endpoint that is asleep, and does not wake it', async ({ runner }) => {
    const { run, accepted } = await schedule(runner, { status: 'SLEEPING' }, [OTHER, TITLE]);
    const ghCalls = [list, expect.stringMatching(/^issue close 2 .*SLEEPING/)];
    expect(await run()).toMatchObject({ isSuccess: true, ghCalls });
    expect(accepted.wake).toBe(0);
  });

  it.for<[outcome: string, EndpointOptions]>([
    ['not-recoverable', MEMORY_ERROR],
    ['timed-out', { status: 'INITIALIZING' }],
  ])('opens an issue for the outcome %s', async ([outcome, options], { runner }) => {
    const { run } = await schedule(runner, options);
    const ghCalls = [list, label, create];
    expect(await run()).toMatchObject({ isSuccess: false, ghCalls, outputs: { restart: { outcome } } });
  });

  it.for([{ open: [] }, { open: [TITLE] }])('leaves $open alone in an outage', async ({ open }, { runner }) => {
    const { run, simulator, received } = await schedule(runner, GRPC_ERROR, open);
    simulator.fault({ ...http(503), ...always });
    const outputs = { restart: { outcome: 'error' } };
    expect(await run()).toMatchObject({ isSuccess: false, ghCalls: [list], outputs });
    expect(received).toEqual([]);
  });

  it('does nothing if the issues cannot be read', async ({ runner }) => {
    const { run, simulator, issues } = await schedule(runner, GRPC_ERROR);
    rmSync(issues);
    expect(await run()).toMatchObject({ isSuccess: false, ghCalls: [list] });
    expect(simulator.requests).toEqual([]);
  });

  it('posts a message that is escaped for Slack, again after a 503', async ({ runner }) => {
    const failure = { status: 'FAILED', errorCode: '<!channel> W&B $(id) `id`' };
    const endpoint = { ...failure, afterRestart: [failure] };
    const { run, received } = await schedule(runner, endpoint, [], [503]);
    expect((await run()).curlArguments).not.toContain('/secret');
    const escaped = { text: expect.stringContaining('&lt;!channel&gt; W&amp;B $(id) `id`') };
    expect(received).toEqual([escaped, escaped]);
  });

  it('fails if the webhook refuses the message', async ({ runner }) => {
    const { run, received } = await schedule(runner, { status: 'RUNNING' }, [TITLE], [404]);
    expect(await run()).toMatchObject({ isSuccess: false, ghCalls: [list, expect.stringMatching(/close/)] });
    expect(received).toHaveLength(1);
  });

  it('posts nothing without a webhook', async ({ runner: { run, endpoint } }) => {
    endpoint(MEMORY_ERROR);
    expect(await run(workflow)).toMatchObject({ curlArguments: '', ghCalls: [list, label, create] });
  });
});

describe.skipIf(!canRunSteps).concurrent('examples/fallback.yml', () => {
  it.for([
    { name: 'the endpoint', main: { status: 'FAILED' }, chosen: ID, annotations: [] },
    {
      name: 'the fallback',
      main: { status: 'STOPPING' },
      chosen: 'spare',
      annotations: ['error', 'warning'],
    },
    {
      name: 'nothing',
      main: { status: 'STOPPING' },
      chosen: undefined,
      annotations: ['error', 'warning', 'error'],
    },
  ])('chooses $name', async ({ main, chosen, annotations }, { runner: { endpoint, run } }) => {
    endpoint(main);
    const vars = { ...contexts.vars, FRIENDLI_FALLBACK_ENDPOINT_ID: chosen ?? '' };
    const result = await run(readDocument('examples/fallback.yml'), { vars });
    expect(result.outputs['choose']?.['endpoint-id']).toBe(chosen);
    expect(result.isSuccess).toBe(chosen !== undefined);
    expect(result.commands.map(({ name }) => name)).toEqual(annotations);
  });
});

describe.skipIf(!canRunSteps).concurrent('a workflow that uses the action', () => {
  const inReadme = fencedBlocks('yaml', readDocument('README.md')).map((text) => ['a block of README.md', text]);
  const examples = filesIn('examples').map((path) => [path, readDocument(path)]);
  it.for([...inReadme, ...examples])(
    'restarts a failed endpoint and waits: %s',
    async ([, text = ''], { runner: { endpoint, run } }) => {
      const { accepted, state } = endpoint({ status: 'FAILED', errorCode: 'WORKLOAD_INIT_GRPC_ERROR' });
      expect(await run(text)).toMatchObject({ isSuccess: true });
      expect([accepted.restart, state().status]).toEqual([1, 'RUNNING']);
    },
  );
});
