import { describe, expect, it } from 'vitest';
import { History } from '../../src/report/history.js';
import { composeMessage } from '../../src/report/messages.js';
import { renderSummary } from '../../src/report/summary.js';
import { type Script, state } from '../play.js';
import { download, failed, playScenario, scenarios, startEpochMs } from './scenarios.js';

function summaryOfInvalid(issues: readonly string[]): string {
  const message = composeMessage({ type: 'invalid-input', issues }, { endpointId: '', wasReached: false });
  return renderSummary({ message, endpointId: '', history: new History(), startEpochMs });
}

describe('the job summary', () => {
  it('of a recovery has a headline, a sentence, a table, durations, and a chart', () => {
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

  it('says how a run ended in words, not by emoji and color alone', () => {
    const alerts = new Map<string, string[]>();
    for (const script of Object.values(scenarios)) {
      const { summary, message } = playScenario(script);
      const [, emoji = '', title] = /^### (\S+) Friendli endpoint: (.*)/.exec(summary) ?? [];
      expect(title?.replaceAll('\\', '')).toBe(message.title.replaceAll('\u2060', ''));
      const alert = `${emoji} ${/^> \[!([A-Z]+)\]$/m.exec(summary)?.[1] ?? ''}`;
      alerts.set(alert, [...new Set([...(alerts.get(alert) ?? []), message.outcome])]);
    }
    expect(Object.fromEntries(alerts)).toEqual({
      '✅ ': ['restarted', 'woken', 'not-needed'],
      'ℹ️ NOTE': ['dry-run', 'not-needed', 'restarted'],
      '❌ CAUTION': ['failed', 'timed-out', 'not-recoverable', 'error'],
      '🚫 WARNING': ['cancelled'],
    });
  });

  it.each<[about: string, script: Script, rows: string]>([
    ['two attempts', scenarios['two attempts'], '| Restarted | 2 times |'],
    ['a wake-up', scenarios['a wake-up'], '| Now | `RUNNING` |\n| Restarted | no |'],
    ['an unknown status', scenarios['a rejected key'], '| Before | unknown |\n| Now | unknown |'],
    ['no cause that the text gives', scenarios['a second failure'], '<wbr>ERROR</code> |\n| Now | `FAILED`,'],
    [
      'new values',
      { reads: [state('A_', { phase: 'NEW', errorCode: 'C|D' })], wait: false },
      '| Now | `A_`, `NEW`, C\\|D |',
    ],
    ['a lost response', scenarios['a restart that is not confirmed'], '| Restarted | unknown |'],
    [
      'a failure on the way',
      { reads: [download, failed, failed, download], restarts: [download], timeoutMs: 60_000 },
      '| Likely cause of failure | the model does not fit in GPU memory |',
    ],
  ])('has a table that shows %s', (_, script, rows) => {
    expect(playScenario(script).summary).toContain(rows);
  });

  it.each([...(['a restart without wait', 'a dry run', 'nothing to restart', 'a rejected key'] as const)])(
    'has no chart of a run that did not wait, or saw fewer than two states: %s',
    (name) => {
      expect(playScenario(scenarios[name]).summary).not.toMatch(/```|Timeline|Durations/);
    },
  );

  it('links to Friendli Suite wherever the text refers to it', () => {
    const summaries = Object.values(scenarios).map((script) => playScenario(script).summary);
    summaries.push(summaryOfInvalid(['endpoint-id is required. Use the ID shown in Friendli Suite.']));
    const mention = /.?Friendli Suite(?:[^\])]*\]\([^)]*\))?/g;
    expect(new Set(summaries.flatMap((summary) => summary.match(mention) ?? []))).toEqual(
      new Set([
        '[Friendli Suite](https://friendli.ai/suite)',
        '[Friendli Suite, Personal Settings, API keys](https://friendli.ai/suite/~/setting/keys)',
      ]),
    );
  });

  it('lists every invalid input, and has no table', () => {
    const issues = ['wait: expected true or false, got "<yes>".', 'team: expected an ID, got "a|b".'];
    expect(summaryOfInvalid(issues)).toBe(`### ❌ Friendli endpoint: 2 invalid inputs

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
});
