/** Begins every line that this extension adds to an answer. The product's name is not translated. */
const prefix = "_Free Models: ";
const note = /^_Free Models: .*_$/gm;

/** A sentence of this extension within an answer, as a paragraph of its own. It may contain no line breaks. */
export function ownNote(sentence: string): string {
  return `${prefix}${sentence.replaceAll("\n", " ")}_`;
}

/** An earlier answer without the notes in it, which mean nothing to a model. */
export function withoutNotes(answer: string): string {
  return answer.includes(prefix) ? answer.replace(note, "").trim() : answer;
}
