import { realisticPace, startOpenRouter } from "./openRouter";
import { describeOllama, startDefaultOllama } from "./services/defaultOllama";

/**
 * Runs the simulators on their own, with the pace and limits of free models:
 * `node dist/test/support/openRouterMain.js [port [Ollama's port]]`.
 */
async function main(port: number, ollamaPort?: number): Promise<void> {
  const simulator = await startOpenRouter({ port, pace: realisticPace, limits: { perMinute: 20, perDay: 50 } });
  console.log(`OpenRouter simulator: ${simulator.baseUrl}`);
  const ollama = await startDefaultOllama(ollamaPort);
  console.log(`Ollama: ${describeOllama(ollama)}`);
  const close = (): void => void Promise.all([simulator.close(), ollama?.close()]);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, close);
}

const [port = 0, ollamaPort] = process.argv.slice(2).map(Number);
void main(port, ollamaPort);
