import { matchCandidate, type SecretCandidate } from "./candidate";
import { isPlaceholder } from "./placeholder";
import { isRandomKey } from "./valueShape";

interface CredentialRule {
  id: string;
  /** One of these is in every match, in lower case. */
  keyword: string;
  /** The secret is the group `secret`. All quantifiers are bounded, so that it is linear. */
  pattern: RegExp;
  isSecret?: (secret: string, match: RegExpExecArray) => boolean;
}

const rules: readonly CredentialRule[] = [
  {
    id: "url-password",
    keyword: "://",
    // The last `@` of the authority ends the password, since some people write an unescaped one into it.
    pattern: /:\/\/(?<user>[^\s/:?#@"'`<>\\]{0,80}):(?<secret>[^\s/"'`<>\\]{3,128})@(?=[\w[.-])/dg,
    isSecret: (secret, match) => secret !== match.groups?.["user"] && !/^\d{2,5}\/?$/.test(secret),
  },
  {
    id: "basic-authorization",
    keyword: "basic",
    pattern: /\bbasic[ \t]{1,4}(?<secret>[A-Za-z0-9+/_-]{6,300}={0,2})(?![\w+/-])/dgi,
    isSecret: (secret) => isEncodedCredential(secret),
  },
  {
    id: "docker-auth",
    keyword: "auth",
    pattern: /\b_?auth\\?["']?\s{0,4}[:=]\s{0,4}\\?["']?(?<secret>[A-Za-z0-9+/]{8,300}={0,2})(?![\w+/-])/dgi,
    isSecret: (secret) => isEncodedCredential(secret),
  },
  {
    id: "bearer-authorization",
    keyword: "bearer",
    pattern: /\bbearer[ \t]{1,4}(?<secret>[\w.~+/-]{16,3000}={0,2})/dgi,
    isSecret: isRandomKey,
  },
  {
    id: "authorization-header",
    keyword: "authorization",
    pattern:
      /\bauthorization\\?["']?\s{0,4}[:=,]\s{0,4}\\?["'`]?(?:(?:bearer|token|apikey|api-key|key)[ \t=]{1,4})?(?<secret>[\w.~+/-]{16,3000}={0,2})/dgi,
    isSecret: isRandomKey,
  },
  {
    id: "curl-user",
    keyword: "curl",
    pattern:
      /\bcurl\b(?:[^\n|]|\\\r?\n){0,300}?\s(?:-u|--user|--proxy-user|-U)[ =]?["']?(?<user>[^\s:"'$]{1,64}):(?<secret>[^\s"']{4,128})/dg,
    isSecret: (secret, match) => secret !== match.groups?.["user"],
  },
  {
    id: "mysql-password",
    keyword: "my",
    pattern:
      /\b(?:mysql|mysqldump|mysqladmin|mysqlimport|mariadb|mariadb-dump)\b[^\n|;]{0,200}?\s-p["']?(?<secret>[^\s"'$-][^\s"']{3,63})/dg,
  },
  { id: "sshpass", keyword: "sshpass", pattern: /\bsshpass\s{1,4}-p\s{0,4}["']?(?<secret>[^\s"']{4,64})/dg },
  {
    id: "login-password",
    keyword: "login",
    pattern:
      /\b(?:docker|podman|helm|oc|az|nerdctl|buildah|skopeo|registry)\b[^\n|;]{0,30}?\blogin\b[^\n|;]{0,120}?\s-p[ =]["']?(?<secret>[^\s"']{4,128})/dg,
  },
  {
    id: "redis-password",
    keyword: "redis-cli",
    pattern: /\bredis-cli\b[^\n|;]{0,120}?\s-a\s{1,4}["']?(?<secret>[^\s"']{4,128})/dg,
  },
  { id: "openssl-password", keyword: "pass:", pattern: /-pass(?:in|out)?\s{1,4}["']?pass:(?<secret>[^\s"']{4,128})/dg },
  {
    id: "netrc-password",
    keyword: "login",
    pattern: /\blogin\s{1,20}\S{1,64}\s{1,20}password\s{1,20}(?<secret>\S{4,128})/dg,
  },
  {
    id: "secure-string",
    keyword: "securestring",
    pattern: /ConvertTo-SecureString\b[^\n"']{0,60}["'](?<secret>[^"'\n]{4,128})["']/dgi,
  },
  {
    id: "sql-password",
    keyword: "identified",
    pattern: /\bIDENTIFIED\s{1,4}(?:WITH\s{1,4}\S{1,40}\s{1,4})?(?:BY|AS)\s{1,4}["'](?<secret>[^"'\s]{4,128})["']/dgi,
  },
  {
    id: "chpasswd",
    keyword: "chpasswd",
    pattern: /["' ][a-z_][\w-]{0,31}:(?<secret>[^\s"':|]{4,128})["']?\s{0,4}\|\s{0,4}(?:sudo\s{1,4})?chpasswd/dg,
  },
];

/** Passwords at a place that is known to hold one: in URLs, headers and command lines. */
export function findCredentials(text: string): SecretCandidate[] {
  const lower = text.toLowerCase();
  return rules.flatMap(({ id, keyword, pattern, isSecret = () => true }) => {
    if (!lower.includes(keyword)) return [];
    return [...text.matchAll(pattern)].flatMap((match) => {
      const secret = match.groups?.["secret"] ?? "";
      return isPlaceholder(secret) || !isSecret(secret, match) ? [] : [matchCandidate(id, "token", match)];
    });
  });
}

/** Whether base64 text is `user:password` with a password that is none of the usual placeholders. */
function isEncodedCredential(text: string): boolean {
  const decoded = Buffer.from(text, "base64").toString("latin1");
  const [, user, password] = /^([\x20-\x7e]{0,200}?):([\x20-\x7e]{3,200})$/.exec(decoded) ?? [];
  return password !== undefined && password !== user && !isPlaceholder(password);
}
