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
    const command = commandIn(line) ?? oldCommandIn(line);
    if (command) commands.push(command);
    else if (line !== '') lines.push(line);
  }
  return { commands, lines };
}

/** `::` at the line's start, after what .NET takes for white space (NEL is not in JavaScript's `\s`). */
function commandIn(line: string): WorkflowCommand | undefined {
  const found = /^[\s\u0085]*::([^: ]*)(?: (.*?))?::(.*)$/su.exec(line);
  return found
    ? { name: found[1] ?? '', properties: propertiesIn(found[2] ?? ''), data: unescapeData(found[3] ?? '') }
    : undefined;
}

/** `##[name key=value;key=value]data`, anywhere in the line. */
function oldCommandIn(line: string): WorkflowCommand | undefined {
  const found = /##\[([^\] ]*)[^\]]*\](.*)$/su.exec(line);
  return found ? { name: `##[${found[1]}]`, properties: {}, data: found[2] ?? '' } : undefined;
}

function propertiesIn(text: string): Record<string, string> {
  const pairs = text.split(',').map((pair) => /^([^=]*)=(.*)$/s.exec(pair.trim()));
  return Object.fromEntries(
    pairs.flatMap((pair) =>
      pair
        ? [
            [
              pair[1],
              unescapeData(pair[2] ?? '')
                .replaceAll('%3A', ':')
                .replaceAll('%2C', ','),
            ],
          ]
        : [],
    ),
  );
}

function unescapeData(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
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
    if (operator === '=') {
      entries.push([name, rest]);
      continue;
    }
    const end = lines.indexOf(rest, at + 1);
    if (rest === '' || end < 0) throw new Error(`Matching delimiter not found: '${line}'`);
    entries.push([name, lines.slice(at + 1, end).join('\n')]);
    at = end;
  }
  return entries;
}
