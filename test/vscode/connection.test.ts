import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { ConnectionFinding } from "../../src/connect/connectionFinding";
import { startProxy, startTlsFront, type Certificate } from "../support/companyNetwork";
import { finishedAnswer, startChat } from "./chats";
import { changeSetting, setUpSuite, validKey } from "./suiteSetup";

/** With both transports, at OpenRouter's real address: the proxy connects to the simulator. */
describe("The connection", () => {
  const context = setUpSuite();

  before(async () => {
    await changeSetting("freeModels.baseUrl", undefined);
    await context.testApi.apiKey.save(validKey);
  });
  after(() => changeSetting("http.proxy", undefined));
  afterEach(() => changeSetting("freeModels.transport", undefined));

  /** The finding of the only service in use. */
  const diagnose = async (): Promise<ConnectionFinding> => {
    const findings = await (await context.testApi.connection()).diagnose(new AbortController().signal);
    assert.equal(findings.length, 1);
    return findings[0] ?? assert.fail();
  };

  /** Routes OpenRouter's real address to the simulator through a proxy and a TLS server with this certificate. */
  async function startNetwork(certificate: Certificate) {
    const front = await startTlsFront(context.openRouter.url, certificate);
    const proxy = await startProxy(front.port);
    await changeSetting("http.proxy", proxy.url);
    return {
      proxy,
      async [Symbol.asyncDispose]() {
        await proxy[Symbol.asyncDispose]();
        await front[Symbol.asyncDispose]();
      },
    };
  }

  for (const transport of ["vscode", "undici"]) {
    test(`${transport}: uses the user's proxy and trusts the company's certificate`, async () => {
      await using network = await startNetwork("server");
      await changeSetting("freeModels.transport", transport);
      const { ok, sentence } = await diagnose();
      assert.equal(ok, true, sentence);
      assert.ok(network.proxy.requestedTunnels.includes("openrouter.ai:443"));

      const conversation = await startChat(context.testApi);
      await context.testApi.chat.ask({ text: "Through the proxy?", attachments: [], submit: true });
      assert.equal((await finishedAnswer(conversation)).status, "complete");
    });

    test(`${transport}: reports a certificate that is not trusted`, async () => {
      await using network = await startNetwork("self-signed");
      await changeSetting("freeModels.transport", transport);
      assert.match((await diagnose()).sentence, /certificate of openrouter\.ai is not trusted/);
      assert.ok(network.proxy.requestedTunnels.length > 0);
    });

    test(`${transport}: reports a proxy that requires a password`, async () => {
      await using network = await startNetwork("server");
      network.proxy.credentials = "me:secret";
      await changeSetting("freeModels.transport", transport);
      const { sentence, fix } = await diagnose();
      assert.match(sentence, /proxy requires a user name and password/);
      assert.deepEqual(fix, { do: "open-setting", id: "http.proxy" });
    });

    test(`${transport}: reports a proxy that is not running`, async () => {
      const network = await startNetwork("server");
      await network[Symbol.asyncDispose]();
      await changeSetting("freeModels.transport", transport);
      assert.match((await diagnose()).sentence, /The proxy refused the connection/);
    });
  }

  test("copies the diagnostics without the key and without chat content", async () => {
    await using network = await startNetwork("server");
    assert.ok(network.proxy.url);
    const conversation = await startChat(context.testApi);
    await context.testApi.chat.ask({ text: "This is confidential", attachments: [], submit: true });
    await finishedAnswer(conversation);
    await vscode.commands.executeCommand("freeModels.copyDiagnostics");
    const report = await vscode.env.clipboard.readText();
    assert.match(report, /^- Extension: \d+\.\d+\.\d+$/m);
    assert.match(report, /^- Key: secret storage$/m);
    assert.match(report, /^- Network: vscode, proxy set, API openrouter\.ai$/m);
    assert.match(report, /^- Pool: \d+ models/m);
    assert.match(report, /^- Catalog: 0 min old$/m);
    assert.match(report, /:free \| 1 of 1/);
    assert.doesNotMatch(report, /confidential|sk-or|0123456789abcdef/);
  });
});
