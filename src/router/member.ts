import type { OutcomeMemory } from "./attribution";
import type { Model, ModelId } from "./model";
import type { Admissions } from "./modelAdmissions";
import type { CompletionRequest } from "./request";
import type { Access, Service } from "./services/service";

/** A service in use, with what a completion needs to ask its models. */
export interface Member extends Admissions {
  readonly service: Service;
  readonly access: Access;
  /** Its free models. */
  readonly models: readonly Model[];
  /** Of a service that may leave out part of a prompt without a word: whether it did, for an answered request. Never throws. */
  readonly isTruncated?: (
    model: ModelId,
    request: CompletionRequest,
    promptTokens: number | undefined,
  ) => Promise<boolean>;
  /** Where the outcomes of attempts are recorded. */
  readonly memory: OutcomeMemory;
  /** Whether a model must reason, by the catalogue or by an earlier refusal. */
  readonly isReasoningMandatory: (model: ModelId) => boolean;
}
