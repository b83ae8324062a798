/** Mermaid's own parser, from a build that has few kinds of diagrams and no dependencies. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { runInThisContext } from 'node:vm';

/** A bar of a gantt. */
type Task = { section: string; startTime: Date; endTime: Date } & Partial<Record<'done' | 'active' | 'crit', boolean>>;

declare global {
  var mermaid: {
    parse(source: string): Promise<{ diagramType: string }>;
    mermaidAPI: { getDiagramFromText(source: string): Promise<{ db: { getTasks(): Task[] } }> };
  };
}

/** The classic script that a page loads, too. */
export const mermaidFile = createRequire(import.meta.url).resolve('@mermaid-js/tiny');

// Only evaluated as a script does it find its own variables.
runInThisContext(readFileSync(mermaidFile, 'utf8'), { filename: mermaidFile });

export const mermaidParser = globalThis.mermaid;
