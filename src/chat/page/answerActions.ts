import { t } from "@vscode/l10n";
import { findAnswer } from "../conversation/conversation";
import type { PageContext } from "./pageContext";
import type { AnswerAction } from "./pageDependencies";
import type { FromWebview } from "./protocol";

/** Runs the action of a failed answer. */
export async function runFailureAction(
  { answer, action }: FromWebview & { type: "act" },
  { page, session, dependencies }: PageContext,
): Promise<void> {
  const turn = findAnswer(session.conversation.published, answer)?.turn;
  if (!turn) return;
  const ask = (another: boolean): Promise<void> =>
    session.regenerate(turn.id, { another, ...(turn.columns?.includes(answer) && { column: answer }) });
  switch (action.do) {
    case "retry":
      return ask(false);
    case "another-model":
      return ask(true);
    case "continue":
      return session.continueAnswer(answer);
    case "sign-in":
      if (await dependencies.actions.signIn()) await ask(false);
      return;
    case "set-key":
      if (await dependencies.actions.setApiKey()) await ask(false);
      return;
    case "choose-model":
      await dependencies.actions.pickModel();
      return;
    case "choose-order":
      if (await dependencies.actions.chooseServiceOrder()) await ask(false);
      return;
    case "use-local-models":
      if (await dependencies.actions.useLocalModels()) await ask(false);
      return;
    case "add-service":
      if (await dependencies.actions.addService()) await ask(false);
      return;
    case "check-again":
      if (await dependencies.actions.isDayUsedUp())
        page.notice({ severity: "info", text: t("Today's free requests are still used up.") });
      else await ask(false);
      return;
    case "show-log":
      dependencies.actions.showLog();
      return;
    case "test-connection":
      await dependencies.actions.testConnection();
      return;
    case "open-link":
      return openLink(action.url, { page, session, dependencies });
    case "edit":
      return; // The page handles it.
  }
}

/** Runs an action of the menu of an answer. */
export async function runAnswerAction(
  action: AnswerAction,
  answerId: string,
  { session, dependencies }: Pick<PageContext, "session" | "dependencies">,
): Promise<void> {
  const { actions, sessions } = dependencies;
  const found = findAnswer(session.conversation.published, answerId);
  if (!found) return;
  const { id: turn } = found.turn;
  const { model } = found.answer;
  switch (action) {
    case "pin-model":
      if (model) await actions.pinModel(model);
      return;
    case "exclude-model":
      if (model) await actions.excludeModel(model);
      return;
    case "ask-several": {
      const models = await actions.chooseModels(() => session.requests.bestModels(turn));
      return models && session.regenerateWith(turn, models);
    }
    case "fork":
      return actions.open(await sessions.fork(session.id, answerId));
    case "delete":
      if (await actions.confirmDeletion()) await session.deleteTurn(turn);
  }
}

/** Opens web and mail links. Other schemes, such as `command:`, could run something. */
export async function openLink(url: string, { dependencies }: PageContext): Promise<void> {
  const scheme = URL.canParse(url) ? new URL(url).protocol : "";
  if (["http:", "https:", "mailto:"].includes(scheme)) await dependencies.actions.openLink(url);
  else dependencies.log.warn(`Blocked a link with the scheme "${scheme}".`);
}
