import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createSanitizer } from '../src/sanitize.js';

const KEY = 'flp_5eCr/eT+k3y';
// Thousands of random texts take a second, and several on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const MAX_LENGTH = 500;
const MIB = 1024 * 1024;
const sanitize = createSanitizer(KEY);

describe('the sanitizer', () => {
  it('leaves harmless text as it is', () => {
    const text =
      'The endpoint "demo" is <b>FAILED</b> (100 %): naïve café, 日本語, 👍 a::b # [x] ## x &amp; \\n flp_';
    expect(sanitize(text)).toBe(text);
    expect(sanitize('')).toBe('');
  });

  it('makes one plain line of any text, whatever character does no good in it', () => {
    const noise =
      '\n \r \t \0 \u001b \u007f \u0085 \u2028 \u2029 \u202e \u200b \u{e0041} \ud83d \udc4d'.split(' ');
    expect(sanitize(`\0 ${noise.map((character) => `a${character}b`).join('')}\u2028`)).toBe(
      `${'a b'.repeat(14)}`,
    );
    expect(sanitize('a\r\n\r\nb\n')).toBe('a    b');
    expect(sanitize('\0\n\u2028')).toBe('');
  });

  it.each([
    ['::error::x', ': :error::x'],
    ['\u200b::error::x', ': :error::x'],
    [':::', ': ::'],
    ['a\n::error::x', 'a ::error::x'],
    ['a ##[error]x ##[debug]y', 'a ## [error]x ## [debug]y'],
    ['##\0[error]', '## [error]'],
  ])('leaves no workflow command in %j', (text, expected) => {
    expect(sanitize(text)).toBe(expected);
  });

  it.each([
    ['FAILED ', 'FAILED '],
    ['\n\tFAILED', '  FAILED'],
    [' \u00a0::error::x ', ' \u00a0: :error::x '],
    [`${' '.repeat(600)}x`, `${' '.repeat(499)}…`],
  ])('keeps white space on request: %j', (text, expected) => {
    expect(sanitize(text, { keepWhitespace: true })).toBe(expected);
  });

  it.each([
    ['x'.repeat(500), 'x'.repeat(500)],
    ['x'.repeat(501), `${'x'.repeat(499)}…`],
    [` ${'x'.repeat(500)} `, 'x'.repeat(500)],
    [`::${'x'.repeat(498)}`, `: :${'x'.repeat(496)}…`],
    [`${'x'.repeat(498)}👍👍`, `${'x'.repeat(498)}…`],
    [`${'x'.repeat(497)}👍👍`, `${'x'.repeat(497)}👍…`],
    [`${' '.repeat(3_999)}x`, 'x'],
    [`${' '.repeat(3_500)}${'x'.repeat(500)}`, 'x'.repeat(500)],
    [`${' '.repeat(3_500)}${'x'.repeat(500)} `, `${'x'.repeat(499)}…`],
    [`${' '.repeat(4_000)}x`, '…'],
  ])('shows 500 characters and cuts what is longer, without splitting one: case %#', (text, expected) => {
    expect(sanitize(text)).toBe(expected);
  });

  it('transforms the text after the key is redacted, and sanitizes the result', () => {
    const seen: string[] = [];
    const transform = (redacted: string): string => {
      seen.push(redacted);
      return `\n::a\n##[b flp_5<i>eCr/eT</i>+k3y §${'x'.repeat(600)}`;
    };
    const long = ` ${'x'.repeat(60_000)}`;
    expect(sanitize(`\n${KEY}${long}`, { transform })).toBe(`: :a ## [b *** §${'x'.repeat(483)}…`);
    expect(seen).toEqual([`\n***${long}`]);
    expect(sanitize('x', { transform: () => 'x'.repeat(5_000) })).toHaveLength(500);
    expect(sanitize('x', { transform: () => ' '.repeat(5_000) })).toBe('…');
    expect(sanitize('x'.repeat(70_000), { transform: ({ length }) => `${length}` })).toBe('65536…');
  });
});

describe('an echo of the key', () => {
  it.each([
    ['with small and unnecessary percent escapes', '%66lp%5f5eCr%2feT%2bk3y'],
    ['with JSON escapes', 'flp\\u005F5eCr\\/eT\\x2bk3y'],
    ['with HTML entities', 'flp&#95;5eCr&#x2F;eT&#X2b;k3y'],
    ['with a soft hyphen as a numeric entity', 'flp_5eCr/&#173;eT+k3y'],
    ['with a variation selector', 'flp_5eCr/\ufe0feT+k3y'],
    ['with an escaped zero-width space', 'flp_5eCr/\\u200beT+k3y'],
    ['with an escaped line break', 'flp_5eCr/\\r\\neT+k3y'],
    ['cut off after fourteen characters', KEY.slice(0, -1)],
    ['cut off after ten characters', KEY.slice(0, 10)],
    ['cut off with escapes', 'flp%5F5eCr/e'],
  ])('%s is redacted, each time', (_, echo) => {
    expect(sanitize(`a ${echo}\u00a7b ${echo}`)).toBe('a ***\u00a7b ***');
  });

  it.each([
    ['hex', 20],
    ['base64', 14],
  ] as const)('truncated in %s is redacted', (encoding, length) => {
    const key = 'Zk3RqWc0hTnV8sLx';
    const echo = Buffer.from(key).toString(encoding).slice(0, length);
    expect(createSanitizer(key)(`a ${echo} b`)).toMatch(/^a \*\*\*.? b$/);
  });

  it('truncated to fewer than ten characters is shown', () => {
    expect(createSanitizer('0123456789')('012345678 01234567890')).toBe('012345678 ***0');
    expect(createSanitizer('0123456789abc')('012345678x 0123456789x')).toBe('012345678x ***x');
  });

  it('is redacted as JSON and HTML write it, in an attribute as well', () => {
    const odd = 'a"b\\c<d>&\'e';
    expect(createSanitizer(odd)(JSON.stringify({ key: odd }))).toBe('{"key":"***"}');
    expect(createSanitizer(odd)('<i title="a&quot;b\\c&lt;d&gt;&amp;&apos;e">')).toBe('<i title="***">');
    expect(createSanitizer(odd)(`a"b\\c\u200b<d>&'e`)).toBe('***');
    expect(createSanitizer('a%2fb%2fc')(encodeURIComponent('a%2fb%2fc'))).toBe('***');
  });

  it.each([
    ['Bearer ', ''],
    ['', ''],
    ['user:', ':password'],
  ])('is redacted in the base64 of "%s<key>%s"', (before, after) => {
    // Bytes for which "+" and "/" appear, so that the URL-safe alphabet makes a difference.
    const key = 'flp_~~~???>>>~?>';
    for (const alphabet of ['base64', 'base64url'] as const) {
      const echo = Buffer.from(`${before}${key}${after}`).toString(alphabet);
      const shown = createSanitizer(key)(`token ${echo} refused`);
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
    ['a key', 'k', 'a ***ey'],
    ['a *** b', '', 'a *** b'],
    ['abc$& a.c$&+', 'a.c$&+', 'abc$& ***'],
    ['ababababc', 'ababc', 'abab***'],
  ])('in "%s" for the key "%s" gives "%s": very short forms match by chance', (text, key, expected) => {
    expect(createSanitizer(key)(text)).toBe(expected);
  });

  it('is redacted where the text is cut', () => {
    for (let length = MAX_LENGTH - KEY.length - 5; length <= MAX_LENGTH + 5; length += 1) {
      const shown = sanitize(`${'.'.repeat(length)}${KEY}${'.'.repeat(20)}`);
      expect(shown).toMatch(/^\.+\*{0,3}\.*…?$/);
    }
    for (let cutAt = 0; cutAt < KEY.length; cutAt += 1) {
      // What is cut before redaction leaves at most what a truncated echo may show.
      expect(sanitize(`${' '.repeat(4_000 - cutAt)}${KEY}`)).toMatch(/^(.{0,9}|\*\*\*)…$/);
    }
  });
});

describe('what looks like a key', () => {
  it.each([
    ['flp_x', '***'],
    ['FLP_x.y~z+/=-%_ z', '*** z'],
    ['Bearer flp_x', 'Bearer ***'],
    ['NAME=flp_x', 'NAME=***'],
    ['NAME%3Dflp_x', 'NAME%3D***'],
    ['{"key":"flp_x","a":1}', '{"key":"***","a":1}'],
    ['<flp_x>', '<***>'],
    ['<a href="flp%5Fx">', '<a href="***">'],
    ['a\nflp_x', 'a ***'],
    ['\u200bf\u00adl\u2060p_\u{e0041}x\ufe0fy', '***'],
    ['flp&#95;x and flp_y', '*** and ***'],
    ['my_flp_x my-flp_x xflp_x', 'my_flp_x my-flp_x xflp_x'],
    ['flp_… flp_', 'flp_… flp_'],
  ])('%j becomes %j, whatever the key', (text, expected) => {
    expect(createSanitizer('')(text)).toBe(expected);
    expect(sanitize(text)).toBe(expected);
  });
});

/** Keys as the input rule takes them. Without stars: what replaces a key can hold a key that is made of stars. */
const anyKey = fc.string({
  unit: fc.oneof(fc.constantFrom(...'%&<>"\'\\/+=;:#[]'), fc.constantFrom(...'abcXYZ019_-.~!')),
  minLength: 6,
  maxLength: 60,
});

/** What the key alone decides in the base64 of `before` other bytes, the key, and any others. */
function base64Core(key: string, before: number, alphabet: BufferEncoding): string {
  const write = (other: number): string =>
    Buffer.concat([Buffer.alloc(before, other), Buffer.from(key), Buffer.alloc(3, other)]).toString(alphabet);
  const ones = write(0xff);
  const zeros = write(0x00);
  const same = [...ones].map((character, at) => character === zeros[at]);
  return ones.slice(same.indexOf(true), same.lastIndexOf(true) + 1);
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": '#39' };
  return text.replace(/[&<>"']/g, (character) => `&${entities[character]};`);
}

function echoesOf(key: string): string[] {
  const url = encodeURIComponent(key);
  const hex = Buffer.from(key).toString('hex');
  const start = key.slice(0, 10);
  return [
    ...[key, start, url, url.replace(/%../g, (triplet) => triplet.toLowerCase()), encodeURIComponent(start)],
    ...[JSON.stringify(key).slice(1, -1), escapeHtml(key), escapeHtml(start), hex, hex.toUpperCase()],
    ...[0, 1, 2].flatMap((at) => [base64Core(key, at, 'base64'), base64Core(key, at, 'base64url')]),
  ];
}

/** Foreign text at its worst: echoes of the key, commands, control characters, any length. */
const anyPiece: fc.Arbitrary<(key: string) => string> = fc.oneof(
  fc.string({ unit: 'binary' }).map((piece) => () => piece),
  fc.nat(echoesOf(KEY).length - 1).map((form) => (key: string) => echoesOf(key)[form] ?? ''),
  fc.constantFrom(...'\0\n\r\u2028\u200b\ud83d: [<', '::', '##[', '##', '***').map((piece) => () => piece),
  fc.nat(59).map((at) => (key: string) => key.slice(at)),
  fc.nat(5_000).map((length) => () => 'x'.repeat(length)),
);

describe('for any text and any key, the sanitizer', () => {
  it('gives one short, well-formed line without commands and without any form of the key', () => {
    fc.assert(
      fc.property(anyKey, fc.array(anyPiece, { maxLength: 12 }), (key, pieces) => {
        const shown = createSanitizer(key)(pieces.map((piece) => piece(key)).join(''));
        expect(shown.length).toBeLessThanOrEqual(MAX_LENGTH);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|^\s|\s$|##\[|^\s*::/u);
        expect(echoesOf(key).filter((echo) => shown.includes(echo))).toEqual([]);
      }),
      { numRuns: 1_500 },
    );
  });

  it('shows no key that has something invisible between any two of its characters', () => {
    const visible = ['<b>', '</span>', '<i class="x">', '<br/>', '\u001b[0m', '\u001b[1;31m', '&shy;'];
    const noise = fc.constantFrom('', '', '\u200b', '\u00ad', '\r\n', '\0', ...visible);
    const aKey = fc.string({ unit: fc.constantFrom(...'abcXYZ019_-.~+/='), minLength: 12, maxLength: 40 });
    fc.assert(
      fc.property(aKey, fc.array(noise, { minLength: 40, maxLength: 40 }), (key, noises) => {
        const echo = [...key].map((character, at) => `${at > 0 ? noises[at] : ''}${character}`).join('');
        expect(createSanitizer(key)(`§${echo}§`)).toBe('§***§');
      }),
      { numRuns: 500 },
    );
  });
});

/** Were any of this quadratic, or the whole mebibyte processed, it would take seconds. */
describe('a mebibyte', () => {
  it.each([
    ['<', `${'<'.repeat(499)}…`],
    ['<a', `${'<a'.repeat(250).slice(0, 499)}…`],
    ['##[', `${'## ['.repeat(200).slice(0, 499)}…`],
    ['::', `: ${':'.repeat(497)}…`],
    [`${KEY} `, `${'*** '.repeat(125).slice(0, 499)}…`],
    [KEY.slice(0, 9), `***…`],
    ['\u001b[', `${'[ '.repeat(250).slice(0, 499)}…`],
    ['&', `${'&'.repeat(499)}…`],
    ['\\', `${'\\'.repeat(499)}…`],
    ['flp_', '***…'],
  ])('of %j is sanitized in bounded time', (piece, expected) => {
    const text = piece.repeat(Math.ceil(MIB / piece.length));
    const before = process.cpuUsage().user;
    for (let run = 0; run < 10; run += 1) expect(sanitize(text)).toBe(expected);
    expect(sanitize(text, { transform: (redacted) => redacted })).toMatch(/…$/);
    expect(process.cpuUsage().user - before).toBeLessThan(1_000_000);
  });
});
