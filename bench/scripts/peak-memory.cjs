// Preloaded: writes the peak memory of its process in KiB to BENCH_MEMORY_FILE when it exits. On Linux it reads VmHWM,
// because maxRSS is inherited across fork and exec, and would be the peak of the benchmark itself.
const fs = require('node:fs');

process.on('exit', () => {
  const [, peak] =
    process.platform === 'linux' ? /VmHWM:\s+(\d+)/.exec(fs.readFileSync('/proc/self/status', 'utf8')) : [];
  fs.writeFileSync(process.env.BENCH_MEMORY_FILE, peak ?? String(process.resourceUsage().maxRSS));
});
