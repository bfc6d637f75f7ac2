import assert from "node:assert/strict";
import * as vscode from "vscode";
import { startGroq, type Groq } from "../support/services/groq";
import { changeSetting, setUpSuite, validKey } from "./suiteSetup";
import { withStubs } from "./withStubs";

const groqOrigin = "https://api.groq.com";
const groqUrl = `${groqOrigin}/openai/v1`;
const groqKey = "gsk_aB3xaB3xaB3xaB3xaB3x";

/** What the user does in *Add a Service*; what is missing is canceled. */
interface UserActions {
  /** The label of the service, without its icon. */
  readonly choose?: string;
  /** What is entered in each input box. */
  readonly enter?: readonly string[];
  readonly confirm?: boolean;
  /** What is pressed in each warning that an address does not answer. */
  readonly press?: readonly string[];
  /** The keys that are entered one after the other. */
  readonly keys?: readonly string[];
}

/** What the user sees. */
interface Shown {
  readonly dialogs: { text: string; detail: string | undefined }[];
  readonly keyBoxes: string[];
  readonly warnings: string[];
  /** The checks of the input boxes. */
  readonly checks: ((value: string) => unknown)[];
}

const services = (): unknown => vscode.workspace.getConfiguration().inspect("freeModels.services")?.globalValue;

/** Runs *Add a Service*. Resolves to whether a service was added, and to what was shown. */
async function addService({ choose, enter = [], confirm = false, press = [], keys = [] }: UserActions) {
  const shown: Shown = { dialogs: [], warnings: [], keyBoxes: [], checks: [] };
  const texts = [...enter];
  const keysLeft = [...keys];
  const presses = [...press];
  const { createInputBox } = vscode.window;
  const stubs = {
    showQuickPick: (items: readonly vscode.QuickPickItem[]) =>
      Promise.resolve(items.find(({ label }) => choose !== undefined && label.endsWith(`) ${choose}`))),
    showInputBox: ({ validateInput }: { validateInput: (value: string) => unknown }) => {
      shown.checks.push(validateInput);
      return Promise.resolve(texts.shift());
    },
    showInformationMessage: (text: string, options: vscode.MessageOptions, ...labels: string[]) => {
      if (options.modal) shown.dialogs.push({ text, detail: options.detail });
      return Promise.resolve(options.modal && confirm ? labels[0] : undefined);
    },
    showWarningMessage: (text: string) => {
      shown.warnings.push(text);
      return Promise.resolve(presses.shift());
    },
    createInputBox: () => {
      const box = createInputBox();
      const show = box.show.bind(box);
      const accepted = new vscode.EventEmitter<void>();
      Object.defineProperty(box, "onDidAccept", { value: accepted.event });
      box.show = () => {
        shown.keyBoxes.push(box.title ?? "");
        show();
        const key = keysLeft.shift();
        if (key === undefined) {
          box.hide();
          return;
        }
        box.value = key;
        accepted.fire();
      };
      return box;
    },
  };
  const result: unknown = await withStubs(vscode.window, stubs, async () =>
    vscode.commands.executeCommand("freeModels.addService"),
  );
  return { result, ...shown };
}

describe("Add a Service", () => {
  const context = setUpSuite();
  const { fetch } = globalThis;
  let groq: Groq;

  before(async () => {
    groq = await startGroq({ keys: [groqKey] });
    globalThis.fetch = (input, init) => {
      const { url } = new Request(input);
      return fetch(url.replace(groqOrigin, groq.url), init);
    };
  });
  after(async () => {
    globalThis.fetch = fetch;
    await groq[Symbol.asyncDispose]();
  });
  afterEach(async () => {
    await changeSetting("freeModels.services", undefined);
    await context.testApi.apiKey.forgetAt(groqUrl);
  });

  test("adds nothing if the user cancels the list", async () => {
    assert.equal((await addService({})).result, false);
    assert.equal(services(), undefined);
  });

  test("says who gets the questions and what keeps it free, and adds nothing without a yes", async () => {
    const { result, dialogs, keyBoxes } = await addService({ choose: "Groq", keys: [groqKey] });
    assert.equal(result, false);
    assert.equal(services(), undefined);
    assert.deepEqual(keyBoxes, []);
    assert.equal(dialogs.length, 1);
    assert.equal(dialogs[0]?.text, "Send questions to Groq?");
    assert.match(dialogs[0].detail ?? "", /Groq, in the USA, gets your questions\.[^]+It is free as long as/);
  });

  test("adds a free tier with a key that is checked and saved for its host only", async () => {
    const { result, keyBoxes } = await addService({ choose: "Groq", confirm: true, keys: [groqKey] });
    assert.equal(result, true);
    assert.deepEqual(services(), [{ service: "groq", automatic: true }]);
    assert.deepEqual(keyBoxes, ["Groq API Key"]);
    assert.equal(await context.testApi.apiKey.findAt(groqUrl), groqKey);
    assert.equal(await context.testApi.apiKey.read(), validKey);
    assert.deepEqual(groq.chatRequests, []);
  });

  test("adds nothing without a key", async () => {
    const { result, keyBoxes } = await addService({ choose: "Groq", confirm: true });
    assert.equal(result, false);
    assert.deepEqual(keyBoxes, ["Groq API Key"]);
    assert.equal(services(), undefined);
  });

  test("lets the user correct a key that is rejected", async () => {
    const { result } = await addService({
      choose: "Groq",
      confirm: true,
      keys: ["gsk_wrong0wrong0wrong0wrong0", groqKey],
    });
    assert.equal(result, true);
    assert.equal(await context.testApi.apiKey.findAt(groqUrl), groqKey);
  });

  test("adds a service that may cost after saying so, and never asks its models by itself", async () => {
    const { result, dialogs } = await addService({
      ...{ choose: "Another OpenAI-compatible service", confirm: true },
      enter: ["https://llm.example/v1/", "My Lab"],
      press: ["Save Anyway"],
    });
    assert.equal(result, true);
    assert.equal(dialogs[0]?.text, "Send questions to My Lab?");
    assert.match(dialogs[0].detail ?? "", /it may cost money/);
    assert.deepEqual(services(), [{ service: "custom", baseUrl: "https://llm.example/v1", name: "My Lab" }]);
  });

  test("adds a server on this computer without a question", async () => {
    const { result, dialogs, warnings } = await addService({
      ...{ choose: "Another OpenAI-compatible service", enter: [`${groq.url}/openai/v1`, "vLLM"] },
    });
    assert.equal(result, true);
    assert.deepEqual([dialogs, warnings], [[], []]);
    assert.deepEqual(services(), [{ service: "custom", baseUrl: `${groq.url}/openai/v1`, name: "vLLM" }]);
    assert.deepEqual(groq.chatRequests, []);
  });

  test("says that an address does not answer, and lets the user correct it or save it anyway", async () => {
    const closed = "http://127.0.0.1:9/v1";
    const custom = { choose: "Another OpenAI-compatible service" };
    const canceled = await addService({ ...custom, enter: [closed, "vLLM"] });
    assert.deepEqual([canceled.result, canceled.warnings], [false, [`vLLM did not answer at ${closed}.`]]);
    assert.equal(services(), undefined);
    const corrected = await addService({
      ...{ ...custom, enter: [closed, "vLLM", `${groq.url}/openai/v1`, "vLLM"], press: ["Edit"] },
    });
    assert.deepEqual([corrected.result, corrected.warnings.length], [true, 1]);
    assert.deepEqual(services(), [{ service: "custom", baseUrl: `${groq.url}/openai/v1`, name: "vLLM" }]);
    const saved = await addService({ ...custom, enter: [closed, "Later"], press: ["Save Anyway"] });
    assert.equal(saved.result, true);
  });

  test("refuses an address without encryption and a name without a letter", async () => {
    const { checks } = await addService({
      ...{ choose: "Another OpenAI-compatible service", enter: ["http://127.0.0.1:8000/v1"] },
    });
    const [checkAddress, checkName] = checks;
    assert.ok(checkAddress && checkName);
    assert.equal(checkAddress("https://llm.example/v1"), undefined);
    assert.equal(checkAddress("http://llm.example/v1"), "It must use https, except on this computer.");
    assert.equal(checkAddress("https://me:secret@llm.example/v1"), "This address cannot be used.");
    assert.equal(checkName("vLLM"), undefined);
    assert.equal(checkName("…"), "The name needs a Latin letter or a digit.");
    assert.equal(services(), undefined);
  });
});

describe("Choose Service Order", () => {
  setUpSuite();
  const order = (): unknown => vscode.workspace.getConfiguration().inspect("freeModels.serviceOrder")?.globalValue;
  afterEach(() => changeSetting("freeModels.serviceOrder", undefined));

  /** Runs the command and chooses the item with this label, if any. Resolves to the result and the labels. */
  async function choose(label: string | undefined) {
    let labels: string[] = [];
    const showQuickPick = (items: readonly vscode.QuickPickItem[]) => {
      labels = items.map((item) => item.label);
      return Promise.resolve(items.find((item) => label !== undefined && item.label.endsWith(`) ${label}`)));
    };
    const result: unknown = await withStubs(vscode.window, { showQuickPick }, async () =>
      vscode.commands.executeCommand("freeModels.chooseServiceOrder"),
    );
    return { result, labels };
  }

  test("saves the choice and marks it the next time", async () => {
    assert.deepEqual(await choose("Local first"), {
      result: true,
      labels: [
        "$(check) OpenRouter first, then others",
        "$(blank) All alike",
        "$(blank) Local first",
        "$(blank) Only local",
      ],
    });
    assert.equal(order(), "local-first");
    assert.ok((await choose(undefined)).labels.includes("$(check) Local first"));
  });

  test("changes nothing if the user cancels", async () => {
    assert.equal((await choose(undefined)).result, false);
    assert.equal(order(), undefined);
  });
});
