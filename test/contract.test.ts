import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { extract } from '../scripts/contract/extract.js';
import { CONDITION_BY_STATUS, PHASES } from '../src/endpoint.js';
import { ERROR_CODES } from '../src/error-codes.js';
import { readDocument, tableOf } from './documents.js';

const YAML = readDocument('test/simulator/openapi.yaml');
const OURS = parse(YAML);

/** Changes of Friendli's document. Without a value, the place is removed; without a report, nothing is reported. */
const CHANGES = String.raw`
| Change | Place | Value | Report |
| --- | --- | --- | --- |
| a call that is gone | paths./dedicated/v1/tokenize | | + tokenize: removed |
| a trailing slash on a path | paths./dedicated/beta/endpoint/{id}/restart/ | {"put": {}} | + restart: also published as PUT /dedicated/beta/endpoint/{}/restart/ |
| another method for restart | restart.post | {} | + restart: also published as POST /dedicated/beta/endpoint/{}/restart |
| a twin of restart in another version | paths./dedicated/v1/endpoint/{id}/restart | {"put": {}} | + restart: also published as PUT /dedicated/v1/endpoint/{}/restart |
| a twin of restart below another noun | paths./dedicated/beta/deployment/{id}/restart | {"put": {}} | + restart: also published as PUT /dedicated/beta/deployment/{}/restart |
| a twin of update below another noun | paths./dedicated/beta/deployment/{id} | {"put": {}} | + spec, update: also published as PUT /dedicated/beta/deployment/{} |
| a twin of an inference call | paths./dedicated/v2/tokenize | {"post": {}} | + tokenize: also published as POST /dedicated/v2/tokenize |
| another call | paths./dedicated/beta/endpoint/{id}/sleep | {"put": {}} | |
| a deprecated call | restart.put.deprecated | true | + restart: deprecated true |
| a deprecated parameter | parameters.Team.deprecated | true | header parameter X-Friendli-Team: deprecated true, |
| a deprecated field | schemas.EndpointStatus.properties.createdAt.deprecated | true | .createdAt: deprecated true, |
| a sunset date | restart.put.x-sunset | "2027-01-01" | + restart: x-sunset 2027-01-01 |
| a security scope | document.security.0.personalApiKey | ["admin"] | security: scheme bearer, scopes admin, type http |
| a key that is optional | document.security.1 | {} | security: optional true, |
| a moved server | document.servers.0.url | "https://eu.friendli.ai" | servers: url https://eu.friendli.ai |
| a schema newly declared for 400 | responses.Problem.content.text/plain | {} | : response 400 text/plain |
| a header newly declared for 429 | restart.put.responses.429 | {"headers": {"Retry-After": {}}} | : response 429 header Retry-After |
| a new status | schemas.Status.enum.11 | "PAUSED" | + status, restart, wake: response 200 application/json .status value PAUSED |
| a field that can be absent | schemas.EndpointStatus.required | ["status"] | + status, restart, wake: response 200 application/json .createdAt: format date-time, type string |
| a schema that contains itself | schemas.EndpointStatus.properties.old | {"$ref": "#/components/schemas/EndpointStatus"} | .old .status value RUNNING |
| a reference to nothing | schemas.EndpointStatus | {"$ref": "#/components/No"} | - status, restart, wake: response 200 application/json .status: required |
| a body of a call to which we send none | restart.put.requestBody | {} | + restart: requestBody |
| a required field of a body | schemas.Chat.required.2 | "stream" | + chat: requestBody application/json .stream: required |
| another type of a field that we send | schemas.Message.properties.content.type | "array" | + chat: requestBody application/json .messages items .content: required, type array |
| an optional field that we do not send | schemas.Update.properties.name | {"type": "string"} | |
| a field of an inference response | responses.Inference.content | {} | |
| changed prose of a call | restart.put.description | "Accepted at any time." | + restart: prose to read |
| changed prose of a field | schemas.EndpointStatus.properties.createdAt.description | "Time" | + wake: prose to read |
| text on two lines | schemas.Status.enum.11 | "A\n::error::forged" | .status value A\n::error::forged |
| a trailing slash on the server | document.servers.0.url | "https://api.friendli.ai/" | |
| Bearer in capitals | securitySchemes.personalApiKey.scheme | "BEARER" | |
| a charset | responses.Status.content | {"application/json; charset=utf-8": {"schema": {"$ref": "#/components/schemas/EndpointStatus"}}} | |
| $comment | schemas.Status.$comment | "See below." | |
| externalDocs | restart.put.externalDocs | {"url": "https://friendli.ai"} | |
| additionalProperties: true | schemas.EndpointStatus.additionalProperties | true | |
| readOnly | schemas.EndpointStatus.properties.createdAt.readOnly | true | |
| a path item by reference | paths./dedicated/beta/endpoint/{endpoint_id}/restart | {"$ref": "#/components/pathItems/Restart"} | |
| another form of null | schemas.EndpointStatus.properties.updatedAt | {"type": "string", "format": "date-time", "nullable": true} | |
| another way to list values | schemas.Message.properties.role | {"oneOf": [{"type": "string", "const": "user"}]} | |
`;

/** Our document in place of Friendli's, with references and aliases, so that a change is made where it is declared. */
function reportOn(place = '', value = ''): string {
  const document = structuredClone(OURS);
  const { paths, components } = document;
  const restart = paths['/dedicated/beta/endpoint/{endpoint_id}/restart'];
  components.pathItems = { Restart: restart };
  const steps = place.split('.');
  const last = steps.pop() ?? '';
  const owner = steps.reduce((object, step) => object[step], { document, paths, restart, ...components });
  if (value === '') delete owner[last];
  else owner[last] = JSON.parse(value);
  const [before, after] = [extract(OURS, OURS), extract(document, OURS)];
  const added = after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`);
  const gone = before.filter((line) => !after.includes(line)).map((line) => `- ${line}`);
  return [...added, ...gone].join('\n');
}

const rows = tableOf(CHANGES, 'Change', 'Place', 'Value', 'Report');

it.each(rows.filter(([, , , report]) => report !== ''))('the contract watch reports %s', (_, place, value, report) => {
  expect(reportOn(place, value)).toContain(report);
});

it.each(rows.filter(([, , , report]) => report === ''))('the contract watch does not report %s', (_, place, value) => {
  expect(reportOn(place, value)).toBe('');
});

it('our API document lists the values that src/ lists', () => {
  const { Status, Phase, ErrorCode } = OURS.components.schemas;
  expect(Status.enum.toSorted()).toEqual(Object.keys(CONDITION_BY_STATUS).toSorted());
  expect(Phase.enum).toEqual(PHASES);
  expect(ErrorCode.enum).toEqual(Object.keys(ERROR_CODES));
});

it('our API document lists the calls that the watch compares', () => {
  const callsIn = (lines: string[]) => lines.filter((line) => /^\w+: [A-Z]+ \//.test(line));
  const data = readDocument('docs/friendli-api.txt').split('\n');
  expect(callsIn(data)).toEqual(callsIn(extract(OURS, OURS)));
});

it.each([
  ['writes what the document says', YAML, 0, /^$/, `${extract(OURS, OURS).join('\n')}\n`],
  ['refuses what is not YAML', '{\n::error::x\n', 1, /^Not read: ".*"\n$/, ''],
  ['refuses what is not an API document', '404: Not Found', 1, /^Not read: ".*no paths.*"\n$/, ''],
])('npm run contract %s', (_, content, status, stderr, written) => {
  const folder = mkdtempSync(join(tmpdir(), 'contract-'));
  const files = ['published.yaml', 'facts.txt'].map((name) => join(folder, name));
  for (const file of files) writeFileSync(file, file.endsWith('yaml') ? content : '');
  const script = fileURLToPath(new URL('../scripts/contract/main.ts', import.meta.url));
  const run = spawnSync(process.execPath, ['--import', 'tsx', script, ...files], { encoding: 'utf8' });
  expect(run).toMatchObject({ status, stderr: expect.stringMatching(stderr) });
  expect(readFileSync(join(folder, 'facts.txt'), 'utf8')).toBe(written);
  rmSync(folder, { recursive: true });
});
