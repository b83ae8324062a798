/** How the Actions runner (2.336) reads what a step leaves: workflow commands in its log, and the file of its outputs. */

/** `::name key=value,key=value::data`, with escapes undone. */
export interface WorkflowCommand {
  name: string;
  properties: Record<string, string>;
  data: string;
}

/**
 * Parts a log into the commands in it and the other lines. Stricter than the runner, which knows its commands by name:
 * here every name counts, so that nothing that looks like a command slips through.
 */
export function readCommands(log: string): { commands: WorkflowCommand[]; lines: string[] } {
  const commands: WorkflowCommand[] = [];
  const lines: string[] = [];
  for (const line of log.split(/\r\n|\r|\n/)) {
    const command = commandIn(line);
    if (command) commands.push(command);
    else if (line !== '') lines.push(line);
  }
  return { commands, lines };
}

function commandIn(line: string): WorkflowCommand | undefined {
  // `::` at the line's start, after what .NET takes for white space (NEL is not in JavaScript's `\s`).
  const [, name, properties = '', data = ''] = /^[\s\u0085]*::([^: ]*)(?: (.*?))?::(.*)$/su.exec(line) ?? [];
  if (name !== undefined) {
    return { name, properties: propertiesIn(properties), data: decode(data, ['%0D', '%0A', '%25']) };
  }
  // `##[name key=value;key=value]data`, anywhere in the line.
  const [, old, rest = ''] = /##\[([^\] ]*)[^\]]*\](.*)$/su.exec(line) ?? [];
  return old === undefined ? undefined : { name: `##[${old}]`, properties: {}, data: rest };
}

function propertiesIn(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([^=,]+)=([^,]*)/g)];
  const escapes = ['%0D', '%0A', '%3A', '%2C', '%25'];
  return Object.fromEntries(pairs.map(([, key = '', value = '']) => [key.trim(), decode(value, escapes)]));
}

function decode(text: string, escapes: readonly string[]): string {
  return escapes.reduce((rest, code) => rest.replaceAll(code, decodeURIComponent(code)), text);
}

/**
 * The entries of a GITHUB_OUTPUT file, in the order of the file: `name=value`, or a value between two lines of a delimiter
 * after `name<<DELIMITER`.
 *
 * @throws Error on whatever makes the runner fail the step
 */
export function readEnvironmentFile(text: string): [name: string, value: string][] {
  const lines = text.split(/\r\n|\r|\n/);
  const entries: [string, string][] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (line === '') continue;
    const [, name = '', operator, rest = ''] = /^(.*?)(=|<<)(.*)$/s.exec(line) ?? [];
    if (operator === undefined || name === '') throw new Error(`Invalid format: '${line}'`);
    const end = operator === '=' ? at : lines.indexOf(rest, at + 1);
    if (end < 0 || (end > at && rest === '')) throw new Error(`Matching delimiter not found: '${line}'`);
    entries.push([name, end === at ? rest : lines.slice(at + 1, end).join('\n')]);
    at = end;
  }
  return entries;
}
