import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fencedBlocks, filesIn, readDocument } from './documents.js';
import { type EndpointOptions, type Fault, rollOut, startSimulator } from './simulator/simulator.js';
import { canRunSteps, runJob } from './workflow-job.js';

const ID = 'demo';
const contexts = {
  secrets: { FRIENDLI_TOKEN: 'flp_not_a_real_key' },
  vars: { FRIENDLI_ENDPOINT_ID: ID, FRIENDLI_TEAM_ID: 'our-team', FRIENDLI_FALLBACK_ENDPOINT_ID: 'spare' },
  inputs: { revision: '0123abc', wait: 'true' },
  matrix: { 'endpoint-id': ID },
  github: { server_url: 'https://gh', repository: 'us/ours', run_id: '7', token: 'ghs_x' },
};
const RUN_URL = 'https://gh/us/ours/actions/runs/7';
const always = { times: Number.POSITIVE_INFINITY };
const like = (pattern: string | RegExp) => expect.stringMatching(pattern);

/** A response whose body would forge an annotation. */
const http = (status: number): Fault => ({ respond: { status, body: 'x\n::error::forged\n##[error]forged <b>' } });

const it = test.extend('service', async ({ onTestFinished }) => {
  let nowMs = 0;
  /** On its clock about a second passes with each request. */
  const simulator = await startSimulator({ apiKey: contexts.secrets.FRIENDLI_TOKEN, now: () => (nowMs += 500) });
  const webhook = await startSimulator();
  const folder = mkdtempSync(join(tmpdir(), 'job-'));
  onTestFinished(async () => {
    await Promise.all([simulator.close(), webhook.close()]);
    rmSync(folder, { recursive: true });
  });
  const endpoint = (options: EndpointOptions) => simulator.endpoint(ID, { team: 'our-team', ...options });
  const openIssues = (...titles: string[]): void =>
    writeFileSync(join(folder, 'issues'), titles.map((title) => `${title}\n`).join(''));
  openIssues();
  const withWebhook = { secrets: { ...contexts.secrets, WEBHOOK_URL: `${webhook.url}/secret` } };
  /** Runs the steps of a workflow, and checks what holds however they end. The webhook accepts what no fault refuses. */
  async function run(workflow: string, overrides: object = {}) {
    const before = webhook.requests.length;
    webhook.fault({ respond: { status: 200 }, ...always });
    const all = { ...contexts, ...overrides };
    const result = await runJob(workflow, { folder, apiUrl: simulator.url, contexts: all });
    expect(simulator.violations).toEqual([]);
    return { ...result, posts: webhook.requests.slice(before).map(({ body }): unknown => JSON.parse(body)) };
  }
  return { simulator, webhook, withWebhook, folder, endpoint, openIssues, run };
});

describe.skipIf(!canRunSteps).concurrent('examples/deploy.yml', () => {
  const workflow = readDocument('examples/deploy.yml');
  const on = 'update';
  const lost: Fault = { drop: 'before-answer', on };
  const noList: Fault = { ...http(403), on: 'versions' };
  const newer = /Version: 1, before: 0\n- Updated replicas: 1 of 1$/m;
  const same = /Version: 0, before: 0$/m;
  const noCounts = /Updated replicas: not reported by the API \(HTTP 200\)$/m;
  const notCompared = /before: unknown, so versions are not compared$/m;
  const unclear = /^warning: Unclear response \(HTTP (000|500)\):/;
  const unconfirmed = (reason: string) => new RegExp(`^error: Deployment not confirmed: ${reason}$`);
  const notNewer = unconfirmed('No version newer than 0 was found. ');
  const unknown = unconfirmed('It is unknown whether the update was accepted. ');
  const notRunning = unconfirmed('The endpoint is not RUNNING. ');
  const silent = [/^warning: Probe failed: /, /^error: RUNNING without a response to the probe: /];
  const refused = (reason: string) => new RegExp(`^error: Not deployed: ${reason}`);
  const late = rollOut({ lagMs: 6_000, updatingMs: 30_000 });

  /** The summary is absent if neither the action nor the last step runs. */
  it.for<[string, EndpointOptions, Fault[], summary: RegExp | undefined, annotations?: RegExp[]]>([
    ['HTTP 200', {}, [], newer],
    ['HTTP 401', {}, [{ ...http(401), ...always }], undefined, [refused('HTTP 401')]],
    ['HTTP 404', {}, [{ ...http(404), on }], undefined, [refused('HTTP 404: x +error +forged')]],
    ['HTTP 500', {}, [{ ...http(500), on }], same, [unclear, notNewer]],
    ['HTTP 500, though accepted', {}, [{ ...http(500), on, effect: true }], newer, [unclear]],
    ['no response', {}, [lost], same, [unclear, notNewer]],
    ['no response, though accepted', {}, [{ ...lost, effect: true }], newer, [unclear]],
    ['no versions before', {}, [noList], notCompared],
    ['no versions before and no response', {}, [noList, lost], notCompared, [unclear, unknown]],
    ['no versions after', {}, [{ ...noList, after: 1 }], /Version: unknown, before: 0$/m, [notNewer]],
    ['HTTP 502 to a read of the versions', {}, [{ ...http(502), on: 'versions' }], newer],
    ['45 versions', { versions: 45 }, [], /Version: 45, before: 44$/m],
    ['a rollback', { rollsBack: true }, [], /: 0 of 1$/m, [unconfirmed('Updated replicas: 0 of 1.')]],
    ['a rollback without counts', { rollsBack: true, replicas: null }, [], noCounts],
    ['UPDATING shown late', { afterUpdate: late }, [], newer],
    ['SLEEPING', { status: 'SLEEPING' }, [], newer],
    ['READY', { status: 'READY' }, [], newer, [notRunning]],
    ['RUNNING without a response to the probe', { responds: false }, [], newer, silent],
  ])('ends as expected: %s', async ([name, options, faults, summary, annotations = []], { service }) => {
    const { simulator, endpoint, run } = service;
    endpoint({ status: 'RUNNING', ...options });
    for (const fault of faults) simulator.fault(fault);
    const result = await run(workflow);
    expect(result.annotations, result.log).toEqual(annotations.map(like));
    expect(result.isSuccess).toBe(annotations.every((pattern) => pattern === unclear));
    expect(result.summary).toMatch(summary ?? /^$/);
    expect(simulator.requestsTo('status').length > 0).toBe(summary !== undefined);
    expect(simulator.requestsTo('wake')).toHaveLength(name === 'SLEEPING' ? 1 : 0);
    if (name.startsWith('UPDATING')) expect(result.log).toMatch(/ RUNNING.* UPDATING.* RUNNING/s);
    const update = { hfModelRepoRevision: '0123abc', newVersionComment: 'Deployed by GitHub Actions' };
    expect(simulator.requestsTo('update').map(({ body }) => JSON.parse(body))).toEqual([update]);
  });

  it.for(['secrets', 'vars', 'inputs'])('sends nothing if %s are missing', async (name, { service }) => {
    const result = await service.run(workflow, { [name]: {} });
    expect(result.annotations).toEqual([like(refused('.* is empty'))]);
    expect(service.simulator.requests).toEqual([]);
  });

  it('has a short form in README.md that shows why it is refused, too', async ({ service: { simulator, run } }) => {
    const block = fencedBlocks('yaml', readDocument('README.md')).find((each) => each.includes('curl')) ?? '';
    simulator.fault(http(400));
    const annotations = [like(/^error: : HTTP 400: x +error +forged/)];
    expect(await run(block)).toMatchObject({ isSuccess: false, annotations });
    simulator.endpoint(ID, { status: 'RUNNING' });
    expect(await run(block, { vars: { FRIENDLI_ENDPOINT_ID: ID } })).toMatchObject({ isSuccess: true });
    const updates = simulator.requestsTo('update');
    for (const { body } of updates) expect(JSON.parse(body)).toEqual({ hfModelRepoRevision: '0123abc' });
    expect(updates.map(({ headers }) => headers['x-friendli-team'])).toEqual(['our-team', undefined]);
  });
});

describe.skipIf(!canRunSteps).concurrent('examples/scheduled-recovery.yml', () => {
  const workflow = readDocument('examples/scheduled-recovery.yml');
  const memoryError = { status: 'FAILED', errorCode: 'INFERENCE_ENGINE_MEMORY_ERROR' };
  const grpcError = { status: 'FAILED', errorCode: 'WORKLOAD_INIT_GRPC_ERROR' };
  const asleep = { status: 'SLEEPING' };
  const TITLE = `Endpoint ${ID} needs attention`;
  const OTHER = 'Endpoint other needs attention';
  const body = ` {4}Endpoint .*\n\nFrom ${RUN_URL}`;
  /** The calls of gh in a run. */
  const nothing = [like(/^issue list --label friendli-recovery /)];
  const opens = [
    ...nothing,
    like(/^label create friendli-recovery .* --force$/),
    like(`^issue create --title ${TITLE} --label friendli-recovery --body ${body}`),
  ];
  const closes = (number: number, status: string) => [
    ...nothing,
    `issue close ${number} --comment The endpoint is ${status}. From ${RUN_URL}.`,
  ];

  it.for<[string, EndpointOptions, issues: string[], result: string, outcome: string, ghCalls: unknown[]]>([
    ['recovers', grpcError, [OTHER], 'success', 'restarted', nothing],
    ['has an error that a restart cannot fix', memoryError, [], 'failure', 'not-recoverable', opens],
    ['does not come up in time', { status: 'INITIALIZING' }, [], 'failure', 'timed-out', opens],
    ['is asleep while its issue is open', asleep, [OTHER, TITLE], 'success', 'dry-run', closes(2, 'SLEEPING')],
    ['is READY while its issue is open', { status: 'READY' }, [TITLE], 'success', 'dry-run', closes(1, 'READY')],
    ['cannot be reached', grpcError, [], 'failure', 'error', nothing],
    ['cannot be reached while its issue is open', grpcError, [TITLE], 'failure', 'error', nothing],
  ])('ends as expected if the endpoint %s', async ([name, endpoint, issues, result, outcome, ghCalls], { service }) => {
    service.endpoint(endpoint);
    service.openIssues(...issues);
    if (name.startsWith('cannot be reached')) service.simulator.fault({ ...http(503), ...always });
    const expected = { isSuccess: result === 'success', steps: { restart: { outputs: { outcome } } }, ghCalls };
    expect(await service.run(workflow)).toMatchObject(expected);
  });

  it('does nothing if the issues cannot be read', async ({ service }) => {
    rmSync(join(service.folder, 'issues'));
    expect(await service.run(workflow)).toMatchObject({ isSuccess: false, ghCalls: nothing });
    expect(service.simulator.requests).toEqual([]);
  });

  it('makes one attempt for each failure, and says once that it is over', async ({ service }) => {
    const { set, accepted } = service.endpoint({ ...grpcError, afterRestart: [memoryError] });
    const next = async () => ({ ...(await service.run(workflow, service.withWebhook)), restarts: accepted.restart });
    const failure = { text: like(`^Endpoint demo [^]*\n${RUN_URL}$`) };
    const isOver = { text: `Endpoint demo is RUNNING.\n${RUN_URL}` };
    expect(await next()).toMatchObject({ isSuccess: false, restarts: 1, ghCalls: opens, posts: [failure] });
    expect(await next()).toMatchObject({ isSuccess: true, restarts: 1, ghCalls: nothing, posts: [] });
    // A person closes the issue, which requests another attempt.
    set(grpcError);
    service.openIssues();
    expect(await next()).toMatchObject({ isSuccess: false, restarts: 2, ghCalls: opens, posts: [failure] });
    set({ status: 'RUNNING' });
    expect(await next()).toMatchObject({ isSuccess: true, ghCalls: closes(1, 'RUNNING'), posts: [isOver] });
    expect(await next()).toMatchObject({ isSuccess: true, restarts: 2, ghCalls: nothing, posts: [] });
  });

  it('posts a message that is escaped for Slack, again after a 503', async ({ service }) => {
    const failure = { status: 'FAILED', errorCode: '<!channel> W&B $(id) `id`' };
    service.endpoint({ ...failure, afterRestart: [failure] });
    const text = expect.stringContaining('&lt;!channel&gt; W&amp;B $(id) `id`');
    service.webhook.fault(http(503));
    expect(await service.run(workflow, service.withWebhook)).toMatchObject({ posts: [{ text }, { text }] });
  });

  it('fails if the webhook refuses the message', async ({ service }) => {
    service.endpoint(asleep);
    service.openIssues(TITLE);
    service.webhook.fault(http(404));
    expect(await service.run(workflow, service.withWebhook)).toMatchObject({ isSuccess: false, posts: [{}] });
  });
});

describe.skipIf(!canRunSteps).concurrent('examples/fallback.yml', () => {
  it.for([
    { name: 'the endpoint if it comes up', status: 'FAILED', chosen: ID, annotations: [] },
    { name: 'the fallback if it does not', status: 'STOPPING', chosen: 'spare', annotations: ['error', 'warning'] },
    { name: 'nothing without a fallback', status: 'STOPPING', annotations: ['error', 'warning', 'error'] },
  ])('chooses $name', async ({ status, chosen, annotations }, { service: { endpoint, run } }) => {
    endpoint({ status });
    const vars = { ...contexts.vars, FRIENDLI_FALLBACK_ENDPOINT_ID: chosen ?? '' };
    const { steps, ...result } = await run(readDocument('examples/fallback.yml'), { vars });
    expect(steps['choose']?.outputs['endpoint-id']).toBe(chosen);
    expect(result.isSuccess).toBe(chosen !== undefined);
    expect(result.annotations.map((text) => text.split(':')[0])).toEqual(annotations);
  });
});

describe.skipIf(!canRunSteps).concurrent('a workflow that uses the action', () => {
  const inReadme = fencedBlocks('yaml', readDocument('README.md')).map((text) => ['a block of README.md', text]);
  const examples = filesIn('examples').map((path) => [path, readDocument(path)]);
  it.for([...inReadme, ...examples])('restarts a failed endpoint: %s', async ([, text = ''], { service }) => {
    const { accepted, state } = service.endpoint({ status: 'FAILED', errorCode: 'WORKLOAD_INIT_GRPC_ERROR' });
    expect(await service.run(text)).toMatchObject({ isSuccess: true });
    expect([accepted.restart, state().status]).toEqual([1, 'RUNNING']);
  });
});
