import assert from "node:assert/strict";
import { ended, goodKey, newChat, openWorld, seen, type World } from "./suiteSetup";

suite("The status bar", () => {
  let world: World;

  suiteSetup(async () => {
    world = await openWorld();
    // A key of its own, whose account the router has not looked at yet.
    await world.inside.apiKey.save(goodKey.replace("0", "e"));
  });
  suiteTeardown(async () => {
    world.openRouter.account.set({ limits: undefined, usedToday: 0 });
    await world.inside.apiKey.forget();
    await world.close();
  });

  const shows = (words: RegExp): Promise<true> => {
    const { inside } = world;
    return seen(() => words.test(inside.statusBar.text), inside.statusBar.onDidChange);
  };

  async function ask(text: string): Promise<string> {
    const conversation = await newChat(world.inside);
    await world.inside.chat.ask({ text, attachments: [], submit: true });
    return (await ended(conversation)).status;
  }

  test("counts the last free requests of the day, and says when there are more", async () => {
    world.openRouter.account.set({ limits: { perMinute: 20, perDay: 50 }, usedToday: 46 });
    assert.equal(await ask("One of the last?"), "complete");
    await shows(/ · 3 left$/);
    world.openRouter.account.set({ usedToday: 50 });
    assert.equal(await ask("One too many?"), "failed");
    await shows(/^\$\(history\) Free again at \d/);
  });

  test("asks for a key when it is forgotten, and forgets the old account's quota with it", async () => {
    await world.inside.apiKey.forget();
    await shows(/^\$\(account\) Free Models: Sign In$/);
    world.openRouter.account.set({ limits: undefined, usedToday: 0 });
    await world.inside.apiKey.save(goodKey.replace("0", "f"));
    await shows(/^\$\((sparkle|warning)\) [^·]*$/);
  });
});
