// Preloaded: writes the peak memory of its process in KiB to BENCH_MEMORY_FILE when it exits. On Linux it reads VmHWM,
// because maxRSS is inherited across fork and exec, and would be the peak of the benchmark itself.
const { existsSync, readFileSync, writeFileSync } = require('node:fs');

process.on('exit', () => {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? String(process.resourceUsage().maxRSS);
  writeFileSync(process.env.BENCH_MEMORY_FILE, peak);
});
