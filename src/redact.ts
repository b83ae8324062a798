/** Encoded forms of a shorter secret would match innocent text by chance. */
const MIN_ENCODED_LENGTH = 6;
/** A truncated echo of the secret is redacted from this length on. */
const MIN_PREFIX_LENGTH = 10;
const REDACTED = '***';

/** A Friendli key is known by its beginning; what follows are the characters of a bearer token (RFC 6750). */
const KEY_LIKE = /flp_[\w.~+/=%-]+/gi;

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{DI}\u2028\u2029]/gu;
const TAG = /<[/!A-Za-z][^<>]{0,200}>/u;
const TERMINAL_SEQUENCE = /(?!\s)\p{Cc}\[[0-?]*[ -/]*[@-~]/u;
const PERCENT_ESCAPE = /%[0-9A-Fa-f]{2}/u;
const ENTITY = /&(?:#\d{1,6}|#[xX][0-9A-Fa-f]{1,5}|[a-z]{2,4});/u;
const BACKSLASH_ESCAPE = /\\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|[ -~])/u;
const DISGUISES = [TERMINAL_SEQUENCE, PERCENT_ESCAPE, ENTITY, BACKSLASH_ESCAPE, INVISIBLE];

const NAMED_ENTITIES = new Map(Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", shy: '' }));
const LINE_ESCAPES: readonly string[] = ['\\n', '\\r', '\\t'];

/** Where a text is to be redacted: from `start` up to, but not including, `end`. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** One form of the secret, and the beginning of it that counts as a truncated echo. */
interface Variant {
  readonly whole: string;
  readonly prefix: string;
}

/**
 * Makes a function that replaces each echo of the secret by `***`: as it is, in hexadecimal, in base64, with percent,
 * HTML or JSON escapes, with tags or invisible characters inside, and truncated; and whatever looks like a Friendli key.
 * Its time grows linearly with the length of the text.
 */
export function createRedaction(secret: string): (text: string) => string {
  const variants = secretVariants(secret);
  const plainVariants = plainSecretVariants(secret);
  return (text) =>
    replaceRanges(text, [
      ...variants.flatMap((variant) => echoesIn(text, variant)),
      ...viewsOf(text).flatMap((view) => [
        ...plainVariants
          .flatMap((variant) => echoesIn(view.plain, variant))
          .map((range) => originOf(range, view)),
        ...keyLikeRanges(text, view),
      ]),
    ]);
}

/** Whether the text holds something that begins as a Friendli API key does. */
export function looksLikeKey(text: string): boolean {
  return viewsOf(text).some((view) => keyLikeRanges(text, view).length > 0);
}

/** The secret as it is and as a server or a library can encode it. */
function secretVariants(secret: string): Variant[] {
  const prefixes = encodedForms(beginningOf(secret));
  return encodedForms(secret)
    .map((whole, at) => ({ whole, prefix: prefixes[at] ?? whole }))
    .filter(({ whole }) => (whole === secret && secret !== '') || whole.length >= MIN_ENCODED_LENGTH);
}

/** What to look for in a view: the secret, and what a view makes of it if it holds an escape or a tag itself. */
function plainSecretVariants(secret: string): Variant[] {
  return [...new Set([secret, ...viewsOf(secret).map(({ plain }) => plain)])]
    .filter((whole) => whole.length >= MIN_ENCODED_LENGTH)
    .map((whole) => ({ whole, prefix: beginningOf(whole) }));
}

function beginningOf(secret: string): string {
  return [...secret].slice(0, MIN_PREFIX_LENGTH).join('');
}

function encodedForms(secret: string): string[] {
  const percentEncoded = encodeURIComponent(secret);
  const hex = Buffer.from(secret).toString('hex');
  return [
    secret,
    percentEncoded,
    percentEncoded.replace(/%../g, (triplet) => triplet.toLowerCase()),
    JSON.stringify(secret).slice(1, -1),
    escapeHtml(secret),
    hex,
    hex.toUpperCase(),
    ...base64Forms(secret),
  ];
}

/**
 * The base64 of the secret depends on where in a group of three bytes it begins, as in `Bearer <key>` encoded whole;
 * these are the characters that the secret alone decides.
 */
function base64Forms(secret: string): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
    const from = Math.ceil((offset * 8) / 6);
    const to = Math.floor((bytes.length * 8) / 6);
    const form = bytes.toString('base64').slice(from, to);
    return [form, form.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** Where a variant stands in the text, whole or truncated. */
function echoesIn(text: string, { whole, prefix }: Variant): Range[] {
  const ranges: Range[] = [];
  for (let start = text.indexOf(whole); start >= 0; start = text.indexOf(whole, start + whole.length)) {
    ranges.push({ start, end: start + whole.length });
  }
  for (let start = text.indexOf(prefix); start >= 0; ) {
    let end = start + prefix.length;
    while (end - start < whole.length && text[end] === whole[end - start]) end += 1;
    ranges.push({ start, end });
    start = text.indexOf(prefix, end);
  }
  return ranges;
}

/** A text without its disguise, and where each of its UTF-16 code units stands in the original if it had any. */
interface View {
  readonly plain: string;
  readonly origins?: readonly Range[];
}

/** Both with and without tags: an echo can have a tag inside it, or stand inside a tag. */
function viewsOf(text: string): View[] {
  // Most texts are plain, and compiling the pattern takes longer than all else here.
  if (!/[^ -~]|[%&<\\]/.test(text)) return [{ plain: text }];
  const view = viewOf(text, anyOf(DISGUISES));
  return text.includes('<') ? [view, viewOf(text, anyOf([TAG, ...DISGUISES]))] : [view];
}

function viewOf(text: string, disguise: RegExp): View {
  let plain = '';
  const origins: Range[] = [];
  let done = 0;
  const keep = (end: number): void => {
    plain += text.slice(done, end);
    for (; done < end; done += 1) origins.push({ start: done, end: done + 1 });
  };
  for (const { 0: found, index } of text.matchAll(disguise)) {
    keep(index);
    done = index + found.length;
    const decoded = decode(found).replace(INVISIBLE, '');
    plain += decoded;
    for (let at = 0; at < decoded.length; at += 1) origins.push({ start: index, end: done });
  }
  keep(text.length);
  return { plain, origins };
}

/** What an escape stands for; nothing for a tag, a terminal sequence, an escaped line break or an invisible character. */
function decode(found: string): string {
  const [, hex] = /^(?:%|&#[xX]|\\u|\\x)([0-9A-Fa-f]+);?$/.exec(found) ?? [];
  if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
  const [, decimal] = /^&#(\d+);$/.exec(found) ?? [];
  if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
  if (found.startsWith('&')) return NAMED_ENTITIES.get(found.slice(1, -1)) ?? found;
  return found.startsWith('\\') && !LINE_ESCAPES.includes(found) ? found.slice(1) : '';
}

function originOf(range: Range, { origins }: View): Range {
  if (origins === undefined) return range;
  return { start: origins[range.start]?.start ?? 0, end: origins[range.end - 1]?.end ?? 0 };
}

/** What begins as a key, unless it is the rest of a longer word, as in the endpoint ID `my_flp_1`. */
function keyLikeRanges(text: string, view: View): Range[] {
  return [...view.plain.matchAll(KEY_LIKE)].flatMap(({ 0: found, index }) => {
    const range = originOf({ start: index, end: index + found.length }, view);
    const isRestOfWord = endsInWord(view.plain, index) && endsInWord(text, range.start);
    return isRestOfWord ? [] : [range];
  });
}

function endsInWord(text: string, end: number): boolean {
  return /[\w-]/.test(text.charAt(end - 1));
}

function replaceRanges(text: string, ranges: readonly Range[]): string {
  let shown = '';
  let done = 0;
  for (const { start, end } of [...ranges].sort((one, other) => one.start - other.start)) {
    if (start >= done) shown += text.slice(done, start) + REDACTED;
    done = Math.max(done, end);
  }
  return shown + text.slice(done);
}

function anyOf(patterns: readonly RegExp[]): RegExp {
  return new RegExp(patterns.map(({ source }) => source).join('|'), 'gu');
}
