import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { compareContracts, NotComparableError } from '../scripts/contract/compare.js';
import { PHASES, STATUSES } from '../src/endpoint.js';
import { ERROR_CODES } from '../src/error-codes.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OURS = readFileSync(join(ROOT, 'test/simulator/openapi.yaml'), 'utf8');

const UPDATED_AT = '{ anyOf: [{ type: string, format: date-time }, { type: "null" }] }';
/** In the manner of Friendli's document. */
const PUBLISHED = `
openapi: 3.1.0
servers: [{ url: https://api.friendli.ai }]
paths:
  /v1/chat/completions: { post: { responses: { "200": { description: Yes } } } }
  /dedicated/beta/endpoint/{endpoint_id}:
    put:
      security: [{ token: [] }]
      parameters: [{ $ref: "#/components/parameters/Id" }]
      requestBody: { content: { application/json: { schema: { $ref: "#/components/schemas/Update" } } } }
      responses: { "200": { description: Yes } }
  /dedicated/beta/endpoint/{endpoint_id}/wake:
    put:
      security: [{ token: [] }]
      parameters:
        - $ref: "#/components/parameters/Id"
        - { name: X-Friendli-Team, in: header, required: false, schema: { anyOf: [{ type: string }, { type: "null" }] } }
      responses:
        "200":
          description: Yes
          content: { application/json: { schema: { $ref: "#/components/schemas/Any" } } }
        "422": { description: No }
components:
  parameters:
    Id: { name: endpoint_id, in: path, required: true, schema: { type: string, title: The ID } }
  securitySchemes: { token: { type: http, scheme: bearer } }
  schemas:
    Update: { type: object, properties: { revision: { type: string } } }
    Any: { $ref: "#/components/schemas/Deployment", title: Any }
    Deployment:
      type: object
      required: [status]
      properties:
        status: { type: string, enum: [RUNNING, FAILED] }
        updatedAt: ${UPDATED_AT}
`;

/** The calls of it that we know. */
const KNOWN = PUBLISHED.replace(/.*chat.*\n/, '');

/** Each schema refers to the next one twice, so that there are 2 to the power of 40 of them. */
const DOUBLINGS = Array.from({ length: 41 }, (_, i) => {
  const next = `{ $ref: "#/components/schemas/D${i + 1}" }`;
  return `${i === 0 ? 'Deployment' : `D${i}`}: { allOf: [${next}, ${next}] }\n    `;
}).concat('D41: {}\n');

/** What a change of Friendli's document makes differ. */
function differences(from: string, to: string): string[] {
  expect(PUBLISHED).toContain(from);
  return compareContracts(parse(KNOWN), parse(PUBLISHED.replace(from, to)));
}

describe('the comparison of two API documents', () => {
  it.each([
    ['other names of schemas', 'schemas/Any', 'schemas/Deployment'],
    ['another form of null', UPDATED_AT, '{ type: [string, "null"], format: date-time }'],
    ['the null of OpenAPI 3.0', UPDATED_AT, '{ type: string, format: date-time, nullable: true }'],
    ['an enum in parts', 'enum: [RUNNING, FAILED]', 'oneOf: [{ const: FAILED }, { enum: [RUNNING] }]'],
    ['another name of a path parameter', '/{endpoint_id}/wake', '/{id}/wake'],
    ['security of all calls', 'paths:', 'security: [{ token: [] }]\npaths:'],
    ['another call', '/v1/chat/completions', '/v1/completions'],
    ['an optional field of a body', 'revision: {', 'more: { type: string }, revision: {'],
    ['other words', 'title: The ID', 'description: The ID, examples: [x], x-order: 1'],
  ])('finds no difference in %s', (_, from, to) => {
    expect(differences(from, to)).toEqual([]);
  });

  // biome-ignore format: one case a line
  it.each([
    ['a moved server', 'https://api.', 'https://eu.', 'new: served from https://eu.friendli.ai'],
    ['another security scheme', 'scheme: bearer', 'scheme: basic', 'new: authorized by http basic'],
    ['a call without a key', 'security: [{ token: [] }]', 'security: []', 'gone: authorized by http bearer'],
    ['a constraint on the ID', 'title: The ID', 'maxLength: 24', 'new: path parameter 1 maxLength 24'],
    ['another type of the ID', 'string, title: The ID', 'integer', 'new: path parameter 1 type integer'],
    ['a required header', 'required: false', 'required: true', 'new: header parameter x-friendli-team is required'],
    ['a new parameter', '- { name: X-F', '- { name: a, in: query }\n        - { name: X-F', 'new: query parameter a'],
    ['a new answer', '"422": {', '"409": {}\n        "422": {', 'new: answers 409'],
    ['an answer that is gone', '"422": { description: No }', '', 'gone: answers 422'],
    ['another kind of answer', 'content: { application/json', 'content: { text/plain', 'new: body as text/plain'],
    ['a new value', 'FAILED]', 'FAILED, PAUSED]', 'new: answer 200 .status = PAUSED'],
    ['a value that is gone', '[RUNNING, ', '[', 'gone: answer 200 .status = RUNNING'],
    ['a field that can be absent', 'required: [status]', 'required: []', 'gone: answer 200 .status is required'],
    ['a new field', 'updatedAt:', 'region: {}\n        updatedAt:', 'new: answer 200 .region'],
    ['a field of another format', 'date-time', 'date', 'new: answer 200 .updatedAt format date'],
    ['a new body', '    parameters:\n', '    requestBody: {}\n      parameters:\n', 'new: takes a body'],
    ['a new required field', '{ type: object, ', '{ required: [region], ', 'new: body .region is required'],
    ['a deprecated call', 'parameters:\n', 'deprecated: true\n      parameters:\n', 'new: deprecated'],
    ['a call that is gone', 'wake:\n    put:', 'wake:\n    post:', 'gone'],
    ['a successor', '/v1/chat/completions', '/dedicated/v1/endpoint/{id}/wake', 'new: also as /dedicated/v1/endpoint/{}/wake'],
  ])('reports %s', (_, from, to, expected) => {
    const reported = differences(from, to).map((line) => line.replace(/^- (`[^`]*`[:,] )+|`/g, ''));
    expect(reported).toContain(expected);
    expect(reported.length).toBeLessThanOrEqual(2);
  });

  it('reports a difference once, with the calls that it concerns', () => {
    expect(differences('https://api.', 'https://eu.')[0]).toBe(
      '- `PUT /dedicated/beta/endpoint/{}`, `PUT /dedicated/beta/endpoint/{}/wake`: new: `served from https://eu.friendli.ai`',
    );
  });

  it('does not miss in a published document what is a rule of ours alone', () => {
    const stricter = KNOWN.replace('title: The ID', 'pattern: "^[a-z]+$"');
    const ours = stricter.replace('"422"', '"401": {}\n        "422"');
    expect(compareContracts(parse(ours), parse(PUBLISHED))).toEqual([]);
  });

  it('shows foreign text as short code on one line that starts no workflow command', () => {
    const [difference] = differences(
      '[RUNNING,',
      `[RUNNING, "A\`@everyone\\n::error::\\n##[error]\\u202E<img src=x>${'x'.repeat(1_000)}",`,
    );
    expect(difference).toMatch(/ = A’@everyone ::error:: ## \[error\] <img src=x>x{50,150}…`$/);
  });

  it.each([
    ['text', 'Not found', /not an OpenAPI document/],
    ['a list of paths', 'paths: []', /not an OpenAPI document/],
    ['a reference to nothing', PUBLISHED.replace('schemas/Any', 'No'), /nowhere: `#\/components\/No`/],
    ['a reference to another file', PUBLISHED.replace('#/components/schemas/Any', 'any.yaml'), /`any.yaml`/],
    ['references in a circle', PUBLISHED.replace('schemas/Deployment', 'schemas/Any'), /leads nowhere/],
    [
      'references that multiply',
      PUBLISHED.replace('Deployment:', DOUBLINGS.join('') + '    Old:'),
      /too complex/,
    ],
  ])('refuses %s', (_, published, message) => {
    const comparing = () => compareContracts(parse(PUBLISHED), parse(published));
    expect(comparing).toThrow(NotComparableError);
    expect(comparing).toThrow(message);
  });
});

describe('our API document', () => {
  it('lists the values that src/ lists', () => {
    const { schemas } = parse(OURS).components;
    expect(schemas.Status.enum.toSorted()).toEqual(Object.keys(STATUSES).toSorted());
    expect(schemas.Phase.enum).toEqual(PHASES);
    expect(schemas.ErrorCode.enum).toEqual(Object.keys(ERROR_CODES));
  });
});

describe('npm run contract', () => {
  const folder = mkdtempSync(join(tmpdir(), 'contract-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function run(content: string, ...more: string[]) {
    const file = join(folder, 'published.yaml');
    writeFileSync(file, content);
    const args = ['--import', 'tsx', 'scripts/contract/main.ts', '--file', file, ...more];
    return spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8', timeout: 30_000 });
  }

  const BUSY = `{${Array.from({ length: 1e5 }, (_, i) => `a${i}: 1`)}}`;

  it('exits with 0 where nothing differs', () => {
    expect(run(OURS)).toMatchObject({ status: 0, stdout: expect.stringMatching(/^The API is as /) });
  });

  it('exits with 1 and lists what differs, as much as fits into an issue', () => {
    const many = Array.from({ length: 5_000 }, (_, index) => `STATUS_${index}`.padEnd(200, '_'));
    const document = parse(OURS);
    document.components.schemas.Status.enum.push(...many);
    const { status, stdout } = run(stringify(document));
    expect(stdout).toContain(': new: `answer 200 .status = STATUS_0_');
    expect(stdout).toMatch(/^- and \d+ more$/m);
    expect(stdout.length).toBeLessThan(65_536);
    expect(status).toBe(1);
  });

  it.each([
    ['what is not YAML', '{\n::error::x\n', /^Could not compare: `.*`\n$/],
    [
      'a document of 9 MiB',
      '#'.repeat(9 * 1_024 * 1_024),
      /^Could not compare: `.* more than 8388608 bytes`\n$/,
    ],
    ['a document that keeps the parser busy', BUSY, /^Could not compare: not finished/],
  ])('ends without a report or a workflow command on %s', (_, content, message) => {
    const { status, stdout, stderr } = run(content, '--seconds', '1');
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect([0, 1]).not.toContain(status);
  });
});
