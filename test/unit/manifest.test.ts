import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import * as z from "zod/mini";
import { Settings } from "../../src/config/settings";
import {
  chatAgent,
  commands,
  contextKeys,
  languageModelVendor,
  reviewController,
  secondaryContainer,
  section,
  settings,
  viewContainer,
  views,
} from "../../src/manifest";
import { defaultSettings } from "../../src/router/index";
import { readEnglishManifest } from "../support/manifest";
import { projectRoot } from "../support/projectRoot";
import { fakeConfiguration } from "../support/fakeConfiguration";

const settingShape = z.object({
  type: z.union([z.string(), z.array(z.string())]),
  default: z.unknown(),
  scope: z.string(),
  order: z.number(),
  markdownDescription: z.string(),
  enum: z.optional(z.array(z.string())),
  enumItemLabels: z.optional(z.array(z.string())),
  markdownEnumDescriptions: z.optional(z.array(z.string())),
  ignoreSync: z.optional(z.boolean()),
});
const menuItem = z.object({
  command: z.optional(z.string()),
  submenu: z.optional(z.string()),
  when: z.optional(z.string()),
});
const manifestShape = z.object({
  icon: z.string(),
  capabilities: z.object({ untrustedWorkspaces: z.object({ restrictedConfigurations: z.array(z.string()) }) }),
  contributes: z.object({
    viewsContainers: z.object({
      activitybar: z.array(z.object({ id: z.string(), icon: z.string() })),
      secondarySidebar: z.array(z.object({ id: z.string(), icon: z.string() })),
    }),
    views: z.record(z.string(), z.array(z.object({ id: z.string(), type: z.string(), icon: z.string() }))),
    commands: z.array(
      z.object({
        command: z.string(),
        title: z.string(),
        category: z.string(),
        icon: z.optional(z.string()),
        enablement: z.optional(z.string()),
      }),
    ),
    submenus: z.array(z.object({ id: z.string() })),
    languageModelChatProviders: z.array(z.object({ vendor: z.string() })),
    chatAgents: z.array(z.object({ path: z.string(), when: z.string() })),
    menus: z.record(z.string(), z.array(menuItem)),
    keybindings: z.array(z.object({ command: z.string(), when: z.optional(z.string()) })),
    walkthroughs: z.array(
      z.object({
        steps: z.array(
          z.object({
            id: z.string(),
            description: z.string(),
            media: z.object({ svg: z.string(), altText: z.string() }),
            completionEvents: z.array(z.string()),
          }),
        ),
      }),
    ),
    configuration: z.array(
      z.object({ title: z.string(), order: z.number(), properties: z.record(z.string(), settingShape) }),
    ),
  }),
});

const { contributes, capabilities, icon } = manifestShape.parse(readEnglishManifest());
const properties = contributes.configuration.flatMap((group) => Object.entries(group.properties));
const composition = readFileSync(path.join(projectRoot, "src", "extension.ts"), "utf8");
/** The command ids in the table of `extension.ts`, as literals or members of `commands`. */
const registered = [...composition.matchAll(/^ {4}(?:"(freeModels\.\w+)"|\[commands\.(\w+)\]): /gm)].map(
  ([, id, name = ""]) => id ?? new Map<string, string>(Object.entries(commands)).get(name) ?? `unknown: ${name}`,
);
const sorted = (items: Iterable<string>): string[] => [...items].sort();

describe("package.json and the code", () => {
  test("contain the same commands", () => {
    assert.deepEqual(sorted(contributes.commands.map(({ command }) => command)), sorted(registered));
  });

  test("contain the same views", () => {
    assert.deepEqual(
      contributes.viewsContainers.activitybar.map(({ id }) => id),
      [viewContainer],
    );
    assert.deepEqual(
      contributes.viewsContainers.secondarySidebar.map(({ id }) => id),
      [secondaryContainer],
    );
    const contributed = Object.values(contributes.views).flat();
    assert.deepEqual(
      contributed.map(({ id }) => id),
      Object.values(views),
    );
  });

  test("contain the same models and agent for VS Code's own chat", () => {
    assert.deepEqual(contributes.languageModelChatProviders, [{ vendor: languageModelVendor }]);
    const [agent] = contributes.chatAgents;
    assert.deepEqual(agent, { path: "./dist/free.agent.md", when: contextKeys.modelsOffered });
    const instructions = readFileSync(path.join(projectRoot, "src", "languageModels", "free.agent.md"), "utf8");
    assert.match(instructions, new RegExp(`^---\\nname: ${chatAgent}\\n`));
  });

  test("contain the same settings", () => {
    assert.deepEqual(sorted(properties.map(([id]) => id)), sorted(Object.values(settings)));
  });

  test("have the same defaults", () => {
    const byDefault = new Settings(fakeConfiguration({}));
    const fromManifest = new Settings(
      fakeConfiguration(Object.fromEntries(properties.map(([id, { default: value }]) => [id, value]))),
    );
    assert.deepEqual(byDefault.router, defaultSettings);
    assert.deepEqual(fromManifest.router, defaultSettings);
    assert.equal(fromManifest.transport, byDefault.transport);
    assert.equal(fromManifest.instructions, byDefault.instructions);
  });

  test("mention a command in only three places", () => {
    const files = ["package.json", ...globSync("src/**/*.{ts,tsx}", { cwd: projectRoot })];
    const places = files.filter((file) => /askChanges\b/.test(readFileSync(path.join(projectRoot, file), "utf8")));
    assert.deepEqual(sorted(places.map((file) => file.split(path.sep).join("/"))), [
      "package.json",
      "src/commands/askChanges.ts",
      "src/extension.ts",
    ]);
  });

  test("load every command from an existing file", () => {
    const files = [...composition.matchAll(/import\("\.\/(commands\/\w+)"\)/g)].map(
      ([, file]) => `src/${file ?? ""}.ts`,
    );
    assert.ok(files.length > 10);
    assert.deepEqual(
      files.filter((file) => !existsSync(path.join(projectRoot, file))),
      [],
    );
  });

  test("contain each id only once", () => {
    const repeated = globSync("src/**/*.ts", { cwd: projectRoot })
      .filter((file) => !file.endsWith("manifest.ts"))
      .filter((file) => {
        const text = readFileSync(path.join(projectRoot, file), "utf8");
        return [commands, settings, views, contextKeys].some((ids) =>
          Object.values(ids).some((id) => text.includes(`"${id}"`)),
        );
      });
    assert.deepEqual(repeated, []);
  });
});

describe("Every setting", () => {
  for (const [id, setting] of properties) {
    test(`${id} has a description and a default of its type`, () => {
      assert.ok(id.startsWith(`${section}.`));
      assert.match(setting.markdownDescription, /^[A-Z].{20,}[.*`]$/s);
      const kinds = [setting.type].flat().map((type) => (type === "integer" ? "number" : type));
      assert.ok(kinds.includes(Array.isArray(setting.default) ? "array" : typeof setting.default));
      if (setting.enum) {
        assert.ok(setting.enum.includes(String(setting.default)));
        assert.equal(setting.enumItemLabels?.length, setting.enum.length);
        assert.equal(setting.markdownEnumDescriptions?.length, setting.enum.length);
      }
    });
  }

  test("is documented in the README", () => {
    const readme = readFileSync(path.join(projectRoot, "README.md"), "utf8");
    assert.deepEqual(
      properties.map(([id]) => id).filter((id) => !readme.includes(`| \`${id}\``)),
      [],
    );
  });

  test("has a unique order", () => {
    const orders = properties.map(([, { order }]) => order);
    assert.equal(new Set(orders).size, orders.length);
  });

  test("that affects where the key is sent can only be set by the user, on this computer", () => {
    const own = properties.filter(([id]) => id === settings.apiKey || id === settings.baseUrl);
    assert.deepEqual(
      own.map(([, { scope }]) => scope),
      ["application", "application"],
    );
    assert.deepEqual(
      own.map(([, { ignoreSync }]) => ignoreSync),
      [true, true],
    );
  });

  test("that a workspace can set is ignored until the workspace is trusted", () => {
    // The order of a workspace counts only if it is stricter than the user's, trusted or not.
    const open = properties
      .filter(([id, { scope }]) => !["application", "machine"].includes(scope) && id !== settings.serviceOrder)
      .map(([id]) => id);
    assert.deepEqual(sorted(capabilities.untrustedWorkspaces.restrictedConfigurations), sorted(open));
  });
});

describe("Menus and key bindings", () => {
  test("refer only to existing commands and submenus", () => {
    const known = new Set<string>([...registered, ...contributes.submenus.map(({ id }) => id)]);
    const items = [...Object.values(contributes.menus).flat(), ...contributes.keybindings];
    const unknown = items
      .map((item) => item.command ?? ("submenu" in item ? item.submenu : undefined))
      .filter((id) => id === undefined || !known.has(id));
    assert.deepEqual(unknown, []);
  });

  test("use only context keys that the code sets", () => {
    const clauses = [
      ...contributes.commands.map(({ enablement }) => enablement),
      ...Object.values(contributes.menus).flatMap((items) => items.map(({ when }) => when)),
      ...contributes.keybindings.map(({ when }) => when),
    ].filter((clause) => clause !== undefined);
    const ours = clauses.flatMap((clause) => clause.match(/freeModels\.\w+/g) ?? []);
    const known = new Set<string>([...Object.values(contextKeys), ...Object.values(views), reviewController]);
    assert.deepEqual(
      ours.filter((key) => !known.has(key)),
      [],
    );
  });

  test("hide disabled commands in the command palette", () => {
    const enabled = contributes.commands.filter(({ enablement }) => enablement !== undefined);
    for (const { command, enablement } of enabled) {
      const inPalette = contributes.menus["commandPalette"]?.find((item) => item.command === command);
      assert.equal(inPalette?.when, enablement, command);
    }
  });

  test("have capitalized titles in the category Free Models", () => {
    for (const { title, category } of contributes.commands) {
      assert.equal(category, "Free Models");
      assert.match(title, /^[A-Z]/);
    }
  });
});

describe("The walkthrough", () => {
  const steps = contributes.walkthroughs.flatMap((each) => each.steps);

  test("has five steps, each with an image in theme colors", () => {
    assert.equal(steps.length, 5);
    for (const { media } of steps) {
      const svg = readFileSync(path.join(projectRoot, media.svg), "utf8");
      assert.doesNotMatch(svg, /(fill|stroke)="#/, media.svg);
      // The walkthrough page applies no styles inside images.
      assert.doesNotMatch(svg, /<style|\bstyle=/, media.svg);
      assert.ok(media.altText.length > 20);
    }
  });

  test("completes its steps with known events and refers only to existing commands", () => {
    const known = [
      ...Object.values(contextKeys).map((key) => `onContext:${key}`),
      ...registered.map((id) => `onCommand:${id}`),
    ];
    for (const { id, completionEvents, description } of steps) {
      assert.ok(completionEvents.length > 0, id);
      for (const event of completionEvents) assert.ok(known.includes(event), event);
      for (const [, command] of description.matchAll(/command:(freeModels\.\w+)/g))
        assert.ok(command !== undefined && registered.includes(command), command);
    }
  });

  test("explains in the first step what free providers may do with prompts", () => {
    assert.match(steps[0]?.description ?? "", /may store what you send and train on it/);
  });
});

describe("Images", () => {
  test("in package.json exist", () => {
    const named = [
      icon,
      ...contributes.viewsContainers.activitybar.map((each) => each.icon),
      ...Object.values(contributes.views).flatMap((list) => list.map((each) => each.icon)),
    ];
    assert.deepEqual(
      named.filter((file) => !existsSync(path.join(projectRoot, file))),
      [],
    );
  });
});
