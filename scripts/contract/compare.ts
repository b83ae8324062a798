/**
 * Reduces an OpenAPI document to facts about calls, one a line, and compares two documents by their facts. Names of
 * schemas, wording and the ways to compose a schema make no fact, so two documents in different words can agree.
 *
 * oasdiff is not a substitute: it compares two versions of one document, and Friendli's cannot be committed here. Between
 * our document and Friendli's it reports 33 differences in form, and in no form a moved server.
 */
type JsonObject = Readonly<Record<string, unknown>>;

/** A call, such as `PUT /dedicated/beta/endpoint/{}/restart`, and what is true of it. */
type Facts = ReadonlyMap<string, ReadonlySet<string>>;

/** A document cannot be compared: it is not OpenAPI, a reference leads nowhere, or it is too complex. */
export class NotComparableError extends Error {
  override readonly name = 'NotComparableError';
}

/** Published answers and schemas are far below this; references that multiply each other are far above. */
const MAX_SCHEMAS = 50_000;
const METHODS = ['get', 'put', 'post', 'patch', 'delete'];
/** Keywords that only explain; every other keyword of a schema restricts what can be sent or answered. */
const ANNOTATIONS = /^(title|description|summary|examples?|default|deprecated|\$ref|x-.*)$/;
const COMBINATIONS = ['anyOf', 'oneOf', 'allOf'];
/** True of our document on purpose: the action's own rules for inputs, and an answer that Friendli does not publish. */
const OURS_ALONE =
  /^(answers 401|(path|header) parameter \S+ (pattern|minLength|maxLength) |body additionalProperties false$)/;

/**
 * What the published document says about the calls of our document and ours does not, and the reverse.
 *
 * @returns Lines of Markdown, none if the documents agree
 * @throws NotComparableError
 */
export function compareContracts(ours: unknown, theirs: unknown): string[] {
  const ourFacts = factsOf(ours);
  const calls = [...ourFacts.keys()];
  const theirFacts = factsOf(theirs, calls);
  const callsByDifference = new Map<string, string[]>();
  for (const call of calls) {
    for (const difference of compareFacts(ourFacts.get(call), theirFacts.get(call))) {
      callsByDifference.set(difference, [...(callsByDifference.get(difference) ?? []), call]);
    }
  }
  return [...callsByDifference].map(
    ([difference, where]) => `- ${where.map(code).join(', ')}: ${difference}`,
  );
}

function compareFacts(ours: ReadonlySet<string> = new Set(), theirs?: ReadonlySet<string>): string[] {
  if (theirs === undefined) return ['gone'];
  // Of the update call, the examples send one field and ignore the answer: more optional fields are of no concern.
  const fieldOf = (fact: string): string => fact.split(' ', 2).join(' ');
  const fields = new Set([...ours].map(fieldOf));
  const isOptional = (fact: string): boolean =>
    ours.has('takes a body') &&
    (fact.startsWith('answer 200 ') ||
      (/^body (?!\.\S+ is required$)/.test(fact) && !fields.has(fieldOf(fact))));
  const added = [...theirs].filter((fact) => !ours.has(fact) && !isOptional(fact));
  const gone = [...ours].filter((fact) => !theirs.has(fact) && !OURS_ALONE.test(fact));
  return [...added.map((fact) => `new: ${code(fact)}`), ...gone.map((fact) => `gone: ${code(fact)}`)];
}

/** The facts of all calls, or only of those asked for. What a path's parameters are called does not matter. */
function factsOf(document: unknown, only?: readonly string[]): Facts {
  if (!isObject(document) || !isObject(document['paths'])) {
    throw new NotComparableError('This is not an OpenAPI document: it has no paths.');
  }
  const reader = new Reader(document);
  const shapes = Object.keys(document['paths']).map(shapeOf);
  const facts = new Map<string, ReadonlySet<string>>();
  for (const [path, item] of Object.entries(document['paths'])) {
    for (const method of METHODS) {
      const call = `${method.toUpperCase()} ${shapeOf(path)}`;
      if (!isObject(item) || !isObject(item[method]) || only?.includes(call) === false) continue;
      // A version that is no longer beta keeps the end of the path.
      const end = shapeOf(path).replace(/^.*?(?=\/endpoint\/)/, '');
      const others = shapes.filter((shape) => shape !== shapeOf(path) && shape.endsWith(end));
      const elsewhere = others.map((shape) => `also as ${shape}`);
      facts.set(call, new Set([...reader.factsOfCall(item, item[method]), ...elsewhere]));
    }
  }
  return facts;
}

class Reader {
  readonly #document: JsonObject;
  #schemas = 0;

  constructor(document: JsonObject) {
    this.#document = document;
  }

  factsOfCall(item: JsonObject, operation: JsonObject): string[] {
    const inherited = (name: string): unknown => operation[name] ?? item[name] ?? this.#document[name];
    const { deprecated, requestBody: body } = operation;
    const responses = objectAt(operation, 'responses');
    const servers = listOf(inherited('servers')).map((server) => (isObject(server) ? server['url'] : server));
    return [
      ...(deprecated === true ? ['deprecated'] : []),
      ...servers.map((url) => `served from ${show(url)}`),
      ...this.#security(inherited('security')),
      ...this.#parameters([...listOf(item['parameters']), ...listOf(operation['parameters'])]),
      ...(body === undefined ? [] : ['takes a body', ...this.#content('body', this.#resolve(body))]),
      ...Object.keys(responses).map((answer) => `answers ${answer}`),
      ...this.#content('answer 200', this.#resolve(responses['200'] ?? {})),
    ];
  }

  #security(requirements: unknown): string[] {
    const schemes = objectAt(objectAt(this.#document, 'components'), 'securitySchemes');
    return listOf(requirements).map((requirement) => {
      const names = isObject(requirement) ? Object.keys(requirement) : [];
      const needed = names.map((name) => {
        const { type, scheme, in: place, name: key } = this.#resolve(schemes[name]);
        return [type, scheme, place, key].flatMap((part) => listOf(part).map(show)).join(' ');
      });
      return `authorized by ${needed.join(' and ') || 'nothing'}`;
    });
  }

  #parameters(entries: readonly unknown[]): string[] {
    let position = 0;
    return entries.flatMap((entry) => {
      const { in: place, name, required, schema } = this.#resolve(entry);
      position += place === 'path' ? 1 : 0;
      const key = place === 'path' ? String(position) : show(name).toLowerCase();
      const at = `${show(place)} parameter ${key}`;
      // A parameter cannot be sent as null.
      const facts = this.#schema(at, schema).filter((fact) => fact !== `${at} type null`);
      return [at, ...(required === true ? [`${at} is required`] : []), ...facts];
    });
  }

  #content(at: string, owner: JsonObject): string[] {
    return Object.entries(objectAt(owner, 'content')).flatMap(([type, media]) => [
      `${at} as ${type}`,
      ...this.#schema(at, isObject(media) ? media['schema'] : undefined),
    ]);
  }

  /** The facts of a schema and of everything that it is composed of; `seen` ends a schema that contains itself. */
  #schema(at: string, schema: unknown, seen: readonly unknown[] = []): string[] {
    if (!isObject(schema)) return [];
    if (seen.includes(schema)) return [`${at} repeats`];
    this.#schemas += 1;
    if (this.#schemas > MAX_SCHEMAS) throw new NotComparableError('The document is too complex to compare.');
    const inner = (name: string, part: unknown) => this.#schema(name, part, [...seen, schema]);
    const { type, nullable, enum: values, const: value, required, properties, items, ...rest } = schema;
    const allowed = [...listOf(values), ...(value === undefined ? [] : [value])];
    const types = [...listOf(type), ...allowed.map(typeOf), ...(nullable === true ? ['null'] : [])];
    return [
      ...('$ref' in schema ? inner(at, this.#resolve(schema)) : []),
      ...COMBINATIONS.flatMap((name) => listOf(schema[name]).flatMap((part) => inner(at, part))),
      ...types.map((name) => `${at} type ${show(name)}`),
      ...allowed.filter((each) => each !== null).map((each) => `${at} = ${show(each)}`),
      ...listOf(required).map((name) => `${at} .${show(name)} is required`),
      ...Object.entries(isObject(properties) ? properties : {}).flatMap(([name, part]) => {
        return [`${at} .${name}`, ...inner(`${at} .${name}`, part)];
      }),
      ...inner(`${at} []`, items),
      ...Object.entries(rest)
        .filter(([keyword]) => !ANNOTATIONS.test(keyword) && !COMBINATIONS.includes(keyword))
        .map(([keyword, restriction]) => `${at} ${keyword} ${show(restriction)}`),
    ];
  }

  /** Follows references within the document until there is an object that is not one. */
  #resolve(value: unknown): JsonObject {
    let current = value;
    for (let hops = 0; hops < 32 && isObject(current); hops += 1) {
      const reference = current['$ref'];
      if (typeof reference !== 'string') return current;
      current = this.#follow(reference);
    }
    const reference = isObject(value) ? show(value['$ref']) : '';
    throw new NotComparableError(`A reference leads nowhere: ${code(reference)}`);
  }

  #follow(reference: string): unknown {
    if (!reference.startsWith('#/')) return undefined;
    let current: unknown = this.#document;
    for (const step of reference.slice(2).split('/')) {
      const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
      current = isObject(current) && Object.hasOwn(current, name) ? current[name] : undefined;
    }
    return current;
  }
}

/** Foreign text as code in Markdown: one short line that ends neither the code nor, in a log, starts a command. */
export function code(text: string): string {
  const line = text
    .replace(/[\p{C}\s]+/gu, ' ')
    .replace(/`/g, '’')
    .replace(/##\[/g, '## [');
  return `\`${line.length > 160 ? `${line.slice(0, 160)}…` : line}\``;
}

function shapeOf(path: string): string {
  return path.replace(/\{[^}]*\}/g, '{}').replace(/\/$/, '');
}

function typeOf(value: unknown): string {
  return value === null ? 'null' : typeof value;
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectAt(owner: JsonObject, name: string): JsonObject {
  const value = owner[name];
  return isObject(value) ? value : {};
}

/** The entries of a list; of a single value, that value. */
function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
