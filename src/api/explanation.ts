import { STATUS_CODES } from 'node:http';

const MAX_DEPTH = 6;
const MAX_ENTRIES = 5;
/** The usual places in which JSON error bodies keep their message; `msg` is FastAPI's. */
const MESSAGE_FIELDS = ['message', 'msg', 'detail', 'error', 'errors', 'title', 'reason'] as const;

/**
 * The message of a JSON body, or the messages of a list: `{"errors":[{"message"}]}`, FastAPI's
 * `{"detail":[{"loc","msg"}]}`. The depth is bounded, because a hostile body can be nested deeply enough to overflow the
 * stack.
 */
export function messageIn(value: unknown, depth = MAX_DEPTH): string | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value;
  if (typeof value !== 'object' || value === null || depth === 0) return undefined;
  if (Array.isArray(value)) {
    const messages = value.slice(0, MAX_ENTRIES).flatMap((entry) => messageIn(entry, depth - 1) ?? []);
    return messages.length === 0 ? undefined : messages.join('; ');
  }
  const fields: ReadonlyMap<string, unknown> = new Map(Object.entries(value));
  for (const name of MESSAGE_FIELDS) {
    const message = messageIn(fields.get(name), depth - 1);
    if (message !== undefined) return `${locationIn(fields.get('loc'))}${message}`;
  }
  return undefined;
}

/** The place that FastAPI names, such as `header.x-friendli-team: `. */
function locationIn(loc: unknown): string {
  if (!Array.isArray(loc)) return '';
  const parts = loc.slice(0, MAX_ENTRIES).filter((part) => ['string', 'number'].includes(typeof part));
  return parts.length === 0 ? '' : `${parts.join('.')}: `;
}

/** Strips markup from an HTML page. Each pattern also matches when its end is missing, so that the time stays linear. */
export function withoutMarkup(html: string): string {
  return html
    .replace(/<!--[\s\S]*?(?:-->|$)/g, ' ')
    .replace(/<(style|script)\b[\s\S]*?(?:<\/\1[^>]*>?|$)/gi, ' ')
    .replace(/<[^<>]*>/g, ' ')
    .replace(/\s+/g, ' ');
}

/** nginx repeats the status and reason phrase in the title and heading; FastAPI's `detail` is the phrase itself. */
export function withoutReasonPhrase(line: string, httpStatus: number): string {
  const phrase = STATUS_CODES[httpStatus] ?? '';
  const statusLine = `${httpStatus} ${phrase}`.trim();
  let rest = line;
  while (rest.startsWith(statusLine)) rest = rest.slice(statusLine.length).trim();
  return rest.toLowerCase().replace(/\.$/, '') === phrase.toLowerCase() ? '' : rest;
}
