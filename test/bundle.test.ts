import { isBuiltin } from 'node:module';
import { describe, expect, it } from 'vitest';
import { filesIn, readDocument } from './documents.js';

/** Every start loads the bundle, and a reviewer reads it. About 10 % above its size, so that a patch release fits. */
const MAX_BUNDLE_BYTES = 214_000;
/** Minified code has lines of thousands of characters. */
const MAX_LINE_LENGTH = 400;

const bundle = readDocument('dist/index.js');
const lines = bundle.split('\n');
/** The paths of the modules in the bundle, as far as they have one. */
const paths = [...bundle.matchAll(/^;\/\/ CONCATENATED MODULE: \.\/(.+)$/gm)].map(([, path = '']) => path).sort();

describe('the committed bundle', () => {
  it('can be reviewed: it is small, names each source file, and has lines of ordinary lengths', () => {
    expect(Buffer.byteLength(bundle)).toBeLessThanOrEqual(MAX_BUNDLE_BYTES);
    expect(paths.filter((path) => path.startsWith('src/'))).toEqual(filesIn('src'));
    expect(lines.filter((line) => line.length > MAX_LINE_LENGTH)).toEqual([]);
  });

  it('contains the packages that are used at run time and no others, with their licenses', () => {
    const packages = ['@actions/core', '@actions/http-client'];
    const parts = paths.map((path) => /^(src|package\.json|node_modules\/(@\w+\/)?[\w-]+)/.exec(path)?.[1]);
    expect([...new Set(parts)].sort()).toEqual([
      ...packages.map((name) => `node_modules/${name}`),
      'package.json',
      'src',
    ]);
    // A module without a path, such as one in CommonJS, only loads one of Node.
    const others = bundle.split(/^\/\*\*\*\/ \d+:\n/m).slice(1);
    for (const text of others) expect(text).toMatch(/^\/\*\*\*\/ \(\(module\) => \{\n\nmodule\.exports = require\("/);
    const licenses = readDocument('dist/licenses.txt').replaceAll('\r\n', '\n');
    for (const name of packages) {
      const [path = ''] = filesIn(`node_modules/${name}`).filter((file) => /\/licen[cs]e[^/]*$/i.test(file));
      expect(licenses).toContain(`${name}\n`);
      expect(licenses).toContain(readDocument(path).replaceAll('\r\n', '\n').trim());
    }
  });

  it('loads only modules that are part of Node', () => {
    const loaded = [...bundle.matchAll(/\brequire\(\s*(?:(["'])(.+?)\1|(.*?))\s*\)/g)];
    const names = loaded.map(([, , name, expression = '']) => name ?? expression);
    expect(names).toContain('https');
    expect(names.filter((name) => !isBuiltin(name))).toEqual([]);
  });

  it.each([
    ['evaluates no text as code', /\beval\s*\(|\bnew Function\s*\(|\bFunction\s*\(["'`]/],
    ['has no import that is resolved at run time', /\bimport\s*\((?!\))|\bcreateRequire\b/],
    ['loads no source map', /sourceMappingURL=data:|source-?map-(register|support)/i],
  ])('%s', (_, forbidden) => {
    expect(lines.filter((line) => forbidden.test(line))).toEqual([]);
  });
});
