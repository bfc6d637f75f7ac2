import axe from "axe-core";
import * as z from "zod/mini";
import type { Workbench } from "../support/workbench";

const violationList = z.array(z.string());

/** The accessibility violations that axe finds in the chat view, as "rule: element". */
export async function accessibilityViolations(workbench: Workbench): Promise<string[]> {
  const frame = await workbench.chatFrame();
  // The frame is transparent, which axe treats as white, so it gets the color behind it.
  await frame.evaluate(`document.documentElement.style.background = "var(--vscode-sideBar-background)"`);
  // Scripts are passed as strings, since the content security policy of the page blocks other scripts.
  await frame.evaluate(axe.source);
  // The first-level heading is the window's responsibility.
  const result: unknown = await frame.evaluate(`axe
    .run(document, { resultTypes: ["violations"], rules: { "page-has-heading-one": { enabled: false } } })
    .then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ": " + html)))`);
  return violationList.parse(result);
}
