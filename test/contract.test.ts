import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { compareContracts, NotComparableError } from '../scripts/contract/compare.js';
import { ERROR_CODES, PHASES, STATUSES } from '../src/endpoint.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OURS = readFileSync(join(ROOT, 'test/simulator/openapi.yaml'), 'utf8');
const RESTART = '/dedicated/beta/endpoint/{endpoint_id}/restart';
const STATUS = '/dedicated/beta/endpoint/{endpoint_id}/status';
const PUT_RESTART = `\`PUT ${RESTART}\``;
const GET_STATUS = `\`GET ${STATUS}\``;
const vocabulary = { statuses: STATUSES, phases: PHASES, errorCodes: ERROR_CODES };

const orNull = (schema: object): object => ({ anyOf: [schema, { type: 'null' }] });

/** What can be changed about a document in the manner of Friendli's: other names and other forms than ours. */
function parts() {
  const operation = (...answers: number[]) => ({
    operationId: 'whatever',
    parameters: [
      { name: 'endpoint_id', in: 'path', required: true, schema: { type: 'string' } },
      { name: 'X-Friendli-Team', in: 'header', required: false, schema: orNull({ type: 'string' }) },
    ] as object[],
    responses: Object.fromEntries<object>([
      [
        200,
        {
          description: 'Yes',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Any' } } },
        },
      ],
      ...answers.map((answer): [number, object] => [answer, { description: 'No' }]),
    ]),
  });
  return {
    restart: operation(400, 404, 422, 500),
    status: operation(400, 404, 422),
    statuses: [...STATUSES] as string[],
    phases: [...PHASES] as string[],
    errorCodes: [...ERROR_CODES] as string[],
    required: ['status', 'createdAt'],
    fields: {} as Record<string, object | undefined>,
    schemas: {},
    /** In place of the two calls. */
    paths: undefined as object | undefined,
    morePaths: {},
  };
}

type Parts = ReturnType<typeof parts>;

function documentOf(change: (document: Parts) => void): object {
  const document = parts();
  change(document);
  return {
    openapi: '3.1.0',
    paths: {
      '/v1/chat/completions': { post: { responses: { '200': { description: 'Yes' } } } },
      ...(document.paths ?? { [RESTART]: { put: document.restart }, [STATUS]: { get: document.status } }),
      ...document.morePaths,
    },
    components: {
      schemas: {
        Any: { $ref: '#/components/schemas/Deployment', title: 'Any' },
        Deployment: {
          type: 'object',
          title: 'Deployment',
          required: document.required,
          properties: {
            status: { $ref: '#/components/schemas/DeploymentStatus', title: 'Status' },
            errorCode: orNull({ $ref: '#/components/schemas/DeploymentError' }),
            createdAt: { type: 'string', format: 'date-time' },
            updatedAt: { type: ['string', 'null'], format: 'date-time' },
            phase: orNull({ type: 'string', enum: document.phases }),
            ...document.fields,
          },
        },
        DeploymentStatus: { type: 'string', enum: document.statuses },
        DeploymentError: { type: 'string', enum: document.errorCodes },
        ...document.schemas,
      },
    },
  };
}

function differencesFrom(change: (document: Parts) => void): string[] {
  return compareContracts({ ours: parse(OURS), theirs: documentOf(change), vocabulary });
}

const noChange = (): void => {};

describe('the comparison of two API documents', () => {
  it('finds our own document and src/endpoint.ts in agreement', () => {
    expect(compareContracts({ ours: parse(OURS), theirs: parse(OURS), vocabulary })).toEqual([]);
  });

  it('finds no difference in other names, other forms of null, and 401, which is not published', () => {
    expect(differencesFrom(noChange)).toEqual([]);
  });

  const same: [string, (document: Parts) => void][] = [
    [
      'an enum with null in it',
      ({ phases, fields }) => {
        fields['phase'] = { enum: [...phases, null] };
      },
    ],
    [
      'nullable, as OpenAPI 3.0 has it',
      ({ phases, fields }) => {
        fields['phase'] = { type: 'string', enum: phases, nullable: true };
      },
    ],
    [
      'oneOf single values',
      ({ phases, fields }) => {
        fields['phase'] = { oneOf: [{ type: 'null' }, ...phases.map((value) => ({ const: value }))] };
      },
    ],
    [
      'allOf around a reference',
      ({ fields }) => {
        fields['status'] = { allOf: [{ $ref: '#/components/schemas/DeploymentStatus' }] };
      },
    ],
    [
      'values in another order',
      ({ statuses }) => {
        statuses.reverse();
      },
    ],
    [
      'another name of the path’s parameter',
      (document) => {
        document.restart.parameters[0] = { name: 'id', in: 'path', required: true };
        document.paths = {
          '/dedicated/beta/endpoint/{id}/restart': { put: document.restart },
          '/dedicated/beta/endpoint/{id}/status/': { get: document.status },
        };
      },
    ],
    [
      'an answer that refers to another',
      ({ restart }) => {
        restart.responses['200'] = { $ref: `#/paths/${STATUS.replaceAll('/', '~1')}/get/responses/200` };
      },
    ],
    [
      'a schema that contains itself',
      (document) => {
        document.fields['status'] = { $ref: '#/components/schemas/Loop' };
        document.schemas = {
          Loop: {
            anyOf: [{ $ref: '#/components/schemas/Loop' }, { $ref: '#/components/schemas/DeploymentStatus' }],
          },
        };
      },
    ],
    [
      'parameters that stand with the path',
      (document) => {
        document.paths = {
          [RESTART]: {
            parameters: document.restart.parameters,
            put: { ...document.restart, parameters: [] },
          },
          [STATUS]: { get: document.status },
        };
      },
    ],
    [
      'a 401 that is published after all',
      ({ status }) => {
        status.responses['401'] = { description: 'No' };
      },
    ],
    [
      'JSON with a character set',
      ({ status }) => {
        status.responses['200'] = {
          content: { 'application/json; charset=utf-8': { schema: { $ref: '#/components/schemas/Any' } } },
        };
      },
    ],
  ];
  it.each(same)('finds no difference in %s', (_, change) => {
    expect(differencesFrom(change)).toEqual([]);
  });

  const different: [string, (document: Parts) => void, string[]][] = [
    [
      'a new status',
      ({ statuses }) => {
        statuses.push('RESTARTING');
      },
      ['Friendli’s document has the status `RESTARTING`, which `STATUSES` of `src/endpoint.ts` lacks.'],
    ],
    [
      'a status that went away',
      ({ statuses }) => {
        statuses.splice(statuses.indexOf('READY'), 1);
      },
      ['Friendli’s document lacks the status `READY`, which `STATUSES` of `src/endpoint.ts` has.'],
    ],
    [
      'a new phase',
      ({ phases }) => {
        phases.push('WARMING_UP');
      },
      ['Friendli’s document has the phase `WARMING_UP`, which `PHASES` of `src/endpoint.ts` lacks.'],
    ],
    [
      'a phase that went away',
      ({ phases }) => {
        phases.shift();
      },
      [
        'Friendli’s document lacks the phase `REQUESTING_VIRTUAL_MACHINE`, which `PHASES` of `src/endpoint.ts` has.',
      ],
    ],
    [
      'a new error code',
      ({ errorCodes }) => {
        errorCodes.push('OUT_OF_LUCK');
      },
      [
        'Friendli’s document has the error code `OUT_OF_LUCK`, which `ERROR_CODES` of `src/endpoint.ts` lacks.',
      ],
    ],
    [
      'an error code that went away',
      ({ errorCodes }) => {
        errorCodes.shift();
      },
      [
        'Friendli’s document lacks the error code `WORKLOAD_INIT_UNKNOWN_ERROR`, which `ERROR_CODES` of `src/endpoint.ts` has.',
      ],
    ],
    [
      'values that are not listed any more',
      ({ fields }) => {
        fields['status'] = { type: 'string' };
      },
      ['Friendli’s document lists no values of `status` any more.'],
    ],
    [
      'a call that went away',
      (document) => {
        document.paths = { [RESTART]: { put: document.restart } };
      },
      [`${GET_STATUS} went away.`],
    ],
    [
      'another method',
      (document) => {
        document.paths = { [RESTART]: { post: document.restart }, [STATUS]: { get: document.status } };
      },
      [`${PUT_RESTART} went away.`],
    ],
    [
      'a call that moved out of beta',
      (document) => {
        document.paths = {
          '/dedicated/v1/endpoint/{id}/restart': { put: document.restart },
          [STATUS]: { get: document.status },
        };
      },
      [
        `${PUT_RESTART} went away.`,
        `\`/dedicated/v1/endpoint/{id}/restart\` is there, which ends as ${PUT_RESTART} does.`,
      ],
    ],
    [
      'a second path for a call',
      (document) => {
        document.morePaths = { '/dedicated/v1/endpoint/{id}/status': {} };
      },
      [`\`/dedicated/v1/endpoint/{id}/status\` is there, which ends as ${GET_STATUS} does.`],
    ],
    [
      'a call that is deprecated',
      ({ restart }) => {
        Object.assign(restart, { deprecated: true });
      },
      [`${PUT_RESTART} is deprecated.`],
    ],
    [
      'a body',
      ({ restart }) => {
        Object.assign(restart, { requestBody: { content: {} } });
      },
      [`${PUT_RESTART} takes a body now.`],
    ],
    [
      'a new answer',
      ({ restart }) => {
        restart.responses['409'] = { description: 'No' };
      },
      [`${PUT_RESTART} has a new answer, \`409\`.`],
    ],
    [
      'an answer that went away',
      ({ status }) => {
        delete status.responses['422'];
      },
      [`${GET_STATUS} has no answer \`422\` any more.`],
    ],
    [
      'a new parameter',
      ({ status }) => {
        status.parameters.push({ name: 'verbose', in: 'query' });
      },
      [`${GET_STATUS} takes a new parameter, \`query verbose\`.`],
    ],
    [
      'a new parameter that is required',
      ({ status }) => {
        status.parameters.push({ name: 'region', in: 'query', required: true });
      },
      [`${GET_STATUS} takes a new parameter, \`query region\`, and requires it.`],
    ],
    [
      'a parameter that went away',
      ({ status }) => {
        status.parameters.pop();
      },
      [`${GET_STATUS} does not take \`header X-Friendli-Team\` any more.`],
    ],
    [
      'a parameter that is required now',
      ({ restart }) => {
        restart.parameters[1] = { name: 'X-Friendli-Team', in: 'header', required: true };
      },
      [`${PUT_RESTART} requires \`header X-Friendli-Team\` now.`],
    ],
  ];
  it.each(different)('tells of %s', (_, change, expected) => {
    expect(differencesFrom(change)).toEqual(expected);
  });

  const differentObject: [string, (document: Parts) => void, string][] = [
    [
      'a new field',
      ({ fields }) => {
        fields['region'] = { type: 'string' };
      },
      'has a new field, `region`.',
    ],
    [
      'a field that went away',
      ({ fields }) => {
        fields['updatedAt'] = undefined;
      },
      'has no field `updatedAt` any more.',
    ],
    [
      'a field that need not be there any more',
      ({ required }) => {
        required.pop();
      },
      'need not have `createdAt` now.',
    ],
    [
      'a field that is always there now',
      ({ required }) => {
        required.push('phase');
      },
      'always has `phase` now.',
    ],
    [
      'a field that may be null now',
      ({ fields }) => {
        fields['createdAt'] = orNull({ type: 'string' });
      },
      'may have null as `createdAt`.',
    ],
    [
      'a field that is never null any more',
      ({ fields }) => {
        fields['updatedAt'] = { type: 'string' };
      },
      'no longer has null as `updatedAt`.',
    ],
    [
      'another type',
      ({ fields }) => {
        fields['createdAt'] = { type: 'integer' };
      },
      'has `createdAt` as `integer`, not `string`.',
    ],
  ];
  it.each(differentObject)('tells of %s in the status object, for both calls', (_, change, expected) => {
    const cleaned = documentOf(change);
    const theirs: unknown = JSON.parse(JSON.stringify(cleaned));
    expect(compareContracts({ ours: parse(OURS), theirs, vocabulary })).toEqual(
      [PUT_RESTART, GET_STATUS].map((call) => `The status object that ${call} answers ${expected}`),
    );
  });

  it('tells of a status that our own document and src/endpoint.ts do not share', () => {
    const differences = compareContracts({
      ours: parse(OURS.replace('- SLEEPING', '- SNOOZING')),
      theirs: parse(OURS),
      vocabulary,
    });
    expect(differences).toEqual([
      'Our document has the status `SNOOZING`, which `STATUSES` of `src/endpoint.ts` lacks.',
      'Our document lacks the status `SLEEPING`, which `STATUSES` of `src/endpoint.ts` has.',
    ]);
  });

  it('shows foreign text as short code on one line, which mentions nobody and links nowhere', () => {
    const [difference] = differencesFrom(({ statuses }) => {
      statuses.push(`A\`@everyone\n<img src=x>${'x'.repeat(1_000)}`);
    });
    expect(difference).toMatch(/the status `A’@everyone <img src=x>x{95,105}…`, which/);
  });

  const notComparable: [string, unknown, RegExp][] = [
    ['text', 'Not found', /Friendli’s document is no OpenAPI document/],
    ['nothing', undefined, /Friendli’s document is no OpenAPI document/],
    ['a list of paths', { paths: [] }, /Friendli’s document is no OpenAPI document/],
    ['an object without paths', { openapi: '3.1.0' }, /Friendli’s document is no OpenAPI document/],
    [
      'a reference to what is not there',
      documentOf(({ fields }) => {
        fields['status'] = { $ref: '#/components/schemas/Gone' };
      }),
      /reference `#\/components\/schemas\/Gone` that leads nowhere/,
    ],
    [
      'a reference to another file',
      documentOf(({ fields }) => {
        fields['status'] = { $ref: 'status.yaml' };
      }),
      /reference `status.yaml` that leads nowhere/,
    ],
    [
      'references in a circle',
      documentOf(({ status }) => {
        status.responses['200'] = { $ref: `#/paths/${STATUS.replaceAll('/', '~1')}/get/responses/200` };
      }),
      /leads nowhere/,
    ],
  ];
  it.each(notComparable)('refuses %s', (_, theirs, message) => {
    const comparing = () => compareContracts({ ours: parse(OURS), theirs, vocabulary });
    expect(comparing).toThrow(NotComparableError);
    expect(comparing).toThrow(message);
  });
});

describe('npm run contract', () => {
  const folder = mkdtempSync(join(tmpdir(), 'contract-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function run(content: string) {
    const file = join(folder, 'published.yaml');
    writeFileSync(file, content);
    const args = ['--import', 'tsx', 'scripts/contract/main.ts', '--file', file];
    return spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8', timeout: 30_000 });
  }

  it('exits with 0 where nothing differs', () => {
    const { status, stdout } = run(stringify(documentOf(noChange)));
    expect(stdout).toMatch(/^The two calls are as the action knows them/);
    expect(status).toBe(0);
  });

  it('exits with 1 and lists what differs', () => {
    const { status, stdout } = run(stringify(documentOf(({ statuses }) => void statuses.push('RESTARTING'))));
    expect(stdout).toContain('\n- Friendli’s document has the status `RESTARTING`');
    expect(status).toBe(1);
  });

  it.each([
    ['what is no OpenAPI document', '<!doctype html><title>Not found</title>'],
    ['what is no YAML', '{'],
  ])('exits with 2 and prints no report on %s', (_, content) => {
    const { status, stdout, stderr } = run(content);
    expect(stderr).toMatch(/^Could not be compared: /);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  it('keeps a report short enough for an issue, however much differs', () => {
    const many = Array.from({ length: 5_000 }, (_, index) => `STATUS_${index}`.padEnd(200, '_'));
    const { stdout } = run(stringify(documentOf(({ statuses }) => void statuses.push(...many))));
    expect(stdout).toContain('- and 4900 more.');
    expect(stdout.length).toBeLessThan(65_536);
  });
});
