/**
 * Values of a configuration in messages.
 * @module
 */

/** Longest text that is shown whole, UTF-16 units. */
const maxLength = 80;

/** A value as a message shows it: short, on one line, and without the password of an address. */
export function shownValue(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "settings";
  if (typeof value !== "string") return String(value);
  const masked = maskedText(value);
  return JSON.stringify(masked.length > maxLength ? `${masked.slice(0, maxLength)}…` : masked);
}

/** A text with `***` in place of the password, or of the whole user part, of every address in it. */
export function maskedText(text: string): string {
  return text.replaceAll(
    /(:\/\/)([^\s/@:]*)(:[^\s/@]*)?@/g,
    (_, start: string, user: string, password?: string) =>
      password === undefined ? `${start}${user}@` : `${start}${user}:***@`,
  );
}
