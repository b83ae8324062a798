/** A shorter beginning or end of the secret is not redacted. */
const MIN_PART_LENGTH = 10;
/** Encodings shorter than this would match unrelated text by chance. */
const MIN_ENCODED_LENGTH = 6;
const REDACTED = '***';

/** A Friendli key, unless it is the rest of a longer word, as in the endpoint ID `my_flp_1`. */
const KEY_LIKE = /(?:(?<![\w-])|(?<=%[0-9a-f]{2}|\\[nrt]))flp_[\w.~+/=%-]+/gi;

// Strings, because most runs need none of these patterns, and parsing them costs startup time.
const TAG = '<!--[^]*?(?:-->|$)|<[^<>]*>';
/** Commands such as colors (CSI), strings such as links and titles (OSC), and what is shorter, such as a reset. */
const TERMINAL_SEQUENCE = String.raw`(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[\t\P{Cc}]*(?:\x1b\\|\p{Cc})|\x1b[ -/]*[0-~]`;
/** In this order, `decode` receives what the groups match. */
const ESCAPE = [
  '((?:%[0-9A-Fa-f]{2})+)',
  String.raw`\\x([0-9A-Fa-f]{2})|\\u([0-9A-Fa-f]{4})|\\u\{0*([0-9A-Fa-f]{1,5})\}|&#[xX]0*([0-9A-Fa-f]{1,5});?`,
  String.raw`&#0*(\d{1,6});?|&([A-Za-z]+);|\\([ -~\s])`,
].join('|');
const INVISIBLE = String.raw`(?!\s)[\p{Cc}\p{Cf}\p{Cs}\p{DI}\u2800]`;
/** Tags and terminal sequences can split a form of the secret, and can contain one: text is read with and without them. */
const DISGUISES = [[], [TAG], [TERMINAL_SEQUENCE], [TAG, TERMINAL_SEQUENCE]].map((removed) =>
  [...removed, ESCAPE, INVISIBLE].join('|'),
);
/** The named HTML entities for what a key can contain, each with its character. */
const ENTITIES: ReadonlyMap<string, string> = new Map(
  [
    `excl! quot" QUOT" num# dollar$ percnt% amp& AMP& apos' lpar( rpar) ast* midast* plus+ comma, period. sol/ colon:`,
    'semi; lt< LT< equals= gt> GT> quest? commat@ lsqb[ lbrack[ bsol\\ rsqb] rbrack] Hat^ lowbar_ UnderBar_ grave`',
    'DiacriticalGrave` lcub{ lbrace{ verbar| vert| VerticalLine| rcub} rbrace}',
  ].flatMap((line) => line.split(' ').map((entity) => [entity.slice(0, -1), entity.slice(-1)] as const)),
);

/**
 * Returns a function that replaces every form of the secret with `***`: complete or without its prefix, its beginning or
 * end, or encoded; and whatever looks like a Friendli key. A text that hides any of these in another way, such as with a
 * tag or a line break inside, is replaced as a whole (docs/behavior.md section 6). The time is linear.
 */
export function createRedaction(secret: string): (text: string) => string {
  const forms = formsOf(secret);
  const long = forms.filter(({ whole }) => whole.length >= MIN_ENCODED_LENGTH);
  const complete = long.map(({ whole }) => ({ whole, minLength: whole.length }));
  return (text) => {
    const views = viewsOf(text);
    /** Whether a view of what is left of the text shows more than what is left of the view. */
    const isHidden = (cut: (text: string) => string, reduce: (view: string) => string): boolean => {
      const left = cut(text);
      const leftViews = left === text ? views : viewsOf(left);
      return views.some((view, at) => reduce(leftViews[at] ?? '').length > cut(reduce(view)).length);
    };
    const isDisguised =
      isHidden((it) => replaceForms(it, long), withoutSpaces) ||
      isHidden((it) => replaceForms(it, complete), withoutSpaces) ||
      // With its spaces, because without them the words after "flp_" in a sentence would pass for the rest of a key.
      isHidden((it) => replaceForms(it, long, KEY_LIKE), String) ||
      views.some((view) => withoutSpaces(view).split(/flp_/i).length > view.split(/flp_/i).length);
    return isDisguised ? REDACTED : replaceForms(text, forms, KEY_LIKE, REDACTED);
  };
}

/** Whether the text contains something that begins as a Friendli API key does. */
export function looksLikeKey(text: string): boolean {
  return createRedaction('')(text) !== text;
}

/** A form of the secret, and how many characters of its beginning or end are redacted. */
interface Form {
  readonly whole: string;
  readonly minLength: number;
}

function formsOf(secret: string): Form[] {
  const withoutPrefix = secret.replace(/^[A-Za-z]+_/, '');
  // A secret can contain an escape or a tag itself.
  const sources = new Set([secret, withoutPrefix, ...viewsOf(secret).map(withoutSpaces)]);
  return [...sources].flatMap((source) =>
    [...new Set(encodingsOf(source))]
      .filter((whole) => whole.length >= (whole === secret ? 1 : MIN_ENCODED_LENGTH))
      .map((whole) => ({ whole, minLength: Math.ceil(whole.length * Math.min(1, MIN_PART_LENGTH / source.length)) })),
  );
}

function encodingsOf(text: string): string[] {
  const percent = encodeURIComponent(text);
  const hex = Buffer.from(text).toString('hex');
  const entities = new Map(Object.entries({ '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": '#39' }));
  return [
    ...[text, percent, percent.replace(/%../g, (triplet) => triplet.toLowerCase())],
    ...[JSON.stringify(text).slice(1, -1), text.replace(/[&<>"']/g, (it) => `&${entities.get(it)};`)],
    ...[hex, hex.toUpperCase(), ...base64Of(text)],
  ];
}

/**
 * The base64 of a text depends on where in a group of three bytes it begins, as in `Bearer <key>` encoded whole; only the
 * characters that depend on the text alone are kept.
 */
function base64Of(text: string): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]);
    const [from, to] = [Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6)];
    return [bytes.toString('base64').slice(from, to), bytes.toString('base64url').slice(from, to)];
  });
}

/** Replaces each form, its beginning, its end, and each match of the pattern. */
function replaceForms(text: string, forms: readonly Form[], pattern?: RegExp, replacement = ''): string {
  const found = new Uint8Array(text.length);
  for (const { whole, minLength } of forms) {
    const tailStart = whole.length - minLength;
    const [head, tail] = [whole.slice(0, minLength), whole.slice(tailStart)];
    for (let start = text.indexOf(head); start >= 0; start = text.indexOf(head, start + 1)) {
      let length = minLength;
      while (length < whole.length && text[start + length] === whole[length]) length += 1;
      found.fill(1, start, start + length);
    }
    for (let start = text.indexOf(tail); start >= 0; start = text.indexOf(tail, start + 1)) {
      let extra = 0;
      while (extra < tailStart && text[start - extra - 1] === whole[tailStart - extra - 1]) extra += 1;
      found.fill(1, start - extra, start + minLength);
    }
  }
  const matches = pattern === undefined ? [] : text.matchAll(pattern);
  for (const { 0: match, index } of matches) found.fill(1, index, index + match.length);
  if (!found.includes(1)) return text;
  return Array.from(found, (isFound, at) => (isFound === 0 ? text[at] : found[at - 1] === 1 ? '' : replacement)).join(
    '',
  );
}

/** What a reader can make of a text by decoding it, and by leaving out what a browser or a terminal does not show. */
function viewsOf(text: string): string[] {
  if (!/[^ -~\s]|[%&<\\]/.test(text)) return [text];
  return DISGUISES.flatMap((disguise) => {
    const pattern = new RegExp(disguise, 'gu');
    const view = text.replace(pattern, decode);
    // Once more, for escapes within escapes, such as JSON within JSON.
    return [view, view.replace(pattern, decode)];
  });
}

/** What an escape stands for; nothing for a tag, a terminal sequence, or an invisible character. */
function decode(_: string, ...groups: readonly (string | undefined)[]): string {
  const [bytes, byte, unit, point, hex, decimal, name, escaped] = groups;
  if (bytes !== undefined) return Buffer.from(bytes.replaceAll('%', ''), 'hex').toString();
  const digits = byte ?? unit ?? point ?? hex;
  if (digits !== undefined) return String.fromCodePoint(Number.parseInt(digits, 16));
  if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
  if (name !== undefined) return ENTITIES.get(name) ?? '';
  return escaped?.replace(/[nrt]/, ' ') ?? '';
}

function withoutSpaces(text: string): string {
  return text.replace(/[\s\p{Cc}\p{Cf}\p{Cs}\p{DI}\u2800]+/gu, '');
}
