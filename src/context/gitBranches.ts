import type { Repository } from "./git";

// Members of the Git extension's repository that older versions may lack.

/** The name of the branch that is checked out; `undefined` if none is, or before the first commit. */
export function currentBranch({ state }: Repository): string | undefined {
  const head = isRecord(state) ? state["HEAD"] : undefined;
  return isRecord(head) && typeof head["commit"] === "string" ? nameOf(head) : undefined;
}

/** The branch from which `branch` was created: `origin/main`. `undefined` if Git does not know. */
export async function branchBase(repository: Repository, branch: string): Promise<string | undefined> {
  const base = await call(repository, "getBranchBase", branch).catch(() => undefined);
  return isRecord(base) ? nameOf(base) : undefined;
}

/** The names of all branches, also of remotes, but without `branch`. */
export async function otherBranches(repository: Repository, branch: string): Promise<string[]> {
  const found = await call(repository, "getBranches", { remote: true });
  const names = Array.isArray(found) ? found.flatMap((each) => (isRecord(each) ? (nameOf(each) ?? []) : [])) : [];
  return [...new Set(names)].filter((name) => name !== branch && !name.endsWith("/HEAD"));
}

/** Whether this version of the Git extension can compare branches. */
export function canCompareBranches(repository: Repository): boolean {
  return ["getBranches", "diffBetweenPatch"].every((name) => typeof memberOf(repository, name) === "function");
}

/** The changes of the commits since the checked-out branch left `base`, as a diff. */
export async function branchDiff(repository: Repository, base: string): Promise<string> {
  const diff = await call(repository, "diffBetweenPatch", base, "HEAD");
  if (typeof diff !== "string") throw new Error("The Git extension cannot compare branches");
  return diff;
}

/** Some versions have the remote in the name, others beside it. */
function nameOf({ name, remote }: Record<string, unknown>): string | undefined {
  if (typeof name !== "string" || name === "") return undefined;
  return typeof remote === "string" && !name.startsWith(`${remote}/`) ? `${remote}/${name}` : name;
}

async function call(repository: Repository, name: string, ...args: readonly unknown[]): Promise<unknown> {
  const member = memberOf(repository, name);
  return typeof member === "function" ? ((await Reflect.apply(member, repository, args)) as unknown) : undefined;
}

function memberOf(repository: Repository, name: string): unknown {
  return Reflect.get(repository, name) as unknown;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
