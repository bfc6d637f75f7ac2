import { t } from "@vscode/l10n";
import type { ModelStatistics } from "../router/index";
import { escapeHtml } from "./escapeHtml";
import { plot, successStrip } from "./statisticsPlot";
import { formatTime, formatDateTime } from "../timeFormat";
import { seconds } from "./statusText";

export interface StatisticsHtmlOptions {
  /** For the one style element; nothing else is let in, and nothing runs. */
  nonce: string;
  language: string;
  now: number;
  /** Display names by id, as far as they are known. */
  names: ReadonlyMap<string, string>;
}

/**
 * The page of what this machine has seen of each model, the latest used first: how often it answered, after how long, how
 * fast, each as a figure and a small plot of the newest attempts. Static: no script, no request.
 */
export function statisticsHtml(statistics: readonly ModelStatistics[], options: StatisticsHtmlOptions): string {
  const rows = [...statistics].sort((a, b) => b.lastUsedAt - a.lastUsedAt);
  const { nonce, language } = options;
  return `<!DOCTYPE html>
<html lang="${language.replace(/[^\w-]/g, "")}">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'">
    <title>${escapeHtml(t("Model Statistics"))}</title>
    <style nonce="${nonce}">${style}</style>
  </head>
  <body>
    <h1>${escapeHtml(t("Model Statistics"))}</h1>
    <p class="note">${escapeHtml(t("What this machine has seen of the free models; the last hours count most. Automatic (adaptive) chooses by it."))}</p>
    ${rows.length === 0 ? `<p>${escapeHtml(t("No model has been asked yet."))}</p>` : table(rows, options)}
  </body>
</html>
`;
}

function table(rows: readonly ModelStatistics[], options: StatisticsHtmlOptions): string {
  const heads = [t("Model"), t("Answered"), t("First words after"), t("Tokens a second"), t("Now")];
  return `<table>
      <thead><tr>${heads.map((head) => `<th scope="col">${escapeHtml(head)}</th>`).join("")}</tr></thead>
      <tbody>
        ${rows.map((each) => row(each, options)).join("\n        ")}
      </tbody>
    </table>`;
}

function row(seen: ModelStatistics, { now, names }: StatisticsHtmlOptions): string {
  const { model, attempts, successes, successRate, timeToFirstTextMs, tokensPerSecond, recent } = seen;
  const name = (names.get(model) ?? model).replace(/\s*\(free\)$/i, "");
  const first = recent.flatMap((each) => each.timeToFirstTextMs ?? []);
  const speed = recent.flatMap((each) => each.tokensPerSecond ?? []);
  return `<tr>
          <th scope="row">${escapeHtml(name)}<div class="note">${escapeHtml(model)}</div></th>
          <td>${figure(`${Math.round(successRate * 100)} %`, t("{0} of {1}", successes, attempts))}${successStrip(recent, t("The newest attempts, the latest at the right"))}</td>
          <td>${timeToFirstTextMs === undefined ? "" : figure(seconds(timeToFirstTextMs)) + plot(first, t("Time to the first words"))}</td>
          <td>${tokensPerSecond === undefined ? "" : figure(String(Math.round(tokensPerSecond))) + plot(speed, t("Speed"))}</td>
          <td>${escapeHtml(standing(seen, now))}</td>
        </tr>`;
}

function standing({ restingUntil, lastUsedAt }: ModelStatistics, now: number): string {
  if (restingUntil !== undefined && restingUntil > now) return t("rests until {0}", formatTime(restingUntil));
  return t("last asked on {0}", formatDateTime(lastUsedAt));
}

function figure(value: string, note = ""): string {
  return `<div class="figure">${escapeHtml(value)}${note ? ` <span class="note">${escapeHtml(note)}</span>` : ""}</div>`;
}

const style = `
  body { padding: 1em 2em 2em; font: var(--vscode-font-size, 13px) var(--vscode-font-family, sans-serif); }
  h1 { font-size: 1.5em; font-weight: 600; margin: 0.5em 0; }
  .note { color: var(--vscode-descriptionForeground); font-weight: normal; }
  table { border-collapse: collapse; margin-top: 1em; }
  th, td { text-align: start; vertical-align: top; padding: 0.6em 1.5em 0.6em 0; font-weight: normal; }
  thead th { color: var(--vscode-descriptionForeground); }
  tbody tr { border-top: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, #8884)); }
  tbody th { font-weight: 600; overflow-wrap: anywhere; }
  .figure { white-space: nowrap; font-variant-numeric: tabular-nums; }
  svg { display: block; margin-top: 0.35em; overflow: visible; }
  .ok { fill: var(--vscode-charts-green, green); }
  .failed { fill: var(--vscode-charts-red, red); }
  .line { fill: none; stroke: var(--vscode-charts-blue, blue); stroke-width: 1.5; }
  .dot { fill: var(--vscode-charts-blue, blue); }
  .base { stroke: var(--vscode-descriptionForeground); stroke-width: 0.5; opacity: 0.6; }
`;
