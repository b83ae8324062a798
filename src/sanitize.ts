import { createRedaction } from './redact.js';

/** The maximum length of a sanitized text, in UTF-16 code units (docs/behavior.md section 6). */
const MAX_TEXT_LENGTH = 500;
/** Longer text is cut before processing. Transforms can drop long passages, so they get more. */
const MAX_RAW_LENGTH = 4_000;
const MAX_TRANSFORM_INPUT_LENGTH = 65_536;

/** Control and format characters, line and paragraph separators, and halves of surrogate pairs. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

export interface SanitizeOptions {
  /** Rewrites the redacted text before it is reduced to one line, for example to extract the text of an HTML page. */
  readonly transform?: (redacted: string) => string;
  /** Keeps whitespace at both ends: a status `"FAILED "` must stay different from FAILED. */
  readonly keepWhitespace?: boolean;
}

/** Turns untrusted text into one harmless line. */
export type Sanitizer = (text: string, options?: SanitizeOptions) => string;

/**
 * Creates the sanitizer that all untrusted text (API responses, system errors, rejected inputs) passes through before it
 * is stored or shown (docs/behavior.md section 6). Time and result size are bounded.
 *
 * @param secret the API key; with an empty one, only what looks like a Friendli key is redacted
 */
export function createSanitizer(secret: string): Sanitizer {
  let redact: ((text: string) => string) | undefined;
  return (text, { transform, keepWhitespace = false } = {}) => {
    // Created lazily: most runs never see untrusted text, and it costs startup time.
    redact ??= createRedaction(secret);
    const maxLength = transform === undefined ? MAX_RAW_LENGTH : MAX_TRANSFORM_INPUT_LENGTH;
    let line = redact(text.slice(0, maxLength));
    let isCut = text.length > maxLength;
    if (transform !== undefined) {
      const transformed = transform(line);
      isCut ||= transformed.length > MAX_RAW_LENGTH;
      // Redact again: text that the transform removed may have split an echo of the key.
      line = redact(transformed.slice(0, MAX_RAW_LENGTH));
    }
    line = escapeWorkflowCommands(line.replace(UNPRINTABLE, ' '));
    if (!keepWhitespace) line = line.trim();
    return truncate(isCut ? `${line}…` : line, MAX_TEXT_LENGTH);
  };
}

/**
 * The runner treats `##[` anywhere, and `::` at the start of a line after whitespace, as a command (actions/runner,
 * ActionCommand.TryParse and TryParseV2).
 */
function escapeWorkflowCommands(line: string): string {
  return line.replaceAll('##[', '## [').replace(/^(\s*)::/, '$1: :');
}

/** Cuts a text to a number of UTF-16 code units, the ellipsis included, without splitting a surrogate pair. */
export function truncate(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return `${text.slice(0, maxLength - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
