/** Reads the repository's documents as their readers do: headings, tables, links and fenced code of Markdown. */
import { readdirSync, readFileSync } from 'node:fs';

const ROOT = new URL('../', import.meta.url);
/** Folders that are not ours, or not committed. */
const IGNORED = new Set(['node_modules', '.git', 'dist', 'coverage', 'reports', '.stryker-tmp']);

export function readDocument(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

/** The paths of all files in a folder and below, from the repository's root, with slashes, in order. */
export function filesIn(folder: string): string[] {
  return readdirSync(new URL(`./${folder}`, ROOT), { withFileTypes: true })
    .filter(({ name }) => !IGNORED.has(name))
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesIn(path) : [path];
    })
    .sort();
}

/** The cells of these columns, row by row, in all tables whose first column is the first of them. */
export function tableOf(markdown: string, ...columns: string[]): string[][] {
  const tables = withoutCode(markdown).match(/(?:^\|.*\|\n)+/gm) ?? [];
  return tables
    .map((table) => table.match(/(?<=^\|).*(?=\|$)/gm) ?? [])
    .map((lines) => lines.map((line) => line.split('|').map((cell) => cell.trim())))
    .filter(([names = []]) => names[0] === columns[0])
    .flatMap(([names = [], , ...rows]) => rows.map((cells) => columns.map((name) => cells[names.indexOf(name)] ?? '')));
}

/** The text in backticks, without them, in order. */
export function codeIn(text = ''): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

/** The contents of all fenced blocks of a language. */
export function fencedBlocks(language: string, markdown: string): string[] {
  return [...markdown.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
    .filter(([, info]) => info === language)
    .map(([, , body = '']) => body);
}

/** The targets of all links and pictures. */
export function linksIn(markdown: string): string[] {
  const links = withoutCode(markdown).matchAll(/\]\(([^()\s]+)\)|(?:src|srcset)="([^"]+)"/g);
  return [...links].map(([, link, src]) => link ?? src ?? '');
}

/** The names that GitHub gives to the headings. */
export function anchorsIn(markdown: string): string[] {
  return [...withoutFences(markdown).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function withoutFences(markdown: string): string {
  return markdown.replace(/^```\w*\n[\s\S]*?^```$/gm, '');
}

/** Without fenced blocks. In backticks, what looks like a link or the edge of a cell is neither. */
function withoutCode(markdown: string): string {
  return withoutFences(markdown).replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()|]/g, ' '));
}
