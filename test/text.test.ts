import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createCleaner, escapeHtml } from '../src/text.js';

const KEY = 'flp_5eCr/eT+k3y';
// Thousands of random texts take a second, and several where the machine has much else to do.
vi.setConfig({ testTimeout: 30_000 });

const LONGEST = 500;
const MIB = 1024 * 1024;

describe('the cleaner', () => {
  const clean = createCleaner(KEY);

  it('leaves harmless text as it is', () => {
    const text = 'The endpoint "demo" is <b>FAILED</b> (100 %): naïve café, 日本語, 👍 a::b # [x] ## x';
    expect(clean(text)).toBe(text);
    expect(clean('')).toBe('');
  });

  it.each([
    ['a line feed', 'a\nb', 'a b'],
    ['a carriage return', 'a\rb', 'a b'],
    ['a tab', 'a\tb', 'a b'],
    ['NUL', 'a\0b', 'a b'],
    ['an escape sequence', '\u001b[31mred', '[31mred'],
    ['DEL', 'a\u007fb', 'a b'],
    ['a C1 control character', 'a\u0085b', 'a b'],
    ['a line separator', 'a\u2028b', 'a b'],
    ['a paragraph separator', 'a\u2029b', 'a b'],
    ['a bidirectional override', 'a\u202eb', 'a b'],
    ['a zero-width space', 'a\u200bb', 'a b'],
    ['a tag character', 'a\u{e0041}b', 'a b'],
    ['the first half of a pair', 'a\ud83db', 'a b'],
    ['the second half of a pair', 'a\udc4db', 'a b'],
    ['several of them', 'a\r\n\r\nb\n', 'a    b'],
    ['white space at both ends', ' \n a \t', 'a'],
    ['nothing else', '\0\n\u2028', ''],
  ])('makes one plain line of text with %s', (_, text, expected) => {
    expect(clean(text)).toBe(expected);
  });

  it.each([
    ['::error::x', ': :error::x'],
    ['  ::error::x', ': :error::x'],
    ['\n::error::x', ': :error::x'],
    ['\u200b::error::x', ': :error::x'],
    [':::', ': ::'],
    ['a\n::error::x', 'a ::error::x'],
    [':a', ':a'],
    ['##[error]x', '## [error]x'],
    ['a ##[error]x ##[debug]y', 'a ## [error]x ## [debug]y'],
    ['###[group]', '### [group]'],
    ['##\0[error]', '## [error]'],
  ])('leaves no workflow command in %j', (text, expected) => {
    expect(clean(text)).toBe(expected);
  });

  it('shows 500 characters whole and cuts what is longer, the ellipsis counted', () => {
    expect(clean('x'.repeat(500))).toBe('x'.repeat(500));
    expect(clean('x'.repeat(501))).toBe(`${'x'.repeat(499)}…`);
    expect(clean(` ${'x'.repeat(500)} `)).toBe('x'.repeat(500));
    expect(clean(`::${'x'.repeat(498)}`)).toBe(`: :${'x'.repeat(496)}…`);
  });

  it('does not cut a character in two', () => {
    expect(clean(`${'x'.repeat(498)}👍👍`)).toBe(`${'x'.repeat(498)}…`);
    expect(clean(`${'x'.repeat(497)}👍👍`)).toBe(`${'x'.repeat(497)}👍…`);
    expect(clean(`👍${'x'.repeat(600)}`)).toBe(`👍${'x'.repeat(497)}…`);
  });

  it.each([
    ['as it is', KEY],
    ['URL-encoded', 'flp_5eCr%2FeT%2Bk3y'],
    ['URL-encoded in small letters', 'flp_5eCr%2feT%2bk3y'],
    ['in hexadecimal', Buffer.from(KEY).toString('hex')],
    ['in capital hexadecimal', Buffer.from(KEY).toString('hex').toUpperCase()],
  ])('redacts the key %s, each time', (_, echo) => {
    expect(clean(`a${echo}b ${echo}`)).toBe('a***b ***');
  });

  it('redacts the key as JSON and HTML write it', () => {
    const odd = 'a"b\\c<d>&\'e';
    expect(createCleaner(odd)(JSON.stringify({ key: odd }))).toBe('{"key":"***"}');
    expect(createCleaner(odd)('<i title="a&quot;b\\c&lt;d&gt;&amp;&#39;e">')).toBe('<i title="***">');
  });

  it('redacts the longest form where one holds the other', () => {
    expect(createCleaner('\\abcdef')('{"key":"\\\\abcdef"}')).toBe('{"key":"***"}');
  });

  it.each([
    ['Bearer ', ''],
    ['', ''],
    ['x', 'y'],
    ['xy', 'yz'],
    ['user:', ':password'],
  ])('redacts the key in the base64 of "%s<key>%s"', (before, after) => {
    // Bytes on which "+" and "/" appear, so that the URL-safe alphabet makes a difference.
    const key = 'flp_~~~???>>>ÿÿÿ';
    for (const alphabet of ['base64', 'base64url'] as const) {
      const echo = Buffer.from(`${before}${key}${after}`).toString(alphabet);
      const shown = createCleaner(key)(`token ${echo} refused`);
      expect(shown).toMatch(/^token \S{0,12}\*\*\*\S{0,15} refused$/);
      const decoded = Buffer.from(shown.replaceAll('***', ''), 'base64').toString('latin1');
      expect(decoded).not.toMatch(/lp_|~~|\?\?|>>/);
    }
  });

  it.each([
    ['a%2Fb', 'a/b', 'a%2Fb'],
    ['ab%2Fc', 'ab/c', '***'],
    ['6162', 'ab', '6162'],
    ['616263', 'abc', '***'],
  ])('shows "%s" for the key "%s" as "%s": very short forms match by chance', (text, key, expected) => {
    expect(createCleaner(key)(text)).toBe(expected);
  });

  it('redacts a short key as it is', () => {
    expect(createCleaner('k')('a key')).toBe('a ***ey');
  });

  it('redacts nothing without a key', () => {
    expect(createCleaner('')('a *** b')).toBe('a *** b');
    expect(createCleaner('')('abc')).toBe('abc');
  });

  it('takes nothing in a key for a pattern', () => {
    expect(createCleaner('a.c$&+')('abc$& a.c$&+')).toBe('abc$& ***');
  });

  it('shows no part of a key that stands where the text is cut', () => {
    for (let length = LONGEST - KEY.length - 5; length <= LONGEST + 5; length += 1) {
      const shown = clean(`${'.'.repeat(length)}${KEY}${'.'.repeat(20)}`);
      expect(shown).toMatch(/^\.+\*{0,3}\.*…?$/);
    }
  });

  it('prepares the text when the key is gone, and cleans what comes of it', () => {
    const seen: string[] = [];
    const long = 'x'.repeat(600);
    const shown = clean(`\n${KEY}${long}`, (redacted) => {
      seen.push(redacted);
      return '\n::a\n##[b';
    });
    expect(seen).toEqual([`\n***${long}`]);
    expect(shown).toBe(': :a ## [b');
  });
});

/** Keys as the input rule takes them. Without stars: what replaces a key may hold a key that is made of stars. */
const anyKey = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom(...'abcXYZ019_-+/=%&<>"\'\\~:#[]'),
      fc.integer({ min: 0xa1, max: 0xff }).map((code) => String.fromCharCode(code)),
    ),
    minLength: 6,
    maxLength: 60,
  })
  .filter((key) => !/[\s*]/.test(key));

/** What the key alone decides in the base64 of `before` other bytes, the key, and any others. */
function base64Core(key: string, before: number, alphabet: 'base64' | 'base64url'): string {
  const write = (other: number): string =>
    Buffer.concat([Buffer.alloc(before, other), Buffer.from(key), Buffer.alloc(3, other)]).toString(alphabet);
  const ones = write(0xff);
  const zeros = write(0x00);
  const same = [...ones].map((character, at) => character === zeros[at]);
  return ones.slice(same.indexOf(true), same.lastIndexOf(true) + 1);
}

function echoesOf(key: string): string[] {
  const url = encodeURIComponent(key);
  const hex = Buffer.from(key).toString('hex');
  return [
    key,
    url,
    url.replace(/%../g, (triplet) => triplet.toLowerCase()),
    JSON.stringify(key).slice(1, -1),
    escapeHtml(key),
    hex,
    hex.toUpperCase(),
    ...[0, 1, 2].flatMap((before) => [
      base64Core(key, before, 'base64'),
      base64Core(key, before, 'base64url'),
    ]),
  ];
}

const text = (piece: string) => (): string => piece;

/** Foreign text that does its worst: echoes of the key, commands, control characters, any length. */
const anyPiece: fc.Arbitrary<(key: string) => string> = fc.oneof(
  fc.string({ unit: 'binary' }).map(text),
  fc.nat(echoesOf(KEY).length - 1).map((form) => (key: string) => echoesOf(key)[form] ?? ''),
  fc
    .constantFrom(
      ...['::', '##[', '##', '[', ':', '#', ' ', '\n', '\r', '\0', '\u2028', '\u200b', '\ud83d', '***'],
    )
    .map(text),
  fc.constantFrom<(key: string) => string>(
    (key) => key.slice(0, 3),
    (key) => key.slice(3),
  ),
  fc.nat(500).map((length) => text('x'.repeat(length))),
);

const anyKeyAndText: fc.Arbitrary<[key: string, text: string]> = fc
  .tuple(anyKey, fc.array(anyPiece, { maxLength: 12 }))
  .map(([key, pieces]) => [key, pieces.map((piece) => piece(key)).join('')]);

describe('for any text and any key, the cleaner', () => {
  it('gives one well-formed line of at most 500 characters without control or format characters', () => {
    fc.assert(
      fc.property(anyKeyAndText, ([key, text]) => {
        const shown = createCleaner(key)(text);
        expect(shown.length).toBeLessThanOrEqual(LONGEST);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(shown).toBe(shown.trim());
      }),
      { numRuns: 500 },
    );
  });

  it('leaves no workflow command', () => {
    fc.assert(
      fc.property(anyKeyAndText, ([key, text]) => {
        const shown = createCleaner(key)(text);
        expect(shown).not.toContain('##[');
        expect(shown).not.toMatch(/^\s*::/);
      }),
      { numRuns: 500 },
    );
  });

  it('shows the key in none of its forms', () => {
    fc.assert(
      fc.property(anyKeyAndText, ([key, text]) => {
        const shown = createCleaner(key)(text);
        expect(echoesOf(key).filter((echo) => shown.includes(echo))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('changes nothing in what it has cleaned', () => {
    fc.assert(
      fc.property(anyKeyAndText, ([key, text]) => {
        const clean = createCleaner(key);
        const once = clean(text);
        expect(clean(once)).toBe(once);
      }),
      { numRuns: 500 },
    );
  });
});

/** Were any of this quadratic, it would take minutes and the test its time-out. */
describe('a mebibyte', () => {
  const clean = createCleaner(KEY);

  it.each([
    ['<', `${'<'.repeat(499)}…`],
    [' ', ''],
    ['\n', ''],
    ['##[', `${'## ['.repeat(200).slice(0, 499)}…`],
    ['::', `: ${':'.repeat(497)}…`],
    [KEY, `${'*'.repeat(499)}…`],
    [KEY.slice(0, -1), `${KEY.slice(0, -1).repeat(50).slice(0, 499)}…`],
    ['👍', `${'👍'.repeat(249)}…`],
  ])('of %j is cleaned in time that grows with its length', (piece, expected) => {
    expect(clean(piece.repeat(Math.ceil(MIB / piece.length)))).toBe(expected);
  });
});

describe('escapeHtml', () => {
  it('escapes all that has a meaning between tags and in attributes, and an entity once more', () => {
    expect(escapeHtml(`<a href="x" title='y'>&amp;</a>`)).toBe(
      '&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;',
    );
  });

  it('leaves nothing that is no entity, and can be undone', () => {
    const entities = new Map([
      ['&amp;', '&'],
      ['&lt;', '<'],
      ['&gt;', '>'],
      ['&quot;', '"'],
      ['&#39;', "'"],
    ]);
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'<>&"\'a;#39lt') }), (text) => {
        const escaped = escapeHtml(text);
        expect(escaped).not.toMatch(/[<>"']/);
        expect(escaped.replace(/&[^;]*;/g, (entity) => entities.get(entity) ?? 'no entity')).toBe(text);
      }),
    );
  });
});
