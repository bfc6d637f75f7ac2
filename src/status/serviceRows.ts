import { t } from "@vscode/l10n";
import { icon, iconText, type IconText } from "../iconText";
import { commands } from "../manifest";
import { isLoopbackUrl, serviceName, type RouterSettings, type ServiceState, type ServiceUse } from "../router/index";
import { serviceStateText, type ServiceStateTextOptions } from "./serviceStateText";

/** A service in use, in the model picker. */
export interface ServiceRow {
  readonly label: IconText;
  /** Its state; empty until known. */
  readonly description: IconText;
  /** The command that helps if it cannot answer; otherwise the one that tells more. */
  readonly command: string;
  /** Set for a service that can be removed. */
  readonly use?: ServiceUse;
}

export interface ServiceRowsOptions extends ServiceStateTextOptions {
  /** Those that are known so far. */
  readonly states: readonly ServiceState[];
  readonly settings: Pick<RouterSettings, "services" | "serviceOrder">;
}

/** OpenRouter and the services beside it; none if OpenRouter is the only one. */
export function serviceRows({ states, settings, ...options }: ServiceRowsOptions): ServiceRow[] {
  const { services, serviceOrder } = settings;
  if (services.length === 0) return [];
  const isOnlyLocal = serviceOrder === "only-local";
  const rowOf = (id: string, name: string, isExcluded = false): Omit<ServiceRow, "use"> => {
    const state = states.find((each) => each.id === id);
    const text = isExcluded ? t("excluded by Only local") : state ? serviceStateText(state, options) : "";
    return {
      label: iconText(icon(state?.place === "local" ? "vm" : "cloud"), name),
      description: iconText(text),
      command: commandFor(state),
    };
  };
  return [
    ...(isOnlyLocal ? [] : [rowOf("openrouter", "OpenRouter")]),
    ...services.map((use) => {
      const isExcluded = isOnlyLocal && !isLoopbackUrl(use.baseUrl);
      return { ...rowOf(use.id, serviceName(use), isExcluded), use };
    }),
  ];
}

function commandFor(state: ServiceState | undefined): string {
  const reason = state?.error?.reason;
  if (reason === "no-key") return state?.kind === "openrouter" ? commands.signIn : commands.setApiKey;
  if (reason === "unauthorized") return commands.setApiKey;
  return reason === "server-not-running" ? commands.useLocalModels : commands.testConnection;
}
