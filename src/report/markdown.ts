/** What stands for itself neither in HTML nor in GitHub's mathematics, whatever a backslash says. */
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', $: '&#36;' };

/**
 * GitHub looks for mentions, issues and emoji in the finished HTML, where a backslash is long gone; a word joiner,
 * which is invisible, stops it.
 */
const REFERENCES = /@(?=\w)|#(?=\d)|:(?=[\w+-]+:)/g;

/** What Markdown could take for its own. `_` and `-` inside a word are safe, and so stay greppable. */
const PUNCTUATION =
  /[\\`*{}[\]()#+!|~@=&<>$]|:(?=\/)|(?<![a-z0-9])[_-]|[_-](?![a-z0-9])|(?<=www)\.|(?<=^\d+)\./gi;

/**
 * Escapes text for one line of Markdown as GitHub renders it (docs/behavior.md section 6): nothing in it becomes HTML,
 * markup, a link, a mention, an emoji or the end of a table cell.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(REFERENCES, '$&\u2060')
    .replace(PUNCTUATION, (character) => ENTITIES[character] ?? `\\${character}`);
}

/** A foreign value: as code if it is a plain name, else escaped. A long name can break after each of its words. */
export function formatValue(text: string): string {
  if (/^[a-z0-9]+(?:_[a-z0-9]+)+$/i.test(text)) return `<code>${text.replaceAll('_', '_<wbr>')}</code>`;
  return /^[\w-]+$/.test(text) ? `\`${text}\`` : escapeMarkdown(text);
}
