/**
 * Text from outside, made safe for a line of a log.
 * @module
 */

/** A message on one line: control characters become spaces. */
export function messageText(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, " ");
}

/**
 * The value of a field. Text with spaces or control characters is quoted, so that what a venue sends cannot break a line
 * or pass for another field.
 */
export function textOfField(text: string): string {
  if (/^[^\s\p{Cc}"=]+$/u.test(text)) return text;
  // JSON leaves the control characters from 0x7f on as they are.
  return JSON.stringify(text).replaceAll(
    /\p{Cc}/gu,
    (control) => "\\u" + control.charCodeAt(0).toString(16).padStart(4, "0"),
  );
}
