import { packageExtension } from "../support/packageExtension";
import { temporaryFolder } from "../support/temporaryFolder";
import { Workbench } from "../support/workbench";
import { spread } from "./samples";
import type { Table } from "./table";

/** Number of windows, opened one after the other. Each has its own extension host. */
const windows = 9;

/** This extension and two built-in ones that are activated at the same time, so that the load of the machine affects all of them. */
const contenders = {
  "this extension, packaged": "free-models-router",
  "built-in: merge conflicts": "merge-conflict",
  "built-in: Node debugging": "debug-auto-launch",
};

/** Measures the activation time of the packaged extension as reported by a real VS Code. */
export async function activation(): Promise<Table[]> {
  await using folder = await temporaryFolder();
  const { vsix } = await packageExtension(folder.path);
  // High enough for the whole list, since invisible rows are not rendered.
  await using workbench = await Workbench.open({ vsix, viewport: { width: 1280, height: 3_200 } });
  const samples: Record<string, number[]> = {};
  for (let at = 0; at < windows; at++) {
    if (at > 0) await workbench.reload();
    await workbench.runBuiltInCommand("Developer: Show Running Extensions");
    for (const [name, id] of Object.entries(contenders))
      (samples[name] ??= []).push(await activationTime(workbench, id));
  }
  return [
    {
      title: "Activation",
      columns: ["", "ms", "budget"],
      rows: Object.entries(samples).map(([name, ms], at) => [name, spread(ms, 0), at === 0 ? "< 10 ms when idle" : ""]),
      note: `Loading and running the code as reported by *Developer: Show Running Extensions*, in ${windows} windows, each with its own extension host: median and interquartile range.`,
    },
  ];
}

async function activationTime({ page }: Workbench, id: string): Promise<number> {
  const row = page.locator(`.runtime-extensions-editor .monaco-list-row[aria-label="${id}"]`);
  const text = await row.locator(".activation-time").innerText();
  const ms = /(\d+)\s*ms/.exec(text)?.[1];
  if (ms === undefined) throw new Error(`${id} has no activation time: ${text}`);
  return Number(ms);
}
