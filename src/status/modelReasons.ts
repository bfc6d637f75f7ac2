import { t } from "@vscode/l10n";
import type { Model, ModelStatistics } from "../router/index";
import { formatSeconds } from "./statusText";

/** In a smaller group, the best third means little. */
const minRatedModels = 6;

/**
 * Why the strategy *Automatic (adaptive)* prefers a model or not, in words: its rank in the catalogue's benchmarks among `pool`, how many of
 * its latest attempts succeeded, and how soon it answers. Empty for a model about which nothing is known.
 */
export function modelReasons(
  model: Model | undefined,
  statistics: ModelStatistics | undefined,
  pool: readonly Model[],
): string[] {
  const { recent = [], timeToFirstTextMs } = statistics ?? {};
  return [
    ...(model ? strengths(model, pool) : []),
    ...(recent.length > 0 ? [t("{0} of {1} answered", recent.filter(({ ok }) => ok).length, recent.length)] : []),
    ...(timeToFirstTextMs === undefined ? [] : [t("{0} to first token", formatSeconds(timeToFirstTextMs))]),
  ];
}

function strengths({ benchmarks }: Model, pool: readonly Model[]): string[] {
  const code = thirdOf(benchmarks?.coding, (each) => each.benchmarks?.coding, pool);
  const tools = thirdOf(benchmarks?.agentic, (each) => each.benchmarks?.agentic, pool);
  if (code === "best") return [tools === "best" ? t("strong at code and tools") : t("strong at code")];
  if (tools === "best") return [t("strong at tools")];
  return code === "last" ? [t("weaker at code")] : [];
}

/** Whether a benchmark score is in the best or in the last third of the pool's. */
function thirdOf(
  score: number | undefined,
  scoreOf: (model: Model) => number | undefined,
  pool: readonly Model[],
): "best" | "last" | undefined {
  const scores = pool.flatMap((each) => scoreOf(each) ?? []);
  if (score === undefined || scores.length < minRatedModels) return undefined;
  const better = scores.filter((each) => each > score).length / scores.length;
  if (better < 1 / 3) return "best";
  return better >= 2 / 3 ? "last" : undefined;
}
