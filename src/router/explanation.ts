import { fitsContext, hasCapability, type Capability, type CapabilitySet } from "./capability";
import type { Catalogue } from "./catalogue";
import type { Model } from "./model";
import type { Cooldowns } from "./cooldown";
import { RouterError } from "./errors";
import { parseModel } from "./openrouter";
import { servicePages } from "./pages";
import { freeModels, exclusionRule, modelExclusionRule, type ExclusionRule, type PoolFilter } from "./pool";

/** Why a request goes where it goes: its needs, who can take it now, and the rule that rules out each other model. */
export interface Explanation {
  needs: CapabilitySet;
  pool: Model[];
  excluded: { model: Model; rule: ExclusionRule }[];
  /** When the service told of these models, epoch milliseconds. */
  fetchedAt: number;
}

export function explain(catalogue: Catalogue, filter: PoolFilter, cooldowns: Cooldowns): Explanation {
  const pool: Model[] = [];
  const excluded: Explanation["excluded"] = [];
  for (const model of catalogue.models) {
    const rule = exclusionRule(model, filter) ?? (cooldowns.get(model.id) ? "resting" : undefined);
    if (rule) excluded.push({ model, rule });
    else pool.push(model);
  }
  for (const model of paidModels(catalogue))
    excluded.push({ model, rule: modelExclusionRule(model, filter.now) === "router" ? "router" : "paid" });
  return { needs: filter.needs, pool, excluded, fetchedAt: catalogue.fetchedAt };
}

const parsed = new WeakMap<Catalogue, readonly Model[]>();

/** Read once a catalogue: they are many, and every question is explained before it is asked. */
function paidModels(catalogue: Catalogue): readonly Model[] {
  const known = parsed.get(catalogue) ?? catalogue.paidRows.flatMap((row) => parseModel(row) ?? []);
  parsed.set(catalogue, known);
  return known;
}

const abilities: Record<Capability, string> = {
  image: "read images",
  file: "read files",
  audio: "hear audio",
  video: "watch video",
  tools: "call tools",
  tool_choice: "be made to call a tool",
  structured_outputs: "answer by a schema",
  response_format: "answer in JSON",
};

/** The sentence for an empty pool: it names the requirement that emptied it. */
export function noCandidateError(models: readonly Model[], filter: PoolFilter): RouterError {
  const { needs, maxTokens } = filter;
  const free = freeModels(models, filter.now);
  if (free.length === 0) return noCandidate("The service offers no free model right now.", "paid");
  const able = free.filter((model) =>
    needs.capabilities.every(
      (capability) => hasCapability(model, capability) && !filter.refusals.lacks(model.id, capability),
    ),
  );
  if (able.length === 0) {
    const lacking = needs.capabilities.map((each) => `no-${each}` as const);
    return noCandidate(unableSentence(free, needs.capabilities), ...lacking);
  }
  const fitting = able.filter((model) => fitsContext(model, needs, maxTokens));
  if (fitting.length === 0) {
    return new RouterError("context-too-long", tooLongSentence(able, needs, maxTokens));
  }
  const rules = fitting.map((model) => exclusionRule(model, filter));
  if (rules.every((rule) => rule === "gone" || rule === "data-policy") && rules.includes("data-policy")) {
    return new RouterError(
      "data-policy",
      "The account's privacy settings rule out every free model that can do this.",
      { link: servicePages.privacy },
    );
  }
  if (rules.includes("excluded"))
    return noCandidate("Every other free model that can do this is excluded.", "excluded");
  if (rules.includes("preview"))
    return noCandidate("Only preview models can do this, and they are not allowed in the settings.", "preview");
  return noCandidate("The free models that can do this are gone or closed to this account.", "gone");
}

function noCandidate(sentence: string, ...rules: readonly ExclusionRule[]): RouterError {
  return new RouterError("no-candidate", sentence, { rules });
}

function tooLongSentence(able: readonly Model[], needs: CapabilitySet, maxTokens = 0): string {
  const window = Math.max(...able.map(({ contextLength }) => contextLength));
  if (able.some((model) => fitsContext(model, needs, undefined)))
    return `No free model that can take this writes an answer of ${maxTokens} tokens. Ask for a shorter one.`;
  return `The conversation needs room for about ${needs.contextTokens} tokens; the largest free model that can take it has ${window}.`;
}

function unableSentence(free: readonly Model[], needed: readonly Capability[]): string {
  const counts = needed.map(
    (capability) => `${free.filter((model) => hasCapability(model, capability)).length} can ${abilities[capability]}`,
  );
  const all = needed.map((capability) => abilities[capability]);
  if (all.length === 1) return `No free model can ${all.join("")} right now.`;
  return `No free model can ${all.slice(0, -1).join(", ")} and ${all.at(-1) ?? ""} right now: ${counts.join(", ")}, but none can do it all.`;
}
