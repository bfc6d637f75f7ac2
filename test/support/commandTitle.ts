import * as z from "zod/mini";
import { readEnglishManifest } from "./manifest";

const manifest = z.object({
  contributes: z.object({
    commands: z.array(z.object({ command: z.string(), title: z.string(), category: z.string() })),
  }),
});

/** The title of one of our commands, as in menus: "New Chat". */
export function commandTitle(id: string): string {
  return findCommand(id).title;
}

/** The title of one of our commands in the command palette: "Free Models: New Chat". */
export function paletteTitle(id: string): string {
  const { category, title } = findCommand(id);
  return `${category}: ${title}`;
}

function findCommand(id: string): { category: string; title: string } {
  const command = manifest.parse(readEnglishManifest()).contributes.commands.find((each) => each.command === id);
  if (!command) throw new Error(`package.json has no command ${id}`);
  return command;
}
