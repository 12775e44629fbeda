/** @file Times as Slurm writes them. */

/** `MM:SS`, `HH:MM:SS`, `D-HH`, `D-HH:MM`, `D-HH:MM:SS`; the first part may be any number, as in `90:00:00`. */
const forms = [
  { pattern: /^(\d+):(\d+)$/, units: [60, 1] },
  { pattern: /^(\d+):(\d+):(\d+)$/, units: [3600, 60, 1] },
  { pattern: /^(\d+)-(\d+)$/, units: [86_400, 3600] },
  { pattern: /^(\d+)-(\d+):(\d+)$/, units: [86_400, 3600, 60] },
  { pattern: /^(\d+)-(\d+):(\d+):(\d+)$/, units: [86_400, 3600, 60, 1] },
];

/**
 * Reads a time with colons or days, as sbatch takes it and squeue prints it.
 * @param text `MM:SS`, `HH:MM:SS`, `D-HH`, `D-HH:MM` or `D-HH:MM:SS`
 * @returns seconds; undefined for anything else (`UNLIMITED`, `NOT_SET`, `INVALID`)
 * @source sbatch(1), option `--time`
 */
export function clockSeconds(text: string): number | undefined {
  for (const { pattern, units } of forms) {
    const match = pattern.exec(text);
    if (match !== null) return units.reduce((sum, unit, i) => sum + unit * Number(match[i + 1]), 0);
  }
  return undefined;
}

/**
 * Writes a time as sbatch takes it.
 * @param seconds ≥ 0; rounded up to whole seconds
 * @returns `HH:MM:SS`, hours without limit
 */
export function clockText(seconds: number): string {
  const whole = Math.ceil(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}
