import axe from "axe-core";
import * as z from "zod/mini";
import type { Workbench } from "../support/workbench";

const found = z.array(z.string());

/** What axe finds wrong with the chat's page, rule and element: our frame only, whose first heading is the window's business. */
export async function violations(workbench: Workbench): Promise<string[]> {
  const frame = await workbench.chatFrame();
  // The frame is see-through, which axe takes for white: it is told what stands behind.
  await frame.evaluate(`document.documentElement.style.background = "var(--vscode-sideBar-background)"`);
  // As texts, since the page's policy lets no script in that is evaluated inside of it.
  await frame.evaluate(axe.source);
  const result: unknown = await frame.evaluate(`axe
    .run(document, { resultTypes: ["violations"], rules: { "page-has-heading-one": { enabled: false } } })
    .then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ": " + html)))`);
  return found.parse(result);
}
