import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSanitizer } from '../src/sanitize.js';

const KEY = 'flp_5eCr/eT+k3y';
const sanitize = createSanitizer(KEY);
const x = (length: number): string => 'x'.repeat(length);
const spaces = (length: number): string => ' '.repeat(length);

describe('a text', () => {
  const harmless =
    'The endpoint "demo" is <b>FAILED</b> (100 %): naïve café, 日本語, 👍 a::b # [x] ## x &amp; \\n flp_';
  it.each([
    ...[harmless, '', x(500)].map((text) => [text, text]),
    ['\0 a\nb\r\u001b\u007f\u0085\u2028c\u202e\u200b\u{e0041}\ud83d \udc4dd \u2028', 'a b     c      d'],
    ['::error::x', ': :error::x'],
    ['\u200b:::', ': ::'],
    ['a\n::error::x', 'a ::error::x'],
    ['a ##[error]x ##\0[debug]y', 'a ## [error]x ## [debug]y'],
    [x(501), `${x(499)}…`],
    [` ${x(500)} `, x(500)],
    [`::${x(498)}`, `: :${x(496)}…`],
    [`${x(498)}👍👍`, `${x(498)}…`],
    [`${spaces(3_999)}x`, 'x'],
    [`${spaces(3_500)}${x(500)} `, `${x(499)}…`],
    [`${spaces(4_000)}x`, '…'],
  ])('becomes one line of at most 500 characters without commands: case %#', (text, expected) => {
    expect(sanitize(text)).toBe(expected);
  });

  it.each([
    ['\n\tFAILED ', '  FAILED '],
    [' \u00a0::error::x ', ' \u00a0: :error::x '],
    [`${spaces(600)}x`, `${spaces(499)}…`],
  ])('keeps its whitespace on request: %j', (text, expected) => {
    expect(sanitize(text, { keepWhitespace: true })).toBe(expected);
  });

  it('is transformed after the key is redacted, and sanitized again', () => {
    const transform = (redacted: string): string => `\n::a\n##[b ${KEY} §${redacted}`;
    expect(sanitize(`\n${KEY} ${x(60_000)}`, { transform })).toBe(`: :a ## [b *** § *** ${x(478)}…`);
    expect(sanitize('x', { transform: () => spaces(5_000) })).toBe('…');
    expect(sanitize(x(70_000), { transform: ({ length }) => `${length}` })).toBe('65536…');
  });

  // Were any of this quadratic, or the whole mebibyte processed, the test would run into its limit.
  it.each([
    ...['<', '<a', '<!--', '##[', '::', `${KEY} `, KEY.slice(0, 9), 'flp_', '&', '&#0', '%4', '\\', '\\u{0'],
    ...['\u001b', '\u001b[', '\u001b]', '\u001b]\t', '\u0090'],
  ])('can be a mebibyte of %j', (piece) => {
    const text = piece.repeat(2 ** 20 / piece.length);
    expect(sanitize(text)).toMatch(/…$/);
    expect(sanitize(text, { transform: (redacted) => redacted })).toMatch(/…$/);
  });
});

const looksLikeKeys = [
  ['FLP_x.y~z+/=-%_ z', '*** z'],
  ['NAME%3Dflp_x%20is', 'NAME%3D***'],
  ['{"key":"flp_x","a":1}', '{"key":"***","a":1}'],
  ['a\\nflp_x\\n', 'a\\n***\\n'],
  ['flp_x is\nnot valid', '*** is not valid'],
  ['a key starts with flp_ and ends', 'a key starts with flp_ and ends'],
  ['a <b>flp_x</b> &amp; b', 'a <b>***</b> &amp; b'],
  ['<a href="flp%5Fx">', '***'],
  ['<i title="flp_xxxxxxxx">fl<b>p_x', '***'],
  ['a \u200bf\u00adl\u2060p_\u{e0041}x\ufe0fy', '***'],
  ['a flp_x<wbr>y', '***'],
  ['a fl\n  p_x', '***'],
  ['my_flp_x my-flp_x xflp_x flp_… flp_', 'my_flp_x my-flp_x xflp_x flp_… flp_'],
] as const;

describe('an echo of the key', () => {
  const breaks = [
    ...[' ', '\0', '\r\n\t    ', '\\r\\n', '\\\n  ', '\u200b', '\u00ad', '\ufe0f', '\\u200b', '%E2%80%8B'],
    ...['&shy;', '&#173;', '&ZeroWidthSpace;', '<b>', '</span>', '<i class="x">', '<br/>', '\\u003cwbr\\u003e'],
    ...['<!-- <b> > -->', '\u001b[1;31m', '\u009b1m', '\u001b]8;;https://friendli.ai\u0007', '\u001b]8;;\u001b\\'],
    ...['\u009dtitle\u009c', '\u001b]0;a\tb\u0007', '\u001b(B', '\u001b7', '\u001bc'],
  ];
  it.each(breaks)('that %j can split leads to no text at all', (piece) => {
    const aKey = fc.string({ unit: fc.constantFrom(...'abcXYZ019_-.~+/='), minLength: 12, maxLength: 40 });
    const anyBreak = fc.constantFrom('', '', piece, piece, ...breaks);
    const anyBreaks = fc.array(anyBreak, { minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(aKey, anyBreaks, (key, between) => {
        const echo = [...key].map((character, at) => `${at > 0 ? between[at] : ''}${character}`).join('');
        expect(createSanitizer(key)(`§${echo}§`)).toBe(echo === key ? '§***§' : '***');
      }),
    );
  });

  it.each([
    ['base64', 64, '\n'],
    ['base64', 76, '\\n'],
    ['base64url', 64, '\r\n    '],
    ['hex', 60, '\n'],
    ['hex', 2, ' '],
  ] as const)('in %s, in lines of %i characters that end with %j, leaves nothing of it', (encoding, width, end) => {
    const long = 'flp_Zk3RqWc0hTnV8sLxZk3RqWc0hTnV8sLxYz9';
    for (let before = 0; before < 60; before += 1) {
      const encoded = Buffer.from(`${x(before)}Bearer ${long}`).toString(encoding);
      const lines = encoded.replace(new RegExp(`.{${width}}(?=.)`, 'g'), `$&${end}`);
      const shown = createSanitizer(long)(`a ${lines} b`);
      // Where no break is within the key, it is redacted where it is.
      if (shown !== '***') expect(shown).toMatch(/^a [^*]*\*\*\*\S{0,4} b$/);
      expect(shown.replace(/\s/g, '')).not.toMatch(/Wmsz|NlcTBo|WmszUn|5a6b|VjhzTHh/i);
    }
  });

  const odd = 'a"b\\c<d>&\'e';
  const hidden = [
    ...['%66lp%5f5eCr%2feT%2bk3y', 'flp%255F5eCr%252FeT%252Bk3y', 'flp%5F5eCr/e', 'flp\\u005F5eCr\\/eT\\x2bk3y'],
    ...['flp\\\\u005F5eCr\\\\u002feT\\\\u002bk3y', 'flp\\u{5F}5eCr\\u{00002f}eT+k3y', 'flp&#95;5eCr&#x2F;eT&#X2b;k3y'],
    ...['flp&lowbar;5eCr&sol;eT&plus;k3y', 'eCr/eT<wbr>+k3y', 'flp_5eCr/e<b>T+</b>k3y'],
    ...[`flp_5eCr/<i title="${KEY}">eT+k3y`, '<i title="fl%70_5eCr/eT+k3y">'],
  ];
  it.each([
    ...hidden.flatMap((echo) => [`a ${echo}\u00a7b`, `${echo} ${KEY}`].map((text) => [text, KEY, '***'])),
    [`a ${KEY.slice(0, -1)} § b ${KEY}`, KEY, 'a *** § b ***'],
    [`a ${KEY.slice(4)} § b ${KEY.slice(4, -1)}`, KEY, 'a *** § b ***'],
    [`\\u003c${KEY} \u001b[31m${KEY.slice(-14)}`, KEY, '\\u003c***  [31m***'],
    ['5a6b3352715763306854 WmszUnFXYzBoVG', 'Zk3RqWc0hTnV8sLx', '*** ***'],
    [JSON.stringify({ key: odd }), odd, '{"key":"***"}'],
    ['<i title="a&quot;b\\c&lt;d&gt;&amp;&#39;e">', odd, '<i title="***">'],
    ['<i title="a&quot;b\\c&lt;d&gt;&amp;&apos;e">', odd, '***'],
    [`a"b\\c\u200b<d>&'e`, odd, '***'],
    [encodeURIComponent('a%2fb%2fc'), 'a%2fb%2fc', '***'],
    ['abc$& a.c$&+', 'a.c$&+', 'abc$& ***'],
    ['ababababc', 'ababc', 'abab***'],
    // Short forms would match by chance.
    ['012345678x 0123456789x', '0123456789abc', '012345678x ***x'],
    ['a%2Fb', 'a/b', 'a%2Fb'],
    ['ab%2Fc', 'ab/c', '***'],
    ['ab c', 'abc', 'ab c'],
    ['ab&#00000047;c&#x0000002f;d', 'ab/c/d', '***'],
    ['6162', 'ab', '6162'],
    ['616263', 'abc', '***'],
    ['a key', 'k', 'a ***ey'],
    ['a *** b', '', 'a *** b'],
    // What looks like a key, whatever the key.
    ...[KEY, ''].flatMap((key) => looksLikeKeys.map(([text, expected]) => [text, key, expected])),
  ])('in %j for the key %j gives %j', (text, key, expected) => {
    expect(createSanitizer(key)(text)).toBe(expected);
  });
});

/** What the key alone decides in the base64 of `before` other bytes, the key, and any others. */
function base64Core(key: string, before: number, alphabet: BufferEncoding): string {
  const [ones = '', zeros = ''] = [0xff, 0x00].map((other) =>
    Buffer.concat([Buffer.alloc(before, other), Buffer.from(key), Buffer.alloc(3, other)]).toString(alphabet),
  );
  const same = [...ones].map((character, at) => character === zeros[at]);
  return ones.slice(same.indexOf(true), same.lastIndexOf(true) + 1);
}

function echoesOf(key: string): string[] {
  const url = encodeURIComponent(key);
  const hex = Buffer.from(key).toString('hex');
  const entities: Record<string, string> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": '#39' };
  return [
    ...[key, key.slice(0, 10), key.slice(-10), url, url.replace(/%../g, (triplet) => triplet.toLowerCase())],
    ...[JSON.stringify(key).slice(1, -1), key.replace(/[&<>"']/g, (it) => `&${entities[it]};`)],
    ...[hex, hex.toUpperCase()],
    ...[0, 1, 2].flatMap((at) => [base64Core(key, at, 'base64'), base64Core(key, at, 'base64url')]),
  ];
}

/** Untrusted text at its worst: echoes of the key, commands, control characters, any length up to where it is cut. */
function pieceWith(key: string): fc.Arbitrary<string> {
  const cuts = [fc.integer({ min: 440, max: 500 }), fc.integer({ min: 3_940, max: 4_000 })];
  return fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(...echoesOf(key)),
    fc.constantFrom(...'\0\n\r\u2028\u200b\ud83d: [<', '::', '##[', '##', '***'),
    fc.nat(59).map((at) => key.slice(at)),
    fc.oneof(fc.nat(5_000), ...cuts).map(x),
  );
}

it('any text becomes one short, well-formed line without commands and without any form of any key', () => {
  // Without stars: what replaces a key can hold a key that is made of stars.
  const characters = '%&<>"\'\\/+=;:#[]abcXYZ019_-.~!';
  const anyKey = fc.string({ unit: fc.constantFrom(...characters), minLength: 6, maxLength: 60 });
  const anyEcho = anyKey.chain((key) => fc.tuple(fc.constant(key), fc.array(pieceWith(key), { maxLength: 12 })));
  fc.assert(
    fc.property(anyEcho, ([key, pieces]) => {
      const shown = createSanitizer(key)(pieces.join(''));
      expect(shown.length).toBeLessThanOrEqual(500);
      expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|^\s|\s$|##\[|^\s*::/u);
      expect(echoesOf(key).filter((echo) => shown.includes(echo))).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});
