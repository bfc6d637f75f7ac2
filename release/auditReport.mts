/** A known vulnerability of a bundled package. */
export interface Finding {
  package: string;
  severity: string;
  title: string;
  url: string;
}

/** What is read of the output of `npm audit --json`. Without `vulnerabilities` it reports a failure, in `message`. */
export interface AuditReport {
  message?: string;
  vulnerabilities?: Readonly<Record<string, Vulnerability>>;
}

interface Vulnerability {
  /** The folders in which vulnerable versions are installed: `node_modules/name`. */
  nodes: readonly string[];
  /** The advisories, and the names of dependencies that are vulnerable. */
  via: readonly (string | { name: string; severity: string; title: string; url: string })[];
}

/**
 * The advisories about packages in one of the bundled `folders`. A package that only depends on a vulnerable one is not among
 * them: if the vulnerable one is bundled, it is reported itself. Throws if the report says that npm could not check.
 */
export function findingsIn({ message, vulnerabilities }: AuditReport, folders: readonly string[]): Finding[] {
  if (!vulnerabilities) throw new Error(message ?? "npm reported neither vulnerabilities nor a reason");
  return Object.entries(vulnerabilities).flatMap(([name, { nodes, via }]) => {
    if (!nodes.some((node) => folders.includes(node))) return [];
    return via.flatMap((advisory) =>
      typeof advisory === "string" || advisory.name !== name
        ? []
        : [{ package: name, severity: advisory.severity, title: advisory.title, url: advisory.url }],
    );
  });
}
