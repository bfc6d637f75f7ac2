import type { ServiceUse } from "../settings";
import { customService } from "./custom";
import { llamaCppService } from "./llamaCpp";
import { lmStudioService } from "./lmStudio";
import { ollamaService } from "./ollama";
import { groqService } from "./groq";
import { mistralService } from "./mistral";
import type { Service } from "./service";
import type { ServiceKind } from "./serviceKinds";

/** The services beside OpenRouter. */
const factories: Readonly<Record<ServiceKind, (use: ServiceUse) => Service>> = {
  ollama: ollamaService,
  lmstudio: lmStudioService,
  llamacpp: llamaCppService,
  groq: groqService,
  mistral: mistralService,
  custom: customService,
};

export function createService(use: ServiceUse): Service {
  return factories[use.kind](use);
}
