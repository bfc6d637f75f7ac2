import { escapeHtml } from "./escapeHtml";

const width = 120;
const height = 24;
/** How many of the latest attempts a plot shows. */
const maxAttempts = 24;

/** A bar per attempt, newest on the right: tall for a success, short for a failure, so that they differ not only in color. */
export function successStrip(recent: readonly { ok: boolean }[], label: string): string {
  const step = width / maxAttempts;
  const shown = recent.slice(-maxAttempts);
  const bars = shown.map(({ ok }, index) => {
    const barHeight = ok ? height * 0.7 : height * 0.3;
    const x = width - (shown.length - index) * step;
    return `<rect class="${ok ? "ok" : "failed"}" x="${x.toFixed(1)}" y="${(height - barHeight).toFixed(1)}" width="${(step - 1.5).toFixed(1)}" height="${barHeight.toFixed(1)}"/>`;
  });
  return svg(`${label}: ${shown.map(({ ok }) => (ok ? "✓" : "✗")).join(" ")}`, bars.join(""));
}

/** The values as a line starting from zero, newest on the right. Empty for fewer than two values. */
export function plot(values: readonly number[], label: string): string {
  const shown = values.slice(-maxAttempts);
  if (shown.length < 2) return "";
  const maximum = Math.max(...shown, Number.MIN_VALUE);
  const points = shown.map((value, index) => {
    const x = width - (shown.length - 1 - index) * (width / (maxAttempts - 1));
    return `${x.toFixed(1)},${(height - (value / maximum) * (height - 3)).toFixed(1)}`;
  });
  const [x = "0", y = "0"] = points.at(-1)?.split(",") ?? [];
  const shapes = `<polyline class="line" points="${points.join(" ")}"/><circle class="dot" cx="${x}" cy="${y}" r="2"/>`;
  return svg(`${label}: ${shown.map((value) => Math.round(value)).join(", ")}`, shapes);
}

function svg(label: string, shapes: string): string {
  const base = `<line class="base" x1="0" y1="${height}" x2="${width}" y2="${height}"/>`;
  return `<svg role="img" aria-label="${escapeHtml(label)}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${base}${shapes}</svg>`;
}
