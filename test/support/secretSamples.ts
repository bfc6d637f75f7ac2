import { seededRandom } from "./random";

/**
 * A text with made-up secrets between `«` and `»`. `{h:32}` stands for 32 random characters, made when the tests run, so that scanners of
 * repositories find no token here. Alphabets: `h` hex, `d` digits, `l` lower case and digits, `W` letters, `w` letters and digits, `u` those with
 * `-` and `_`, `b` base64, `B` base32.
 */
export type SecretSample = readonly [what: string, fileName: string, text: string];

/** A text in the same notation without a secret. */
export type LookAlike = SecretSample;

export interface ExpandedSample {
  what: string;
  name: string;
  text: string;
  /** Where the secrets are in the text. */
  secrets: { start: number; end: number }[];
}

const lower = "abcdefghijklmnopqrstuvwxyz";
const upper = lower.toUpperCase();
const digits = "0123456789";
const alphabets: Readonly<Record<string, string>> = {
  h: "0123456789abcdef",
  d: digits,
  l: lower + digits,
  W: lower + upper,
  w: lower + upper + digits,
  u: `${lower}${upper}${digits}-_`,
  b: `${lower}${upper}${digits}+/`,
  B: `${upper}234567`,
};

/** Fills in the random characters, which depend on the seed only. */
export function expandSample([what, name, template]: SecretSample, seed = 1): ExpandedSample {
  const random = seededRandom(seed);
  const text = template.replace(/\{([hdlWwubB]):(\d+)\}/g, (_, kind: string, length: string) => {
    const alphabet = alphabets[kind] ?? "";
    const pick = (): string => alphabet.charAt(Math.floor(random() * alphabet.length));
    // A letter or digit at both ends, as `\b` of a real token would need.
    return Array.from({ length: Number(length) }, (_each, index) => {
      let character = pick();
      while (/[^A-Za-z0-9]/.test(character) && (index === 0 || index === Number(length) - 1)) character = pick();
      return character;
    }).join("");
  });
  const secrets: ExpandedSample["secrets"] = [];
  let plain = "";
  for (const part of text.split(/(«[^»]*»)/)) {
    if (!part.startsWith("«")) {
      plain += part;
      continue;
    }
    secrets.push({ start: plain.length, end: plain.length + part.length - 2 });
    plain += part.slice(1, -1);
  }
  return { what, name, text: plain, secrets };
}

export const secretSamples: readonly SecretSample[] = [
  // Tokens with a prefix
  ["an OpenRouter key", "a.ts", 'const key = "«sk-or-v1-{h:64}»";'],
  ["an OpenAI service account key", "a.py", "OPENAI_API_KEY=«sk-svcacct-{u:74}T3BlbkFJ{u:74}»"],
  ["a DeepSeek key", "a.py", 'client = OpenAI(api_key="«sk-{h:32}»", base_url="https://api.deepseek.com")'],
  ["an Anthropic admin key", "a.txt", "«sk-ant-admin01-{u:93}AA»"],
  ["an xAI key", "a.txt", "xai: «xai-{w:80}»"],
  ["a Groq key in prose", "a.md", "my key is «gsk_{w:52}»"],
  ["a Perplexity key", "a.txt", "«pplx-{w:48}»"],
  ["an NVIDIA key", "a.txt", "Bearer «nvapi-{u:64}»"],
  ["a Replicate token", "a.sh", "export REPLICATE_API_TOKEN=«r8_{w:37}»"],
  ["a Cerebras key", "a.sh", "CEREBRAS_API_KEY=«csk-{l:48}»"],
  ["a GitHub app token", "a.log", "using «ghs_{w:36}»"],
  ["a GitLab trigger token", "a.yml", "trigger: «glptt-{h:40}»"],
  ["an AWS key id", "a.txt", "id «AKIA{B:16}»"],
  ["a Slack app token", "a.txt", "«xapp-1-A{B:10}-{d:13}-{h:64}»"],
  ["a Slack user token", "a.txt", "«xoxp-{d:12}-{d:12}-{d:12}-{h:32}»"],
  ["a Discord webhook", "a.js", 'fetch("«https://discord.com/api/webhooks/{d:18}/{u:68}»")'],
  [
    "a Teams webhook",
    "a.js",
    'const url = "«https://acme.webhook.office.com/webhookb2/{h:8}-{h:4}-{h:4}-{h:4}-{h:12}@{h:8}-{h:4}-{h:4}-{h:4}-{h:12}/IncomingWebhook/{h:32}/{h:8}-{h:4}-{h:4}-{h:4}-{h:12}»"',
  ],
  ["a Telegram token in a URL", "a.sh", "curl https://api.telegram.org/bot«{d:10}:AA{u:33}»/getMe"],
  ["a Twilio API key", "a.js", 'twilio("AC{h:32}", "«SK{h:32}»")'],
  ["a Mailgun key", "a.js", "mailgun({ apiKey: '«key-{h:32}»' })"],
  ["a Mailchimp key", "a.js", "«{h:32}-us12»"],
  ["a Notion token", "a.ts", 'auth: "«ntn_{d:11}{w:35}»"'],
  ["a Linear key", "a.ts", 'apiKey: "«lin_api_{w:40}»"'],
  ["a Figma token", "a.ts", "X-Figma-Token: «figd_{u:40}»"],
  ["a Supabase token", "a.sh", "SUPABASE_ACCESS_TOKEN=«sbp_{h:40}»"],
  ["a Docker Hub token", "a.sh", "echo «dckr_pat_{u:27}» | docker login -u me --password-stdin"],
  ["a Postman key", "a.json", '"key": "«PMAK-{h:24}-{h:34}»"'],
  ["a Grafana token", "a.yml", "token: «glsa_{w:32}_{h:8}»"],
  ["a Tailscale key", "a.sh", "tailscale up --authkey «tskey-auth-{w:17}-{w:32}»"],
  ["a crates.io token", "a.toml", 'token = "«cio{w:32}»"'],
  ["a RubyGems key", "a.yml", ":rubygems_api_key: «rubygems_{h:48}»"],
  ["a New Relic key", "a.yml", "license: «NRAK-{B:27}»"],
  ["a Sentry token", "a.sh", "SENTRY_AUTH_TOKEN=«sntryu_{h:64}»"],
  ["a Google OAuth token", "a.txt", "«ya29.{u:120}»"],
  ["a Square token", "a.txt", "«EAAA{u:60}»"],
  ["a Terraform Cloud token", "a.txt", 'token = "«{w:14}.atlasv1.{u:67}»"'],
  ["a PlanetScale password", "a.txt", "«pscale_pw_{u:43}»"],
  ["an age key", "a.txt", "«AGE-SECRET-KEY-1QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LQPZRY9X8GF2TVDW0S3JN54KHCE»"],
  ["an Azure AD secret", "a.json", '"clientSecret": "«{w:3}8Q~{w:34}»"'],
  ["a JWT", "a.txt", "token «eyJ{u:33}.eyJ{u:100}.{u:43}»"],
  // Assignments
  ["an AWS secret in code", "a.py", "boto3.client('s3', aws_secret_access_key='«{b:40}»')"],
  ["an AWS secret of Terraform", "a.tf", 'secret_key = "«{b:40}»"'],
  ["a Datadog key", "a.yml", "DD_API_KEY: «{h:32}»"],
  ["an Algolia key", "a.js", "algoliasearch({ adminApiKey: '«{h:32}»' })"],
  ["a Mistral key", "a.sh", "export MISTRAL_API_KEY='«{w:32}»'"],
  ["a key of PowerShell", "a.ps1", '$env:OPENAI_TOKEN = "«{w:40}»"'],
  ["a setx", "a.bat", "setx API_TOKEN «{w:40}»"],
  ["a batch file", "a.bat", "set DB_PASSWORD=«Qk8!wTz2»"],
  ["escaped JSON", "a.log", '{"body":"{\\"password\\":\\"«Wn4xTq8Lz»\\"}"}'],
  ["a Python dictionary", "a.py", "config = {'password': '«mK3vQx8Zt»', 'user': 'app'}"],
  ["a Ruby hash", "a.rb", ":password => '«bT9wLq4Xn»'"],
  ["a Rails secret", "a.yml", "secret_key_base: «{h:128}»"],
  ["a Rust constant", "a.rs", 'const API_SECRET: &str = "«{w:40}»";'],
  ["a C macro", "a.h", '#define WIFI_PASSWORD "«blauTopf77»"'],
  ["a Kotlin field", "a.kt", 'private val apiKey: String = "«{w:32}»"'],
  ["a Swift field", "a.swift", 'let apiToken = "«{w:40}»"'],
  ["a default of an environment variable", "a.py", 'os.environ.get("SMTP_PASSWORD", "«Vt7qKx2Wm»")'],
  ["a fallback of process.env", "a.ts", 'const secret = process.env.JWT_SECRET || "«k9Q2xV7mZ4tL8wP3»";'],
  ["a setter", "a.java", 'dataSource.setPassword("«Ln5wXk8Qz»");'],
  ["a comparison", "a.js", 'if (password === "«Tz9kLm4Qw»") grant();'],
  ["a YAML password with quotes", "a.yml", 'password: "«Rt6#vKp9!x»"'],
  ["an Ansible variable", "a.yml", "ansible_ssh_pass: «Gw3mXq7Zk»"],
  ["a properties file", "a.properties", "db.password = «Xv8nTk3Q»"],
  ["an INI file", "a.ini", "[smtp]\npass = «Pz4wKn7Tq»"],
  ["a TOML file", "a.toml", 'password = "«qL7xWn2Vt»"'],
  ["a Tomcat user", "tomcat-users.xml", '<user username="deploy" password="«Nf5kQw8Zx»" roles="manager-script"/>'],
  ["an encryption key", "a.php", "'encryption_key' => '«{h:64}»'"],
  ["a signing key", "a.ts", 'signingKey: "«{b:43}=»"'],
  ["an Ethereum key", "a.ts", 'const PRIVATE_KEY = "«0x{h:64}»";'],
  ["a WireGuard key", "wg0.conf", "[Interface]\nPrivateKey = «{b:42}8=»"],
  ["a wireless network", "wpa.conf", 'ssid="home"\npsk="«gruenerHase42»"'],
  [
    "a mnemonic",
    "a.js",
    'mnemonic: "«abandon lucky ocean rifle siege tumble velvet wagon yellow zebra anchor basket»"',
  ],
  ["a docker auth", "a.json", '"auths": { "ghcr.io": { "auth": "«Ym90OmdoN1Z3OXhLcTI=»" } }'],
  ["a German password", "a.txt", "Benutzer: admin\nPasswort: «Kaffee!Tasse9»"],
  [
    "a password with punctuation in a question",
    "a.txt",
    "Here is my token «ghp_{w:36}» and password=«Tr0ub4dor&3xyz» why does the login fail?",
  ],
  ["a password with an early & in prose", "a.txt", "My password is «Kaffee&tasse9», but it fails."],
  ["a password with brackets in prose", "a.txt", "Use the login (user app, password: «Tr0ub4<dor;3)x,yz»)."],
  ["a password before another field", "a.txt", "I call login?user=app with password=«Tr0ub4dor»&user=app and it fails"],
  ["a password in a list of fields", "a.txt", "I use host=db,password=«Tr0ub&4dor»,user=app here"],
  ["an ECS task", "a.json", '{ "name": "DB_PASSWORD", "value": "«xK4mWq9Tz»" }'],
  [
    "a service bus",
    "a.json",
    '"Endpoint=sb://acme.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=«{b:43}=»"',
  ],
  ["an Oracle connection", "a.txt", "Data Source=orcl;User Id=scott;Password=«Tg6wLm3Kx»;"],
  ["a query string", "a.sh", "wget 'https://api.acme.net/v1/export?api_key=«{w:32}»&format=csv'"],
  ["an access token in a URL", "a.txt", "https://acme.net/cb#access_token=«{u:64}»&state=1"],
  ["a session cookie", "a.http", "Cookie: theme=dark; sessionid=«{l:32}»"],
  ["a private token header", "a.sh", "curl --header 'PRIVATE-TOKEN: «{u:26}»' https://gitlab.acme.net/api/v4/projects"],
  ["a bearer token", "a.http", "authorization: bearer «{w:40}»"],
  ["a bearer in code", "a.ts", "headers: { Authorization: `Bearer «{w:40}»` }"],
  // URLs and command lines
  ["a URL with a symbol in the password", "a.env.txt", "postgresql://app:«p%40ss7Word»@10.0.0.5/shop"],
  ["a URL with an at sign in the password", "a.txt", "mysql://app:«kT9@vLq3»@db.acme.net/shop"],
  ["a proxy", "a.sh", "export HTTPS_PROXY=http://jdoe:«Fruehling24»@proxy.acme.net:8080"],
  ["an FTP URL", "a.sh", "lftp ftp://web:«Bq7xNm2K»@ftp.acme.net"],
  ["curl --user", "a.sh", "curl --user 'deploy:«Hm4kWz9Q»' https://acme.net"],
  ["sshpass", "a.sh", "sshpass -p '«Kw8vTq3Z»' ssh root@10.0.0.5"],
  ["docker login", "a.sh", "docker login -u ci -p «Zt5kXm9W» registry.acme.net"],
  ["redis-cli", "a.sh", "redis-cli -h cache -a «Wq7mKx4T» ping"],
  ["a token flag", "a.sh", "vercel deploy --token=«{w:24}»"],
  ["openssl", "a.sh", "openssl rsa -in a.pem -passin pass:«Qn3wKx8Z»"],
  ["a netrc line", "a.txt", "machine api.acme.net login ci password «Jw6tQm2X»"],
  ["a secure string", "a.ps1", 'ConvertTo-SecureString "«Mz8!wKq3»" -AsPlainText -Force'],
  ["a SQL user", "a.sql", "CREATE USER app WITH PASSWORD '«Tk7wQm4X»';"],
  ["a MySQL user", "a.sql", "CREATE USER 'app'@'%' IDENTIFIED BY '«Vn5xKq8W»';"],
  ["chpasswd", "a.sh", "echo 'root:«Lk6wTq9Z»' | chpasswd"],
  // Private keys
  [
    "an OpenSSH key",
    "a.txt",
    "«-----BEGIN OPENSSH PRIVATE KEY-----\n{b:70}\n{b:70}\n-----END OPENSSH PRIVATE KEY-----»",
  ],
  [
    "an indented key",
    "a.yml",
    "key: |\n  «-----BEGIN EC PRIVATE KEY-----\n  {b:64}\n  {b:64}\n  -----END EC PRIVATE KEY-----»",
  ],
  [
    "an encrypted key",
    "a.txt",
    "«-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,{h:32}\n\n{b:64}\n{b:64}\n-----END RSA PRIVATE KEY-----»",
  ],
  ["a key without an end", "a.txt", "«-----BEGIN PRIVATE KEY-----\n{b:64}\n{b:64}»"],
  [
    "a PGP key",
    "a.asc",
    "«-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n{b:64}\n{b:64}\n=abcd\n-----END PGP PRIVATE KEY BLOCK-----»",
  ],
  [
    "a key in code",
    "a.js",
    'const key = "«-----BEGIN RSA PRIVATE KEY-----\\n" +\n  "{b:64}\\n" +\n  "{b:64}\\n" +\n  "-----END RSA PRIVATE KEY-----»";',
  ],
  [
    "a PuTTY key",
    "a.txt",
    "PuTTY-User-Key-File-3: ssh-ed25519\nPublic-Lines: 1\n{b:64}\n«Private-Lines: 1\n{b:64}»\nPrivate-MAC: {h:64}",
  ],
  [
    "an SSH2 key",
    "a.txt",
    "«---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n{b:64}\n{b:64}\n---- END SSH2 ENCRYPTED PRIVATE KEY ----»",
  ],
  ["a JSON Web Key", "a.json", '{"kty":"EC","crv":"P-256","x":"{u:43}","y":"{u:43}","d":"«{u:43}»"}'],
  [
    "an XML key",
    "a.xml",
    "<RSAKeyValue><Modulus>{b:80}</Modulus><Exponent>AQAB</Exponent><D>«{b:80}»</D></RSAKeyValue>",
  ],
  ["a password that starts with an exclamation mark", "a.ts", 'const password = "«!Tr0ub4dor&3»";'],
  ["a password that starts like a YAML tag", "a.properties", "DB_PASSWORD=«!Tr0ub4dor&3»"],
  ["a password that starts with a bracket", "a.json", '"password": "«(Tr0ub4dor&3»", "pwd": "«<kP4nWx9s»"'],
  ["a short part before a comma", "a.txt", "log in with user=app password=«Tr0,ub4dor3» please"],
  ["a short part before a semicolon", "a.txt", "user=app password=«x7;Kp2Qz9w» host=db"],
  ["a short part before brackets", "a.txt", "the password is «Tr0ub)4dor3», not password=«x7<Kp2Qz9w»."],
];
