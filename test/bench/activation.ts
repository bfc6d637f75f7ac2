import { packageExtension } from "../support/packageExtension";
import { temporaryFolder } from "../support/temporaryFolder";
import { Workbench } from "../support/workbench";
import { spread } from "./samples";
import type { Table } from "./table";

/** Windows that are opened one after the other; each has an extension host of its own. */
const windows = 9;

/** Ours, and two of VS Code's own that are activated in the same moment: what else the machine does meets them alike. */
const contenders = {
  "this extension, packaged": "free-models-router",
  "VS Code's own for merge conflicts": "merge-conflict",
  "VS Code's own for debugging Node": "debug-auto-launch",
};

/** What activation costs whoever installed the extension, in a real VS Code and by its own clock. */
export async function activation(): Promise<Table[]> {
  await using folder = await temporaryFolder();
  const { vsix } = await packageExtension(folder.path);
  // High enough for the whole list: rows that cannot be seen are not there.
  await using workbench = await Workbench.open({ vsix, viewport: { width: 1280, height: 3_200 } });
  const samples: Record<string, number[]> = {};
  for (let at = 0; at < windows; at++) {
    if (at > 0) await workbench.reload();
    await workbench.command("Developer: Show Running Extensions");
    for (const [name, id] of Object.entries(contenders))
      (samples[name] ??= []).push(await activationTime(workbench, id));
  }
  return [
    {
      title: "Activation",
      columns: ["", "ms", "budget"],
      rows: Object.entries(samples).map(([name, ms], at) => [name, spread(ms, 0), at === 0 ? "< 10 ms when idle" : ""]),
      note: `Loading the code and calling it, as *Developer: Show Running Extensions* tells it, in ${windows} windows, each with an extension host of its own: median and middle half.`,
    },
  ];
}

async function activationTime({ page }: Workbench, id: string): Promise<number> {
  const row = page.locator(`.runtime-extensions-editor .monaco-list-row[aria-label="${id}"]`);
  const words = await row.locator(".activation-time").innerText();
  const ms = /(\d+)\s*ms/.exec(words)?.[1];
  if (ms === undefined) throw new Error(`${id} has no time: ${words}`);
  return Number(ms);
}
