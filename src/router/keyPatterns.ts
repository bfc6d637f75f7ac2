/**
 * Keys of this service, of hosts that quote theirs, and of tools whose output a prompt may contain. Hosts mask some with asterisks. The first
 * group is the prefix that says whose key it is. Short, since the log applies it to every line, and linear in the length of the text.
 */
export const keyPatterns: readonly RegExp[] = [
  /\b(Bearer )[ \t]*[\w.~+/=*-]{8,}/gi,
  /\b((?:sk|pk|rk)[-_](?:live_|test_)?)(?=[\w*.-]{0,200}[\d*])[\w*.-]{6,}/g,
  /\b((?:gsk|hf|r8|xox[abeoprs]|github_pat|gh[opusr])[_-])[\w*-]{6,}/g,
  /\b((?:xai|nvapi|pplx|csk|fw|tgp|glpat|npm|dop_v1|lin_api|ntn|figd|sbp|dckr_pat|shpat|hvs)[-_.])[\w*-]{10,}/g,
  /\b(AIza|ya29\.|AQ\.|GOCSPX-)[\w*-]{8,}/g,
  /\b(AKIA|ASIA)[A-Z0-9*]{12,}/g,
  /\b(SG\.)[\w-]{8,}\.[\w-]{8,}/g,
  /(?<![\w-])(eyJ)[\w-]{8,}\.[\w-]+(?:\.[\w-]+)?/g,
];

/** Ids of users and organizations, which refusals quote (`user_2abc…`, Groq's `org_01h…`), and Cloudflare's in addresses. */
export const accountIdPatterns: readonly RegExp[] = [
  /\b((?:user|org)[_-])(?=[A-Za-z]{0,40}\d)[A-Za-z0-9]{8,64}\b/g,
  /(\/accounts\/)[0-9a-f]{32}\b/g,
];
