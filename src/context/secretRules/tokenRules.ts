/** A token that its issuer gave a recognizable format. */
export interface TokenRule {
  id: string;
  /** One of them is in every token, in lower case. */
  keywords: readonly string[];
  /** A regular expression for all of the token. Quantifiers are bounded, or what follows them always matches: both keep it linear. */
  pattern: string;
  /** What must be before the token, if not the beginning of a word. */
  start?: string;
  ignoreCase?: boolean;
  /** The least Shannon entropy in bits per character. */
  entropy?: number;
}

/** Formats that gitleaks does not have, or only in part. */
export const tokenRules: readonly TokenRule[] = [
  { id: "openrouter-key", keywords: ["sk-or-v1-"], pattern: "sk-or-v1-[0-9a-f]{32,128}", ignoreCase: true },
  { id: "anthropic-key", keywords: ["sk-ant-"], pattern: String.raw`sk-ant-[\w-]{20,200}` },
  {
    id: "openai-project-key",
    keywords: ["sk-proj-", "sk-svcacct-", "sk-admin-"],
    pattern: String.raw`sk-(?:proj|svcacct|admin)-[\w-]{20,250}`,
  },
  { id: "openai-compatible-key", keywords: ["sk-"], pattern: "sk-[A-Za-z0-9]{32,100}", entropy: 3 },
  { id: "groq-key", keywords: ["gsk_"], pattern: "gsk_[A-Za-z0-9]{32,80}", entropy: 3 },
  { id: "xai-key", keywords: ["xai-"], pattern: "xai-[A-Za-z0-9]{60,100}", entropy: 3 },
  { id: "perplexity-key", keywords: ["pplx-"], pattern: "pplx-[A-Za-z0-9]{32,64}", entropy: 3 },
  { id: "nvidia-key", keywords: ["nvapi-"], pattern: String.raw`nvapi-[\w-]{40,100}`, entropy: 3 },
  { id: "replicate-token", keywords: ["r8_"], pattern: "r8_[A-Za-z0-9]{30,60}", entropy: 3 },
  { id: "cerebras-key", keywords: ["csk-"], pattern: "csk-[a-z0-9]{40,60}", entropy: 3 },
  { id: "fireworks-key", keywords: ["fw_"], pattern: "fw_[A-Za-z0-9]{20,40}", entropy: 3.3 },
  { id: "tavily-key", keywords: ["tvly-"], pattern: "tvly-[A-Za-z0-9-]{24,64}", entropy: 3 },
  { id: "langsmith-key", keywords: ["lsv2_"], pattern: "lsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}" },
  { id: "hugging-face-token", keywords: ["hf_"], pattern: "hf_[A-Za-z0-9]{34,40}", entropy: 3 },
  {
    id: "github-token",
    keywords: ["gho_", "ghp_", "ghr_", "ghs_", "ghu_"],
    pattern: "gh[oprsu]_[A-Za-z0-9]{36,255}",
    entropy: 3,
  },
  {
    id: "github-fine-grained-token",
    keywords: ["github_pat_"],
    pattern: String.raw`github_pat_\w{60,255}`,
    entropy: 3,
  },
  {
    id: "gitlab-token",
    keywords: ["glpat-", "glrt-", "glcbt-"],
    pattern: String.raw`gl(?:pat|rt|cbt)-[\w.-]{20,300}`,
    entropy: 3,
  },
  {
    id: "atlassian-token",
    keywords: ["atatt3", "atctt3", "atbb"],
    pattern: String.raw`(?:ATATT3|ATCTT3)[\w=-]{50,250}|ATBB[A-Za-z0-9]{28,40}`,
  },
  {
    id: "aws-access-key",
    keywords: ["akia", "asia", "abia", "acca"],
    pattern: "(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}",
    entropy: 3,
  },
  { id: "aws-bedrock-key", keywords: ["absk"], pattern: "ABSK[A-Za-z0-9+/]{80,280}={0,2}", entropy: 3 },
  { id: "azure-client-secret", keywords: ["q~"], pattern: String.raw`[\w.~-]{3}\dQ~[\w.~-]{31,34}`, entropy: 3 },
  {
    id: "azure-shared-access-signature",
    keywords: ["sig="],
    pattern: String.raw`(?<=[?&]sig=)[A-Za-z0-9%+/]{30,200}(?:={1,2}|%3D)?`,
    ignoreCase: true,
    entropy: 3,
  },
  { id: "google-key", keywords: ["aiza"], pattern: String.raw`AIza[\w-]{35}`, entropy: 3 },
  { id: "google-oauth-secret", keywords: ["gocspx-"], pattern: String.raw`GOCSPX-[\w-]{20,40}` },
  { id: "google-oauth-token", keywords: ["ya29."], pattern: String.raw`ya29\.[\w-]{20,1000}` },
  { id: "slack-token", keywords: ["xox"], pattern: String.raw`xox[abeoprs]-[\w-]{20,300}`, entropy: 2.5 },
  {
    id: "slack-webhook",
    keywords: ["hooks.slack.com"],
    pattern: String.raw`https://hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/]{30,90}`,
  },
  {
    id: "discord-token",
    keywords: ["."],
    pattern: String.raw`[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}`,
    entropy: 4,
  },
  {
    id: "discord-webhook",
    keywords: ["/api/webhooks/"],
    pattern: String.raw`https://(?:\w{2,8}\.)?discord(?:app)?\.com/api/webhooks/\d{15,22}/[\w-]{40,100}`,
  },
  {
    id: "telegram-token",
    keywords: [":aa"],
    start: String.raw`(?<!\d)`,
    pattern: String.raw`\d{8,10}:AA[\w-]{33}`,
    entropy: 3.5,
  },
  {
    id: "power-automate-webhook",
    keywords: ["logic.azure.com"],
    pattern: String.raw`https://[\w.-]{3,60}\.logic\.azure\.com(?::443)?/workflows/[\w/?=&%.-]{40,400}`,
  },
  {
    id: "stripe-key",
    keywords: ["sk_live_", "rk_live_", "sk_test_", "rk_test_"],
    pattern: "[rs]k_(?:live|test)_[A-Za-z0-9]{16,250}",
    entropy: 3,
  },
  { id: "stripe-webhook-secret", keywords: ["whsec_"], pattern: "whsec_[A-Za-z0-9+/]{24,100}={0,2}", entropy: 3 },
  { id: "square-secret", keywords: ["sq0csp-"], pattern: String.raw`sq0csp-[\w-]{43}` },
  { id: "mailgun-key", keywords: ["key-"], pattern: "key-[0-9a-f]{32}" },
  { id: "mailchimp-key", keywords: ["-us"], pattern: String.raw`[0-9a-f]{32}-us\d{1,2}` },
  { id: "sendgrid-key", keywords: ["sg."], pattern: String.raw`SG\.[\w-]{16,32}\.[\w-]{30,60}` },
  { id: "resend-key", keywords: ["re_"], pattern: "re_[A-Za-z0-9]{6,12}_[A-Za-z0-9]{20,32}", entropy: 3 },
  { id: "notion-token", keywords: ["secret_"], pattern: "secret_[A-Za-z0-9]{43}", entropy: 3.5 },
  { id: "figma-token", keywords: ["figd_"], pattern: String.raw`figd_[\w-]{38,50}` },
  {
    id: "supabase-token",
    keywords: ["sbp_", "sb_secret_"],
    pattern: String.raw`sbp_[0-9a-f]{40}|sb_secret_[\w-]{20,60}`,
  },
  { id: "docker-hub-token", keywords: ["dckr_pat_", "dckr_oat_"], pattern: String.raw`dckr_[po]at_[\w-]{24,40}` },
  { id: "crates-io-token", keywords: ["cio"], pattern: "cio[A-Za-z0-9]{32}", entropy: 3.5 },
  { id: "nuget-key", keywords: ["oy2"], pattern: "oy2[a-z0-9]{43}", entropy: 3 },
  { id: "tailscale-key", keywords: ["tskey-"], pattern: "tskey-[a-z]{3,12}-[A-Za-z0-9]{8,24}-[A-Za-z0-9]{16,48}" },
  { id: "new-relic-key", keywords: ["nrak-"], pattern: "NRAK-[A-Z0-9]{27}" },
  { id: "npm-token", keywords: ["npm_"], pattern: "npm_[A-Za-z0-9]{36}", entropy: 3 },
  { id: "vault-token", keywords: ["hvs.", "hvb."], pattern: String.raw`hv[sb]\.[\w-]{24,300}`, entropy: 3 },
  { id: "netlify-token", keywords: ["nfp_"], pattern: "nfp_[A-Za-z0-9]{36,40}" },
  { id: "airtable-token", keywords: ["pat"], pattern: String.raw`pat[A-Za-z0-9]{14}\.[0-9a-f]{64}` },
  {
    id: "doppler-token",
    keywords: ["dp."],
    pattern: String.raw`dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[\w-]{1,40}\.)?[A-Za-z0-9]{40,44}`,
  },
  { id: "sonarqube-token", keywords: ["sqp_", "squ_", "sqa_"], pattern: "sq[pua]_[0-9a-f]{40}" },
  { id: "1password-service-token", keywords: ["ops_eyj"], pattern: "ops_eyJ[A-Za-z0-9+/]{100,2000}={0,3}" },
  {
    id: "artifactory-token",
    keywords: ["akcp", "cmvmd"],
    pattern: "AKCp[A-Za-z0-9]{69}|cmVmd[A-Za-z0-9]{59}",
    entropy: 4,
  },
  { id: "age-secret-key", keywords: ["age-secret-key-1"], pattern: "AGE-SECRET-KEY-1[0-9A-Z]{50,60}" },
  { id: "facebook-token", keywords: ["eaa"], pattern: "EAA[A-Za-z0-9]{80,250}", entropy: 3.5 },
  {
    id: "json-web-token",
    keywords: ["ey"],
    start: String.raw`(?:(?<![\w-])|(?<=\\[nrt]))`,
    pattern: String.raw`ey[JK][\w-]{10,3000}\.ey[JK][\w-]{10,8000}\.[\w-]{0,1500}`,
  },
];
