/**
 * Compares what a step left with what it should have left; .github/workflows/ci.yml uses the action and then this.
 *
 * Environment: `OUTPUTS`, the step's outputs as JSON; `OUTCOME`, success or failure; `EXPECTED`, lines of the form
 * name=value, in which "outcome of the step" stands for `OUTCOME`. Besides, elapsedSeconds must be whole seconds, and an
 * output that nobody expects is one too many.
 */
const STEP_OUTCOME = 'outcome of the step';

function main(): void {
  const { OUTPUTS = '{}', OUTCOME = '', EXPECTED = '' } = process.env;
  const outputs = new Map(Object.entries<unknown>(JSON.parse(OUTPUTS)));
  const seen = new Map<string, unknown>([[STEP_OUTCOME, OUTCOME], ...outputs]);
  const expected = new Map(EXPECTED.split('\n').flatMap(readLine));

  const complaints = expected.size === 0 ? ['EXPECTED has no line of the form name=value'] : [];
  for (const [name, value] of expected) {
    const actual = seen.get(name);
    console.log(`${actual === value ? 'ok     ' : 'DIFFERS'}  ${name}: ${actual}`);
    if (actual !== value) complaints.push(`${name} is ${show(actual)}, expected was ${show(value)}`);
  }
  const elapsed = outputs.get('elapsedSeconds');
  if (!/^\d+$/.test(String(elapsed))) {
    complaints.push(`elapsedSeconds is ${show(elapsed)}, expected were whole seconds`);
  }
  for (const name of outputs.keys()) {
    if (!expected.has(name) && name !== 'elapsedSeconds') complaints.push(`${name} was not expected`);
  }
  for (const complaint of complaints) console.log(`::error::${complaint}`);
  process.exitCode = complaints.length === 0 ? 0 : 1;
}

function readLine(line: string): [string, string][] {
  const at = line.indexOf('=');
  return at < 0 ? [] : [[line.slice(0, at).trim(), line.slice(at + 1).trim()]];
}

function show(value: unknown): string {
  return value === undefined ? 'not set' : JSON.stringify(value);
}

main();
