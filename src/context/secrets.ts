/** The kind of secret that a file or text seems to contain. */
export type SecretKind = "environment-file" | "private-key" | "key-file" | "token";

const fileNames: readonly (readonly [RegExp, SecretKind])[] = [
  // Excludes sample files such as `.env.example`, which are meant to be shared.
  [
    /^\.env(?!.*\.(?:example|sample|template|dist)$)(?:\..+)?$|^(?!example|sample|template).+\.env$/i,
    "environment-file",
  ],
  [/^id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$|\.(?:ppk|p12|pfx|jks|keystore|kdbx)$/i, "private-key"],
  [/^(?:\.npmrc|\.pypirc|\.netrc|_netrc|\.pgpass|\.htpasswd|\.git-credentials|\.dockercfg)$/i, "key-file"],
  [/^(?:credentials|secrets?)(?:\.(?:json|ya?ml|toml|ini|txt|properties))?$/i, "key-file"],
];

/** Token formats published by their issuers for secret scanning. Each is too long to match an ordinary word. */
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

/** Something in a file name or text that looks like a secret. */
export interface SecretFinding {
  kind: SecretKind;
  /** Where the secret is in the text, in UTF-16 units; absent if the file name alone gives it away. */
  range?: { start: number; end: number };
}

/** Checks a file name without its folder, a text, or both. Findings in the text are in order and do not overlap. */
export function findSecret({ name = "", text = "" }: { name?: string; text?: string }): SecretFinding[] {
  const byName = fileNames.filter(([pattern]) => pattern.test(name)).map(([, kind]) => ({ kind }));
  return [...byName.slice(0, 1), ...findInText(text)];
}

function findInText(text: string): SecretFinding[] {
  const patterns: readonly (readonly [RegExp, SecretKind])[] = [
    [privateKey, "private-key"],
    ...tokens.map((token) => [token, "token"] as const),
  ];
  const found = patterns.flatMap(([pattern, kind]) =>
    [...text.matchAll(new RegExp(pattern, `${pattern.flags}g`))].map(({ index, 0: match }) => ({
      kind,
      range: { start: index, end: index + match.length },
    })),
  );
  found.sort((a, b) => a.range.start - b.range.start || b.range.end - a.range.end);
  let end = 0;
  return found.filter(({ range }) => {
    if (range.start < end) return false;
    end = range.end;
    return true;
  });
}
