import { t } from "@vscode/l10n";
import { Component, type ComponentChildren } from "preact";
import { post } from "./host";

interface Props {
  children: ComponentChildren;
  /** Gets the page's state anew from the host. */
  onReload: () => void;
}

/** Shows, where drawing the page failed, that it did, and a way back: what was said is safe with the host. */
export class ErrorBoundary extends Component<Props, { problem: string | undefined }> {
  override state: { problem: string | undefined } = { problem: undefined };

  override componentDidCatch(error: unknown): void {
    const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
    post({ type: "crash", message: problem });
    this.setState({ problem });
  }

  override render() {
    const { problem } = this.state;
    if (problem === undefined) return this.props.children;
    const reload = (): void => {
      this.props.onReload();
      this.setState({ problem: undefined });
    };
    return (
      <main class="crash">
        <h2>{t("The chat could not be drawn")}</h2>
        <p role="alert">{t("Nothing is lost: your conversation is kept. Reload shows it again.")}</p>
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
          <pre tabIndex={0}>{problem}</pre>
        </details>
      </main>
    );
  }
}
