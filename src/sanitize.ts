import { createRedaction } from './redact.js';

/** The maximum length of a sanitized text, in UTF-16 code units (docs/behavior.md section 6). */
const MAX_TEXT_LENGTH = 500;
/** The part of a longer text that is processed at all. A transform can drop long passages, so it is given more. */
const MAX_INPUT_LENGTH = 4_000;
const MAX_TRANSFORM_INPUT_LENGTH = 65_536;

/** Control and format characters, line and paragraph separators, and halves of surrogate pairs. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

export interface SanitizeOptions {
  /** Rewrites the text after redaction and before it is made one line, as of an HTML page its text. */
  readonly transform?: (redacted: string) => string;
  /** Keeps white space at both ends: a status `"FAILED "` must stay different from FAILED. */
  readonly keepWhitespace?: boolean;
}

/** Turns foreign text into one harmless line. */
export type Sanitizer = (text: string, options?: SanitizeOptions) => string;

/**
 * Makes the one gate through which foreign text (the API's answers, system errors, rejected inputs) passes before it
 * is kept or shown (docs/behavior.md section 6). Work and result are bounded, however long the text is.
 *
 * @param secret the API key; with an empty one, only what looks like a Friendli key is redacted
 */
export function createSanitizer(secret: string): Sanitizer {
  let redact: ((text: string) => string) | undefined;
  return (text, { transform, keepWhitespace = false } = {}) => {
    // Made when the first foreign text comes: most runs see none, and it takes a share of the start-up.
    redact ??= createRedaction(secret);
    const maxLength = transform === undefined ? MAX_INPUT_LENGTH : MAX_TRANSFORM_INPUT_LENGTH;
    let line = redact(text.slice(0, maxLength));
    let isCut = text.length > maxLength;
    if (transform !== undefined) {
      const transformed = transform(line);
      isCut ||= transformed.length > MAX_INPUT_LENGTH;
      // Once more, since what the transform removed can have stood inside an echo of the key.
      line = redact(transformed.slice(0, MAX_INPUT_LENGTH));
    }
    // Most texts are plain, and compiling the pattern takes longer than all else here.
    if (/[^ -~]/.test(line)) line = line.replace(UNPRINTABLE, ' ');
    return shorten(escapeWorkflowCommands(keepWhitespace ? line : line.trim()), isCut);
  };
}

/**
 * The runner takes `##[` anywhere and `::` at the start of a line, white space aside, for a command (actions/runner,
 * ActionCommand.TryParse and TryParseV2).
 */
function escapeWorkflowCommands(line: string): string {
  return line.replaceAll('##[', '## [').replace(/^(\s*)::/, '$1: :');
}

function shorten(line: string, isCut: boolean): string {
  if (line.length <= MAX_TEXT_LENGTH - (isCut ? 1 : 0)) return isCut ? `${line}…` : line;
  // Never half a surrogate pair, and the ellipsis counts too.
  return `${line.slice(0, MAX_TEXT_LENGTH - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
