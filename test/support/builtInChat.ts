import type { Locator, Page } from "playwright-core";

/** VS Code's own chat in the secondary side bar, operated as by a user. The selectors are those of VS Code 1.139. */
export class BuiltInChat {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  get #view(): Locator {
    return this.#page.locator(".part.auxiliarybar");
  }

  get input(): Locator {
    return this.#view.locator(".interactive-input-part .monaco-editor").first();
  }

  /** The agent or model that is selected, by the text of its label below the input. */
  selected(label: string): Locator {
    return this.#view.locator(".interactive-input-part .action-label").getByText(label, { exact: true });
  }

  /** The answers so far. */
  get answers(): Locator {
    return this.#view.locator(".interactive-response");
  }

  /** The button that stops an answer, which is there as long as it is written. */
  get stopButton(): Locator {
    return this.#view.locator(".codicon-stop-circle");
  }

  /** Sends a question. */
  async ask(question: string): Promise<void> {
    await this.input.click();
    await this.#page.keyboard.type(question);
    await this.#page.keyboard.press("Enter");
  }

  /** Waits for the end of the latest answer, which contains this text. */
  async answered(text: string): Promise<void> {
    await this.answers.last().getByText(text).first().waitFor();
    await this.stopButton.waitFor({ state: "hidden" });
  }

  /** Closes the banner above the input. */
  async closeBanner(): Promise<void> {
    const close = this.#view.locator(".chat-input-notification-dismiss");
    await close.click();
    await close.waitFor({ state: "hidden" });
  }
}
