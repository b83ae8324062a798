import { expect, it } from 'vitest';
import { download, type Script, state } from '../play.js';
import { failed, playScenario, reportEnd, scenarios } from './scenarios.js';

it('the job summary of a recovery has a headline, a sentence, a table, durations, and a chart', () => {
  const { summary } = playScenario(scenarios['a probe']);
  expect(
    summary.replace(/(?<=```mermaid\n)[\s\S]*?(?=\n```)/, '…'),
  ).toBe(`### ✅ Friendli endpoint: Restarted and responding

Endpoint dep1 was restarted, was RUNNING again after 8 min 10 s, stayed RUNNING for 1 min, and responded to the chat probe after 9 min 11 s.

| Endpoint | \`dep1\` |
| :-- | :-- |
| Before | \`FAILED\`, <code>WORKLOAD_<wbr>INIT_<wbr>DOWNLOAD_<wbr>ERROR</code> |
| Likely cause of failure | the model could not be downloaded |
| Now | \`RUNNING\` |
| Restarted | yes |
| Duration | 9 min 11 s |

**Durations:** FAILED → Restart accepted → Requesting a virtual machine, 1 min 40 s → Downloading the model, 5 min → Initializing the engine, 1 min 30 s → RUNNING, 1 min 1 s

**Timeline (your local time)**<br>Polled at least every 20 s, so changes may have happened up to 20 s earlier, and shorter phases may be missing.

\`\`\`mermaid
…
\`\`\`
`);
});

it('the job summary of an invalid input lists what is wrong, and has no table', () => {
  const issues = ['wait: expected true or false, got "<yes>".', 'team: expected an ID, got "a|b".'];
  expect(reportEnd({ type: 'invalid-input', issues }).summary).toBe(`### ❌ Friendli endpoint: 2 invalid inputs

> [!CAUTION]
> wait: expected true or false, got "&lt;yes&gt;".
>
> team: expected an ID, got "a\\|b".
>
> No request was sent.
>
> **Next step:** Correct the inputs of this step in the workflow.
`);
});

const onTheWay = { reads: [download, failed, failed, download], restarts: [download], timeoutMs: 60_000 };
const newValues = { reads: [state('A_', { phase: 'NEW', errorCode: 'C|D' })], wait: false };
it.each<[about: string, script: Script, rows: string]>([
  ['two attempts', scenarios['two attempts'], '| Restarted | 2 times |'],
  ['a wake-up', scenarios['a wake-up'], '| Now | `RUNNING` |\n| Restarted | no |'],
  ['an unknown status', scenarios['a rejected key'], '| Before | unknown |\n| Now | unknown |'],
  ['no cause that the text gives', scenarios['a second failure'], '<wbr>ERROR</code> |\n| Now | `FAILED`,'],
  ['new values', newValues, '| Now | `A_`, `NEW`, C\\|D |'],
  ['a lost response', scenarios['a restart that is not confirmed'], '| Restarted | unknown |'],
  ['a failure on the way', onTheWay, '| Likely cause of failure | the model does not fit in GPU memory |'],
])('the table shows %s', (_, script, rows) => {
  expect(playScenario(script).summary).toContain(rows);
});

it('the job summary links to Friendli Suite wherever its text refers to it', () => {
  const issues = ['endpoint-id is required. Use the ID shown in Friendli Suite.'];
  const ends = [...Object.values(scenarios).map(playScenario), reportEnd({ type: 'invalid-input', issues })];
  const mentions = ends.flatMap(({ summary }) => summary.match(/.?Friendli Suite(?:[^\])]*\]\([^)]*\))?/g) ?? []);
  expect([...new Set(mentions)].sort()).toEqual([
    '[Friendli Suite, Personal Settings, API keys](https://friendli.ai/suite/~/setting/keys)',
    '[Friendli Suite](https://friendli.ai/suite)',
  ]);
});
