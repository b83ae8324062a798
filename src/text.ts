/** How much of a foreign text is shown, in UTF-16 code units (behaviour.md section 6). */
const LONGEST_TEXT = 500;
/** Encoded forms of a shorter secret would match by chance and blot out innocent text. */
const SHORTEST_ENCODED = 6;
const REDACTED = '***';

/** Control and format characters, line and paragraph separators, and halves of surrogate pairs. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/**
 * Turns foreign text into one harmless line. `prepare` sees the text after the secret is gone and before it is cut.
 */
export type Cleaner = (text: string, prepare?: (redacted: string) => string) => string;

/**
 * Makes the one gate through which text from outside (the API's answers, system errors, mistaken inputs) passes
 * before it is kept or shown (behaviour.md section 6): the secret is redacted in every form in which a server could
 * echo it, control characters and line breaks become spaces, nothing in it can start a workflow command, and at
 * most 500 characters remain.
 *
 * @param secret the API key; an empty one redacts nothing
 */
export function createCleaner(secret: string): Cleaner {
  const needles = formsOf(secret);
  const redact = (text: string): string =>
    needles.reduce((rest, needle) => rest.replaceAll(needle, REDACTED), text);
  return (text, prepare = (redacted) => redacted) =>
    shorten(defuse(prepare(redact(text)).replace(UNPRINTABLE, ' ').trim()));
}

/**
 * The runner takes `##[` anywhere and `::` at a line's start, white space aside, for a command (actions/runner,
 * ActionCommand.TryParse and TryParseV2).
 */
function defuse(line: string): string {
  return line.replaceAll('##[', '## [').replace(/^::/, ': :');
}

function shorten(line: string): string {
  if (line.length <= LONGEST_TEXT) return line;
  // Never half a surrogate pair, and the ellipsis counts too.
  return `${line.slice(0, LONGEST_TEXT - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** The secret and the encodings of it that a server or a library could echo, the longest first. */
function formsOf(secret: string): string[] {
  if (secret === '') return [];
  const percentEncoded = encodeURIComponent(secret);
  const hex = Buffer.from(secret).toString('hex');
  const encoded = [
    percentEncoded,
    percentEncoded.replace(/%../g, (triplet) => triplet.toLowerCase()),
    JSON.stringify(secret).slice(1, -1),
    escapeHtml(secret),
    hex,
    hex.toUpperCase(),
    ...base64FormsOf(secret),
  ].filter((form) => form.length >= SHORTEST_ENCODED);
  return [...new Set([secret, ...encoded])].sort((one, other) => other.length - one.length);
}

/**
 * What base64 makes of the secret depends on where in a group of three bytes it begins, as in `Bearer <key>` encoded
 * whole; only the characters that the secret alone decides are looked for.
 */
function base64FormsOf(secret: string): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
    const from = Math.ceil((offset * 8) / 6);
    const to = Math.floor((bytes.length * 8) / 6);
    const form = bytes.toString('base64').slice(from, to);
    return [form, form.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

/** Escapes text for HTML, in attributes as between tags. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
