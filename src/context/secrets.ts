/** What a text or a file seems to hold that nobody should send by accident. */
export type Secret = "environment-file" | "private-key" | "key-file" | "token";

const names: readonly (readonly [RegExp, Secret])[] = [
  // Not the samples that are made to be shared.
  [
    /^\.env(?!.*\.(?:example|sample|template|dist)$)(?:\..+)?$|^(?!example|sample|template).+\.env$/i,
    "environment-file",
  ],
  [/^id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$|\.(?:ppk|p12|pfx|jks|keystore|kdbx)$/i, "private-key"],
  [/^(?:\.npmrc|\.pypirc|\.netrc|_netrc|\.pgpass|\.htpasswd|\.git-credentials|\.dockercfg)$/i, "key-file"],
  [/^(?:credentials|secrets?)(?:\.(?:json|ya?ml|toml|ini|txt|properties))?$/i, "key-file"],
];

/** Shapes that their makers publish so that they can be found; each is long enough to be no word. */
const tokens: readonly RegExp[] = [
  /\bsk-or-v1-[0-9a-f]{32,}/i, // OpenRouter
  /\bsk-(?:ant-|proj-|svcacct-)[\w-]{20,}/, // Anthropic, OpenAI
  /\bsk-[A-Za-z0-9]{40,}/, // OpenAI, DeepSeek
  /\b(?:gh[oprsu]_[A-Za-z0-9]{36}|github_pat_\w{60,})/, // GitHub
  /\bglpat-[\w-]{20}/, // GitLab
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/, // AWS
  /\bAIza[\w-]{35}/, // Google
  /\bxox[abeoprs]-[\w-]{20,}/, // Slack
  /\b[rs]k_live_[A-Za-z0-9]{20,}/, // Stripe
  /\bnpm_[A-Za-z0-9]{36}/, // npm
  /\bhf_[A-Za-z0-9]{34}/, // Hugging Face
  /\bSG\.[\w-]{22}\.[\w-]{43}/, // SendGrid
];

const privateKey = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/;

/** What looks secret about a file of this name and a text, `undefined` for nothing. The name goes without folders. */
export function findSecret(what: { name?: string; text?: string }): Secret | undefined {
  const { name = "", text = "" } = what;
  const named = names.find(([pattern]) => pattern.test(name))?.[1];
  if (named !== undefined) return named;
  if (privateKey.test(text)) return "private-key";
  return tokens.some((token) => token.test(text)) ? "token" : undefined;
}
