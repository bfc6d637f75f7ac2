import { startGroq, type Groq } from "../support/services/groq";
import { startOllama, type Ollama } from "../support/services/ollama";
import { changeSetting, type setUpSuite } from "./suiteSetup";

/** Lets simulated servers of Ollama and Groq join the pool for a suite, Groq without a key. They are started before its tests. */
export function setUpOtherServices(context: ReturnType<typeof setUpSuite>): {
  readonly ollama: Ollama;
  readonly groq: Groq;
} {
  let started: { ollama: Ollama; groq: Groq };
  before(async () => {
    const [ollama, groq] = await Promise.all([startOllama(), startGroq()]);
    started = { ollama, groq };
    await changeSetting("freeModels.services", [
      { service: "ollama", baseUrl: ollama.baseUrl },
      { service: "groq", baseUrl: groq.baseUrl, automatic: true },
    ]);
  });
  after(async () => {
    const { ollama, groq } = started;
    await changeSetting("freeModels.services", undefined);
    await context.testApi.apiKey.forgetAt(groq.baseUrl);
    await Promise.all([ollama[Symbol.asyncDispose](), groq[Symbol.asyncDispose]()]);
  });
  return {
    get ollama() {
      return started.ollama;
    },
    get groq() {
      return started.groq;
    },
  };
}
