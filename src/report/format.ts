/** `0.3 s`, `12 s`, `2 min 05 s`, `1 h 03 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 9.95) return `${Math.max(0, seconds).toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const pad = (n: number): string => String(n).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

/** How long ago: `just now`, `5 min ago`, `2 h ago`, `3 d ago`. */
export function formatAgo(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} d ago`;
}

/** Decimal units: `1.2 GB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 99.95 ? value.toFixed(0) : value.toFixed(1)} ${units[unit]}`;
}

/** A fraction as a percentage without its sign: `61.2`; an unknown one as `–`. */
export function formatPercent(fraction: number | null | undefined): string {
  return fraction === null || fraction === undefined ? '–' : (fraction * 100).toFixed(1);
}

/** A difference of fractions in points, with its sign: `+1.2`, `−0.4`. */
export function formatSigned(fraction: number): string {
  return `${fraction < 0 ? '−' : '+'}${formatPercent(Math.abs(fraction))}`;
}

/** Three decimals: `0.499`, `−0.004`; an unknown one as `–`. */
export function formatCoefficient(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  return `${value < 0 ? '−' : ''}${Math.abs(value).toFixed(3)}`;
}

/** A p-value: `0.031`, `< 0.001`; none as `–`. */
export function formatProbability(p: number | null): string {
  if (p === null) return '–';
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

/** A coverage: `95 %`, and `99.9 %` where it has digits more. */
export function formatLevel(level: number): string {
  return `${Number((100 * level).toPrecision(6))} %`;
}
