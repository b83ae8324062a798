/**
 * Reduces an OpenAPI document to facts about the calls that we make, one per line. Names of schemas and ways to compose
 * them are no facts; of the prose, only a digest is kept.
 */
import { createHash } from 'node:crypto';

type JsonObject = Readonly<Record<string, unknown>>;
/** Where, such as "response 200 application/json .status", and what, such as "type string". */
type Fact = readonly [at: string, is: string];

/** Keywords that restrict nothing. Any other one is a fact, unless its value is the default. */
const ANNOTATIONS =
  /^(title|examples?|default|readOnly|externalDocs|operationId|tags|discriminator|\$comment|name|in|x-(?!sunset$).*)$/;
/** Keywords whose parts have names, which are no keywords, and the label of such a part. */
const LABELS: JsonObject = { properties: '.', headers: 'header ', responses: 'response ', content: '' };
const METHODS = /^(get|put|post|patch|delete)$/;

/** What the published document says about each call of our document, and about the fields that ours says we send. */
export function extract(published: unknown, ours: unknown): string[] {
  const theirs = callsOf(published);
  return [...callsOf(ours)].flatMap(([call, ourOperation]) => {
    const isInference = call.startsWith('POST ');
    const sent = new Set(factsOf(ours, ourOperation).map(([at]) => at));
    const isWatched = ([at, is]: Fact): boolean => {
      if (!at.startsWith('body') || !sent.has('body')) return !(isInference && at.startsWith('response'));
      if (is === 'required') return sent.has(at.replace(/ \S*$/, ''));
      return sent.has(at) && (!isInference || /^(type|required|prose|deprecated|x-sunset) /.test(is));
    };
    const operation = theirs.get(call);
    const facts = operation ? factsOf(published, operation).filter(isWatched) : [['call', 'removed'] as const];
    const prose = facts.filter(([, is]) => is.startsWith('prose ')).map(([, is]) => is);
    const digest = createHash('sha256')
      .update([...new Set(prose)].sort().join('\n'))
      .digest('hex');
    const structure = facts.filter(([, is]) => !is.startsWith('prose '));
    const twins = [...theirs.keys()].filter((name) => name !== call && isTwin(name, call));
    return [
      ...new Set(structure.map(([at, is]) => `${at}: ${is}`).sort()),
      ...twins.sort().map((twin) => `also published as ${twin}`),
      `prose to read when this digest changes: ${digest.slice(0, 16)}`,
    ].map((fact) => JSON.stringify(`${call}: ${fact}`).slice(1, -1));
  });
}

/** One line of Markdown, as code, for each fact that is new or gone. */
export function differences(before: readonly string[], after: readonly string[]): string[] {
  const added = after.filter((fact) => !before.includes(fact)).map((fact) => `    + ${fact.slice(0, 240)}`);
  const gone = before.filter((fact) => !after.includes(fact)).map((fact) => `    - ${fact.slice(0, 240)}`);
  return [...added, ...gone];
}

/** Whether a call could take the place of another one: the same but for method, version, noun, and trailing slash. */
function isTwin(name: string, call: string): boolean {
  const tail = (text: string) => /\/([^/{}]+(\/\{\})?)\/?$/.exec(text)?.[1];
  const family = (text: string) => text.replace(/^\w+ (\/dedicated\/[^/]+(\/[^/]+(?=\/\{\}))?)?|\/$/g, '');
  return family(name) === family(call) || (!call.startsWith('POST ') && tail(name) === tail(call));
}

/** The operations, each with what its path and the document say about all of theirs. Path parameters have no names. */
function callsOf(document: unknown): Map<string, JsonObject> {
  const { paths, servers, security } = objectOf(document);
  if (paths === undefined) throw new Error('This is not an OpenAPI document: it has no paths.');
  const calls = Object.entries(objectOf(paths)).flatMap(([path, value]) => {
    const entries = Object.entries(resolve(document, value));
    const shared = Object.fromEntries(entries.filter(([key]) => !METHODS.test(key)));
    return entries
      .filter(([key]) => METHODS.test(key))
      .map(([method, value]): [string, JsonObject] => {
        const operation = resolve(document, value);
        const parameters = [shared, operation].flatMap((each) => listOf(each['parameters']));
        const call = `${method.toUpperCase()} ${path.replace(/\{[^}]*\}/g, '{}')}`;
        return [call, { servers, security, ...shared, ...operation, parameters }];
      });
  });
  return new Map(calls);
}

function factsOf(document: unknown, operation: JsonObject): Fact[] {
  const { servers, security, parameters, requestBody, responses, ...rest } = operation;

  /** The facts of a part and of all parts in it. `seen` ends a schema that contains itself. */
  function inside(at: string, part: unknown, seen: readonly unknown[] = []): Fact[] {
    if (!isObject(part) || seen.includes(part)) return [];
    const inner = (where: string, value: unknown): Fact[] => inside(where, value, [...seen, part]);
    return Object.entries(part).flatMap(([keyword, value]): Fact[] => {
      const values = listOf(value);
      if (Object.hasOwn(LABELS, keyword)) {
        return Object.entries(objectOf(value)).flatMap(([key, named]) => {
          const name = keyword === 'properties' ? key : key.replace(/;.*/, '').toLowerCase();
          const where = `${at} ${LABELS[keyword]}${name}`.trim();
          return [[where, 'present'], ...inner(where, named)];
        });
      }
      if (keyword === '$ref') return inner(at, follow(document, value));
      if (/^(schema|allOf|anyOf|oneOf)$/.test(keyword)) return values.flatMap((each) => inner(at, each));
      if (keyword === 'x-mint') return inner(at, { description: objectOf(value)['content'] });
      if (/^(description|summary)$/.test(keyword)) return [[at, `prose ${show(value).replace(/\s+/g, ' ').trim()}`]];
      if (ANNOTATIONS.test(keyword) || value === (keyword === 'additionalProperties')) return [];
      if (keyword === 'type') return values.map((type) => [at, `type ${show(type)}`]);
      if (keyword === 'nullable') return [[at, 'type null']];
      if (/^(enum|const)$/.test(keyword)) return values.map((each) => [at, `value ${show(each)}`]);
      if (keyword === 'required' && Array.isArray(value)) return values.map((name) => [`${at} .${name}`, 'required']);
      if (isObject(value)) return inner(`${at} ${keyword}`, value);
      return [[at, `${keyword} ${keyword === 'scheme' ? show(value).toLowerCase() : show(value)}`]];
    });
  }

  function ofParameter(parameter: unknown): Fact[] {
    const { in: place, name } = resolve(document, parameter);
    const at = `${show(place)} parameter ${place === 'path' ? '{}' : show(name).toLowerCase()}`;
    return [[at, 'present'], ...inside(at, parameter)];
  }

  function ofSecurity(requirement: unknown): Fact[] {
    const schemes = objectOf(objectOf(objectOf(document)['components'])['securitySchemes']);
    const needed = Object.entries(objectOf(requirement));
    if (needed.length === 0) return [['security', 'optional']];
    return needed.flatMap(([id, scopes]) => [
      ...inside('security', schemes[id]),
      ...listOf(scopes).map((scope): Fact => ['security', `scope ${show(scope)}`]),
    ]);
  }

  return [
    ...listOf(servers).map((each): Fact => ['server', show(objectOf(each)['url']).replace(/\/$/, '')]),
    ...listOf(security).flatMap(ofSecurity),
    ...listOf(parameters).flatMap(ofParameter),
    ...(requestBody === undefined ? [] : [['body', 'present'] as const, ...inside('body', requestBody)]),
    ...inside('', { responses }),
    ...inside('call', rest),
  ];
}

/** Follows references within the document. */
function resolve(document: unknown, value: unknown): JsonObject {
  const object = objectOf(value);
  return '$ref' in object ? resolve(document, follow(document, object['$ref'])) : object;
}

function follow(document: unknown, reference: unknown): unknown {
  const [root, ...steps] = show(reference).split('/');
  const names = steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const target = names.reduce<unknown>((owner, name) => objectOf(owner)[name], document);
  if (root !== '#' || !isObject(target)) throw new Error(`Unresolved reference: ${show(reference)}`);
  return target;
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** The entries of a list; of a single value, that value. */
function listOf(value: unknown): readonly unknown[] {
  return value === undefined ? [] : [value].flat();
}
