/** Enough of a secret to recognize it: `AKIA…LE`. Of a short one, less. */
export function maskSecret(secret: string): string {
  const [line = ""] = secret.trim().split(/[\r\n]/, 1);
  // Characters that cannot be seen, or that reverse the direction of the text, would disguise it.
  const visible = Array.from(line.replace(/[\p{Cc}\p{Cf}]/gu, ""));
  if (visible.length < 12) return `${visible.slice(0, 1).join("")}…`;
  return `${visible.slice(0, 4).join("")}…${visible.slice(-2).join("")}`;
}
