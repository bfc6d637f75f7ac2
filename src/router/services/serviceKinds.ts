/** What is known of a kind of service before it is asked. Its wire is in a file of its own. */
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
}

/**
 * The kinds of services that can join the pool beside OpenRouter. Local servers are named by 127.0.0.1: they listen on IPv4 only, and
 * `localhost` may mean ::1.
 */
export const serviceKinds = {
  ollama: { name: "Ollama", baseUrl: "http://127.0.0.1:11434/v1", place: "local" },
  lmstudio: { name: "LM Studio", baseUrl: "http://127.0.0.1:1234/v1", place: "local" },
  llamacpp: { name: "llama.cpp", baseUrl: "http://127.0.0.1:8080/v1", place: "local" },
  groq: {
    ...{ name: "Groq", baseUrl: "https://api.groq.com/openai/v1", place: "remote" },
    ...{ keyPage: "https://console.groq.com/keys", keyPattern: /^gsk_[A-Za-z0-9]{20,}$/ },
  },
  mistral: {
    ...{ name: "Mistral", baseUrl: "https://api.mistral.ai/v1", place: "remote" },
    keyPage: "https://console.mistral.ai/api-keys",
  },
  custom: { name: "OpenAI-compatible service", baseUrl: "", place: "either" },
} as const satisfies Record<string, ServiceDescription>;

export type ServiceKind = keyof typeof serviceKinds;

export function isServiceKind(text: string): text is ServiceKind {
  return Object.hasOwn(serviceKinds, text);
}

/** What the user calls a service: the name that it was given, or the usual one. */
export function serviceName({
  kind,
  name,
}: {
  readonly kind: ServiceKind;
  readonly name?: string | undefined;
}): string {
  return name ?? serviceDescription(kind).name;
}

export function serviceDescription(kind: ServiceKind): ServiceDescription {
  return serviceKinds[kind];
}
