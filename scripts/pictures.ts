/**
 * `npm run pictures`: renders the job summary of a recovery as GitHub shows it, into docs/summary.png and
 * docs/summary-dark.png. With a folder (`npm run pictures -- /tmp/pictures`) it renders every scenario of the tests into
 * that folder instead, wide and narrow, light and dark, to look at after a change.
 *
 * It needs a Chromium (Debian: `apt-get install chromium pngquant fonts-noto-core fonts-noto-color-emoji`; a path to
 * another one goes into the variable CHROMIUM) and pngquant. The Markdown renderer and GitHub's style sheet come through npx.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mermaidFile } from '../test/report/mermaid.js';
import { concluded, type Scenario, scenarios } from '../test/report/scenarios.js';

const DOCS = fileURLToPath(new URL('../docs/', import.meta.url));
const CHROMIUM = process.env['CHROMIUM'] ?? 'chromium';
const PNGQUANT = process.env['PNGQUANT'] ?? 'pngquant';
const WIDE = 940;
const NARROW = 400;
const THEMES = ['light', 'dark'] as const;

type Theme = (typeof THEMES)[number];

interface Picture {
  readonly file: string;
  readonly markdown: string;
  readonly width: number;
  readonly theme: Theme;
}

const folder = mkdtempSync(join(tmpdir(), 'pictures-'));
try {
  const [target] = process.argv.slice(2);
  const styles = readStyles();
  const pictures = target === undefined ? forDocumentation() : ofEveryScenario(resolve(target));
  for (const picture of pictures) {
    draw(picture, styles);
    console.log(picture.file);
  }
} finally {
  rmSync(folder, { recursive: true });
}

function forDocumentation(): Picture[] {
  const markdown = concluded(scenarios['a recovery']).summary;
  return [
    { file: join(DOCS, 'summary.png'), markdown, width: WIDE, theme: 'light' },
    { file: join(DOCS, 'summary-dark.png'), markdown, width: WIDE, theme: 'dark' },
  ];
}

function ofEveryScenario(target: string): Picture[] {
  mkdirSync(target, { recursive: true });
  return Object.entries<Scenario>(scenarios).flatMap(([name, scenario]) => {
    const markdown = concluded(scenario).summary;
    return [WIDE, NARROW].flatMap((width) =>
      THEMES.map((theme) => {
        const file = join(target, `${name.replaceAll(' ', '-')}-${width}-${theme}.png`);
        return { file, markdown, width, theme };
      }),
    );
  });
}

function draw(picture: Picture, styles: Record<Theme, string>): void {
  const page = join(folder, 'page.html');
  writeFileSync(page, pageOf(picture, styles[picture.theme]));
  const chromium = (...args: string[]): string =>
    execFileSync(
      CHROMIUM,
      [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--hide-scrollbars',
        '--virtual-time-budget=10000',
        ...args,
        page,
      ],
      { encoding: 'utf8', env: { ...process.env, TZ: 'UTC' }, stdio: ['ignore', 'pipe', 'ignore'] },
    );
  // The page writes its height into its title once Mermaid has drawn.
  const dom = chromium(`--window-size=${picture.width},2000`, '--dump-dom');
  const height = /<title>(\d+)<\/title>/.exec(dom)?.[1];
  if (height === undefined) throw new Error(`The page did not finish: ${dom.slice(-500)}`);
  chromium(
    `--window-size=${picture.width},${height}`,
    '--force-device-scale-factor=2',
    `--screenshot=${picture.file}`,
  );
  execFileSync(PNGQUANT, ['--force', '--ext', '.png', '64', picture.file]);
}

function pageOf({ markdown, width, theme }: Picture, style: string): string {
  const background = theme === 'dark' ? '#0d1117' : '#ffffff';
  return `<!doctype html><meta charset="utf-8"><title></title>
<style>${style}
body { margin: 0; background: ${background}; }
article { box-sizing: border-box; width: ${width}px; padding: 16px 20px; }
.mermaid { background: none !important; padding: 0 !important; text-align: center; }
</style>
<article class="markdown-body">${alerts(toHtml(markdown))}</article>
<script src="file://${mermaidFile}"></script>
<script>
for (const code of document.querySelectorAll('code.language-mermaid')) {
  const pre = code.parentElement;
  pre.className = 'mermaid';
  pre.textContent = code.textContent;
}
mermaid.initialize({ startOnLoad: false, theme: '${theme === 'dark' ? 'dark' : 'default'}' });
mermaid.run().finally(() => { document.title = String(Math.ceil(document.querySelector('article').getBoundingClientRect().height)); });
</script>`;
}

function toHtml(markdown: string): string {
  return npx(['marked@18'], 'marked --gfm', markdown);
}

/** GitHub's alerts, which no renderer of plain GitHub-flavored Markdown knows. */
function alerts(html: string): string {
  return html.replace(
    /<blockquote>\s*<p>\[!([A-Z]+)\]\s*([\s\S]*?)<\/blockquote>/g,
    (_, name: string, rest: string) => {
      const title = `${name.charAt(0)}${name.slice(1).toLowerCase()}`;
      return `<div class="markdown-alert markdown-alert-${name.toLowerCase()}"><p class="markdown-alert-title">${title}</p><p>${rest}</div>`;
    },
  );
}

function readStyles(): Record<Theme, string> {
  const read = (theme: Theme): string =>
    npx(
      ['github-markdown-css@5', 'marked@18'],
      `cat "$(dirname "$(dirname "$(command -v marked)")")/github-markdown-css/github-markdown-${theme}.css"`,
    );
  return { light: read('light'), dark: read('dark') };
}

function npx(packages: readonly string[], command: string, input = ''): string {
  const args = ['--yes', ...packages.flatMap((name) => ['-p', name]), '-c', command];
  return execFileSync('npx', args, {
    encoding: 'utf8',
    input,
    cwd: folder,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}
