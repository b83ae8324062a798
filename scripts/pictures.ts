/**
 * `npm run pictures`: renders the job summary of a recovery as GitHub shows it, into docs/summary.png and
 * docs/summary-dark.png. It needs a Chromium and pngquant (Debian: `apt-get install chromium pngquant fonts-noto-core
 * fonts-noto-color-emoji`). The Markdown renderer and GitHub's style sheets come through npx.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mermaidFile } from '../test/report/mermaid.js';
import { playScenario, scenarios } from '../test/report/scenarios.js';

const PACKAGES = ['github-markdown-css@5.9.0', 'marked@18.2.1'];
const WIDTH = 940;
const THEMES = [
  { name: 'light', mermaid: 'default', background: '#ffffff', file: '../docs/summary.png' },
  { name: 'dark', mermaid: 'dark', background: '#0d1117', file: '../docs/summary-dark.png' },
];

const folder = mkdtempSync(join(tmpdir(), 'pictures-'));
const page = join(folder, 'page.html');
const article = npx('marked --gfm', playScenario(scenarios['a recovery']).summary);
for (const { name, mermaid, background, file } of THEMES) {
  const css = npx(
    `cat "$(dirname "$(dirname "$(command -v marked)")")/github-markdown-css/github-markdown-${name}.css"`,
  );
  writeFileSync(
    page,
    `<!doctype html><meta charset="utf-8"><title></title>
<style>${css}
body { margin: 0; background: ${background}; }
article { box-sizing: border-box; width: ${WIDTH}px; padding: 16px 20px; }
.mermaid { background: none !important; padding: 0 !important; text-align: center; }
</style>
<article class="markdown-body">${article}</article>
<script src="file://${mermaidFile}"></script>
<script>
const chart = document.querySelector('code.language-mermaid');
chart.parentElement.className = 'mermaid';
chart.parentElement.textContent = chart.textContent;
mermaid.initialize({ startOnLoad: false, theme: '${mermaid}' });
mermaid.run().finally(() => { document.title = Math.ceil(document.querySelector('article').getBoundingClientRect().height); });
</script>`,
  );
  // The page writes its height into its title once Mermaid has drawn.
  const height = /<title>(\d+)/.exec(chromium(`--window-size=${WIDTH},2000`, '--dump-dom'))?.[1];
  const picture = fileURLToPath(new URL(file, import.meta.url));
  chromium(`--window-size=${WIDTH},${height}`, '--force-device-scale-factor=2', `--screenshot=${picture}`);
  execFileSync('pngquant', ['--force', '--ext', '.png', '64', picture]);
  console.log(picture);
}
rmSync(folder, { recursive: true });

/** Opens the page, and returns what Chromium prints. */
function chromium(...options: readonly string[]): string {
  const quiet = ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--virtual-time-budget=10000'];
  const env = { ...process.env, TZ: 'UTC' };
  return execFileSync('chromium', [...quiet, ...options, page], { encoding: 'utf8', env, stdio: 'pipe' });
}

function npx(command: string, input = ''): string {
  const args = ['--yes', ...PACKAGES.flatMap((name) => ['-p', name]), '-c', command];
  return execFileSync('npx', args, { encoding: 'utf8', input, cwd: folder });
}
