import type { TextAttachment } from "./attachment";
import type { OutgoingText } from "./outgoingText";

/** The texts of an attachment that are sent. Surrounding code is a source of its own, which can be left out alone. */
export function outgoingAttachment(attachment: TextAttachment): OutgoingText[] {
  const { id, kind, label, text, surroundings, uri, range } = attachment;
  const source = attachmentSource(attachment);
  const file = kind === "folder" || uri === undefined ? {} : { uri, paths: [pathOf(uri)] };
  const named = kind === "file" && uri === undefined ? { paths: [label] } : file;
  const hasFileLines = kind === "file" || kind === "selection";
  return [
    {
      ...{ source, label, text, onHoldBack: "leave-out" as const },
      ...named,
      ...(hasFileLines && { firstLine: range?.startLine ?? 0 }),
    },
    ...(surroundings === undefined
      ? []
      : [
          {
            ...{ source: surroundingsSource(id), label, text: surroundings, repeats: true },
            ...{ onHoldBack: "leave-out" as const, ...named },
          },
        ]),
  ];
}

/** Project instructions are read for every question, so the decisions belong to their file. */
export function attachmentSource({ id, kind, uri }: Pick<TextAttachment, "id" | "uri"> & { kind: string }): string {
  return kind === "instructions" && uri !== undefined ? uri : id;
}

/** The sources of everything that is sent of an attachment. */
export function attachmentSources(attachment: Pick<TextAttachment, "id" | "uri"> & { kind: string }): string[] {
  return [attachmentSource(attachment), surroundingsSource(attachment.id)];
}

/** The source of the code around a selection, which is left out separately. */
export function surroundingsSource(attachment: string): string {
  return `${attachment} surroundings`;
}

function pathOf(uri: string): string {
  const [path = ""] = uri.split(/[?#]/, 1);
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
