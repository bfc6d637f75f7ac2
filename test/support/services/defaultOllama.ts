import { realisticPace } from "../simulator/pace";
import { startOllama, type Ollama } from "./ollama";

/** The port that clients try first. */
const defaultPort = 11434;

/**
 * Starts a simulator of Ollama on its default port, for manual tests: models load for some seconds, answers have the pace
 * of a real model. Resolves to `undefined` if the port is in use, perhaps by a real Ollama.
 */
export async function startDefaultOllama(port = defaultPort): Promise<Ollama | undefined> {
  try {
    return await startOllama({ port, pace: realisticPace, loadMs: 3000 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return undefined;
    throw error;
  }
}

/** How to use the simulator, in one line. */
export const describeOllama = (ollama: Ollama | undefined): string =>
  ollama
    ? `simulated at ${ollama.url}, as if it ran on this computer. Its models: ${ollama.url}/api/tags`
    : `not simulated: port ${defaultPort} is in use, perhaps by a real one.`;
