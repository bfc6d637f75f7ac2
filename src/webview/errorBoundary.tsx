import { t } from "@vscode/l10n";
import { Component, type ComponentChildren } from "preact";
import { post } from "./host";

interface Props {
  children: ComponentChildren;
  /** Requests the page's state from the host again. */
  onReload: () => void;
}

/** Replaces the page with an error message when rendering fails. The host has the chat, so reloading restores it. */
export class ErrorBoundary extends Component<Props, { errorText: string | undefined }> {
  override state: { errorText: string | undefined } = { errorText: undefined };

  override componentDidCatch(error: unknown): void {
    const errorText = error instanceof Error ? (error.stack ?? error.message) : String(error);
    post({ type: "crash", message: errorText });
    this.setState({ errorText });
  }

  override render() {
    const { errorText } = this.state;
    if (errorText === undefined) return this.props.children;
    const reload = (): void => {
      this.props.onReload();
      this.setState({ errorText: undefined });
    };
    return (
      <main class="crash">
        <h2>{t("The chat could not be displayed")}</h2>
        <p role="alert">{t("Your chat is saved. Reload to show it again.")}</p>
        <div class="buttons">
          <button type="button" class="button" onClick={reload}>
            {t("Reload")}
          </button>
          <button type="button" class="button secondary" onClick={() => post({ type: "copy-diagnostics" })}>
            {t("Copy Diagnostics")}
          </button>
        </div>
        <details>
          <summary>{t("Details")}</summary>
          <pre tabIndex={0}>{errorText}</pre>
        </details>
      </main>
    );
  }
}
