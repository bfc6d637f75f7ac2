import type { PreparedCall, ToolOutput } from "../../context/projectTools";
import type { Tool } from "../../router/index";
import { toolParameters, type ToolParameters } from "./toolParameters";

/** A read-only tool for models. */
export interface ProjectTool {
  readonly definition: Tool;
  prepare(parameters: unknown): PreparedCall;
}

interface ProjectToolOptions<P> {
  readonly name: string;
  /** What it does, for the model. */
  readonly purpose: string;
  /** The members of the JSON schema. */
  readonly properties: Readonly<Record<string, object>>;
  readonly required: readonly string[];
  /** Reads the parameters; `undefined` if they are not valid. */
  readonly read: (parameters: ToolParameters) => P | undefined;
  /** For the user. */
  readonly label: (parameters: P) => string;
  readonly run: (parameters: P, signal: AbortSignal) => Promise<ToolOutput>;
}

/** A tool whose parameters are checked before it is run. */
export function projectTool<P>(options: ProjectToolOptions<P>): ProjectTool {
  const { name, purpose, properties, required, read, label, run } = options;
  return {
    definition: {
      type: "function",
      function: { name, description: purpose, parameters: { type: "object", properties, required } },
    },
    prepare(value) {
      const given = toolParameters(value);
      const parameters = given && read(given);
      if (parameters !== undefined) return { label: label(parameters), run: (signal) => run(parameters, signal) };
      const problem = `The arguments are not valid. Required: ${required.join(", ") || "none"}. Possible: ${Object.keys(properties).join(", ")}.`;
      return { label: name, run: () => Promise.resolve({ problem }) };
    },
  };
}
