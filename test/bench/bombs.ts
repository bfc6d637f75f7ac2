import { machine, report } from "./report";
import { bombs } from "./webviewBombs";

/** Names after the command select bombs; the README then stays unchanged. */
async function main(selected: readonly string[]): Promise<void> {
  const table = await bombs((name) => selected.length === 0 || selected.includes(name));
  if (selected.length === 0) report("bombs", "npm run bench:bombs", [table]);
  console.log(machine());
}

void main(process.argv.slice(2));
