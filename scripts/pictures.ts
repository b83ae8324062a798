/**
 * `npm run pictures`: renders the job summary of a recovery as GitHub shows it, into docs/summary.png and
 * docs/summary-dark.png. With a folder (`npm run pictures -- /tmp/pictures`) it renders every scenario of the tests into
 * that folder instead, wide and narrow, light and dark, to look at after a change.
 *
 * It needs a Chromium and pngquant (Debian: `apt-get install chromium pngquant fonts-noto-core fonts-noto-color-emoji`).
 * The Markdown renderer and GitHub's style sheets come through npx.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mermaidFile } from '../test/report/mermaid.js';
import { playScenario, scenarios } from '../test/report/scenarios.js';

const DOCS = fileURLToPath(new URL('../docs/', import.meta.url));
const PACKAGES = ['github-markdown-css@5.9.0', 'marked@18.2.1'];
const WIDE = 940;
const NARROW = 400;

interface Picture {
  readonly file: string;
  readonly markdown: string;
  readonly width: number;
  readonly theme: 'light' | 'dark';
}

const folder = mkdtempSync(join(tmpdir(), 'pictures-'));
try {
  const [target] = process.argv.slice(2);
  for (const picture of target === undefined ? forDocumentation() : everyScenario(resolve(target))) {
    draw(picture);
    console.log(picture.file);
  }
} finally {
  rmSync(folder, { recursive: true });
}

function forDocumentation(): Picture[] {
  const common = { markdown: playScenario(scenarios['a recovery']).summary, width: WIDE };
  return [
    { ...common, file: join(DOCS, 'summary.png'), theme: 'light' },
    { ...common, file: join(DOCS, 'summary-dark.png'), theme: 'dark' },
  ];
}

function everyScenario(target: string): Picture[] {
  mkdirSync(target, { recursive: true });
  return Object.entries(scenarios).flatMap(([name, script]) => {
    const { summary: markdown } = playScenario(script);
    const themes = ['light', 'dark'] as const;
    return [WIDE, NARROW].flatMap((width) =>
      themes.map((theme) => {
        const file = join(target, `${name.replaceAll(/\W+/g, '-')}-${width}-${theme}.png`);
        return { file, markdown, width, theme };
      }),
    );
  });
}

function draw({ file, markdown, width, theme }: Picture): void {
  const page = join(folder, 'page.html');
  const css = `"$(dirname "$(dirname "$(command -v marked)")")/github-markdown-css/github-markdown-${theme}.css"`;
  const style = npx(`cat ${css}`);
  const article = alerts(npx('marked --gfm', markdown));
  writeFileSync(
    page,
    `<!doctype html><meta charset="utf-8"><title></title>
<style>${style}
body { margin: 0; background: ${theme === 'dark' ? '#0d1117' : '#ffffff'}; }
article { box-sizing: border-box; width: ${width}px; padding: 16px 20px; }
.mermaid { background: none !important; padding: 0 !important; text-align: center; }
</style>
<article class="markdown-body">${article}</article>
<script src="file://${mermaidFile}"></script>
<script>
for (const code of document.querySelectorAll('code.language-mermaid')) {
  const pre = code.parentElement;
  pre.className = 'mermaid';
  pre.textContent = code.textContent;
}
mermaid.initialize({ startOnLoad: false, theme: '${theme === 'dark' ? 'dark' : 'default'}' });
mermaid.run().finally(() => { document.title = Math.ceil(document.querySelector('article').getBoundingClientRect().height); });
</script>`,
  );
  // The page writes its height into its title once Mermaid has drawn.
  const dom = chromium(`--window-size=${width},2000`, '--dump-dom', page);
  const height = /<title>(\d+)<\/title>/.exec(dom)?.[1] ?? '2000';
  chromium(`--window-size=${width},${height}`, '--force-device-scale-factor=2', `--screenshot=${file}`, page);
  execFileSync('pngquant', ['--force', '--ext', '.png', '64', file]);
}

function chromium(...options: readonly string[]): string {
  const quiet = ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--virtual-time-budget=10000'];
  const env = { ...process.env, TZ: 'UTC' };
  return execFileSync('chromium', [...quiet, ...options], {
    encoding: 'utf8',
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

/** GitHub's alerts, which plain GitHub-flavored Markdown does not have. */
function alerts(html: string): string {
  return html.replace(
    /<blockquote>\s*<p>\[!([A-Z]+)\]\s*([\s\S]*?)<\/blockquote>/g,
    (_, name: string, rest: string) =>
      `<div class="markdown-alert markdown-alert-${name.toLowerCase()}"><p class="markdown-alert-title">${name}</p><p>${rest}</div>`,
  );
}

function npx(command: string, input = ''): string {
  const args = ['--yes', ...PACKAGES.flatMap((name) => ['-p', name]), '-c', command];
  return execFileSync('npx', args, {
    encoding: 'utf8',
    input,
    cwd: folder,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}
