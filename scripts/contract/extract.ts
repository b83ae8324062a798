/**
 * Reduces an OpenAPI document to facts about the calls that we make. Names of schemas and ways to compose them are not
 * facts; of the prose, only a digest is kept.
 */
import { createHash } from 'node:crypto';

type JsonObject = Readonly<Record<string, unknown>>;
/** Where, such as "response 200 application/json .status", and what, such as "type string"; empty for a bare presence. */
type Fact = readonly [at: string, is: string];

/** Keywords that restrict nothing. Any other one is a fact, unless its value is the default. */
const ANNOTATIONS =
  /^(title|examples?|default|readOnly|externalDocs|operationId|tags|discriminator|\$comment|name|in|x-(?!sunset$).*)$/;
/** Keywords whose entries have names, and the label of such a name. */
const LABELS: JsonObject = { properties: '.', headers: 'header ', responses: 'response ', parameters: '', content: '' };

/**
 * What the published document says about each call of our document, and about the fields that ours says we send. Each line
 * is about one place in the calls that it begins with, by their names in our document.
 */
export function extract(published: unknown, ours: unknown): string[] {
  const theirs = callsOf(published);
  const namesByLine = new Map<string, string[]>();
  for (const [call, { operationId, ...ourOperation }] of callsOf(ours)) {
    const isInference = call.startsWith('POST ');
    const sent = new Set(factsIn(ours, ourOperation).map(([at]) => at));
    const isWatched = ([at, is]: Fact): boolean => {
      if (!at.startsWith('requestBody')) return !(isInference && at.startsWith('response'));
      return at === 'requestBody' || sent.has(is === 'required' ? at.replace(/ \S*$/, '') : at);
    };
    const facts = factsIn(published, theirs.get(call)).filter(isWatched);
    const isProse = ([, is]: Fact): boolean => is.startsWith('prose ');
    const prose = [...new Set(facts.filter(isProse).map(([, is]) => is))].sort().join('\n');
    const lines = [
      theirs.has(call) ? call : 'removed',
      ...linesOf(facts.filter((fact) => !isProse(fact))),
      ...[...theirs.keys()].filter((other) => isTwin(other, call)).map((other) => `also published as ${other}`),
      `prose to read when this digest changes: ${createHash('sha256').update(prose).digest('hex').slice(0, 16)}`,
    ];
    for (const line of lines) namesByLine.set(line, [...(namesByLine.get(line) ?? []), show(operationId)]);
  }
  return [...namesByLine].map(([line, names]) => JSON.stringify(`${names.join(', ')}: ${line}`).slice(1, -1)).sort();
}

/** One line for each place, with all its facts. */
function linesOf(facts: readonly Fact[]): string[] {
  const places = [...new Set(facts.map(([at]) => at))].sort();
  return places.map((place) => {
    const about = facts.filter(([at]) => at === place).map(([, is]) => is);
    return [place, [...new Set(about)].filter(Boolean).sort().join(', ')].filter(Boolean).join(': ');
  });
}

/** Whether a call could take the place of another one: the same but for method, version, noun, and trailing slash. */
function isTwin(name: string, call: string): boolean {
  const family = (text: string) => text.replace(/.*\/dedicated\/[^/]+(\/[^/]+(?=\/\{))?|\/$/g, '');
  return name !== call && family(name) === family(call);
}

/** The operations, each with what its path and the document say about all of theirs. Path parameters have no names. */
function callsOf(document: unknown): Map<string, JsonObject> {
  const { paths, servers, security, components } = objectOf(document);
  if (paths === undefined) throw new Error('This is not an OpenAPI document: it has no paths.');
  const schemes = objectOf(objectOf(components)['securitySchemes']);
  const keysIn = (requirement: unknown): JsonObject[] => {
    const needed = Object.entries(objectOf(requirement));
    if (needed.length === 0) return [{ optional: true }];
    return needed.map(([id, scopes]) => ({ ...objectOf(schemes[id]), scopes }));
  };
  const parameterOf = (parameter: unknown): [string, JsonObject] => {
    const { in: place, name, ...rules } = resolve(document, parameter);
    return [`${place} parameter ${place === 'path' ? '{}' : name}`, rules];
  };
  const calls = Object.entries(objectOf(paths)).flatMap(([path, item]) => {
    const { get, put, post, patch, delete: remove, parameters: shared, ...rest } = resolve(document, item);
    const operations = Object.entries({ get, put, post, patch, delete: remove }).filter(
      ([, value]) => value !== undefined,
    );
    return operations.map(([method, value]): [string, JsonObject] => {
      const operation: JsonObject = { servers, security, ...rest, ...objectOf(value) };
      const parameters = [shared, operation['parameters']].flatMap(listOf).map(parameterOf);
      const keys = listOf(operation['security']).flatMap(keysIn);
      const call = `${method.toUpperCase()} ${path.replace(/\{[^}]*\}/g, '{}')}`;
      return [call, { ...operation, parameters: Object.fromEntries(parameters), security: keys }];
    });
  });
  return new Map(calls);
}

/** The facts in a part of a document and in all parts of it. `seen` ends a schema that contains itself. */
function factsIn(document: unknown, part: unknown, at = '', seen: readonly unknown[] = []): Fact[] {
  if (seen.includes(part)) return [];
  const inside = (value: unknown, where = at): Fact[] => factsIn(document, value, where, [...seen, part]);
  const named = (name: string, value: unknown): Fact[] => {
    const where = `${at} ${name}`.trim();
    return [[where, ''], ...inside(value, where)];
  };
  return Object.entries(resolve(document, part)).flatMap(([keyword, value]): Fact[] => {
    const values = listOf(value);
    const text = show(value);
    if (Object.hasOwn(LABELS, keyword)) {
      const entries = Object.entries(objectOf(value));
      return entries.flatMap(([name, each]) => named(`${LABELS[keyword]}${name.replace(/;.*/, '')}`, each));
    }
    if (/^(schema|allOf|anyOf|oneOf)$/.test(keyword)) return values.flatMap((each) => inside(each));
    if (keyword === 'x-mint') return inside({ description: objectOf(value)['content'] });
    if (/^(description|summary)$/.test(keyword)) return [[at, `prose ${text.replace(/\s+/g, ' ').trim()}`]];
    if (ANNOTATIONS.test(keyword) || value === (keyword === 'additionalProperties')) return [];
    if (/^(enum|const)$/.test(keyword)) return values.map((each) => [`${at} value ${show(each)}`, '']);
    if (keyword === 'required' && Array.isArray(value)) return value.map((name) => [`${at} .${name}`, 'required']);
    if (keyword === 'nullable') return [[at, 'type null']];
    if (keyword === 'scheme') return [[at, `scheme ${text.toLowerCase()}`]];
    if (keyword === 'url') return [[at, `url ${text.replace(/\/$/, '')}`]];
    if (values.some((each) => typeof each === 'object')) return values.flatMap((each) => named(keyword, each));
    return values.map((each) => [at, `${keyword} ${show(each)}`]);
  });
}

/** An object, or the one that it refers to within the document. */
function resolve(document: unknown, value: unknown): JsonObject {
  const { $ref, ...own } = objectOf(value);
  if (typeof $ref !== 'string') return own;
  const names = $ref.split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const target = names.slice(1).reduce<unknown>((owner, name) => objectOf(owner)[name], document);
  return { ...resolve(document, target), ...own };
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

/** The value itself if it is an object, otherwise an empty one. */
function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** The entries of a list; of a single value, that value. */
function listOf(value: unknown): readonly unknown[] {
  return value === undefined ? [] : [value].flat();
}
