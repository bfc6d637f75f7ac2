import { type Catalogue, isFree, isRouterRow, type ModelRow } from "./catalogue";
import { type ChatRequest, dataUrlBytes, partsOf } from "./chatRequest";
import { readImageHeader } from "./imageHeader";
import { type RefusalContext, type RefusalName, refusals } from "./refusals";
import { type Reply, refusal } from "./reply";
import { tokensIn } from "./stream";

/** A rough token count of the prompt: a quarter of its characters plus a flat amount per image. */
export function promptTokensOf(request: ChatRequest): number {
  const perPart = partsOf(request.messages).map((each) => (each.type === "text" ? tokensIn(each.text) : 800));
  return perPart.reduce((sum, each) => sum + each + 4, 0);
}

/** Whether the request forbids paid models. */
export function forbidsCosts(request: ChatRequest): boolean {
  const cap = request.provider?.max_price;
  return cap?.prompt != null && cap.completion != null && Number(cap.prompt) === 0 && Number(cap.completion) === 0;
}

/** The decision about one candidate, made before any provider is called: the row that answers, or a refusal. */
export type Admission = { row: ModelRow } | { refused: Reply; violation?: string };

/** Decides whether the model `id` may answer. Order of checks and messages follow the 400s and 404s of the service. */
export function admit(id: string, request: ChatRequest, catalogue: Catalogue, random: () => number): Admission {
  const row = catalogue.find(id);
  const refuse = (name: RefusalName): Admission => ({ refused: namedRefusal(name, id, catalogue.now()) });
  if (!row) {
    const endedFree = id.endsWith(":free") && catalogue.find(id.replace(/:free$/, "")) !== undefined;
    return refuse(endedFree ? "404-free-unavailable" : "400-unknown-model");
  }
  if (isRouterRow(row))
    return isFree(row) ? admitRandom(id, request, catalogue, random) : refusePaid(id, request, catalogue);
  if (!isFree(row)) return refusePaid(id, request, catalogue);
  if (catalogue.isExpired(row)) return refuse("404-no-endpoints");
  return findMismatch(row, request, catalogue.now()) ?? { row };
}

function namedRefusal(name: RefusalName, model: string, now: number): Reply {
  const make: (context: RefusalContext) => Reply = refusals[name];
  return { ...make({ model, provider: "", now, options: {} }), fault: name };
}

/** A price cap of zero filters out a paid model; without the cap, an empty balance cannot afford it. */
function refusePaid(id: string, request: ChatRequest, catalogue: Catalogue): Admission {
  if (forbidsCosts(request)) return { refused: namedRefusal("404-max-price", id, catalogue.now()) };
  return {
    refused: namedRefusal("402-cannot-afford", id, catalogue.now()),
    violation: `${id} would have been charged: it is not free, and max_price was not 0`,
  };
}

/** `openrouter/free`: a random free model that supports the request, classifiers included. */
function admitRandom(id: string, request: ChatRequest, catalogue: Catalogue, random: () => number): Admission {
  const free = catalogue.rows.filter((row) => isFree(row) && !isRouterRow(row) && !catalogue.isExpired(row));
  const checked = free.map((row) => ({ row, problem: findMismatch(row, request, catalogue.now()) }));
  const suitable = checked.filter((each) => each.problem === undefined);
  const picked = suitable[Math.floor(random() * suitable.length)];
  if (picked) return { row: picked.row };
  return checked[0]?.problem ?? { refused: namedRefusal("404-no-endpoints", id, catalogue.now()) };
}

/** The refusal if the free model does not support the request. */
function findMismatch(row: ModelRow, request: ChatRequest, now: number): Admission | undefined {
  const refuse = (name: RefusalName): Admission => ({ refused: namedRefusal(name, row.id, now) });
  const invalid = (message: string, type: string): Admission => ({
    refused: refusal(400, message, { error_type: type }),
  });
  const inputs = new Set(row.architecture.input_modalities);
  const supports = new Set(row.supported_parameters);
  const parts = partsOf(request.messages);
  const has = (type: string): boolean => parts.some((each) => each.type === type);

  if (has("image_url") && !inputs.has("image")) return refuse("404-image");
  for (const [type, modality] of [
    ["input_audio", "audio"],
    ["video_url", "video"],
  ] as const)
    if (has(type) && !inputs.has(modality))
      return { refused: refusal(404, `No endpoints found that support input ${modality}`) };
  for (const each of parts) {
    if (each.type !== "image_url") continue;
    const data = dataUrlBytes(each.image_url.url);
    if (!data) return invalid("Image could not be downloaded", "image_download_failed");
    const image = readImageHeader(data.bytes);
    if (!image) return invalid("Image could not be decoded", "invalid_image");
    if (image.mediaType !== data.mediaType)
      return invalid(`Image is ${image.mediaType}, not ${data.mediaType}`, "unsupported_image_format");
  }
  if (has("file") && !inputs.has("file") && !hasFreeFileEngine(request))
    return {
      refused: namedRefusal("402-cannot-afford", row.id, now),
      violation: "the paid default engine would have read a file",
    };
  if (request.tools?.length && !supports.has("tools")) return refuse("404-tools");
  const forced = request.tool_choice === "required" || typeof request.tool_choice === "object";
  if (forced && !supports.has("tool_choice")) return refuse("404-tool-choice");
  if (request.provider?.data_collection === "deny" || request.provider?.zdr) return refuse("404-privacy");
  if (request.provider?.require_parameters && usedParameters(request).some((each) => !supports.has(each)))
    return refuse("404-parameters");
  if (request.reasoning?.effort === "none" && row.reasoning?.mandatory)
    return invalid("Reasoning is mandatory for this endpoint and cannot be disabled.", "invalid_request");
  return checkLength(row, request);
}

const hasFreeFileEngine = (request: ChatRequest): boolean =>
  request.plugins?.some((each) => each.id === "file-parser" && each.pdf?.engine === "cloudflare-ai") ?? false;

/** The parameters that a request uses, as `require_parameters` counts them. */
function usedParameters(request: ChatRequest): string[] {
  const format = request.response_format?.type;
  return [
    ...["temperature", "top_p", "seed", "stop", "max_tokens", "tools", "tool_choice", "reasoning"].filter(
      (each) => request[each] != null,
    ),
    ...(format === "json_schema" ? ["structured_outputs"] : format === "json_object" ? ["response_format"] : []),
  ];
}

function checkLength(row: ModelRow, request: ChatRequest): Admission | undefined {
  const modelLimit = row.context_length ?? Infinity;
  const window = Math.min(modelLimit, row.top_provider.context_length ?? modelLimit);
  const prompt = promptTokensOf(request);
  const answer = request.max_tokens ?? request.max_completion_tokens ?? 0;
  if (answer > (row.top_provider.max_completion_tokens ?? Infinity))
    return { refused: namedRefusal("404-parameters", row.id, 0) };
  if (prompt + answer <= window) return undefined;
  return {
    refused: refusal(
      400,
      `This endpoint's maximum context length is ${window} tokens. However, you requested about ${prompt + answer} tokens (${prompt} of text input, ${answer} in the output). Please reduce the length of either one.`,
      { error_type: "context_length_exceeded" },
    ),
  };
}
