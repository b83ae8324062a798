import { type IncomingHttpHeaders, STATUS_CODES } from 'node:http';
import type { Sanitizer } from '../sanitize.js';

/** How many levels deep the message of a JSON body is looked for. */
const MAX_DEPTH = 6;
/** How many entries of a list are read. */
const MAX_ENTRIES = 5;
/** The usual places in which JSON error bodies keep their message; `msg` is FastAPI's. */
const MESSAGE_FIELDS = ['message', 'msg', 'detail', 'error', 'errors', 'title', 'reason'] as const;

export interface Explanation {
  /** What the body says, sanitized; empty where it says nothing beyond the status line. */
  readonly excerpt: string;
  /** The same where it is a reason, and not only the text of a JSON body without a message. */
  readonly explanation: string | undefined;
  readonly isHtml: boolean;
}

/** What the body of an error answer says: the message of a JSON body, else its text without markup. */
export function findExplanation(answer: {
  readonly text: string;
  readonly httpStatus: number;
  readonly headers: IncomingHttpHeaders;
  readonly sanitize: Sanitizer;
}): Explanation {
  const { text, httpStatus, headers, sanitize } = answer;
  const json = parseJson(text);
  const message = json === undefined ? undefined : messageIn(json);
  const isHtml =
    json === undefined &&
    (/^\s*<(!doctype html|html|head|body)\b/i.test(text) ||
      (headers['content-type'] ?? '').toLowerCase().startsWith('text/html'));
  const line = message === undefined ? sanitize(text, { transform: withoutMarkup }) : sanitize(message);
  const excerpt = withoutReasonPhrase(line, httpStatus);
  const isReason = excerpt !== '' && (json === undefined || message !== undefined);
  return { excerpt, explanation: isReason ? excerpt : undefined, isHtml };
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The message of a JSON body, or the messages of a list: `{"errors":[{"message"}]}`, FastAPI's
 * `{"detail":[{"loc","msg"}]}`. A hostile body is nested deeper than any stack, so the depth is bounded.
 */
function messageIn(value: unknown, depth = MAX_DEPTH): string | undefined {
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

/**
 * The text of an HTML page. Each pattern that looks for an end also takes a text that has none, so that no page takes
 * more than linear time.
 */
function withoutMarkup(html: string): string {
  return html
    .replace(/<!--[\s\S]*?(?:-->|$)/g, ' ')
    .replace(/<(style|script)\b[\s\S]*?(?:<\/\1[^>]*>?|$)/gi, ' ')
    .replace(/<[^<>]*>/g, ' ')
    .replace(/\s+/g, ' ');
}

/** nginx's pages repeat status and reason phrase in title and heading, FastAPI's `detail` is the phrase. */
function withoutReasonPhrase(line: string, httpStatus: number): string {
  const phrase = STATUS_CODES[httpStatus] ?? '';
  const statusLine = `${httpStatus} ${phrase}`.trim();
  let rest = line;
  while (rest.startsWith(statusLine)) rest = rest.slice(statusLine.length).trim();
  return rest.toLowerCase().replace(/\.$/, '') === phrase.toLowerCase() ? '' : rest;
}
