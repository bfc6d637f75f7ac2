import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { ConnectionFinding } from "../../src/connect/connectionProblem";
import { startProxy, startTlsFront, type Certificate } from "../support/companyNetwork";
import { ended, goodKey, newChat, openWorld, setting, type World } from "./suiteSetup";

/** Through VS Code's own network stack and round it, at OpenRouter's real address: the proxy leads to the simulator. */
suite("The connection", () => {
  let world: World;

  suiteSetup(async () => {
    world = await openWorld();
    await setting("freeModels.baseUrl", undefined);
    await world.inside.apiKey.save(goodKey);
  });
  suiteTeardown(async () => {
    await setting("http.proxy", undefined);
    await world.inside.apiKey.forget();
    await world.close();
  });
  teardown(() => setting("freeModels.transport", undefined));

  const examine = async (): Promise<ConnectionFinding> =>
    (await world.inside.connection()).diagnose(new AbortController().signal);

  async function behindProxy(certificate: Certificate) {
    const front = await startTlsFront(world.openRouter.url, certificate);
    const proxy = await startProxy(front.port);
    await setting("http.proxy", proxy.url);
    return {
      proxy,
      async [Symbol.asyncDispose]() {
        await proxy[Symbol.asyncDispose]();
        await front[Symbol.asyncDispose]();
      },
    };
  }

  for (const transport of ["vscode", "undici"]) {
    test(`${transport}: goes through the user's proxy, and trusts the company's certificate`, async () => {
      await using network = await behindProxy("server");
      await setting("freeModels.transport", transport);
      const { ok, sentence } = await examine();
      assert.equal(ok, true, sentence);
      assert.ok(network.proxy.requestedTunnels.includes("openrouter.ai:443"));

      const conversation = await newChat(world.inside);
      await world.inside.chat.ask({ text: "Through the proxy?", attachments: [], submit: true });
      assert.equal((await ended(conversation)).status, "complete");
    });

    test(`${transport}: a certificate that nobody vouches for is told`, async () => {
      await using network = await behindProxy("self-signed");
      await setting("freeModels.transport", transport);
      assert.match((await examine()).sentence, /certificate of openrouter\.ai is not trusted/);
      assert.ok(network.proxy.requestedTunnels.length > 0);
    });

    test(`${transport}: a proxy that wants a password is told`, async () => {
      await using network = await behindProxy("server");
      network.proxy.credentials = "me:secret";
      await setting("freeModels.transport", transport);
      const { sentence, fix } = await examine();
      assert.match(sentence, /proxy requires a user name and password/);
      assert.deepEqual(fix, { do: "open-setting", id: "http.proxy" });
    });

    test(`${transport}: a proxy that is not there is told`, async () => {
      const gone = await behindProxy("server");
      await gone[Symbol.asyncDispose]();
      await setting("freeModels.transport", transport);
      assert.match((await examine()).sentence, /The proxy refused the connection/);
    });
  }

  test("the diagnostics are in the clipboard, without the key and without a word of the chat", async () => {
    await using network = await behindProxy("server");
    assert.ok(network.proxy.url);
    const conversation = await newChat(world.inside);
    await world.inside.chat.ask({ text: "My darkest secret", attachments: [], submit: true });
    await ended(conversation);
    await vscode.commands.executeCommand("freeModels.copyDiagnostics");
    const report = await vscode.env.clipboard.readText();
    assert.match(report, /^- Extension: \d+\.\d+\.\d+$/m);
    assert.match(report, /^- Key: secret storage$/m);
    assert.match(report, /^- Network: vscode, proxy set, API openrouter\.ai$/m);
    assert.match(report, /^- Pool: \d+ models/m);
    assert.match(report, /^- Catalogue: 0 min old$/m);
    assert.match(report, /:free \| 1 of 1/);
    assert.doesNotMatch(report, /darkest|sk-or|0123456789abcdef/);
  });
});
