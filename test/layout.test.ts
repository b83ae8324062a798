import { posix } from 'node:path';
import { expect, it } from 'vitest';
import { filesIn, readDocument } from './documents.js';

/** What only some modules can import. What a failed request means (api/error.ts) is for all of them. */
const GUARDED =
  /^(src\/(index|main|inputs|loop|policy|report|api(?!\/error))\b|@actions\/|node:(http|https|net|tls|zlib|stream)$)/;
const ALLOWED: readonly (readonly [from: RegExp, to: RegExp])[] = [
  [/^src\/index/, /^src\/main/],
  [/^src\/main/, /^src\/(inputs|loop|api|report)/],
  [/^src\/inputs/, /^@actions\/core$/],
  [/^src\/loop/, /^src\/policy/],
  [/^src\/api\//, /^(src\/api\/|@actions\/http-client$|node:)/],
  [/^src\/report\//, /^(src\/report\/|src\/inputs|@actions\/core$)/],
];

const imports = filesIn('src').flatMap((from) => {
  const found = readDocument(from).matchAll(/\b(?:from|import\(?)\s*'([^']+)'/g);
  const fileOf = (name: string) => posix.join(posix.dirname(from), name).replace(/\.js$/, '.ts');
  return [...found].map(([, name = '']) => ({ from, to: name.startsWith('.') ? fileOf(name) : name }));
});

it('the parts of src/ know each other only as the code layout says', () => {
  const others = imports.filter(({ from, to }) => !ALLOWED.some(([part, known]) => part.test(from) && known.test(to)));
  expect(others.filter(({ to }) => GUARDED.test(to))).toEqual([]);
});

it('src/ has no circle of imports', () => {
  let rest = imports;
  for (let size = Number.POSITIVE_INFINITY; rest.length < size; ) {
    size = rest.length;
    rest = rest.filter(({ to }) => rest.some(({ from }) => from === to));
  }
  expect(rest).toEqual([]);
});
