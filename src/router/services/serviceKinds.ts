/** What the user is told about a kind of service before using it. Its wire is in a file of its own. */
export interface ServiceDescription {
  readonly name: string;
  /** The usual address; "" if the user types it. */
  readonly baseUrl: string;
  /** `local`: on the user's own machine. `custom` can be either. */
  readonly place: "local" | "remote" | "either";
  /** Where the user creates a key. */
  readonly keyPage?: string;
  /** What a pasted key looks like, if its form is unmistakable. */
  readonly keyPattern?: RegExp;
  /** Who gets a question, and what may happen to it. */
  readonly privacy: string;
  /** Why nothing can be charged; for `custom`, that it may be. */
  readonly guard: string;
  readonly privacyPage?: string;
}

const localPrivacy = "Runs on this machine; nothing leaves it.";
const localGuard = "Cannot charge: it runs on this machine.";

/**
 * The kinds of services that can join the pool beside OpenRouter. Local servers are named by 127.0.0.1: they listen on IPv4 only, and
 * `localhost` may mean ::1.
 */
export const serviceKinds = {
  ollama: {
    ...{ name: "Ollama", baseUrl: "http://127.0.0.1:11434/v1", place: "local" },
    ...{ privacy: localPrivacy, guard: localGuard },
  },
  lmstudio: {
    ...{ name: "LM Studio", baseUrl: "http://127.0.0.1:1234/v1", place: "local" },
    privacy: "Runs on this machine. With LM Link, LM Studio may forward questions to another of your devices.",
    guard: localGuard,
  },
  llamacpp: {
    ...{ name: "llama.cpp", baseUrl: "http://127.0.0.1:8080/v1", place: "local" },
    ...{ privacy: localPrivacy, guard: localGuard },
  },
  groq: {
    ...{ name: "Groq", baseUrl: "https://api.groq.com/openai/v1", place: "remote" },
    ...{ keyPage: "https://console.groq.com/keys", keyPattern: /^gsk_[A-Za-z0-9]{20,}$/ },
    privacy: "Groq, USA, gets your questions. It keeps no prompts by default, and up to 30 days in cases of abuse.",
    guard: "Free as long as the Groq organization is on the Free plan, without a card.",
    privacyPage: "https://console.groq.com/docs/your-data",
  },
  mistral: {
    ...{ name: "Mistral", baseUrl: "https://api.mistral.ai/v1", place: "remote" },
    keyPage: "https://console.mistral.ai/api-keys",
    privacy: "Mistral, France, gets your questions. In Free mode it may train on them unless you opt out.",
    guard: "Free as long as the Mistral organization is in Free mode, without a card.",
    privacyPage: "https://admin.mistral.ai",
  },
  custom: {
    ...{ name: "OpenAI-compatible service", baseUrl: "", place: "either" },
    privacy: "The address that you enter gets your questions.",
    guard: "May cost money: nothing is known about this service.",
  },
} as const satisfies Record<string, ServiceDescription>;

export type ServiceKind = keyof typeof serviceKinds;

export function serviceDescription(kind: ServiceKind): ServiceDescription {
  return serviceKinds[kind];
}
