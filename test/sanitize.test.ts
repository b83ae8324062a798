import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { looksLikeKey } from '../src/redact.js';
import { createSanitizer, truncate } from '../src/sanitize.js';

// Thousands of random texts take a second, and several on a busy machine.

const KEY = 'flp_5eCr/eT+k3y';
const MAX_LENGTH = 500;
const MIB = 1024 * 1024;
const sanitize = createSanitizer(KEY);

describe('the sanitizer', () => {
  it.each(['The endpoint "demo" is <b>FAILED</b> (100 %): naïve café, 日本語, 👍 a::b # [x] ## x &amp; \\n flp_', ''])(
    'leaves harmless text unchanged: %j',
    (text) => {
      expect(sanitize(text)).toBe(text);
    },
  );

  it('reduces any text to one plain line, whatever control characters it contains', () => {
    const noise = '\n \r \t \0 \u001b \u007f \u0085 \u2028 \u2029 \u202e \u200b \u{e0041} \ud83d \udc4d'.split(' ');
    const text = `\0 ${noise.map((character) => `a${character}b`).join('')}\u2028`;
    expect(sanitize(text)).toBe('a b'.repeat(14));
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
  ])('keeps whitespace on request: %j', (text, expected) => {
    expect(sanitize(text, { keepWhitespace: true })).toBe(expected);
  });

  it.each([
    ['x'.repeat(500), 'x'.repeat(500)],
    ['x'.repeat(501), `${'x'.repeat(499)}…`],
    [` ${'x'.repeat(500)} `, 'x'.repeat(500)],
    [`::${'x'.repeat(498)}`, `: :${'x'.repeat(496)}…`],
    [`${'x'.repeat(498)}👍👍`, `${'x'.repeat(498)}…`],
    [`${' '.repeat(3_999)}x`, 'x'],
    [`${' '.repeat(3_500)}${'x'.repeat(500)} `, `${'x'.repeat(499)}…`],
    [`${' '.repeat(4_000)}x`, '…'],
  ])('shows 500 characters and cuts what is longer, without splitting one: case %#', (text, expected) => {
    expect(sanitize(text)).toBe(expected);
  });

  it('transforms the text after the key is redacted, and sanitizes the result', () => {
    const seen: string[] = [];
    const transform = (redacted: string): string => {
      seen.push(redacted);
      return `\n::a\n##[b ${KEY} §${'x'.repeat(600)}`;
    };
    const long = ` ${'x'.repeat(60_000)}`;
    expect(sanitize(`\n${KEY}${long}`, { transform })).toBe(`: :a ## [b *** §${'x'.repeat(483)}…`);
    expect(seen).toEqual([`\n***${long}`]);
    expect(sanitize('x', { transform: () => ' '.repeat(5_000) })).toBe('…');
    expect(sanitize('x'.repeat(70_000), { transform: ({ length }) => `${length}` })).toBe('65536…');
  });

  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['a👍b', 3, 'a…'],
  ])('cuts %j to %i characters, the ellipsis included: %j', (text, maxLength, expected) => {
    expect(truncate(text, maxLength)).toBe(expected);
  });

  // Were any of this quadratic, or the whole mebibyte processed, the test would run into its limit.
  it.each([
    ...['<', '<a', '<!--', '##[', '::', `${KEY} `, KEY.slice(0, 9), 'flp_', '&', '&#0', '%4', '\\', '\\u{0'],
    ...['\u001b', '\u001b[', '\u001b]', '\u001b]\t', '\u0090'],
  ])('takes a mebibyte of %j', (piece) => {
    const text = piece.repeat(Math.ceil(MIB / piece.length));
    expect(sanitize(text)).toMatch(/…$/);
    expect(sanitize(text, { transform: (redacted) => redacted })).toMatch(/…$/);
  });
});

describe('an echo of the key', () => {
  it.each([
    ['with its last characters cut off', KEY.slice(0, -1)],
    ['of its last fourteen characters', KEY.slice(-14)],
    ['without its prefix', KEY.slice(4)],
    ['without its prefix and its last character', KEY.slice(4, -1)],
    ['with a JSON escape before it', `\\u003c${KEY}`],
    ['with a color of a terminal before it', `\u001b[31m${KEY}`],
  ])('%s is redacted where it is', (_, echo) => {
    const before = echo.startsWith('\\') ? '\\u003c' : echo.startsWith('\u001b') ? ' [31m' : '';
    expect(sanitize(`a ${echo} § b ${echo}`)).toBe(`a ${before}*** § b ${before}***`);
  });

  it.each([
    ['unnecessary percent escapes', '%66lp%5f5eCr%2feT%2bk3y'],
    ['percent escapes of percent escapes', 'flp%255F5eCr%252FeT%252Bk3y'],
    ['JSON escapes', 'flp\\u005F5eCr\\/eT\\x2bk3y'],
    ['JSON escapes of JSON escapes', 'flp\\\\u005F5eCr\\\\u002feT\\\\u002bk3y'],
    ['escapes of code points', 'flp\\u{5F}5eCr\\u{00002f}eT+k3y'],
    ['numeric HTML entities', 'flp&#95;5eCr&#x2F;eT&#X2b;k3y'],
    ['named HTML entities', 'flp&lowbar;5eCr&sol;eT&plus;k3y'],
    ['a soft hyphen as an entity', 'flp_5eCr/&#173;eT+k3y'],
    ['a space that is invisible, as an entity', 'flp_5eCr/&ZeroWidthSpace;eT+k3y'],
    ['a space that is invisible, with percent escapes', 'flp_5eCr/%E2%80%8BeT+k3y'],
    ['a variation selector', 'flp_5eCr/\ufe0feT+k3y'],
    ['an escaped zero-width space', 'flp_5eCr/\\u200beT+k3y'],
    ['a line break', 'flp_5eCr\n/eT+k3y'],
    ['a line break with indentation', 'flp_5eCr/\r\n\t    eT+k3y'],
    ['an escaped line break', 'flp_5eCr/\\r\\neT+k3y'],
    ['a backslash at the end of a line', 'flp_5eCr/\\\n  eT+k3y'],
    ['spaces', [...KEY].join(' ')],
    ['a tag', 'flp_5eCr<b class="x">/eT</b>+k3y'],
    ['a comment that contains a tag', 'flp_5eCr<!-- <b> > -->/eT+k3y'],
    ['a tag that is escaped in JSON', 'flp_5eCr\\u003cwbr\\u003e/eT+k3y'],
    ['colors of a terminal', '\u001b[1;31mflp_5eCr\u001b[0m/eT\u009b1m+k3y'],
    ['a link of a terminal', 'flp_5eCr\u001b]8;;https://friendli.ai\u0007/eT\u001b]8;;\u001b\\+k3y'],
    ['the title of a terminal', 'flp_5eCr/\u009dtitle\u009ceT+k3y'],
    ['the title of a terminal, with a tab in it', 'flp_5eCr/\u001b]0;a\tb\u0007eT+k3y'],
    ['a character set', 'flp_5eCr/\u001b(BeT+k3y'],
    ['a saved cursor and the reset of a terminal', 'flp_5eCr/\u001b7eT\u001bc+k3y'],
    ['escapes in its first ten characters', 'flp%5F5eCr/e'],
    ['tags in its last ten characters', 'eCr/eT<wbr>+k3y'],
    ['breaks after pieces that are echoes themselves', 'flp_5eCr/e<b>T+</b>k3y'],
    ['a tag that contains an echo itself', `flp_5eCr/<i title="${KEY}">eT+k3y`],
    ['an escape within a tag', '<i title="fl%70_5eCr/eT+k3y">'],
  ])('hidden by %s leads to no text at all', (_, echo) => {
    expect(sanitize(`a ${echo}\u00a7b`)).toBe('***');
    expect(sanitize(`${echo} ${KEY}`)).toBe('***');
  });

  const long = 'flp_Zk3RqWc0hTnV8sLxZk3RqWc0hTnV8sLxYz9';
  it.each([
    ['base64', 64, '\n'],
    ['base64', 76, '\r\n'],
    ['base64', 76, '\\n'],
    ['base64url', 64, '\n    '],
    ['hex', 60, '\n'],
    ['hex', 2, ' '],
  ] as const)('in %s, in lines of %i characters that end with %j, leads to no text at all', (encoding, width, end) => {
    for (let before = 0; before < 60; before += 1) {
      const encoded = Buffer.from(`${'x'.repeat(before)}Bearer ${long}`).toString(encoding);
      const lines = encoded.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
      const shown = createSanitizer(long)(`a ${lines.join(end)} b`);
      // Where no break is within the key, it is redacted where it is.
      if (shown !== '***') expect(shown).toMatch(/^a [^*]*\*\*\*\S{0,4} b$/);
      expect(shown.replace(/\s/g, '')).not.toMatch(/Wmsz|NlcTBo|WmszUn|5a6b|VjhzTHh/i);
    }
  });

  it.each([
    ['hex', 20],
    ['base64', 14],
  ] as const)('truncated in %s is redacted', (encoding, length) => {
    const key = 'Zk3RqWc0hTnV8sLx';
    const echo = Buffer.from(key).toString(encoding).slice(0, length);
    expect(createSanitizer(key)(`a ${echo} b`)).toMatch(/^a \*\*\*.? b$/);
  });

  const odd = 'a"b\\c<d>&\'e';
  it.each([
    [JSON.stringify({ key: odd }), odd, '{"key":"***"}'],
    ['<i title="a&quot;b\\c&lt;d&gt;&amp;&#39;e">', odd, '<i title="***">'],
    ['<i title="a&quot;b\\c&lt;d&gt;&amp;&apos;e">', odd, '***'],
    [`a"b\\c\u200b<d>&'e`, odd, '***'],
    [encodeURIComponent('a%2fb%2fc'), 'a%2fb%2fc', '***'],
    ['012345678x 0123456789x', '0123456789abc', '012345678x ***x'],
    ['a%2Fb', 'a/b', 'a%2Fb'],
    ['ab c', 'abc', 'ab c'],
    ['ab%2Fc', 'ab/c', '***'],
    ['ab&#00000047;c&#x0000002f;d', 'ab/c/d', '***'],
    ['6162', 'ab', '6162'],
    ['616263', 'abc', '***'],
    ['a key', 'k', 'a ***ey'],
    ['a *** b', '', 'a *** b'],
    ['abc$& a.c$&+', 'a.c$&+', 'abc$& ***'],
    ['ababababc', 'ababc', 'abab***'],
  ])('in %j for the key %j gives %j: short forms would match by chance', (text, key, expected) => {
    expect(createSanitizer(key)(text)).toBe(expected);
  });

  it('is redacted where the text is cut', () => {
    for (let length = MAX_LENGTH - KEY.length - 5; length <= MAX_LENGTH + 5; length += 1) {
      const shown = sanitize(`${'.'.repeat(length)}${KEY}${'.'.repeat(20)}`);
      expect(shown).toMatch(/^\.+\*{0,3}\.*…?$/);
    }
    for (let cutAt = 0; cutAt < KEY.length; cutAt += 1) {
      // What is cut before redaction leaves at most what a truncated echo can show.
      expect(sanitize(`${' '.repeat(4_000 - cutAt)}${KEY}`)).toMatch(/^(.{0,9}|\*\*\*)…$/);
    }
  });
});

describe('what looks like a key', () => {
  it.each([
    ['flp_x', '***'],
    ['FLP_x.y~z+/=-%_ z', '*** z'],
    ['Bearer flp_x', 'Bearer ***'],
    ['NAME%3Dflp_x%20is', 'NAME%3D***'],
    ['{"key":"flp_x","a":1}', '{"key":"***","a":1}'],
    ['<flp_x (expired)> <flp_y>', '<*** (expired)> <***>'],
    ['a\nflp_x', 'a ***'],
    ['a\\nflp_x\\n', 'a\\n***\\n'],
    ['flp_x is\nnot valid', '*** is not valid'],
    ['a key starts with flp_ and ends', 'a key starts with flp_ and ends'],
    ['a <b>flp_x</b> &amp; b', 'a <b>***</b> &amp; b'],
    ['<a href="flp%5Fx">', '***'],
    ['<i title="flp_xxxxxxxx">fl<b>p_x', '***'],
    ['a \u200bf\u00adl\u2060p_\u{e0041}x\ufe0fy', '***'],
    ['a flp&#95;x and flp_y', '***'],
    ['a flp_x<wbr>y', '***'],
    ['a fl\n  p_x', '***'],
    ['my_flp_x my-flp_x xflp_x', 'my_flp_x my-flp_x xflp_x'],
    ['flp_… flp_', 'flp_… flp_'],
  ])('%j becomes %j, whatever the key', (text, expected) => {
    expect(createSanitizer('')(text)).toBe(expected);
    expect(sanitize(text)).toBe(expected);
    expect(looksLikeKey(text)).toBe(expected.includes('***'));
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

/** Untrusted text at its worst: echoes of the key, commands, control characters, any length. */
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
      { numRuns: 1_000 },
    );
  });

  it('redacts a key with invisible characters between any two of its characters', () => {
    const visible = ['<b>', '</span>', '<i class="x">', '<br/>', '\u001b[0m', '\u001b]0;x\u0007', '&shy;'];
    const noise = fc.constantFrom('', '', '\u200b', '\u00ad', '\r\n', '\0', ...visible);
    const aKey = fc.string({ unit: fc.constantFrom(...'abcXYZ019_-.~+/='), minLength: 12, maxLength: 40 });
    fc.assert(
      fc.property(aKey, fc.array(noise, { minLength: 40, maxLength: 40 }), (key, noises) => {
        const echo = [...key].map((character, at) => `${at > 0 ? noises[at] : ''}${character}`).join('');
        expect(createSanitizer(key)(`§${echo}§`)).toBe(echo === key ? '§***§' : '***');
      }),
      { numRuns: 500 },
    );
  });
});
