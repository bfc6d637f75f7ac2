import { realisticPace, startOpenRouter } from "./openRouter";

/** Runs the simulator on its own, with the pace and limits of free models: `node dist/test/support/openRouterMain.js [port]`. */
async function main(port: number): Promise<void> {
  const simulator = await startOpenRouter({ port, pace: realisticPace, limits: { perMinute: 20, perDay: 50 } });
  console.log(`OpenRouter simulator: ${simulator.baseUrl}`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void simulator.close());
}

void main(Number(process.argv[2] ?? 0));
