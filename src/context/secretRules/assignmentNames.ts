/** How much a name says about its value: a person's password, a machine's key, a recovery phrase, or a `key` of unknown purpose. */
export type NameKind = "password" | "key" | "phrase" | "unknown-key";

const passwordWord =
  /^(?:.*(?:password|passwd|passphrase|passwort|kennwort|passcode)|(?:\w*[^\Wy_])?pwd|pass|(?:db|smtp|mysql|user|ssh|admin|root|mail|ftp|wifi|my|redis|pg|http|basic|auth|ldap|sql|mongo|vpn|sudo)pass|psk|pw|rootpw|bindpw|contrase|contraseña|contrasena|senha|motdepasse|mdp)$/;

const keyWord =
  /^(?:.*(?:secret|token|apikey|accesskey|secretkey|privatekey|authkey|masterkey|encryptionkey|signingkey)|secrets|credential|credentials|creds|sessionid|phpsessid|jsessionid)$/;

/** Words after the decisive one that leave its meaning: `password_prod`, `secret_key_base`, `apiKeyValue`. */
const suffix =
  /^(?:value|default|prod|production|dev|development|stage|staging|qa|live|old|new|current|previous|main|primary|secondary|backup|base|b64|base64|encoded|raw|plain|plaintext|clear|string|str|literal|confirmation|confirm|repeat|again|admin|root|user|db|env|\d{1,3})$/;

/** A key with one of these words before it is public or names something. */
const harmlessQualifier =
  /^(?:public|pub|cache|primary|foreign|partition|sort|sorting|site|sitekey|query|row|object|i18n|translation|locale|idempotency|kms|host|group|registry|hot|shortcut|arrow|map|index|dedupe|lookup|routing|unique|composite|natural|surrogate|bucket|item|list|react|focus|message|msg|color|colour|theme|state|local|answer|label|page|next|continuation|cursor|cancellation|cancel|syntax|design|lexer|prev|sync|data|record|column|field|property|dictionary|hash|event|metric|feature|flag|license|artifact|build|restore|publishable|anon|swap|lock|mutation|fingerprint|checksum|etag|sha\d*|md5|param|header|env|config|setting|settings|storage|parent|child|prop|json|entry|node|region|tree|url|legend|sub|super|hashed|encrypted|sealed|num|n|max|min|total|input|output|prompt|completion|cached|reasoning)$/;

/** The words of an identifier in lower case: `dbPassword_2` is `db`, `password`, `2`. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9\u00df-\u024f]+/)
    .filter((word) => word !== "");
}

/** Classifies the name of a variable, member, header or flag. `undefined` if its value is no secret. */
export function nameKind(name: string): NameKind | undefined {
  const words = wordsOf(name);
  while (words.length > 1 && suffix.test(words.at(-1) ?? "")) words.pop();
  const last = (words.at(-1) ?? "").replace(/\d{1,3}$/, "");
  const before = words.slice(0, -1);
  if (words.some((word) => word === "public" || word === "pub")) return undefined;
  if (
    /^(?:mnemonic|seedphrase)$/.test(last) ||
    (/^(?:seed|recovery|secret|mnemonic)$/.test(before.at(-1) ?? "") && last === "phrase")
  )
    return "phrase";
  if (passwordWord.test(last)) return "password";
  if (before.some((word) => harmlessQualifier.test(word)) && last !== "secret") return undefined;
  if (keyWord.test(last)) return "key";
  if (last !== "key" && last !== "keys") return undefined;
  return before.length === 0 ? "unknown-key" : "key";
}
