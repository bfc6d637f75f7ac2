/**
 * `npm run audit`: checks what the production build in dist/ has bundled for known vulnerabilities. `npm audit --omit=dev` would
 * check nothing, since what is bundled is a development dependency. Fails if there are some, and if npm cannot tell.
 */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { findingsIn, type AuditReport } from "./auditReport.mts";
import { bundledPackages } from "./bundledPackages.mts";

const root = path.join(import.meta.dirname, "..");
const folders = (await bundledPackages(root)).map(({ folder }) => folder);
const { stdout } = spawnSync("npm audit --json --include=dev", { cwd: root, shell: true, encoding: "utf8" });
try {
  const findings = findingsIn(JSON.parse(stdout) as AuditReport, folders);
  for (const each of findings) console.error(`${each.package} (${each.severity}): ${each.title} ${each.url}`);
  if (findings.length === 0) console.log(`No known vulnerabilities in the ${folders.length} bundled packages.`);
  else process.exitCode = 1;
} catch (error) {
  console.error(`Nothing was checked, because npm could not ask the registry. ${String(error)}`);
  process.exitCode = 2;
}
