import type { SecretKind } from "./candidate";

const fileNames: readonly (readonly [pattern: RegExp, kind: SecretKind])[] = [
  // Excludes sample files such as `.env.example`, which are meant to be shared.
  [
    /^\.env(?!.*\.(?:example|sample|template|dist)$)(?:\..+)?$|^(?!example|sample|template).+\.env$|^\.envrc$/i,
    "environment-file",
  ],
  [/^id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$/i, "private-key"],
  [/\.(?:ppk|p12|pfx|jks|keystore|kdbx?|p8|key|pkcs12|bks|ovpn|agekey)$/i, "private-key"],
  // Certificates share this extension with keys; these names say that a file has no key.
  [
    /^(?!.*(?:\b|_)(?:pub|public|ca|cert|certs|certificate|chain|fullchain|bundle|cacert)(?:\b|_)).*\.pem$/i,
    "private-key",
  ],
  [
    /^(?:\.npmrc|\.yarnrc\.yml|\.pypirc|\.netrc|_netrc|\.pgpass|\.my\.cnf|\.mylogin\.cnf|\.htpasswd|\.git-credentials|\.dockercfg|\.s3cfg|\.boto|\.vault-token|\.vault_pass(?:\.txt)?|\.terraformrc|terraform\.rc|master\.key|kubeconfig|kubeconfig\.ya?ml|\.kubeconfig|wp-config\.php|\.pgpassfile|\.rediscli_auth|\.smbcredentials|\.msmtprc|shadow)$/i,
    "key-file",
  ],
  [/^(?!.*(?:example|sample|template)).*\.(?:tfvars|tfstate|kubeconfig)(?:\.json|\.backup)?$/i, "key-file"],
  [
    /^(?!.*(?:example|sample|template)).*service[-_]?account.*\.json$|^gcp[-_]?(?:key|credentials?).*\.json$/i,
    "key-file",
  ],
  [/^application_default_credentials\.json$|^client_secrets?.*\.json$/i, "key-file"],
  [/^(?:credentials|secrets?)(?:\.(?:json|ya?ml|toml|ini|txt|properties|tfvars|env|enc))?$/i, "key-file"],
];

/** The kind of secret that files of this name usually contain. `name` is without the folder. */
export function secretFileKind(name: string): SecretKind | undefined {
  return fileNames.find(([pattern]) => pattern.test(name))?.[1];
}
