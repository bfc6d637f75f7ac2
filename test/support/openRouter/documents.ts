import type { Catalogue } from "./catalogue";
import type { ReceivedRequest } from "../simulator/receivedRequest";
import { json, type Reply, refusal } from "./reply";
import { providerOf } from "./stream";

/** `GET /models/{author}/{slug}/endpoints`: one endpoint, or none if the model has expired but is still listed. */
export function describeEndpoints(id: string, catalogue: Catalogue): Reply {
  const slug = decodeURIComponent(id);
  const row = catalogue.find(slug) ?? catalogue.rows.find((each) => each.canonical_slug === slug);
  if (!row) return refusal(404, "Model not found");
  const provider = providerOf(row.id);
  const endpoint = {
    ...{ name: `${provider} | ${row.id}`, model_id: row.id, model_name: row.name, provider_name: provider },
    ...{ tag: provider.toLowerCase().replaceAll(" ", "-"), context_length: row.context_length },
    ...{ max_completion_tokens: row.top_provider.max_completion_tokens ?? null, max_prompt_tokens: null },
    ...{ pricing: row.pricing, quantization: null, status: 0, supported_parameters: row.supported_parameters },
    ...{ supports_implicit_caching: false, uptime_last_5m: 100, uptime_last_30m: 100, uptime_last_1d: 100 },
    ...{ latency_last_30m: null, throughput_last_30m: null },
  };
  const endpoints = catalogue.isExpired(row) ? [] : [endpoint];
  const { name, architecture } = row;
  return json(200, { data: { id: row.id, name, created: row["created"], architecture, endpoints } });
}

/** `GET /generation`: metadata of a finished answer. */
export function describeGeneration(id: string | null, requests: readonly ReceivedRequest[]): Reply {
  const found = requests.find((each) => each.generationId !== undefined && each.generationId === id);
  if (!found?.model) return refusal(404, `Generation ${id ?? ""} not found`);
  return json(200, {
    data: {
      ...{ id, model: found.model, provider_name: providerOf(found.model), router: null, latency: null },
      ...{ finish_reason: null, usage: 0, total_cost: 0, streamed: true },
      ...{ cancelled: found.outcome === "closed-by-client", created_at: new Date(found.at).toISOString() },
    },
  });
}
