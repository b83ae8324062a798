// Preloaded into the floor and the bundles alike: writes the peak memory of its process in KiB to BENCH_MEMORY_FILE.
//
// It only acts when the process exits, so it adds the same few objects to each. On Linux, VmHWM is read in place of
// maxRSS: the latter is inherited across fork and exec, and would tell the peak of the benchmark itself.
const { existsSync, readFileSync, writeFileSync } = require('node:fs');

process.on('exit', () => {
  const file = '/proc/self/status';
  const linux = existsSync(file) ? /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(file, 'utf8')) : null;
  writeFileSync(process.env.BENCH_MEMORY_FILE, linux?.[1] ?? String(process.resourceUsage().maxRSS));
});
