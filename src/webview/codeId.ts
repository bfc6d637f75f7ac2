/** An id for a code block of an answer that stays the same when the chat is opened again: the FNV-1a hash of its text. */
export function codeId(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0).toString(36);
}
