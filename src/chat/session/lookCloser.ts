import type { ProjectTools } from "../../context/projectTools";

/** The user's choice whether models may look into the project. */
export interface LookCloser {
  /** How many rounds of calls an answer may have; 0 if the user wants none. */
  readonly rounds: () => number;
  /** Whether the user wants it for questions about the project. */
  readonly isOn: () => boolean;
  readonly setOn: (isOn: boolean) => unknown;
  readonly tools: () => Promise<ProjectTools>;
}
