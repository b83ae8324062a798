import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** In bytes. What is loaded at each start, and read by whoever reviews a release, stays small. */
const LARGEST_BUNDLE = 160_000;
/** In characters. Minified code has lines of thousands. */
const LONGEST_LINE = 400;
/** In characters. A shorter line may stand in anybody's code. */
const TELLING_LINE = 40;

const root = fileURLToPath(new URL('..', import.meta.url));
const bundle = readFileSync(join(root, 'dist/index.js'), 'utf8');
const lines = bundle.split('\n');

describe('the committed bundle', () => {
  it('is small', () => {
    expect(Buffer.byteLength(bundle)).toBeLessThanOrEqual(LARGEST_BUNDLE);
  });

  it('can be read: each source file stands in it under its name, on lines of ordinary length', () => {
    const sources = readdirSync(join(root, 'src')).filter((name) => name.endsWith('.ts'));
    const named = sources.filter((name) => lines.includes(`;// CONCATENATED MODULE: ./src/${name}`));
    expect(named).toEqual(sources);
    expect(lines.filter((line) => line.length > LONGEST_LINE)).toEqual([]);
  });

  it('holds the packages that are used at run time and no others', () => {
    expect(bundledPackages()).toEqual(['@actions/core', '@actions/http-client', 'tunnel']);
  });

  it('loads nothing but modules that are part of Node', () => {
    const loaded = [...bundle.matchAll(/\brequire\(\s*(.*?)\s*\)/g)].map(([, argument = '']) => argument);
    const names = loaded.map((argument) => /^(["'])(.+)\1$/.exec(argument)?.[2] ?? argument);
    expect(names).toContain('https');
    expect(names.filter((name) => !isBuiltin(name))).toEqual([]);
  });

  it.each([
    ['evaluates no text as code', /\beval\s*\(|\bnew Function\s*\(|\bFunction\s*\(["'`]/],
    ['has no import that is resolved at run time', /\bimport\s*\(|\bcreateRequire\b/],
    [
      'brings no source map and nothing that would load one',
      /sourceMappingURL=data:|source-?map-(register|support)/i,
    ],
  ])('%s', (_, forbidden) => {
    expect(lines.filter((line) => forbidden.test(line))).toEqual([]);
  });
});

describe('dist', () => {
  it('holds the bundle and the licences of what is in it, and nothing else', () => {
    expect(readdirSync(join(root, 'dist')).sort()).toEqual(['index.js', 'licenses.txt']);
  });

  it('has the licence of each bundled package', () => {
    const licences = readFileSync(join(root, 'dist/licenses.txt'), 'utf8').replaceAll('\r\n', '\n');
    for (const name of bundledPackages()) {
      const licence = readdirSync(packageFolder(name)).find((file) => /^licen[cs]e/i.test(file)) ?? '';
      const text = readFileSync(join(packageFolder(name), licence), 'utf8').replaceAll('\r\n', '\n');
      expect(licences.split('\n')).toContain(name);
      expect(licences).toContain(text.trim());
    }
  });
});

/** Of all packages that installing the action's dependencies brings, those with a file of which most is in the bundle. */
function bundledPackages(): string[] {
  const bundled = new Set(lines.map((line) => line.trim()));
  return runtimePackages()
    .filter((name) =>
      scriptsOf(name).some((text) => {
        const telling = text
          .split('\n')
          .map((line) => line.trim())
          .filter((line) => line.length >= TELLING_LINE);
        return telling.length > 0 && telling.filter((line) => bundled.has(line)).length > telling.length / 2;
      }),
    )
    .sort();
}

function runtimePackages(): string[] {
  const lock: { packages: Record<string, { dev?: boolean }> } = JSON.parse(
    readFileSync(join(root, 'package-lock.json'), 'utf8'),
  );
  return Object.entries(lock.packages)
    .filter(([path, { dev = false }]) => path !== '' && !dev)
    .map(([path]) => path.replace(/^node_modules\//, ''));
}

function packageFolder(name: string): string {
  return join(root, 'node_modules', name);
}

function scriptsOf(name: string): string[] {
  return readdirSync(packageFolder(name), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.[cm]?js$/.test(file))
    .map((file) => readFileSync(join(packageFolder(name), file), 'utf8'));
}
