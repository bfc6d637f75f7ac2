import { machine, report } from "./report";
import { bombs } from "./webviewBombs";

async function main(): Promise<void> {
  report("bombs", "npm run bench:bombs", [await bombs()]);
  console.log(machine());
}

void main();
