import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { filesIn } from './documents.js';

/** Every start loads the bundle, and a reviewer reads it. About 10 % above its size, so that a patch release fits. */
const MAX_BUNDLE_BYTES = 216_000;
/** Minified code has lines of thousands of characters. */
const MAX_LINE_LENGTH = 400;
/** A shorter line can be in anybody's code. */
const MIN_DISTINCTIVE_LENGTH = 40;

const root = fileURLToPath(new URL('..', import.meta.url));
const bundle = readFileSync(join(root, 'dist/index.js'), 'utf8');
const lines = bundle.split('\n');

describe('the committed bundle', () => {
  it('is small', () => {
    expect(Buffer.byteLength(bundle)).toBeLessThanOrEqual(MAX_BUNDLE_BYTES);
  });

  it('can be reviewed: it names each source file, and its lines have ordinary lengths', () => {
    const sources = filesIn('src').filter((path) => path.endsWith('.ts'));
    const named = sources.filter((path) => lines.includes(`;// CONCATENATED MODULE: ./${path}`));
    expect(named).toEqual(sources);
    expect(lines.filter((line) => line.length > MAX_LINE_LENGTH)).toEqual([]);
  });

  it('contains the packages that are used at run time and no others', () => {
    expect(bundledPackages()).toEqual(['@actions/core', '@actions/http-client']);
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

describe('dist', () => {
  it('contains the bundle, the licenses of its parts, and its module type', () => {
    expect(readdirSync(join(root, 'dist')).sort()).toEqual(['index.js', 'licenses.txt', 'package.json']);
  });

  it('has the license of each bundled package', () => {
    const licenses = readFileSync(join(root, 'dist/licenses.txt'), 'utf8').replaceAll('\r\n', '\n');
    for (const name of bundledPackages()) {
      const license = readdirSync(packageFolder(name)).find((file) => /^licen[cs]e/i.test(file)) ?? '';
      const text = readFileSync(join(packageFolder(name), license), 'utf8').replaceAll('\r\n', '\n');
      expect(licenses.split('\n')).toContain(name);
      expect(licenses).toContain(text.trim());
    }
  });
});

/** The installed run-time packages with a file of which most lines are in the bundle. */
function bundledPackages(): string[] {
  const bundled = new Set(lines.map((line) => line.trim()));
  return runtimePackages().filter((name) =>
    scriptsOf(name).some((text) => {
      const trimmed = text.split('\n').map((line) => line.trim());
      const distinctive = trimmed.filter((line) => line.length >= MIN_DISTINCTIVE_LENGTH);
      return distinctive.filter((line) => bundled.has(line)).length > distinctive.length / 2;
    }),
  );
}

function runtimePackages(): string[] {
  const { packages }: { packages: Record<string, { dev?: boolean }> } = JSON.parse(
    readFileSync(join(root, 'package-lock.json'), 'utf8'),
  );
  const paths = Object.keys(packages).filter((path) => path !== '' && !packages[path]?.dev);
  return paths.map((path) => path.replace(/^node_modules\//, '')).sort();
}

function packageFolder(name: string): string {
  return join(root, 'node_modules', name);
}

function scriptsOf(name: string): string[] {
  return readdirSync(packageFolder(name), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.[cm]?js$/.test(file))
    .map((file) => readFileSync(join(packageFolder(name), file), 'utf8'));
}
