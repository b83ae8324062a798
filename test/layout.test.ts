import { describe, expect, it } from 'vitest';
import { filesIn, readDocument } from './documents.js';

const sources = filesIn('src').filter((path) => path.endsWith('.ts'));

const FOUNDATION = 'error-codes|clock|redact|loopback|api/error|endpoint|sanitize|run';
/** What a module can import of src/, types included; the first line that fits the module counts. */
const LAYERS: readonly (readonly [module: string, imports: string])[] = [
  ['error-codes|clock|redact|loopback|api/error|shims/.*', ''],
  ['endpoint|sanitize', 'error-codes|redact'],
  ['run|backoff|inputs', FOUNDATION],
  ['state', `${FOUNDATION}|backoff`],
  ['changes|events', `${FOUNDATION}|state`],
  ['policy', `${FOUNDATION}|backoff|state|changes`],
  // These three know each other only through run.ts and state.ts.
  ['loop', `${FOUNDATION}|state|events|policy`],
  ['report/.*', `${FOUNDATION}|state|inputs|report/.*`],
  ['api/.*', `${FOUNDATION}|api/.*`],
  ['main', '(?!main|index).*'],
  ['index', 'main'],
];
const PACKAGES: readonly (readonly [name: RegExp, modules: string])[] = [
  [/^@actions\/core$/, 'inputs|report/(report|outputs|log)'],
  [/^(@actions\/http-client|node:(http|https|net|tls|zlib|stream))$/, 'api/.*'],
];

describe('src/', () => {
  it('has a layer for each module', () => {
    expect(sources.filter((path) => layerOf(path) === undefined)).toEqual([]);
  });

  it('imports downwards only', () => {
    const upwards = importsOf(/^\..*\.js$/).filter(({ path, name }) => {
      const imported = new URL(name, `file:///${path}`).pathname.slice(1);
      return !matches(layerOf(path)?.[1] ?? '', imported);
    });
    expect(upwards).toEqual([]);
  });

  it.each(PACKAGES)('uses %s only in %s', (name, modules) => {
    expect(importsOf(name).filter(({ path }) => !matches(modules, path))).toEqual([]);
  });

  it('has no circle of imports', () => {
    const edges = importsOf(/^\..*\.js$/).map(({ path, name }) => ({
      from: path,
      to: new URL(name, `file:///${path}`).pathname.slice(1).replace(/\.js$/, '.ts'),
    }));
    let rest = edges;
    for (let size = Number.POSITIVE_INFINITY; rest.length < size; ) {
      size = rest.length;
      rest = rest.filter(({ to }) => rest.some(({ from }) => from === to));
    }
    expect(rest).toEqual([]);
  });
});

describe('a reference to the contract', () => {
  const text = filesIn('').filter((path) => /\.(ts|mts|ya?ml|md|json|sh|cjs)$|^\.ci\/run$/.test(path));

  it('is to a section that exists', () => {
    const cited = text.flatMap((path) => {
      const references = readDocument(path).matchAll(/behavior\.md,? sections? \d+(,? (and )?\d+)*/g);
      return [...references].flatMap(([reference]) => reference.match(/\d+/g) ?? []);
    });
    expect(cited.length).toBeGreaterThan(0);
    const contract = readDocument('docs/behavior.md');
    expect([...new Set(cited)].filter((number) => !contract.includes(`\n## ${number}. `))).toEqual([]);
  });

  it('is to docs/behavior.md, which is in the repository', () => {
    const elsewhere = text.filter((path) => /\.\.\/shared|behaviour\.md/.test(readDocument(path)));
    expect(elsewhere.filter((path) => path !== 'test/layout.test.ts')).toEqual([]);
  });
});

/** Each import whose name fits a pattern, with the file that it is in. */
function importsOf(pattern: RegExp): { path: string; name: string }[] {
  const imports = sources.flatMap((path) => {
    const found = readDocument(path).matchAll(/\b(?:from|import\()\s*'([^']+)'/g);
    return [...found].map(([, name = '']) => ({ path, name }));
  });
  return imports.filter(({ name }) => pattern.test(name));
}

function layerOf(path: string) {
  return LAYERS.find(([modules]) => matches(modules, path));
}

/** Whether a file of src/ is one of the modules. */
function matches(modules: string, path: string): boolean {
  return new RegExp(`^(?:${modules})$`).test(path.replace(/^src\//, '').replace(/\.[jt]s$/, ''));
}
