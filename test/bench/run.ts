import { machine, report } from "./report";
import { activation } from "./activation";
import { conversations } from "./conversations";
import { decision } from "./decision";
import { limits } from "./limits";
import { project } from "./project";
import { reliability } from "./reliability";
import { streaming } from "./streaming";
import { threeServices } from "./threeServices";
import { markdownTable, type Table } from "./table";

/** The sections of `npm run bench`. Names after the command select sections; the README then stays unchanged. */
const sections: Record<string, () => Promise<Table[]>> = {
  ...{ decision, streaming, reliability, threeServices, limits },
  ...{ project, conversations, activation },
};

async function main(selected: readonly string[]): Promise<void> {
  const tables: Table[] = [];
  for (const [name, section] of Object.entries(sections)) {
    if (selected.length > 0 && !selected.includes(name)) continue;
    for (const table of await section()) {
      tables.push(table);
      console.log(`\n${markdownTable(table)}`);
    }
  }
  console.log(machine());
  if (selected.length === 0) report("router", "npm run bench", tables);
}

void main(process.argv.slice(2));
