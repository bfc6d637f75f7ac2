/** A text that is about to be sent, and where it comes from. */
export interface OutgoingText {
  /** Identifies its source, such as the id of an attachment. The user's decisions belong to it. */
  readonly source: string;
  /** Other sources whose decisions apply too: the earlier versions of an edited question. */
  readonly related?: readonly string[];
  /** Shown to the user: `basket.ts:12-40`, `Your question`. */
  readonly label: string;
  readonly text: string;
  /** The file that it comes from. Its name counts, and that of its target if it is a link. */
  readonly uri?: string;
  /** Further paths or names of that file, without a URI. */
  readonly paths?: readonly string[];
  /** The zero-based number of its first line in the file. Absent if its lines are not those of a file. */
  readonly firstLine?: number;
  /** It may repeat secrets of the other texts, as an answer does. The decisions about those apply to it too. */
  readonly repeats?: boolean;
  readonly onHoldBack: HoldBackEffect;
}

/** What *Hold Back* does: leaves out the text, sends nothing at all, or removes only the secret from the text. */
export type HoldBackEffect = "leave-out" | "send-nothing" | "remove-secret";

/** UTF-16 offsets in a text; `end` is exclusive. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** The source of the user's instructions in the settings, which go with every request: a decision about them counts for all. */
export const userInstructionsSource = "user-instructions";
