import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { chatBlockers, chatFindings } from "../../../src/languageModels/chatFindings";
import type { ChatState } from "../../../src/languageModels/chatState";

const byDefault = (value: unknown): ChatState["settings"]["agents"] => ({ value, isOwn: false });

/** As VS Code 1.139 is after *Use in VS Code's Chat*. */
const working: ChatState = {
  version: "1.139.1",
  hasChat: true,
  isTrusted: true,
  isChatExtensionEnabled: true,
  settings: {
    disableAI: byDefault(false),
    approvedOrganizations: byDefault([]),
    agents: byDefault(true),
    allowedExtensions: byDefault({ "*": true }),
    copilotByDefault: byDefault(false),
    copilotInEditors: byDefault(false),
    localChat: byDefault(true),
    inlineOnAgentHost: byDefault(false),
    utilityModel: byDefault("copilot"),
  },
  isOffered: true,
  permission: "allow",
  hasAccess: true,
  models: [{ canCallTools: true }, { canCallTools: true }],
  listed: 3,
};

const changed = (settings: Partial<ChatState["settings"]>): Partial<ChatState> => ({
  settings: { ...working.settings, ...settings },
});

/** The findings in a state that differs from the working one: kind, sentence, and what the button does. */
const found = (change: Partial<ChatState>): string[] =>
  chatFindings({ ...working, ...change })
    .filter(({ kind }) => kind !== "note")
    .map(({ kind, sentence, fix }) =>
      [kind, sentence, fix && ("id" in fix ? fix.id : "command" in fix ? fix.command : fix.do)].join(" | "),
    );

describe("Why Don't I See the Models?", () => {
  test("finds nothing if all is well, and opens the chat", () => {
    const [first, ...notes] = chatFindings(working);
    assert.match(first?.sentence ?? "", /^Nothing is in the way: VS Code lists 3 free models/);
    assert.deepEqual(first?.fix, { do: "run", command: "freeModels.useInVsCodeChat" });
    assert.deepEqual(
      notes.map(({ kind }) => kind),
      ["note"],
    );
  });

  const cases: readonly [what: string, change: Partial<ChatState>, expected: readonly string[]][] = [
    [
      "a VS Code without chat, where nothing else matters",
      { hasChat: false, isOffered: false, version: "1.110.0", hasAccess: false },
      ["blocker | VS Code 1.110.0 has no chat that models of extensions can answer. | offer"],
    ],
    [
      "Restricted Mode, in which the chat does not run",
      { isTrusted: false, isChatExtensionEnabled: false },
      [
        "blocker | The workspace is in Restricted Mode, in which VS Code does not start its chat. | workbench.trust.manage",
      ],
    ],
    [
      "a chat that was never enabled",
      { isChatExtensionEnabled: false },
      ["problem | VS Code's chat is not enabled yet. | freeModels.useInVsCodeChat"],
    ],
    [
      "a list of allowed extensions without the chat",
      { isChatExtensionEnabled: false, ...changed({ allowedExtensions: byDefault({ microsoft: true }) }) },
      [
        "problem | VS Code's chat is not running, and only some extensions are allowed here. | freeModels.useInVsCodeChat",
      ],
    ],
    [
      "AI features that the user has turned off",
      { isChatExtensionEnabled: false, ...changed({ disableAI: { value: true, isOwn: true } }) },
      ["problem | VS Code's AI features are turned off. | chat.disableAIFeatures"],
    ],
    [
      "AI features that an administrator has turned off",
      changed({ disableAI: byDefault(true) }),
      ["blocker | VS Code's AI features are turned off. | "],
    ],
    [
      "an administrator who wants an approved account",
      changed({ approvedOrganizations: byDefault(["contoso"]) }),
      ["blocker | Your administrator allows AI features only with an approved GitHub account. | "],
    ],
    [
      "agents that the user has turned off",
      changed({ agents: { value: false, isOwn: true } }),
      ["problem | Agents are turned off, so the chat can only answer questions. | chat.agent.enabled"],
    ],
    [
      "agents that an administrator has turned off",
      changed({ agents: byDefault(false) }),
      ["problem | Agents are turned off, so the chat can only answer questions. | "],
    ],
    [
      "chats that Copilot runs",
      changed({ copilotByDefault: byDefault(true), inlineOnAgentHost: byDefault(true), localChat: byDefault(false) }),
      [
        "problem | New chats are run by Copilot, which does not use these models. | chat.defaultToCopilotHarness",
        "problem | VS Code's local chat, the only one that uses these models, is hidden. | chat.editor.localAgent.enabled",
        "problem | Inline chat is run by Copilot, which does not use these models. | chat.inlineChat.agentHost.enabled",
      ],
    ],
    [
      "models that are not offered yet",
      { isOffered: false, listed: 0 },
      ["problem | The free models are not offered to VS Code's chat yet. | freeModels.useInVsCodeChat"],
    ],
    [
      "no key",
      { hasAccess: false },
      ["problem | There is no API key and no other service, so no model can answer. | freeModels.signIn"],
    ],
    [
      "a chat that the user has refused",
      { permission: "never" },
      ["problem | You have chosen Never for VS Code's chat. | freeModels.useInVsCodeChat"],
    ],
    [
      "no list of models",
      { models: undefined },
      ["problem | The list of free models could not be loaded. | freeModels.testConnection"],
    ],
    [
      "settings that exclude all models",
      { models: [] },
      ["problem | Your settings exclude all free models. | freeModels.selectModel"],
    ],
    [
      "only models without tools",
      { models: [{ canCallTools: false }] },
      [
        "problem | No model that your settings allow can call tools, and VS Code's chat shows only those that can. | freeModels.selectModel",
      ],
    ],
    [
      "a VS Code that does not list the models",
      { listed: 0 },
      ["problem | VS Code has not asked this extension for its models. | freeModels.useInVsCodeChat"],
    ],
  ];
  for (const [what, change, expected] of cases)
    test(`finds ${what}`, () => {
      assert.deepEqual(found(change), expected);
    });

  test("says plainly what only an administrator can change", () => {
    for (const change of [changed({ agents: byDefault(false) }), changed({ disableAI: byDefault(true) })]) {
      const [finding] = chatFindings({ ...working, ...change });
      assert.match(finding?.advice ?? "", /administrator/);
      assert.equal(finding?.fix, undefined);
    }
  });

  test("tells that utility models spend requests, and how many models the chat does not show", () => {
    const notes = chatFindings({
      ...working,
      ...changed({ utilityModel: { value: "mainAgent", isOwn: true } }),
      models: [{ canCallTools: true }, { canCallTools: false }],
    }).filter(({ kind }) => kind === "note");
    assert.match(notes[1]?.sentence ?? "", /^1 of 2 models cannot call tools/);
    assert.match(notes[2]?.sentence ?? "", /also spends free requests/);
    assert.deepEqual(notes[2]?.fix, { do: "open-setting", id: "chat.byokUtilityModelDefault" });
  });

  test("lets Use in VS Code's Chat solve everything but blockers", () => {
    const fresh: ChatState = {
      ...working,
      isOffered: false,
      hasAccess: false,
      isChatExtensionEnabled: false,
      listed: 0,
    };
    assert.deepEqual(chatBlockers(fresh), []);
    assert.equal(chatBlockers({ ...fresh, isTrusted: false }).length, 1);
  });
});
