/** Characters that a backslash does not escape in HTML or in GitHub math. */
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', $: '&#36;' };

/**
 * GitHub detects mentions, issues, and emoji in the rendered HTML, where backslashes are gone. An invisible word joiner
 * prevents that.
 */
const REFERENCES = /@(?=\w)|#(?=\d)|:(?=[\w+-]+:)/g;

/** Characters that Markdown could interpret. `_` and `-` inside words are safe and stay searchable. */
const PUNCTUATION = /[\\`*{}[\]()#+!|~@=&<>$]|:(?=\/)|(?<![a-z0-9])[_-]|[_-](?![a-z0-9])|(?<=www)\.|(?<=^\d+)\./gi;

/**
 * Escapes text for one line of Markdown as GitHub renders it (docs/behavior.md section 6): nothing in it becomes HTML,
 * markup, a link, a mention, an emoji, or the end of a table cell.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(REFERENCES, '$&\u2060')
    .replace(PUNCTUATION, (character) => ENTITIES[character] ?? `\\${character}`);
}

/** Formats an untrusted value as code if it is a plain name, otherwise escaped. Long names can wrap at underscores. */
export function formatValue(text: string): string {
  if (/^[a-z0-9]+(?:_[a-z0-9]+)+$/i.test(text)) return `<code>${text.replaceAll('_', '_<wbr>')}</code>`;
  return /^[\w-]+$/.test(text) ? `\`${text}\`` : escapeMarkdown(text);
}
