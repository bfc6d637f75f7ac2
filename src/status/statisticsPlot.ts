import { escapeHtml } from "./escapeHtml";

const width = 120;
const height = 24;
/** The newest attempts that a plot has room for. */
const places = 24;

/** One mark an attempt, the newest at the right: tall for an answer, short and low for a failure, so that colour is not all. */
export function successStrip(recent: readonly { ok: boolean }[], label: string): string {
  const step = width / places;
  const shown = recent.slice(-places);
  const marks = shown.map(({ ok }, index) => {
    const tall = ok ? height * 0.7 : height * 0.3;
    const x = width - (shown.length - index) * step;
    return `<rect class="${ok ? "ok" : "failed"}" x="${x.toFixed(1)}" y="${(height - tall).toFixed(1)}" width="${(step - 1.5).toFixed(1)}" height="${tall.toFixed(1)}"/>`;
  });
  return svg(`${label}: ${shown.map(({ ok }) => (ok ? "✓" : "✗")).join(" ")}`, marks.join(""));
}

/** The values as a line from zero up, the newest at the right; nothing for fewer than two. */
export function plot(values: readonly number[], label: string): string {
  const shown = values.slice(-places);
  if (shown.length < 2) return "";
  const most = Math.max(...shown, Number.MIN_VALUE);
  const points = shown.map((value, index) => {
    const x = width - (shown.length - 1 - index) * (width / (places - 1));
    return `${x.toFixed(1)},${(height - (value / most) * (height - 3)).toFixed(1)}`;
  });
  const [x = "0", y = "0"] = points.at(-1)?.split(",") ?? [];
  const drawing = `<polyline class="line" points="${points.join(" ")}"/><circle class="dot" cx="${x}" cy="${y}" r="2"/>`;
  return svg(`${label}: ${shown.map((value) => Math.round(value)).join(", ")}`, drawing);
}

function svg(label: string, drawing: string): string {
  const base = `<line class="base" x1="0" y1="${height}" x2="${width}" y2="${height}"/>`;
  return `<svg role="img" aria-label="${escapeHtml(label)}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${base}${drawing}</svg>`;
}
