/** A duration for a sentence: `44 s`, `7 min 44 s`, `2 h 5 min`. */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return join(`${minutes} min`, seconds % 60, 's');
  return join(`${Math.floor(minutes / 60)} h`, minutes % 60, 'min');
}

function join(large: string, rest: number, unit: string): string {
  return rest === 0 ? large : `${large} ${rest} ${unit}`;
}

/** A pause, which can be shorter than a second: `0.1 s`, `2.5 s`, `20 s`, `5 min`. */
export function formatPause(ms: number): string {
  return ms < 59_950 ? `${Number((ms / 1_000).toFixed(1))} s` : formatDuration(ms);
}

/** The time since the start of the run for a log line: `0:44`, `7:44`, `2:05:00`. */
export function formatTimestamp(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const pad = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${pad(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${pad(seconds % 60)}`;
}
