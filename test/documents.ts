/** Reads the repository's documents as their readers do: headings, tables, links and fenced code of Markdown. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../', import.meta.url);
/** Folders that are not ours, or not committed. */
const FOREIGN = new Set(['node_modules', '.git', 'dist', 'coverage', 'reports', '.stryker-tmp']);

/** One row of a table: the text of each cell under the name of its column. */
export type Row = Readonly<Record<string, string>>;

/** The text of a file, by its path from the repository's root. */
export function readDocument(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

/** The paths of all files in a folder and below, from the repository's root, with slashes, in order. */
export function filesIn(folder: string): string[] {
  return readdirSync(fileURLToPath(new URL(folder === '' ? '.' : `${folder}/`, ROOT)), {
    withFileTypes: true,
  })
    .filter(({ name }) => !FOREIGN.has(name))
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesIn(path) : [path];
    })
    .sort();
}

/**
 * The first table under a heading.
 *
 * @throws Error if there is no such heading, or no table before the next one
 */
export function tableUnder(heading: string, markdown: string): Row[] {
  const lines = withoutCode(markdown).split('\n');
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === heading);
  if (start < 0) throw new Error(`There is no heading "${heading}".`);
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^#+ /.test(line));
  const section = end < 0 ? rest : rest.slice(0, end);
  const first = section.findIndex((line) => line.startsWith('|'));
  if (first < 0) throw new Error(`There is no table under "${heading}".`);
  const table = section.slice(first);
  const after = table.findIndex((line) => !line.startsWith('|'));
  const [columns = [], , ...rows] = (after < 0 ? table : table.slice(0, after)).map(cellsOf);
  return rows.map((cells) =>
    Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ''])),
  );
}

function cellsOf(line: string): string[] {
  return line
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => cell.trim());
}

/** What stands in backticks, without them, in order. */
export function codeIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

/** The contents of all fenced blocks of a language, without the indent of their list item. */
export function fencedBlocks(language: string, markdown: string): string[] {
  const fences = /^( *)```(\w*)\n([\s\S]*?)^\1```$/gm;
  return [...markdown.matchAll(fences)]
    .filter(([, , info]) => info === language)
    .map(([, indent = '', , body = '']) => body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''));
}

/** The targets of all links and pictures, as written. Code has none. */
export function linksIn(markdown: string): string[] {
  return [...withoutCode(markdown).matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = '']) => target);
}

/** The names that GitHub gives to the headings. */
export function anchorsIn(markdown: string): string[] {
  const seen = new Map<string, number>();
  return [...withoutFences(markdown).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => {
    const name = heading
      .toLowerCase()
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-');
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return before === 0 ? name : `${name}-${before}`;
  });
}

function withoutFences(markdown: string): string {
  return markdown.replace(/^( *)```\w*\n[\s\S]*?^\1```$/gm, '').replace(/<!--[\s\S]*?-->/g, '');
}

/** Without fenced blocks and comments. What stands in backticks stays where it is in a table, and is no link. */
function withoutCode(markdown: string): string {
  return withoutFences(markdown).replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()|]/g, ' '));
}
