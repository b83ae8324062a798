import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { differences, extract } from '../scripts/contract/extract.js';
import { CONDITION_BY_STATUS, PHASES } from '../src/endpoint.js';
import { ERROR_CODES } from '../src/error-codes.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const YAML = readFileSync(join(ROOT, 'test/simulator/openapi.yaml'), 'utf8');
const OURS = parse(YAML);
const DATA = readFileSync(join(ROOT, 'scripts/contract/contract.txt'), 'utf8');
const ENDPOINT = '/dedicated/beta/endpoint/{endpoint_id}';

/** Our document in place of Friendli's, with references and aliases, so that a change is made where it is declared. */
function load() {
  const document = structuredClone(OURS);
  const { paths, components } = document;
  return { document, paths, components, schemas: components.schemas, restart: paths[`${ENDPOINT}/restart`] };
}
type Mutation = (published: ReturnType<typeof load>) => unknown;

/** What the watch reports after a change. */
function reportOn(mutate: Mutation): string {
  const published = load();
  mutate(published);
  return differences(extract(OURS, OURS), extract(published.document, OURS)).join('\n');
}

// biome-ignore format: one case per line
const REPORTED: [string, Mutation, string][] = [
  ['a trailing slash on a path', ({ paths, restart }) => { delete paths[`${ENDPOINT}/restart`]; paths[`${ENDPOINT}/restart/`] = restart; }, '+ PUT /dedicated/beta/endpoint/{}/restart: call: removed'],
  ['another method for restart', ({ restart }) => { restart.post = restart.put; }, 'also published as POST /dedicated/beta/endpoint/{}/restart'],
  ['a twin of restart in another version', ({ paths, restart }) => { paths['/dedicated/v1/endpoint/{id}/restart'] = restart; }, 'also published as PUT /dedicated/v1/endpoint/{}/restart'],
  ['a twin of restart below another noun', ({ paths, restart }) => { paths['/dedicated/beta/deployment/{id}/restart'] = restart; }, 'also published as PUT /dedicated/beta/deployment/{}/restart'],
  ['a twin of update below another noun', ({ paths }) => { paths['/dedicated/beta/deployment/{id}'] = { put: {} }; }, 'also published as PUT /dedicated/beta/deployment/{}'],
  ['a twin of an inference call in another version', ({ paths }) => { paths['/dedicated/v2/tokenize'] = { post: {} }; }, 'also published as POST /dedicated/v2/tokenize'],
  ['a deprecated call', ({ restart }) => { restart.put.deprecated = true; }, 'restart: call: deprecated true'],
  ['a deprecated parameter', ({ components }) => { components.parameters.Team.deprecated = true; }, ': header parameter x-friendli-team: deprecated true'],
  ['a deprecated field', ({ schemas }) => { schemas.EndpointStatus.properties.createdAt.deprecated = true; }, ': response 200 application/json .createdAt: deprecated true'],
  ['a sunset date', ({ restart }) => { restart.put['x-sunset'] = '2027-01-01'; }, 'restart: call: x-sunset 2027-01-01'],
  ['a security scope', ({ document }) => { document.security = [{ personalApiKey: ['admin'] }]; }, ': security: scope admin'],
  ['a key that is optional', ({ document }) => { document.security.push({}); }, ': security: optional'],
  ['another security scheme', ({ components }) => { components.securitySchemes.personalApiKey.scheme = 'basic'; }, ': security: scheme basic'],
  ['a schema newly declared for 400', ({ components }) => { components.responses.Problem.content['text/plain'] = {}; }, ': response 400 text/plain'],
  ['a header newly declared for 429', ({ restart }) => { restart.put.responses['429'] = { headers: { 'Retry-After': {} } }; }, ': response 429 header retry-after'],
  ['an inference call that is gone', ({ paths }) => { delete paths['/dedicated/v1/tokenize']; }, '+ POST /dedicated/v1/tokenize: call: removed'],
  ['changed prose of a call', ({ restart }) => { restart.put.description = 'Accepted at any time.'; }, '+ PUT /dedicated/beta/endpoint/{}/restart: prose to read'],
  ['changed prose of a field', ({ schemas }) => { schemas.EndpointStatus.properties.createdAt.description = 'Time'; }, '+ PUT /dedicated/beta/endpoint/{}/wake: prose to read'],
  ['a moved server', ({ document }) => { document.servers[0].url = 'https://eu.friendli.ai'; }, ': server: https://eu.friendli.ai'],
  ['a new status', ({ schemas }) => { schemas.Status.enum.push('PAUSED'); }, ': response 200 application/json .status: value PAUSED'],
  ['a field that can be absent', ({ schemas }) => { schemas.EndpointStatus.required = ['status']; }, ': response 200 application/json .createdAt: required'],
  ['a required header', ({ components }) => { components.parameters.Team.required = true; }, ': header parameter x-friendli-team: required true'],
  ['a body of a call to which we send none', ({ restart }) => { restart.put.requestBody = {}; }, 'restart: body: present'],
  ['a required field of a body', ({ schemas }) => { schemas.Chat.required.push('stream'); }, 'chat/completions: body application/json .stream: required'],
  ['another type of a field that we send', ({ schemas }) => { schemas.Message.properties.content.type = 'array'; }, 'chat/completions: body application/json .messages items .content: type array'],
];

// biome-ignore format: one case per line
const IGNORED: [string, Mutation][] = [
  ['a trailing slash on the server', ({ document }) => { document.servers[0].url += '/'; }],
  ['Bearer in capitals', ({ components }) => { components.securitySchemes.personalApiKey.scheme = 'BEARER'; }],
  ['a charset', ({ components: { responses } }) => { responses.Status.content = { 'application/json; charset=utf-8': responses.Status.content['application/json'] }; }],
  ['$comment', ({ schemas }) => { schemas.Status.$comment = 'See below.'; }],
  ['externalDocs', ({ restart }) => { restart.put.externalDocs = { url: 'https://friendli.ai' }; }],
  ['additionalProperties: true', ({ schemas }) => { schemas.EndpointStatus.additionalProperties = true; }],
  ['readOnly', ({ schemas }) => { schemas.EndpointStatus.properties.createdAt.readOnly = true; }],
  ['a path item by reference', ({ components, paths, restart }) => { components.pathItems = { Restart: restart }; paths[`${ENDPOINT}/restart`] = { $ref: '#/components/pathItems/Restart' }; }],
  ['another form of null', ({ schemas }) => { schemas.EndpointStatus.properties.updatedAt = { type: 'string', format: 'date-time', nullable: true }; }],
  ['another way to list values', ({ schemas }) => { schemas.Phase = { type: 'string', oneOf: PHASES.map((phase) => ({ const: phase })) }; }],
  ['an optional field that we do not send', ({ schemas }) => { schemas.Update.properties.name = { type: 'string' }; }],
  ['a field of an inference response', ({ components }) => { components.responses.Inference.content = {}; }],
  ['another call', ({ paths }) => { paths['/dedicated/beta/endpoint/{endpoint_id}/sleep'] = { put: {} }; }],
];

describe('the contract watch', () => {
  it.each(REPORTED)('reports %s', (_, mutate, expected) => {
    expect(reportOn(mutate)).toContain(expected);
  });

  it.each(IGNORED)('does not report %s', (_, mutate) => {
    expect(reportOn(mutate)).toBe('');
  });

  it('keeps foreign text on one line', () => {
    const status = 'A\n::error::forged';
    expect(reportOn(({ schemas }) => schemas.Status.enum.push(status))).toMatch(
      /^( {4}\+ .*value A\\n::error::forged\n?)+$/,
    );
  });

  // biome-ignore format: one case per line
  it.each<[string, Mutation, RegExp]>([
    ['a document without paths', ({ document }) => { delete document.paths; }, /not an OpenAPI document/],
    ['a reference to nothing', ({ schemas }) => { schemas.Status = { $ref: '#/components/No' }; }, /^Unresolved reference: #\/components\/No$/],
  ])('refuses %s', (_, mutate, message) => {
    expect(() => reportOn(mutate)).toThrow(message);
  });
});

describe('our API document', () => {
  it('lists the values that src/ lists', () => {
    const { schemas } = OURS.components;
    expect(schemas.Status.enum.toSorted()).toEqual(Object.keys(CONDITION_BY_STATUS).toSorted());
    expect(schemas.Phase.enum).toEqual(PHASES);
    expect(schemas.ErrorCode.enum).toEqual(Object.keys(ERROR_CODES));
  });

  it('lists the calls that the watch compares', () => {
    const callsIn = (facts: string[]) => new Set(facts.map((fact) => fact.split(': ')[0]));
    expect(callsIn(DATA.trimEnd().split('\n'))).toEqual(callsIn(extract(OURS, OURS)));
    expect(DATA).not.toContain(': removed');
  });
});

describe('npm run contract', () => {
  const folder = mkdtempSync(join(tmpdir(), 'contract-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ['exits with 1 and lists the changes', YAML, 1, /^ {4}\+ .*: response 401: present$/m, /^$/],
    ['exits with 2 on what is not YAML', '{\n::error::x\n', 2, /^$/, /^Not compared: ".*"\n$/],
  ])('%s', (_, content, status, stdout, stderr) => {
    const file = join(folder, 'published.yaml');
    writeFileSync(file, content);
    const args = ['--import', 'tsx', 'scripts/contract/main.ts', file];
    const run = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
    expect(run.stdout).toMatch(stdout);
    expect(run.stdout.length).toBeLessThan(65_536);
    expect(run.stderr).toMatch(stderr);
    expect(run.status).toBe(status);
  });
});
