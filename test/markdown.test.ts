import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asValue, escapeMarkdown } from '../src/markdown.js';

const JOINER = '\u2060';
/** What Markdown, HTML and GitHub's own additions are made of. */
const pieces = [
  ...'*_~`<>[](){}!#|\\&$:@=+-.^"\'/0aé😀 \t\n',
  ...['**', '__', '~~', '```', '</p>', '<img src=x>', '](x)', '![', '[^1]', '[!NOTE]', '- ', '1. ', '> '],
  ...['&lt;', '&#35;', 'https://', 'www.', 'ftp://', 'a@b.cd', '@me', ':tada:', '#12', 'foo_bar', 'A_B'],
];
const hostile = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { maxLength: 15 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary' }),
);

/** What escaped text is in the finished HTML. */
function rendered(markdown: string): string {
  return markdown
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#36;', '$')
    .replaceAll('&amp;', '&');
}

/** What is left of escaped text when all that Markdown takes literally is gone. */
function active(markdown: string): string {
  return markdown.replace(/\\[!-/:-@[-`{-~]/g, ' ').replace(/&(?:lt|gt|amp|#36);/g, ' ');
}

describe('escapeMarkdown', () => {
  it.each([
    ['bold and italic', '**a** *b*', '\\*\\*a\\*\\* \\*b\\*'],
    ['underlines at the edge of a word', '_a_ __b__', '\\_a\\_ \\_\\_b\\_\\_'],
    ['strike-through', '~~a~~', '\\~\\~a\\~\\~'],
    ['code', '`a` ```b', '\\`a\\` \\`\\`\\`b'],
    ['a link', '[a](http://b)', '\\[a\\]\\(http\\://b\\)'],
    ['an image', '![a](b)', '\\!\\[a\\]\\(b\\)'],
    ['a URL', 'https://evil.example', 'https\\://evil.example'],
    ['a host', 'www.evil.example WWW.evil.example', 'www\\.evil.example WWW\\.evil.example'],
    ['HTML', '<img src=x>', '&lt;img src\\=x&gt;'],
    ['entities', '&lt;&#35;', `&amp;lt;&amp;\\#${JOINER}35;`],
    ['the end of a cell', 'a|b', 'a\\|b'],
    ['a backslash before it', 'a\\|b', 'a\\\\\\|b'],
    ['a heading', '# a', '\\# a'],
    ['lists', '- a', '\\- a'],
    ['numbered lists', '1. a', '1\\. a'],
    ['an underlined heading', '===', '\\=\\=\\='],
    ['a rule', '---', '\\-\\-\\-'],
    ['mathematics', '$a$', '&#36;a&#36;'],
    ['a mention', '@octocat', `\\@${JOINER}octocat`],
    ['a mail address', 'a@b.cd', `a\\@${JOINER}b.cd`],
    ['an issue', '#12', `\\#${JOINER}12`],
    ['an emoji', ':tada: :+1:', `:${JOINER}tada: :${JOINER}\\+1:`],
    ['line breaks and runs of blanks', ' a\n\r\n b\u2028c\t', 'a b c'],
  ])('escapes %s', (_, text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped);
  });

  it.each([
    'INFERENCE_ENGINE_MEMORY_ERROR',
    'endpoint-id: wanted is an ID, not "a".',
    'HTTP 503 Service Unavailable, at 10:20, api.friendli.ai; it’s 100 %',
  ])('leaves words as they are, so that they can be searched for: %s', (text) => {
    expect(escapeMarkdown(text)).toBe(text);
  });

  it('shows any text as it came, line breaks aside', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const plain = text.replace(/\s+/g, ' ').trim().replaceAll(JOINER, '');
        expect(rendered(escapeMarkdown(text)).replaceAll(JOINER, '')).toBe(plain);
      }),
    );
  });

  it('leaves nothing in any text that Markdown, HTML or GitHub could act on', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const rest = active(escapeMarkdown(text));
        expect(rest).not.toMatch(/[\\`*[\]{}()#+!|~@=<>&$\r\n\t]|:\/|www\.|^\d+[.)]|^[-=>]/i);
        expect(rest).not.toMatch(/(?<![A-Za-z0-9])[_-]|[_-](?![A-Za-z0-9])/);
        expect(rendered(escapeMarkdown(text))).not.toMatch(/@\w|#\d|:[\w+-]+:/);
      }),
    );
  });
});

describe('asValue', () => {
  it.each(['RUNNING', 'INFERENCE_ENGINE_MEMORY_ERROR', 'dep-1_a', '---'])(
    'shows a name as code: %s',
    (name) => {
      expect(asValue(name)).toBe(`\`${name}\``);
    },
  );

  it.each([
    ['a b', 'a b'],
    ['a`b', 'a\\`b'],
    ['RUNNING\n', 'RUNNING'],
    ['é', 'é'],
    ['', ''],
  ])('escapes anything else: %j', (text, escaped) => {
    expect(asValue(text)).toBe(escaped);
  });
});
