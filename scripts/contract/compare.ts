/**
 * Compares our OpenAPI document of the two calls, and the lists in src/endpoint.ts, with the document that Friendli
 * publishes. Pure: two parsed documents in, differences in words out. Schema names mean nothing here: the status object
 * is what the two calls answer with 200, whatever it is called and however its parts are put together.
 */

/** The lists of src/endpoint.ts. */
export interface Vocabulary {
  readonly statuses: readonly string[];
  readonly phases: readonly string[];
  readonly errorCodes: readonly string[];
}

export interface Comparison {
  /** Our document, parsed. */
  readonly ours: unknown;
  /** The document that Friendli publishes, parsed. */
  readonly theirs: unknown;
  readonly vocabulary: Vocabulary;
}

/** A document is not one that can be compared: no OpenAPI document, or a reference in it leads nowhere. */
export class NotComparableError extends Error {
  override readonly name = 'NotComparableError';
}

type JsonObject = Readonly<Record<string, unknown>>;

/** One of the two sides, with the name that it has in a sentence. */
interface Side {
  readonly name: string;
  readonly document: JsonObject;
}

/** One call as a document describes it. */
interface Call {
  readonly deprecated: boolean;
  /** "header X-Friendli-Team" and the like, and whether it is required. */
  readonly parameters: ReadonlyMap<string, boolean>;
  readonly hasBody: boolean;
  /** HTTP statuses, or "default". */
  readonly answers: readonly string[];
  readonly fields: ReadonlyMap<string, Field>;
}

/** A field of the status object. */
interface Field {
  readonly required: boolean;
  readonly nullable: boolean;
  readonly types: readonly string[];
  /** Empty where any value will do. */
  readonly values: readonly string[];
}

const CALLS = [
  { method: 'put', path: '/dedicated/beta/endpoint/{endpoint_id}/restart' },
  { method: 'get', path: '/dedicated/beta/endpoint/{endpoint_id}/status' },
] as const;

/** Answers that Friendli does not publish and its service gives all the same; our document has them on purpose. */
const UNPUBLISHED_ANSWERS: readonly string[] = ['401'];

/** The fields whose values src/endpoint.ts lists. */
const LISTED_FIELDS = [
  { field: 'status', what: 'status', list: 'statuses', constant: 'STATUSES' },
  { field: 'phase', what: 'phase', list: 'phases', constant: 'PHASES' },
  { field: 'errorCode', what: 'error code', list: 'errorCodes', constant: 'ERROR_CODES' },
] as const;

/**
 * Every difference that matters to the action, each a sentence in Markdown; none if the documents agree.
 *
 * @throws NotComparableError
 */
export function compareContracts({ ours, theirs, vocabulary }: Comparison): string[] {
  const we = sideOf('our document', ours);
  const they = sideOf('Friendli’s document', theirs);
  const differences = CALLS.flatMap(({ method, path }) => compareCall({ method, path, we, they }));
  for (const side of [we, they]) differences.push(...compareLists(side, vocabulary));
  return [...new Set(differences)];
}

function sideOf(name: string, document: unknown): Side {
  if (!isObject(document) || !isObject(document['paths'])) {
    throw new NotComparableError(`${capital(name)} is no OpenAPI document: it has no paths.`);
  }
  return { name, document };
}

function compareCall(options: { method: string; path: string; we: Side; they: Side }): string[] {
  const { method, path, we, they } = options;
  const title = code(`${method.toUpperCase()} ${path}`);
  const our = readCall(we, method, path);
  const their = readCall(they, method, path);
  if (our === undefined) throw new NotComparableError(`Our document does not have ${title}.`);

  const elsewhere = pathsLike(they, path).map(
    (other) => `${code(other)} is there, which ends as ${title} does.`,
  );
  if (their === undefined) return [`${title} went away.`, ...elsewhere];
  return [
    ...elsewhere,
    ...(their.deprecated && !our.deprecated ? [`${title} is deprecated.`] : []),
    ...(their.hasBody && !our.hasBody ? [`${title} takes a body now.`] : []),
    ...compareParameters(title, our, their),
    ...compareAnswers(title, our, their),
    ...compareFields(title, our, their),
  ];
}

function compareParameters(title: string, our: Call, their: Call): string[] {
  const { added, gone, kept } = compareNames([...our.parameters.keys()], [...their.parameters.keys()]);
  return [
    ...added.map((name) => {
      const required = their.parameters.get(name) ? ', and requires it' : '';
      return `${title} takes a new parameter, ${code(name)}${required}.`;
    }),
    ...gone.map((name) => `${title} does not take ${code(name)} any more.`),
    ...kept.flatMap((name) => {
      const required = their.parameters.get(name);
      if (required === our.parameters.get(name)) return [];
      return [`${title} ${required ? 'requires' : 'does not require'} ${code(name)} now.`];
    }),
  ];
}

function compareAnswers(title: string, our: Call, their: Call): string[] {
  const { added, gone } = compareNames(our.answers, their.answers);
  return [
    ...added.map((answer) => `${title} has a new answer, ${code(answer)}.`),
    ...gone
      .filter((answer) => !UNPUBLISHED_ANSWERS.includes(answer))
      .map((answer) => `${title} has no answer ${code(answer)} any more.`),
  ];
}

function compareFields(title: string, our: Call, their: Call): string[] {
  const answer = `The status object that ${title} answers`;
  const { added, gone } = compareNames([...our.fields.keys()], [...their.fields.keys()]);
  const differences = [
    ...added.map((name) => `${answer} has a new field, ${code(name)}.`),
    ...gone.map((name) => `${answer} has no field ${code(name)} any more.`),
  ];
  for (const [name, ours] of our.fields) {
    const theirs = their.fields.get(name);
    if (theirs === undefined) continue;
    if (theirs.required !== ours.required) {
      differences.push(`${answer} ${theirs.required ? 'always has' : 'need not have'} ${code(name)} now.`);
    }
    if (theirs.nullable !== ours.nullable) {
      differences.push(`${answer} ${theirs.nullable ? 'may have' : 'no longer has'} null as ${code(name)}.`);
    }
    if (theirs.types.join() !== ours.types.join()) {
      differences.push(`${answer} has ${code(name)} as ${list(theirs.types)}, not ${list(ours.types)}.`);
    }
  }
  return differences;
}

/** Compares the values that a document lists with those of src/endpoint.ts. Both calls answer the same object. */
function compareLists(side: Side, vocabulary: Vocabulary): string[] {
  return CALLS.flatMap(({ method, path }) => {
    const call = readCall(side, method, path);
    if (call === undefined) return [];
    return LISTED_FIELDS.flatMap(({ field, what, list: key, constant }) => {
      const theirs = call.fields.get(field);
      if (theirs === undefined) return [];
      const where = `${code(constant)} of ${code('src/endpoint.ts')}`;
      if (theirs.values.length === 0)
        return [`${capital(side.name)} lists no values of ${code(field)} any more.`];
      const { added, gone } = compareNames(vocabulary[key], theirs.values);
      return [
        ...added.map(
          (value) => `${capital(side.name)} has the ${what} ${code(value)}, which ${where} lacks.`,
        ),
        ...gone.map((value) => `${capital(side.name)} lacks the ${what} ${code(value)}, which ${where} has.`),
      ];
    });
  });
}

function compareNames(ours: readonly string[], theirs: readonly string[]) {
  return {
    added: theirs.filter((name) => !ours.includes(name)),
    gone: ours.filter((name) => !theirs.includes(name)),
    kept: ours.filter((name) => theirs.includes(name)),
  };
}

/** The call, or `undefined` if the document does not have it. What a path's parameters are called does not matter. */
function readCall(side: Side, method: string, path: string): Call | undefined {
  const key = Object.keys(objectAt(side.document, 'paths')).find((other) => shapeOf(other) === shapeOf(path));
  if (key === undefined) return undefined;
  const item = resolve(side, objectAt(side.document, 'paths')[key]);
  if (!isObject(item[method])) return undefined;
  const operation = resolve(side, item[method]);
  const responses = objectAt(operation, 'responses');
  return {
    deprecated: operation['deprecated'] === true,
    parameters: readParameters(side, [item, operation]),
    hasBody: operation['requestBody'] !== undefined,
    answers: Object.keys(responses),
    fields: readFields(side, schemaOf(side, responses['200'])),
  };
}

/** Other paths with the same end, such as that of a version which is no longer beta. */
function pathsLike(side: Side, path: string): string[] {
  const end = path.slice(path.indexOf('/endpoint/'));
  return Object.keys(objectAt(side.document, 'paths')).filter(
    (other) => shapeOf(other).endsWith(shapeOf(end)) && shapeOf(other) !== shapeOf(path),
  );
}

function shapeOf(path: string): string {
  return path.replace(/\{[^}]*\}/g, '{}').replace(/\/$/, '');
}

/** Those of the path and those of the operation. The path's own are left out: the path itself tells them. */
function readParameters(side: Side, owners: readonly JsonObject[]): ReadonlyMap<string, boolean> {
  const parameters = new Map<string, boolean>();
  for (const owner of owners) {
    for (const entry of listAt(owner, 'parameters')) {
      const parameter = resolve(side, entry);
      if (parameter['in'] === 'path') continue;
      parameters.set(`${parameter['in']} ${parameter['name']}`, parameter['required'] === true);
    }
  }
  return parameters;
}

function schemaOf(side: Side, response: unknown): unknown {
  if (response === undefined) return undefined;
  const content = objectAt(resolve(side, response), 'content');
  const json = Object.keys(content).find((type) => /^application\/(.*\+)?json\b/.test(type));
  return json === undefined ? undefined : objectAt(content, json)['schema'];
}

function readFields(side: Side, schema: unknown): ReadonlyMap<string, Field> {
  const parts = partsOf(side, schema);
  const required = parts.flatMap((part) => listAt(part, 'required'));
  const fields = new Map<string, Field>();
  for (const part of parts) {
    for (const [name, field] of Object.entries(objectAt(part, 'properties'))) {
      fields.set(name, { required: required.includes(name), ...readField(side, field) });
    }
  }
  return fields;
}

function readField(side: Side, schema: unknown): Omit<Field, 'required'> {
  const parts = partsOf(side, schema);
  const values = parts.flatMap(valuesOf);
  const types = parts.flatMap(typesOf);
  return {
    nullable:
      types.includes('null') || values.includes(null) || parts.some((part) => part['nullable'] === true),
    types: [...new Set(types)].filter((type) => type !== 'null').sort(),
    values: [...new Set(values)].filter((value) => value !== null).map(String),
  };
}

function valuesOf(part: JsonObject): readonly unknown[] {
  return 'const' in part ? [part['const']] : listAt(part, 'enum');
}

/** The values tell the types where nothing else does. */
function typesOf(part: JsonObject): readonly string[] {
  const { type } = part;
  if (typeof type === 'string') return [type];
  if (Array.isArray(type)) return type.map(String);
  return valuesOf(part).map((value) => (value === null ? 'null' : typeof value));
}

/** A schema and everything that it is put together from, through references, anyOf, oneOf and allOf. */
function partsOf(side: Side, schema: unknown, seen: readonly unknown[] = []): JsonObject[] {
  if (!isObject(schema) || seen.includes(schema)) return [];
  const path = [...seen, schema];
  const target = '$ref' in schema ? partsOf(side, resolve(side, schema), path) : [];
  const combined = ['anyOf', 'oneOf', 'allOf'].flatMap((key) => listAt(schema, key));
  return [schema, ...target, ...combined.flatMap((part) => partsOf(side, part, path))];
}

/**
 * Follows references within the document until there is an object that is none.
 *
 * @throws NotComparableError
 */
function resolve(side: Side, value: unknown): JsonObject {
  let current = value;
  for (let hops = 0; hops < 32; hops += 1) {
    if (!isObject(current)) break;
    const reference = current['$ref'];
    if (typeof reference !== 'string') return current;
    current = follow(side.document, reference);
  }
  const told = isObject(value) ? ` ${code(String(value['$ref']))}` : '';
  throw new NotComparableError(`${capital(side.name)} has a reference${told} that leads nowhere.`);
}

function follow(document: JsonObject, reference: string): unknown {
  if (!reference.startsWith('#/')) return undefined;
  let current: unknown = document;
  for (const step of reference.slice(2).split('/')) {
    const name = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
    current = isObject(current) && Object.hasOwn(current, name) ? current[name] : undefined;
  }
  return current;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectAt(owner: JsonObject, name: string): JsonObject {
  const value = owner[name];
  return isObject(value) ? value : {};
}

function listAt(owner: JsonObject, name: string): readonly unknown[] {
  const value = owner[name];
  return Array.isArray(value) ? value : [];
}

/** Text of a document as code in Markdown: on one line, not too long, and with nothing in it that ends the code. */
function code(text: string): string {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').replaceAll('`', '’');
  return `\`${line.length > 120 ? `${line.slice(0, 120)}…` : line}\``;
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'anything' : names.map(code).join(' or ');
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
