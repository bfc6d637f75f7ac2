import { t } from "@vscode/l10n";
import { fullModelName } from "../modelNames";
import type { Model, ModelStatistics } from "../router/index";
import { escapeHtml } from "./escapeHtml";
import { plot, successStrip } from "./statisticsPlot";
import { formatTimeAhead, formatDateTime } from "../timeFormat";
import { modelReasons } from "./modelReasons";
import { formatPercent, formatSeconds } from "./statusText";

export interface StatisticsHtmlOptions {
  /** For the style element, the only content that the content security policy allows. */
  nonce: string;
  language: string;
  /** Epoch milliseconds. */
  now: number;
  /** The extensions that ask models, those with most requests first. */
  requesters: readonly RequesterRow[];
  /** The free models, for their names and benchmarks; empty if unknown. */
  models: readonly Model[];
}

/** What an extension has spent, as plain text. */
export interface RequesterRow {
  name: string;
  requestsToday: number;
  requests: number;
  /** What the user allows it. */
  permission: string;
}

/**
 * The statistics page: success rate, time to first token, and speed of each model, as a number and a plot of the latest attempts. The most
 * recently used model comes first. The page is static: no scripts, no requests.
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
    <p class="note">${escapeHtml(t("Results of your requests on this computer. Automatic (adaptive) uses them to select models; what happened lately counts most."))}</p>
    ${rows.length === 0 ? `<p>${escapeHtml(t("No model has been used yet."))}</p>` : table(rows, options)}
    ${options.requesters.length === 0 ? "" : requesterTable(options.requesters)}
  </body>
</html>
`;
}

function table(rows: readonly ModelStatistics[], options: StatisticsHtmlOptions): string {
  const heads = [t("Model"), t("Success rate"), t("Time to first token"), t("Tokens per second"), t("Status")];
  return tableHtml(
    heads,
    rows.map((statistics) => row(statistics, options)),
  );
}

function requesterTable(requesters: readonly RequesterRow[]): string {
  const heads = [t("Extension"), t("Requests today"), t("All requests"), t("Permission")];
  const rows = requesters.map(({ name, requestsToday, requests, permission }) =>
    [name, requestsToday.toLocaleString(), requests.toLocaleString(), permission].map(escapeHtml),
  );
  return `<h2>${escapeHtml(t("Requests in VS Code's Chat and of Other Extensions"))}</h2>
    ${tableHtml(heads, rows)}`;
}

/** A table of cells in HTML, the first of each row as its head. A cell names its column, for a page too narrow for columns. */
function tableHtml(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const cell = (html: string, column: number): string =>
    column === 0 ? `<th scope="row">${html}</th>` : `<td data-label="${escapeHtml(heads[column] ?? "")}">${html}</td>`;
  return `<table>
      <thead><tr>${heads.map((head) => `<th scope="col">${escapeHtml(head)}</th>`).join("")}</tr></thead>
      <tbody>
        ${rows.map((cells) => `<tr>${cells.map(cell).join("")}</tr>`).join("\n        ")}
      </tbody>
    </table>`;
}

/** The cells of a model. */
function row(statistics: ModelStatistics, { now, models }: StatisticsHtmlOptions): string[] {
  const { model, timeToFirstTextMs, tokensPerSecond, recent } = statistics;
  const known = models.find(({ id }) => id === model);
  const name = known ? fullModelName(known) : model;
  const reasons = modelReasons(known, statistics, models).join(", ");
  const times = recent.flatMap((attempt) => attempt.timeToFirstTextMs ?? []);
  const speeds = recent.flatMap((attempt) => attempt.tokensPerSecond ?? []);
  return [
    `${escapeHtml(name)}<div class="note">${escapeHtml(model)}</div><div class="note">${escapeHtml(reasons)}</div>`,
    successFigures(statistics) + successStrip(recent, t("Latest attempts, newest on the right")),
    timeToFirstTextMs === undefined
      ? ""
      : figure(formatSeconds(timeToFirstTextMs)) + plot(times, t("Time to first token")),
    tokensPerSecond === undefined ? "" : figure(String(Math.round(tokensPerSecond))) + plot(speeds, t("Speed")),
    escapeHtml(statusOf(statistics, now)),
  ];
}

/** The share of all attempts, and the one that adaptive selection uses, in which recent hours count most, if it differs. */
function successFigures({ attempts, successes, successRate }: ModelStatistics): string {
  const all = formatPercent(successes / attempts);
  const recent = formatPercent(successRate);
  const note = recent === all ? "" : `<div class="note">${escapeHtml(t("lately {0}", recent))}</div>`;
  return `${figure(all, t("{0} of {1}", successes, attempts))}${note}`;
}

function statusOf({ restingUntil, lastUsedAt }: ModelStatistics, now: number): string {
  if (restingUntil !== undefined && restingUntil > now)
    return t("Cooling down until {0}", formatTimeAhead(restingUntil, now));
  return t("Last used on {0}", formatDateTime(lastUsedAt));
}

function figure(value: string, note = ""): string {
  return `<div class="figure">${escapeHtml(value)}${note ? ` <span class="note">${escapeHtml(note)}</span>` : ""}</div>`;
}

const style = `
  body { padding: 1em 2em 2em; font: var(--vscode-font-size, 13px) var(--vscode-font-family, sans-serif); }
  h1 { font-size: 1.5em; font-weight: 600; margin: 0.5em 0; }
  h2 { font-size: 1.2em; font-weight: 600; margin: 2em 0 0.5em; }
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
  @media (max-width: 640px) {
    body { padding: 0.5em 1em 1em; overflow-wrap: anywhere; }
    table, tbody, tr, th, td { display: block; }
    thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
    tbody tr { padding: 0.6em 0; }
    th, td { padding: 0.25em 0; }
    td { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); column-gap: 1em; }
    td > * { grid-column: 2; }
    td::before { content: attr(data-label); grid-row: 1 / span 3; color: var(--vscode-descriptionForeground); }
    td:empty { display: none; }
    .figure { white-space: normal; }
    svg { max-width: 100%; }
  }
`;
