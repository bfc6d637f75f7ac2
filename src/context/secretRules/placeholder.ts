/** A reference to a secret that is elsewhere: `${DB_PASSWORD}`, `{{ vault }}`, `<your key>`, `%PASS%`, `op://…`, `!vault`. */
const reference =
  /^[$%#@&*!]{0,2}[{(<[]|\$\{|\{\{|#\{|\$\(|<%|%\(|^\$\w+$|^%\w+%|^%[sdvr]|^__\w+__$|^@\w+@$|^(?:op|vault|env|secrets?|file|arn|ssm|keyvault|awssm|gcpsm|projects|ref|akv|https?|data)[:/]|^[.~]{0,2}\/[\w.~-]+\/|^[A-Za-z]:\\|^!+[\w$.?-]*$|…|\.\.\.|\*{3}|^\/\S+\/$|^[[({<]|[>})\]]$(?<=[<{([][^<]{0,100})/i;

/** Parts that say that a value is an example. */
const sample =
  /example|placeholder|change[-_ ]?(?:me|this|it)|your[-_ a-z]|dummy|fake|redacted|sample|replace[-_ ]?(?:me|with|this)|insert[-_ ]|not[-_]?(?:a[-_]?)?real|todo|fixme|x{4}|0{6}|1234567|abcdefg|qwert[yz]|deadbeef|lorem|foobar|s3cr3t$|undefined|-here$|my[-_]?(?:super[-_]?)?(?:secret|password|token|api|key)[-_a-z]*$/i;

/** Words that a value may consist of without being a secret. */
const words = new Set(
  "a abc access account admin administrator any api app auth bar basic baz bearer blank client code credential credentials data database db debug default demo development dev dev1 empty env false foo get guest hello here hidden hunter id is key keys letmein local localhost login me mock my mysql name new nil no none not null of old pass passphrase passwd password passwort kennwort postgres private prod pw pwd redis required root secret secrets set some staging string super temp test testing tester the this tmp token tokens true type unset user username value var welcome world xxx yes you your".split(
    " ",
  ),
);

/** Whether a value stands for a secret instead of being one. */
export function isPlaceholder(value: string): boolean {
  if (reference.test(value) || sample.test(value)) return true;
  if (new Set(value.toLowerCase()).size <= 3) return true;
  // Words with a few digits and no symbol, such as `password123` and `Test-Token-1`. A symbol, as in `Pass!2024`, makes it a password.
  const parts = value.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[^A-Za-z\d]+/g) ?? [];
  return parts.every((part) => /^(?:\d{1,4}|12345\d*|[-_.:/ ]+|!)$/.test(part) || words.has(part.toLowerCase()));
}

/** Whether a token in a known format is made of filler, such as `ghp_xxxx…` and `sk-your-key-here`. */
export function isFiller(token: string): boolean {
  return /x{6}|\*{3}|\.{3}|…|0{8}|your[-_]|[-_]here\b|example|placeholder|redacted/.test(token);
}
